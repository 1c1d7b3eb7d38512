//! Runs the real `ogi` in a fresh folder, and reads what it published.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use ogi::schema::Row;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// A folder of a test's own, empty at its start.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, inner: &str) -> PathBuf {
        self.0.join(inner)
    }

    pub fn write(&self, inner: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(inner);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// How a run ended.
pub struct Run {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Fails with the program's own words unless it ended with this status.
    pub fn expect(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "exit status\nstdout: {}\nstderr: {}", head(&self.stdout), head(&self.stderr));
        self
    }
}

fn head(text: &str) -> String {
    text.chars().take(2_000).collect()
}

/// The command, with no setting of the tester's machine.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ogi"));
    command.args(arguments).env_remove("RUST_BACKTRACE").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs `ogi` to its end.
pub fn ogi(arguments: &[&str]) -> Run {
    finish(&mut command(arguments), "")
}

/// Runs `ogi` with an input on standard input.
pub fn ogi_with(arguments: &[&str], input: &str) -> Run {
    finish(command(arguments).stdin(Stdio::piped()), input)
}

fn finish(command: &mut Command, input: &str) -> Run {
    let mut child = command.spawn().unwrap();
    if let Some(mut stdin) = child.stdin.take() {
        let input = input.to_owned();
        // The other end may close early; that is for the test to judge by the status.
        std::thread::spawn(move || {
            let _ = stdin.write_all(input.as_bytes());
        });
    }
    let output = child.wait_with_output().unwrap();
    Run {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The rows of a published table.
pub fn rows<R: Row>(dataset: &Path) -> Vec<R> {
    let path = dataset.join(format!("{}.parquet", R::TABLE.name));
    let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    reader.flat_map(|batch| R::read(&batch.unwrap()).unwrap()).collect()
}

/// The repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The sample reports.
pub fn sample_reports() -> PathBuf {
    repository().join("data/sample/reports")
}

/// A folder beside the repository that a plain clone lacks.
pub fn shared(inner: &str) -> Option<PathBuf> {
    let path = repository().join("../shared").join(inner);
    path.is_dir().then_some(path)
}

/// Builds a dataset of an input and returns its folder.
pub fn build(folder: &Folder, input: &Path, out: &str, more: &[&str]) -> PathBuf {
    let out = folder.path(out);
    let mut arguments = vec!["build", input.to_str().unwrap(), "--out", out.to_str().unwrap()];
    arguments.extend(more);
    ogi(&arguments).expect(0);
    out
}

/// The dataset of the sample reports, built once.
pub fn sample_dataset() -> &'static Path {
    static DATASET: OnceLock<PathBuf> = OnceLock::new();
    DATASET.get_or_init(|| build(&Folder::new("sample-dataset"), &sample_reports(), "out", &[]))
}

/// Every file below a folder with its bytes, by its path within.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    fn visit(base: &Path, folder: &Path, out: &mut Vec<(String, Vec<u8>)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(base, &path, out);
            } else {
                out.push((path.strip_prefix(base).unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()));
            }
        }
    }
    let folder = fs::canonicalize(folder).unwrap();
    let mut out = Vec::new();
    visit(&folder, &folder, &mut out);
    out.sort();
    out
}

/// Fails unless two datasets are equal in every byte of every file.
pub fn assert_equal_bytes(one: &Path, other: &Path) {
    let (one, other) = (files(one), files(other));
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&one), names(&other), "the datasets hold the same files");
    for ((name, a), (_, b)) in one.iter().zip(&other) {
        assert!(a == b, "{name} differs between the builds");
    }
}
