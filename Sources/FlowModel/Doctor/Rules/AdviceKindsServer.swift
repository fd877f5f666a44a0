extension AdviceKind {
    // MARK: Keycloak

    static let kcNotRequired = AdviceKind(
        "keycloak.not-required", .note,
        "A client does not require proofs: a token is bound when its request carries one, and is plain "
            + "Bearer otherwise.",
        fix: "\"attributes\": {\"dpop.bound.access.tokens\": \"true\"}", cause: .cnfAbsent)
    static let kcValue = AdviceKind(
        "keycloak.attribute-value", .fail, "`dpop.bound.access.tokens` has a value that means false.",
        fix: "\"true\"")
    static let kcName = AdviceKind(
        "keycloak.attribute-name", .fail,
        "A near miss of `dpop.bound.access.tokens`: Keycloak stores it and heeds it not.",
        fix: "dpop.bound.access.tokens")
    static let kcLevel = AdviceKind(
        "keycloak.attribute-level", .fail, "The attribute stands beside `attributes`: Keycloak refuses the client.",
        fix: "move it into attributes")
    static let kcNested = AdviceKind(
        "keycloak.attribute-nested", .fail, "The dots are part of the attribute's name; nested objects are refused.",
        fix: "one text in quotes: \"dpop.bound.access.tokens\": \"true\"")
    static let kcDisabled = AdviceKind(
        "keycloak.disabled", .warn, "The client or its realm is disabled: 401 or 403 whatever the proof.",
        fix: "\"enabled\": true")
    static let kcCertificate = AdviceKind(
        "keycloak.certificate-bound", .warn,
        "`tls.client.certificate.bound.access.tokens`: without a client certificate every request is refused, "
            + "whatever its proof.",
        fix: "one kind of binding: remove it where DPoP is used")
    static let kcImplicit = AdviceKind(
        "keycloak.implicit", .warn, "Implicit and hybrid flows give no bound tokens and are refused for such a client.",
        fix: "the code flow alone", cause: .asHybrid)
    static let kcPolicyOff = AdviceKind(
        "keycloak.policy-disabled", .warn, "A client policy that asks for DPoP is disabled.", fix: "\"enabled\": true")
    static let kcPolicyConditions = AdviceKind(
        "keycloak.policy-conditions", .warn, "A client policy without conditions applies to nobody.",
        fix: "a condition, for example {\"condition\": \"any-client\"}")
    static let kcPolicyProfiles = AdviceKind(
        "keycloak.policy-profiles", .warn, "A client policy names no profile, so nothing is done.",
        fix: "the profile's name in profiles")
    static let kcProfileUnknown = AdviceKind(
        "keycloak.profile-unknown", .fail, "A client policy names a profile that does not exist.",
        fix: "the profile's name as it is defined")
    static let kcExecutor = AdviceKind(
        "keycloak.executor", .fail, "Keycloak has no executor or condition of that name: it refuses the file.",
        fix: "dpop-bind-enforcer")
    static let kcExecutorKey = AdviceKind(
        "keycloak.executor-key", .fail,
        "dpop-bind-enforcer has no such setting: Keycloak stores it, and then fails to create clients.",
        fix: "auto-configure, enforce-authorization-code-binding-to-dpop or allow-only-refresh-token-binding")
    static let kcPolicyLevel = AdviceKind(
        "keycloak.policy-level", .warn, "Profiles, executors or conditions stand where Keycloak does not read them.",
        fix: "clientProfiles.profiles[].executors and clientPolicies.policies[].conditions")
    static let kcPolicyImport = AdviceKind(
        "keycloak.policy-import", .note,
        "A policy acts when a client is created or edited; clients of the same import stay as they are written.",
        fix: "write the attribute into the client as well")
    static let kcRefreshOnly = AdviceKind(
        "keycloak.refresh-only", .warn,
        "`allow-only-refresh-token-binding`: access tokens stay Bearer, the refresh token alone is bound.",
        fix: "take it out where the resource server wants bound tokens")
    static let kcFeature = AdviceKind(
        "keycloak.feature-off", .fail,
        "This Keycloak has DPoP switched off: proofs are ignored and tokens stay Bearer.",
        fix: "26.4 or newer, or --features=dpop before", cause: .asFeatureOff)
    static let kcProxyHeaders = AdviceKind(
        "keycloak.proxy-headers", .fail,
        "Keycloak behind TLS without `KC_PROXY_HEADERS`: it compares `htu` with its inner http URL, though its "
            + "discovery looks right.",
        fix: "KC_PROXY_HEADERS: xforwarded", cause: .htuProxyInternal)
    static let kcProxyValue = AdviceKind(
        "keycloak.proxy-headers-value", .fail,
        "`KC_PROXY_HEADERS` takes `forwarded` or `xforwarded`; Keycloak does not start.",
        fix: "KC_PROXY_HEADERS: xforwarded")
    static let kcProxyFamily = AdviceKind(
        "keycloak.proxy-headers-family", .fail,
        "The proxy sends one family of headers and Keycloak reads the other.",
        fix: "KC_PROXY_HEADERS and the proxy: one family", cause: .htuForwardedStyle)
    static let kcOldOption = AdviceKind(
        "keycloak.old-option", .warn, "An option that this Keycloak ignores, or a name it does not know.",
        fix: "the option's name of today")

    static var keycloak: [AdviceKind] {
        [
            kcNotRequired, kcValue, kcName, kcLevel, kcNested, kcDisabled, kcCertificate, kcImplicit, kcPolicyOff,
            kcPolicyConditions, kcPolicyProfiles, kcProfileUnknown, kcExecutor, kcExecutorKey, kcPolicyLevel,
            kcPolicyImport, kcRefreshOnly, kcFeature, kcProxyHeaders, kcProxyValue, kcProxyFamily, kcOldOption,
            tfArgument,
            tfExtraConfig, tfVersion,
        ]
    }

    static let tfArgument = AdviceKind(
        "terraform.argument", .fail, "The Terraform provider has no such argument.",
        fix: "require_dpop_bound_tokens = true")
    static let tfExtraConfig = AdviceKind(
        "terraform.extra-config", .warn,
        "`extra_config` holds the attribute: refused since provider 5.6, which has an argument for it.",
        fix: "require_dpop_bound_tokens = true (provider 5.6 and newer)")
    static let tfVersion = AdviceKind(
        "terraform.version", .fail, "`require_dpop_bound_tokens` needs provider 5.6, and an older one is pinned.",
        fix: "version = \">= 5.6.0\"")

    // MARK: one against the other

    static let issuerHost = AdviceKind(
        "issuer.host", .fail, "One realm is named by different hosts: tokens name one of them in `iss`.",
        fix: "one issuer everywhere (Keycloak: KC_HOSTNAME; a hosts entry or network alias inside)")
    static let issuerScheme = AdviceKind(
        "issuer.scheme", .fail, "The issuer's scheme differs between files.",
        fix: "one scheme everywhere: tokens name their issuer letter by letter")
    static let issuerPort = AdviceKind(
        "issuer.port", .fail, "The issuer's port differs between files.", fix: "one port everywhere")
    static let issuerPath = AdviceKind(
        "issuer.path", .fail, "The issuer's path differs between files.", fix: "the realm's own issuer everywhere")
    static let issuerRealm = AdviceKind(
        "issuer.realm", .fail, "The issuer names a realm that is not among those given.",
        fix: "the realm's name, letter by letter")
    static let issuerAuth = AdviceKind(
        "issuer.auth-prefix", .fail, "The issuer has the prefix /auth on one side only.",
        fix: "Keycloak 17 and newer have no /auth unless http-relative-path says so")
    static let issuerSlash = AdviceKind(
        "issuer.slash", .fail, "The issuer ends in '/' on one side only.",
        fix: "the very text of the discovery document's `issuer`")
    static let issuerDynamic = AdviceKind(
        "issuer.dynamic", .warn,
        "Keycloak without KC_HOSTNAME names the host that the client used, and its port differs "
            + "outside of the network.",
        fix: "KC_HOSTNAME: the one URL that all use")
    static let clientSpelling = AdviceKind(
        "client.spelling", .fail, "A client id is spelt in two ways; ids are compared letter by letter.",
        fix: "one spelling")

    static var issuers: [AdviceKind] {
        [
            issuerHost, issuerScheme, issuerPort, issuerPath, issuerRealm, issuerAuth, issuerSlash, issuerDynamic,
            clientSpelling,
        ]
    }

    // MARK: documents

    static let metadataNoAlgs = AdviceKind(
        "metadata.no-algs", .fail,
        "The server's metadata has no `dpop_signing_alg_values_supported`: it binds no tokens.",
        fix: "Keycloak: 26.4 or newer, or --features=dpop before", cause: .asFeatureOff)
    static let metadataAlgs = AdviceKind(
        "metadata.algs", .fail, "`dpop_signing_alg_values_supported` is no list of asymmetric algorithms.",
        fix: "a JSON array: [\"ES256\"]")
    static let metadataHost = AdviceKind(
        "metadata.other-host", .warn,
        "Endpoints are on another host or scheme than the issuer: `htu` would name that one.",
        fix: "fetch it as clients do; Keycloak: KC_HOSTNAME without backchannel-dynamic")
    static let metadataURL = AdviceKind(
        "metadata.url", .fail, "The document's identifier is not the URL it was fetched from.",
        fix: "the identifier and the URL must agree letter by letter")
    static let resourceType = AdviceKind(
        "resource.type", .fail, "A member of protected resource metadata has the wrong type (RFC 9728 §2).",
        fix: "the type RFC 9728 has")
    static let resourceMissing = AdviceKind(
        "resource.missing", .fail, "Protected resource metadata without `resource`.",
        fix: "resource: the API's https URL")
    static let resourceName = AdviceKind(
        "resource.name", .warn, "A member that RFC 9728 does not have.", fix: "dpop_bound_access_tokens_required")
    static let resourcePlaces = AdviceKind(
        "resource.places", .warn, "`bearer_methods_supported` offers query or body, where no DPoP token may stand.",
        fix: "[\"header\"]")
    static let registrationText = AdviceKind(
        "registration.text", .note, "`dpop_bound_access_tokens` is a text; RFC 9449 §5.2 has a boolean.", fix: "true")
    static let registrationValue = AdviceKind(
        "registration.value", .fail, "`dpop_bound_access_tokens` has a value that servers refuse.", fix: "true")
    static let registrationName = AdviceKind(
        "registration.name", .fail, "A near miss of `dpop_bound_access_tokens`: refused or ignored.",
        fix: "dpop_bound_access_tokens: true")
    static let registrationImplicit = AdviceKind(
        "registration.implicit", .fail, "A client with bound tokens registers for the implicit or a hybrid flow.",
        fix: "\"response_types\": [\"code\"]", cause: .asHybrid)
    static let registrationOff = AdviceKind(
        "registration.not-required", .note, "The registration does not ask for bound tokens.",
        fix: "\"dpop_bound_access_tokens\": true")
    static let atprotoDPoP = AdviceKind(
        "atproto.dpop", .fail, "An atproto client's metadata must have `dpop_bound_access_tokens: true`.",
        fix: "\"dpop_bound_access_tokens\": true")
    static let atprotoMember = AdviceKind(
        "atproto.member", .fail, "An atproto client's metadata lacks something that servers demand.",
        fix: "the member as atproto's OAuth profile has it")

    static var documents: [AdviceKind] {
        [
            metadataNoAlgs, metadataAlgs, metadataHost, metadataURL, resourceType, resourceMissing, resourceName,
            resourcePlaces, registrationText, registrationValue, registrationName, registrationImplicit,
            registrationOff, atprotoDPoP, atprotoMember,
        ]
    }
}
