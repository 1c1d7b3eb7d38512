//! What bytes are, told by their content and never by a name.

/// A kind of content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text of some encoding; HTML is told from it once it is decoded.
    Text,
    /// Portable Document Format.
    Pdf,
    /// A ZIP archive: DOCX, XLSX, or a container.
    Zip,
    /// A compound file: DOC, XLS and others.
    Ole,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// A Parquet table.
    Parquet,
    /// A web archive.
    Warc,
    /// Known, and not read; the words name it in a message.
    Other(&'static str),
}

/// Beginnings of files that are known and not read.
const OTHERS: [(&[u8], &str); 24] = [
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xFF\xD8\xFF", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"\0\0\x01\0", "an icon"),
    (b"Rar!\x1A\x07", "a RAR archive"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    (b"\xFD7zXZ\0", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"{\\rtf", "a rich text document (.rtf)"),
    (b"%!PS", "a PostScript document"),
    (b"\x7FELF", "a program"),
    (b"MZ", "a program"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound or a film"),
    (b"FLV\x01", "a film"),
    (b"CWS", "a Flash film"),
    (b"FWS", "a Flash film"),
    (b"SQLite format 3\0", "a database"),
    (b"\xCA\xFE\xBA\xBE", "a program"),
    (b"wOFF", "a font"),
];

/// Tells what bytes are.
pub(super) fn kind_of(bytes: &[u8]) -> Kind {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    // A PDF may carry bytes before its header; readers look through the first kilobyte.
    let head = &bytes[..bytes.len().min(1024)];
    if head.windows(5).any(|w| w == b"%PDF-") && !looks_like_markup(head) {
        return Kind::Pdf;
    }
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") || starts(b"PK\x07\x08") {
        return Kind::Zip;
    }
    if starts(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Kind::Ole;
    }
    if starts(b"\x1F\x8B") {
        return Kind::Gzip;
    }
    if starts(b"\x28\xB5\x2F\xFD") {
        return Kind::Zstd;
    }
    // A table that was cut is one still.
    if starts(b"PAR1") && head.iter().any(|b| *b < 9) {
        return Kind::Parquet;
    }
    if starts(b"WARC/") {
        return Kind::Warc;
    }
    if starts(b"RIFF") && bytes.get(8..12).is_some_and(|form| form == b"WEBP") {
        return Kind::Other("a WebP picture");
    }
    if bytes.get(4..8).is_some_and(|kind| kind == b"ftyp") {
        return Kind::Other("a film");
    }
    if bytes.get(257..262).is_some_and(|magic| magic == b"ustar") {
        return Kind::Other("a tar archive");
    }
    match OTHERS.iter().find(|(magic, _)| starts(magic)) {
        // Two letters begin many texts: they are no evidence without bytes that text does not hold.
        Some((magic, _)) if magic.len() <= 3 && !head.iter().any(|b| *b < 9) => Kind::Text,
        Some((_, name)) => Kind::Other(name),
        None => Kind::Text,
    }
}

/// The stream by which a compound file is told. Names of streams stand in it as UTF-16.
pub(super) fn ole_stream(bytes: &[u8]) -> Option<&'static str> {
    const STREAMS: [&str; 5] = ["EncryptedPackage", "WordDocument", "Workbook", "PowerPoint Document", "Book"];
    STREAMS.into_iter().find(|name| {
        let mut wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        wide.extend([0, 0]);
        // Entries of the directory begin at multiples of their length.
        bytes.chunks_exact(128).any(|entry| entry.starts_with(&wide))
    })
}

/// Whether the first bytes open a tag: a page may talk of `%PDF-`.
fn looks_like_markup(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    text.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'<')
}

/// Whether decoded text is HTML: it opens with a tag of a page, or holds block tags that close.
pub(super) fn is_html(text: &str) -> bool {
    let head = first_bytes(text, 4096);
    let trimmed = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    let lower = trimmed.to_ascii_lowercase();
    if ["<!doctype html", "<html", "<head", "<body", "<!--"].iter().any(|tag| lower.starts_with(tag)) {
        return true;
    }
    if lower.starts_with("<?xml") {
        return lower.contains("<html");
    }
    // A fragment, or a page whose first lines are remarks of a crawler.
    const TAGS: [&str; 12] = ["<p", "<div", "<table", "<tr", "<td", "<span", "<br", "<html", "<body", "<article", "<section", "<meta"];
    let opens = |tag: &&str| {
        lower
            .match_indices(*tag)
            .any(|(at, _)| lower[at + tag.len()..].chars().next().is_some_and(|c| c == '>' || c == '/' || c.is_ascii_whitespace()))
    };
    let kinds = TAGS.iter().filter(|tag| opens(tag)).count();
    let closes = ["</p>", "</div>", "</table>", "</td>", "</span>", "</html>", "</body>"].iter().any(|tag| lower.contains(tag));
    match lower.starts_with('<') {
        true => kinds >= 1 && (closes || kinds >= 2),
        // In text with a few tags left over, lines are made by line ends and not by tags.
        false => {
            let blocks = ["<p", "<div", "<br", "<tr", "<li"].iter().map(|tag| lower.matches(tag).count()).sum::<usize>();
            kinds >= 2 && closes && 2 * blocks > lower.matches('\n').count()
        }
    }
}

/// At most the first `limit` bytes, cut between characters.
pub(super) fn first_bytes(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::{Kind, is_html, kind_of};

    #[test]
    fn content_is_told_by_its_bytes() {
        for (bytes, kind) in [
            (b"%PDF-1.7\n".as_slice(), Kind::Pdf),
            (b"\n\n%PDF-1.4", Kind::Pdf),
            (b"PK\x03\x04....", Kind::Zip),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Kind::Ole),
            (b"\x1F\x8B\x08", Kind::Gzip),
            (b"BMW 2016", Kind::Text),
            (b"MZ\x90\0\x03", Kind::Other("a program")),
            (b"<p>%PDF-1.4 is a format</p>", Kind::Text),
            (b"", Kind::Text),
        ] {
            assert_eq!(kind_of(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn html_is_told_by_its_tags() {
        for text in ["<!DOCTYPE HTML><p>x", "  <html>", "<div>一</div>", "来源\n<p>一</p><br/>", "<table><tr><td>1"] {
            assert!(is_html(text), "{text}");
        }
        for text in
            ["公开12条", "<条例>施行", "a < b", "<2016>年", "申请<p", "名称 <br> 换行", "一\n二\n三\n四\n<p>五</p>\n<span>六</span>"]
        {
            assert!(!is_html(text), "{text}");
        }
    }
}
