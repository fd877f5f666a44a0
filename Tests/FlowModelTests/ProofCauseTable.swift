@testable import FlowModel

/// The causes that lie in one proof: bytes that show each, and bytes that nearly do.
extension DiagnosisTests {
    static let proofs: [(cause: CauseID, shown: Case, near: Case)] = [
        (
            .htuHostForm, called("https://[2001:db8::1]/data", htu: "https://[2001:db8:0:0:0:0:0:1]/data"),
            called("https://[2001:db8::1]/data", htu: "https://[2001:db8::2]/data")
        ),
        (
            .htuHostForm, called("https://xn--bcher-kva.example/data", htu: "https://bücher.example/data"),
            called("https://xn--bcher-kva.example/data", htu: "https://bucher.example/data")
        ),
        (
            .htuHostForm, called("https://api.test/data", htu: "https://api.test:0443/data"),
            called("https://api.test/data", htu: "https://api.test:0444/data")
        ),
        (
            .htuDotSegments, accepted(proof("GET", "https://api.test/x/../data")),
            refused(proof("GET", "https://api.test/x/data"))
        ),
        (
            .htuUnparsed, refused(proof("GET", "undefined/data")),
            refused(proof("GET", "https://undefined-behaviour.test/x"))
        ),
        (.htuUnparsed, refused(proof("GET", "https://{host}/data")), refused(proof("GET", "/data"))),
        (.htuUnparsed, refused(proof("GET", "about:blank")), good),
        (
            .htuUserinfo, refused(proof("GET", "https://ada:pw@api.test/data")),
            called("https://ada:pw@api.test/data", htu: "https://api.test/data")
        ),
        (.iatFraction, accepted(proof(payload: ["iat": "1795334400.25"])), good),
        (.iatFraction, accepted(proof(payload: ["iat": "1.7953344e9"])), good),
        (
            .proofExpired, accepted(proof(payload: ["exp": "1795334340"])),
            accepted(proof(payload: ["exp": "1795334460"]))
        ),
        (
            .proofExpired, accepted(proof(payload: ["nbf": "1795334700"])),
            accepted(proof(payload: ["nbf": "1795334300"]))
        ),
        (.proofExpired, accepted(proof(payload: ["exp": "\"1795334460\""])), good),
        (.schemeUnknown, refused(proof(), scheme: "Token"), refused(proof(), scheme: "Dpop")),
        (
            .schemeUnknown,
            { scene in
                scene.add(
                    "GET", api, [("Authorization", token), ("DPoP", proof())], status: 401,
                    answer: [("WWW-Authenticate", "DPoP")])
            },
            { scene in
                scene.add(
                    "GET", api, [("Authorization", "Basic YTpi"), ("DPoP", proof(token: nil))], status: 401,
                    answer: [("WWW-Authenticate", "DPoP")])
            }
        ),
        (
            .schemeShr,
            { scene in
                let signed = key.sign(
                    "{\"typ\":\"pop\",\"alg\":\"ES256\"}",
                    "{\"at\":\"x\",\"ts\":1795334400,\"m\":\"GET\",\"u\":\"api.test\",\"p\":\"/data\"}")
                scene.add(
                    "GET", api, [("Authorization", "PoP \(signed)")], status: 401,
                    answer: [("WWW-Authenticate", "DPoP")])
            }, refused(proof(), scheme: "PoP")
        ),
        (.tokenAltered, bound(to: altered), bound(to: other.jkt)),
        (
            .valuePlaceholder, refused("DPOP_SECURED_BY_OIDC_SERVICE_WORKER_default"),
            refused("[object Promise]")
        ),
        (.valueStringified, refused("[object Promise]"), refused("a.b.c")),
        (.valueStringified, refused(proof(header: ["jwk": "{}"])), refused(proof(header: ["jwk": "\"{}\""]))),
        (
            .valueStringified,
            { scene in
                scene.call(
                    "undefined", proof: proof(token: "undefined"), status: 401, answer: [("WWW-Authenticate", "DPoP")])
            },
            { scene in
                scene.call(
                    "undefined-1", proof: proof(token: "undefined-1"), status: 401,
                    answer: [("WWW-Authenticate", "DPoP")])
            }
        ),
        (
            .typWrong, accepted(proof(header: ["typ": "\"DPoP+JWT\""])),
            accepted(proof(header: ["typ": "\"dpop\\u002bjwt\""]))
        ),
        (
            .typWrong, accepted(proof(header: ["typ": "\"application/dpop+jwt\""])), good
        ),
        (
            .typOtherJwt, refused(otherJWT("openid4vci-proof+jwt")),
            refused(proof(header: ["typ": "\"openid4vci-proof+jwt\""]))
        ),
        (.typOtherJwt, refused(token), good),
        (
            .critUnknown, accepted(proof(header: ["crit": "[\"foo\"]", "foo": "1"])),
            accepted(proof(header: ["foo": "1"]))
        ),
        (
            .critUnknown, accepted(proof(header: ["crit": "[]"])),
            accepted(proof(header: ["crit": "[\"b64\"]", "b64": "true"]))
        ),
        (.critUnknown, accepted(proof(header: ["b64": "false"])), accepted(proof(header: ["b64": "true"]))),
        (
            .algUnregistered, refused(proof(header: ["alg": "\"es256\""])),
            refused(proof(header: ["alg": "\"ES384\""]))
        ),
        (.jwkSet, refused(proof(header: ["jwk": "{\"keys\":[\(key.jwk)]}"])), good),
        (.jwkMalformed, refused(proof(header: ["jwk": moved])), refused(proof(header: ["jwk": other.jwk]))),
        (.jwkMalformed, refused(proof(header: ["jwk": "{\"kty\":\"ec\"}"])), good),
        (
            .jwkPrivateEmpty, accepted(proof(header: ["jwk": String(key.jwk.dropLast()) + ",\"d\":null}"])),
            refused(proof(header: ["jwk": String(key.jwk.dropLast()) + ",\"d\":\"AAAA\"}"]))
        ),
        (.proofSpareBits, accepted(spare), good),
        (
            .jwkKidInside, accepted(proof(header: ["jwk": String(key.jwk.dropLast()) + ",\"use\":\"enc\"}"])),
            accepted(proof(header: ["jwk": String(key.jwk.dropLast()) + ",\"use\":\"sig\"}"]))
        ),
        (.jktHexPad, bound(to: "urn:ietf:params:oauth:jwk-thumbprint:sha-256:" + key.jkt), bound(to: "urn:other")),
        (.cnfShape, bound(to: ""), bound(to: key.jkt)),
        (
            .htuPortLost, called("https://api.test/data", htu: "https://api.test:8443/data"),
            called("https://api.test/data", htu: "https://api.test:443/data")
        ),
    ]

    /// A call of this URL with a proof for that one.
    private static func called(_ url: String, htu: String) -> Case {
        { scene in
            let got = scene.token(key, token: token)
            scene.call(got, proof: proof("GET", htu), url: url)
        }
    }

    private static func otherJWT(_ typ: String) -> String {
        key.sign(
            "{\"typ\":\"\(typ)\",\"alg\":\"ES256\",\"jwk\":\(key.jwk)}",
            "{\"iss\":\"spa\",\"aud\":\"https://issuer.test\",\"iat\":1795334400,\"nonce\":\"c1\"}")
    }

    private static var altered: String {
        String(key.jkt.dropLast(20)) + (key.jkt.dropLast(19).last == "A" ? "B" : "A") + key.jkt.suffix(19)
    }

    /// The key with a point beside its curve.
    private static var moved: String {
        let y = try! Base64URL.decode(jwk.value["y"]!.string!)
        return
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\(jwk.value["x"]!.string!)\",\"y\":\"\(Base64URL.encode(y.dropLast() + [y[31] ^ 1]))\"}"
    }

    /// A signature of 64 bytes has 86 characters; the last one's four low bits belong to no byte.
    private static var spare: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let text = proof()
        return text.dropLast() + String(alphabet[alphabet.firstIndex(of: text.last!)! | 1])
    }
}
