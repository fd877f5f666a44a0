import Arguments
import FlowModel

/// The parameters that settings ask for, as one form in which each name has one value.
struct ParameterBuilder {
    let values: Values

    func build() throws -> FormFields {
        var fields = FormFields()
        for audience in values[RunOptions.audience] { fields.add(.audience, audience) }
        for resource in values[RunOptions.resourceIndicator] { fields.add(.resource, resource) }
        if let details = try json(RunOptions.authorizationDetails, ParameterJSON.problem(authorizationDetails:)) {
            fields.set("authorization_details", details)
        }
        if let claims = try json(RunOptions.claims, ParameterJSON.problem(claims:)) { fields.set("claims", claims) }
        for (name, option) in [("prompt", RunOptions.prompt), ("acr_values", RunOptions.acrValues)] {
            if let words = values[option] { fields.set(name, Self.words(words)) }
        }
        if let hint = values[RunOptions.loginHint] { fields.set("login_hint", hint) }
        if let hint = values[RunOptions.idpHint] { fields.set("idp_hint", hint) }
        if let age = values[RunOptions.maxAge] { fields.set("max_age", "\(age)") }
        if let token = try values.secret(RunOptions.idTokenHint) { fields.set("id_token_hint", token) }
        if let mode = values[RunOptions.responseMode] { fields.set("response_mode", mode) }
        try addOthers(&fields)
        if let mode = fields["response_mode"],
            let words = AnswerMode.problem(mode, redirect: values[RunOptions.redirectURL])
        {
            let isOption = values[RunOptions.responseMode] == mode
            throw ConfigError(
                place: isOption ? values.place(RunOptions.responseMode) : values.place(RunOptions.param), words: words)
        }
        return fields
    }

    /// What `--param` says, in place of what its name has so far.
    private func addOthers(_ fields: inout FormFields) throws {
        let place = values.place(RunOptions.param)
        var said = FormFields()
        for text in values[RunOptions.param] {
            let name = String(text.prefix { $0 != "=" })
            let value = String(text.dropFirst(name.count + 1))
            if let repeatable = FormFields.Repeatable(rawValue: name) {
                said.add(repeatable, value)
            } else if said[name] != nil {
                throw ConfigError(place: place, words: "'\(name)' is said twice, and a parameter is sent once")
            } else {
                said.set(name, value)
                if ParameterUse.replaces(name) {
                    complain("warning: \(place) \(name) is sent in place of the run's own")
                }
            }
        }
        fields.set(said)
    }

    /// Words with blanks between; commas will do.
    static func words(_ text: String) -> String { text.split { $0 == "," || $0 == " " }.joined(separator: " ") }

    /// JSON as it was written, or a file's, once it is what it has to be.
    private func json(_ option: Option<String?>, _ problem: (String) -> String?) throws -> String? {
        guard let text = try values.textOrFile(option) else { return nil }
        if let words = problem(text) { throw ConfigError(place: values.place(option), words: words) }
        return text
    }
}

extension Values {
    /// The text that was said, or of `@file` what is in it, without its last line feeds.
    func textOrFile(_ option: Option<String?>) throws -> String? {
        guard let text = self[option] else { return nil }
        return text.hasPrefix("@") ? try FileBytes.read(String(text.dropFirst())).text.trimmedEnd : text
    }
}
