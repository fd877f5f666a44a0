import FlowModel

/// One request on its way through: the client's body upwards, the answer downwards, both at once and neither kept.
///
/// Nobody waits for one side alone: an early answer goes out while a body still comes, and a client that hangs up ends
/// the call.
struct GatewayRelay: ~Copyable {
    /// Seconds without any progress after which it is over.
    private static let patience = 60.0

    /// Bytes of an answer that are kept for a client that reads slowly.
    private static let ahead = 64 << 10

    private var call: UpstreamCall
    private let room: UnsafeMutableRawBufferPointer?
    /// Whether the client's body is still to be read.
    private var isSending: Bool
    private var isDone = false
    private var sent: Tee
    private var received: Tee

    /// - Parameter keeps: Whether the beginnings of both bodies are wanted for a recording.
    init(_ call: consuming UpstreamCall, _ framing: LabRequest.Framing, keeps: Bool) {
        self.call = call
        isSending = framing != .none
        room = isSending ? .allocate(byteCount: 64 << 10, alignment: 16) : nil
        (sent, received) = (Tee(limit: keeps ? 1 << 16 : 0), Tee(limit: keeps ? 1 << 20 : 0))
    }

    deinit { room?.deallocate() }

    /// Moves the request on until the answer's head is there. Throws `LabError` when the upstream does not answer, and
    /// `ConnectionError` when the client is gone.
    mutating func head(_ connection: inout LabConnection) throws -> (status: Int, headers: [Header]) {
        var deadline = Clock.elapsed() + Self.patience
        while true {
            if try send(&connection) { deadline = Clock.elapsed() + Self.patience }
            isDone = call.step()
            if let head = call.head { return head }
            if isDone { throw LabError(call.error ?? "no answer") }
            guard Clock.elapsed() < deadline else { throw LabError("no answer in \(Int(Self.patience)) s") }
            try wait(&connection, until: deadline)
        }
    }

    /// Passes the answer's body on. `atEnd` gets the beginnings of both bodies before the last bytes go out.
    mutating func body(length: Int64?, _ connection: inout LabConnection, atEnd: (Tee, Tee) -> Void) throws {
        var deadline = Clock.elapsed() + Self.patience
        var isTold = false
        while true {
            if received.count == length, !isTold {
                atEnd(sent, received)
                isTold = true
            }
            var moved = try send(&connection)
            if !isDone { isDone = call.step() }
            let piece = call.bytes
            if !piece.isEmpty, connection.pending < Self.ahead {
                received.take(piece)
                if received.count == length {
                    atEnd(sent, received)
                    isTold = true
                }
                try connection.write(piece, wait: false)
                call.take(piece.count)
                moved = true
            }
            if isDone, call.bytes.isEmpty { break }
            // All of a promised answer is there: nobody waits for the rest of the request.
            if isTold, isSending { break }
            let pending = connection.pending
            if pending > 0 {
                try connection.flush(wait: false)
                if connection.pending < pending { moved = true }
            }
            if moved {
                deadline = Clock.elapsed() + Self.patience
                continue
            }
            guard Clock.elapsed() < deadline else { throw ConnectionError.lost }
            try wait(&connection, until: deadline)
        }
        // An answer that breaks off must not look complete.
        if isDone, call.error != nil, !isTold {
            try connection.flush()
            throw ConnectionError.lost
        }
        if !isTold { atEnd(sent, received) }
        try connection.end()
    }

    /// Takes what the client has sent and the call has room for; true when that was something.
    private mutating func send(_ connection: inout LabConnection) throws(ConnectionError) -> Bool {
        guard isSending, let room else { return false }
        var hasMoved = false
        while case let space = min(call.room, room.count), space > 0 {
            guard let count = try connection.read(into: .init(rebasing: room[..<space]), wait: false) else { break }
            hasMoved = true
            if count == 0 {
                isSending = false
                call.giveEnd()
                break
            }
            let piece = UnsafeRawBufferPointer(rebasing: room[..<count])
            sent.take(piece)
            call.give(piece)
        }
        return hasMoved
    }

    /// Waits for whichever side can go on. A client whose request is read is watched: it may hang up.
    private func wait(_ connection: inout LabConnection, until deadline: Double) throws(ConnectionError) {
        let writes = connection.pending > 0
        let reads = isSending ? call.room > 0 : !connection.isFull
        let seconds = deadline - Clock.elapsed()
        let isReady = call.wait(
            reads || writes ? connection.descriptor : -1, reading: reads, writing: writes, seconds: seconds)
        if isReady, !isSending, connection.isGone() { throw .lost }
    }
}
