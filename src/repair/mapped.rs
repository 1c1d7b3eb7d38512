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

    /// The repaired text, without the way back.
    pub fn into_string(self) -> String {
        self.text
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
        let moving: Vec<&Edit> = edits.iter().filter(|e| !keeps_places(&self.text[e.range.clone()], &e.text)).collect();
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
        if !moving.is_empty() {
            self.pieces = compose(&self.pieces, &moving);
        }
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

/// Whether each character stands where one stood before.
fn keeps_places(old: &str, new: &str) -> bool {
    old.len() == new.len() && old.char_indices().map(|(at, _)| at).eq(new.char_indices().map(|(at, _)| at))
}

/// The pieces after a step of edits. A piece and the edits that overlap it become one piece: within it
/// the way back is known for the whole, not for each character.
fn compose(old: &[Piece], edits: &[&Edit]) -> Vec<Piece> {
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
        // What is inserted right before a piece is no part of it.
        let insertion_first = match (piece, edit) {
            (Some(p), Some(e)) => e.range.is_empty() && e.range.start == p.repaired.start && !p.repaired.is_empty(),
            _ => false,
        };
        loop {
            let joins = |at: usize| first || at < end;
            if let Some(p) =
                old.get(next_old).filter(|p| joins(p.repaired.start) && (!first || (p.repaired.start == start && !insertion_first)))
            {
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

#[cfg(test)]
mod tests {
    use super::{Edit, Mapped};
    use std::ops::Range;

    /// A text as a list of atoms, each with the source it came from: what [`Mapped`] must agree with.
    #[derive(Clone)]
    struct Atom {
        text: String,
        source: Range<usize>,
    }

    fn atoms(source: &str) -> Vec<Atom> {
        source.char_indices().map(|(at, c)| Atom { text: c.to_string(), source: at..at + c.len_utf8() }).collect()
    }

    fn text_of(atoms: &[Atom]) -> String {
        atoms.iter().map(|a| a.text.as_str()).collect()
    }

    /// Applies edits from the last to the first, so that positions stay true.
    fn apply(atoms: &mut Vec<Atom>, edits: &[Edit]) {
        let text = text_of(atoms);
        for edit in edits.iter().rev() {
            let old = &text[edit.range.clone()];
            if old.len() == edit.text.len() && old.char_indices().map(|(i, _)| i).eq(edit.text.char_indices().map(|(i, _)| i)) {
                let mut at = 0;
                for atom in atoms.iter_mut() {
                    let (start, end) = (edit.range.start.max(at), edit.range.end.min(at + atom.text.len()));
                    if start < end {
                        let new = &edit.text[start - edit.range.start..end - edit.range.start];
                        let place = at;
                        at += atom.text.len();
                        atom.text.replace_range(start - place..end - place, new);
                    } else {
                        at += atom.text.len();
                    }
                }
                continue;
            }
            // What the edit touches: atoms that overlap it, and one that an insertion stands in.
            let (mut at, mut touched, mut before) = (0, None::<(usize, usize, usize)>, 0);
            for (i, atom) in atoms.iter().enumerate() {
                let (start, end) = (at, at + atom.text.len());
                let overlaps = start < edit.range.end && edit.range.start < end && !(edit.range.is_empty() && edit.range.start == start);
                let swallowed = atom.text.is_empty() && edit.range.start < start && start < edit.range.end;
                if overlaps || swallowed {
                    touched = Some(touched.map_or((i, i, start), |(first, _, place)| (first, i, place)));
                }
                if end <= edit.range.start {
                    before = i + 1;
                }
                at = end;
            }
            match touched {
                Some((first, last, place)) => {
                    let mut joined: String = atoms[first..=last].iter().map(|a| a.text.as_str()).collect();
                    joined.replace_range(edit.range.start - place..edit.range.end - place, &edit.text);
                    let source = atoms[first].source.start..atoms[last].source.end;
                    atoms.splice(first..=last, [Atom { text: joined, source }]);
                }
                None => {
                    let source = before.checked_sub(1).map_or(0, |b| atoms[b].source.end);
                    atoms.insert(before, Atom { text: edit.text.clone(), source: source..source });
                }
            }
        }
    }

    fn random_edits(text: &str, random: &mut fastrand::Rng) -> Vec<Edit> {
        let mut places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        places.push(text.len());
        let mut edits = Vec::new();
        let mut next = 0;
        while next < places.len() {
            next += random.usize(..8);
            let last = next + random.usize(..3);
            if last >= places.len() {
                break;
            }
            let text = ["", "a", "件", "1.", "信息"][random.usize(..5)].to_owned();
            edits.push(Edit { range: places[next]..places[last], text });
            next = last + 1;
        }
        edits
    }

    #[test]
    fn the_way_back_is_that_of_single_characters() {
        for seed in 0..400 {
            let mut random = fastrand::Rng::with_seed(seed);
            let source: String = (0..random.usize(1..40)).map(|_| ['年', '1', 'ā', '件', '\u{20000}'][random.usize(..5)]).collect();
            let (mut mapped, mut model) = (Mapped::new(source.clone()), atoms(&source));
            for _ in 0..random.usize(1..6) {
                let edits = random_edits(mapped.as_str(), &mut random);
                mapped.apply(&edits);
                apply(&mut model, &edits);
                assert_eq!(mapped.as_str(), text_of(&model), "seed {seed}");
            }
            let mut at = 0;
            for atom in model.iter().filter(|a| !a.text.is_empty()) {
                let range = at..at + atom.text.len();
                at = range.end;
                assert_eq!(mapped.to_source(&range), atom.source, "seed {seed}, {range:?} of {:?}", mapped.as_str());
                // Any part of an atom leads to all of it, and all of it back to the atom.
                for (i, c) in atom.text.char_indices() {
                    let part = range.start + i..range.start + i + c.len_utf8();
                    assert_eq!(mapped.to_source(&part), atom.source, "seed {seed}");
                }
                if !atom.source.is_empty() {
                    assert_eq!(mapped.to_repaired(&atom.source), range, "seed {seed}, back from {:?}", atom.source);
                }
            }
        }
    }

    #[test]
    fn replacements_in_place_leave_no_piece() {
        let mut mapped = Mapped::new("政務公開3件");
        mapped.apply(&[Edit { range: 3..6, text: "务".to_owned() }, Edit { range: 9..12, text: "开".to_owned() }]);
        assert!(mapped.is_identity());
        assert_eq!(mapped.as_str(), "政务公开3件");
        mapped.apply(&[Edit { range: 3..6, text: "abc".to_owned() }]);
        assert!(!mapped.is_identity(), "other places inside the range");
    }

    #[test]
    fn borders_of_blocks_keep_what_belongs_to_them() {
        // A deletion at either end of a block stays outside of it; an insertion at its border too.
        let mut mapped = Mapped::new("\u{feff}一\u{feff}|\u{feff}二");
        mapped.apply(&[0..3, 6..9, 10..13].map(|range| Edit { range, text: String::new() }));
        assert_eq!(mapped.as_str(), "一|二");
        assert_eq!(mapped.to_repaired(&(0..9)), 0..3);
        assert_eq!(mapped.to_repaired(&(10..16)), 4..7);
        assert_eq!(mapped.to_repaired(&(10..10)), 4..4);
        mapped.apply(&[Edit { range: 3..3, text: "、".to_owned() }]);
        assert_eq!(mapped.to_repaired(&(0..9)), 0..3);
        assert_eq!(mapped.to_repaired(&(9..16)), 6..10);
    }
}
