import FlowModel

/// Opens the person's browser, when there is one, and only with a URL of http or https.
enum Browser {
    static func open(_ url: String) {
        guard let page = BrowserURL(url) else { return }
        guard environment("DISPLAY") != nil || environment("WAYLAND_DISPLAY") != nil || environment("BROWSER") != nil
        else { return }
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
    }
}
