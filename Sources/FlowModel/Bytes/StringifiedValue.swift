/// What a program writes where it had no value: `undefined`, `null`, `[object Promise]`, `Optional("…")`, `{{token}}`.
public enum StringifiedValue {
    private static let words: [String] = [
        "undefined", "null", "nil", "None", "NaN", "{}", "[]", "(null)", "<nil>", "Promise { <pending> }",
    ]
    private static let beginnings: [String] = [
        "[object ", "Optional(", "<coroutine ", "<function ", "<bound method ", "<Future ", "function ", "async ",
        "System.Threading.Tasks.Task", "java.util.concurrent.",
    ]

    /// Whether the text stands for a value that somebody was to fill in: `your_token`, `…_SECURED_BY_…`.
    public static func isPlaceholder(_ text: String) -> Bool {
        guard text.utf8.count < 512 else { return false }
        let bare = text.trimmed
        if bare.has("_SECURED_BY_") { return true }
        let small = bare.lowercased()
        return ["your_", "your-", "<your", "replace_me", "replace-me", "changeme", "insert_"].contains {
            small.hasPrefix($0)
        }
    }

    /// Whether the text is one of them, white space and quotes around it left out.
    public static func isOne(_ text: String) -> Bool {
        guard text.utf8.count < 512 else { return false }
        let bare = text.trimmed
        if words.contains(bare) { return true }
        if beginnings.contains(where: { bare.hasPrefix($0) }) { return true }
        return (bare.hasPrefix("{{") && bare.hasSuffix("}}")) || (bare.hasPrefix("${") && bare.hasSuffix("}"))
    }
}
