import FlowModel
import Foundation
import Testing

@testable import dpop_tui

/// One mistake in every form in which it is written down; the line is the one of the key.
@Suite struct DoctorReaderTests {
    private static let config =
        "{issuer: \"https://i.test\", auth_methods: [bearer], proof_of_possession_dpop: optional}"
    private static let json =
        "{\"name\":\"openid-connect\",\"config\":{\"issuer\":\"https://i.test\",\"auth_methods\":[\"bearer\"],\n\"proof_of_possession_dpop\":\"optional\"}}"

    static let pluginForms: [(String, String, Int)] = [
        ("a.json", json, 2), ("a.json", "{\"data\":[" + json + "]}", 2),
        ("a.json", "{\"kind\":\"Service\"}\n" + json, 3),
        ("a.jsonl", "{\"kind\":\"Service\"}\n" + json, 3),
        (
            "a.yaml",
            "services:\n- name: s\n  routes:\n  - plugins:\n    - name: openid-connect\n      config: \(config)", 6
        ),
        ("a.yaml", "consumers:\n- plugins:\n  - name: openid-connect\n    config: \(config)\n", 4),
        ("a.yaml", "kind: Service\n---\nkind: KongClusterPlugin\nplugin: openid-connect\nconfig: \(config)\n", 5),
        ("a.yaml", "_plugin_configs:\n  s: \(config)\nplugins:\n- name: openid-connect\n  _config: s\n", 2),
        (
            "a.yaml",
            "base: &b\n  proof_of_possession_dpop: optional\nplugins:\n- name: openid-connect\n  config:\n    <<: *b\n    issuer: https://i.test\n    auth_methods: [bearer]\n",
            2
        ),
        ("a.yaml", "openapi: 3.0.0\nx-kong-plugin-openid-connect:\n  config: \(config)\n", 3),
        (
            "a.yaml",
            "extraObjects:\n{{- if .Values.on }}\n- kind: KongPlugin\n  plugin: openid-connect\n  config:\n    issuer: {{ .Values.issuer }}\n    auth_methods: [bearer]\n    proof_of_possession_dpop: optional\n{{- end }}\n",
            8
        ),
        (
            "a.yaml",
            "kind: ConfigMap\ndata:\n  kong.yml: |\n    plugins:\n    - name: openid-connect\n      config: \(config)\n",
            6
        ),
        (
            "kustomization.yaml",
            "patches:\n- patch: |-\n    - op: replace\n      path: /config/proof_of_possession_dpop\n      value: optional\n",
            5
        ),
        ("a.md", "# Page\n\nProse: no.\n\n```yaml\nplugins:\n- name: openid-connect\n  config: \(config)\n```\n", 8),
        ("a.md", "1. One\n\n   ~~~\n   plugins:\n   - name: openid-connect\n     config: \(config)\n   ~~~\n", 6),
        ("a.md", "> ```yaml\n> plugins:\n> - name: openid-connect\n>   config: \(config)\n> ```\n", 4),
        (
            "a.md",
            "{% plugin_example %}\nplugin: kong-inc/openid-connect\nname: openid-connect\nconfig: \(config)\n{% endplugin_example %}\n",
            4
        ),
        (
            "a.sh",
            "cat <<EOF | kubectl apply -f -\nkind: KongPlugin\nplugin: openid-connect\nconfig: \(config)\nEOF\n", 4
        ),
        (
            "a.sh",
            "kubectl apply -f - <<-'EOF'\n\tkind: KongPlugin\n\tplugin: openid-connect\n\tconfig: \(config)\n\tEOF\n", 4
        ),
        ("a.sh", "curl http://k:8001/plugins \\\n  --data '\(json)'\n", 3),
        (
            "a.sh",
            "curl http://k:8001/plugins -d name=openid-connect \\\n -d config.issuer=https://i.test -d config.auth_methods=bearer \\\n -d config.proof_of_possession_dpop=optional\n",
            3
        ),
        ("a.sh", "curl -X PATCH http://k:8001/plugins/1 \\\n --data 'config.proof_of_possession_dpop=optional'", 2),
        (
            "a.sh",
            "http -f :8001/plugins name=openid-connect config.issuer=https://i.test \\\n config.auth_methods=bearer config.proof_of_possession_dpop=optional",
            2
        ),
        (
            "a.sh",
            "http :8001/plugins name=openid-connect config:='{\"issuer\":\"https://i.test\",\"auth_methods\":[\"bearer\"],\"proof_of_possession_dpop\":\"optional\"}'",
            1
        ),
        (
            "a.sh",
            "kubectl patch kongplugin x --type merge -p '{\"config\":{\"proof_of_possession_dpop\":\"optional\"}}'", 1
        ),
        (
            "a.tf",
            "resource \"konnect_gateway_plugin_openid_connect\" \"x\" {\n  config = {\n    issuer = var.i\n    auth_methods = [\"bearer\"]\n    proof_of_possession_dpop = \"optional\"\n  }\n}",
            5
        ),
        (
            "a.tf",
            "resource \"kong_plugin\" \"x\" {\n  name = \"openid-connect\"\n  config_json = jsonencode({\n    issuer = \"https://${var.h}\" // h\n    auth_methods = [\"bearer\"]\n    proof_of_possession_dpop = \"optional\"\n  })\n}",
            6
        ),
        (
            "a.tf",
            "resource \"kong_plugin\" \"x\" {\n  name = \"openid-connect\"\n  config_json = <<-EOT\n    {\"issuer\": \"https://i.test\", \"auth_methods\": [\"bearer\"],\n     \"proof_of_possession_dpop\": \"optional\"}\n  EOT\n}",
            5
        ),
    ]

    @Test(arguments: pluginForms)
    func everyFormIsRead(file: String, text: String, line: Int) {
        let report = Doctoring.report(text, file: file)
        let found = report.advice.filter { $0.id == "kong.dpop-optional" }
        #expect(found.map(\.line) == [line], "\(report.text().text)")
        #expect(!report.hasFailure, "\(report.text().text)")
    }

    static let clientForms: [(String, String, Int)] = [
        ("a.json", "{\"clients\":[{\"clientId\":\"o\",\n\"attributes\":{\"dpop.bound.acess.tokens\":\"true\"}}]}", 2),
        (
            "a.sh",
            "curl \"$KC/admin/realms/a/clients\" \\\n -d '{\"clientId\":\"o\",\"attributes\":{\"dpop.bound.acess.tokens\":\"true\"}}'",
            2
        ),
        (
            "a.sh",
            "kcadm.sh create clients -r a -f - <<EOF\n{\"clientId\":\"o\",\n\"attributes\":{\"dpop.bound.acess.tokens\":\"true\"}}\nEOF\n",
            3
        ),
        (
            "a.sh",
            "kcadm.sh create clients -r a -b '{\"clientId\":\"o\",\"attributes\":{\"dpop.bound.acess.tokens\":\"true\"}}'",
            1
        ),
        ("a.sh", "kcadm.sh update clients/1 -r a \\\n -s 'attributes.\"dpop.bound.acess.tokens\"=true'", 2),
        ("a.sh", "kcadm.sh create clients -s clientId=o -s 'attributes={\"dpop.bound.acess.tokens\":\"true\"}'", 1),
        ("a.sh", "if \"${KCADM[@]}\" update \"clients/$ID\" -s 'attributes.\"dpop.bound.acess.tokens\"=true'; then", 1),
        (
            "a.sh",
            "docker exec kc /opt/keycloak/bin/kcadm.sh create clients -s 'attributes.\"dpop.bound.acess.tokens\"=true'",
            1
        ),
        ("a.sh", "http POST $KC/admin/realms/a/clients clientId=o 'attributes[dpop.bound.acess.tokens]=true'", 1),
        ("a.yaml", "realm: a\nclients:\n- clientId: o\n  attributes:\n    dpop.bound.acess.tokens: true\n", 5),
        (
            "a.tf",
            "resource \"keycloak_openid_client\" \"o\" {\n  extra_config = merge(local.x, {\n    \"dpop.bound.acess.tokens\" = \"true\"\n  })\n}",
            3
        ),
    ]

    @Test(arguments: clientForms)
    func everyFormOfAClientIsRead(file: String, text: String, line: Int) {
        let report = Doctoring.report(text, file: file)
        #expect(
            report.advice.filter { $0.id == "keycloak.attribute-name" }.map(\.line) == [line], "\(report.text().text)")
    }

    static let serverForms: [(String, String, Int)] = [
        ("a.env", "KC_PROXY_HEADERS=edge # no\n", 1),
        (
            "a.yaml",
            "services:\n  keycloak:\n    image: keycloak/keycloak\n    environment:\n    - KC_PROXY_HEADERS=edge\n", 5
        ),
        (
            "a.yaml",
            "kind: Deployment\nspec:\n  containers:\n  - image: quay.io/keycloak/keycloak:26.7\n    env:\n    - name: KC_PROXY_HEADERS\n      value: edge\n",
            7
        ),
        (
            "a.yaml",
            "services:\n  kc:\n    image: quay.io/keycloak/keycloak:26.7\n    command:\n    - start\n    - --proxy-headers=edge\n",
            6
        ),
        ("a.yaml", "kind: Keycloak\napiVersion: k8s.keycloak.org/v2alpha1\nspec:\n  proxy:\n    headers: edge\n", 5),
        ("a.yaml", "extraEnv: |\n  - name: KC_PROXY_HEADERS\n    value: edge\n", 3),
        ("Dockerfile", "FROM quay.io/keycloak/keycloak:26.7\nENV KC_PROXY_HEADERS=edge\n", 2),
        ("keycloak.conf", "proxy-headers=edge\n", 1),
        ("a.sh", "docker run -p 1:1 \\\n -e KC_PROXY_HEADERS=edge quay.io/keycloak/keycloak:26.7 start\n", 2),
        ("a.sh", "export KC_PROXY_HEADERS=edge\nbin/kc.sh start\n", 1),
    ]

    @Test(arguments: serverForms)
    func everyFormOfAServerIsRead(file: String, text: String, line: Int) {
        let report = Doctoring.report(text, file: file)
        #expect(
            report.advice.filter { $0.id == "keycloak.proxy-headers-value" }.map(\.line) == [line],
            "\(report.text().text)")
    }

    /// A Secret that is given is read; one that is not is said to be unseen.
    @Test func secretsAreReadWhereTheyAreGiven() {
        let plugin =
            "kind: KongPlugin\nplugin: openid-connect\nconfigFrom: {secretKeyRef: {name: s, key: c}}\nmetadata: {name: p}\n"
        let json =
            "{\"issuer\":\"https://i.test\",\"auth_methods\":[\"bearer\"],\"proof_of_possession_dpop\":\"optional\"}"
        let plain = "kind: Secret\nmetadata: {name: s}\nstringData:\n  c: '\(json)'\n"
        let encoded = "kind: Secret\nmetadata: {name: s}\ndata:\n  c: \(Data(json.utf8).base64EncodedString())\n"
        for secret in [plain, encoded] {
            let found = Doctoring.report(["p.yaml": plugin, "s.yaml": secret]).advice
            #expect(found.map { "\($0.place.shown) \($0.id)" } == ["s.yaml:4 kong.dpop-optional"])
        }
        #expect(Doctoring.report(plugin, file: "p.yaml").advice.map(\.id) == ["kong.unseen"])
    }

    @Test func terraformsLocalValuesAreFilledIn() {
        let text = """
            locals {
              oidc = { issuer = "https://i.test", auth_methods = ["bearer"], proof_of_possession_dpop = "optional" }
            }
            resource "konnect_gateway_plugin_openid_connect" "a" { config = local.oidc }
            resource "konnect_gateway_plugin_openid_connect" "b" {
              config = merge(local.oidc, { proof_of_possession_dpop = "strict" })
            }
            """
        #expect(Doctoring.found(text, file: "a.tf") == ["2 kong.dpop-optional"])
    }

    /// Prose, and what others configure, is "no configuration found".
    static let prose: [(String, String)] = [
        ("a.md", "# DPoP\n\n- issuer: the server\n- proof_of_possession_dpop: a setting\n\n> \"What?\" - see: below\n"),
        ("a.txt", "Note: nothing\nissuer: see below - keep it.\n\nThe end.\n"),
        ("n.conf", "server { listen 80; root /srv; }\n"),
        ("a.md", "```swift\nlet a = \"openid-connect\"\n```\n"),
        ("package.json", "{\"name\": \"x\", \"dependencies\": {}}"),
        ("a.yaml", "services: {db: {image: 'postgres:16'}}"),
        ("a.sh", "#!/bin/sh\ncurl -d grant_type=password https://idp.test/realms/a/protocol/openid-connect/token\n"),
        ("a.tf", "resource \"aws_s3_bucket\" \"b\" {}\n"), ("empty.yaml", ""),
        ("a.yaml", "_format_version: '3.0'\nplugins: [{name: cors, config: {}}]"),
        ("a.json", "not: json\n  at: [all"),
    ]

    @Test(arguments: prose)
    func nothingIsFoundInProse(file: String, text: String) {
        let report = Doctoring.report(text, file: file)
        #expect(report.isEmpty, "\(report.text().text)")
        #expect(!report.accounts.isEmpty)
    }

    /// A variable, a template or a vault's reference is unknown, not missing and not wrong.
    static let placeholders: [String] = [
        "${{ env \"DECK_X\" }}", "${X}", "$X", "{{ .Values.x }}", "{vault://env/x}", "<your value>", "\\u2026",
    ]

    @Test(arguments: placeholders)
    func whatIsFilledInLaterIsLeftAlone(value: String) {
        let text = Doctoring.plugin(", \"dpop_proof_lifetime\": \"\(value)\"", mode: "\"\(value)\"").replacing(
            Doctoring.issuer, with: value)
        let found = Doctoring.report(text, file: "a.yaml").advice
        #expect(found == [], "\(found.map(\.title))")
    }

    @Test func everyPieceIsAccountedFor() {
        let report = Doctoring.report(
            [
                "a.md": "```sh\nls\n```\n\n```json\n\(Doctoring.client())\n```\n\n```swift\nx\n```\n",
                "b.yaml": "kind: Service\n---\nkind: KongPlugin\nplugin: openid-connect\nconfig: \(Self.config)\n",
            ])
        #expect(
            report.accountLines == [
                "ignored a.md:2  commands that configure nothing known here",
                "read    a.md:6  Keycloak client 'orders' (fence)",
                "ignored a.md:10  a fence of swift",
                "ignored b.yaml:1  nothing of Kong, Keycloak, OAuth metadata or a proxy in it",
                "read    b.yaml:5  Kong plugin openid-connect",
            ])
    }
}
