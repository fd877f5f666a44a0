/// The plugin's settings against Kong's schema: names, types, listed values.
enum KongSchemaRules {
    static func examine(_ plugin: Configuration.Plugin, _ list: inout AdviceList) {
        for entry in plugin.config.entries where entry.name != "<<" { examine(entry, plugin, &list) }
        misplaced(plugin, &list)
    }

    private static func examine(_ entry: ConfigNode.Entry, _ plugin: Configuration.Plugin, _ list: inout AdviceList) {
        let place = plugin.document.place(entry.line)
        guard let kind = KongSchema.keys[entry.name] else {
            if !KongSchema.isOldName(entry.name) { unknown(entry, place, &list) }
            return
        }
        let node = entry.node
        if case .opaque(let word) = node.value, plugin.document.origin.isTerraform, word != "config",
            word.utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 == 0x5F })
        {
            list.say(
                .kongType, place,
                "\(entry.name) is the bare word \(word): Terraform takes it for a reference and refuses it",
                fix: "\"\(word)\", in quotes")
            return
        }
        guard !node.isNull, !node.isOpaque else { return }
        let isForm = plugin.document.origin.isForm
        func wrong(_ found: String, fix: String) {
            list.say(.kongType, place, "\(entry.name) is \(found); the schema has \(kind.wanted)", fix: fix)
        }
        switch kind {
        case .text:
            if isForm, node.scalar != nil { return }
            if case .text = node.value { return }
            wrong(node.shown, fix: "\(entry.name): a text")
        case .flag:
            if node.bool != nil || node.oldBoolean != nil || isForm && ["true", "false"].contains(node.scalar ?? "") {
                return
            }
            let text = node.scalar?.lowercased() ?? ""
            let meant = ["true", "yes", "on", "1"].contains(text) ? "true" : "false"
            wrong(node.shown, fix: "\(entry.name): \(meant), without quotes")
        case .number:
            if case .number = node.value { return }
            if let text = node.scalar, Untrusted<Double>(text) != nil {
                if isForm { return }
                wrong("the text \"\(text)\"", fix: "\(entry.name): \(text), a number without quotes")
            } else {
                wrong(node.shown, fix: "\(entry.name): a number of seconds")
            }
        case .record: if !node.isMap, !isForm { wrong(node.shown, fix: "\(entry.name): an object") }
        case .records: if !node.isList, !isForm { wrong(node.shown, fix: "\(entry.name): a list") }
        case .texts, .words:
            var values = node.elements
            if !node.isList {
                guard let text = node.scalar else { return wrong(node.shown, fix: "\(entry.name): a list of texts") }
                if isForm {
                    values = text.split(separator: ",").map {
                        ConfigNode(.text(String($0.trimmedASCII)), line: node.line)
                    }
                } else {
                    list.say(
                        .kongType, place, "\(entry.name) is a single text; Kong's schema has a list",
                        fix: "\(entry.name): [\(text)]", level: .warn)
                    values = [node]
                }
            }
            if case .words(let known) = kind { listed(values, known, entry, plugin, &list) }
        case .word(let known):
            guard let value = node.scalar else {
                return wrong(node.shown, fix: "\(entry.name): \(KongSchema.joined(known))")
            }
            if let boolean = node.oldBoolean, !isForm {
                list.say(
                    .kongType, place,
                    "\(entry.name) is \(value) without quotes: decK and kubectl read it as \(boolean), and the "
                        + "schema has a text",
                    fix: entry.name == "proof_of_possession_dpop"
                        ? "strict; or \"\(value)\" in quotes" : "\"\(value)\" in quotes")
                return
            }
            guard !known.contains(value) || node.text == nil else { return }
            let isOff = node.bool == false
            let meant = isOff ? "\"off\", in quotes" : NearMiss.nearest(value, among: known)
            list.say(
                .kongEnum, place,
                "\(entry.name) is \(node.text.map { "'\($0)'" } ?? node.shown); it takes \(KongSchema.joined(known))",
                fix: meant.map { "\(entry.name): \($0)" } ?? "\(entry.name): \(known.last ?? "")")
        }
    }

    private static func listed(
        _ values: [ConfigNode], _ known: [String], _ entry: ConfigNode.Entry, _ plugin: Configuration.Plugin,
        _ list: inout AdviceList
    ) {
        for value in values where !value.isOpaque {
            guard let text = value.scalar, !known.contains(text) else { continue }
            let isJWT =
                entry.name == "auth_methods"
                && ["jwt", "access_token", "token", "oauth2", "dpop"].contains(text.lowercased())
            let meant = isJWT ? "bearer" : NearMiss.nearest(text, among: known)
            list.say(
                .kongEnum, plugin.document.place(value.line),
                "\(entry.name) has '\(text)'; it takes \(KongSchema.joined(known))",
                fix: meant.map { "\($0) instead of \(text)" } ?? "take \(text) out")
        }
    }

    private static func unknown(_ entry: ConfigNode.Entry, _ place: ConfigPlace, _ list: inout AdviceList) {
        let meant = KongSchema.meant(by: entry.name)
        list.say(
            .kongUnknownKey, place, "openid-connect has no setting '\(entry.name)': Kong refuses it",
            fix: meant.map { $0 == "proof_of_possession_dpop" ? "\($0) (or proof_of_possession_mtls)" : $0 }
                ?? "remove it")
    }

    /// Settings beside `config`.
    private static func misplaced(_ plugin: Configuration.Plugin, _ list: inout AdviceList) {
        guard !plugin.document.origin.isTerraform else { return }
        for entry in plugin.holder.entries where Recogniser.ourKeys.contains(entry.name) || entry.name == "auth_methods"
        {
            list.say(
                .kongMisplaced, plugin.document.place(entry.line), "\(entry.name) stands beside config, not in it",
                fix: "move it into config")
        }
    }

    /// A configPatches path against the schema.
    static func examine(patch: Configuration.Item, _ list: inout AdviceList) {
        guard !patch.name.isEmpty, KongSchema.keys[patch.name] == nil, !KongSchema.isOldName(patch.name) else { return }
        list.say(
            .kongPatchPath, patch.place, "a patch writes to '\(patch.name)', which openid-connect does not have",
            fix: KongSchema.meant(by: patch.name) ?? "the setting's right name")
    }
}
