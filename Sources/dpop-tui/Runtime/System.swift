#if canImport(Glibc)
    @_exported import Glibc
#elseif canImport(Darwin)
    @_exported import Darwin
#endif

/// The last failed call's reason in the system's words.
func systemReason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

/// A variable of the environment; nil when unset.
func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// `read(2)`, whatever else is called `read` where it is needed.
func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, buffer, count)
}
