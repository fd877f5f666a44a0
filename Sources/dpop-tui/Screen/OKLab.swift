/// A colour as eyes see it: how light it is, and how much green or red, blue or yellow. Distances in it are about as
/// large as differences look (Björn Ottosson, "A perceptual color space for image processing", 2020).
struct OKLab: Equatable, Sendable {
    let lightness: Double
    let greenRed: Double
    let blueYellow: Double

    init(_ color: RGB) {
        let (r, g, b) = color.linear
        let l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
        let m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
        let s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
        lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s
        greenRed = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s
        blueYellow = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    }

    /// From 0, the same, to 1, black and white.
    func distance(to other: OKLab) -> Double { distanceSquared(to: other).squareRoot() }

    func distanceSquared(to other: OKLab) -> Double {
        let (l, a, b) = (
            lightness - other.lightness, greenRed - other.greenRed, blueYellow - other.blueYellow
        )
        return l * l + a * a + b * b
    }

    /// How far from grey.
    var chroma: Double { (greenRed * greenRed + blueYellow * blueYellow).squareRoot() }
    /// Which colour, in radians.
    var hue: Double { atan2(blueYellow, greenRed) }
}

/// Red, green and blue of sRGB, 0 to 255.
struct RGB: Equatable, Hashable, Sendable {
    let red: UInt8, green: UInt8, blue: UInt8

    init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) { (self.red, self.green, self.blue) = (red, green, blue) }

    /// 0xRRGGBB.
    init(_ value: Int) {
        self.init(UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255))
    }

    var value: Int { Int(red) << 16 | Int(green) << 8 | Int(blue) }

    /// In amounts of light, 0 to 1 (IEC 61966-2-1).
    var linear: (red: Double, green: Double, blue: Double) {
        (Self.light[Int(red)], Self.light[Int(green)], Self.light[Int(blue)])
    }

    private static let light: [Double] = (0...255).map {
        let value = Double($0) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }

    /// Relative luminance, 0 to 1 (WCAG 2.2).
    var luminance: Double {
        let (r, g, b) = linear
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// The contrast ratio of text in one on a ground in the other, 1 to 21 (WCAG 2.2).
    func contrast(with other: RGB) -> Double {
        let (a, b) = (luminance + 0.05, other.luminance + 0.05)
        return max(a, b) / min(a, b)
    }
}
