//! Builds that die, fail or meet another: whatever happens, a reader sees one whole build, and the next one
//! succeeds.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ogi::schema::DocumentRow;
use sha2::Digest as _;

use crate::corpus::{self, Plan};
use crate::program::{Folder, build, command, files, ogi, rows};
use crate::scaled;

type Snapshot = Vec<(String, Vec<u8>)>;

/// A dataset as its reader sees it, without what it tells of the build before.
fn snapshot(dataset: &Path) -> Snapshot {
    let mut files = files(dataset);
    files.retain(|(name, _)| name != "changes.parquet");
    files
}

/// Two states of an input folder, and the datasets that they make.
struct States {
    folder: Folder,
    inputs: [PathBuf; 2],
    datasets: [Snapshot; 2],
    out: PathBuf,
}

impl States {
    fn new(test: &str, documents: u64) -> Self {
        let folder = Folder::new(test);
        for seed in 0..documents {
            let report = corpus::report(&Plan::random(seed));
            folder.write(&format!("a/{}", report.name), &report.bytes);
            // The second state has one in four documents changed.
            let report = if seed % 4 == 0 { corpus::report(&Plan::random(10_000 + seed)) } else { report };
            folder.write(&format!("b/{}", report.name), &report.bytes);
        }
        let inputs = ["a", "b"].map(|state| folder.path(state));
        let datasets = [0, 1].map(|state| snapshot(&build(&folder, &inputs[state], &format!("expected-{state}"), &[])));
        let out = folder.path("out");
        Self { folder, inputs, datasets, out }
    }

    fn command(&self, state: usize) -> Command {
        command(&["build", self.inputs[state].to_str().unwrap(), "--out", self.out.to_str().unwrap()])
    }

    /// The state whose dataset a reader sees; fails where it is none.
    fn seen(&self) -> Option<usize> {
        if fs::symlink_metadata(&self.out).is_err() {
            return None;
        }
        let seen = snapshot(&self.out);
        let state = self.datasets.iter().position(|dataset| *dataset == seen);
        assert!(state.is_some(), "what a reader sees is no whole build");
        state
    }

    /// A build to its end, and what it must leave.
    fn build(&self, state: usize) {
        let run = self.command(state).output().unwrap();
        assert!(run.status.success(), "the next build fails: {}", String::from_utf8_lossy(&run.stderr));
        assert_eq!(self.seen(), Some(state));
        let left: BTreeSet<String> = names(&self.folder.path(".out.builds")).into_iter().filter(|name| name.len() < 16).collect();
        assert_eq!(left, ["OGI", "kept", "lock"].map(str::to_owned).into(), "leftovers are removed");
        assert!(names(&self.folder.path(".out.builds")).len() <= 5, "no build is kept but this one and the one before");
    }
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

fn wait_until(child: &mut Child, mut reached: impl FnMut() -> bool) -> bool {
    while child.try_wait().unwrap().is_none() {
        if reached() {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

/// `OGI_TEST_SCALE=20` kills 200 builds. Moments are drawn over the time that a build takes, so that all parts
/// of its work are met: reading, writing, publishing.
#[test]
fn a_killed_build_leaves_a_whole_dataset_and_the_next_one_succeeds() {
    let states = States::new("kills", 24);
    let started = Instant::now();
    states.build(0);
    let mut whole = started.elapsed();
    let mut random = fastrand::Rng::with_seed(2024);
    let (mut killed, mut switched) = (0, 0);
    for attempt in 0..scaled(10) {
        let state = usize::from(random.bool());
        let before = states.seen();
        let moment = whole.mul_f64(random.f64() * 1.1);
        let started = Instant::now();
        let mut child = states.command(state).stderr(Stdio::null()).spawn().unwrap();
        if wait_until(&mut child, || started.elapsed() >= moment) {
            child.kill().unwrap();
        }
        let ended = child.wait().unwrap();
        let after = states.seen();
        if ended.success() {
            // The machine is not always equally fast.
            whole = (whole + started.elapsed()) / 2;
            assert_eq!(after, Some(state), "a build that ended is published");
        } else {
            killed += 1;
            assert!(after == before || after == Some(state), "attempt {attempt}");
        }
        switched += u32::from(after != before);
        if attempt % 8 == 7 {
            states.build(usize::from(random.bool()));
        }
    }
    states.build(0);
    states.build(1);
    let _ = writeln!(std::io::stderr(), "\n{killed} builds were killed; {switched} times another dataset stood there after\n");
    assert!(killed > 0);
}

/// Files may not grow beyond a size: each writer of the build meets it in its turn.
#[test]
fn a_build_that_cannot_write_ends_with_3_and_leaves_the_dataset_alone() {
    let states = States::new("write-errors", 24);
    states.build(0);
    let mut failures = 0;
    // Blocks of 512 bytes, from a fraction of the smallest table to beyond the largest.
    for blocks in [1, 4, 16, 48, 96, 200, 400, 800] {
        let build = states.command(1);
        let arguments: Vec<String> = build.get_args().map(|argument| argument.to_string_lossy().into_owned()).collect();
        let run = Command::new("sh")
            // Ignored, the signal becomes an error of the write.
            .args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"", &blocks.to_string()])
            .arg(build.get_program())
            .args(arguments)
            .output()
            .unwrap();
        if run.status.success() {
            assert_eq!(states.seen(), Some(1));
            break;
        }
        let message = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(3), "{message}");
        assert!(message.contains("cannot write") || message.contains("cannot sync"), "{message}");
        assert_eq!(states.seen(), Some(0), "with files of at most {blocks} blocks");
        failures += 1;
    }
    assert!(failures >= 3, "only {failures} sizes were too small");
    states.build(1);
}

#[test]
fn a_full_disk_leaves_the_dataset_alone() {
    let folder = Folder::new("full-disk");
    let disk = folder.path("disk");
    fs::create_dir_all(&disk).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"]).arg(&disk).stderr(Stdio::null()).status();
    if !mounted.is_ok_and(|status| status.success()) {
        let _ = writeln!(std::io::stderr(), "\nSKIPPED: a full disk, since only root may mount a small one\n");
        return;
    }
    let _unmount = Unmount(disk.clone());
    let small = folder.write("small/a.txt", corpus::report(&Plan::random(3)).bytes);
    let out = disk.join("out");
    let run = |input: &Path| ogi(&["build", input.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    run(small.parent().unwrap()).expect(0);
    let before = files(&out);
    for seed in 0..40 {
        folder.write(&format!("large/{seed}.txt"), corpus::report(&Plan::random(seed)).bytes);
    }
    let mut filled = 0;
    for free in [200, 900, 1_800] {
        // All but so many kilobytes are taken by something else.
        let filling = disk.join("filling");
        let mut file = fs::File::create(&filling).unwrap();
        while file.write_all(&[1; 4096]).is_ok() {}
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(free * 1024)).unwrap();
        let failed = run(&folder.path("large"));
        assert!(before == files(&out) || failed.status == Some(0), "{}", failed.stderr);
        if failed.status != Some(0) {
            assert_eq!(failed.status, Some(3), "{}", failed.stderr);
            filled += 1;
        }
        fs::remove_file(&filling).unwrap();
    }
    assert!(filled > 0, "the disk was never full");
    run(&folder.path("large")).expect(0);
    ogi(&["verify", out.to_str().unwrap()]).expect(0);
}

struct Unmount(PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn of_two_builds_at_once_the_second_is_told_who_holds_the_lock() {
    let states = States::new("two-builds", 24);
    states.build(0);
    let mut first = states.command(1).stderr(Stdio::null()).spawn().unwrap();
    let unfinished = states.folder.path(".out.builds/unfinished");
    assert!(wait_until(&mut first, || unfinished.exists()), "the first build ended too early");
    let second = states.command(0).output().unwrap();
    let message = String::from_utf8_lossy(&second.stderr).into_owned();
    if first.try_wait().unwrap().is_none() {
        assert_eq!(second.status.code(), Some(3), "{message}");
        assert!(message.contains(&format!("process {} since ", first.id())), "who and since when: {message}");
    }
    assert!(first.wait().unwrap().success());
    // The second may have begun when the first had just ended: then it is the one that stands.
    assert_eq!(states.seen(), Some(usize::from(!second.status.success())));
}

#[test]
fn a_lock_that_nobody_holds_does_not_block() {
    let states = States::new("stale-lock", 4);
    states.build(0);
    fs::write(states.folder.path(".out.builds/lock"), "process 1 since 2020-01-01 00:00:00 UTC\n").unwrap();
    states.build(1);
}

/// Files that change while they are read: each is taken as it was at one moment.
#[test]
fn inputs_that_change_during_the_build_are_read_once() {
    let folder = Folder::new("moving-inputs");
    let versions: Vec<[Vec<u8>; 2]> =
        (0..60).map(|seed| [seed, 5_000 + seed].map(|seed| corpus::report(&Plan::random(seed)).bytes)).collect();
    for (number, [first, _]) in versions.iter().enumerate() {
        folder.write(&format!("in/{number}.txt"), first);
    }
    let (input, out) = (folder.path("in"), folder.path("out"));
    let mut child = command(&["build", input.to_str().unwrap(), "--out", out.to_str().unwrap()]).spawn().unwrap();
    let mut random = fastrand::Rng::with_seed(5);
    let deadline = Instant::now() + Duration::from_secs(120);
    while child.try_wait().unwrap().is_none() && Instant::now() < deadline {
        let number = random.usize(..versions.len());
        let next = folder.write("next", &versions[number][usize::from(random.bool())]);
        fs::rename(next, input.join(format!("{number}.txt"))).unwrap();
        if random.u8(..8) == 0 {
            let _ = fs::remove_file(input.join(format!("{number}.txt")));
        }
    }
    let mut message = String::new();
    child.stderr.take().unwrap().read_to_string(&mut message).unwrap();
    assert!(child.wait().unwrap().success(), "{message}");
    ogi(&["verify", out.to_str().unwrap()]).expect(0);
    let hash = |bytes: &[u8]| sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    for document in rows::<DocumentRow>(&out).into_iter().filter(|document| !document.sha256.is_empty()) {
        let number: usize = document.source.trim_end_matches(".txt").parse().unwrap();
        assert!(versions[number].iter().any(|bytes| hash(bytes) == document.sha256), "{} is neither version", document.source);
    }
    // At rest the next build is that of what is there.
    build(&folder, &input, "out", &[]);
    let fresh = build(&folder, &input, "fresh", &[]);
    assert!(snapshot(&out) == snapshot(&fresh));
}
