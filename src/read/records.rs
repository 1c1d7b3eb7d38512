//! Tables of documents: NDJSON, one record a line.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, Read};
use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::input::{Options, Sink};
use super::kind::is_html;
use super::{Content, Entry, ReadError, limits};

/// Names under which tables hold the text of a document, in the order of trust.
const TEXT: [&str; 8] = ["text", "content", "body", "article", "正文", "内容", "全文", "raw_text"];
/// Names of HTML.
const HTML: [&str; 6] = ["html", "raw_html", "page_html", "content_html", "html_content", "page"];
/// Names of an identifier.
const ID: [&str; 5] = ["id", "_id", "doc_id", "uid", "编号"];
/// Names of a title.
const TITLE: [&str; 4] = ["title", "name", "标题", "headline"];
/// Names of an address.
const ADDRESS: [&str; 7] = ["url", "link", "address", "uri", "href", "source_url", "网址"];

/// The fields or columns of a table of documents.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    pub text: Option<&'a str>,
    pub html: Option<&'a str>,
    pub id: Option<&'a str>,
    pub title: Option<&'a str>,
    pub address: Option<&'a str>,
}

impl<'a> Fields<'a> {
    /// Finds the fields by name among those that `has` knows.
    pub fn find(options: &'a Options, has: impl Fn(&str) -> bool) -> Self {
        let first = |names: &[&'static str]| names.iter().copied().find(|name| has(name));
        let (text, html) = match (&options.text_field, &options.html_field) {
            (None, None) => (first(&TEXT), first(&HTML)),
            (text, html) => (text.as_deref(), html.as_deref()),
        };
        Fields {
            text: text.filter(|name| has(name)),
            html: html.filter(|name| has(name)),
            id: first(&ID),
            title: first(&TITLE),
            address: first(&ADDRESS),
        }
    }

    /// The names that were found.
    pub fn names(&self) -> Vec<&'a str> {
        [self.text, self.html, self.id, self.title, self.address].into_iter().flatten().collect()
    }
}

/// A container, which may lie in another one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Container {
    /// The path of the outermost file.
    pub source: String,
    /// The place in it, with `#` between one container and the next; empty for the file itself.
    pub inner: String,
}

impl Container {
    /// The place of something in this container.
    pub fn place(&self, place: &str) -> String {
        if self.inner.is_empty() { place.to_owned() } else { format!("{}#{place}", self.inner) }
    }

    /// A container in this one.
    pub fn member(&self, place: &str) -> Self {
        Self { source: self.source.clone(), inner: self.place(place) }
    }

    /// An entry for the container itself.
    pub fn entry(&self, content: Content) -> Entry {
        Entry::of(self.source.clone(), self.inner.clone(), content)
    }

    /// A container that cannot be read to its end is a rejected document of its own.
    pub fn unfinished(&self, detail: String) -> Entry {
        self.entry(Content::Broken(ReadError::Truncated { what: "container", detail }))
    }

    /// One that an error ended: where that is a limit of ours, for this reason.
    pub fn broken_off(&self, place: &str, error: &std::io::Error) -> Entry {
        match error.get_ref().and_then(|cause| cause.downcast_ref::<ReadError>()) {
            Some(limit) => self.entry(Content::Broken(limit.clone())),
            None => self.unfinished(format!("{place}{error}")),
        }
    }
}

/// Where the records of one container stand: gives each entry a source and a member of its own.
pub(super) struct Places<'a> {
    container: &'a Container,
    seen: HashSet<u64>,
}

impl<'a> Places<'a> {
    /// Of a container.
    pub fn new(container: &'a Container) -> Self {
        Self { container, seen: HashSet::new() }
    }

    /// An entry of the container. The place is its id, or its number where it has none or shares it.
    pub fn entry(&mut self, id: Option<String>, number: u64, address: Option<String>, title: Option<String>, content: Content) -> Entry {
        let mut place = id.filter(|id| !id.is_empty()).unwrap_or_else(|| number.to_string());
        let mut hasher = DefaultHasher::new();
        place.hash(&mut hasher);
        if !self.seen.insert(hasher.finish()) {
            place = format!("{place}~{number}");
        }
        let address = address.filter(|address| !address.trim().is_empty());
        let (source, member) = match &address {
            Some(address) => (address.trim().to_owned(), format!("{}#{}", self.container.source, self.container.place(&place))),
            None => (self.container.source.clone(), self.container.place(&place)),
        };
        Entry { source, member, title, address, charset: None, content }
    }
}

/// Whether a text is a stream of records: its first line is a JSON object. A line that breaks off or is
/// longer than the buffer is one where the name of the file says so (`named`).
pub(super) fn begins(head: &[u8], named: bool) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let Some(start) = head.iter().position(|b| !b.is_ascii_whitespace()) else { return false };
    let head = &head[start..];
    if head.first() != Some(&b'{') {
        return false;
    }
    let line = head.split(|b| *b == b'\n').next().unwrap_or(head);
    let object = serde_json::from_slice::<Value>(line).is_ok_and(|value| value.is_object());
    // An object opens with a name in quotes; few other texts begin so.
    let opens = head[1..].iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'"');
    object || opens && (named || line.len() == head.len() && head.len() >= 8 * 1024)
}

/// Whether the name of a file says that it holds records.
pub(super) fn named(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let path = path.trim_end_matches(".gz").trim_end_matches(".zst");
    [".ndjson", ".jsonl", ".json", ".jl"].iter().any(|end| path.ends_with(end))
}

/// Hands every record to `sink`. A line that is no record is an entry of its own.
pub(super) fn records(mut reader: &mut dyn BufRead, container: &Container, options: &Options, sink: &mut Sink) -> ControlFlow<()> {
    let mut places = Places::new(container);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        // Text in JSON is at most six times as long as the text.
        let limit = 6 * limits::TEXT_BYTES as u64;
        let content = match (&mut reader).take(limit).read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(length) if length as u64 == limit => {
                if let Err(error) = skip_line(reader) {
                    sink(container.broken_off(&format!("line {number}: "), &error))?;
                    break;
                }
                Err(ReadError::TooLarge { what: "bytes in a line", limit })
            }
            Ok(_) => parse(&line),
            Err(error) => {
                sink(container.broken_off(&format!("line {number}: "), &error))?;
                break;
            }
        };
        let entry = match content {
            Ok(None) => continue,
            Ok(Some(record)) => {
                let fields = Fields::find(options, |name| record.get(name).is_some_and(|value| !value.is_null()));
                let string = |name: Option<&str>| name.and_then(|name| record.get(name)).and_then(plain);
                let content = content_of(string(fields.html), string(fields.text));
                places.entry(string(fields.id), number, string(fields.address), string(fields.title), content)
            }
            Err(error) => places.entry(None, number, None, None, Content::Broken(error)),
        };
        sink(entry)?;
    }
    ControlFlow::Continue(())
}

/// The content of a record. Where it has both, the page is the original and the text was made of it.
pub(super) fn content_of(html: Option<String>, text: Option<String>) -> Content {
    let content = match (html, text) {
        (Some(html), Some(text)) if !is_html(&html) && !text.trim().is_empty() => text,
        (Some(html), _) => return Content::Html(html),
        (None, Some(text)) => text,
        (None, None) => return Content::Broken(ReadError::Malformed("it has no field `text` or `html`".to_owned())),
    };
    // Tables of crawls call pages text, too.
    if is_html(&content) { Content::Html(content) } else { Content::Text(content) }
}

fn skip_line(reader: &mut dyn BufRead) -> std::io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let (length, done) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), false),
        };
        reader.consume(length);
        if done {
            return Ok(());
        }
    }
}

/// The record of a line; `None` for a blank one.
fn parse(line: &[u8]) -> Result<Option<Map<String, Value>>, ReadError> {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii();
    if line.is_empty() {
        return Ok(None);
    }
    match serde_json::from_slice(line) {
        Ok(Value::Object(record)) => Ok(Some(record)),
        Ok(_) => Err(ReadError::Malformed("it is JSON but no object; give {\"id\", \"text\"}".to_owned())),
        Err(error) => Err(ReadError::Malformed(format!("it is no JSON: {error}"))),
    }
}

/// A value as text: an id may be a number.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(stream: &str, options: &Options) -> Vec<Entry> {
        let mut entries = Vec::new();
        let _ =
            records(&mut stream.as_bytes(), &Container { source: "a.ndjson".to_owned(), ..Container::default() }, options, &mut |entry| {
                entries.push(entry);
                ControlFlow::Continue(())
            });
        entries
    }

    #[test]
    fn records_give_source_member_and_content() {
        let stream = concat!(
            "{\"id\":\"x1\",\"text\":\"一\",\"title\":\"题\"}\n\n",
            "{\"id\":7,\"html\":\"<p>二\",\"url\":\"http://a/b\"}\n",
            "{\"text\":\"三\"}\nnot json\n{\"id\":\"x1\",\"text\":\"四\"}\n[1]\n{\"title\":\"空\"}"
        );
        let shown: Vec<_> = all(stream, &Options::default())
            .into_iter()
            .map(|entry| match entry.content {
                Content::Broken(error) => (entry.source, entry.member, error.reason().to_owned()),
                Content::Text(text) => (entry.source, entry.member, text),
                other => (entry.source, entry.member, format!("{other:?}")),
            })
            .collect();
        let expected = [
            ("a.ndjson", "x1", "一"),
            ("http://a/b", "a.ndjson#7", "Html(\"<p>二\")"),
            ("a.ndjson", "4", "三"),
            ("a.ndjson", "5", "malformed"),
            ("a.ndjson", "x1~6", "四"),
            ("a.ndjson", "7~7", "malformed"),
            ("a.ndjson", "8", "malformed"),
        ];
        assert_eq!(shown, expected.map(|(source, member, content)| (source.to_owned(), member.to_owned(), content.to_owned())));
    }

    #[test]
    fn a_page_is_a_page_whatever_its_field() {
        let page = "<p>一</p><p>二</p>";
        let content = |html: Option<&str>, text: Option<&str>| content_of(html.map(str::to_owned), text.map(str::to_owned));
        assert_eq!(content(None, Some(page)), Content::Html(page.to_owned()));
        assert_eq!(content(Some(page), Some("一二")), Content::Html(page.to_owned()));
        assert_eq!(content(Some("true"), Some("一二")), Content::Text("一二".to_owned()));
        assert_eq!(content(Some("一"), Some(" ")), Content::Html("一".to_owned()));
    }

    #[test]
    fn fields_can_be_named() {
        let options = Options { text_field: Some("ocr".to_owned()), ..Options::default() };
        let entries = all("{\"text\":\"一\",\"ocr\":\"二\"}", &options);
        assert_eq!(entries[0].content, Content::Text("二".to_owned()));
    }

    #[test]
    fn a_stream_is_told_by_its_first_line() {
        let begins = |text: &str, name: Option<&str>| begins(text.as_bytes(), name.is_some_and(named));
        assert!(begins("{\"text\":\"x\"}\n", None));
        assert!(begins("\u{feff} {\"text\":\"x\"", Some("a.JSONL.gz")));
        assert!(!begins("{\"text\":\"x\"", None));
        assert!(!begins("{年报}", Some("a.JSONL.gz")));
        assert!(!begins("", None));
    }
}
