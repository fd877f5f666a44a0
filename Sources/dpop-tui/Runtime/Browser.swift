import FlowModel

/// Opens the person's browser, when there is one, and only with a URL of http or https that was shown before.
enum Browser {
    /// Why nothing is opened; nil where something is, or where there is nothing to open it with.
    static func open(_ url: String) -> String? {
        guard let page = BrowserURL(url) else { return "not opened: expected a URL of http or https, found '\(url)'" }
        guard environment("DISPLAY") != nil || environment("WAYLAND_DISPLAY") != nil || environment("BROWSER") != nil
        else { return nil }
        var child = pid_t()
        var words: [UnsafeMutablePointer<CChar>?] = [
            strdup(environment("BROWSER") ?? "xdg-open"), strdup(page.text), nil,
        ]
        defer { for word in words { free(word) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 0...2 {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        _ = posix_spawnp(&child, words[0]!, &actions, nil, &words, environ)
        return nil
    }
}
