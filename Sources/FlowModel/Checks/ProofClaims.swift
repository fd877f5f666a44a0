extension Check {
    static let proofClaims = Check(
        id: .proofClaims, title: "jti, htm, htu and iat are there", spec: "RFC 9449 §4.3(3), §4.2", kinds: proofSteps
    ) { input in
        input.onClaims { _, claims in
            var outcomes = Outcomes()
            for (place, (member, kind)) in required.enumerated() {
                let value = claims[member]
                if value?.kind == kind {
                    if place == 0, value?.stringBytes?.count == 0 { outcomes += emptyIdentifier(input, value!) }
                    continue
                }
                outcomes += absent(input, member.description, kind, value, claims)
            }
            for name in times {
                guard let value = claims[name], value.kind != .number else { continue }
                outcomes += time(input, name.description, value)
            }
            for (place, name) in names.enumerated() {
                guard let value = claims[name] else { continue }
                if value.kind == .string || (place == 0 && value.kind == .array) { continue }
                outcomes += other(input, name.description, value)
            }
            return outcomes.isEmpty ? input.pass("all four") : outcomes
        }
    }

    private static let required: [(StaticString, JSONKind)] = [
        ("jti", .string), ("htm", .string), ("htu", .string), ("iat", .number),
    ]
    private static let times: [StaticString] = ["exp", "nbf"]
    private static let names: [StaticString] = ["aud", "iss"]
    /// Names that programs wrote where the claim was meant.
    private static let nearNames: [String: [String]] = [
        "jti": ["jit", "id", "nonce_id", "Jti", "JTI"], "htm": ["Htm", "HTM", "method", "htmethod"],
        "htu": ["Htu", "HTU", "url", "uri", "hut"], "iat": ["Iat", "IAT", "ait", "ts"],
    ]

    private static func absent(
        _ input: CheckInput, _ name: String, _ kind: JSONKind, _ value: JSONValue?, _ claims: JSONValue
    ) -> Outcomes {
        let near = value == nil ? nearNames[name]?.first { claims[named: $0] != nil } : nil
        let title =
            value.map { "`\(name)` of the proof is a \($0.kind.name), not a \(kind.name)" }
            ?? (near.map { "the proof has no `\(name)`, but a claim `\($0)`" } ?? "the proof has no `\(name)`")
        return input.fail(
            title,
            cause: name == "jti" && value == nil ? .jtiMissing : name == "iat" && value != nil ? .iatType : nil,
            found: value.map { "`\(name)` is a \($0.kind.name)" } ?? near.map { "`\($0)`" } ?? "no `\(name)`",
            [
                Evidence(
                    name, expected: "a \(kind.name)", actual: value?.source ?? near.map { "`\($0)`" },
                    at: Place(.proofPayload, value?.span ?? claims.span))
            ],
            fix: near.map { "name the claim `\(name)`, not `\($0)`" }
                ?? "put `\(name)` into the proof's payload as a JSON \(kind.name)")
    }

    private static func emptyIdentifier(_ input: CheckInput, _ value: JSONValue) -> Outcomes {
        input.fail(
            "`jti` of the proof is empty: it tells no proof from another", cause: .jtiMissing, found: "empty `jti`",
            [
                Evidence(
                    "jti", expected: "at least 96 random bits", actual: value.source,
                    at: Place(.proofPayload, value.span))
            ], fix: "use a UUIDv4 or 16 random bytes, base64url", deviation: "jti-empty")
    }

    private static func time(_ input: CheckInput, _ name: String, _ value: JSONValue) -> Outcomes {
        input.fail(
            "`\(name)` of the proof is a \(value.kind.name), not a number", cause: .proofExpired,
            found: "`\(name)` is a \(value.kind.name)",
            [
                Evidence(
                    name, expected: "a number of seconds, or no `\(name)`", actual: value.source,
                    at: Place(.proofPayload, value.span))
            ], fix: "leave `\(name)` out of the proof, or write seconds since 1970 without quotes (RFC 7519 §4.1)",
            deviation: name == "nbf" ? "nbf-string" : value.kind == .null ? "exp-null" : "exp-string")
    }

    private static func other(_ input: CheckInput, _ name: String, _ value: JSONValue) -> Outcomes {
        input.differ(
            "`\(name)` of the proof is a \(value.kind.name): some servers refuse it",
            found: "`\(name)` is a \(value.kind.name)",
            [
                Evidence(
                    name, expected: "a string, or no `\(name)`", actual: value.source,
                    at: Place(.proofPayload, value.span))
            ], fix: "leave `\(name)` out of the proof", deviation: "\(name)-number")
    }
}
