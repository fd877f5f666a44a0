/// Keys under a pass phrase that other programs made: jwcrypto, joserfc and OpenSSL. The pass phrase is `p`; all but
/// the RFC's were made for these tests.
enum EncryptedKeys {
    /// The thumbprint of the P-256 key `one` in the three JWEs.
    static let thumbprint = "eaAyU3UcYB0cAd_7RkuE4z0Ne8b_Qw1TzqqZg0mEyTI"

    /// jwcrypto: PBES2-HS512+A256KW and A256GCM, the salt beside the protected header.
    static let flattened = #"""
        {"ciphertext":"ZY_FMA30RlzxuUdDGArRLt14TEbWKtSlqZuIbqWGncQWJSA0GjgP1TYwfbm5KRhEqbXLLEj2pVTFn1oCiLnu8\#
        NadL16XDr69laweox96laRDHjWvAy_KWI1MnHR4ZB9cYYKjItPdeT64Rc0fkVJ7bq_Sfdmj9HhsF9xASN4svri5BlRos_Vv05NSV\#
        tqaDOHvOx_PpDWfMvxilG2kbiBjwC-bzvrb69beZTHZuU0y7TD24DZqom5eqWnTzOs","encrypted_key":"YqBOTRNbVpQexDh\#
        _gJySL1vATqi5v_HifXfsMSafBZ2cFBmcQmc0_w","header":{"p2s":"IaFcYlZ8s07Dan5Ymd3UWg"},"iv":"hagZmhlCemj\#
        viJZa","protected":"eyJhbGciOiAiUEJFUzItSFM1MTIrQTI1NktXIiwgImVuYyI6ICJBMjU2R0NNIiwgInAyYyI6IDEwMDB9\#
        ","tag":"dKsyE1o5R6Ip4uYS0HN5Pw"}
        """#

    /// jwcrypto: a JWKS under PBES2-HS384+A192KW and A192CBC-HS384.
    static let compact = #"""
        eyJhbGciOiJQQkVTMi1IUzM4NCtBMTkyS1ciLCJjdHkiOiJqd2stc2V0K2pzb24iLCJlbmMiOiJBMTkyQ0JDLUhTMzg0IiwicDJj\#
        IjoxMDAwLCJwMnMiOiJIQ053VEFyV1dOb1dhV0xjalVXTE1RIn0.qyOCy8TbZJaRHkiyaeLDQZceE5kKv5JWONEw3tH7h1BUF0oj\#
        fyHOWc-H80x4MPrMst5rFqrGzlc.yxheWVIfz3fNZ04DDd9s3A.RiLtHg-lMbEJb1y4TJjGykv3cMbaUiVvZpDu67ZngzeRTsDV7\#
        ZK-p5KhZl984mA1qJzHjPbgThEt65vxOgEpvqtD3qwbiSgNTtFrecUis3FYpXR6cpxaZjxWY7ywPW1q6-WyYCrKV2yMqBVocpg8J\#
        xhI2Ekqv0UcdRljQ8LKq38wHDnK7tWSqI2LsjCDLzRIuLB0Y5vyVZA7wwYW8aT7rdEQmaVEnGqCWunKpX8TUW0bgGIs3AcT4QPuz\#
        Z0GlXOsXwTrvE4CB_EleJflshLwoA.SyKEzN03_oui4lmxmweN6xIMqRqp-tsG
        """#

    /// joserfc: PBES2-HS256+A128KW and A128CBC-HS256, with `aad`, and another pass phrase's recipient first.
    static let general = #"""
        {"protected":"eyJlbmMiOiJBMTI4Q0JDLUhTMjU2In0","iv":"X4ffYXpJJ5eyPcFdOUKkhQ","ciphertext":"BacAb1Wbj\#
        xCnBCHhl9Q8uCZXsGILdx1Ioajs_NmdyfxSZaMTnw_bJczBdZiCio5fg2QG8qVhYKlwbFSK2_oS6shBBlfJBBLdiJ9QK8_mDjnK6\#
        rtlLaaqeGYIJTnmlInhng2SfGd4AAcEI0-X04K3WUbysr4GsFvYb3P2Us4WA6WDXkAGv1ay01cc2PV-RI39suJykAgB6hfWPusJC\#
        2gVm7Kvw3Ml2F55m_lKBT7br-BdOmjc1S3yEBBjTPf4rvI2","tag":"gA8Cka1e8rg3qK7stDlLig","aad":"YmVzaWRl","re\#
        cipients":[{"header":{"alg":"PBES2-HS256+A128KW","p2c":1000,"p2s":"AAECAwQFBgcICQoLDA0ODw"},"encrypt\#
        ed_key":"bL77ty0o-QNsRYFzc7cn0Ym79oHYtc_kteISn_Co8NxsV4LNf55X_Q"},{"header":{"alg":"PBES2-HS256+A128\#
        KW","p2c":1000,"p2s":"Dw4NDAsKCQgHBgUEAwIBAA"},"encrypted_key":"B98gYweVWvSQRW5YIj1CX_6mWCmGD8D2c43_\#
        58SVtTY_2_0TL6jXbw"}]}
        """#

    /// RFC 7517 appendix C: an RSA key under PBES2-HS256+A128KW and A128CBC-HS256.
    static let appendixC = #"""
        eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJwMnMiOiIyV0NUY0paMVJ2ZF9DSnVKcmlwUTF3IiwicDJjIjo0MDk2LCJlbmMi\#
        OiJBMTI4Q0JDLUhTMjU2IiwiY3R5IjoiandrK2pzb24ifQ.TrqXOwuNUfDV9VPTNbyGvEJ9JMjefAVn-TR1uIxR9p6hsRQh9Tk7B\#
        A.Ye9j1qs22DmRSAddIh-VnA.AwhB8lxrlKjFn02LGWEqg27H4Tg9fyZAbFv3p5ZicHpj64QyHC44qqlZ3JEmnZTgQowIqZJ13jb\#
        yHB8LgePiqUJ1hf6M2HPLgzw8L-mEeQ0jvDUTrE07NtOerBk8bwBQyZ6g0kQ3DEOIglfYxV8-FJvNBYwbqN1Bck6d_i7OtjSHV-8\#
        DIrp-3JcRIe05YKy3Oi34Z_GOiAc1EK21B11c_AE11PII_wvvtRiUiG8YofQXakWd1_O98Kap-UgmyWPfreUJ3lJPnbD4Ve95owE\#
        fMGLOPflo2MnjaTDCwQokoJ_xplQ2vNPz8iguLcHBoKllyQFJL2mOWBwqhBo9Oj-O800as5mmLsvQMTflIrIEbbTMzHMBZ8EFW9f\#
        WwwFu0DWQJGkMNhmBZQ-3lvqTc-M6-gWA6D8PDhONfP2Oib2HGizwG1iEaX8GRyUpfLuljCLIe1DkGOewhKuKkZh04DKNM5Nbugf\#
        2atmU9OP0Ldx5peCUtRG1gMVl7Qup5ZXHTjgPDr5b2N731UooCGAUqHdgGhg0JVJ_ObCTdjsH4CF1SJsdUhrXvYx3HJh2Xd7CwJR\#
        zU_3Y1GxYU6-s3GFPbirfqqEipJDBTHpcoCmyrwYjYHFgnlqBZRotRrS95g8F95bRXqsaDY7UgQGwBQBwy665d0zpvTasvfXf_c0\#
        MWAl-neFaKOW_Px6g4EUDjG1GWSXV9cLStLw_0ovdApDIFLHYHePyagyHjouQUuGiq7BsYwYrwaF06tgB8hV8omLNfMEmDPJaZUz\#
        MuHw6tBDwGkzD-tS_ub9hxrpJ4UsOWnt5rGUyoN2N_c1-TQlXxm5oto14MxnoAyBQBpwIEgSH3Y4ZhwKBhHPjSo0cdwuNdYbGPpb\#
        -YUvF-2NZzODiQ1OvWQBRHSbPWYz_xbGkgD504LRtqRwCO7CC_CyyURi1sEssPVsMJRX_U4LFEOc82TiDdqjKOjRUfKK5rqLi8nB\#
        E9soQ0DSaOoFQZiGrBrqxDsNYiAYAmxxkos-i3nX4qtByVx85sCE5U_0MqG7COxZWMOPEFrDaepUV-cOyrvoUIng8i8ljKBKxETY\#
        2BgPegKBYCxsAUcAkKamSCC9AiBxA0UOHyhTqtlvMksO7AEhNC2-YzPyx1FkhMoS4LLe6E_pFsMlmjA6P1NSge9C5G5tETYXGAn6\#
        b1xZbHtmwrPScro9LWhVmAaA7_bxYObnFUxgWtK4vzzQBjZJ36UTk4OTB-JvKWgfVWCFsaw5WCHj6Oo4jpO7d2yN7WMfAj2hTEab\#
        z9wumQ0TMhBduZ-QON3pYObSy7TSC1vVme0NJrwF_cJRehKTFmdlXGVldPxZCplr7ZQqRQhF8JP-l4mEQVnCaWGn9ONHlemczGOS\#
        -A-wwtnmwjIB1V_vgJRf4FdpV-4hUk4-QLpu3-1lWFxrtZKcggq3tWTduRo5_QebQbUUT_VSCgsFcOmyWKoj56lbxthN19hq1XGW\#
        bLGfrrR6MWh23vk01zn8FVwi7uFwEnRYSafsnWLa1Z5TpBj9GvAdl2H9NHwzpB5NqHpZNkQ3NMDj13Fn8fzO0JB83Etbm_tnFQfc\#
        b13X3bJ15Cz-Ww1MGhvIpGGnMBT_ADp9xSIyAM9dQ1yeVXk-AIgWBUlN5uyWSGyCxp0cJwx7HxM38z0UIeBu-MytL-eqndM7Lxyt\#
        sVzCbjOTSVRmhYEMIzUAnS1gs7uMQAGRdgRIElTJESGMjb_4bZq9s6Ve1LKkSi0_QDsrABaLe55UY0zF4ZSfOV5PMyPtocwV_dcN\#
        PlxLgNAD1BFX_Z9kAdMZQW6fAmsfFle0zAoMe4l9pMESH0JB4sJGdCKtQXj1cXNydDYozF7l8H00BV_Er7zd6VtIw0MxwkFCTats\#
        v_R-GsBCH218RgVPsfYhwVuT8R4HarpzsDBufC4r8_c8fc9Z278sQ081jFjOja6L2x0N_ImzFNXU6xwO-Ska-QeuvYZ3X_L31ZOX\#
        4Llp-7QSfgDoHnOxFv1Xws-D5mDHD3zxOup2b2TppdKTZb9eW2vxUVviM8OI9atBfPKMGAOv9omA-6vv5IxUH0-lWMiHLQ_g8vns\#
        wp-Jav0c4t6URVUzujNOoNd_CBGGVnHiJTCHl88LQxsqLHHIu4Fz-U2SGnlxGTj0-ihit2ELGRv4vO8E1BosTmf0cx3qgG0Pq0eO\#
        LBDIHsrdZ_CCAiTc0HVkMbyq1M6qEhM-q5P6y1QCIrwg.0HFmhOzsQ98nNWJjIHkR7A
        """#

    /// `openssl pkcs8 -topk8 -iter 1000`.
    static let pem = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgLh+yhFX0A8AICA+gw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEELAqspWtKYOJGENqCeU8lHoEgZDL
        ShgIgXS6tP78kxVULdTcDd0tW3LOy9ECecv4ERlMdousvFa+/2PsnOg0xGQlMIWX
        pOeclVKOin5PLxESJGX3a4b2dnrEmEKVFoa/aMjLIbcuB4BQnnkvVFoe0Z6dVFsa
        tmVSz5IJznjeszMkVVp9LIqd672V+MkYxhiPd5ZcdLT3skvTVR0Nguyq23qYWSs=
        -----END ENCRYPTED PRIVATE KEY-----
        """

    /// The thumbprint of the key in it.
    static let pemThumbprint = "lf-RHoA9v5J84R4yITwIIP9IFAQc3pHvnvHDUISQjwI"

    /// `openssl pkcs8 -topk8 -iter 50000000`.
    static let slowPEM = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHuMFkGCSqGSIb3DQEFDTBMMCsGCSqGSIb3DQEFDDAeBAgau8qcHkX7bgIEAvrw
        gDAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQBKbtwGL1MwTz6LSqJcS1SQSB
        kBFejodRHGxeGzXOVGEeCMibY8HQbNEMndLNvjVhbfdnKNem31GJmxb87KkpyDqb
        dXYlmJB6wDYfAG5e/9eYzv4AaWoj8SGTMsNEHFaFndxlcDuo8q5Th0oXppsZfjsS
        60bqdkFhInRBffkcywJXBU1qF3tbE/od0y3J/1bXw0Y0GSrOBWTXTqHmN1YqQJEy
        +g==
        -----END ENCRYPTED PRIVATE KEY-----
        """

    /// `openssl pkcs8 -topk8 -v1 PBE-MD5-DES`, which OpenSSL 3 opens with its legacy provider only.
    static let oldPEM = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGwMBsGCSqGSIb3DQEFAzAOBAiIQooU7IBDaQICCAAEgZBcueyt//U7zsw0OKlK
        ouwA0/TV1oDl2ca/jrK1Me1m9uPQikGf5TieP7XTExwMlSN56yC2xQMHbpiu/5fC
        23Q6SIXKRnPhzenTw4wc+ap/txoaf/DPpoE7IP89jpNvpXfFlWPksFfvWr6phOti
        j3WVu2rcAmjHeGiqOF4R/GgVMvTjR9s9KM3ZOhFSUtN8dZk=
        -----END ENCRYPTED PRIVATE KEY-----
        """

    /// `openssl pkcs12 -export -iter 1000`, in base64.
    static let store = #"""
        MIID/AIBAzCCA7IGCSqGSIb3DQEHAaCCA6MEggOfMIIDmzCCAlIGCSqGSIb3DQEHBqCCAkMwggI/AgEAMIICOAYJKoZIhvcNAQcB\#
        MFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhinPczgxTStQICA+gwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEH1f\#
        gtk2sSD2cVJAvwVVpUWAggHQXn6qfVAKhUoBZLH+FX7FFvSkjR9GeobngW8sciCWQsErA3l4F6bEBsuRlgNhe2KBJRvL2ZNbdx3t\#
        mXJbyyJnx3XbJGw1G8558I2LKybZUv4w89oz+fQTmgTveeWTeZ9pq4IuIIuxbHqqQPMz+Xx5vlZKCAd9OH7nk8Ii59l9h6Z4uhxQ\#
        sKcFJ4pLssMp06Me0Xk+w1c713qVxV+N1lwvSDD89oWLysdA8b8P2BKiWH+c2b6RI0X7JyRo0dNiuH8lEgIH2iOdzcwSFNqbG979\#
        gNimbd1Vk6SrErV3T2/tig2x+5bsgDxpGsGMGLoGwCxo5LCX6ICo7K46TI6uZVkzj2czx0EVx+MW9VaNFz0IL92J+5GabSLFqMZ0\#
        cgdFxZoGSpECZ3+/To6b4R5613eQgR6Kw/AUXgqgYMCMC/u0M6NpRSdVSXNGx7xv88toCcuaL1srLBzkakco5lkgUB1iWIuNeL1w\#
        HOI6x5ZTh008LfIeO/CIJpjgDVdxuXL1ZgqFm+o69rBtJbQ2wm7kyv/a0Zby6jRHgEq93sTBWMLteyAmsHjmGsTwt93Jk4Mnnpfb\#
        DtvWSclya+S8WmQtmiEItPiHTLN8hX+/xQWV7IKwDBAwggFBBgkqhkiG9w0BBwGgggEyBIIBLjCCASowggEmBgsqhkiG9w0BDAoB\#
        AqCB7zCB7DBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIrjhNfI/0CKUCAgPoMAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUD\#
        BAEqBBBvOAA+g4eFtTlUIXaMpv9wBIGQsg/EEX1/ef9/US2kcaHoFqNWm88MlS+7aCbbm0bo4J0svQjJm3r1myk77qYUl+9XajDa\#
        xH2kq5X5FjI2qWWv6SlxWPV8ltHZyHjfAShCsbW6A1RR8KuK/Q7XO8Giqk+FwxQYtu5qZCopZ0ytPuYn1w5d0cI5h2ecfrlBBpaJ\#
        uyBdH0TWRBV8RIHnE+q8yZa/MSUwIwYJKoZIhvcNAQkVMRYEFK2/fIDSrJIzt0Itsv+Bjxmu6SF+MEEwMTANBglghkgBZQMEAgEF\#
        AAQgQy+fIhOl61tqSP4vjPMZUY2vjjYcmxQkf6vE3w3gOe0ECLKlnwEjaa5jAgID6A==
        """#

    /// `openssl pkcs12 -export -iter 30000000 -nomac`, in base64.
    static let slowStore = #"""
        MIIDRgIBAzCCAz8GCSqGSIb3DQEHAaCCAzAEggMsMIIDKDCCAd0GCSqGSIb3DQEHAaCCAc4EggHKMIIBxjCCAcIGCyqGSIb3DQEM\#
        CgEDoIIBijCCAYYGCiqGSIb3DQEJFgGgggF2BIIBcjCCAW4wggEToAMCAQICFC3f7lV/sPhslv9NUWY7v0gYv3QgMAoGCCqGSM49\#
        BAMCMAwxCjAIBgNVBAMMAXgwHhcNMjYxMTI2MDMyMjIyWhcNMjYxMTI4MDMyMjIyWjAMMQowCAYDVQQDDAF4MFkwEwYHKoZIzj0C\#
        AQYIKoZIzj0DAQcDQgAE/D8ZE9/NdsPo7fpkknqjeiqW5Mxe57avqkjo7mocydQMK2h9KzHbjwNYUkE5YDWY+rFZG5ITehmuMiTH\#
        9G6r5aNTMFEwHQYDVR0OBBYEFLRa/D4BgyJc6jmieTQ6URyBOkk5MB8GA1UdIwQYMBaAFLRa/D4BgyJc6jmieTQ6URyBOkk5MA8G\#
        A1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAK2vbbUrw8z2s2y6BKdw3QH6rj4+tnZm3lVk/pf8OcfoAiEApri8n3Im\#
        hgpCpIB/NbFHJr0nBjqw4G0kKTta+V444l8xJTAjBgkqhkiG9w0BCRUxFgQUrb98gNKskjO3Qi2y/4GPGa7pIX4wggFDBgkqhkiG\#
        9w0BBwGgggE0BIIBMDCCASwwggEoBgsqhkiG9w0BDAoBAqCB8TCB7jBZBgkqhkiG9w0BBQ0wTDArBgkqhkiG9w0BBQwwHgQIR4ys\#
        plhIWZICBAHJw4AwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEO2eCAnp48bzz5paESilNq0EgZC2olZRZy7QBw9D3HSnwMAC\#
        k2K7kYllczQVxtqPczmm53SLoEmv4LYNZeC7cR7BzPteTrSjnAVXMGyWfqun/MU0InsGUvnBTTr/Y2v/dP+WwaQ+B+2rhafhC1cM\#
        3Iia/Q1vxfvdxznKF+IXih6AmyaVQBSSirezcBERQd4HvAoxBKFaXMD+ellT212z1KK24DUxJTAjBgkqhkiG9w0BCRUxFgQUrb98\#
        gNKskjO3Qi2y/4GPGa7pIX4=
        """#
}
