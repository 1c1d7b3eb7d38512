//! The subtables of Article 20. A subtable's edition is that of its head, never that of the year.

use super::cell::Money;
use super::labels::{self, Word};
use super::records::{Page, Record, SlotId};
use super::rows;
use super::take::{self, Cells, Taking, Target};
use crate::extract::Form;
use crate::knowledge::{FormItem, FormTable, ItemKind, code_of, forms};

const TABLE: FormTable = FormTable::Article20;

/// A head that is in force for the rows below it.
#[derive(Default)]
struct Head {
    /// Items a column label can be, and its slot.
    columns: Vec<(Vec<usize>, SlotId)>,
    /// Row of the sheet and grid, where the head is a row of a grid.
    grid: Option<(usize, usize)>,
    /// Whether words that the form does not print stand among or after the columns.
    foreign: bool,
    /// Whether the numbers of rows stand before the columns.
    numbered: bool,
}

/// Takes the figures of all subtables.
pub fn read(page: &Page, taking: &mut Taking) {
    let first = taking.out.facts.len();
    let items = forms().items(TABLE);
    let table = taking.begin_table();
    let mut head = Head::default();
    let mut complete = false;
    let mut editions = [0usize; 2];
    for (number, record) in page.records.iter().enumerate() {
        let mut row = None;
        for (word, place) in record.words.iter().zip(&record.places) {
            let place = *place;
            let Word::Label(hit) = word else {
                head.foreign |= !head.columns.is_empty() && !complete;
                continue;
            };
            let columns: Vec<usize> = hit.in_table(TABLE, ItemKind::Column).collect();
            if !columns.is_empty() {
                if complete || head.grid.is_some_and(|(r, _)| r != place.row) && record.grid.is_some() {
                    head = Head::default();
                    complete = false;
                }
                head.grid = record.grid.map(|g| (place.row, g));
                head.columns.push((columns, place));
                row = None;
            } else if let Some(item) = hit.in_table(TABLE, ItemKind::Row).next() {
                complete = true;
                row = Some(item);
            } else if hit.is(TABLE, ItemKind::Remark) {
                head = Head::default();
                complete = false;
                row = None;
            } else if head.columns.is_empty() && hit.in_table(FormTable::Annex2014, ItemKind::Column).any(is_number) {
                head.numbered = true;
                row = None;
            } else {
                head.foreign |= !head.columns.is_empty() && !complete;
                row = None;
            }
        }
        let Some(item) = row.filter(|_| record.label().is_some()) else { continue };
        // Label and figures in two rows of a grid.
        let values = if record.values.is_empty() && record.grid.is_some() {
            match page.records.get(number + 1) {
                Some(next) if next.words.is_empty() && next.grid == record.grid => next,
                _ => continue,
            }
        } else {
            record
        };
        if values.values.is_empty() {
            continue;
        }
        if let Some(edition) = read_row(page, taking, &head, &items[item], item, values, table) {
            editions[edition] += 1;
        }
    }
    let form = if editions[1] > editions[0] { Form::F2021 } else { Form::F2019 };
    taking.account(TABLE.as_str(), form, cells_of(form), first);
}

const EDITIONS: [Form; 2] = [Form::F2019, Form::F2021];

/// Whether a column of the annex is that of the numbers of rows: 行次, 序号.
fn is_number(item: usize) -> bool {
    forms().items(FormTable::Annex2014)[item].code == "index"
}

/// Cells that an edition has.
fn cells_of(form: Form) -> u32 {
    let items = forms().items(TABLE);
    let rows = items.iter().filter(|i| i.kind == ItemKind::Row && i.in_edition(form.as_str()));
    rows.map(|row| u32::try_from(columns_of(&row.subtable, form).count()).unwrap_or(0)).sum()
}

fn columns_of(subtable: &str, form: Form) -> impl Iterator<Item = (usize, &'static FormItem)> {
    let items = forms().items(TABLE);
    items.iter().enumerate().filter(move |(_, i)| i.kind == ItemKind::Column && i.subtable == subtable && i.in_edition(form.as_str()))
}

/// Takes a row and gives the number of its edition.
fn read_row(page: &Page, taking: &mut Taking, head: &Head, row: &FormItem, item: usize, record: &Record, table: u32) -> Option<usize> {
    let items = forms().items(TABLE);
    // The column of this subtable that each label of the head is.
    let named: Vec<(usize, SlotId)> = head
        .columns
        .iter()
        .filter_map(|(candidates, place)| candidates.iter().find(|c| items[**c].subtable == row.subtable).map(|c| (*c, *place)))
        .collect();
    let filled = record.values.iter().rposition(|id| !page.is_blank(*id)).map_or(0, |i| i + 1);
    // How well an edition's head fits, its number, and its columns.
    type Choice = ((bool, usize, bool), usize, Vec<usize>);
    let mut choice: Option<Choice> = None;
    for (number, form) in EDITIONS.iter().enumerate() {
        let columns: Vec<usize> = columns_of(&row.subtable, *form).map(|(i, _)| i).collect();
        if columns.is_empty() || !row.in_edition(form.as_str()) || named.iter().any(|(i, _)| !columns.contains(i)) {
            continue;
        }
        let matched = columns.iter().filter(|c| named.iter().any(|(i, _)| i == *c)).count();
        let exact = matched == columns.len();
        // A head of lost words still tells the edition by those that are left; no head tells nothing
        // unless only one edition has that many columns.
        // One figure over several columns that is printed in each looks like several.
        let repeated = record.grid.is_some_and(|grid| page.sheet.grids[grid].repeated);
        let fits = matched > 0 || filled == columns.len() && filled > 1 && !repeated;
        if fits {
            let rank = (exact, matched, filled == columns.len());
            match &choice {
                Some((held, ..)) if *held > rank => {}
                Some((held, ..)) if *held == rank => choice = Some((rank, usize::MAX, columns)),
                _ => choice = Some((rank, number, columns)),
            }
        }
    }
    let (_, number, columns) = choice?;
    let form = *EDITIONS.get(number)?;
    let ids = if record.is_hoisted(TABLE) { None } else { locate(page, head, &named, &columns, record) };
    let Some(ids) = ids else {
        if filled > 0 {
            taking.leave(page, record.slots());
            taking.notice(
                "table.ambiguous",
                page.span(record),
                &format!("“{}”一行的数字与表头各列不能对应，未取值", row.labels[0]),
                &format!("row {}: its figures cannot be told to the columns; none was taken", row.code),
            );
        }
        return None;
    };
    let cells: Vec<(SlotId, Target)> = columns
        .iter()
        .zip(ids)
        .filter_map(|(column, id)| {
            let mut target = Target::new(code_of(&row.code, &items[*column].code)?);
            target.place = Some((u32::try_from(item).unwrap_or(0), u32::try_from(*column).unwrap_or(0)));
            target.head = named.iter().find(|(i, _)| i == column).and_then(|(_, place)| head_money(page, *place));
            Some((id, target))
        })
        .collect();
    let rule = if record.grid.is_some() { "table.grid" } else { "table.flat" };
    taking.take_row(page, &cells, form, table, rule).then_some(number)
}

/// The unit that the head of a column states, in its cell or in brackets that follow it.
fn head_money(page: &Page, place: SlotId) -> Option<Money> {
    Money::of_head(page.slot_text(place)).or_else(|| {
        let next = SlotId { row: place.row, slot: place.slot + 1 };
        let slot = page.sheet.rows[place.row].slots.get(next.slot)?;
        page.slot_text(next).starts_with(['(', '（', '单']).then_some(())?;
        slot.unit.flatten().or_else(|| Money::of_head(page.slot_text(next)))
    })
}

/// The slot of each column in a row.
fn locate(page: &Page, head: &Head, named: &[(usize, SlotId)], columns: &[usize], record: &Record) -> Option<Vec<SlotId>> {
    let width = columns.len();
    let row = record.values.first()?.row;
    // A column that the form does not have: the number of figures in a row then proves nothing.
    let foreign = match head.grid {
        Some((r, _)) => page.sheet.rows[r].slots.iter().filter(|s| !s.span.is_empty()).count() > width + 1,
        None => head.foreign,
    };
    // A head that begins in the column of the row labels has lost its empty corner.
    let cornered = named.iter().all(|(_, place)| record.places.iter().all(|label| page.slot(*label).column < page.slot(*place).column));
    if let (Some(grid), Some((head_row, head_grid))) = (record.grid, head.grid)
        && grid == head_grid
        && cornered
        && let Some(places) = head_columns(page, named, columns, head_row)
    {
        let sheet_rows = &page.sheet.rows;
        let edge = |row: usize| rows::edge(&sheet_rows[row].slots);
        let in_order = places.is_sorted();
        let ids: Option<Vec<SlotId>> = places.iter().map(|c| page.cell(row, *c)).collect();
        let ids = ids.filter(|ids| is_apart(ids)).or_else(|| {
            // Cells of other widths than those of the head: as many of them, to the same edge, are in its order.
            let even = sheet_rows[row].slots.len() == sheet_rows[head_row].slots.len() && edge(row) == edge(head_row);
            let full = record.values.len() == width && !record.values.iter().any(|id| page.is_blank(*id));
            (even && full && in_order && record.places.len() == 1).then(|| record.values.clone())
        })?;
        // A row that has lost a cell is shorter than its head; its blanks may be padding.
        let whole = edge(row) == edge(head_row)
            || !foreign
                && in_order
                && !page.sheet.grids[grid].repeated
                && !page.is_blank(*ids.last()?)
                && record.values.iter().rposition(|id| !page.is_blank(*id)) == Some(width - 1);
        let free = ids.iter().all(|id| !record.places.contains(id));
        return (whole && free).then_some(ids);
    }
    let order: Vec<usize> = named.iter().map(|(i, _)| *i).collect();
    let in_order = order.len() < width || order == columns;
    // A head of the page's own order, each column once.
    let reordered = order.len() == width && columns.iter().all(|column| order.contains(column));
    let filled = record.values.iter().filter(|id| !page.is_blank(**id)).count();
    let values = if head.numbered && filled == width + 1 { &record.values[1..] } else { &record.values };
    match take::cells(page, values, width) {
        Cells::Exact(ids) if in_order && !foreign => Some(ids),
        Cells::Exact(ids) if reordered && !foreign => {
            columns.iter().map(|column| order.iter().position(|named| named == column).map(|at| ids[at])).collect()
        }
        _ => None,
    }
}

/// Whether no two places are one.
fn is_apart(ids: &[SlotId]) -> bool {
    ids.iter().enumerate().all(|(n, id)| !ids[..n].contains(id))
}

/// The grid columns of a head's labels, those of lost words filled in where the head leaves one way.
fn head_columns(page: &Page, named: &[(usize, SlotId)], columns: &[usize], head_row: usize) -> Option<Vec<usize>> {
    let known: Vec<Option<usize>> = columns
        .iter()
        .map(|c| {
            let mut places = named.iter().filter(|(i, _)| i == c).map(|(_, place)| page.slot(*place).column);
            let place = places.next();
            place.filter(|_| places.next().is_none())
        })
        .collect();
    if known.iter().all(Option::is_some) {
        let places: Vec<usize> = known.into_iter().flatten().collect();
        let distinct = places.iter().enumerate().all(|(n, place)| !places[..n].contains(place));
        return distinct.then_some(places);
    }
    let slots = &page.sheet.rows[head_row].slots;
    let heads: Vec<usize> = slots.iter().skip(1).filter(|s| !s.span.is_empty()).map(|s| s.column).collect();
    // A cell that holds a head and other words is two heads, of which the place of neither is known.
    let is_two = |s: &rows::Slot| labels::holds(page.text, s.span.clone(), TABLE, ItemKind::Column);
    let unknown = |s: &&rows::Slot| !known.contains(&Some(s.column));
    if slots.iter().skip(1).filter(unknown).any(is_two) {
        return None;
    }
    let agrees = heads.len() == columns.len() && known.iter().zip(&heads).all(|(k, h)| k.is_none_or(|k| k == *h));
    agrees.then_some(heads)
}
