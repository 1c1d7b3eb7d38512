//! Reading in worker processes.
//!
//! PDF and Office files are read with the help of other people's readers. A hostile file can make them take
//! all memory, overflow the stack or never end, and each of these would end the program. So they are read
//! in processes of their own, with bounds that the system keeps: a worker that dies takes its document with
//! it and nothing else. Workers are kept for many documents; one that died over a document after others is
//! not believed: the document is given to a fresh one, so that the outcome depends on it alone.
//!
//! A request is the hints and the bytes of a document, a reply what [`super::read`] makes of them; each part
//! stands behind its length.

use std::ffi::OsString;
use std::fmt::Debug;
use std::io::{self, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::kind::{Kind, kind_of};
use super::{Document, Hints, ReadError, limits, read};

/// Seconds of work that a worker is given by the system, whatever else the machine does. Documents within the
/// other limits take few.
const CPU: u64 = 60;
/// Work after which a worker is replaced, so that enough of its seconds are left for any document.
const SHIFT: Duration = Duration::from_secs(CPU / 2);
/// Seconds after which a worker is given up that does not even work.
const CLOCK: u64 = 600;
/// Other people's readers recurse; how deep is bounded by this and not by the settings of the system.
const STACK: usize = 64 << 20;
/// Bytes of a reply: the longest text with a block for each of its characters.
const REPLY: usize = 512 << 20;
/// What is kept of a worker's last words.
const WORDS: u64 = 4096;

/// Reads documents: all in this process, or those of dangerous formats in workers.
///
/// Clones share their workers. What a document becomes does not depend on where it is read, unless it would
/// end the process.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    workers: Option<Arc<Workers>>,
}

impl Reader {
    /// Reads PDF, DOCX, XLSX and XLS in processes of `program`, which runs [`serve`] when it is given
    /// `argument`. They are started when they are needed, at most one for each thread that reads.
    pub fn with_workers(program: PathBuf, argument: &str) -> Self {
        let workers = Workers { program, arguments: vec![argument.into()], clock: Duration::from_secs(CLOCK), idle: Mutex::default() };
        Self { workers: Some(Arc::new(workers)) }
    }

    /// Makes a document of bytes, by their content.
    ///
    /// # Errors
    /// When the content is of no kind that is read, holds nothing, or ends its worker.
    pub fn read(&self, bytes: &[u8], hints: &Hints) -> Result<Document, ReadError> {
        match &self.workers {
            Some(workers) if matches!(kind_of(bytes), Kind::Pdf | Kind::Zip | Kind::Ole) => {
                limits::document_bytes(bytes.len() as u64)?;
                workers.read(bytes, hints)
            }
            _ => read(bytes, hints),
        }
    }
}

/// The workers that wait for a document, and how to start more.
#[derive(Debug)]
struct Workers {
    program: PathBuf,
    arguments: Vec<OsString>,
    clock: Duration,
    idle: Mutex<Vec<Worker>>,
}

impl Workers {
    fn read(&self, bytes: &[u8], hints: &Hints) -> Result<Document, ReadError> {
        let request = Arc::new(request(bytes, hints).map_err(no_worker)?);
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(reply) = idle.and_then(|worker| self.ask(worker, Arc::clone(&request)).ok()) {
            return reply;
        }
        let fresh = Worker::start(&self.program, &self.arguments).map_err(no_worker)?;
        self.ask(fresh, request).unwrap_or_else(|death| Err(death.verdict()))
    }

    /// Gives a worker a document. One that answers is kept.
    fn ask(&self, worker: Worker, request: Arc<Vec<u8>>) -> Result<Result<Document, ReadError>, Death> {
        // Where its thread is gone the worker is, too, and there will be no reply.
        let _ = worker.requests.send(request);
        let reply = match worker.replies.recv_timeout(self.clock) {
            Ok(reply) => reply,
            // To try again what took so long would take as long again.
            Err(RecvTimeoutError::Timeout) => return Ok(Err(ReadError::TimedOut(self.clock.as_secs()))),
            Err(RecvTimeoutError::Disconnected) => return Err(worker.end()),
        };
        let outcome = reply.and_then(|reply| postcard::from_bytes(&reply).map_err(io::Error::other));
        match outcome {
            Ok(outcome) => {
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
                Ok(outcome)
            }
            Err(error) if matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe) => Err(worker.end()),
            // It lives, and says what no worker says.
            Err(error) => Err(Death { words: error.to_string(), status: None }),
        }
    }
}

fn no_worker(error: impl ToString) -> ReadError {
    ReadError::NoWorker(error.to_string())
}

/// A process that reads documents, one at a time.
#[derive(Debug)]
struct Worker {
    child: Child,
    requests: Sender<Arc<Vec<u8>>>,
    replies: Receiver<io::Result<Vec<u8>>>,
}

impl Worker {
    fn start(program: &PathBuf, arguments: &[OsString]) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A key that interrupts this process is not meant for its workers: it ends them itself, and does not
        // take their end for that of a document. One that is killed leaves them without input, which ends them.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let (requests, given) = channel::<Arc<Vec<u8>>>();
        let (answers, replies) = channel();
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        // Neither end of a pipe can be waited for with a clock; a thread can.
        thread::Builder::new().spawn(move || {
            let (Some(mut stdin), Some(mut stdout)) = (stdin, stdout) else { return };
            for request in given {
                let reply = stdin.write_all(&request).and_then(|()| stdin.flush()).and_then(|()| part(&mut stdout, REPLY));
                let failed = reply.is_err();
                if answers.send(reply).is_err() || failed {
                    return;
                }
            }
        })?;
        Ok(Self { child, requests, replies })
    }

    /// Tells how a worker died.
    fn end(mut self) -> Death {
        // Its last words end with it.
        let mut words = Vec::new();
        if let Some(stderr) = self.child.stderr.take() {
            let _ = stderr.take(WORDS).read_to_end(&mut words);
        }
        Death { words: String::from_utf8_lossy(&words).into_owned(), status: self.child.wait().ok() }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a worker died.
#[derive(Debug)]
struct Death {
    words: String,
    status: Option<ExitStatus>,
}

impl Death {
    /// What it says of the document that it died over.
    fn verdict(&self) -> ReadError {
        // The standard library says so before it aborts.
        if self.words.contains("memory allocation of") {
            return ReadError::OutOfMemory(limits::WORKER_BYTES);
        }
        if self.words.contains("has overflowed its stack") {
            return ReadError::Crashed("its stack overflowed".to_owned());
        }
        #[cfg(unix)]
        if self.status.and_then(|status| std::os::unix::process::ExitStatusExt::signal(&status)) == Some(signal_hook::consts::SIGXCPU) {
            return ReadError::TimedOut(CPU);
        }
        ReadError::Crashed(self.status.map_or_else(|| self.words.clone(), |status| status.to_string()))
    }
}

fn request(bytes: &[u8], hints: &Hints) -> Result<Vec<u8>, String> {
    let head = postcard::to_stdvec(hints).map_err(|error| error.to_string())?;
    let mut request = Vec::with_capacity(head.len() + bytes.len() + 8);
    for part in [head.as_slice(), bytes] {
        write_part(&mut request, part).map_err(|error| error.to_string())?;
    }
    Ok(request)
}

fn write_part(out: &mut impl Write, part: &[u8]) -> io::Result<()> {
    let length = u32::try_from(part.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(part)
}

/// A part behind its length, which may be at most `most`.
fn part(from: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length as usize > most {
        return Err(io::Error::other("a part is longer than any can be"));
    }
    let mut part = Vec::new();
    if from.take(length.into()).read_to_end(&mut part)? < length as usize {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(part)
}

/// The work of a worker: documents from standard input to standard output, until the input ends.
///
/// # Errors
/// When the bounds cannot be set or the pipes break.
pub fn serve() -> io::Result<()> {
    bounds()?;
    // A reader that breaks down over a document is caught, and what it says is nobody's concern.
    std::panic::set_hook(Box::new(|_| {}));
    let work = thread::Builder::new().stack_size(STACK).spawn(|| answer_all(&mut io::stdin().lock(), &mut io::stdout().lock()))?;
    work.join().unwrap_or_else(|_| Err(io::Error::other("the thread broke down")))
}

fn answer_all(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut worked = Duration::ZERO;
    while worked < SHIFT {
        let head = match part(from, REPLY) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
            head => head?,
        };
        let bytes = part(from, REPLY)?;
        let start = Instant::now();
        let hints = postcard::from_bytes(&head).map_err(io::Error::other)?;
        let outcome = read(&bytes, &hints);
        drop(bytes);
        let mut reply = postcard::to_stdvec(&outcome).map_err(io::Error::other)?;
        if reply.len() > REPLY {
            let error = ReadError::TooLarge { what: "bytes of a document as read", limit: REPLY as u64 };
            reply = postcard::to_stdvec(&Err::<Document, _>(error)).map_err(io::Error::other)?;
        }
        worked += start.elapsed();
        write_part(to, &reply)?;
        to.flush()?;
    }
    Ok(())
}

/// Sets the bounds of this process. A bound that the system sets lower stays.
#[cfg(unix)]
fn bounds() -> io::Result<()> {
    use rlimit::Resource;

    // A core of a process that was made to run out of memory is as large as that.
    for (resource, bound) in [(Resource::AS, limits::WORKER_BYTES), (Resource::CPU, CPU), (Resource::CORE, 0)] {
        let (soft, hard) = resource.get()?;
        resource.set(bound.min(soft), hard)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn bounds() -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// A worker that is a script; it is given a document that is none.
    fn outcome(script: &str, clock: Duration) -> Result<Document, ReadError> {
        let arguments = vec!["-c".into(), script.into()];
        Workers { program: "/bin/sh".into(), arguments, clock, idle: Mutex::default() }.read(b"PK\x03\x04", &Hints::default())
    }

    #[test]
    fn the_death_of_a_worker_is_told_by_its_manner() {
        let reason = |script: &str| outcome(script, Duration::from_secs(CLOCK)).map_err(|error| error.reason());
        assert_eq!(reason("exit 1"), Err("crashed"));
        assert_eq!(reason("kill -SEGV $$"), Err("crashed"));
        assert_eq!(reason("echo memory allocation of 9 bytes failed >&2; kill -ABRT $$"), Err("out_of_memory"));
        assert_eq!(reason("kill -XCPU $$"), Err("timed_out"));
        let silent = outcome("exec cat 3>&1 >/dev/null", Duration::from_millis(10));
        assert_eq!(silent.map_err(|error| error.reason()), Err("timed_out"));
        assert_eq!(reason("printf '\\377\\377\\377\\377'"), Err("crashed"));
        assert_eq!(reason("printf '\\001\\000\\000\\000x'; exec cat >/dev/null"), Err("crashed"));
        let absent = Reader::with_workers("/nonexistent/ogi".into(), "read").read(b"PK\x03\x04", &Hints::default());
        assert_eq!(absent.map_err(|error| error.reason()), Err("no_worker"));
    }

    #[test]
    fn what_is_read_comes_back_as_it_was_read() -> Result<(), Box<dyn std::error::Error>> {
        let hints = Hints { title: Some("年报"), address: Some("http://h/p"), charset: None };
        for bytes in [b"<title>x</title><h1>\xE5\xB9\xB4</h1><table><tr><td>1<td>2</table>".as_slice(), b" ", b"%PDF-1.4\n%%EOF"] {
            let mut replies = Vec::new();
            answer_all(&mut request(bytes, &hints)?.as_slice(), &mut replies)?;
            let reply = part(&mut replies.as_slice(), REPLY)?;
            let outcome: Result<Document, ReadError> = postcard::from_bytes(&reply)?;
            assert_eq!(outcome, read(bytes, &hints));
        }
        Ok(())
    }
}
