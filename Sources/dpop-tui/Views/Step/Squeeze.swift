extension String {
    /// At most `width` columns of it, an ellipsis in place of its middle.
    func squeezed(_ width: Int) -> String { Elision.middle(self, width) }

    /// Its first character as a capital: the sentences of findings begin small.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
