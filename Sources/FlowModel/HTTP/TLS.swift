/// What the client's TLS library said of the connection that an exchange went over.
public struct TLS: Sendable, Hashable {
    /// What the server showed.
    public struct Certificate: Sendable, Hashable {
        /// `x5t#S256`: base64url of the SHA-256 of its DER (RFC 8705 §3.1).
        public let thumbprint: String
        /// How many certificates the server sent, its own included.
        public let chainLength: Int

        public init(thumbprint: String, chainLength: Int) {
            (self.thumbprint, self.chainLength) = (thumbprint, chainLength)
        }
    }

    /// As the library writes it: `TLSv1.3`.
    public let version: String
    /// The cipher suite, and what else the library says of the session.
    public let cipher: String?
    public let certificate: Certificate?
    /// False when the client was told to take any certificate.
    public let isVerified: Bool
    /// The thumbprint (`x5t#S256`) of the certificate that the client was told to show.
    public let clientCertificate: String?

    public init(
        version: String, cipher: String?, certificate: Certificate? = nil, isVerified: Bool = true,
        clientCertificate: String? = nil
    ) {
        (self.version, self.cipher, self.certificate) = (version, cipher, certificate)
        (self.isVerified, self.clientCertificate) = (isVerified, clientCertificate)
    }

    /// From the library's own line: `TLSv1.3 / TLS_AES_256_GCM_SHA384`.
    public init(
        session: String, certificate: Certificate? = nil, isVerified: Bool = true, clientCertificate: String? = nil
    ) {
        let parts = session.firstRange(of: " / ").map { (session[..<$0.lowerBound], session[$0.upperBound...]) }
        self.init(
            version: parts.map { String($0.0) } ?? session, cipher: parts.map { String($0.1) },
            certificate: certificate, isVerified: isVerified, clientCertificate: clientCertificate)
    }
}
