/// What a body is: by its first bytes, as a `Content-Type` may be missing or wrong.
public enum BodyKind: Equatable, Sendable {
    /// Text that can be read: UTF-8, or another coding that was found or declared.
    case text(TextCoding)
    /// An image or another format with a name, such as `PNG image`; pixels where the format tells them cheaply.
    case known(name: String, mediaType: String, pixels: Pixels?)
    /// Neither text nor a format that has a name here.
    case binary

    /// Width and height as the image claims them.
    public struct Pixels: Equatable, Sendable {
        public let width: Int, height: Int
    }

    /// A body of that `Content-Type`; nil where it has none. Reads the body's first bytes only, however long it is.
    public init(_ body: Bytes, contentType: String?) {
        let head = body[SourceSpan(0, Self.looksAt)]
        if let format = Format.all.first(where: { $0.fits(head) }) {
            let pixels = format.pixels.flatMap { $0(head) }
            self = .known(name: format.name, mediaType: format.mediaType, pixels: pixels)
        } else {
            self =
                TextCoding(head, isCut: head.count < body.count, contentType: contentType).map { .text($0) } ?? .binary
        }
    }

    /// What is read to tell, in bytes: JPEGs have their size behind profiles and previews.
    private static let looksAt = 1 << 16

    /// A format with a name: its bytes at a place, in hexadecimal digits.
    private struct Format: Sendable {
        let name: String, mediaType: String
        let offset: Int
        let magic: [UInt8]
        let pixels: (@Sendable (Bytes) -> Pixels?)?

        init(
            _ name: String, _ mediaType: String, _ magic: [UInt8], at offset: Int = 0,
            pixels: (@Sendable (Bytes) -> Pixels?)? = nil
        ) {
            (self.name, self.mediaType, self.magic, self.offset, self.pixels) = (name, mediaType, magic, offset, pixels)
        }

        init(_ name: String, _ mediaType: String, text: String, at offset: Int = 0) {
            self.init(name, mediaType, Array(text.utf8), at: offset)
        }

        func fits(_ head: Bytes) -> Bool { head[SourceSpan(offset, magic.count)] == Bytes(magic) }

        /// Those that are seen in HTTP, longer beginnings before shorter ones.
        static let all: [Format] = [
            Format("PNG image", "image/png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], pixels: ImageSize.png),
            Format("JPEG image", "image/jpeg", [0xFF, 0xD8, 0xFF], pixels: ImageSize.jpeg),
            Format("GIF image", "image/gif", Array("GIF87a".utf8), pixels: ImageSize.gif),
            Format("GIF image", "image/gif", Array("GIF89a".utf8), pixels: ImageSize.gif),
            Format("WebP image", "image/webp", text: "WEBP", at: 8),
            Format("icon", "image/x-icon", [0, 0, 1, 0]),
            Format("TIFF image", "image/tiff", [0x49, 0x49, 0x2A, 0]),
            Format("TIFF image", "image/tiff", [0x4D, 0x4D, 0, 0x2A]),
            Format("AVIF image", "image/avif", text: "ftypavif", at: 4),
            Format("HEIC image", "image/heic", text: "ftypheic", at: 4),
            Format("MP4 media", "video/mp4", text: "ftyp", at: 4),
            Format("PDF document", "application/pdf", text: "%PDF-"),
            Format("ZIP archive", "application/zip", [0x50, 0x4B, 3, 4]),
            Format("gzip data", "application/gzip", [0x1F, 0x8B, 8]),
            Format("zstd data", "application/zstd", [0x28, 0xB5, 0x2F, 0xFD]),
            Format("xz data", "application/x-xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]),
            Format("7-Zip archive", "application/x-7z-compressed", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
            Format("WebAssembly module", "application/wasm", [0, 0x61, 0x73, 0x6D]),
            Format("WOFF font", "font/woff", text: "wOFF"), Format("WOFF2 font", "font/woff2", text: "wOF2"),
            Format("OpenType font", "font/otf", text: "OTTO"), Format("TrueType font", "font/ttf", [0, 1, 0, 0, 0]),
            Format("Ogg media", "audio/ogg", text: "OggS"), Format("FLAC audio", "audio/flac", text: "fLaC"),
            Format("WebM media", "video/webm", [0x1A, 0x45, 0xDF, 0xA3]),
            Format("SQLite database", "application/vnd.sqlite3", text: "SQLite format 3\0"),
            Format("ELF program", "application/x-elf", [0x7F, 0x45, 0x4C, 0x46]),
        ]
    }
}

extension BodyKind {
    /// In words: `PNG image, 640 x 480 pixels`; nil for text, which speaks for itself.
    public func words(contentType: String?) -> String? {
        let declared = contentType.flatMap { MediaType.essence($0) }
        switch self {
        case .text: return nil
        case .binary: return declared.map { "\($0), binary" } ?? "binary data"
        case .known(let name, let mediaType, let pixels):
            let size = pixels.map { ", \($0.width) x \($0.height) pixels" } ?? ""
            guard let declared, declared != mediaType, declared != "application/octet-stream" else {
                return name + size
            }
            return name + size
                + (Self.isLike(declared, mediaType) ? " (\(declared))" : "; Content-Type says \(declared)")
        }
    }

    /// `application/x-gzip`, `image/vnd.microsoft.icon`, `application/epub+zip`: another name, of the same family.
    private static func isLike(_ declared: String, _ mediaType: String) -> Bool {
        if Format.all.contains(where: { $0.mediaType == declared }) { return false }
        if mediaType == "application/zip", declared.hasPrefix("application/") { return !declared.hasSuffix("json") }
        return declared.split(separator: "/").first == mediaType.split(separator: "/").first
            && !["application/json", "application/xml"].contains(declared)
    }
}

/// Media types of `Content-Type` fields (RFC 9110 §8.3.1).
public enum MediaType {
    /// `application/json` of `Application/JSON; charset=utf-8`; nil where there is none.
    public static func essence(_ field: String) -> String? {
        let name = field.prefix { $0 != ";" && $0 != "," }.lowercased().trimmed
        return name.isEmpty ? nil : name
    }

    /// The value of a parameter in lower case, its quotes taken off.
    public static func parameter(_ name: String, of field: String) -> String? {
        for part in field.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, String(pair[0]).trimmed.lowercased() == name else { continue }
            return String(String(pair[1]).trimmed.filter { $0 != "\"" })
        }
        return nil
    }
}
