import Testing

@testable import FlowModel

/// The values of RFC 7515, 7638, 8037 and 9449 themselves.
@Suite struct JOSEVectorTests {
    static let rfc9449Key =
        "{\"kty\":\"EC\",\"x\":\"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs\",\"y\":\"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA\",\"crv\":\"P-256\"}"
    static let proofHeader =
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19"
    static let figure2 =
        proofHeader
        + ".eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
    static let figure7 =
        proofHeader
        + ".eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjY1Mjk2fQ.pAqut2IRDm_De6PR93SYmGBPXpwrAk90e8cP2hjiaG5QsGSuKDYW7_X620BxqhvYC8ynrrvZLTk41mSRroapUA"
    static let figure13 =
        proofHeader
        + ".eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
    static let rsaN =
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"

    static func jwk(_ text: String) throws -> JWK { JWK(try JSONDocument(Bytes(text)).root) }

    /// A verifier that keeps two keys makes new ones out of old ones; what it says must not depend on that.
    @Test func keysTakeTurnsWithoutMixing() throws {
        let keys = (0..<5).map { TestKey($0) }
        let proofs = keys.map { CompactJWS($0.proof("GET", "https://api.test/")) }
        let verifier = SignatureVerifier(capacity: 2)
        for round in 0..<20 {
            let (signer, holder) = (round % 5, round * 7 / 3 % 5)
            let verdict = verifier.verify(proofs[signer], with: try #require(proofs[holder].head.jwk))
            #expect(verdict == (signer == holder ? .valid : .invalid), "round \(round)")
        }
        let zeros = String(repeating: "A", count: 43)
        let offCurve = try Self.jwk("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\(zeros)\",\"y\":\"\(zeros)\"}")
        #expect(verifier.verify(proofs[0], with: offCurve) != .valid)
        #expect(verifier.verify(proofs[3], with: try #require(proofs[3].head.jwk)) == .valid)
    }

    @Test(arguments: [
        (rfc9449Key, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"),
        (
            "{\"kty\":\"RSA\",\"n\":\"" + rsaN + "\",\"e\":\"AQAB\",\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}",
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        ),
        (
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        ),
        (
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}",
            "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"
        ),
        (
            "{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk\",\"y\":\"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2\"}",
            "u5YUSjQ2-2chBi51NSk3t3g7IM4o2KYcnPqPtCNGd3U"
        ),
        (
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"APgYG5BNQBWVT-w7yW51bi9M5hVluuqPOGXXl5if_NM\",\"y\":\"QmnCr5fkc5hvPAHJlus28hFl9fvENm3BAHbt7YcDakQ\"}",
            "blYhrm9qF1QjcvW-PCH4EI6gqOq6p1fcH8eCuxaT0WU"
        ),
        (
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AEnqT7Oatx6yGzctZ7GyHUxPqQWiQdz_912uEEG4UV0\",\"y\":\"iURTsWCd45A8N0pxg0mtt_QLuVjXzdOREgdRaCTY36o\"}",
            "jiPWOAVg9ja5iOG5u3ecb5XluFPeQXn4RZLaq6ab10M"
        ),
    ])
    func thumbprints(key: String, jkt: String) throws {
        let key = try Self.jwk(key)
        #expect(key.fingerprint?.base64url == jkt)
        #expect(key.problems.isEmpty)
        _ = try key.publicKey()
    }

    @Test func longerThumbprintsAreMadeOfTheSameText() throws {
        let key = try Self.jwk(Self.rfc9449Key)
        #expect(
            key.canonicalJSON
                == "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs\",\"y\":\"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA\"}"
        )
        #expect(key.thumbprint(.sha384)?.count == 48 && key.thumbprint(.sha512)?.count == 64)
    }

    /// The catalogue's wrong thumbprints come from wrong bytes: the reader must name what is wrong with them.
    @Test(
        arguments: [
            (
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"-BgbkE1AFZVP7DvJbnVuL0zmFWW66o84ZdeXmJ_80w\",\"y\":\"QmnCr5fkc5hvPAHJlus28hFl9fvENm3BAHbt7YcDakQ\"}",
                "j7evyaXiB7W7Xcw1VcDrAbuLbU4OttJphHacZBuAzMo", .ecZeroStripped
            ),
            (
                "{\"kty\":\"RSA\",\"n\":\"" + rsaN + "\",\"e\":\"AAEAAQ\"}",
                "KhXKq_trhFEnJYJyG3akrCu05Ny-bGT_uB7vg3Tmd8c",
                .rsaZeroAdded
            ),
        ] as [(String, String, CauseID)])
    func namesWrongCoordinates(key: String, jkt: String, cause: CauseID) throws {
        let key = try Self.jwk(key)
        #expect(key.fingerprint?.base64url == jkt)
        #expect(key.problems.map(\.cause) == [cause])
    }

    @Test(arguments: [figure2, figure7, figure13])
    func proofsOfTheRFCVerify(proof: String) throws {
        let jws = CompactJWS(proof)
        #expect(jws.isWellFormed && jws.typ == "dpop+jwt")
        #expect(jws.head.fingerprint?.base64url == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
        #expect(SignatureVerifier().verify(jws, with: try #require(jws.head.jwk)) == .valid)
    }

    @Test func everyFlippedSignatureBitIsRefused() throws {
        let jws = CompactJWS(Self.figure2)
        let jwk = try #require(jws.head.jwk)
        let verifier = SignatureVerifier()
        let parts = Self.figure2.split(separator: ".")
        for bit in stride(from: 0, to: 512, by: 7) {
            var bytes = jws.signature.array
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let text = "\(parts[0]).\(parts[1]).\(Base64URL.encode(bytes))"
            #expect(verifier.verify(CompactJWS(text), with: jwk) == .invalid, "bit \(bit)")
        }
    }

    static let josePayload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    @Test(arguments: [
        (
            "eyJhbGciOiJFUzI1NiJ9." + josePayload
                + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"
        ),
        (
            "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
            "{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk\",\"y\":\"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2\"}"
        ),
        (
            "eyJhbGciOiJSUzI1NiJ9." + josePayload
                + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
            "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\"}"
        ),
        (
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"
        ),
    ])
    func signaturesOfTheRFCsVerify(text: String, key: String) throws {
        let jws = CompactJWS(text)
        #expect(SignatureVerifier().verify(jws, with: try Self.jwk(key)) == .valid)
        #expect(
            SignatureVerifier().verify(
                CompactJWS(
                    text.replacing("UGF5", with: "UGF6").replacing("RXhh", with: "RXhi").replacing(
                        "eyJpc3Mi", with: "eyJpc3Nj")), with: try Self.jwk(key)) == .invalid)
    }

    @Test func derIsRefusedAndRecognised() throws {
        let parts = Self.figure2.split(separator: ".")
        let der = "MEYCIQDb4bEDpPyU_i9-uDy_4V1Y_QDTN2uPyKCIwu-pExS_CQIhANCDg-0Utt0teI5KxfTHs1Vj4U3IkrvSd9tXfvFFlPcu"
        var scene = Scene(time: 1_562_262_616)
        scene.add(
            "POST", "https://server.example.com/token", [("DPoP", "\(parts[0]).\(parts[1]).\(der)")],
            body: "grant_type=client_credentials", status: 400)
        #expect(scene.verdict(.proofSignature)?.cause == .sigDer)
        #expect(scene.verdict(.proofSignature)?.verdict == .fail)
    }

    /// Figure 7 reuses figure 2's `jti` in another proof: a warning, explained, and no failure.
    @Test func theRFCsOwnExamplesGiveNoFalseAlarm() {
        var scene = Scene(time: 1_562_262_616)
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
        let refresh = "Q..Zkm29lexi8VnWg2zPW1x-tgGad0Ibc3s3EwM_Ni4-g"
        scene.add(
            "POST", "https://server.example.com/token", [("DPoP", Self.figure2)],
            body: "grant_type=authorization_code&code=x",
            answerBody:
                "{\"access_token\":\"\(token)\",\"token_type\":\"DPoP\",\"expires_in\":2677,\"refresh_token\":\"\(refresh)\"}"
        )
        scene.time = 1_562_262_618
        scene.add(
            "GET", "https://resource.example.org/protectedresource",
            [("Authorization", "DPoP \(token)"), ("DPoP", Self.figure13)])
        scene.time = 1_562_265_296
        scene.add(
            "POST", "https://server.example.com/token", [("DPoP", Self.figure7)],
            body: "grant_type=refresh_token&refresh_token=\(refresh)",
            answerBody: "{\"access_token\":\"other-token\",\"token_type\":\"DPoP\"}")
        let report = scene.report()
        #expect(report.count(.fail) == 0, "\(report.findings.filter { $0.verdict == .fail })")
        #expect(report.findings.filter { $0.verdict == .warn }.map(\.check) == [.proofJti])
    }

    @Test func unknownAlgorithmsStillDecode() throws {
        let text =
            Base64URL.encode(
                Array("{\"alg\":\"ML-DSA-44\",\"jwk\":{\"kty\":\"AKP\",\"alg\":\"ML-DSA-44\",\"pub\":\"AA\"}}".utf8))
            + ".e30.AA"
        let jws = CompactJWS(text)
        #expect(jws.isWellFormed && jws.alg == "ML-DSA-44")
        guard case .cannotTell = SignatureVerifier().verify(jws, with: try #require(jws.head.jwk)) else {
            Issue.record("must be cannotTell")
            return
        }
    }

    @Test func aJWEIsRecognised() {
        let header = Base64URL.encode(Array("{\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\"}".utf8))
        let jws = CompactJWS("\(header).AA.AA.AA.AA")
        #expect(jws.isJWE && jws.problems.isEmpty && jws.alg == "RSA-OAEP")
    }
}
