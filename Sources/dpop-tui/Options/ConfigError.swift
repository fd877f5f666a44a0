/// What is wrong with a setting, and where it was said: exit code 2.
struct ConfigError: Error, CustomStringConvertible {
    let place: String
    let words: String
    var description: String { "\(place): \(words)" }
}
