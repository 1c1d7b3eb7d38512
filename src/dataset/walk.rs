//! Files and folders as entries, until the reading room visits inputs itself.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::read::{Content, Entry};

/// An input cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the input {path}: {source}")]
pub struct InputError {
    path: PathBuf,
    source: std::io::Error,
}

/// Hands all files of the inputs to `sink`, in order of their paths.
pub fn visit(inputs: &[PathBuf], sink: &mut dyn FnMut(Entry) -> ControlFlow<()>) -> Result<(), InputError> {
    for input in inputs {
        let base = input.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let flow = if input.is_dir() {
            let prefix = if inputs.len() > 1 { format!("{base}/") } else { String::new() };
            folder(input, &prefix, sink)?
        } else {
            std::fs::metadata(input).map_err(|source| InputError { path: input.clone(), source })?;
            sink(entry(base, input.clone()))
        };
        if flow.is_break() {
            break;
        }
    }
    Ok(())
}

fn folder(path: &Path, prefix: &str, sink: &mut dyn FnMut(Entry) -> ControlFlow<()>) -> Result<ControlFlow<()>, InputError> {
    let fail = |source| InputError { path: path.to_owned(), source };
    let mut children =
        std::fs::read_dir(path).and_then(|all| all.map(|e| e.map(|e| e.path())).collect::<Result<Vec<_>, _>>()).map_err(fail)?;
    children.sort();
    for child in children {
        let name = format!("{prefix}{}", child.file_name().unwrap_or_default().to_string_lossy());
        let flow = if child.is_dir() { folder(&child, &format!("{name}/"), sink)? } else { sink(entry(name, child)) };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn entry(source: String, path: PathBuf) -> Entry {
    Entry { source, member: String::new(), title: None, address: None, charset: None, content: Content::File(path) }
}
