//! Web archives: the responses in them that are documents.

use std::io::{BufRead, Read};
use std::ops::ControlFlow;

use super::input::Sink;
use super::records::{Container, Places};
use super::{Content, ReadError, limits};

/// Bytes of the headers of a record or a response.
const HEAD: u64 = 64 * 1024;

/// Headers as names and values.
#[derive(Debug, Default)]
struct Head {
    first: String,
    fields: Vec<(String, String)>,
}

impl Head {
    fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Reads to the blank line behind headers. `None` at the end of the archive.
    fn read(mut reader: &mut dyn BufRead) -> std::io::Result<Option<Self>> {
        let mut head = Self::default();
        let mut read = 0;
        loop {
            let mut line = Vec::new();
            let length = (&mut reader).take(HEAD).read_until(b'\n', &mut line)?;
            read += length as u64;
            if length == 0 {
                return if read == 0 { Ok(None) } else { Err(std::io::ErrorKind::UnexpectedEof.into()) };
            }
            if read > HEAD {
                return Err(std::io::Error::other("headers are too long"));
            }
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end();
            if head.first.is_empty() {
                // Blank lines end the record before.
                head.first = line.to_owned();
                if line.is_empty() {
                    read = 0;
                }
            } else if line.is_empty() {
                return Ok(Some(head));
            } else if let Some((name, value)) = line.split_once(':') {
                head.fields.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
    }
}

/// Hands every response that is a document to `sink`. A truncated archive gives what was read, and one
/// entry that says so.
pub(super) fn responses(mut reader: &mut dyn BufRead, container: &Container, sink: &mut Sink) -> ControlFlow<()> {
    let mut places = Places::new(container);
    for number in 1.. {
        let head = match Head::read(reader) {
            Ok(Some(head)) => head,
            Ok(None) => break,
            Err(error) => return sink(container.broken_off(&format!("record {number}: "), &error)),
        };
        let length = head.get("Content-Length").and_then(|length| length.parse::<u64>().ok());
        let (true, Some(length)) = (head.first.starts_with("WARC/"), length) else {
            return sink(container.unfinished(format!("record {number}: it has no head or no length")));
        };
        let kind = head.get("WARC-Type").unwrap_or("").to_ascii_lowercase();
        let wanted = matches!(kind.as_str(), "response" | "resource");
        let mut record = Vec::new();
        let kept = if wanted { length.min(limits::DOCUMENT_BYTES + HEAD) } else { 0 };
        let taken = (&mut reader).take(kept).read_to_end(&mut record);
        let skipped = taken.and_then(|taken| {
            let rest = std::io::copy(&mut (&mut reader).take(length - taken as u64), &mut std::io::sink())?;
            Ok(taken as u64 + rest)
        });
        match skipped {
            Ok(read) if read == length => {}
            Ok(_) => return sink(container.unfinished(format!("record {number} ends too early"))),
            Err(error) => return sink(container.broken_off(&format!("record {number}: "), &error)),
        }
        if !wanted {
            continue;
        }
        let response = match kind.as_str() {
            "response" => Response::parse(&record),
            _ => Some(Response { kind: head.get("Content-Type").unwrap_or("").to_owned(), content: Ok(record) }),
        };
        let Some(response) = response.filter(Response::is_document) else { continue };
        let content = match response.content {
            _ if length > limits::DOCUMENT_BYTES + HEAD => {
                Content::Broken(ReadError::TooLarge { what: "bytes", limit: limits::DOCUMENT_BYTES })
            }
            Ok(bytes) => Content::Bytes(bytes),
            Err(error) => Content::Broken(error),
        };
        let address = head.get("WARC-Target-URI").map(|uri| uri.trim_matches(['<', '>']).to_owned());
        let mut entry = places.entry(None, number, address, None, content);
        entry.charset = charset(&response.kind);
        sink(entry)?;
    }
    ControlFlow::Continue(())
}

/// The encoding that a media type states.
fn charset(kind: &str) -> Option<String> {
    let lower = kind.to_ascii_lowercase();
    let (_, value) = lower.split_once("charset=")?;
    Some(value.split([';', ' ']).next().unwrap_or("").trim_matches(['"', '\'']).to_owned()).filter(|name| !name.is_empty())
}

/// A response of a server.
struct Response {
    /// Its media type.
    kind: String,
    content: Result<Vec<u8>, ReadError>,
}

impl Response {
    /// `None` where the server answered with something else than a document.
    fn parse(record: &[u8]) -> Option<Self> {
        let mut reader = record;
        let head = Head::read(&mut reader).ok()??;
        let status = head.first.split(' ').nth(1)?;
        if !status.starts_with('2') {
            return None;
        }
        let mut body = reader.to_vec();
        if head.get("Transfer-Encoding").is_some_and(|how| how.eq_ignore_ascii_case("chunked")) {
            // Some crawlers keep the header and take the chunks apart.
            body = unchunked(&body).unwrap_or(body);
        }
        let content = match head.get("Content-Encoding").unwrap_or("").to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" if body.starts_with(b"\x1F\x8B") => {
                let mut plain = Vec::new();
                let read = flate2::bufread::MultiGzDecoder::new(body.as_slice()).take(limits::DOCUMENT_BYTES + 1).read_to_end(&mut plain);
                let bounded = limits::document_bytes(plain.len() as u64).and(limits::expansion(body.len() as u64, plain.len() as u64));
                match read {
                    Ok(_) => bounded.map(|()| plain),
                    Err(error) => Err(ReadError::Truncated { what: "response", detail: error.to_string() }),
                }
            }
            "br" => Err(ReadError::Unsupported("compressed with brotli")),
            _ => Ok(body),
        };
        Some(Self { kind: head.get("Content-Type").unwrap_or("").to_owned(), content })
    }

    /// Whether the media type is one of documents; pictures, styles and scripts of pages are none.
    fn is_document(&self) -> bool {
        let kind = self.kind.to_ascii_lowercase();
        let kind = kind.split(';').next().unwrap_or("").trim();
        matches!(kind, "" | "text/html" | "text/plain" | "application/xhtml+xml" | "application/octet-stream" | "application/pdf")
            || ["msword", "ms-excel", "officedocument", "application/x-pdf", "application/zip"].iter().any(|part| kind.contains(part))
    }
}

/// The body of a response that came in chunks.
fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    loop {
        let end = body.iter().position(|b| *b == b'\n')?;
        let line = std::str::from_utf8(&body[..end]).ok()?;
        let length = usize::from_str_radix(line.trim().split(';').next()?, 16).ok()?;
        body = &body[end + 1..];
        if length == 0 {
            return Some(plain);
        }
        plain.extend_from_slice(body.get(..length)?);
        body = body.get(length..)?;
        body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: &str, uri: &str, body: &str) -> String {
        format!("WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nContent-Length: {}\r\n\r\n{body}\r\n\r\n", body.len())
    }

    fn read(archive: &str) -> Vec<(String, String, Option<String>, String)> {
        let container = Container { source: "a.warc".to_owned(), inner: String::new() };
        let mut found = Vec::new();
        let _ = responses(&mut archive.as_bytes(), &container, &mut |entry| {
            let content = match entry.content {
                Content::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Content::Broken(error) => error.reason().to_owned(),
                other => format!("{other:?}"),
            };
            found.push((entry.source, entry.member, entry.charset, content));
            ControlFlow::Continue(())
        });
        found
    }

    #[test]
    fn responses_that_are_documents() {
        let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\n\r\n<p>x</p>";
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n3\r\n<p>\r\n1;x\r\ny\r\n0\r\n\r\n";
        let archive = [
            record("warcinfo", "", "software: x"),
            record("request", "http://h/", "GET / HTTP/1.1\r\n\r\n"),
            record("response", "<http://h/1>", page),
            record("response", "http://h/2", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\nno"),
            record("response", "http://h/3", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nno"),
            record("response", "http://h/4", chunked),
        ]
        .concat();
        let expected = [("http://h/1", "a.warc#3", Some("gbk"), "<p>x</p>"), ("http://h/4", "a.warc#6", None, "<p>y")];
        let owned = expected.map(|(source, member, charset, content)| {
            (source.to_owned(), member.to_owned(), charset.map(str::to_owned), content.to_owned())
        });
        assert_eq!(read(&archive), owned);
        let cut = read(&archive[..archive.len() - 30]);
        assert_eq!((cut.len(), cut[1].3.as_str()), (2, "truncated"));
    }

    #[test]
    fn what_is_no_archive_ends_at_once() {
        assert_eq!(read("WARC/1.0\r\nContent-Length: x\r\n\r\n")[0].3, "truncated");
        assert_eq!(read("WARC/1.0\r\nContent-Length: 18446744073709551615\r\n\r\nx")[0].3, "truncated");
        assert_eq!(read("WARC/1.0")[0].3, "truncated");
    }
}
