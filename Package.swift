// swift-tools-version: 6.0
import PackageDescription

// Nothing is fetched: the toolchain, and C libraries of the distribution behind one C or C++ target each. Releases are
// linked by scripts/release.sh, which says how they differ from what is built here.

let linux = BuildSettingCondition.when(platforms: [.linux])
let macOS = BuildSettingCondition.when(platforms: [.macOS])

let package = Package(
    name: "dpop-tui",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "dpop-tui", targets: ["dpop-tui"]),
        .executable(name: "dpop-lab", targets: ["dpop-lab"]),
        .library(name: "Arguments", targets: ["Arguments"]),
        .library(name: "Documents", targets: ["Documents"]),
        .library(name: "FlowModel", targets: ["FlowModel"]),
        .library(name: "LabOptions", targets: ["LabOptions"]),
    ],
    targets: [
        // MARK: C libraries, each behind a narrow header
        .target(
            name: "CCodings",
            linkerSettings: [.linkedLibrary("z"), .linkedLibrary("dl", linux)]
        ),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl", linux)]),
        .target(name: "CHTTPServer", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .target(
            name: "CNcurses",
            linkerSettings: [
                .linkedLibrary("ncursesw", linux), .linkedLibrary("tinfo", linux), .linkedLibrary("ncurses", macOS),
            ]
        ),
        .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("crypto")]),
        .target(name: "CGetopt"),
        .target(name: "CScan", exclude: ["Loops.inc"]),
        .target(name: "CToml"),
        .target(name: "CYaml", linkerSettings: [.linkedLibrary("yaml")]),

        // MARK: what both executables stand on
        .target(name: "Arguments", dependencies: ["CGetopt"]),
        .target(name: "Documents", dependencies: ["CToml", "CYaml", "FlowModel"]),
        .target(name: "FlowModel", dependencies: ["CCodings", "COpenSSL", "CScan"]),
        .target(name: "LabOptions", dependencies: ["Arguments"]),
        .executableTarget(
            name: "proof-bench", dependencies: ["COpenSSL", "FlowModel"], path: "Benchmarks/ProofBench"),

        // MARK: the debugger
        .executableTarget(
            name: "dpop-tui",
            dependencies: ["Arguments", "CCurl", "CNcurses", "Documents", "FlowModel", "LabOptions"],
            resources: [.embedInCode("themes"), .embedInCode("samples")]
        ),

        // MARK: the lab
        .executableTarget(
            name: "dpop-lab", dependencies: ["Arguments", "CCurl", "CHTTPServer", "FlowModel", "LabOptions"]),

        // MARK: tests
        .testTarget(name: "ArgumentsTests", dependencies: ["Arguments"]),
        .testTarget(name: "DpopTuiTests", dependencies: ["Arguments", "Documents", "dpop-tui", "FlowModel"]),
        .testTarget(name: "FlowModelTests", dependencies: ["COpenSSL", "CScan", "FlowModel"]),
        .testTarget(
            name: "LabTests", dependencies: ["Arguments", "COpenSSL", "dpop-lab", "FlowModel", "LabOptions"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
