//! INPUTs: files, folders and containers, made into entries in an order that depends on names alone.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Component, Path, PathBuf};

use super::kind::{Kind, kind_of};
use super::records::{self, records};
use super::{Content, Entry, ReadError};

/// How containers are read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
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
            if fs::symlink_metadata(&path).is_ok_and(|data| data.is_dir()) {
                match sorted(&path) {
                    Ok(names) => open.extend(names.into_iter().rev().map(|name| {
                        let shown = printable(&name);
                        (path.join(&name), if source.is_empty() { shown } else { format!("{source}/{shown}") })
                    })),
                    Err(error) => sink(broken(source, ReadError::Unreachable(error.to_string())))?,
                }
                continue;
            }
            match self.target(&path) {
                Ok(Some(target)) => file(&target, source, options, sink)?,
                Ok(None) => {}
                Err(error) => sink(broken(source, error))?,
            }
        }
        ControlFlow::Continue(())
    }

    /// The file that a name of the folder leads to. `None` for a link to a folder inside the INPUT, the
    /// files of which are visited where they are.
    fn target(&self, path: &Path) -> Result<Option<PathBuf>, ReadError> {
        let unreachable = |error: std::io::Error| ReadError::Unreachable(error.to_string());
        if !fs::symlink_metadata(path).map_err(unreachable)?.is_symlink() {
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
    if !fs::metadata(path).is_ok_and(|data| data.is_file()) {
        return sink(broken(source, ReadError::Unreachable("it is neither a file nor a folder".to_owned())));
    }
    let opened = File::open(path).and_then(|file| {
        let mut reader = BufReader::with_capacity(64 * 1024, file);
        reader.fill_buf()?;
        Ok(reader)
    });
    let mut reader = match opened {
        Ok(reader) => reader,
        Err(error) => return sink(broken(source, ReadError::Unreachable(error.to_string()))),
    };
    match kind_of(reader.buffer()) {
        Kind::Text if records::begins(&mut reader, path.extension()) => records(&mut reader, &source, options, sink),
        _ => sink(Entry::file(source, path.to_owned())),
    }
}

/// Hands every record of a stream of NDJSON documents to `sink`, in its order.
///
/// `source` names the stream in the entries.
pub fn visit_records(reader: &mut dyn Read, source: &str, options: &Options, sink: &mut Sink) -> ControlFlow<()> {
    records(&mut BufReader::new(reader), source, options, sink)
}

#[cfg(test)]
mod tests {
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
        assert_eq!(list(std::slice::from_ref(&folder.0))?, ["a/z.txt  file", "a.txt  file", "b.txt  file"]);
        assert_eq!(list(&[folder.0.join("b.txt")])?, ["b.txt  file"]);
        assert_eq!(list(&[folder.0.join("b.txt"), folder.0.join("a"), folder.0.join("a")])?, ["a/z.txt  file", "b.txt  file"]);
        folder.write("c/a/z.txt", "x")?;
        let both = list(&[folder.0.join("c/a"), folder.0.join("a")])?;
        assert!(both[1].ends_with("c/a/z.txt  file") && both.len() == 2, "{both:?}");
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
            "in.txt  file",
            "l1  link_outside",
            "l2  unreachable",
            "l4  link_loop",
            "l5  file",
            "l7  link_outside",
            "sub/l3  link_loop",
            "sub/x.txt  file",
            "%B9%AB.txt  file",
        ];
        assert_eq!(list(std::slice::from_ref(&folder.0))?, expected);
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
