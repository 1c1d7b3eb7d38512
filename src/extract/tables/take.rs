//! From a cell and its place in the form to a fact.

use std::collections::HashSet;
use std::ops::Range;

use super::cell::{Money, Reading};
use super::records::{Page, SlotId};
use crate::extract::{Applicant, CellPlace, Fact, Form, Notice, Origin, Period, Qualifier, TableRead, UnitFrom};
use crate::knowledge::{CodeId, codebook};

/// What the tables of a document state.
#[derive(Debug, Default)]
pub struct Tables {
    /// In the order of the source.
    pub facts: Vec<Fact>,
    /// The statutory tables found.
    pub tables: Vec<TableRead>,
    /// What was noticed.
    pub notices: Vec<Notice>,
    /// Bytes of labels and figures that are rows of a table and were not taken: no sentences either.
    pub untaken: Vec<Range<usize>>,
}

/// What a cell is a figure of.
#[derive(Clone, Debug)]
pub struct Target {
    /// Indicator, dimension, category.
    pub code: CodeId,
    /// Kind of applicant.
    pub applicant: Applicant,
    /// Body, where the column names one.
    pub subject: String,
    /// Period.
    pub period: Period,
    /// Row and column of the form.
    pub place: Option<(u32, u32)>,
    /// The unit of money that the head of its column or row states.
    pub head: Option<Money>,
}

impl Target {
    /// A figure of the report year for the body as a whole.
    pub fn new(code: CodeId) -> Self {
        Self { code, applicant: Applicant::None, subject: String::new(), period: Period::Year, place: None, head: None }
    }
}

/// Collects facts of the tables.
#[derive(Debug, Default)]
pub struct Taking {
    /// What was taken so far.
    pub out: Tables,
    tables: u32,
}

impl Taking {
    /// Begins a table and gives its number.
    pub fn begin_table(&mut self) -> u32 {
        self.tables += 1;
        self.tables - 1
    }

    /// Takes the cells of one row; all or none. A sign where the form has none shows that the row has
    /// slid: its figures then belong to no column that is known.
    pub fn take_row(&mut self, page: &Page, cells: &[(SlotId, Target)], form: Form, table: u32, rule: &'static str) -> bool {
        let Some(first) = cells.first() else { return false };
        let row = page.sheet.rows[first.0.row].span.clone();
        let slid = cells.iter().any(|(id, target)| match &page.slot(*id).reading {
            Reading::Figure(f) => {
                let code = &codebook()[target.code];
                code.value_type == "count" && (f.signed || f.money.is_some() || !f.number.is_whole())
            }
            _ => false,
        });
        if slid {
            self.leave(page, cells.iter().map(|(id, _)| *id));
            self.notice(
                "table.ambiguous",
                row,
                "本行数字与表头各列不相符，可能错位，未取值",
                "the figures of this row do not fit the columns of the form and may have slid; none was taken",
            );
            return false;
        }
        for (id, target) in cells {
            self.take(page, *id, target, form, table, rule);
        }
        true
    }

    fn take(&mut self, page: &Page, id: SlotId, target: &Target, form: Form, table: u32, rule: &'static str) {
        let slot = page.slot(id);
        let row = &page.sheet.rows[id.row];
        let is_money = codebook()[target.code].unit == "yuan";
        let mut unit_from = if is_money && target.head.is_some() { UnitFrom::Header } else { UnitFrom::Form };
        let (value, qualifier, span) = match &slot.reading {
            Reading::Blank => (None, Qualifier::Blank, slot.span.start..slot.span.start),
            Reading::Dash(span) => (None, Qualifier::Dash, span.clone()),
            Reading::Text => (None, Qualifier::Unreadable, slot.span.clone()),
            Reading::Figure(figure) => {
                let value = if is_money {
                    if figure.money.is_some() {
                        unit_from = UnitFrom::Cell;
                    }
                    figure.number.in_yuan(figure.money.or(target.head).unwrap_or(Money::TenThousand))
                } else {
                    figure.number.value()
                };
                (Some(value), Qualifier::Exact, figure.span.clone())
            }
        };
        self.out.facts.push(Fact {
            code: target.code,
            applicant: target.applicant,
            subject: target.subject.clone(),
            period: target.period,
            value,
            unit_from,
            qualifier,
            span,
            context: row.span.clone(),
            origin: Origin::Table,
            form,
            place: target.place.map(|(row, column)| CellPlace { table, row, column }),
            section: page.text.get(row.section.clone()).unwrap_or("").to_owned(),
            rule,
        });
    }

    /// Notes that places hold the label and figures of a row that is not taken. Words that a full stop parts are
    /// sentences and no row.
    pub fn leave(&mut self, page: &Page, places: impl Iterator<Item = SlotId>) {
        let spans = places.map(|id| &page.slot(id).span);
        let (start, end) = spans.fold((usize::MAX, 0), |(start, end), span| (start.min(span.start), end.max(span.end)));
        if page.text.get(start..end).is_some_and(|row| !row.contains('。')) {
            self.out.untaken.push(start..end);
        }
    }

    /// Tells of something that was seen and not taken.
    pub fn notice(&mut self, check: &'static str, span: Range<usize>, zh: &str, en: &str) {
        self.out.notices.push(Notice { check, message_zh: zh.to_owned(), message_en: en.to_owned(), span });
    }

    /// Accounts for a statutory table by the facts from `first` on. A cell printed twice counts once.
    pub fn account(&mut self, table: &str, form: Form, expected: u32, first: usize) {
        let (mut read, mut blank) = (HashSet::new(), HashSet::new());
        for fact in self.out.facts[first..].iter().filter(|f| f.period == Period::Year) {
            let key = (fact.code, fact.applicant);
            if fact.value.is_some() {
                read.insert(key)
            } else {
                blank.insert(key)
            };
        }
        blank.retain(|key| !read.contains(key));
        if read.is_empty() && blank.is_empty() {
            return;
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.out.tables.push(TableRead { table: table.to_owned(), form, expected, read: count(read.len()), blank: count(blank.len()) });
    }
}

/// The cells that stand for `width` columns in a sequence of slots, where that is beyond doubt.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// One slot for each column.
    Exact(Vec<SlotId>),
    /// Right if blank cells keep their places: to be proven by another row of the table.
    IfBlanksKept(Vec<SlotId>),
    /// Another number of figures than the form has columns.
    Other,
    /// Nothing but blanks, and fewer than columns.
    Empty,
}

/// Reads a sequence of slots as `width` cells. Blanks after the last figure can be padding.
pub fn cells(page: &Page, values: &[SlotId], width: usize) -> Cells {
    let filled = values.iter().rposition(|id| !page.is_blank(*id)).map_or(0, |i| i + 1);
    if filled == width {
        Cells::Exact(values[..width].to_vec())
    } else if filled < width && values.len() >= width {
        Cells::IfBlanksKept(values[..width].to_vec())
    } else if filled == 0 {
        Cells::Empty
    } else {
        Cells::Other
    }
}

/// Whether a row proves that blank cells keep their places: a blank before the last of its figures.
pub fn keeps_blanks(page: &Page, cells: &Cells) -> bool {
    matches!(cells, Cells::Exact(ids) if ids.iter().any(|id| page.is_blank(*id)))
}
