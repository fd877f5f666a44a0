import CYaml
import FlowModel

/// YAML as JSON text: the only file that knows libyaml.
enum YAMLText {
    static func json(_ yaml: String) -> Result<String, ConfigProblem> {
        var why = [CChar](repeating: 0, count: 256)
        var line = 0
        guard let made = cy_to_json(yaml, yaml.utf8.count, &why, 256, &line) else {
            return .failure(
                ConfigProblem(
                    line: max(1, line),
                    words: String(decoding: why.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)))
        }
        defer { cy_free(made) }
        return .success(String(cString: made))
    }
}
