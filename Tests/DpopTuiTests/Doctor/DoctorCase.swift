import Documents
import FlowModel
import Foundation
import Testing

@testable import dpop_tui

/// A rule seen both ways: files in which it must be found, and files in which it must not.
struct DoctorCase: Sendable, CustomTestStringConvertible {
    typealias Files = [String: String]

    let id: String
    let wrong: Files
    let right: Files
    let version: [Int]?

    init(_ id: String, _ wrong: Files, right: Files, version: [Int]? = nil) {
        (self.id, self.wrong, self.right, self.version) = (id, wrong, right, version)
    }

    /// One file each.
    init(_ id: String, _ file: String, _ wrong: String, right: String, version: [Int]? = nil) {
        self.init(id, [file: wrong], right: [file: right], version: version)
    }

    var testDescription: String { id }

    static let all = gateway + schema + server + documents + fronts + proxies + frameworks + joined + together
}

enum Doctoring {
    static func report(_ files: DoctorCase.Files, version: [Int]? = nil) -> DoctorReport {
        var reader = ConfigReader(yaml: YAMLText.parser)
        for name in files.keys.sorted() { reader.read(files[name]!, file: name) }
        return DoctorReport(reader.configuration, kongVersion: version)
    }

    static func report(_ text: String, file: String = "f") -> DoctorReport { report([file: text]) }

    /// Places and ids, for one file.
    static func found(_ text: String, file: String = "f") -> [String] {
        report(text, file: file).advice.map { "\($0.line ?? 0) \($0.id)" }
    }

    static let issuer = "https://idp.test/realms/a"

    /// A right plugin object with more members in its config.
    static func plugin(_ more: String = "", methods: String = "[\"bearer\"]", mode: String = "\"strict\"") -> String {
        """
        {"name": "openid-connect", "config": {"issuer": "\(issuer)", "client_id": ["kong"],
          "auth_methods": \(methods), "proof_of_possession_dpop": \(mode)\(more)}}
        """
    }

    /// A right decK file with more lines in its config.
    static func deck(_ more: String = "") -> String {
        """
        _format_version: "3.0"
        plugins:
          - name: openid-connect
            config:
              issuer: \(issuer)
              client_id: [kong]
              auth_methods: [bearer]
              proof_of_possession_dpop: strict
              cache_tokens_salt: abc
        \(more)
        """
    }

    static func client(_ attributes: String = "\"dpop.bound.access.tokens\": \"true\"", more: String = "") -> String {
        "{\"clientId\": \"orders\", \"publicClient\": false, \"attributes\": {\(attributes)}\(more)}"
    }

    static func realm(_ policies: String, profiles: String = profile()) -> String {
        """
        {"realm": "a", "enabled": true, "clientPolicies": {"policies": [\(policies)]},
         "clientProfiles": {"profiles": [\(profiles)]}}
        """
    }

    static func profile(
        _ executor: String = "dpop-bind-enforcer", configuration: String = "{\"auto-configure\": \"true\"}"
    )
        -> String
    {
        "{\"name\": \"p\", \"executors\": [{\"executor\": \"\(executor)\", \"configuration\": \(configuration)}]}"
    }

    static func policy(
        enabled: Bool = true, conditions: String = "{\"condition\": \"any-client\", \"configuration\": {}}",
        profiles: String = "\"p\""
    ) -> String {
        "{\"name\": \"all\", \"enabled\": \(enabled), \"conditions\": [\(conditions)], \"profiles\": [\(profiles)]}"
    }

    static func compose(_ environment: String, image: String = "quay.io/keycloak/keycloak:26.7", more: String = "")
        -> String
    {
        """
        services:
          keycloak:
            image: \(image)
            command: start\(more)
            environment:
        \(environment.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))
        """
    }

    static func nginx(_ lines: String, outside: String = "") -> String {
        """
        server {
          listen 443 ssl;
          \(outside)
          location / {
            proxy_pass http://keycloak:8080;
            \(lines)
          }
        }
        """
    }

    static let forwarded = "proxy_set_header Host $host; proxy_set_header X-Forwarded-Proto $scheme;"

    static func metadata(_ algs: String? = "[\"ES256\"]", issuer: String = issuer, more: String = "") -> String {
        "{\"issuer\": \"\(issuer)\", \"token_endpoint\": \"\(issuer)/t\", \"jwks_uri\": \"\(issuer)/k\""
            + (algs.map { ", \"dpop_signing_alg_values_supported\": \($0)" } ?? "") + more + "}"
    }
}
