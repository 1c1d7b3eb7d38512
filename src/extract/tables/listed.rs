//! Tables with one indicator a row: the annex of 2014 and the local forms before it. Their columns are
//! periods or bodies; one figure a row is the year's.

use std::collections::BTreeSet;

use super::align::{Aligned, align};
use super::cell::{self, Figure, Reading};
use super::labels::{self, Word};
use super::records::{Page, Record, SlotId};
use super::rows::{self, Layout};
use super::take::{Taking, Target};
use crate::extract::{Form, Period};
use crate::knowledge::{FormTable, ItemKind, code_of, codebook, forms, plain_label};

/// Rows that must be found before a sequence of labels is a table.
const FEWEST_ROWS: usize = 5;

/// What a column is.
#[derive(Clone, Debug, PartialEq)]
enum Role {
    /// The labels of rows, units, codes: no figures.
    Aside,
    /// Remarks, shares and rates: nothing that is read.
    Remark,
    /// The number of the row.
    Index,
    /// The year's figure.
    Year,
    /// A part of the year, of which there are several: no figure that is taken.
    PartYear,
    /// A figure of the present period: the year's, unless a column of the year stands beside it.
    Current,
    /// Since a beginning.
    Cumulative,
    /// Another year.
    PreviousYear,
    /// The year that the head prints.
    Printed(i16),
    /// A body or a part of it.
    Subject(String),
}

/// Takes the figures of every printing of the table that is there: the annex of 2014 or a local form.
pub fn read(page: &Page, taking: &mut Taking, year: Option<i16>) {
    let found = |table| -> Vec<Vec<(usize, usize)>> {
        printings(page, table).into_iter().map(|r| rows_of(page, table, r)).filter(|r| r.len() >= FEWEST_ROWS).collect()
    };
    let annex = found(FormTable::Annex2014);
    // The forms of 2019 and 2021 have rows of the same names; no report has both.
    let is_later = taking.out.tables.iter().any(|table| table.form >= Form::F2019);
    let local = if is_later { Vec::new() } else { found(FormTable::Local2008) };
    let count = |printings: &[Vec<(usize, usize)>]| printings.iter().map(Vec::len).max().unwrap_or(0);
    let (table, form, printings) = if count(&annex) >= count(&local) {
        (FormTable::Annex2014, Form::F2014, annex)
    } else {
        (FormTable::Local2008, Form::F2008, local)
    };
    let first = taking.out.facts.len();
    for rows in &printings {
        let number = taking.begin_table();
        read_printing(page, taking, &Printing { table, form, number, year }, rows);
    }
    if table == FormTable::Annex2014 {
        let rows = forms().items(table).iter().filter(|i| i.kind == ItemKind::Row && i.in_edition("2014")).count();
        taking.account(table.as_str(), form, u32::try_from(rows).unwrap_or(0), first);
    }
}

/// How many rows in a row must stand again, in the form's order, before a part of it is printed again.
const PRINTED_AGAIN: usize = 3;

/// Cuts the records where the form is printed again: at its first row or, where a page repeats a part of it, at
/// rows in order that each stood before. A row of one printing must not be taken for one of another.
fn printings(page: &Page, table: FormTable) -> Vec<std::ops::Range<usize>> {
    let first = forms().items(table).iter().position(|i| i.kind == ItemKind::Row);
    let known = |record: &Record| {
        let mut rows = record.label().filter(|_| !record.values.is_empty())?.in_table(table, ItemKind::Row);
        let row = rows.next()?;
        (rows.next().is_none() || Some(row) == first).then_some(row)
    };
    let rows: Vec<(usize, usize)> = page.records.iter().enumerate().filter_map(|(n, record)| Some((n, known(record)?))).collect();
    let mut seen = BTreeSet::new();
    let mut cuts = Vec::new();
    for (at, (record, row)) in rows.iter().enumerate() {
        let next = rows.get(at..at + PRINTED_AGAIN).unwrap_or_default();
        let stands_again = !next.is_empty() && next.is_sorted_by(|a, b| a.1 < b.1) && next.iter().all(|(_, row)| seen.contains(row));
        if Some(*row) == first || stands_again {
            cuts.push(*record);
            seen.clear();
        }
        seen.insert(*row);
    }
    if cuts.first() != Some(&0) {
        cuts.insert(0, 0);
    }
    cuts.iter().enumerate().map(|(n, start)| *start..cuts.get(n + 1).copied().unwrap_or(page.records.len())).collect()
}

/// The records of a printing that are rows of the form, with the number of the item.
fn rows_of(page: &Page, table: FormTable, records: std::ops::Range<usize>) -> Vec<(usize, usize)> {
    let items = forms().items(table);
    let (entries, owners) = page.candidates(table, records);
    align(&entries, items.len())
        .iter()
        .zip(owners)
        .filter_map(|(aligned, owner)| match aligned {
            Aligned::At(item) if owner.valued && items[*item].kind == ItemKind::Row => Some((owner.record, *item)),
            _ => None,
        })
        .collect()
}

/// A table that is read.
struct Printing {
    table: FormTable,
    form: Form,
    /// Number of the table in the document.
    number: u32,
    /// Year of the report.
    year: Option<i16>,
}

fn read_printing(page: &Page, taking: &mut Taking, printing: &Printing, rows: &[(usize, usize)]) {
    let Printing { table, form, number, year } = *printing;
    let items = forms().items(table);
    let Some(first) = rows.first().map(|r| r.0) else { return };
    let line_head = line_roles(page, table, first, year);
    let mut grid_head: Option<(usize, Vec<Role>)> = None;
    for (at, (record_number, item)) in rows.iter().enumerate() {
        let record = &page.records[*record_number];
        // A reason of refusal is none of the ways to answer, which would be counted twice.
        if table == FormTable::Local2008 && is_reason(page, rows, at) {
            taking.leave(page, record.slots());
            continue;
        }
        let roles: Vec<(SlotId, Role)> = match record.grid {
            _ if record.is_hoisted(table) => Vec::new(),
            Some(grid) => {
                if grid_head.as_ref().is_none_or(|(g, _)| *g != grid) {
                    let before = grid_head.take().filter(|(g, _)| page.sheet.grids[*g].columns == page.sheet.grids[grid].columns);
                    let own = grid_roles(page, table, grid, record.values.first().map_or(0, |v| v.row), year);
                    grid_head = Some((grid, if own.is_empty() { before.map_or_else(Vec::new, |(_, r)| r) } else { own }));
                }
                by_columns(page, record, grid_head.as_ref().map_or(&[], |(_, r)| r))
            }
            None => by_order(page, record, &line_head),
        };
        if roles.is_empty() {
            if record.values.iter().any(|id| !page.is_blank(*id)) {
                taking.leave(page, record.slots());
                taking.notice(
                    "table.ambiguous",
                    page.span(record),
                    &format!("“{}”一行有多个数字，不能与列对应，未取值", items[*item].labels[0]),
                    &format!("row {}: its figures cannot be told to columns; none was taken", items[*item].code),
                );
            }
            continue;
        }
        let Some(code) = code_of(&items[*item].code, "") else { continue };
        let has_year = roles.iter().any(|(_, r)| *r == Role::Year);
        for (id, role) in roles {
            let mut target = Target::new(code);
            target.head = record.unit.filter(|_| codebook()[code].unit == "yuan");
            match role {
                Role::Aside | Role::Remark | Role::Index | Role::PartYear => continue,
                Role::Current if has_year => continue,
                Role::Year | Role::Current => {
                    if table == FormTable::Annex2014 {
                        target.place = Some((u32::try_from(*item).unwrap_or(0), 0));
                    }
                }
                Role::Cumulative => target.period = Period::Cumulative,
                Role::PreviousYear | Role::Printed(_) => target.period = Period::PreviousYear,
                Role::Subject(name) => target.subject = name,
            }
            let rule = if record.grid.is_some() { "table.grid" } else { "table.flat" };
            taking.take_row(page, &[(id, target)], form, number, rule);
        }
    }
}

/// How the label of a row is numbered: `（1）`, `1.`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Bracket,
    Point,
}

fn numbering(page: &Page, record: &Record) -> Option<Numbering> {
    let label = page.slot_text(*record.places.last()?).trim_start_matches(|c: char| "其中:：".contains(c) || cell::is_blank(c));
    let opened = label.trim_start_matches(['(', '（']);
    let rest = opened.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    match rest.chars().next()? {
        _ if rest.len() == opened.len() => None,
        ')' | '）' if opened.len() < label.len() => Some(Numbering::Bracket),
        '.' | '．' | '、' => Some(Numbering::Point),
        _ => None,
    }
}

/// Whether a row whose label can be a way to answer is a reason of refusal here: numbered below 否决公开 in another
/// manner than it, or behind such a reason.
fn is_reason(page: &Page, rows: &[(usize, usize)], at: usize) -> bool {
    const REASONS: [&str; 3] = ["does_not_exist", "not_this_agency", "asked_to_amend"];
    let items = forms().items(FormTable::Local2008);
    let code = |row: &(usize, usize)| items[row.1].code.as_str();
    if !REASONS.iter().any(|reason| code(&rows[at]).strip_prefix("applications.answered/outcome/") == Some(reason)) {
        return false;
    }
    let Some(denied) = rows[..at].iter().rposition(|row| code(row) == "applications.answered/outcome/denied") else { return false };
    match (numbering(page, &page.records[rows[denied].0]), numbering(page, &page.records[rows[at].0])) {
        (Some(denied), Some(own)) => denied != own,
        _ => rows[denied..at].iter().any(|row| code(row).starts_with("applications.denied/")),
    }
}

fn role_of(table: FormTable, code: &str) -> Role {
    debug_assert!(table == FormTable::Annex2014 || table == FormTable::Local2008);
    match code {
        "index" => Role::Index,
        "year" => Role::Year,
        "current" => Role::Current,
        "cumulative" => Role::Cumulative,
        "previous_year" => Role::PreviousYear,
        "part_year" => Role::PartYear,
        "remark" => Role::Remark,
        _ => Role::Aside,
    }
}

/// What the head of a column says, where it is a wording of the form or a period.
fn named_role(table: FormTable, head: &str) -> Option<Role> {
    let items = forms().items(table);
    let column = |plain: &str| items.iter().find(|i| i.kind == ItemKind::Column && i.labels.iter().any(|l| l == plain));
    let bare = without_notes(head);
    let digits: String = bare.chars().filter(char::is_ascii_digit).collect();
    let words = plain_label(&bare);
    let rest = words.trim_start_matches('年').trim_start_matches('度');
    let is_year = digits.len() == 4 && (rest.is_empty() || column(rest).is_some_and(|c| c.code == "year"));
    if let Some(year) = digits.parse().ok().filter(|y| is_year && YEARS.contains(y)) {
        return Some(Role::Printed(year));
    }
    if let Some(item) = column(&plain_label(head)).or_else(|| column(&words)) {
        return Some(role_of(table, &item.code));
    }
    (bare.contains("累计") || bare.contains("以来")).then_some(Role::Cumulative)
}

/// Years that a column can be headed by.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// A head without what it says in brackets.
fn without_notes(head: &str) -> String {
    let mut depth = 0usize;
    head.chars()
        .filter(|c| match c {
            '(' | '（' => {
                depth += 1;
                false
            }
            ')' | '）' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// Settles what a head leaves to its neighbours: the column of the report year (the latest, where that year
/// is not known), and a column that alone holds figures, whatever it is headed by.
fn settle(roles: &mut [Role], year: Option<i16>) {
    let years = || roles.iter().filter_map(|r| if let Role::Printed(y) = r { Some(*y) } else { None });
    let present = year.filter(|year| years().any(|y| y == *year)).or_else(|| years().max());
    for role in roles.iter_mut() {
        if matches!(role, Role::Printed(y) if Some(*y) == present) {
            *role = Role::Year;
        }
    }
    let mut figures = roles.iter_mut().filter(|r| is_figure(r));
    if let (Some(only @ Role::Subject(_)), None) = (figures.next(), figures.next()) {
        *only = Role::Year;
    }
}

/// Whether a column holds figures.
fn is_figure(role: &Role) -> bool {
    !matches!(role, Role::Aside | Role::Remark | Role::Index | Role::PartYear)
}

/// The roles of a grid's columns by the rows above its first row of figures; empty where there is no head.
fn grid_roles(page: &Page, table: FormTable, grid: usize, body: usize, year: Option<i16>) -> Vec<Role> {
    let items = forms().items(table);
    let sheet_rows = &page.sheet.rows;
    let top = sheet_rows[..body].iter().rposition(|r| r.layout != Layout::Grid(grid)).map_or(0, |i| i + 1);
    let columns = page.sheet.grids[grid].columns.min(64);
    let mut roles: Vec<Option<Role>> = vec![None; columns];
    let (mut is_head, mut head_edge) = (false, 0);
    // The lowest head over a column says what it is.
    for row in sheet_rows[top..body].iter().rev() {
        let full = row.slots.len() == 1 && columns > 1;
        // A row of figures, or of the numbers of columns, heads nothing.
        let is_year = |figure: &Figure| YEARS.contains(&(figure.number.value() as i16));
        let numbered = row.slots.iter().any(|s| matches!(&s.reading, Reading::Figure(figure) if !is_year(figure)));
        if full || numbered {
            continue;
        }
        head_edge = head_edge.max(rows::edge(&row.slots));
        for slot in &row.slots {
            let text = page.text.get(slot.span.clone()).unwrap_or("");
            let plain = plain_label(text);
            let role = if slot.unit.is_some() {
                Role::Aside
            } else if let Some(role) = named_role(table, text) {
                is_head = true;
                role
            } else if items.iter().any(|i| i.kind == ItemKind::Remark && i.labels.contains(&plain)) {
                is_head = true;
                Role::Aside
            } else if plain.is_empty() || labels::is_label(page.text, slot.span.clone()) {
                continue;
            } else if sheet_rows[body].slots.iter().any(|s| s.column == slot.column && s.reading == Reading::Text) {
                // Over the labels or their units; its own words may be damaged.
                Role::Aside
            } else {
                Role::Subject(text.split_whitespace().collect())
            };
            for held in roles.iter_mut().skip(slot.column).take(slot.colspan) {
                // 数量 under the name of a body is that body's.
                if held.is_none() || *held == Some(Role::Year) && slot.colspan == 1 && is_figure(&role) {
                    *held = Some(role.clone());
                }
            }
        }
    }
    roles.truncate(head_edge);
    let mut roles: Vec<Role> = if is_head { roles.into_iter().map(|r| r.unwrap_or(Role::Aside)).collect() } else { Vec::new() };
    settle(&mut roles, year);
    roles
}

/// The head of a table that is set in lines.
struct LineHead {
    /// Whether the number of a row stands before its label.
    numbered: bool,
    /// The columns after the label.
    roles: Vec<Role>,
}

/// The roles of the words before the first row where the table is set in lines.
fn line_roles(page: &Page, table: FormTable, first: usize, year: Option<i16>) -> LineHead {
    let items = forms().items(table);
    let (mut numbered, mut named) = (false, false);
    let mut roles = Vec::new();
    for record in page.records[..=first].iter().rev().take(3).rev() {
        for (word, place) in record.words.iter().zip(&record.places) {
            match word {
                Word::Label(hit) if hit.is(table, ItemKind::Column) => {
                    roles.extend(hit.in_table(table, ItemKind::Column).next().map(|column| role_of(table, &items[column].code)));
                }
                Word::Label(hit) if hit.is(table, ItemKind::Remark) => {
                    named = true;
                    numbered |= roles.contains(&Role::Index);
                    roles.clear();
                }
                Word::Label(_) => {}
                Word::Unknown(..) if named && is_head_word(page.slot_text(*place)) => {
                    let head = page.slot_text(*place);
                    roles.push(named_role(table, head).unwrap_or_else(|| Role::Subject(head.split_whitespace().collect())));
                }
                Word::Unknown(..) => {}
            }
        }
    }
    roles.retain(|r| *r != Role::Aside);
    settle(&mut roles, year);
    LineHead { numbered, roles }
}

/// Whether words between the head of a table and its first row can head a column.
fn is_head_word(words: &str) -> bool {
    // 甲, 乙, 丙 count the columns.
    (2..=LONGEST_HEAD).contains(&words.chars().count()) && !words.contains([':', '：'])
}

/// The longest name of a body that heads a column, in characters.
const LONGEST_HEAD: usize = 12;

/// The figures of a grid's row with the roles of their columns; empty where that cannot be told.
fn by_columns(page: &Page, record: &Record, roles: &[Role]) -> Vec<(SlotId, Role)> {
    let Some(first) = record.values.first() else { return Vec::new() };
    let in_place = rows::edge(&page.sheet.rows[first.row].slots) == roles.len();
    if in_place && roles.iter().any(is_figure) {
        let placed = record.values.iter().filter_map(|id| roles.get(page.slot(*id).column).map(|role| (*id, role.clone())));
        return without_rivals(page, placed.filter(|(_, role)| is_figure(role)).collect());
    }
    // A row of another width, or a table without head: one figure is the year's, unless a column that
    // holds none could have taken its place.
    let mut figures = roles.iter().filter(|r| is_figure(r));
    let (one, more) = (figures.next(), figures.next());
    let last_figure = roles.iter().rposition(is_figure);
    let aside_after = |id: &SlotId| match last_figure {
        // Remarks that are left out leave the figure in its column.
        Some(at) => roles.len() > at + 1 && !(page.slot(*id).column == at && roles[at + 1..].iter().all(|r| *r == Role::Remark)),
        None => false,
    };
    let mut filled = record.values.iter().filter(|id| !page.is_blank(**id));
    match (filled.next(), filled.next()) {
        (Some(id), None) if more.is_none() && !aside_after(id) => vec![(*id, one.cloned().unwrap_or(Role::Year))],
        (None, _) if more.is_none() && roles.is_empty() => vec![(*first, Role::Year)],
        _ => Vec::new(),
    }
}

/// Figures of columns that say the same: once where they agree, else none.
fn without_rivals(page: &Page, mut figures: Vec<(SlotId, Role)>) -> Vec<(SlotId, Role)> {
    let first = |role: &Role, figures: &[(SlotId, Role)]| figures.iter().find(|(_, r)| r == role).map(|(id, _)| *id);
    let agrees = |(id, role): &(SlotId, Role)| first(role, &figures).is_none_or(|held| page.slot_text(held) == page.slot_text(*id));
    if !figures.iter().all(agrees) {
        return Vec::new();
    }
    let mut seen = Vec::new();
    figures.retain(|(_, role)| {
        let new = !seen.contains(role);
        seen.push(role.clone());
        new
    });
    figures
}

/// The figures after a label in lines, by their order; empty where that cannot be told.
fn by_order(page: &Page, record: &Record, line_head: &LineHead) -> Vec<(SlotId, Role)> {
    let mut filled: Vec<SlotId> = record.values.iter().copied().filter(|id| !page.is_blank(*id)).collect();
    if filled.len() > 1 && filled.len() == line_head.roles.len() {
        return filled.into_iter().zip(line_head.roles.iter().cloned()).collect();
    }
    // Remarks are mostly blank, and lost.
    let is_kept = |role: &&Role| **role != Role::Remark && !(record.counted && **role == Role::Index);
    let head: Vec<Role> = line_head.roles.iter().filter(is_kept).cloned().collect();
    // The number of the next row stands before its label, and so after these figures.
    if line_head.numbered && filled.len() == head.len().max(1) + 1 {
        filled.pop();
    }
    match filled.as_slice() {
        [id] if head.len() <= 1 => vec![(*id, head.first().cloned().unwrap_or(Role::Year))],
        ids if ids.len() == head.len() => ids.iter().copied().zip(head.iter().cloned()).collect(),
        _ => Vec::new(),
    }
}
