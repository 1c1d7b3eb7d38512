//! A text that knows where each of its characters came from.

use std::ops::Range;

/// A replacement of a byte range by a text; an empty text deletes, an empty range inserts.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// What is replaced, in bytes of the text the edit is applied to.
    pub range: Range<usize>,
    /// What stands there instead.
    pub text: String,
}

/// A run that differs in length or content boundaries between source and repaired text.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    repaired: Range<usize>,
    source: Range<usize>,
}

/// A repaired text with the way back to its source.
///
/// Runs between pieces are equal in length, so that a text without repairs costs nothing but itself,
/// and a repair that keeps byte lengths (Traditional to Simplified, mostly) leaves no piece either.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapped {
    text: String,
    pieces: Vec<Piece>,
    source_len: usize,
}

impl Mapped {
    /// A text that is its own source.
    pub fn new(source: impl Into<String>) -> Self {
        let text = source.into();
        let source_len = text.len();
        Self { text, pieces: Vec::new(), source_len }
    }

    /// The repaired text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether every position of the text is that of the source.
    pub fn is_identity(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Replaces the text by one whose characters stand at the same byte positions.
    ///
    /// # Panics
    /// When the lengths differ: that is a mistake in a repair, not in its input.
    pub fn substitute(&mut self, text: String) {
        assert_eq!(text.len(), self.text.len(), "a substitution keeps every byte position");
        self.text = text;
    }

    /// Applies edits, which are in order and do not overlap.
    ///
    /// # Panics
    /// When edits overlap or cut a character: a mistake in a repair, not in its input.
    pub fn apply(&mut self, edits: &[Edit]) {
        if edits.is_empty() {
            return;
        }
        let mut text = String::with_capacity(self.text.len());
        let mut copied = 0;
        for edit in edits {
            assert!(edit.range.start >= copied, "edits overlap or are out of order");
            text.push_str(&self.text[copied..edit.range.start]);
            text.push_str(&edit.text);
            copied = edit.range.end;
        }
        text.push_str(&self.text[copied..]);
        self.text = text;
        self.pieces = compose(&self.pieces, edits);
    }

    /// The source range that a range of the repaired text came from.
    pub fn to_source(&self, range: &Range<usize>) -> Range<usize> {
        if range.is_empty() {
            let at = self.source_of_end(range.start);
            return at..at;
        }
        self.source_of_start(range.start)..self.source_of_end(range.end)
    }

    /// The range of the repaired text that a source range became.
    pub fn to_repaired(&self, range: &Range<usize>) -> Range<usize> {
        let place = |at: usize, end: bool| {
            let next = self.pieces.partition_point(|p| if end { p.source.start < at } else { p.source.start <= at });
            match next.checked_sub(1).map(|i| &self.pieces[i]) {
                Some(p) if at < p.source.end => {
                    if end {
                        p.repaired.end
                    } else {
                        p.repaired.start
                    }
                }
                Some(p) => p.repaired.end + (at - p.source.end),
                None => at,
            }
        };
        let start = place(range.start, false);
        start..place(range.end, true).max(start)
    }

    fn source_of_start(&self, at: usize) -> usize {
        let next = self.pieces.partition_point(|p| p.repaired.start <= at);
        match next.checked_sub(1).map(|i| &self.pieces[i]) {
            Some(p) if at < p.repaired.end => p.source.start,
            Some(p) => p.source.end + (at - p.repaired.end),
            None => at,
        }
    }

    fn source_of_end(&self, at: usize) -> usize {
        let next = self.pieces.partition_point(|p| p.repaired.start < at);
        match next.checked_sub(1).map(|i| &self.pieces[i]) {
            Some(p) if at <= p.repaired.end => p.source.end,
            Some(p) => p.source.end + (at - p.repaired.end),
            None => at,
        }
    }
}

/// The pieces after a step of edits. A piece and the edits that overlap it become one piece: within it
/// the way back is known for the whole, not for each character.
fn compose(old: &[Piece], edits: &[Edit]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::with_capacity(old.len() + edits.len());
    let (mut next_old, mut next_edit) = (0, 0);
    // What to add to a position between the two texts: to reach the source, and to reach the new text.
    let (mut to_source, mut to_new) = (0isize, 0isize);
    loop {
        let (piece, edit) = (old.get(next_old), edits.get(next_edit));
        let start = match (piece, edit) {
            (Some(p), Some(e)) => p.repaired.start.min(e.range.start),
            (Some(p), None) => p.repaired.start,
            (None, Some(e)) => e.range.start,
            (None, None) => return pieces,
        };
        let (source_start, new_start) = (start.wrapping_add_signed(to_source), start.wrapping_add_signed(to_new));
        let mut end = start;
        let mut first = true;
        loop {
            let joins = |at: usize| first || at < end;
            if let Some(p) = old.get(next_old).filter(|p| joins(p.repaired.start) && (!first || p.repaired.start == start)) {
                end = end.max(p.repaired.end);
                to_source = p.source.end as isize - p.repaired.end as isize;
                next_old += 1;
            } else if let Some(e) = edits.get(next_edit).filter(|e| joins(e.range.start)) {
                end = end.max(e.range.end);
                to_new += e.text.len() as isize - e.range.len() as isize;
                next_edit += 1;
            } else {
                break;
            }
            first = false;
        }
        pieces
            .push(Piece { repaired: new_start..end.wrapping_add_signed(to_new), source: source_start..end.wrapping_add_signed(to_source) });
    }
}
