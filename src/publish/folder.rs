//! The folder of builds beside a dataset, and the link that readers follow.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::PublishError;
use super::build::Build;
use super::file::{HashedFile, Written, hash_of, hexadecimal};
use super::manifest::Manifest;
use crate::schema::{TABLES, Table};

/// The file that says whose folder it is.
const MARKER: &str = "OGI";
const MARKER_TEXT: &str = "This folder belongs to ogi, which keeps the builds of a dataset here and removes old ones.\n";
const LOCK: &str = "lock";
const UNFINISHED: &str = "unfinished";
const WORK: &str = "work";
/// The file that a build keeps for the next one. It is no part of a build.
const KEPT: &str = "kept";
pub(super) const MANIFEST: &str = "manifest.json";
/// What changed since another build. It is in no manifest, since equal inputs make equal builds whatever
/// stood there before.
const CHANGES_FILE: &str = "changes.parquet";
/// Files of a build that are no tables.
const DOCUMENTATION: [&str; 5] = ["datapackage.json", "CODEBOOK.md", "panel_labels.do", "panel_labels.R", MANIFEST];

/// A build at work. Unless it is committed, it leaves nothing.
#[derive(Debug)]
pub struct Publication {
    out: PathBuf,
    builds: PathBuf,
    folder: PathBuf,
    committed: bool,
    /// Unlocks when dropped, so that nothing of a build happens without it.
    _lock: File,
}

/// A published build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its name: the first 16 digits of the hash of its manifest.
    pub id: String,
    /// Whether the dataset was this very build before.
    pub unchanged: bool,
}

impl Publication {
    /// Takes the place: refuses what ogi did not write, locks, removes what a killed build left.
    ///
    /// # Errors
    /// When the place is refused or another build holds it.
    pub fn begin(out: &Path, inputs: &[PathBuf]) -> Result<Self, PublishError> {
        let out = absolute(out)?;
        let name = match out.file_name().and_then(|name| name.to_str()) {
            Some(name) => name.to_owned(),
            None => return Err(PublishError::Occupied { path: out, what: "is no name for a folder" }),
        };
        refuse_inputs(&out, inputs)?;
        let builds = out.with_file_name(format!(".{name}.builds"));
        refuse_occupied(&out, &builds)?;
        let marker = builds.join(MARKER);
        if !builds.is_dir() {
            let parent = out.parent().unwrap_or(&out);
            fs::create_dir_all(&builds).map_err(PublishError::io("create", &builds))?;
            sync_folder(parent)?;
        } else if !marker.is_file() && fs::read_dir(&builds).map_err(PublishError::io("read", &builds))?.next().is_some() {
            return Err(PublishError::Occupied { path: builds, what: "has no mark that ogi made it" });
        }
        if !marker.is_file() {
            fs::write(&marker, MARKER_TEXT).map_err(PublishError::io("write", &marker))?;
        }
        let lock = lock(&builds.join(LOCK), &out)?;
        let folder = builds.join(UNFINISHED);
        sweep(&folder)?;
        if folder.exists() {
            return Err(PublishError::Occupied { path: folder, what: "holds files that ogi did not write" });
        }
        let work = folder.join(WORK);
        fs::create_dir_all(&work).map_err(PublishError::io("create", &work))?;
        Ok(Self { out, builds, folder, committed: false, _lock: lock })
    }

    /// The folder of the build.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A folder for files of the build at work; it is gone when the build is published.
    pub fn work(&self) -> PathBuf {
        self.folder.join(WORK)
    }

    /// The file that the build before kept for this one; there may be none.
    pub fn kept(&self) -> PathBuf {
        self.builds.join(KEPT)
    }

    /// The file of the work folder that takes the place of [`Publication::kept`] when the build is published.
    pub fn to_keep(&self) -> PathBuf {
        self.work().join(KEPT)
    }

    /// The build at work, opened to be read: all its files are written.
    pub fn written(&self, manifest: Manifest) -> Build {
        Build::unpublished(&self.folder, manifest)
    }

    /// Writes a text file of the build.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<Written, PublishError> {
        let mut file = HashedFile::create(&self.folder, name)?;
        file.write_all(text.as_bytes()).map_err(PublishError::io("write", file.path()))?;
        file.finish(None)
    }

    /// Removes the file of a table that is not to be in the build.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self, table: &Table) -> Result<(), PublishError> {
        let path = self.folder.join(format!("{}.parquet", table.name));
        fs::remove_file(&path).map_err(PublishError::io("remove", &path))
    }

    /// Publishes the build: writes its manifest, makes all durable, moves the link, and removes builds
    /// older than the one before.
    ///
    /// # Errors
    /// When something cannot be written; readers then see the build before.
    pub fn commit(mut self, manifest: &Manifest) -> Result<Published, PublishError> {
        let path = self.folder.join(MANIFEST);
        let mut text = serde_json::to_string_pretty(manifest).map_err(|e| PublishError::io("write", &path)(e.into()))?;
        text.push('\n');
        self.write(MANIFEST, &text)?;
        let to_keep = self.to_keep();
        if to_keep.is_file() {
            fs::rename(&to_keep, self.kept()).map_err(PublishError::io("rename", &to_keep))?;
        }
        sweep(&self.work())?;
        let summary = self.folder.join("summary");
        if summary.is_dir() {
            sync_folder(&summary)?;
        }
        sync_folder(&self.folder)?;

        let id = hexadecimal(&Sha256::digest(&text)[..8]);
        let before = current(&self.out);
        let build = self.settle(&id, manifest, before.as_deref())?;
        let unchanged = before.as_deref() == Some(build.as_path());
        if !unchanged {
            self.point_to(&build)?;
            self.remove_others(&[Some(build.as_path()), before.as_deref()])?;
        }
        self.committed = true;
        Ok(Published { id, unchanged })
    }

    /// Moves the new build to the folder of its name. Where an equal build stands there, whole, it is
    /// taken instead; where one stands that was damaged, the new one gets a name beside it, since readers
    /// may have the old one open.
    ///
    /// What an equal build tells of its changes may be against another than the one before: it is replaced,
    /// unless that build is the one before.
    fn settle(&self, id: &str, manifest: &Manifest, before: Option<&Path>) -> Result<PathBuf, PublishError> {
        let mut name = id.to_owned();
        for copy in 2.. {
            let build = self.builds.join(&name);
            if !build.exists() {
                fs::rename(&self.folder, &build).map_err(PublishError::io("rename", &self.folder))?;
                sync_folder(&self.builds)?;
                return Ok(build);
            }
            if whole(&build, manifest) {
                let changes = self.folder.join(CHANGES_FILE);
                if before != Some(&build) && changes.is_file() {
                    fs::rename(&changes, build.join(CHANGES_FILE)).map_err(PublishError::io("rename", &changes))?;
                    sync_folder(&build)?;
                }
                sweep(&self.folder)?;
                return Ok(build);
            }
            name = format!("{id}-{copy}");
        }
        Ok(self.builds.join(name))
    }

    fn point_to(&self, build: &Path) -> Result<(), PublishError> {
        let target: PathBuf = [&self.builds, build].iter().filter_map(|path| path.file_name()).collect();
        let link = self.builds.join("link");
        match fs::remove_file(&link) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(PublishError::io("remove", &link)(error)),
            _ => symlink(&target, &link).map_err(PublishError::io("create", &link))?,
        }
        if is_real_folder(&self.out) {
            // Empty, or it would have been refused: a link cannot be renamed over a folder.
            fs::remove_dir(&self.out).map_err(PublishError::io("replace", &self.out))?;
        }
        fs::rename(&link, &self.out).map_err(PublishError::io("replace", &self.out))?;
        self.out.parent().map_or(Ok(()), sync_folder)
    }

    fn remove_others(&self, keep: &[Option<&Path>]) -> Result<(), PublishError> {
        for entry in fs::read_dir(&self.builds).map_err(PublishError::io("read", &self.builds))? {
            let path = entry.map_err(PublishError::io("read", &self.builds))?.path();
            let named = path.file_name().and_then(|name| name.to_str()).is_some_and(is_build_name);
            if named && !keep.contains(&Some(path.as_path())) {
                sweep(&path)?;
            }
        }
        Ok(())
    }
}

impl Drop for Publication {
    fn drop(&mut self) {
        if !self.committed {
            // A build that failed has told why; what cannot be removed now, the next build removes.
            let _ = sweep(&self.folder);
        }
    }
}

fn absolute(path: &Path) -> Result<PathBuf, PublishError> {
    let path = std::path::absolute(path).map_err(PublishError::io("find", path))?;
    // Without this, `out/` and `out/.` would be other places than `out`.
    Ok(path.components().collect())
}

fn refuse_inputs(out: &Path, inputs: &[PathBuf]) -> Result<(), PublishError> {
    // The nearest folder that exists tells where links lead.
    let existing = out.ancestors().skip(1).find_map(|folder| folder.canonicalize().ok().map(|real| (folder, real)));
    let out_real = existing.map_or(out.to_owned(), |(folder, real)| real.join(out.strip_prefix(folder).unwrap_or(out)));
    for input in inputs {
        let Ok(real) = input.canonicalize() else { continue };
        // The link at DIR leads elsewhere, so that an input given as DIR itself is seen by its name.
        let same = absolute(input)?.as_path() == out;
        if same || (real.is_dir() && out_real.starts_with(&real)) {
            return Err(PublishError::InsideInput { out: out.to_owned(), input: input.clone() });
        }
    }
    Ok(())
}

fn refuse_occupied(out: &Path, builds: &Path) -> Result<(), PublishError> {
    let refuse = |what| Err(PublishError::Occupied { path: out.to_owned(), what });
    match fs::symlink_metadata(out) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(PublishError::io("read", out)(error)),
        Ok(metadata) if metadata.is_symlink() => match current(out) {
            Some(build) if build.parent() == Some(builds) => Ok(()),
            _ => refuse("is a link to something that is no build of ogi"),
        },
        Ok(metadata) if metadata.is_dir() => match fs::read_dir(out).map_err(PublishError::io("read", out))?.next() {
            None => Ok(()),
            Some(_) => refuse("is a folder that is not empty"),
        },
        Ok(_) => refuse("is a file"),
    }
}

/// The build that the link leads to.
fn current(out: &Path) -> Option<PathBuf> {
    let target = fs::read_link(out).ok()?;
    Some(out.parent()?.join(target))
}

fn is_real_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

fn lock(path: &Path, out: &Path) -> Result<File, PublishError> {
    let mut file = File::options().read(true).append(true).create(true).open(path).map_err(PublishError::io("open", path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let holder = fs::read_to_string(path).unwrap_or_default();
            return Err(PublishError::Locked { out: out.to_owned(), holder: holder.trim().to_owned() });
        }
        Err(TryLockError::Error(error)) => return Err(PublishError::io("lock", path)(error)),
    }
    let started = chrono::DateTime::from_timestamp(seconds_since_1970(), 0).map_or_else(String::new, |time| time.to_string());
    file.set_len(0)
        .and_then(|()| writeln!(file, "process {} since {started}", std::process::id()))
        .map_err(PublishError::io("write", path))?;
    Ok(file)
}

fn seconds_since_1970() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}

/// Whether a name is one that builds get.
fn is_build_name(name: &str) -> bool {
    let (id, copy) = name.split_once('-').unwrap_or((name, "2"));
    id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit()) && copy.bytes().all(|b| b.is_ascii_digit())
}

/// Whether ogi writes files of this path into a build: nothing else is ever deleted.
fn is_ours(path: &Path) -> bool {
    let Some(path) = path.to_str() else { return false };
    match path.split_once('/') {
        None => DOCUMENTATION.contains(&path) || path.strip_suffix(".parquet").is_some_and(|name| TABLES.iter().any(|t| t.name == name)),
        Some(("summary", name)) => name.ends_with(".csv") || name == "README.md",
        Some((WORK, name)) => name.ends_with(".run") || name == KEPT,
        Some(_) => false,
    }
}

/// Removes the files of a build and the folders that are empty then; what ogi did not write stays.
fn sweep(folder: &Path) -> Result<(), PublishError> {
    fn below(root: &Path, folder: &Path) -> Result<(), PublishError> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(PublishError::io("read", folder))?,
        };
        for entry in entries {
            let path = entry.map_err(PublishError::io("read", folder))?.path();
            let relative = path.strip_prefix(root).unwrap_or(&path);
            if is_real_folder(&path) {
                if matches!(relative.to_str(), Some("summary" | WORK)) {
                    below(root, &path)?;
                }
            } else if is_ours(relative) {
                fs::remove_file(&path).map_err(PublishError::io("remove", &path))?;
            }
        }
        match fs::remove_dir(folder) {
            Err(error) if !matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotFound) => {
                Err(PublishError::io("remove", folder)(error))
            }
            _ => Ok(()),
        }
    }
    let root = if folder.ends_with(WORK) { folder.parent().unwrap_or(folder) } else { folder };
    below(root, folder)
}

/// Whether a build holds what its manifest says.
fn whole(build: &Path, manifest: &Manifest) -> bool {
    let holds = |written: &Written| hash_of(&build.join(&written.path)).is_ok_and(|hash| hash == written.sha256);
    build.join(MANIFEST).is_file() && manifest.outputs.iter().all(holds)
}

fn sync_folder(folder: &Path) -> Result<(), PublishError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(PublishError::io("sync", folder))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{Publication, PublishError, Published, is_build_name};
    use crate::publish::{Inputs, Manifest};

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    /// A folder of a test, removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> std::io::Result<Self> {
            let folder = std::env::temp_dir().join(format!("ogi-publish-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder)?;
            Ok(Self(folder))
        }

        fn out(&self) -> PathBuf {
            self.0.join("out")
        }

        fn builds(&self) -> Result<Vec<String>, std::io::Error> {
            let mut names = Vec::new();
            for entry in fs::read_dir(self.0.join(".out.builds"))? {
                names.extend(entry?.file_name().into_string());
            }
            names.retain(|name| !matches!(name.as_str(), "OGI" | "lock"));
            names.sort();
            Ok(names)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn publish(out: &Path, text: &str) -> Result<Published, PublishError> {
        let publication = Publication::begin(out, &[])?;
        let written = publication.write("CODEBOOK.md", text)?;
        let inputs = Inputs { documents: 0, reports: 0, rejects: 0, sha256: String::new(), corrections_sha256: None };
        publication.commit(&Manifest::new(inputs, vec![written]))
    }

    fn refused(out: &Path, inputs: &[PathBuf]) -> Option<String> {
        Publication::begin(out, inputs).err().map(|error| error.to_string())
    }

    #[test]
    fn readers_see_the_new_build_and_the_one_before_is_kept() -> Outcome {
        let folder = Folder::new("kept")?;
        let mut ids = Vec::new();
        for text in ["first", "second", "third"] {
            ids.push(publish(&folder.out(), text)?.id);
            assert_eq!(fs::read_to_string(folder.out().join("CODEBOOK.md"))?, text);
        }
        let mut last = ids[1..].to_vec();
        last.sort();
        assert_eq!(folder.builds()?, last);
        assert!(fs::read_link(folder.out())?.is_relative(), "the folder can be moved as a whole");
        Ok(())
    }

    #[test]
    fn an_equal_build_changes_nothing_and_a_damaged_one_is_replaced() -> Outcome {
        let folder = Folder::new("equal")?;
        publish(&folder.out(), "before")?;
        let first = publish(&folder.out(), "same")?;
        assert_eq!(publish(&folder.out(), "same")?, Published { unchanged: true, ..first.clone() });
        assert_eq!(folder.builds()?.len(), 2, "the build before is still there");
        fs::write(folder.out().join("CODEBOOK.md"), "damaged")?;
        assert_eq!(publish(&folder.out(), "same")?, Published { unchanged: false, ..first });
        assert_eq!(fs::read_to_string(folder.out().join("CODEBOOK.md"))?, "same");
        Ok(())
    }

    #[test]
    fn what_ogi_did_not_write_is_refused_and_never_deleted() -> Outcome {
        let folder = Folder::new("refused")?;
        fs::create_dir(folder.out())?;
        fs::write(folder.out().join("thesis.txt"), "years of work")?;
        assert!(refused(&folder.out(), &[]).is_some_and(|e| e.contains("not empty")));
        fs::remove_file(folder.out().join("thesis.txt"))?;
        publish(&folder.out(), "an empty folder is taken")?;

        fs::write(folder.out().join("notes.txt"), "mine")?;
        let noted = fs::canonicalize(folder.out())?.join("notes.txt");
        publish(&folder.out(), "2")?;
        publish(&folder.out(), "3")?;
        assert_eq!(fs::read_to_string(noted)?, "mine");

        fs::write(folder.0.join("file"), "")?;
        assert!(refused(&folder.0.join("file"), &[]).is_some_and(|e| e.contains("is a file")));
        std::os::unix::fs::symlink(&folder.0, folder.0.join("elsewhere"))?;
        assert!(refused(&folder.0.join("elsewhere"), &[]).is_some_and(|e| e.contains("is a link")));
        fs::create_dir(folder.0.join(".named.builds"))?;
        fs::write(folder.0.join(".named.builds/x"), "")?;
        assert!(refused(&folder.0.join("named"), &[]).is_some_and(|e| e.contains("no mark")));
        Ok(())
    }

    #[test]
    fn a_dataset_is_no_part_of_its_input() -> Outcome {
        let folder = Folder::new("inside")?;
        let inputs = [folder.0.clone()];
        assert!(matches!(Publication::begin(&folder.out(), &inputs), Err(PublishError::InsideInput { .. })));
        assert!(matches!(Publication::begin(&folder.0.join("not/yet/there"), &inputs), Err(PublishError::InsideInput { .. })));
        publish(&folder.out(), "dataset")?;
        assert!(matches!(Publication::begin(&folder.out(), &[folder.out()]), Err(PublishError::InsideInput { .. })));
        fs::create_dir(folder.0.join("documents"))?;
        assert_eq!(refused(&folder.out(), &[folder.0.join("documents")]), None);
        Ok(())
    }

    #[test]
    fn one_build_at_a_time() -> Outcome {
        let folder = Folder::new("locked")?;
        let first = Publication::begin(&folder.out(), &[])?;
        assert!(refused(&folder.out(), &[]).is_some_and(|e| e.contains(&format!("process {}", std::process::id()))));
        drop(first);
        assert_eq!(refused(&folder.out(), &[]), None, "a lock that nobody holds does not block");
        Ok(())
    }

    #[test]
    fn leftovers_of_a_killed_build_are_removed() -> Outcome {
        let folder = Folder::new("killed")?;
        publish(&folder.out(), "whole")?;
        let unfinished = folder.0.join(".out.builds/unfinished");
        fs::create_dir_all(unfinished.join("work"))?;
        for name in ["facts.parquet", "work/reports-0-1.run"] {
            fs::write(unfinished.join(name), "half")?;
        }
        fs::write(folder.0.join(".out.builds/link"), "")?;
        publish(&folder.out(), "next")?;
        assert_eq!(folder.builds()?.len(), 2);
        assert!(!unfinished.exists());
        Ok(())
    }

    #[test]
    fn a_build_that_is_given_up_leaves_nothing() -> Outcome {
        let folder = Folder::new("dropped")?;
        let publication = Publication::begin(&folder.out(), &[])?;
        publication.write("CODEBOOK.md", "half")?;
        fs::write(publication.work().join("reports-0-1.run"), "")?;
        drop(publication);
        assert_eq!((folder.builds()?, folder.out().exists()), (Vec::new(), false));
        Ok(())
    }

    #[test]
    fn names_of_builds() {
        assert!(is_build_name("0123456789abcdef") && is_build_name("0123456789abcdef-2"));
        assert!(!is_build_name("unfinished") && !is_build_name("0123456789abcdef-old") && !is_build_name("0123456789abcdeg"));
    }
}
