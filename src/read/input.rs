//! INPUTs: files, folders and containers, made into entries in an order that depends on names alone.

use std::cell::Cell;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::ops::ControlFlow;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use super::archive::{Archive, Purpose};
use super::kind::{Kind, kind_of};
use super::records::{self, Container, records};
use super::{Content, Entry, ReadError, Reader, limits, parquet, warc};

/// How containers and the documents in them are read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What reads the documents.
    pub reader: Reader,
    /// The field or column that holds text, where it has a name of its own.
    pub text_field: Option<String>,
    /// The field or column that holds HTML, where it has a name of its own.
    pub html_field: Option<String>,
}

/// An INPUT that cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// There is nothing of this name.
    #[error("{}: cannot be read: {source}; give a file, a folder or an archive that exists", path.display())]
    Missing {
        /// The INPUT as given.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// What takes entries, one at a time; a break ends the visit.
pub type Sink<'a> = dyn FnMut(Entry) -> ControlFlow<()> + 'a;

/// Hands every document of the inputs to `sink`. What cannot be reached is an entry, too.
///
/// The order depends on names alone. An INPUT given twice is visited once. Hidden files and folders are
/// skipped; links are followed to files inside their INPUT and nowhere else.
///
/// # Errors
/// When an INPUT does not exist; then nothing has been handed on.
pub fn visit(inputs: &[PathBuf], options: &Options, sink: &mut Sink) -> Result<(), InputError> {
    let mut roots = Vec::with_capacity(inputs.len());
    for path in inputs {
        let real = fs::canonicalize(path).map_err(|source| InputError::Missing { path: path.clone(), source })?;
        roots.push(Root { given: path.clone(), real, prefix: String::new() });
    }
    roots.sort_by(|a, b| a.real.cmp(&b.real));
    roots.dedup_by(|a, b| a.real == b.real);
    name(&mut roots);
    for root in &roots {
        if root.visit(options, sink).is_break() {
            break;
        }
    }
    Ok(())
}

/// An INPUT.
struct Root {
    given: PathBuf,
    real: PathBuf,
    /// What stands before the paths of its documents; of a file, its name.
    prefix: String,
}

/// Gives inputs their prefixes: none for a single folder, else the last component of each, and as many
/// components before it as it takes to tell them apart.
fn name(roots: &mut [Root]) {
    let last = |path: &Path, count: usize| {
        let parts: Vec<_> = path.components().filter(|part| matches!(part, Component::Normal(_))).collect();
        let shown: Vec<_> = parts[parts.len().saturating_sub(count)..].iter().map(|part| printable(part.as_os_str())).collect();
        shown.join("/")
    };
    if let [root] = roots {
        root.prefix = if root.real.is_dir() { String::new() } else { last(&root.given, 1) };
        return;
    }
    for count in 1.. {
        for root in roots.iter_mut() {
            root.prefix = last(&root.real, count);
        }
        let distinct: HashSet<&str> = roots.iter().map(|root| root.prefix.as_str()).collect();
        // Real paths are distinct, so that all their components tell them apart; but escapes may not.
        if distinct.len() == roots.len() || count >= 4096 {
            return;
        }
    }
}

/// A file name as text: bytes that are no UTF-8 are written `%B9`.
fn printable(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

impl Root {
    fn visit(&self, options: &Options, sink: &mut Sink) -> ControlFlow<()> {
        if !self.real.is_dir() {
            return file(&self.real, self.prefix.clone(), options, sink);
        }
        // A stack and no recursion: folders can be nested deeper than a thread's stack.
        let mut open = vec![(self.real.clone(), self.prefix.clone())];
        while let Some((path, source)) = open.pop() {
            let found = fs::symlink_metadata(&path);
            if found.as_ref().is_ok_and(fs::Metadata::is_dir) {
                match sorted(&path) {
                    Ok(names) => open.extend(names.into_iter().rev().map(|name| {
                        let shown = printable(&name);
                        (path.join(&name), if source.is_empty() { shown } else { format!("{source}/{shown}") })
                    })),
                    Err(error) => sink(broken(source, ReadError::Unreachable(error.to_string())))?,
                }
                continue;
            }
            match self.target(&path, found) {
                Ok(Some(target)) => file(&target, source, options, sink)?,
                Ok(None) => {}
                Err(error) => sink(broken(source, error))?,
            }
        }
        ControlFlow::Continue(())
    }

    /// The file that a name of the folder leads to. `None` for a link to a folder inside the INPUT, the
    /// files of which are visited where they are.
    fn target(&self, path: &Path, found: std::io::Result<fs::Metadata>) -> Result<Option<PathBuf>, ReadError> {
        let unreachable = |error: std::io::Error| ReadError::Unreachable(error.to_string());
        if !found.map_err(unreachable)?.is_symlink() {
            return Ok(Some(path.to_owned()));
        }
        let target = fs::canonicalize(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ReadError::Unreachable("the link leads to nothing".to_owned()),
            // A chain of links that never ends has no error kind of its own in stable Rust.
            _ if error.raw_os_error() == Some(40) => ReadError::LinkLoop,
            _ => unreachable(error),
        })?;
        if !target.starts_with(&self.real) {
            return Err(ReadError::LinkOutside);
        }
        match target.is_dir() {
            true if path.starts_with(&target) => Err(ReadError::LinkLoop),
            true => Ok(None),
            false => Ok(Some(target)),
        }
    }
}

fn sorted(folder: &Path) -> std::io::Result<Vec<std::ffi::OsString>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if !name.as_encoded_bytes().starts_with(b".") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn broken(source: String, error: ReadError) -> Entry {
    Entry::of(source, String::new(), Content::Broken(error))
}

/// Hands on a file, or what is in it where it is a container.
fn file(path: &Path, source: String, options: &Options, sink: &mut Sink) -> ControlFlow<()> {
    // Opening a pipe would wait for whoever writes into it.
    let Some(length) = fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|data| data.len()) else {
        return sink(broken(source, ReadError::Unreachable("it is neither a file nor a folder".to_owned())));
    };
    let opened = File::open(path).and_then(|mut file| Ok((head_of(&mut file, length)?, file)));
    let (head, mut file) = match opened {
        Ok(opened) => opened,
        Err(error) => return sink(broken(source, ReadError::Unreachable(error.to_string()))),
    };
    let container = Container { source, inner: String::new() };
    let kind = kind_of(&head);
    let holds_others = match kind {
        Kind::Zip | Kind::Parquet | Kind::Gzip | Kind::Zstd | Kind::Warc => true,
        Kind::Text => records::begins(&head[..head.len().min(BUFFER)], records::named(&container.source)),
        _ => false,
    };
    if !holds_others {
        return sink(document(path, head, container.source));
    }
    if let Err(error) = file.rewind() {
        return sink(broken(container.source, ReadError::Unreachable(error.to_string())));
    }
    match kind {
        Kind::Zip => match Archive::open(BufReader::new(file), u64::MAX) {
            Ok(mut archive) if archive.purpose() == Purpose::Container => members(&mut archive, &container, options, 1, sink),
            _ => sink(document(path, head, container.source)),
        },
        Kind::Parquet => parquet::rows(file, &container, options, sink),
        Kind::Text => records(&mut BufReader::with_capacity(BUFFER, file), &container, options, sink),
        _ => stream(&mut BufReader::with_capacity(BUFFER, file), &container, options, 1, sink),
    }
}

/// A file that is one document: with its bytes where `head` holds all of them, so that it is not opened again.
fn document(path: &Path, head: Vec<u8>, source: String) -> Entry {
    match head.len() <= SMALL {
        true => Entry::of(source, String::new(), Content::Bytes(head)),
        false => Entry::file(source, path.to_owned()),
    }
}

/// Bytes that are looked at to tell what a stream is.
const BUFFER: usize = 64 * 1024;
/// How deep containers are opened: an archive of compressed streams.
const DEPTH: usize = 3;

/// Longest file that is read where it is found: most pages and texts are shorter, and of the documents that wait
/// for a thread there are few.
const SMALL: usize = 256 * 1024;

/// All of a file that is small, or more than [`SMALL`] bytes of it. `length` is what it should have.
fn head_of(file: &mut File, length: u64) -> std::io::Result<Vec<u8>> {
    let most = SMALL + 1;
    // One byte more than there is, so that the end is noticed without growing.
    let mut head = Vec::with_capacity(usize::try_from(length).map_or(most, |length| length.saturating_add(1).min(most)));
    file.take(most as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Hands on what a stream holds: records, a web archive, another stream, or one document.
fn stream(reader: &mut dyn BufRead, container: &Container, options: &Options, depth: usize, sink: &mut Sink) -> ControlFlow<()> {
    let head = match reader.fill_buf() {
        Ok(head) => head,
        Err(error) => return sink(container.broken_off("", &error)),
    };
    let kind = kind_of(head);
    if matches!(kind, Kind::Gzip | Kind::Zstd) && depth >= DEPTH {
        return sink(container.entry(Content::Broken(ReadError::TooDeep { what: "containers", limit: DEPTH })));
    }
    match kind {
        Kind::Gzip => {
            let packed = Counted::new(reader);
            let count = packed.count.clone();
            let plain = Bounded { inner: flate2::bufread::MultiGzDecoder::new(packed), packed: count, length: 0 };
            stream(&mut BufReader::with_capacity(BUFFER, plain), container, options, depth + 1, sink)
        }
        Kind::Zstd => {
            let packed = Counted::new(reader);
            let count = packed.count.clone();
            match zstd::stream::read::Decoder::with_buffer(packed) {
                Ok(plain) => {
                    let plain = Bounded { inner: plain, packed: count, length: 0 };
                    stream(&mut BufReader::with_capacity(BUFFER, plain), container, options, depth + 1, sink)
                }
                Err(error) => sink(container.broken_off("", &error)),
            }
        }
        Kind::Warc => warc::responses(reader, container, sink),
        Kind::Text if records::begins(head, records::named(&container.source) || records::named(&container.inner)) => {
            records(reader, container, options, sink)
        }
        _ => {
            let mut bytes = Vec::new();
            let read = reader.take(limits::DOCUMENT_BYTES + 1).read_to_end(&mut bytes);
            let content = match read {
                Err(error) => return sink(container.broken_off("", &error)),
                Ok(_) => match limits::document_bytes(bytes.len() as u64) {
                    Ok(()) => Content::Bytes(bytes),
                    Err(error) => Content::Broken(error),
                },
            };
            match content {
                Content::Bytes(bytes) => inside(bytes, container, options, depth, sink),
                content => sink(container.entry(content)),
            }
        }
    }
}

/// Hands on bytes out of a container, or what is in them.
fn inside(bytes: Vec<u8>, container: &Container, options: &Options, depth: usize, sink: &mut Sink) -> ControlFlow<()> {
    match kind_of(&bytes) {
        Kind::Gzip | Kind::Zstd | Kind::Warc if depth < DEPTH => stream(&mut bytes.as_slice(), container, options, depth + 1, sink),
        Kind::Text if records::begins(&bytes, records::named(&container.inner)) => records(&mut bytes.as_slice(), container, options, sink),
        Kind::Zip if depth < DEPTH => match Archive::open(Cursor::new(&bytes), limits::OFFICE_BYTES) {
            Ok(mut archive) if archive.purpose() == Purpose::Container => members(&mut archive, container, options, depth + 1, sink),
            _ => sink(container.entry(Content::Bytes(bytes))),
        },
        _ => sink(container.entry(Content::Bytes(bytes))),
    }
}

/// Hands on the files of an archive, in the order of their names. Hidden ones are skipped as in folders.
fn members<R: Read + Seek>(
    archive: &mut Archive<R>,
    container: &Container,
    options: &Options,
    depth: usize,
    sink: &mut Sink,
) -> ControlFlow<()> {
    for (index, name) in archive.files() {
        if name.split(['/', '\\']).any(|part| part.len() > 1 && part != ".." && part.starts_with('.') || part == "__MACOSX") {
            continue;
        }
        let member = container.member(&name);
        match archive.read(index) {
            Ok(bytes) => inside(bytes, &member, options, depth, sink)?,
            Err(error) => sink(member.entry(Content::Broken(error)))?,
        }
    }
    ControlFlow::Continue(())
}

/// A reader that counts what is taken from it.
struct Counted<'a> {
    inner: &'a mut dyn BufRead,
    count: Rc<Cell<u64>>,
}

impl<'a> Counted<'a> {
    fn new(inner: &'a mut dyn BufRead) -> Self {
        Self { inner, count: Rc::default() }
    }
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.count.set(self.count.get() + length as u64);
        Ok(length)
    }
}

impl BufRead for Counted<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.count.set(self.count.get() + length as u64);
        self.inner.consume(length);
    }
}

/// A reader that fails where packed bytes become too many.
struct Bounded<R> {
    inner: R,
    packed: Rc<Cell<u64>>,
    length: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.length += length as u64;
        limits::expansion(self.packed.get(), self.length).map_err(std::io::Error::other)?;
        Ok(length)
    }
}

/// Hands every record of a stream of NDJSON documents to `sink`, in its order.
///
/// `source` names the stream in the entries.
pub fn visit_records(reader: &mut dyn Read, source: &str, options: &Options, sink: &mut Sink) -> ControlFlow<()> {
    let container = Container { source: source.to_owned(), inner: String::new() };
    records(&mut BufReader::new(reader), &container, options, sink)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    /// A folder that is removed when the test ends.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> std::io::Result<Self> {
            let path = std::env::temp_dir().join(format!("ogi-input-{}-{name}", std::process::id()));
            fs::create_dir_all(&path)?;
            Ok(Self(path))
        }

        fn write(&self, name: &str, content: &str) -> std::io::Result<PathBuf> {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().unwrap_or(&self.0))?;
            fs::write(&path, content)?;
            Ok(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap_or_default();
        }
    }

    fn list(inputs: &[PathBuf]) -> Result<Vec<String>, InputError> {
        let mut shown = Vec::new();
        visit(inputs, &Options::default(), &mut |entry| {
            let content = match entry.content {
                Content::File(_) => "file".to_owned(),
                Content::Broken(error) => error.reason().to_owned(),
                Content::Bytes(bytes) => format!("{} bytes", bytes.len()),
                other => format!("{other:?}"),
            };
            shown.push(format!("{} {} {content}", entry.source, entry.member));
            ControlFlow::Continue(())
        })?;
        Ok(shown)
    }

    #[test]
    fn folders_in_the_order_of_names() -> Outcome {
        let folder = Folder::new("order")?;
        for name in ["b.txt", "a/z.txt", ".hidden", ".git/x.txt", "a.txt"] {
            folder.write(name, "x")?;
        }
        assert_eq!(list(std::slice::from_ref(&folder.0))?, ["a/z.txt  1 bytes", "a.txt  1 bytes", "b.txt  1 bytes"]);
        assert_eq!(list(&[folder.0.join("b.txt")])?, ["b.txt  1 bytes"]);
        assert_eq!(list(&[folder.0.join("b.txt"), folder.0.join("a"), folder.0.join("a")])?, ["a/z.txt  1 bytes", "b.txt  1 bytes"]);
        folder.write("c/a/z.txt", "x")?;
        let both = list(&[folder.0.join("c/a"), folder.0.join("a")])?;
        assert!(both[1].ends_with("c/a/z.txt  1 bytes") && both.len() == 2, "{both:?}");
        assert!(list(&[folder.0.join("none")]).is_err());
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere_else() -> Outcome {
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::symlink;
        let (folder, other) = (Folder::new("links")?, Folder::new("links-other")?);
        folder.write("in.txt", "x")?;
        other.write("out.txt", "x")?;
        folder.write("sub/x.txt", "x")?;
        symlink(other.0.join("out.txt"), folder.0.join("l1"))?;
        symlink(folder.0.join("gone"), folder.0.join("l2"))?;
        symlink(&folder.0, folder.0.join("sub/l3"))?;
        symlink(folder.0.join("l4"), folder.0.join("l4"))?;
        symlink(folder.0.join("in.txt"), folder.0.join("l5"))?;
        symlink(folder.0.join("sub"), folder.0.join("l6"))?;
        symlink(&other.0, folder.0.join("l7"))?;
        fs::write(folder.0.join(OsStr::from_bytes(b"\xB9\xAB.txt")), "x")?;
        let expected = [
            "in.txt  1 bytes",
            "l1  link_outside",
            "l2  unreachable",
            "l4  link_loop",
            "l5  1 bytes",
            "l7  link_outside",
            "sub/l3  link_loop",
            "sub/x.txt  1 bytes",
            "%B9%AB.txt  1 bytes",
        ];
        assert_eq!(list(std::slice::from_ref(&folder.0))?, expected);
        Ok(())
    }

    #[test]
    fn containers_give_their_documents() -> Outcome {
        let folder = Folder::new("containers")?;
        let lines = "{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"b\",\"text\":\"y\",\"url\":\"http://h/p\"}\n";
        let gzip = |text: &[u8]| -> std::io::Result<Vec<u8>> {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(text)?;
            encoder.finish()
        };
        let packed = gzip(lines.as_bytes())?;
        fs::write(folder.0.join("a.ndjson.gz"), [packed.as_slice(), &packed].concat())?;
        fs::write(folder.0.join("b.jsonl.zst"), zstd::encode_all(lines.as_bytes(), 1)?)?;
        fs::write(folder.0.join("c.html.gz"), gzip(b"<p>x</p>")?)?;
        fs::write(folder.0.join("d.gz"), &packed[..packed.len() - 9])?;
        fs::write(folder.0.join("e.gz"), gzip(&vec![b' '; 3 << 20])?)?;
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in [("../b/x.ndjson.gz", packed.as_slice()), ("a.txt", b"text"), (".hidden", b"no")] {
            zip.start_file(name, zip::write::SimpleFileOptions::default())?;
            zip.write_all(bytes)?;
        }
        let zip = zip.finish()?.into_inner();
        fs::write(folder.0.join("f.zip"), &zip)?;
        fs::write(folder.0.join("g.zip"), &zip[..zip.len() - 30])?;
        let shown = list(std::slice::from_ref(&folder.0))?;
        let text = |text: &str| format!("Text(\"{text}\")");
        let expected = [
            format!("a.ndjson.gz a {}", text("x")),
            format!("http://h/p a.ndjson.gz#b {}", text("y")),
            format!("a.ndjson.gz a~3 {}", text("x")),
            format!("http://h/p a.ndjson.gz#b~4 {}", text("y")),
            format!("b.jsonl.zst a {}", text("x")),
            format!("http://h/p b.jsonl.zst#b {}", text("y")),
            "c.html.gz  8 bytes".to_owned(),
            format!("d.gz a {}", text("x")),
            format!("http://h/p d.gz#b {}", text("y")),
            "d.gz  truncated".to_owned(),
            "e.gz  too_large".to_owned(),
            format!("f.zip ../b/x.ndjson.gz#a {}", text("x")),
            format!("http://h/p f.zip#../b/x.ndjson.gz#b {}", text("y")),
            "f.zip a.txt 4 bytes".to_owned(),
            format!("g.zip  {} bytes", zip.len() - 30),
        ];
        assert_eq!(shown, expected);
        Ok(())
    }

    #[test]
    fn only_small_files_are_read_where_they_are_found() -> Outcome {
        let folder = Folder::new("small")?;
        folder.write("a.txt", &"x".repeat(SMALL))?;
        folder.write("b.txt", &"x".repeat(SMALL + 1))?;
        folder.write("c.txt", "")?;
        assert_eq!(list(std::slice::from_ref(&folder.0))?, [format!("a.txt  {SMALL} bytes").as_str(), "b.txt  file", "c.txt  0 bytes"]);
        Ok(())
    }

    #[test]
    fn a_break_ends_the_visit() -> Outcome {
        let folder = Folder::new("break")?;
        folder.write("a.txt", "x")?;
        folder.write("b.ndjson", "{\"text\":\"x\"}\n{\"text\":\"y\"}")?;
        let mut seen = 0;
        visit(std::slice::from_ref(&folder.0), &Options::default(), &mut |_| {
            seen += 1;
            if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        assert_eq!(seen, 2);
        Ok(())
    }
}
