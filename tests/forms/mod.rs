//! Random valid forms, printed in many layouts and read back: every figure, or a missing one; none wrong.

mod ledger;
mod printed;
mod random;

use ogi::check::{Severity, check};
use ogi::extract::{Applicant, Period, Qualifier};
use ogi::knowledge::codebook;
use ogi::read::Hints;

use crate::scaled;
use ledger::{Ledger, read, read_page, read_text};
use printed::{Promise, a_cell_a_line, as_files, as_grids, as_page, as_texts, join, labels_first, lines, unrolled};
use random::{Form, Printed, Truth, cell, is_of_figure, random_form};

/// The rounds of a test that takes so many on a small machine; one alone where `OGI_TEST_ROUND` names it.
fn rounds(count: u64) -> std::ops::Range<u64> {
    let alone = std::env::var("OGI_TEST_ROUND").ok().and_then(|round| round.parse().ok());
    alone.map_or(0..scaled(count), |round: u64| round..round + 1)
}

/// The random numbers of a round: each depends on no other.
fn round_of(test: u64, round: u64) -> fastrand::Rng {
    fastrand::Rng::with_seed(test * 1_000_003 + round)
}

/// Editions by turns.
const EDITIONS: [u16; 3] = [2014, 2019, 2021];

/// Damage that moves cells to other columns: rows whose merged labels no longer fit, rows that are too short.
const SLIDES: [&str; 3] = ["a lost row", "a lost cell", "a foreign row"];
/// Layouts that fill up short rows with blank cells, after which nothing shows that cells have moved.
const FILLED_UP: [&str; 5] = ["XLSX", "XLS", "PDF", "PDF without ruling lines", "crawler's pipes"];

/// Reads a form in every layout and format.
fn print_and_read(ledger: &mut Ledger, number: usize, form: &Form, spread: usize, harm: Option<&str>) {
    let name = |layout: &str| harm.map_or_else(|| layout.to_owned(), |harm| format!("{layout}, {harm}"));
    let promise = |promise: Promise| if harm.is_some() { Promise::Some } else { promise };
    let grids = as_grids(form);
    ledger.compare(number, &name("grids"), promise(Promise::All), form, &read(&grids), &format!("{:?}", form.tables));
    for (layout, closed) in [("a page", true), ("a page without end tags", false)] {
        let page = as_page(form, closed);
        ledger.compare(number, &name(layout), promise(Promise::All), form, &read_page(&page), &page);
    }
    let traceless = |layout: &str| harm.is_some_and(|harm| SLIDES.contains(&harm)) && FILLED_UP.contains(&layout);
    for (layout, promised, bytes) in as_files(form).into_iter().filter(|(layout, ..)| !traceless(layout)) {
        let document = ogi::read::read(&bytes, &Hints::default()).unwrap_or_else(|error| panic!("{layout}: {error}"));
        ledger.compare(number, &name(layout), promise(promised), form, &read(&document), &document.text);
    }
    for (layout, promised, text) in as_texts(form, spread).into_iter().filter(|(layout, ..)| !traceless(layout)) {
        ledger.compare(number, &name(layout), promise(promised), form, &read_text(&text), &text);
    }
}

#[test]
fn forms_come_back_from_every_layout() {
    let mut ledger = Ledger::default();
    for round in rounds(60) {
        let number = usize::try_from(round).unwrap();
        let mut rng = round_of(7, round);
        let edition = EDITIONS[number % 3];
        let blank_share = [0.0, 0.0, 0.3, 0.9][(number / 3) % 4];
        let form = random_form(&mut rng, edition, blank_share);
        print_and_read(&mut ledger, number, &form, rng.usize(..4), None);
        let read = read(&as_grids(&form));
        assert_eq!(
            read.facts.iter().filter(|f| f.qualifier == Qualifier::Blank).count(),
            form.truth.values().filter(|v| v.is_none()).count(),
            "blank cells of {edition}"
        );
        let findings = check(&read).findings;
        assert!(findings.iter().all(|f| f.severity != Severity::Error), "form {number}: {findings:#?}");
    }
    ledger.close();
}

/// The seven columns of applicants in another order than the form's.
fn with_total_first(table: &Printed) -> Printed {
    let moved = |row: &Vec<(String, usize, usize)>| {
        let mut row = row.clone();
        // In the head the total stands after the kinds, below at the end of the row.
        let total = row.iter().rposition(|c| c.0 == "总计").or((row.len() > 7).then(|| row.len() - 1));
        if let Some(total) = total {
            let cell = row.remove(total);
            let first = if row.len() > 6 { row.len() - 6 } else { 0 };
            row.insert(first, cell);
        }
        row
    };
    table.iter().map(moved).collect()
}

/// A table on its side.
fn turned(table: &Printed) -> Printed {
    let rows = unrolled(table);
    (0..rows[0].len()).map(|column| rows.iter().map(|row| cell(&row[column], 1, 1)).collect()).collect()
}

/// Figures are known by what heads their column, wherever it stands.
#[test]
fn columns_in_another_order_are_those_of_their_heads() {
    let mut ledger = Ledger::default();
    for round in rounds(6) {
        let number = usize::try_from(round).unwrap();
        let mut rng = round_of(31, round);
        let mut form = random_form(&mut rng, EDITIONS[1 + number % 2], [0.0, 0.4][number % 2]);
        form.tables[1].1 = with_total_first(&form.tables[1].1);
        ledger.compare(number, "total first", Promise::All, &form, &read(&as_grids(&form)), "");
        // In lines only the sums say where the total stands.
        let text = lines(&form, |t| join(t, " ", ""));
        ledger.compare(number, "total first in lines", Promise::Some, &form, &read_text(&text), &text);
        let results = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"];
        let groups = ["行政复议", "未经复议直接起诉", "复议后起诉"];
        let mut review: Printed = vec![std::iter::once("").chain(results).map(|t| cell(t, 1, 1)).collect()];
        let figures = form.tables[2].1.last().unwrap().clone();
        for (group, figures) in groups.iter().zip(figures.chunks(5)) {
            review.push(std::iter::once(cell(group, 1, 1)).chain(figures.iter().cloned()).collect());
        }
        form.tables[2].1 = turned(&review);
        ledger.compare(number, "reviews on their side", Promise::All, &form, &read_page(&as_page(&form, true)), "");
    }
    ledger.close();
}

/// A head that spans too many or too few columns, or labels that span too few: the sums say which columns are meant.
#[test]
fn spans_that_do_not_fit_the_head_move_no_figure() {
    let mut ledger = Ledger::default();
    for round in rounds(6) {
        let number = usize::try_from(round).unwrap();
        let mut rng = round_of(37, round);
        let form = random_form(&mut rng, EDITIONS[1 + number % 2], 0.0);
        for corner in [2, 4] {
            let mut form = Form { tables: form.tables.clone(), truth: form.truth.clone() };
            form.tables[1].1[0][0].2 = corner;
            ledger.compare(number, "another corner", Promise::All, &form, &read(&as_grids(&form)), "");
        }
        let mut form = Form { tables: form.tables.clone(), truth: form.truth.clone() };
        for cell in form.tables[1].1.iter_mut().skip(3).flatten() {
            cell.2 = 1;
        }
        ledger.compare(number, "labels of one column", Promise::All, &form, &read(&as_grids(&form)), "");
    }
    ledger.close();
}

/// The number of a row that stands apart before its label is no figure of the row above.
#[test]
fn numbers_of_rows_are_no_figures() {
    let table = "第二十条第（一）项\n序号 信息内容 本年制发件数 本年废止件数 现行有效件数\n1 规章 3 1 20\n2 行政规范性文件 5 2\n";
    let read = read_text(&format!("二、主动公开政府信息情况\n{table}三、收到和处理政府信息公开申请情况\n"));
    let values: Vec<_> = read.facts.iter().map(|fact| fact.value).collect();
    assert_eq!(values, [Some(3.0), Some(1.0), Some(20.0)], "{:?}", read.notices);
}

/// The table of applications with a column that counts its rows, behind their labels or before them.
fn numbered(form: &Form, before: bool) -> Form {
    let mut table = form.tables[1].1.clone();
    let head = if before { 0 } else { 1 };
    table[0].insert(head, cell(if before { "序号" } else { "行次" }, 3, 1));
    for (number, row) in table.iter_mut().skip(3).enumerate() {
        let at = if before { 0 } else { row.len() - 7 };
        row.insert(at, cell(&(number + 1).to_string(), 1, 1));
    }
    alone(form, table)
}

/// A form of which only the table of applications is printed.
fn alone(form: &Form, table: Printed) -> Form {
    let truth = form.truth.iter().filter(|((code, _), _)| code.starts_with("applications.")).map(|(key, value)| (key.clone(), *value));
    Form { tables: vec![("三、收到和处理政府信息公开申请情况", table)], truth: truth.collect() }
}

/// A column that counts 1, 2, 3 down the rows of a table is no column of figures, whatever way the table is set.
#[test]
fn numbers_of_rows_in_a_column_are_no_figures() {
    let mut ledger = Ledger::default();
    for round in rounds(6) {
        let number = usize::try_from(round).unwrap();
        let mut rng = round_of(41, round);
        let form = random_form(&mut rng, EDITIONS[1 + number % 2], [0.0, 0.3][number / 2 % 2]);
        for before in [false, true] {
            let form = numbered(&form, before);
            let name = if before { "numbers before labels" } else { "numbers behind labels" };
            print_and_read(&mut ledger, number, &form, 1, Some(name));
            let cells = |t: &Printed| t.iter().flatten().filter(|c| !c.0.is_empty()).map(|c| format!("{}\n", c.0)).collect();
            for (layout, text) in [
                ("tabs", lines(&form, |t| join(t, "\t", ""))),
                ("pipes", lines(&form, |t| join(t, " | ", " |"))),
                ("blanks", lines(&form, |t| join(t, " ", ""))),
                ("a cell a line", lines(&form, cells)),
                ("one line", lines(&form, |t| join(t, " ", "").replace('\n', " "))),
            ] {
                ledger.compare(number, &format!("{layout}, {name}"), Promise::AllIfFull, &form, &read_text(&text), &text);
            }
        }
    }
    ledger.close();
}

/// A blank line is a blank cell where all rows of a table take as many lines.
#[test]
fn blank_lines_are_cells_where_all_rows_have_as_many_lines() {
    let mut ledger = Ledger::default();
    for round in rounds(8) {
        let number = usize::try_from(round).unwrap();
        let mut rng = round_of(43, round);
        let form = random_form(&mut rng, EDITIONS[1 + number % 2], 0.15);
        let form = alone(&form, form.tables[1].1.clone());
        for end in ["\n", "\n\n"] {
            let text = lines(&form, |t| a_cell_a_line(t, end)) + "\n四、政府信息公开行政复议、行政诉讼情况\n无。\n";
            ledger.compare(number, "blank lines", Promise::All, &form, &read_text(&text), &text);
            // One blank line is lost, or one too many: which cell is blank is not known.
            let blanks: Vec<usize> = text.match_indices("\n\n").map(|(at, _)| at).collect();
            let at = blanks[rng.usize(..blanks.len())];
            for damaged in [format!("{}{}", &text[..at], &text[at + 1..]), format!("{}\n{}", &text[..at], &text[at..])] {
                ledger.compare(number, "a blank line too few or too many", Promise::Some, &form, &read_text(&damaged), &damaged);
            }
        }
    }
    ledger.close();
}

/// Labels that stand before all figures are paired with them by their order where every sum of the form holds.
#[test]
fn labels_before_all_figures_need_every_sum() {
    let mut ledger = Ledger::default();
    for round in rounds(6) {
        let number = usize::try_from(round).unwrap();
        let mut rng = round_of(47, round);
        let form = random_form(&mut rng, EDITIONS[1 + number % 2], 0.0);
        let form = alone(&form, form.tables[1].1.clone());
        let text = labels_first(&form);
        ledger.compare(number, "labels first", Promise::All, &form, &read_text(&text), &text);
        let mut broken = alone(&form, form.tables[0].1.clone());
        let row = 3 + rng.usize(..broken.tables[0].1.len() - 3);
        let last = broken.tables[0].1[row].len() - 1;
        let figure = &mut broken.tables[0].1[row][last - rng.usize(..7)].0;
        *figure = (figure.parse::<u32>().unwrap() + 1).to_string();
        let mut lost = alone(&form, form.tables[0].1.clone());
        let row = 3 + rng.usize(..lost.tables[0].1.len() - 3);
        lost.tables[0].1[row].pop();
        for form in [broken, lost] {
            let read = read_text(&labels_first(&form));
            let told: Vec<_> = read.notices.iter().map(|notice| notice.check).collect();
            assert_eq!((read.facts.len(), told), (0, vec!["table.ambiguous"]));
        }
    }
    ledger.close();
}

/// All figures of a row in one cell are as many as the form has columns, or none is taken.
#[test]
fn figures_of_a_row_in_one_cell_are_told_apart() {
    let table = "第二十条第（五）项\t\n信息内容\t上一年项目数量 本年增/减 处理决定数量\n行政许可\t12 增3 0\n其他对外管理服务事项\t5 7\n";
    let read = read_text(&format!("二、主动公开政府信息情况\n{table}三、收到和处理政府信息公开申请情况\n"));
    let values: Vec<_> = read.facts.iter().map(|fact| fact.value).collect();
    assert_eq!(values, [Some(12.0), Some(3.0), Some(0.0)], "{:?}", read.notices);
    assert_eq!(read.notices.len(), 1);
}

/// 收到申请数12件 on a line of its own is a row of the annex.
#[test]
fn label_figure_and_unit_in_one_line_are_a_row() {
    let mut rng = fastrand::Rng::with_seed(5);
    let form = random_form(&mut rng, 2014, 0.0);
    for between in ["", "："] {
        let row = |r: &Vec<(String, usize, usize)>| {
            if r[2].0.is_empty() { r[0].0.clone() } else { format!("{}{between}{}{}", r[0].0, r[2].0, r[1].0) }
        };
        let text = lines(&form, |t| t.iter().skip(1).map(|r| row(r) + "\n").collect());
        let mut ledger = Ledger::default();
        ledger.compare(0, "label, figure and unit", Promise::All, &form, &read_text(&text), &text);
        ledger.close();
    }
}

/// The annex of 2014 with other columns than the national form's: what its first row says.
#[test]
fn columns_are_what_their_head_says() {
    use Period::{Cumulative, PreviousYear, Year};
    type Column = (&'static str, Period, &'static str);
    let cases: &[(&[&str], &[Column])] = &[
        (&["统计数"], &[("4000", Year, "")]),
        (&["统计结果（个）"], &[("4000", Year, "")]),
        (&["2016年"], &[("4000", Year, "")]),
        (&["填报情况"], &[("4000", Year, "")]),
        (&["本年", "历年累计"], &[("4000", Year, ""), ("4001", Cumulative, "")]),
        (&["本年度", "累计"], &[("4000", Year, ""), ("4001", Cumulative, "")]),
        (&["2016年度", "2008年以来累计"], &[("4000", Year, ""), ("4001", Cumulative, "")]),
        (&["2015年", "2016年"], &[("4000", PreviousYear, ""), ("4001", Year, "")]),
        (&["数量", "同比增减"], &[("4000", Year, "")]),
        (&["区政府", "区直单位", "乡镇街道"], &[("4000", Year, "区政府"), ("4001", Year, "区直单位"), ("4002", Year, "乡镇街道")]),
        (&["合计", "市直部门"], &[("4000", Year, ""), ("4001", Year, "市直部门")]),
    ];
    let mut rng = fastrand::Rng::with_seed(3);
    let form = random_form(&mut rng, 2014, 0.0);
    for (heads, expected) in cases {
        let mut table = form.tables[0].1.clone();
        for (n, row) in table.iter_mut().enumerate() {
            let heading = row[2].0.is_empty();
            row.truncate(2);
            for (column, head) in heads.iter().enumerate() {
                let figure = if n == 0 { (*head).to_owned() } else { (4000 + column).to_string() };
                row.push(cell(if heading && n > 0 { "" } else { &figure }, 1, 1));
            }
        }
        let printed = Form { tables: vec![("某市2016年政府信息公开工作年度报告", table)], truth: Truth::new() };
        let text = lines(&printed, |t| t.iter().map(|r| r.iter().map(|c| c.0.as_str()).collect::<Vec<_>>().join(" | ") + " |\n").collect());
        for read in [read(&as_grids(&printed)), read_text(&text), read_text(&lines(&printed, |t| join(t, " ", "")))] {
            let mut first: Vec<(String, Period, String)> = read
                .facts
                .iter()
                .filter(|f| codebook()[f.code].indicator == "complaints.cases")
                .map(|f| (f.value.unwrap_or_default().to_string(), f.period, f.subject.clone()))
                .collect();
            first.sort_by(|a, b| a.0.cmp(&b.0));
            let expected: Vec<_> = expected.iter().map(|(v, p, s)| ((*v).to_owned(), *p, (*s).to_owned())).collect();
            assert_eq!(first, expected, "{heads:?}");
        }
    }
}

/// What a page lost, or has too much.
fn damage(rng: &mut fastrand::Rng, form: &mut Form) -> &'static str {
    let n = rng.usize(..form.tables.len());
    let table = &mut form.tables[n].1;
    let is_figure = |c: &(String, usize, usize)| c.0.is_empty() || c.0.chars().all(is_of_figure);
    let row = rng.usize(..table.len());
    match rng.u8(..5) {
        0 => {
            table.remove(row);
            "a lost row"
        }
        1 => {
            let figures: Vec<usize> = (0..table[row].len()).filter(|c| is_figure(&table[row][*c])).collect();
            if let Some(cell) = figures.get(rng.usize(..figures.len().max(1))) {
                table[row].remove(*cell);
            }
            "a lost cell"
        }
        2 => {
            let cell = rng.usize(..table[row].len());
            if !is_figure(&table[row][cell]) {
                table[row][cell].0.clear();
            }
            "a lost word"
        }
        3 => {
            let (head, figure) = if rng.bool() { ("上年数", "7") } else { ("备注", "") };
            for row in table.iter_mut() {
                row.push(cell(if row.iter().any(is_figure) { figure } else { head }, 1, 1));
            }
            "a foreign column"
        }
        _ => {
            let label = ["其他主动公开文件", "本行政机关自设项目", "其中：涉及企业的"][rng.usize(..3)];
            let mut row = table[row].clone();
            for (n, cell) in row.iter_mut().enumerate() {
                cell.0 = if n == 0 { label.to_owned() } else { "9".to_owned() };
                cell.1 = 1;
            }
            let at = rng.usize(..=table.len());
            table.insert(at, row);
            "a foreign row"
        }
    }
}

#[test]
fn damaged_forms_yield_no_wrong_figure() {
    let mut ledger = Ledger::default();
    for round in rounds(90) {
        let number = usize::try_from(round).unwrap();
        let mut rng = round_of(23, round);
        let blank_share = [0.0, 0.3, 0.8][(number / 3) % 3];
        let mut form = random_form(&mut rng, EDITIONS[number % 3], blank_share);
        let harm = damage(&mut rng, &mut form);
        print_and_read(&mut ledger, number, &form, rng.usize(..4), Some(harm));
    }
    ledger.close();
}

/// Fifteen figures without labels stand for the table of reviews only where they prove it; else a finding says
/// that there are figures which were not taken.
#[test]
fn figures_without_labels_are_taken_or_told_of() {
    let whole = [3, 1, 0, 2, 6, 4, 0, 1, 0, 5, 2, 2, 0, 0, 4];
    let read_figures = |figures: &[u32], between: &str| {
        let figures: Vec<String> = figures.iter().map(u32::to_string).collect();
        read_text(&format!("四、政府信息公开行政复议、行政诉讼情况\n{}\n五、存在的主要问题及改进情况\n无。\n", figures.join(between)))
    };
    for between in [" ", "\t", " | "] {
        let read = read_figures(&whole, between);
        assert_eq!((read.facts.len(), read.notices.len()), (15, 0), "{between:?}: {:?}", read.notices);
        let mut unequal = whole;
        unequal[4] += 1;
        let one_more = [&whole[..], &[1]].concat();
        for figures in [&whole[..14], &whole[1..], &one_more, &unequal] {
            let read = read_figures(figures, between);
            let told: Vec<_> = read.notices.iter().map(|notice| notice.check).collect();
            assert_eq!((read.facts.len(), told), (0, vec!["table.ambiguous"]), "{between:?}: {figures:?} {:?}", read.facts);
        }
    }
}

/// A blank cell dropped and a foreign figure at the end leave as many figures as the form has columns.
#[test]
fn a_foreign_column_does_not_fill_a_gap() {
    let results = "结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计";
    let head =
        format!("行政复议 | 行政诉讼 | 上年数 |\n{results} | 未经复议直接起诉 | 复议后起诉 | 上年数 |\n{results} | {results} | 上年数 |");
    let read = |figures: &str| read_text(&format!("四、政府信息公开行政复议、行政诉讼情况\n{head}\n{figures} |\n"));
    let slid = read("11 | 18 | 24 | 27 | 80 | 16 | 19 | 24 | 24 | 83 | 20 | 14 | 3 | 47 | 7");
    assert_eq!((slid.facts.len(), slid.notices.first().map(|notice| notice.check)), (0, Some("table.ambiguous")));
}

/// Indicators whose figures stand in no sum of their form, or only below a whole.
fn is_beyond_sums(indicator: &str) -> bool {
    ["article20.", "proactive.", "response.", "complaints.", "fees.", "meetings.", "training."].iter().any(|i| indicator.starts_with(i))
        || ["organisation.units", "organisation.reading_points", "organisation.budget"].contains(&indicator)
}

#[test]
fn a_changed_figure_breaks_a_sum() {
    let mut rng = fastrand::Rng::with_seed(11);
    let (mut changed, mut noticed) = (0, 0);
    for round in (0..scaled(30)).map(|round| usize::try_from(round).unwrap()) {
        let form = random_form(&mut rng, [2014, 2019, 2021][round % 3], 0.0);
        let mut read = read(&as_grids(&form));
        let in_sums = |n: &usize| !is_beyond_sums(&codebook()[read.facts[*n].code].indicator);
        let candidates: Vec<usize> = (0..read.facts.len()).filter(in_sums).collect();
        for _ in 0..8 {
            let n = candidates[rng.usize(..candidates.len())];
            let value = read.facts[n].value;
            let by = f64::from(rng.u32(1..50));
            read.facts[n].value = value.map(|v| if rng.bool() && v >= by { v - by } else { v + by });
            let checks = check(&read);
            let errors: Vec<_> = checks.findings.iter().filter(|f| f.severity == Severity::Error).collect();
            changed += 1;
            noticed += usize::from(!errors.is_empty());
            if read.facts[n].applicant != Applicant::None {
                assert!(errors.iter().any(|f| f.check == "applications.applicants_sum"), "the row");
                assert!(errors.iter().any(|f| f.applicant == read.facts[n].applicant.as_str()), "the column");
            }
            read.facts[n].value = value;
        }
    }
    assert_eq!(noticed, changed);
}
