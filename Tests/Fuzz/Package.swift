// swift-tools-version: 6.0
import PackageDescription

// A package of its own, so that the product does not depend on libFuzzer. Built by scripts/fuzz.sh.

// A clone's folder has any name, and the folder's name is what SwiftPM calls the package.
let folders = Context.packageDirectory.split(separator: "/")
let product = String(folders[folders.count - 3])

let package = Package(
    name: "fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(path: "../..")],
    targets: [
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                .product(name: "Arguments", package: product),
                .product(name: "Documents", package: product),
                .product(name: "FlowModel", package: product),
                .product(name: "LabOptions", package: product),
            ])
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
