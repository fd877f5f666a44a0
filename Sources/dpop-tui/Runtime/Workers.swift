/// Spreads independent pieces of work over threads and hands the results over in order.
enum Workers {
    static var count: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Runs `work` on pieces, each thread with a state of its own; `take` gets the results on this thread, in order.
    ///
    /// `next` makes the pieces one after the other, never two at once; nil ends it.
    static func run<Piece, State, Result: Sendable>(
        threads: Int = count, next: @escaping () -> Piece?, state: @escaping @Sendable () -> State,
        work: @escaping @Sendable (State, Piece) -> Result, take: (Result) -> Void
    ) {
        guard threads > 1 else {
            let own = state()
            while let piece = next() { take(work(own, piece)) }
            return
        }
        let board = Board<Piece, Result>(next)
        let handles = (0..<threads).map { _ in
            Thread.start {
                let own = state()
                while let (number, piece) = board.next() { board.put(number, work(own, piece)) }
            }
        }
        while let result = board.wait() { take(result) }
        for handle in handles { Thread.join(handle) }
    }

    /// Results that are ready before their turn; at most `lead` pieces ahead of the taker, so memory stays bounded.
    private final class Board<Piece, Result: Sendable>: @unchecked Sendable {
        private let lock = Lock()
        private let make: () -> Piece?
        private var ready: [Int: Result] = [:]
        private var issued = 0
        private var taken = 0
        private var isDry = false
        private let lead = 64

        init(_ make: @escaping () -> Piece?) { self.make = make }

        func next() -> (Int, Piece)? {
            lock.wait {
                if isDry { return .some(nil) }
                guard issued < taken + lead else { return nil }
                guard let piece = make() else {
                    isDry = true
                    lock.wakeAll()
                    return .some(nil)
                }
                issued += 1
                return .some((issued - 1, piece))
            }
        }

        func put(_ piece: Int, _ result: Result) {
            lock.change {
                ready[piece] = result
                if piece == taken { lock.wakeAll() }
            }
        }

        /// The next result in order; nil when all were taken.
        func wait() -> Result? {
            lock.wait {
                if let result = ready.removeValue(forKey: taken) {
                    if issued == taken + lead { lock.wakeAll() }
                    taken += 1
                    return .some(result)
                }
                return isDry && taken == issued ? .some(nil) : nil
            }
        }
    }
}

/// A mutex with a condition.
final class Lock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    @discardableResult
    func change<R>(_ body: () -> R) -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Waits until `body` gives a value: asked at once, and whenever somebody wakes all.
    func wait<R>(until body: () -> R?) -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body() { return result }
            pthread_cond_wait(condition, mutex)
        }
    }

    /// For whoever changed, lock in hand, what others wait for. Nobody else is worth waking.
    func wakeAll() { pthread_cond_broadcast(condition) }
}

/// A POSIX thread: batch work and large files only; the screen has one thread.
enum Thread {
    private final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t {
        var handle = pthread_t()
        let context = Unmanaged.passRetained(Box(body)).toOpaque()
        let code = pthread_create(
            &handle, nil,
            { context in
                Unmanaged<Box>.fromOpaque(context!).takeRetainedValue().body()
                return nil
            }, context)
        precondition(code == 0, "a thread could not be started: \(systemReason(code))")
        return handle
    }

    static func join(_ handle: pthread_t) { pthread_join(handle, nil) }
}
