// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// On Linux a release holds its small libraries itself: every shared one costs each start a quarter of a millisecond.
func archived(_ name: String) -> [LinkerSetting] {
    [
        .linkedLibrary(":lib\(name).a", .when(platforms: [.linux], configuration: .release)),
        .linkedLibrary(name, .when(platforms: [.linux], configuration: .debug)),
    ]
}

let package = Package(
    name: "dpop-tui",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "dpop-tui", targets: ["dpop-tui"]),
        .executable(name: "dpop-lab", targets: ["dpop-lab"]),
        .library(name: "FlowModel", targets: ["FlowModel"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("crypto")]),
        .target(
            name: "CNcurses",
            linkerSettings: archived("ncursesw") + archived("tinfo") + [
                .linkedLibrary("ncurses", .when(platforms: [.macOS]))
            ]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(name: "CScan", exclude: ["Loops.inc"]),
        .target(name: "CYaml", linkerSettings: archived("yaml") + [.linkedLibrary("yaml", .when(platforms: [.macOS]))]),
        .target(
            name: "CCodings",
            linkerSettings: archived("z") + [
                .linkedLibrary("z", .when(platforms: [.macOS])), .linkedLibrary("dl", .when(platforms: [.linux])),
            ]),
        .target(name: "FlowModel", dependencies: ["COpenSSL", "CScan", "CCodings"], swiftSettings: strict),
        .executableTarget(
            name: "dpop-tui",
            dependencies: [
                "FlowModel", "CNcurses", "CCurl", "CYaml", "TOMLKit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [.embedInCode("themes"), .embedInCode("samples")],
            swiftSettings: strict,
            linkerSettings: [
                .unsafeFlags(
                    [
                        "-L", Context.packageDirectory + "/scripts/link", "-Xclang-linker", "-static-libgcc",
                        "-Xlinker", "--export-dynamic-symbol=_gnutls_global_init_skip",
                    ],
                    .when(platforms: [.linux], configuration: .release))
            ]),
        .executableTarget(
            name: "dpop-lab",
            dependencies: [
                "FlowModel",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "proof-bench", dependencies: ["COpenSSL", "FlowModel"], path: "Benchmarks/ProofBench",
            swiftSettings: strict),
        .testTarget(name: "FlowModelTests", dependencies: ["FlowModel", "COpenSSL", "CScan"], swiftSettings: strict),
        .testTarget(
            name: "DpopTuiTests", dependencies: ["dpop-tui", "FlowModel"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
