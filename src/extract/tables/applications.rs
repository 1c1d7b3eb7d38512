//! Applications by kind of applicant.

use super::align::{Aligned, align};
use super::cell::Reading;
use super::hoisted;
use super::labels::{self, Word};
use super::records::{Owner, Page, Record, SlotId};
use super::rows::{self, Layout, Slot};
use super::short::{self, Figures, Part};
use super::take::{self, Cells, Taking, Target};
use crate::extract::{Applicant, Form};
use crate::knowledge::{FormTable, ItemKind, code_of, forms};

const TABLE: FormTable = FormTable::Applications;
/// Rows that must be found before a sequence of labels is a table.
const FEWEST_ROWS: usize = 3;

/// One printing of the table: where its body begins, and the head above it.
struct Printing {
    /// Numbers of records.
    records: std::ops::Range<usize>,
}

/// Takes the figures of every printing of the table. `edition` is that of the report's other tables.
pub fn read(page: &Page, taking: &mut Taking, edition: Option<Form>) {
    let first = taking.out.facts.len();
    let mut form = None;
    for printing in printings(page) {
        let read = read_printing(page, taking, &printing, edition);
        form = form.or(read);
    }
    if let Some(form) = form {
        let rows = forms().items(TABLE).iter().filter(|i| i.kind == ItemKind::Row && i.in_edition(form.as_str())).count();
        taking.account(TABLE.as_str(), form, u32::try_from(rows * 7).unwrap_or(0), first);
    }
}

fn item_of(code: &str) -> Option<usize> {
    forms().items(TABLE).iter().position(|i| i.code == code && i.kind != ItemKind::Column)
}

/// Cuts the records where a printing begins: at its first row, with the head before it.
fn printings(page: &Page) -> Vec<Printing> {
    let new = item_of("applications.new");
    let body = |record: &Record| {
        record.hits().any(|(hit, _)| {
            hit.is(TABLE, ItemKind::Row) && !hit.is(TABLE, ItemKind::Column) && !hit.is(FormTable::Annex2014, ItemKind::Row)
        })
    };
    let starts: Vec<usize> = page
        .records
        .iter()
        .enumerate()
        .filter(|(_, r)| r.hits().any(|(hit, _)| hit.in_table(TABLE, ItemKind::Row).any(|i| Some(i) == new)))
        .map(|(n, _)| n)
        .collect();
    let Some(first_body) = page.records.iter().position(body) else { return Vec::new() };
    // Where the row of what was carried in stands above that of what came in, the printing begins there.
    let is_carried_in = |record: &Record| {
        let carried_in = item_of("applications.carried_in");
        !record.values.is_empty() && record.label().is_some_and(|hit| hit.in_table(TABLE, ItemKind::Row).any(|i| Some(i) == carried_in))
    };
    let begins = |start: usize| start.checked_sub(1).filter(|above| is_carried_in(&page.records[*above])).unwrap_or(start);
    let mut cuts: Vec<usize> = starts.into_iter().map(begins).collect();
    if cuts.first().is_none_or(|c| *c > first_body) {
        cuts.insert(0, first_body);
    }
    let mut printings = Vec::new();
    for (n, start) in cuts.iter().enumerate() {
        let end = cuts.get(n + 1).copied().unwrap_or(page.records.len());
        printings.push(Printing { records: *start..end });
    }
    printings
}

/// The rows of the form whose labels are found, wherever their figures stand: each with its record.
fn labelled(owners: &[Owner], aligned: &[Aligned]) -> Vec<(usize, usize)> {
    let items = forms().items(TABLE);
    let row = |(owner, aligned): (&Owner, &Aligned)| match aligned {
        Aligned::At(item) if items[*item].kind == ItemKind::Row => Some((owner.record, *item)),
        _ => None,
    };
    owners.iter().zip(aligned).filter_map(row).collect()
}

/// Rows of figures behind the labels of all rows that show that these are the table's.
const FEWEST_HOISTED: usize = 10;

/// Reads a printing whose labels stand before all of its figures; tells of one whose figures prove nothing.
fn read_hoisted(page: &Page, taking: &mut Taking, labelled: &[(usize, usize)]) -> Option<Form> {
    let items = forms().items(TABLE);
    let (first, last) = (labelled.first()?.0, labelled.last()?.0);
    if labelled.len() < FEWEST_HOISTED || page.records[first..last].iter().any(|record| !record.values.is_empty()) {
        return None;
    }
    for form in [Form::F2021, Form::F2019] {
        // 其他处理 heads three rows in one edition, and is a row in the other.
        let group = |item: usize| items[item].code == "applications.result/outcome/other" && !items[item].in_edition(form.as_str());
        let rows: Vec<usize> = labelled.iter().map(|row| row.1).filter(|item| !group(*item)).collect();
        let demanded = (0..items.len()).filter(|i| items[*i].kind == ItemKind::Row && items[*i].in_edition(form.as_str()));
        if !rows.iter().copied().eq(demanded) {
            continue;
        }
        let parts: Vec<short::Part> = rows.iter().map(|item| part_of(*item)).collect();
        let Some(lines) = hoisted::matrix(page, last, &parts) else { continue };
        let table = taking.begin_table();
        for (item, line) in rows.into_iter().zip(lines) {
            let cells: Vec<(SlotId, Target)> = cells_of(item, line.into_iter().enumerate()).collect();
            taking.take_row(page, &cells, form, table, "table.flat");
        }
        return Some(form);
    }
    if hoisted::values(page, last).len() >= FEWEST_HOISTED * KINDS {
        tell_open(page, taking, labelled);
    }
    None
}

/// What the cells of a row of the form, each with its column, are figures of.
fn cells_of(item: usize, cells: impl Iterator<Item = (usize, SlotId)>) -> impl Iterator<Item = (SlotId, Target)> {
    cells.filter_map(move |(column, id)| {
        let mut target = Target::new(code_of(&forms().items(TABLE)[item].code, "")?);
        target.applicant = *Applicant::ALL.get(column + 1)?;
        target.place = Some((u32::try_from(item).unwrap_or(0), u32::try_from(column).unwrap_or(0)));
        Some((id, target))
    })
}

/// What a row of the form is of in the sums.
fn part_of(item: usize) -> Part {
    match forms().items(TABLE)[item].code.as_str() {
        "applications.new" | "applications.carried_in" => Part::Received,
        "applications.result" => Part::Result,
        "applications.carried_out" => Part::CarriedOut,
        _ => Part::Outcome,
    }
}

fn read_printing(page: &Page, taking: &mut Taking, printing: &Printing, edition: Option<Form>) -> Option<Form> {
    let items = forms().items(TABLE);
    let (entries, owners) = page.candidates(TABLE, printing.records.clone());
    let aligned = align(&entries, items.len());
    let rows: Vec<(usize, usize)> = owners
        .iter()
        .zip(&aligned)
        .filter_map(|(owner, aligned)| match aligned {
            Aligned::At(item) if owner.is_label && items[*item].kind == ItemKind::Row => Some((owner.record, *item)),
            _ => None,
        })
        .collect();
    if rows.len() < FEWEST_ROWS {
        return read_hoisted(page, taking, &labelled(&owners, &aligned)).or_else(|| read_alone(page, taking, &rows, edition));
    }
    let first = rows.first().map_or(0, |r| r.0);
    let form = edition_of(page, &rows, &aligned).or(edition).unwrap_or(Form::F2019);
    let mut heads = Heads::of(page, first);
    if !heads.foreign {
        heads.grid = match heads.grid {
            Some(named) => Some(summed_columns(page, &rows, named.0).unwrap_or(named)),
            None => columns_of_rows(page, &rows),
        };
    }
    if let Some(totals) = total_column(page, &rows, form) {
        let table = taking.begin_table();
        for (item, id) in totals {
            let cells: Vec<(SlotId, Target)> = cells_of(item, [(KINDS - 1, id)].into_iter()).collect();
            taking.take_row(page, &cells, form, table, "table.grid");
        }
        return Some(form);
    }
    if heads.order.as_ref().is_some_and(|order| !is_proven(page, &rows, order)) {
        heads.order = None;
    }
    let coded = heads.has_codes(page, &rows);
    let mut sequences = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    let table = taking.begin_table();
    let (mut kept, mut roomy) = (false, false);
    let mut taken: Vec<(usize, usize, Vec<SlotId>)> = Vec::new();
    let mut blank = Vec::new();
    for (number, item) in rows {
        let Some(record) = with_values(page, number) else {
            blank.push(item);
            continue;
        };
        // 其他处理 without a figure heads its three rows.
        if !items[item].in_edition(form.as_str()) && record.values.iter().all(|id| page.is_blank(*id)) {
            continue;
        }
        if page.records[number].is_hoisted(TABLE) {
            open.push((number, item));
            continue;
        }
        match heads.locate(page, record, coded) {
            Located::At(ids) => taken.push((number, item, ids)),
            // A row that was pushed aside whole is known by its sum.
            Located::Lost => match seven_that_sum(page, record) {
                Some(seven) if !heads.foreign => taken.push((number, item, seven)),
                _ => open.push((number, item)),
            },
            Located::NoGrid => {
                let cells = take::cells(page, after_room(page, &record.values), KINDS);
                if let (Some(order), Cells::Exact(ids)) = (&heads.order, &cells)
                    && let Some(ids) = in_turn(page, ids, order)
                {
                    taken.push((number, item, ids));
                    continue;
                }
                // Beside a head with places, a row out of place is sure only where no cell is blank.
                let sure = matches!(&cells, Cells::Exact(ids) if !ids.iter().any(|id| page.is_blank(*id)));
                if heads.foreign || heads.grid.is_some() && !sure {
                    open.push((number, item));
                    continue;
                }
                kept |= take::keeps_blanks(page, &cells);
                // Blanks and then more figures than columns: spanning labels left room in front of the figures.
                roomy |= cells == Cells::Other && record.values.first().is_some_and(|id| page.is_blank(*id));
                sequences.push((number, item, cells));
            }
        }
    }
    // Where rows lost cells, seven figures may be what is left of two rows: their sum has to prove them.
    let torn = sequences.iter().any(|(_, _, cells)| *cells == Cells::Other);
    let may_be_two = |number: usize, ids: &[SlotId]| {
        let full = ids.iter().all(|id| !page.is_blank(*id));
        torn && page.records[number].grid.is_none() && full && total_of_seven(page, ids).is_none()
    };
    for (number, item, cells) in sequences {
        match cells {
            Cells::Exact(ids) if may_be_two(number, &ids) => open.push((number, item)),
            Cells::Exact(ids) if !roomy || !page.is_blank(ids[0]) => taken.push((number, item, ids)),
            Cells::IfBlanksKept(ids) if kept && !roomy => taken.push((number, item, ids)),
            Cells::Empty => blank.push(item),
            _ => open.push((number, item)),
        }
    }
    let mut placed: Vec<Placed> =
        taken.into_iter().map(|(record, item, ids)| Placed { record, item, cells: ids.into_iter().enumerate().collect() }).collect();
    if !heads.foreign {
        let proven = proven_rows(page, form, &placed, &open, &blank);
        let is_whole = |number: usize, cells: usize| {
            with_values(page, number).is_some_and(|record| record.values.iter().filter(|id| !page.is_blank(**id)).count() == cells)
        };
        open.retain(|(number, _)| !proven.iter().any(|row| row.record == *number && is_whole(*number, row.cells.len())));
        placed.extend(proven);
    }
    tell_open(page, taking, &open);
    placed.sort_by_key(|row| row.record);
    for Placed { record, item, cells } in placed {
        let cells: Vec<(SlotId, Target)> = cells_of(item, cells.into_iter()).collect();
        let rule = if page.records[record].grid.is_some() { "table.grid" } else { "table.flat" };
        taking.take_row(page, &cells, form, table, rule);
    }
    Some(form)
}

/// Reads rows that stand without the rest of their table: of what came in or was carried over, where seven figures
/// sum up.
fn read_alone(page: &Page, taking: &mut Taking, rows: &[(usize, usize)], edition: Option<Form>) -> Option<Form> {
    let is_known = |(number, item): &&(usize, usize)| {
        let code = forms().items(TABLE)[*item].code.as_str();
        ["applications.new", "applications.carried_in", "applications.carried_out"].contains(&code)
            && page.records[*number].label().is_some_and(|hit| hit.exact)
    };
    let form = edition.unwrap_or(Form::F2019);
    let mut taken = false;
    for (number, item) in rows.iter().filter(is_known) {
        let record = &page.records[*number];
        let Cells::Exact(seven) = take::cells(page, &record.values, KINDS) else { continue };
        if total_of_seven(page, &seven).is_none_or(|total| total <= 0.0) {
            continue;
        }
        let table = taking.begin_table();
        let cells: Vec<(SlotId, Target)> = cells_of(*item, seven.into_iter().enumerate()).collect();
        let rule = if record.grid.is_some() { "table.grid" } else { "table.flat" };
        taken |= taking.take_row(page, &cells, form, table, rule);
    }
    taken.then_some(form)
}

/// Rows of a head that names a column of totals.
const LINES_OF_HEAD: usize = 3;

/// The one figure of each row of a grid whose head names totals and no kind of applicant, where the sums of the form
/// hold: each with its item.
fn total_column(page: &Page, rows: &[(usize, usize)], form: Form) -> Option<Vec<(usize, SlotId)>> {
    let items = forms().items(TABLE);
    let first = rows.first()?.0;
    let grid = page.records[first].grid?;
    let body = page.records[first].places.first()?.row;
    let head = page.sheet.rows[..body].iter().rev().take(LINES_OF_HEAD).take_while(|row| row.layout == Layout::Grid(grid));
    let (mut totals, mut kinds) = (0, 0);
    // Each cell by itself: 项目 and 数量 side by side are no 项目数量.
    for hit in head.flat_map(|row| &row.slots).filter_map(|slot| labels::sole(page.text, slot.span.clone())) {
        let is_total = |item: usize| items[item].code == "total";
        let named = hit.in_table(TABLE, ItemKind::Column).next();
        let is_number = hit.in_table(FormTable::Annex2014, ItemKind::Column).any(|i| forms().items(FormTable::Annex2014)[i].code == "year");
        totals += usize::from(named.map_or(is_number, is_total));
        kinds += usize::from(named.is_some_and(|item| !is_total(item)));
    }
    if totals != 1 || kinds > 0 {
        return None;
    }
    let (mut received, mut handled, mut outcomes, mut carried_out) = (0.0, 0.0, 0.0, 0.0);
    let mut found = Vec::new();
    for (number, item) in rows {
        // 其他处理 heads three rows in the edition that has them.
        let record = with_values(page, *number).filter(|record| record.grid == Some(grid));
        let Some(record) = record.filter(|_| items[*item].in_edition(form.as_str())) else { continue };
        let mut filled = record.values.iter().filter(|id| !page.is_blank(**id));
        let id = match (filled.next(), filled.next()) {
            (Some(id), None) => *id,
            (None, _) => *record.values.last()?,
            _ => return None,
        };
        let value = match &page.slot(id).reading {
            Reading::Figure(figure) if !figure.signed && figure.money.is_none() => figure.number.value(),
            Reading::Blank | Reading::Dash(_) => 0.0,
            _ => return None,
        };
        *match part_of(*item) {
            Part::Received => &mut received,
            Part::Result => &mut handled,
            Part::Outcome => &mut outcomes,
            Part::CarriedOut => &mut carried_out,
        } += value;
        found.push((*item, id));
    }
    (found.len() >= FEWEST_HOISTED && handled > 0.0 && handled == outcomes && received == handled + carried_out).then_some(found)
}

/// The kinds of applicant with their total.
pub const KINDS: usize = Applicant::ALL.len() - 1;
/// Rows whose sums agree by chance are zeros; so many of them, or one that is more than zero, prove columns.
const FEWEST_PROVEN: usize = 3;

/// The figures behind the room that labels over several columns left in front of them, where their sum
/// proves that these are the seven; else all that stands there.
fn after_room<'a>(page: &Page, values: &'a [SlotId]) -> &'a [SlotId] {
    let room = values.iter().take_while(|id| page.is_blank(**id)).count();
    let filled = values.iter().rposition(|id| !page.is_blank(*id)).map_or(0, |i| i + 1);
    match values.get(room..filled) {
        Some(seven) if room > 0 && total_of_seven(page, seven).is_some() => seven,
        _ => values,
    }
}

/// The total of seven figures, where it is the sum of the six before it.
fn total_of_seven(page: &Page, seven: &[SlotId]) -> Option<f64> {
    let figure = |id: &SlotId| match &page.slot(*id).reading {
        Reading::Figure(f) if !f.signed && f.money.is_none() => Some(f.number.value()),
        _ => None,
    };
    let figures: Vec<f64> = seven.iter().map(figure).collect::<Option<_>>()?;
    let (total, kinds) = figures.split_last()?;
    (figures.len() == KINDS && (kinds.iter().sum::<f64>() - total).abs() < 1e-9).then_some(*total)
}

/// The seven cells of a row, where it has neither more nor fewer and its figures sum to the last.
fn seven_that_sum(page: &Page, record: &Record) -> Option<Vec<SlotId>> {
    let figure = |id: &SlotId| match &page.slot(*id).reading {
        Reading::Figure(f) if !f.signed && f.money.is_none() => Some(f.number.value()),
        Reading::Blank => Some(0.0),
        _ => None,
    };
    let figures: Vec<f64> = record.values.iter().map(figure).collect::<Option<_>>()?;
    let (total, kinds) = figures.split_last()?;
    let sums = (kinds.iter().sum::<f64>() - total).abs() < 1e-9;
    let filled = *total > 0.0 || !record.values.iter().any(|id| page.is_blank(*id));
    (figures.len() == KINDS && sums && filled).then(|| record.values.clone())
}

/// The columns in which all rows that count something sum up, where a head that spans too many or too few
/// columns stands beside them.
fn summed_columns(page: &Page, body: &[(usize, usize)], grid: usize) -> Option<(usize, Vec<usize>)> {
    let mut found: Option<Vec<usize>> = None;
    let mut proven = 0;
    for (number, _) in body {
        let Some(record) = with_values(page, *number).filter(|record| record.grid == Some(grid)) else { continue };
        let Some(seven) = seven_that_sum(page, record) else { continue };
        if !seven.last().is_some_and(|total| matches!(&page.slot(*total).reading, Reading::Figure(f) if f.number.value() > 0.0)) {
            continue;
        }
        let columns: Vec<usize> = seven.iter().map(|id| page.slot(*id).column).collect();
        if found.get_or_insert_with(|| columns.clone()) != &columns {
            return None;
        }
        proven += 1;
    }
    // Rows that were pushed aside sum up elsewhere, too: most rows have to end where these do.
    let columns = found.filter(|_| proven >= 2)?;
    let ends = |row: usize| rows::edge(&page.sheet.rows[row].slots);
    let edge = columns.last().map(|last| last + 1);
    let of_grid = body.iter().filter_map(|(number, _)| with_values(page, *number).filter(|record| record.grid == Some(grid)));
    let edges: Vec<usize> = of_grid.filter_map(|record| record.values.first().map(|id| ends(id.row))).collect();
    let alike = edges.iter().filter(|end| Some(**end) == edge).count();
    (alike * 2 > edges.len()).then_some((grid, columns))
}

/// The columns of the seven kinds in a grid without a head that names them: where all rows that are full and
/// sum up have their figures, a label that covers several columns leaving its room blank.
fn columns_of_rows(page: &Page, rows: &[(usize, usize)]) -> Option<(usize, Vec<usize>)> {
    let mut found: Option<(usize, Vec<usize>)> = None;
    let (mut proven, mut positive, mut roomy) = (0, false, false);
    for (number, _) in rows {
        let Some(record) = with_values(page, *number) else { continue };
        let Some(grid) = record.grid else { continue };
        let filled = record.values.iter().rposition(|id| !page.is_blank(*id)).map_or(0, |i| i + 1);
        let Some(from) = filled.checked_sub(KINDS) else { continue };
        let (room, seven) = record.values[..filled].split_at(from);
        let Some(total) = total_of_seven(page, seven) else { continue };
        let columns: Vec<usize> = seven.iter().map(|id| page.slot(*id).column).collect();
        match &found {
            Some(held) if *held != (grid, columns.clone()) => return None,
            _ => found = Some((grid, columns)),
        }
        proven += 1;
        positive |= total > 0.0;
        roomy |= !room.is_empty() && room.iter().all(|id| page.is_blank(*id));
    }
    found.filter(|_| roomy && (positive || proven >= FEWEST_PROVEN))
}

/// A record, or the one after it where label and figures stand in two rows of a grid.
fn with_values<'a>(page: &'a Page<'_>, number: usize) -> Option<&'a Record> {
    let record = &page.records[number];
    if !record.values.is_empty() {
        return Some(record);
    }
    let next = page.records.get(number + 1)?;
    (record.grid.is_some() && next.words.is_empty() && next.grid == record.grid).then_some(next)
}

/// A row whose figures are known to belong to columns.
struct Placed {
    /// Number of its record.
    record: usize,
    /// Number of its item in the form.
    item: usize,
    /// Columns with their cells.
    cells: Vec<(usize, SlotId)>,
}

/// Figures of rows that lost cells, with the columns that the sums of a whole table prove.
fn proven_rows(page: &Page, form: Form, placed: &[Placed], open: &[(usize, usize)], blank: &[usize]) -> Vec<Placed> {
    let items = forms().items(TABLE);
    let figure = |id: &SlotId| match &page.slot(*id).reading {
        Reading::Figure(f) if !f.signed && f.money.is_none() => Some(f.number.value()),
        Reading::Blank | Reading::Dash(_) => Some(0.0),
        _ => None,
    };
    // Every row of the form once: what is not there cannot be summed up.
    let mut found: Vec<usize> = placed.iter().map(|p| p.item).chain(open.iter().map(|o| o.1)).chain(blank.iter().copied()).collect();
    found.sort_unstable();
    let demanded = (0..items.len()).filter(|i| items[*i].kind == ItemKind::Row && items[*i].in_edition(form.as_str()));
    if open.is_empty() || !found.iter().copied().eq(demanded) {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for Placed { item, cells, .. } in placed {
        let mut figures = [0.0; KINDS];
        for (column, id) in cells {
            let Some(value) = figure(id) else { return Vec::new() };
            figures[*column] = value;
        }
        rows.push(short::Row { part: part_of(*item), figures: Figures::Whole(figures) });
    }
    let mut printed = Vec::new();
    for (number, item) in open {
        let Some(record) = with_values(page, *number).filter(|_| !page.records[*number].is_hoisted(TABLE)) else { return Vec::new() };
        let ids: Vec<SlotId> = record.values.iter().copied().filter(|id| !page.is_blank(*id)).collect();
        let Some(figures) = ids.iter().map(figure).collect::<Option<Vec<f64>>>().filter(|f| f.len() < KINDS) else { return Vec::new() };
        rows.push(short::Row { part: part_of(*item), figures: Figures::Short(figures) });
        printed.push(ids);
    }
    let Some(proven) = short::prove(&rows) else { return Vec::new() };
    let columns = proven.into_iter().skip(placed.len());
    let cells = |(ids, columns): (Vec<SlotId>, Vec<Option<usize>>)| -> Vec<(usize, SlotId)> {
        columns.into_iter().zip(ids).filter_map(|(column, id)| Some((column?, id))).collect()
    };
    let cells = printed.into_iter().zip(columns).map(cells);
    open.iter()
        .zip(cells)
        .filter(|(_, cells)| !cells.is_empty())
        .map(|((record, item), cells)| Placed { record: *record, item: *item, cells })
        .collect()
}

/// Tells of rows whose figures are not seven, once for a printing.
fn tell_open(page: &Page, taking: &mut Taking, open: &[(usize, usize)]) {
    let items = forms().items(TABLE);
    let open: Vec<_> = open
        .iter()
        .filter_map(|(number, item)| Some((with_values(page, *number)?, &items[*item])))
        .filter(|(record, _)| record.values.iter().any(|id| !page.is_blank(*id)))
        .collect();
    let Some((first, _)) = open.first() else { return };
    for (record, _) in &open {
        taking.leave(page, record.slots());
    }
    let labels: Vec<&str> = open.iter().map(|(_, item)| item.labels[0].as_str()).collect();
    let codes: Vec<&str> = open.iter().map(|(_, item)| item.code.as_str()).collect();
    taking.notice(
        "table.ambiguous",
        page.span(first),
        &format!("各行数字不足或超过七列，不能确定所属申请人，未取值：{}", labels.join("、")),
        &format!("figures that cannot be told to the seven kinds of applicant were not taken: {}", codes.join(", ")),
    );
}

/// The edition is told by what stands under (六): a figure of its own, or three reasons.
fn edition_of(page: &Page, rows: &[(usize, usize)], aligned: &[Aligned]) -> Option<Form> {
    let items = forms().items(TABLE);
    let only_2021 = |item: usize| items[item].kind == ItemKind::Row && !items[item].in_edition("2019");
    if aligned.iter().any(
        |a| matches!(a, Aligned::At(item) if only_2021(*item) && items[*item].code != "applications.result/outcome/other.miscellaneous"),
    ) {
        return Some(Form::F2021);
    }
    let other = item_of("applications.result/outcome/other");
    rows.iter().any(|(number, item)| Some(*item) == other && !page.records[*number].values.is_empty()).then_some(Form::F2019)
}

/// The grid columns of the seven kinds of applicant.
struct Heads {
    /// Grid and its columns.
    grid: Option<(usize, Vec<usize>)>,
    /// Whether a column that the form does not have stands among the seven: the number of figures in a
    /// row then proves nothing.
    foreign: bool,
    /// The kinds in the order of their figures, where the head names each once and in an order of its own.
    order: Option<Vec<usize>>,
}

/// Whether the head above record `first` names all seven kinds and something else among or after them, or in
/// an order that is not the form's: of one row, or of two with the organisations in the lower; and that order.
/// Of two rows, one unknown word after the natural persons is what heads the organisations, damaged.
fn foreign_head(page: &Page, first: usize) -> (bool, Option<Vec<usize>>) {
    let items = forms().items(TABLE);
    let columns: Vec<usize> = (0..items.len()).filter(|i| items[*i].kind == ItemKind::Column).collect();
    let (mut kinds, mut others) = (Vec::new(), 0);
    let (mut headed, mut after_persons) = (false, 0);
    // How many kinds stand before the words that head the organisations.
    let mut organisations = None;
    let above = first.saturating_sub(11);
    // The label of a full row above the first that is known stands in the body, whatever damage made of it.
    let heads = |record: &'_ Record| {
        let is_row = record.values.iter().filter(|id| !page.is_blank(**id)).count() >= KINDS;
        let is_damaged = is_row && matches!(record.words.last(), Some(Word::Unknown(..)));
        record.words.len() - usize::from(is_damaged)
    };
    for word in page.records[above..=first].iter().flat_map(|record| &record.words[..heads(record)]) {
        match word {
            Word::Label(hit) if hit.is(TABLE, ItemKind::Row) && !hit.is(TABLE, ItemKind::Column) => {
                if !kinds.is_empty() {
                    break;
                }
            }
            Word::Label(hit) if hit.is(TABLE, ItemKind::Column) => {
                kinds.extend(hit.in_table(TABLE, ItemKind::Column).next().and_then(|i| columns.iter().position(|c| *c == i)));
            }
            Word::Label(hit) if hit.is(TABLE, ItemKind::Remark) || hit.is(TABLE, ItemKind::Heading) => {
                headed |= kinds == [0];
                if page.text.get(hit.span.clone()).is_some_and(|words| words.contains(ORGANISATIONS)) {
                    organisations = Some(kinds.len());
                }
            }
            _ if kinds == [0] => after_persons += 1,
            _ => others += usize::from(!kinds.is_empty()),
        }
    }
    let one_row: Vec<usize> = (0..KINDS).collect();
    // The total stands above the organisations where these have a row of their own.
    let two_rows: Vec<usize> = [0, KINDS - 1].into_iter().chain(1..KINDS - 1).collect();
    let unknown = if kinds == two_rows && !headed && after_persons == 1 { others } else { others + after_persons };
    let is_of_form = kinds == one_row || kinds == two_rows;
    let foreign = kinds.len() == KINDS && (unknown > 0 || !is_of_form);
    let order = if foreign && unknown == 0 && !is_of_form { order_of(kinds, organisations) } else { None };
    (foreign, order)
}

/// What heads the organisations.
const ORGANISATIONS: &str = "法人";

/// The order of the figures below a head that names `kinds` in this order, each once: those that the lower of two rows
/// names stand where the upper one names the organisations, which is behind as many kinds.
fn order_of(kinds: Vec<usize>, organisations: Option<usize>) -> Option<Vec<usize>> {
    if (0..KINDS).any(|kind| !kinds.contains(&kind)) {
        return None;
    }
    let is_organisation = |kind: &usize| (1..KINDS - 1).contains(kind);
    let upper = kinds.iter().take_while(|kind| !is_organisation(kind)).count();
    let (tops, rest) = kinds.split_at(upper);
    match organisations.filter(|before| *before <= upper && rest.iter().all(is_organisation)) {
        Some(before) => Some([&tops[..before], rest, &tops[before..]].concat()),
        None => Some(kinds),
    }
}

/// Whether an order of the head's own is that of the figures. Sums prove where the total stands: nearly all rows sum up
/// so, and not all of them in the order of the form. The kinds may change places only where a grid has their heads in
/// one row; lines of text can name the cells of a head in any order.
fn is_proven(page: &Page, rows: &[(usize, usize)], order: &[usize]) -> bool {
    let total = KINDS - 1;
    let in_form_order = order.iter().filter(|kind| **kind != total).is_sorted();
    let moved = order.last() != Some(&total);
    let (mut full, mut held, mut otherwise, mut in_lines) = (0, 0, 0, false);
    for (number, _) in rows {
        let Some(record) = with_values(page, *number) else { continue };
        let Cells::Exact(ids) = take::cells(page, &record.values, KINDS) else { continue };
        full += 1;
        in_lines |= record.grid.is_none();
        held += usize::from(in_turn(page, &ids, order).is_some());
        otherwise += usize::from(total_of_seven(page, &ids).is_none());
    }
    full > 0 && held * 10 >= full * 9 && (!moved || otherwise > 0) && (in_form_order || !in_lines)
}

/// Seven figures in the order of the form, where they stand in another and their total is the sum of the kinds.
fn in_turn(page: &Page, ids: &[SlotId], order: &[usize]) -> Option<Vec<SlotId>> {
    let seven: Vec<SlotId> = (0..KINDS).map(|kind| Some(ids[order.iter().position(|held| *held == kind)?])).collect::<Option<_>>()?;
    total_of_seven(page, &seven).map(|_| seven)
}

/// Whether no two places are one.
fn apart(ids: &[SlotId]) -> bool {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).all(|w| w[0] < w[1])
}

enum Located {
    At(Vec<SlotId>),
    /// The row lacks a cell.
    Lost,
    /// The head tells no columns.
    NoGrid,
}

impl Heads {
    /// Reads the head above record `first`.
    fn of(page: &Page, first: usize) -> Self {
        let items = forms().items(TABLE);
        let columns: Vec<usize> = (0..items.len()).filter(|i| items[*i].kind == ItemKind::Column).collect();
        let grid = page.records[first].grid;
        let (foreign, order) = foreign_head(page, first);
        let mut places: Vec<Vec<&Slot>> = vec![Vec::new(); columns.len()];
        let mut head_grid = None;
        // The head stands in the rows above the first row of the body, in this grid or the one before.
        for record in page.records[..=first].iter().rev().take(12) {
            let Some(g) = record.grid else { break };
            if grid.is_none_or(|body| body != g && body != g + 1) {
                break;
            }
            for (hit, place) in record.hits() {
                if let Some(column) = hit.in_table(TABLE, ItemKind::Column).next().and_then(|i| columns.iter().position(|c| *c == i)) {
                    head_grid = Some(g);
                    // Where each place has a cell, a row of the head that ends elsewhere than the others is a piece of one:
                    // where its words stand says nothing.
                    let shape = page.sheet.grids[g];
                    if shape.spanned || rows::edge(&page.sheet.rows[place.row].slots) == shape.edge {
                        places[column].push(page.slot(place));
                    }
                }
            }
        }
        // The organisations may have a sum of their own.
        let is_subtotal = |slot: &&Slot| page.text.get(slot.span.clone()).is_some_and(|words| words.contains("小计"));
        for places in &mut places {
            if places.iter().filter(|slot| !is_subtotal(slot)).count() == 1 {
                places.retain(|slot| !is_subtotal(slot));
            }
        }
        let same_shape = |a: usize, b: usize| page.sheet.grids[a].columns == page.sheet.grids[b].columns;
        let (Some(body), Some(head)) = (grid, head_grid) else { return Self { grid: None, foreign, order } };
        if !same_shape(body, head) {
            return Self { grid: None, foreign, order };
        }
        let mut known: Vec<Option<usize>> =
            places.iter().map(|p| if p.len() == 1 { p.first().map(|slot| slot.column) } else { None }).collect();
        // One lost word between two that are known, or at an end of the row.
        let lost: Vec<usize> = (0..known.len()).filter(|i| known[*i].is_none()).collect();
        if let [lost] = lost[..] {
            let before = lost.checked_sub(1).and_then(|i| known[i]);
            let edge = page.sheet.grids[body].edge;
            known[lost] = match (before, known.get(lost + 1).copied().flatten()) {
                (Some(before), Some(after)) if after == before + 2 => Some(before + 1),
                (None, Some(after)) => after.checked_sub(1),
                (Some(before), None) if before + 2 == edge => Some(before + 1),
                _ => None,
            };
        }
        let found: Vec<usize> = known.into_iter().flatten().collect();
        // Kinds in an order of the page's own are known by their columns, where each has one of its own.
        let mut sorted = found.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let whole = found.len() == columns.len() && sorted.len() == found.len();
        Self { grid: whole.then_some((body, found)), foreign, order }
    }

    /// Whether rows have a figure between their label and the seven: their code. In a table without codes it
    /// shows that a row was pushed aside.
    fn has_codes(&self, page: &Page, rows: &[(usize, usize)]) -> bool {
        let coded = rows.iter().filter_map(|(number, _)| with_values(page, *number)).filter(|record| self.is_coded(page, record));
        coded.count() * 2 > rows.len()
    }

    fn is_coded(&self, page: &Page, record: &Record) -> bool {
        let Some(first) = self.grid.as_ref().and_then(|(_, columns)| columns.iter().min()) else { return false };
        record.values.iter().any(|id| page.slot(*id).column < *first && !page.is_blank(*id))
    }

    fn locate(&self, page: &Page, record: &Record, coded: bool) -> Located {
        let Some((grid, columns)) = &self.grid else { return Located::NoGrid };
        let (Some(row), Some(g)) = (record.values.first().map(|v| v.row), record.grid) else { return Located::NoGrid };
        if g != *grid && page.sheet.grids[g].columns != page.sheet.grids[*grid].columns {
            return Located::NoGrid;
        }
        let shape = page.sheet.grids[g];
        let ids: Option<Vec<SlotId>> = columns.iter().map(|c| page.cell(row, *c)).collect();
        // The label stands left of the figures, or the head was pushed aside.
        let end = |place: &SlotId| page.slot(*place).column + page.slot(*place).colspan;
        let labelled = record.places.iter().all(|place| columns.iter().all(|column| end(place) <= *column));
        // A row that ends elsewhere than the others has lost a cell, or a lost row pushed it aside.
        let placed = rows::edge(&page.sheet.rows[row].slots) == shape.edge && (coded || !self.is_coded(page, record));
        match ids {
            Some(ids) if placed && labelled && apart(&ids) => Located::At(ids),
            _ if shape.spanned => Located::Lost,
            _ => Located::NoGrid,
        }
    }
}
