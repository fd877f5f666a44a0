extension RandomAccessCollection where Index == Int {
    /// Where the elements begin for which the test holds, when it holds for all after the first: found by halving.
    @inlinable
    public func partitioningIndex(where holds: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
