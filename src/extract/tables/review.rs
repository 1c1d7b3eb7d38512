//! Reconsideration and litigation: three groups of five results.

use std::ops::Range;

use super::align::{Aligned, align};
use super::cell::Reading;
use super::labels::{self, Hit};
use super::records::{Page, Record, SlotId};
use super::rows::{self, Layout};
use super::take::{self, Cells, Taking, Target};
use crate::extract::Form;
use crate::knowledge::{FormTable, ItemKind, code_of, forms};

const TABLE: FormTable = FormTable::Review;
const RESULTS: usize = 5;
const CELLS: usize = 15;

/// Labels of the table that wait for their figures.
#[derive(Default)]
struct Pending {
    groups: Vec<(usize, SlotId)>,
    results: Vec<(usize, SlotId)>,
    /// Whether words that are not the form's stand among them, which may head a column of their own.
    foreign: bool,
    /// Whether the name of both groups on litigation stands before any group.
    litigation_first: bool,
}

/// Takes the figures of every printing of the table.
pub fn read(page: &Page, taking: &mut Taking, edition: Option<Form>) {
    let first = taking.out.facts.len();
    let form = edition.unwrap_or(Form::F2019);
    let table = taking.begin_table();
    let mut pending = Pending::default();
    let mut pairs: Vec<(Vec<usize>, Option<SlotId>)> = Vec::new();
    let mut read_to = 0;
    for (number, record) in page.records.iter().enumerate() {
        if number < read_to {
            continue;
        }
        let mut named = false;
        pending.leave_other_grid(page, record);
        let stands_alone = is_row_of_result(record);
        for (hit, place) in record.hits().filter(|_| !stands_alone) {
            if let Some(item) = item(hit, ItemKind::Column) {
                pending.results.push((item, place));
                named = true;
            } else if let Some(item) = item(hit, ItemKind::Row) {
                pending.groups.push((item, place));
                named = true;
            } else if hit.is(TABLE, ItemKind::Heading) {
                named = true;
                // The heading of the section names both, too, and is no head of the table.
                let span = page.slot(place).span.clone();
                pending.litigation_first |= pending.groups.is_empty() && labels::is_label(page.text, span.clone());
                // 行政诉讼（复议后起诉）.
                let noted = note(page.text, &span).and_then(|note| labels::sole(page.text, note));
                pending.groups.extend(noted.and_then(|hit| item(&hit, ItemKind::Row)).map(|group| (group, place)));
            }
        }
        let kinds = [ItemKind::Column, ItemKind::Row, ItemKind::Heading];
        let own = record.hits().filter(|(hit, _)| kinds.iter().any(|kind| hit.is(TABLE, *kind))).count();
        pending.foreign |= own > 0 && record.words.len() > own;
        collect_pair(record, &mut pairs, page);
        let foreign = !record.words.is_empty() && !named;
        if foreign && (record.values.is_empty() || record.words.len() > 1) && record.grid.is_none() {
            pending = Pending::default();
        }
        let values = without_fillers(page, record);
        if values.is_empty() || is_padded_head(page, record) {
            continue;
        }
        if let Some(ids) = row_a_group(page, number) {
            let cells = pending
                .in_order(page, &ids)
                .or_else(|| proven(page, &ids).filter(|_| is_of_reviews(page, ids[0]) && pending.is_in_form_order()));
            if let Some(cells) = cells {
                taking.take_row(page, &cells, form, table, "table.grid");
                pending = Pending::default();
                read_to = number + CELLS / RESULTS;
                continue;
            }
        }
        if !pending.results.is_empty() || !pending.groups.is_empty() {
            // A group's own five, its name alone before them.
            let mut groups = record.hits().filter_map(|(hit, _)| item(hit, ItemKind::Row));
            let first = groups.next();
            let alone = groups.all(|group| Some(group) == first);
            let own = record.label().and_then(|hit| item(hit, ItemKind::Row)).filter(|_| alone && pending.results.len() >= RESULTS);
            let cells = match own {
                Some(group) => pending.row_of(page, group, record),
                None => pending.by_columns(page, record.grid, &values).or_else(|| pending.in_order(page, &values)),
            };
            // A row with a name of its own in one of the columns is another table's.
            let cells = cells.filter(|c| c.iter().all(|(id, _)| !record.places.contains(id)) && !(foreign && record.grid.is_some()));
            if let Some(cells) = cells {
                let rule = if record.grid.is_some() { "table.grid" } else { "table.flat" };
                taking.take_row(page, &cells, form, table, rule);
                if own.is_none() {
                    pending = Pending::default();
                }
                continue;
            }
            if own.is_none()
                && pending.is_in_form_order()
                && let Some(cells) = unlabelled(page, record)
            {
                taking.take_row(page, &cells, form, table, "table.unlabelled");
                pending = Pending::default();
                continue;
            }
            if pending.results.len() >= 10 && record.values.iter().filter(|id| !page.is_blank(**id)).count() > 1 {
                untold(page, record, taking);
                pending = Pending::default();
            }
        } else if let Some(cells) = unlabelled(page, record) {
            taking.take_row(page, &cells, form, table, "table.unlabelled");
        } else if nears_unlabelled(page, record) {
            untold(page, record, taking);
        }
    }
    if taking.out.facts.len() == first {
        read_pairs(page, taking, &pairs, form, table);
    }
    taking.account(TABLE.as_str(), form, 15, first);
}

/// What stands in brackets at the end of a text.
fn note(text: &str, span: &Range<usize>) -> Option<Range<usize>> {
    let inner = text.get(span.clone())?.strip_suffix(['）', ')'])?;
    let at = inner.rfind(['（', '('])?;
    let opening = inner[at..].chars().next().map_or(0, char::len_utf8);
    Some(span.start + at + opening..span.start + inner.len())
}

fn item(hit: &Hit, kind: ItemKind) -> Option<usize> {
    hit.in_table(TABLE, kind).next()
}

/// The groups and results of the form, in its order.
fn of_kind(kind: ItemKind) -> Vec<usize> {
    let items = forms().items(TABLE);
    (0..items.len()).filter(|i| items[*i].kind == kind).collect()
}

fn target(group: usize, result: usize) -> Option<Target> {
    let items = forms().items(TABLE);
    let mut target = Target::new(code_of(&items[group].code, &items[result].code)?);
    let groups = of_kind(ItemKind::Row);
    let results = of_kind(ItemKind::Column);
    let column = groups.iter().position(|g| *g == group)? * RESULTS + results.iter().position(|r| *r == result)?;
    target.place = Some((0, u32::try_from(column).ok()?));
    Some(target)
}

impl Pending {
    /// Forgets labels that stand elsewhere than in the grid of a record that has such labels: a table has its
    /// head in its own. 总计 in the line above is a row of the table before.
    fn leave_other_grid(&mut self, page: &Page, record: &Record) {
        let names = |kind| record.hits().any(|(hit, _)| item(hit, kind).is_some());
        let Some(own) = record.grid else {
            // Lines that name results are a head of their own, and what a grid above them named is another table's.
            let in_line = |held: &(usize, SlotId)| page.sheet.rows[held.1.row].layout == Layout::Line;
            if names(ItemKind::Column) || names(ItemKind::Row) && record.values.is_empty() {
                self.results.retain(in_line);
                self.groups.retain(|group| in_line(group) || !names(ItemKind::Row));
            }
            return;
        };
        let elsewhere = |(_, id): &(usize, SlotId)| page.sheet.rows[id.row].layout != Layout::Grid(own);
        let other_grid = |held: &(usize, SlotId)| elsewhere(held) && page.sheet.rows[held.1.row].layout != Layout::Line;
        if record.words.is_empty() {
            return;
        }
        if self.results.iter().chain(&self.groups).any(other_grid) {
            *self = Self::default();
        }
        if names(ItemKind::Column) {
            self.results.retain(|held| !elsewhere(held));
        }
    }

    /// One group's row: its five figures under the results above, or in their order.
    fn row_of(&self, page: &Page, group: usize, record: &Record) -> Option<Vec<(SlotId, Target)>> {
        let results = &self.results[self.results.len() - RESULTS..];
        distinct(results).then_some(())?;
        let ids = match under(page, record, results) {
            Some(ids) => ids,
            None => match take::cells(page, &record.values, RESULTS) {
                Cells::Exact(ids) => ids,
                _ => return None,
            },
        };
        ids.into_iter().zip(results).map(|(id, (result, _))| Some((id, target(group, *result)?))).collect()
    }

    /// By the columns of the grid: each result under the group whose cell spans it.
    fn by_columns(&self, page: &Page, grid: Option<usize>, values: &[SlotId]) -> Option<Vec<(SlotId, Target)>> {
        let grid = grid.filter(|g| page.sheet.grids[*g].spanned)?;
        let row = values.first()?.row;
        let in_grid = |id: SlotId| page.sheet.rows[id.row].layout == Layout::Grid(grid);
        if self.results.is_empty() || !self.results.len().is_multiple_of(RESULTS) || !self.results.iter().all(|(_, id)| in_grid(*id)) {
            return None;
        }
        let mut cells = Vec::new();
        for (result, place) in &self.results {
            let column = page.slot(*place).column;
            let (group, _) = self
                .groups
                .iter()
                .filter(|(_, g)| in_grid(*g))
                .map(|(group, g)| (*group, page.slot(*g)))
                .filter(|(_, slot)| slot.column <= column && column < slot.column + slot.colspan)
                .min_by_key(|(_, slot)| slot.colspan)?;
            cells.push((page.cell(row, column)?, target(group, *result)?));
        }
        cells.sort_by_key(|(id, _)| *id);
        let apart = cells.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1.code != w[1].1.code);
        apart.then_some(cells)
    }

    /// The groups in the order of their figures. Where the name of litigation stands before that of reconsideration,
    /// so do its two groups, though they are named in the line below.
    fn in_turn(&self) -> Vec<usize> {
        let mut groups: Vec<usize> = self.groups.iter().map(|(group, _)| *group).collect();
        if self.litigation_first && groups.len() == CELLS / RESULTS && groups.first() == of_kind(ItemKind::Row).first() {
            groups.rotate_left(1);
        }
        groups
    }

    /// Whether nothing that is named speaks against the order of the form.
    fn is_in_form_order(&self) -> bool {
        self.in_turn().windows(2).all(|pair| pair[0] < pair[1])
    }

    /// By their order: as many figures as results, five to a group.
    fn in_order(&self, page: &Page, values: &[SlotId]) -> Option<Vec<(SlotId, Target)>> {
        let groups = self.in_turn();
        let count = self.results.len();
        let whole = count > 0 && count.is_multiple_of(RESULTS) && count == groups.len() * RESULTS;
        let mut unique = groups.clone();
        unique.sort_unstable();
        unique.dedup();
        if whole && unique.len() == groups.len() && self.results.chunks(RESULTS).all(distinct) {
            let ids = sequence(page, values, count)?;
            let full = ids.iter().all(|id| !page.is_blank(*id));
            if self.foreign && full && groups.len() == CELLS / RESULTS && !sums_hold(page, &ids) {
                return None;
            }
            let targets = self.results.iter().enumerate().map(|(n, (result, _))| target(groups[n / RESULTS], *result));
            return ids.into_iter().zip(targets).map(|(id, t)| Some((id, t?))).collect();
        }
        // Words of the head are lost: the form's order, if the sums prove it.
        let ordered = groups.windows(2).all(|w| w[0] < w[1]);
        if count >= 8 && ordered { proven(page, &sequence(page, values, CELLS)?) } else { None }
    }
}

/// The cells of a grid's row that stand under labels of the same grid, where the row is whole.
fn under(page: &Page, record: &Record, labels: &[(usize, SlotId)]) -> Option<Vec<SlotId>> {
    let (grid, row) = (record.grid?, record.values.first()?.row);
    let in_grid = labels.iter().all(|(_, id)| page.sheet.rows[id.row].layout == Layout::Grid(grid));
    let whole = rows::edge(&page.sheet.rows[row].slots) == page.sheet.grids[grid].edge;
    if !in_grid || !whole {
        return None;
    }
    let ids: Vec<SlotId> = labels.iter().map(|(_, id)| page.cell(row, page.slot(*id).column)).collect::<Option<_>>()?;
    (ids.windows(2).all(|w| w[0] < w[1]) && ids.iter().all(|id| !record.places.contains(id))).then_some(ids)
}

/// Whether a record is a row that one result heads, as 总计 of the table of applications: it heads no column below.
fn is_row_of_result(record: &Record) -> bool {
    let mut own = record.hits().filter(|(hit, _)| [ItemKind::Column, ItemKind::Row].iter().any(|kind| hit.is(TABLE, *kind)));
    let (first, more) = (own.next(), own.next());
    let sole = first.filter(|(hit, _)| more.is_none() && item(hit, ItemKind::Column).is_some());
    sole.is_some_and(|(hit, _)| record.grid.is_some() || hit.is(FormTable::Applications, ItemKind::Row)) && !record.values.is_empty()
}

/// Whether a record is a row of the head that a crawler filled up with empty cells.
fn is_padded_head(page: &Page, record: &Record) -> bool {
    let heads = |row: usize| record.hits().any(|(hit, place)| place.row == row && item(hit, ItemKind::Column).is_some());
    record.grid.is_some()
        && record.values.iter().all(|id| page.is_blank(*id) && heads(id.row))
        && record.hits().filter(|(hit, _)| item(hit, ItemKind::Column).is_some()).count() > 1
}

/// The cells of a record without what stands in lines of nothing but bars between the head and the figures, where a
/// cell stands on each line: places that merged cells cover. One bar alone opens the row, where there is one cell more
/// than the table has and no other is blank.
fn without_fillers(page: &Page, record: &Record) -> Vec<SlotId> {
    if record.grid.is_some() {
        return record.values.clone();
    }
    let blank = |id: &SlotId| page.is_blank(*id);
    let is_filler = |id: &&SlotId| {
        let slots = &page.sheet.rows[id.row].slots;
        slots.len() > 1 && slots.iter().all(|slot| slot.reading == Reading::Blank)
    };
    let values: Vec<SlotId> = record.values.iter().skip_while(is_filler).copied().collect();
    match values.split_first() {
        Some((first, rest)) if blank(first) && rest.iter().all(blank) => Vec::new(),
        Some((first, rest))
            if blank(first) && rest.iter().rposition(|id| !blank(id)) == Some(CELLS - 1) && !rest[..CELLS].iter().any(blank) =>
        {
            rest.to_vec()
        }
        _ => values,
    }
}

fn distinct(results: &[(usize, SlotId)]) -> bool {
    results.iter().enumerate().all(|(n, (r, _))| results[..n].iter().all(|(other, _)| other != r))
}

/// Exactly `width` slots: all filled, or a line that ends where the table does.
fn sequence(page: &Page, values: &[SlotId], width: usize) -> Option<Vec<SlotId>> {
    match take::cells(page, values, width) {
        Cells::Exact(ids) => Some(ids),
        // As many cells as columns, none for padding.
        Cells::IfBlanksKept(ids) if values.len() == width => Some(ids),
        _ => None,
    }
}

/// Fifteen figures in the order of the form, where every group sums to its total.
fn proven(page: &Page, ids: &[SlotId]) -> Option<Vec<(SlotId, Target)>> {
    if ids.len() != CELLS || !sums_hold(page, ids) {
        return None;
    }
    let (groups, results) = (of_kind(ItemKind::Row), of_kind(ItemKind::Column));
    ids.iter().enumerate().map(|(n, id)| Some((*id, target(groups[n / RESULTS], results[n % RESULTS])?))).collect()
}

/// Whether every group is of figures that sum to its last.
fn sums_hold(page: &Page, ids: &[SlotId]) -> bool {
    ids.chunks(RESULTS).all(|group| {
        let figure = |id: &SlotId| match &page.slot(*id).reading {
            Reading::Figure(f) if !f.signed && f.money.is_none() => Some(f.number.value()),
            _ => None,
        };
        let figures: Option<Vec<f64>> = group.iter().map(figure).collect();
        let parted = figures.as_deref().and_then(<[f64]>::split_last);
        parted.is_some_and(|(total, parts)| (parts.iter().sum::<f64>() - total).abs() <= 1e-9)
    })
}

/// The fifteen figures of three rows of a grid without labels of their own, a group in each: neither more nor fewer
/// rows, and no cell blank.
fn row_a_group(page: &Page, number: usize) -> Option<Vec<SlotId>> {
    const GROUPS: usize = CELLS / RESULTS;
    let grid = page.records[number].grid?;
    let bare = |record: &&Record| record.grid == Some(grid) && record.words.is_empty();
    let rows: Vec<&Record> = page.records[number..].iter().take(GROUPS + 1).take_while(bare).collect();
    let first = number.checked_sub(1).is_none_or(|above| !bare(&&page.records[above]));
    if rows.len() != GROUPS || !first {
        return None;
    }
    let mut ids = Vec::with_capacity(CELLS);
    for row in rows {
        match take::cells(page, &row.values, RESULTS) {
            Cells::Exact(five) if !five.iter().any(|id| page.is_blank(*id)) => ids.extend(five),
            _ => return None,
        }
    }
    Some(ids)
}

/// Lines above fifteen figures in which their table is named.
const LINES_ABOVE: usize = 3;

/// Fifteen figures without labels of their own, in a section on reconsideration and litigation or right
/// under such a heading.
fn unlabelled(page: &Page, record: &Record) -> Option<Vec<(SlotId, Target)>> {
    let values = record.values.as_slice();
    let first = values.first()?;
    if !is_of_reviews(page, *first) || record.grid.is_none() && values.iter().filter(|id| !page.is_blank(**id)).count() != CELLS {
        return None;
    }
    match take::cells(page, values, CELLS) {
        Cells::Exact(ids) => proven(page, &ids),
        _ => None,
    }
}

/// Whether a place lies in a section on reconsideration and litigation, or right under such a heading.
fn is_of_reviews(page: &Page, place: SlotId) -> bool {
    let rows = &page.sheet.rows;
    let names = |span: &Range<usize>| page.text.get(span.clone()).is_some_and(|t| t.contains("复议") && t.contains("诉讼"));
    let above = &rows[place.row.saturating_sub(LINES_ABOVE)..place.row];
    names(&rows[place.row].section) || above.iter().any(|row| names(&row.span))
}

/// Whether figures without labels are the table's but for a lost one, one too many, or a sum that does not hold.
fn nears_unlabelled(page: &Page, record: &Record) -> bool {
    let Some(first) = record.values.first() else { return false };
    let filled = record.values.iter().filter(|id| !page.is_blank(**id)).count();
    let labelled = record.places.iter().any(|place| place.row == first.row);
    !labelled && (CELLS - 1..=CELLS + 1).contains(&filled) && is_of_reviews(page, *first)
}

/// Tells that the figures of a printing were not taken.
fn untold(page: &Page, record: &Record, taking: &mut Taking) {
    taking.leave(page, record.slots());
    taking.notice(
        "table.ambiguous",
        page.span(record),
        "行政复议、行政诉讼情况表的数字与各列不能对应，未取值",
        "the figures of the table on reconsideration and litigation cannot be told to its columns; none was taken",
    );
}

/// Notes a result with one figure after it, for tables that print label and figure by turns.
fn collect_pair(record: &Record, pairs: &mut Vec<(Vec<usize>, Option<SlotId>)>, page: &Page) {
    for (hit, _) in record.hits() {
        let items: Vec<usize> = [ItemKind::Row, ItemKind::Heading, ItemKind::Column].iter().flat_map(|k| hit.in_table(TABLE, *k)).collect();
        if items.is_empty() {
            continue;
        }
        let mut filled = record.values.iter().filter(|id| !page.is_blank(**id));
        let value = match (filled.next(), filled.next()) {
            (Some(id), None) if record.owns_values(hit) => Some(*id),
            // A blank cell beside its label, not one that fills up a line.
            (None, _) if record.owns_values(hit) && record.grid.is_some() => record.values.first().copied(),
            _ => None,
        };
        pairs.push((items, value));
    }
}

/// Results and figures by turns: known by their order.
fn read_pairs(page: &Page, taking: &mut Taking, pairs: &[(Vec<usize>, Option<SlotId>)], form: Form, table: u32) {
    if pairs.iter().filter(|p| p.1.is_some()).count() < 8 {
        return;
    }
    let items = forms().items(TABLE);
    let results = of_kind(ItemKind::Column);
    // The sequence of the form: each group, its five results, and 行政诉讼 before the second group.
    let mut sequence: Vec<(usize, Option<usize>)> = Vec::new();
    for (item, _) in items.iter().enumerate().filter(|(_, i)| matches!(i.kind, ItemKind::Row | ItemKind::Heading)) {
        sequence.push((item, None));
        if items[item].kind == ItemKind::Row {
            sequence.extend(results.iter().map(|r| (item, Some(*r))));
        }
    }
    let entries: Vec<Vec<(usize, u32)>> = pairs
        .iter()
        .map(|(candidates, value)| {
            let fits = |(at, (item, result)): (usize, &(usize, Option<usize>))| {
                let named = result.unwrap_or(*item);
                candidates.contains(&named).then_some((at, 10 + 2 * u32::from(value.is_some())))
            };
            sequence.iter().enumerate().filter_map(fits).collect()
        })
        .collect();
    for ((_, value), place) in pairs.iter().zip(align(&entries, sequence.len())) {
        if let (Some(id), Aligned::At(at)) = (value, place)
            && let (group, Some(result)) = sequence[at]
            && let Some(target) = target(group, result)
        {
            taking.take_row(page, &[(*id, target)], form, table, "table.flat");
        }
    }
}
