import FlowModel
import Foundation
import Testing

@testable import dpop_tui

/// Forms in which configurations are handed around: listings of guides, terminals, templates, other languages' files.
@Suite struct DoctorFormTests {
    private static let settings = "services:\n  kc:\n    image: quay.io/keycloak/keycloak:26.7\n    environment:\n"
    private static let wrong = "      KC_PROXY_HEADERS: edge"

    static let listings: [(String, String, Int)] = [
        (
            "a.adoc",
            "= Guide\n\n.Title\n[source,yaml,subs=\"attributes\"]\n----\n\(settings)\(wrong) # <1>\n----\n<1> Prose: no.\n",
            10
        ),
        ("a.adoc", "[,yaml]\n....\nifdef::x[]\n\(settings)\(wrong) <2>\nendif::x[]\n....\n", 8),
        ("a.adoc", "[source,properties]\n----\nproxy-headers=edge\n----\n", 3),
        (
            "a.rst",
            "Guide\n=====\n\n.. code-block:: yaml\n   :linenos:\n\n   \(settings.replacing("\n", with: "\n   "))\(wrong)\n\nEnd.\n",
            11
        ),
        ("a.rst", "As in::\n\n  export KC_PROXY_HEADERS=edge\n  bin/kc.sh start\n\nEnd: here.\n", 3),
        ("a.org", "* Guide\n#+BEGIN_SRC yaml\n\(settings)\(wrong)\n#+END_SRC\n", 7),
        ("a.md", "Text:\n\n    KC_PROXY_HEADERS=edge\n    KC_HTTP_ENABLED=true\n\nEnd.\n", 3),
        ("a.md", "```docker-compose\n\(settings)\(wrong)\n```\n", 6),
        ("a.md", "```mystery\n\(settings)\(wrong)\n```\n", 6),
        ("docker-compose.yml.j2", "\(settings){% if x %}\n\(wrong)\n{% endif %}\n", 6),
        ("keycloak.yaml.tftpl", "\(settings)%{ for a in b ~}\n\(wrong)\n%{ endfor ~}\n", 6),
        (
            "a.sh", "echo \"[Service]\nEnvironment=KC_PROXY_HEADERS=edge\nExecStart=/opt/kc.sh start\n\" > a.service\n",
            2
        ),
        ("a.sh", "cat > u <<EOF\n[Service]\nEnvironment=KC_PROXY_HEADERS=edge\nEOF\n", 3),
        ("kc.container", "[Container]\nImage=quay.io/keycloak/keycloak:26.7\nEnvironment=KC_PROXY_HEADERS=edge\n", 3),
        (
            "play.yml",
            "- hosts: all\n  tasks:\n  - docker_container:\n      image: quay.io/keycloak/keycloak:26.7\n      env:\n        KC_PROXY_HEADERS: edge\n",
            6
        ),
        (
            "k.tf",
            "resource \"kubernetes_deployment\" \"k\" {\n  spec {\n    container {\n      image = \"quay.io/keycloak/keycloak:26.7\"\n      env {\n        name = \"A\"\n        value = \"b\"\n      }\n      env {\n        name = \"KC_PROXY_HEADERS\"\n        value = \"edge\"\n      }\n    }\n  }\n}\n",
            11
        ),
        ("v.yaml", "keycloak:\n  proxyHeaders: edge\n  extraEnvVars: []\n", 2),
        ("v.yaml", "image: {repository: quay.io/keycloak/keycloak}\nproxy:\n  mode: edge\nextraEnv: ''\n", 3),
        (
            "c.yaml",
            "services:\n  k:\n    image: bitnami/keycloak:26\n    environment:\n    - KEYCLOAK_PROXY_HEADERS=edge\n", 5
        ),
    ]

    @Test(arguments: listings)
    func everyListingIsRead(file: String, text: String, line: Int) {
        let report = Doctoring.report(text, file: file)
        #expect(
            report.advice.filter { $0.id == "keycloak.proxy-headers-value" }.map(\.line) == [line],
            "\(report.text().text)")
    }

    private static let printed =
        "{\n  \"clientId\": \"o\",\n  \"attributes\": {\"dpop.bound.acess.tokens\": \"true\"}\n}\n"

    /// What a terminal shows: prompts, what was typed, and what came back.
    static let sessions: [(String, Int)] = [
        ("$ kcadm.sh get clients/1 -r a\n" + printed + "$ ls\n", 4),
        ("alice@host:~/x$ curl -s $KC/admin/realms/a/clients/1 | jq .\n" + printed, 4),
        ("[root@host ~]# kcadm.sh get clients/1 \\\n> -r a\nLogging in …\n" + printed + "[root@host ~]# \n", 6),
        ("C:\\kc>kcadm.bat get clients/1 -r a\n" + printed, 4),
        ("curl -s http://k/admin/realms/a/clients/1 | jq\n" + printed + "curl -s http://k/other\n", 4),
        ("$ curl -i http://k/x\nHTTP/1.1 200 OK\ncontent-type: application/json\n\n" + printed, 7),
        ("$ cat client.json\n" + printed + "$ cat <<E\n$ no prompt\nE\n", 4),
        (
            "sh -c 'kcadm.sh create clients -r a \\\n -s clientId=o -s \"attributes.\\\"dpop.bound.acess.tokens\\\"=true\"'\n",
            2
        ),
    ]

    @Test(arguments: sessions)
    func everySessionIsRead(text: String, line: Int) {
        for report in [
            Doctoring.report(text, file: "a.sh"), Doctoring.report("```console\n\(text)```\n", file: "a.md"),
        ] {
            let shift = report.accounts.first?.place.file == "a.md" ? 1 : 0
            #expect(
                report.advice.filter { $0.id == "keycloak.attribute-name" }.map(\.line) == [line + shift],
                "\(report.text().text)")
        }
    }

    /// The settings alone, as `jq .config` prints them.
    @Test func settingsWithoutTheirPluginAreRead() {
        let text =
            "$ curl -s localhost:8001/plugins/1 | jq .config\n{\n\"issuer\": \"https://i.test\",\n"
            + "\"auth_methods\": [\"bearer\"],\n\"proof_of_possession_dpop\": \"off\"\n}\n"
        #expect(Doctoring.found(text, file: "a.sh") == ["5 kong.dpop-off"])
        #expect(Doctoring.found("config:\n  proof_of_possession_dpop: on\n", file: "a.yaml") == ["2 kong.type"])
    }

    /// Kong's settings in the forms that wrap them.
    static let wrapped: [(String, String, Int)] = [
        ("patch.yaml", "- op: replace\n  path: /config/proof_of_possession_dpop\n  value: \"off\"\n", 3),
        (
            "c.yaml",
            "services:\n  kong:\n    image: kong/kong-gateway:3.10\n    environment:\n      KONG_DECLARATIVE_CONFIG_STRING: '{\"plugins\": [{\"name\": \"openid-connect\", \"config\": {\"issuer\": \"https://i.test\", \"auth_methods\": [\"bearer\"], \"proof_of_possession_dpop\": \"off\"}}]}'\n",
            5
        ),
        (
            "plain.md",
            "{\n\"name\": \"openid-connect\",\n\"config\": {\"issuer\": \"https://i.test\", \"auth_methods\": [\"bearer\"],\n\"proof_of_possession_dpop\": \"off\"}}\n",
            4
        ),
        (
            "a.md",
            "```\nISSUER=https://i.test\nkubectl apply -f - <<EOF\nkind: KongPlugin\nplugin: openid-connect\nconfig: {issuer: '${ISSUER}', auth_methods: [bearer],\n  proof_of_possession_dpop: 'off'}\nEOF\n```\n",
            7
        ),
    ]

    @Test(arguments: wrapped)
    func everyWrappingIsRead(file: String, text: String, line: Int) {
        let report = Doctoring.report(text, file: file)
        #expect(
            report.advice.filter { $0.id == "kong.dpop-off" }.map(\.line) == [line], "\(report.text().text)")
    }

    /// The texts of a form are what Kong makes of them.
    @Test func formsHaveTypes() {
        let form =
            "curl k:8001/plugins -d name=openid-connect -d config.issuer=https://i.test -d config.auth_methods=bearer"
            + " -d config.proof_of_possession_dpop=strict -d config.dpop_use_nonce=true -d config.dpop_proof_lifetime=60"
        #expect(Doctoring.found(form, file: "a.sh") == ["1 kong.nonce-key"])
        let json =
            "http :8001/plugins name=openid-connect config:='{\"issuer\": \"https://i.test\", \"auth_methods\": "
            + "[\"bearer\"], \"proof_of_possession_dpop\": \"strict\", \"leeway\": \"5\"}'"
        #expect(Doctoring.found(json, file: "a.sh") == ["1 kong.type"])
    }

    /// Keycloak refuses a flag that it does not know, and passes over a variable.
    @Test func unknownOptionsAreToldByWhereTheyStand() {
        func levels(_ text: String, _ file: String) -> [Advice.Level] {
            Doctoring.report(text, file: file).advice.filter { $0.id == "keycloak.old-option" }.map(\.level)
        }
        #expect(levels("bin/kc.sh start --proxy-header=xforwarded\n", "a.sh") == [.fail])
        #expect(levels("proxy-header=xforwarded\nhostname=a\n", "keycloak.conf") == [.warn])
        #expect(levels("KC_PROXY_HEADER=xforwarded\n", "a.env") == [.warn])
    }

    /// APISIX has a plugin of that name too.
    @Test(arguments: [
        "apiVersion: apisix.apache.org/v2\nkind: ApisixRoute\nspec:\n  http:\n  - plugins:\n    - name: openid-connect\n      config: {discovery: a, realm: b}\n",
        "routes:\n- plugins:\n    openid-connect: {discovery: a}\n",
    ])
    func apisixIsNotKong(text: String) {
        #expect(Doctoring.report(text, file: "a.yaml").advice.map(\.id) == ["front.bearer-only"])
    }

    /// A client of Ansible's module is a client.
    @Test func aPlaybooksClientIsRead() {
        let text =
            "- keycloak_client:\n    auth_keycloak_url: http://k\n    client_id: orders\n    attributes:\n"
            + "      dpop.bound.access.token: \"true\"\n"
        #expect(Doctoring.found(text, file: "play.yml") == ["5 keycloak.attribute-name"])
    }

    /// What a file or a reference holds is not known to be missing.
    @Test func whatStandsElsewhereIsNotMissing() {
        #expect(
            Doctoring.report("kcadm.sh create clients -r a -f client.json -s enabled=true", file: "a.sh").advice == [])
        let policy =
            "resource \"keycloak_realm_client_policy_profile_policy\" \"p\" {\n  name = \"p\"\n"
            + "  profiles = [keycloak_realm_client_policy_profile.x.name]\n  condition { name = \"any-client\" }\n}\n"
        #expect(Doctoring.report(policy, file: "a.tf").advice == [])
    }

    /// Terraform in JSON says what Terraform in its own language says.
    @Test func terraformsOtherSyntaxIsRead() {
        let text = """
            {"terraform": {"required_providers": {"keycloak": {"source": "keycloak/keycloak", "version": "~> 5.4.0"}}},
             "resource": {
              "keycloak_openid_client": {"o": {"client_id": "orders",
                "require_dpop_bound_tokens": true}},
              "konnect_gateway_plugin_openid_connect": {"p": [{"config": {"issuer": "https://i.test",
                "auth_methods": ["bearer"],
                "proof_of_possession_dpop": "optional"}}]}}}
            """
        #expect(Doctoring.found(text, file: "main.tf.json") == ["7 kong.dpop-optional", "4 terraform.version"])
        let account = Doctoring.report("{\"resource\": {\"aws_x\": {\"y\": {}}}}", file: "a.tf.json")
        #expect(account.isEmpty && account.accounts.count == 1)
    }

    /// What cannot be seen is said, and is no failure.
    static let hidden: [DoctorCase.Files] = [
        [
            "c.yaml":
                "services: {keycloak: {image: 'quay.io/keycloak/keycloak:26.7', command: start, env_file: [a.env], environment: {KC_HOSTNAME: 'https://a.test', KC_HTTP_ENABLED: 'true'}}}"
        ],
        [
            "c.yaml":
                "services: {keycloak: {build: ./keycloak, command: start, environment: {KC_HOSTNAME: 'https://a.test', KC_HTTP_ENABLED: 'true'}}}"
        ],
        [
            "c.yaml":
                "services: {keycloak: {image: 'mine/keycloak:latest', command: start, environment: {KC_HOSTNAME: 'https://a.test', KC_HTTP_ENABLED: 'true'}}}"
        ],
        [
            "c.yaml":
                "services: {keycloak: {image: 'quay.io/keycloak/keycloak:26.7', volumes: ['./k.conf:/opt/keycloak/conf/keycloak.conf'], environment: {KC_HOSTNAME: 'https://a.test', KC_HTTP_ENABLED: 'true'}}}"
        ],
        [
            "k.yaml":
                "kind: Deployment\nspec: {containers: [{image: 'quay.io/keycloak/keycloak:26.7', envFrom: [{secretRef: {name: a}}], env: [{name: KC_HOSTNAME, value: 'https://a.test'}, {name: KC_HTTP_ENABLED, value: 'true'}]}]}"
        ],
        [
            "v.yaml":
                "image: {repository: quay.io/keycloak/keycloak}\nextraEnv: |\n  - name: KC_HOSTNAME\n    value: https://a.test\n  - name: KC_HTTP_ENABLED\n    value: 'true'\n"
        ],
        [
            "k.service":
                "[Service]\nEnvironmentFile=-/etc/keycloak.env\nEnvironment=KC_HOSTNAME=https://a.test KC_HTTP_ENABLED=true\nExecStart=/opt/kc.sh start\n"
        ],
        [
            "k.sh":
                "docker run --env-file kc.env -e KC_HOSTNAME=https://a.test -e KC_HTTP_ENABLED=true quay.io/keycloak/keycloak:26.7 start"
        ],
    ]

    @Test(arguments: hidden)
    func whatIsNotSeenIsNoFailure(files: DoctorCase.Files) {
        let report = Doctoring.report(files)
        let found = report.advice.filter { $0.id == "keycloak.proxy-headers" }
        #expect(found.map(\.level) == [.warn], "\(report.text().text)")
        #expect(found.first?.title.contains("not seen here") ?? false)
    }

    /// A guide shows one server in several listings.
    @Test func listingsOfOneTextAreOneServer() {
        let first = "```properties\nhostname=https://a.test\nhttp-enabled=true\n```\n"
        #expect(Doctoring.report(first, file: "a.md").advice.map(\.id) == ["keycloak.proxy-headers"])
        #expect(Doctoring.report(first + "```properties\nproxy-headers=xforwarded\n```\n", file: "a.md").advice == [])
    }

    /// Which port a container publishes is not known, nor which controller serves an Ingress.
    @Test func whatIsNotInTheFilesIsNoFailure() {
        let nginx =
            "server { listen 80; location / { proxy_pass http://app:8080; proxy_set_header Host $http_host;\n"
            + "proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Port 8180; } }"
        #expect(Doctoring.report(nginx, file: "n.conf").advice.map(\.level) == [.warn])
        let route =
            "kind: Route\nspec: {to: {name: keycloak}, tls: {termination: edge}}\n---\nkind: Pod\nspec:\n"
            + "  containers: [{image: keycloak/keycloak, env: [{name: KC_PROXY_HEADERS, value: forwarded}]}]\n"
        #expect(Doctoring.report(route, file: "k.yaml").advice == [])
    }

    /// A schema of a document is none, and a page shows parts of one.
    @Test func schemasAndExcerptsDoNotFail() {
        let schema =
            "type: object\nproperties:\n  resource: {type: string}\n  authorization_servers: {type: array}\n"
            + "  dpop_bound_access_tokens_required: {type: boolean}\n"
        #expect(Doctoring.report(schema, file: "s.yaml").isEmpty)
        let excerpt = Doctoring.metadata(nil)
        #expect(Doctoring.report("```json\n\(excerpt)\n```\n", file: "a.md").advice.map(\.level) == [.warn])
        #expect(Doctoring.report(excerpt, file: "a.json").advice.map(\.level) == [.fail])
    }

    /// Programs beside Keycloak, variables of scripts, numbers of an image's maker.
    static let strangers: [(String, String)] = [
        ("c.yaml", "services: {p: {image: 'quay.io/gambol99/keycloak-proxy:2.0', command: --listen 1}}"),
        ("c.yaml", "services: {p: {image: 'adorsys/keycloak-config-cli:6.1', environment: {A: b}}}"),
        ("a.sh", "KC_URL=http://localhost:8080\nKC_REALM=a\nKC_ADMIN=admin\ncurl \"$KC_URL/health\"\n"),
        ("a.env", "KC_URL=http://localhost:8080\n"),
        ("haproxy.cfg", "global\n  daemon\n"), ("Caddyfile", "a.test {\n  file_server\n}\n"),
        ("x.service", "[Service]\nExecStart=/usr/bin/true\n"),
        ("a.tf", "resource \"aws_instance\" \"b\" { image = \"x\" }"),
        ("a.ts", "export const metadata = {\n  client_id: `${x}/client.json`,\n  dpop_bound_access_tokens: true\n}\n"),
    ]

    @Test(arguments: strangers)
    func strangersAreLeftAlone(file: String, text: String) {
        let report = Doctoring.report(text, file: file)
        #expect(report.advice.isEmpty, "\(report.text().text)")
        #expect(report.accounts.allSatisfy { $0.readAs == nil } && !report.accounts.isEmpty, "\(report.text().text)")
    }

    /// A version of the maker's own is none of Keycloak's.
    @Test func onlyKeycloaksOwnNumbersAreVersions() {
        func ids(_ image: String) -> [String] {
            Doctoring.report("services: {keycloak: {image: '\(image)'}}", file: "c.yaml").advice.map(\.id)
        }
        #expect(ids("registry.test/team/keycloak:1.4.2") == [])
        #expect(ids("registry.test/keycloak/keycloak:25.0.2") == ["keycloak.feature-off"])
        #expect(ids("quay.io/keycloak/keycloak:26.4.0") == [])
    }

    /// A template is not whole before it is filled in: no mistake of its writer.
    @Test(arguments: [
        (
            "realm.json.j2",
            "{\"realm\": \"a\", \"clients\": [{% for c in x %}{\"clientId\": {{ c | tojson }}}{% endfor %}]}"
        ),
        ("realm.json", "{\"realm\": \"$(env:REALM)\", \"enabled\": $(env:ON), \"clients\": [{\"clientId\": \"a\"}]}"),
        ("t.yaml", "{{- define \"x\" -}}\nclientId: {{ .a\n  | quote }}\n{{- end -}}\n"),
    ])
    func templatesDoNotFail(file: String, text: String) {
        #expect(!Doctoring.report(text, file: file).hasFailure)
    }
}
