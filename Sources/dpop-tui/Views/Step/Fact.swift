import FlowModel

/// One value of a step beside what it must be: a line of the Step tab.
struct Fact {
    let label: String
    let value: String
    /// What the value must be where its checks pass. Where one fails, the check says it.
    var must = ""
    /// The same in fewer words, for a narrow column.
    var short: String?
    /// The checks that look at the value; the worst of them gives the mark.
    var checks: [CheckID] = []
    /// Evidence by that name belongs to this line; nil stands for the label.
    var evidence: String?
    /// True where the second column is another value, and no demand.
    var isPair = false
    /// The look of the second column; nil for what a demand looks like.
    var mustRole: Role?
    /// True where `must` says better than the check what is wanted.
    var keepsMust = false
    /// True for sentences: they are read to their end, over several lines.
    var isText = false
    /// Where its bytes are.
    var place: Place?
    /// What copying takes; nil stands for the value.
    var copy: String?
}

/// The facts of one object under its name: the proof, the token, the request.
struct FactSection {
    let title: String
    /// What stands over the second column.
    var mustTitle = "must be"
    /// What stands over the first column; empty where the section's own title is enough.
    var valueTitle = ""
    var facts: [Fact]
    /// Lines under the facts, drawn as they are.
    var lines: [Row] = []
}
