//! A table written by a thread of its own, for the tables whose encoding takes longest.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Scope, ScopedJoinHandle};

use super::BuildError;
use crate::publish::{TableWriter, Written};
use crate::schema::Row;

/// Reports whose rows wait to be written.
const WAITING: usize = 32;

enum Message<R> {
    Rows(Vec<R>),
    EndGroup,
    Finish,
}

/// Hands rows to a writer on another thread, in order.
pub struct Writing<'scope, R> {
    messages: SyncSender<Message<R>>,
    thread: ScopedJoinHandle<'scope, Result<Option<Written>, BuildError>>,
}

impl<'scope, R: Row<Builder: Send> + Send + 'scope> Writing<'scope, R> {
    /// Starts the thread.
    ///
    /// # Errors
    /// When there can be no more threads.
    pub fn start<'env: 'scope>(scope: &'scope Scope<'scope, 'env>, writer: TableWriter<R>) -> Result<Self, BuildError> {
        let (messages, receiver) = sync_channel(WAITING);
        let body = move || write(writer, &receiver);
        let thread = thread::Builder::new().spawn_scoped(scope, body).map_err(BuildError::Thread)?;
        Ok(Self { messages, thread })
    }

    /// Adds rows. What fails is told by [`Writing::finish`], and nothing is written after it.
    pub fn push(&self, rows: Vec<R>) {
        let _ = self.messages.send(Message::Rows(rows));
    }

    /// Ends the row group.
    pub fn end_group(&self) {
        let _ = self.messages.send(Message::EndGroup);
    }

    /// Whether the writer has failed, so that there is no use in making more rows.
    pub fn has_failed(&self) -> bool {
        self.thread.is_finished()
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When any of the rows could not be written.
    pub fn finish(self) -> Result<Written, BuildError> {
        let _ = self.messages.send(Message::Finish);
        let broke_down = || BuildError::Account { what: "a thread broke down".to_owned() };
        self.thread.join().map_err(|_| broke_down())??.ok_or_else(broke_down)
    }
}

/// Writes what comes; `None` where nobody asked to finish.
fn write<R: Row>(mut writer: TableWriter<R>, messages: &Receiver<Message<R>>) -> Result<Option<Written>, BuildError> {
    while let Ok(message) = messages.recv() {
        match message {
            Message::Rows(rows) => rows.iter().try_for_each(|row| writer.push(row))?,
            Message::EndGroup => writer.end_group()?,
            Message::Finish => return Ok(Some(writer.finish()?)),
        }
    }
    Ok(None)
}
