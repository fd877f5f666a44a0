/// How far servers' clocks are ahead of the recorder's, by their Date headers: each answer leaves a second and its
/// round trip.
enum ClockSkew {
    static func bounds(_ materials: some Sequence<ExchangeMaterial>) -> [String: (low: Interval, high: Interval)] {
        var bounds: [String: (low: Interval, high: Interval)] = [:]
        for material in materials {
            let exchange = material.exchange
            guard let date = exchange.response?.headers.first("date").flatMap(Timestamp.parseHTTPDate),
                let start = exchange.started, let end = exchange.ended
            else { continue }
            let (low, high) = (date - end, date - start + 1)
            let origin = exchange.request.url.origin
            bounds[origin] = bounds[origin].map { (max($0.low, low), min($0.high, high)) } ?? (low, high)
        }
        return bounds
    }
}
