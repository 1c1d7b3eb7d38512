//! Records: labels and the figures that follow them, in whatever way a page set them.

use std::ops::Range;

use super::cell::{Money, Reading};
use super::labels::{self, Hit, Word};
use super::numbers;
use super::rows::{Layout, Sheet, Slot};
use crate::knowledge::{FormTable, ItemKind, forms};

/// Place of a slot: row and number within the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotId {
    /// Row of the sheet.
    pub row: usize,
    /// Number within the row.
    pub slot: usize,
}

/// Labels, and the slots after them up to the next label.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// In reading order.
    pub words: Vec<Word>,
    /// The slot of each word.
    pub places: Vec<SlotId>,
    /// Slots with figures, dashes and blanks.
    pub values: Vec<SlotId>,
    /// Money units that stand alone between label and figure.
    pub unit: Option<Money>,
    /// Whether a unit of any kind stands between label and figure.
    pub has_unit: bool,
    /// Grid of its row; `None` for lines.
    pub grid: Option<usize>,
    /// Figures before the first label of its row: numbers of rows.
    pub leading: usize,
    /// Whether the number of its row stood before its figures and was left out.
    pub counted: bool,
}

/// The record that a label stands in, for a label that is aligned with the form.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    /// Number of the record.
    pub record: usize,
    /// Whether the label is the last word of its record.
    pub is_label: bool,
    /// Whether the figures of the record follow it.
    pub valued: bool,
}

impl Record {
    /// Its last word, where that is a label.
    pub fn label(&self) -> Option<&Hit> {
        match self.words.last() {
            Some(Word::Label(hit)) => Some(hit),
            _ => None,
        }
    }

    /// Whether a label of this record is the one that its figures follow.
    pub fn owns_values(&self, hit: &Hit) -> bool {
        !self.values.is_empty() && self.label().is_some_and(|label| std::ptr::eq(label, hit))
    }

    /// Whether its figures are the whole of a label: 合计 stands between them, in the row of a grid. Where 合计 is a
    /// row of the form, it is its own.
    fn is_whole_of(&self, hit: &Hit, table: FormTable) -> bool {
        let ([.., Word::Label(own), Word::Label(sum)], [.., place, next]) = (self.words.as_slice(), self.places.as_slice()) else {
            return false;
        };
        let is_sum = sum.is(table, ItemKind::Column) && !sum.is(table, ItemKind::Row) && own.is(table, ItemKind::Row);
        std::ptr::eq(own, hit)
            && is_sum
            && self.grid.is_some()
            && place.row == next.row
            && place.slot < next.slot
            && !self.values.is_empty()
    }

    /// Whether labels of several rows stand before its figures, in lines or in one cell: the labels were printed
    /// apart from the figures, or blank cells were lost, and the figures may belong to any of the rows.
    pub fn is_hoisted(&self, table: FormTable) -> bool {
        let is_row = |hit: &Hit| hit.is(table, ItemKind::Row) && !hit.is(table, ItemKind::Column);
        let rows = self.hits().filter(|(hit, _)| is_row(hit) && !hit.in_table(table, ItemKind::Row).any(|i| is_group(table, i)));
        let places: Vec<SlotId> = rows.map(|(_, place)| place).collect();
        places.len() > 1 && (self.grid.is_none() || places.windows(2).any(|w| w[0] == w[1]))
    }

    /// Its slots: those of its words and of its figures.
    pub fn slots(&self) -> impl Iterator<Item = SlotId> + '_ {
        self.places.iter().chain(&self.values).copied()
    }

    /// Its labels with their slots.
    pub fn hits(&self) -> impl Iterator<Item = (&Hit, SlotId)> {
        self.words.iter().zip(&self.places).filter_map(|(word, place)| match word {
            Word::Label(hit) => Some((hit, *place)),
            Word::Unknown(..) => None,
        })
    }
}

/// A sheet and its records.
pub struct Page<'a> {
    /// The repaired text.
    pub text: &'a str,
    /// Rows and slots.
    pub sheet: Sheet,
    /// In reading order.
    pub records: Vec<Record>,
}

impl<'a> Page<'a> {
    /// The items of a form that the labels of records may be, each with how well it fits: what is aligned
    /// with the sequence of the form. A label that figures follow is rather a row than an echo of one.
    pub fn candidates(&self, table: FormTable, records: Range<usize>) -> (Vec<Vec<(usize, u32)>>, Vec<Owner>) {
        let mut entries = Vec::new();
        let mut owners = Vec::new();
        for number in records {
            let record = &self.records[number];
            for (hit, _) in record.hits() {
                let valued = record.owns_values(hit) || record.is_whole_of(hit, table);
                let mut places: Vec<(usize, u32)> = Vec::new();
                for (kind, fit) in [(ItemKind::Row, 10), (ItemKind::Heading, 5)] {
                    let fit = fit + 2 * u32::from(valued) - if hit.exact { 0 } else { 4 };
                    places.extend(hit.in_table(table, kind).map(|i| (i, fit)));
                }
                if !places.is_empty() {
                    entries.push(places);
                    let is_label = record.label().is_some_and(|label| std::ptr::eq(label, hit));
                    owners.push(Owner { record: number, is_label, valued });
                }
            }
        }
        (entries, owners)
    }

    /// Reads the records of a sheet.
    pub fn of(text: &'a str, sheet: Sheet) -> Self {
        let mut records =
            Builder { text, sheet: &sheet, records: Vec::new(), current: Record::default(), run: Vec::new(), ids: Vec::new() }.build();
        numbers::leave_out(&sheet, &mut records);
        Self { text, sheet, records }
    }

    /// A slot.
    pub fn slot(&self, id: SlotId) -> &Slot {
        &self.sheet.rows[id.row].slots[id.slot]
    }

    /// The cell that covers a column in a grid's row and begins there or reaches there from the left.
    pub fn cell(&self, row: usize, column: usize) -> Option<SlotId> {
        let slots = &self.sheet.rows.get(row)?.slots;
        let slot = slots.partition_point(|s| s.column <= column).checked_sub(1)?;
        (slots[slot].column + slots[slot].colspan > column).then_some(SlotId { row, slot })
    }

    /// Whether a slot is blank.
    pub fn is_blank(&self, id: SlotId) -> bool {
        self.slot(id).reading == Reading::Blank
    }

    /// The text of a slot.
    pub fn slot_text(&self, id: SlotId) -> &str {
        self.text.get(self.slot(id).span.clone()).unwrap_or("")
    }

    /// Bytes from the first to the last row of a record.
    pub fn span(&self, record: &Record) -> Range<usize> {
        let rows = record.values.iter().chain(&record.places).map(|id| id.row);
        let (first, last) = rows.fold((usize::MAX, 0), |(a, b), r| (a.min(r), b.max(r)));
        match (self.sheet.rows.get(first), self.sheet.rows.get(last)) {
            (Some(a), Some(b)) => a.span.start..b.span.end.max(a.span.start),
            _ => 0..0,
        }
    }
}

/// (六)其他处理 is a row in one edition and the group of three rows in the other.
fn is_group(table: FormTable, item: usize) -> bool {
    forms().items(table)[item].code == "applications.result/outcome/other"
}

struct Builder<'a> {
    text: &'a str,
    sheet: &'a Sheet,
    records: Vec<Record>,
    current: Record,
    /// Text slots that may form a label together.
    run: Vec<(usize, &'a Slot)>,
    ids: Vec<SlotId>,
}

impl<'a> Builder<'a> {
    fn build(mut self) -> Vec<Record> {
        let mut grid_before = None;
        for (row_number, row) in self.sheet.rows.iter().enumerate() {
            let grid = match row.layout {
                Layout::Grid(g) => Some(g),
                Layout::Line => None,
            };
            if grid.is_some() || grid_before.is_some() {
                self.finish_run();
                self.finish_record();
            }
            grid_before = grid;
            self.current.grid = grid;
            for (slot_number, slot) in row.slots.iter().enumerate().skip(usize::from(self.sheet.is_numbered(row_number))) {
                let id = SlotId { row: row_number, slot: slot_number };
                match (&slot.reading, slot.unit) {
                    (Reading::Text, None) => {
                        self.run.push((self.ids.len(), slot));
                        self.ids.push(id);
                    }
                    (Reading::Text, Some(unit)) => {
                        self.finish_run();
                        if grid.is_none() && self.current.has_unit {
                            // Two units with one label: that of the second is lost.
                            self.finish_record();
                        }
                        self.current.has_unit = true;
                        if self.current.values.is_empty() {
                            self.current.unit = unit.or(self.current.unit);
                        }
                    }
                    _ => {
                        self.finish_run();
                        self.current.values.push(id);
                    }
                }
            }
        }
        self.finish_run();
        self.finish_record();
        self.records
    }

    fn finish_run(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let run = std::mem::take(&mut self.run);
        for word in labels::words(self.text, &run) {
            let slot = match &word {
                Word::Label(hit) => hit.slot,
                Word::Unknown(_, slot) => *slot,
            };
            self.push_word(word, self.ids[slot]);
        }
        self.ids.clear();
    }

    fn push_word(&mut self, word: Word, place: SlotId) {
        let grid = self.current.grid;
        if !self.current.values.is_empty() {
            let blank = self.current.values.iter().all(|id| self.sheet.rows[id.row].slots[id.slot].reading == Reading::Blank);
            if grid.is_some() && (blank || self.current.words.is_empty()) {
                // Cells before a label are room that a spanning label took, or the number of the row.
                self.current.leading += if blank { 0 } else { self.current.values.len() };
                self.current.values.clear();
            } else {
                self.finish_record();
                self.current.grid = grid;
            }
        } else if self.current.has_unit && grid.is_none() {
            // A label and its unit are a row, though its figure is blank and lost.
            self.finish_record();
        }
        self.current.words.push(word);
        self.current.places.push(place);
    }

    fn finish_record(&mut self) {
        let mut record = std::mem::take(&mut self.current);
        if record.words.is_empty() && record.values.is_empty() {
            return;
        }
        if let Some(Word::Unknown(span, slot)) = record.words.last().filter(|_| !record.values.is_empty())
            && let Some(items) = labels::closest(&self.text[span.clone()])
        {
            let hit = Hit { items, exact: false, span: span.clone(), slot: *slot };
            record.words.pop();
            record.words.push(Word::Label(hit));
        }
        self.records.push(record);
    }
}
