//! Tables as pages print them, and the figures that are taken.

use super::extract;
use crate::extract::{Origin, Period};
use crate::knowledge::codebook;
use crate::read::{Hints, read};
use crate::repair::repair;

/// The figures of the year and of the body as a whole: `code[applicant] value`.
fn figures(page: &str, year: i16) -> Vec<String> {
    let Ok(document) = read(page.as_bytes(), &Hints::default()) else { return vec!["unread".to_owned()] };
    let taken = extract(&repair(&document), Some(year));
    let own = taken.facts.iter().filter(|f| f.period == Period::Year && f.subject.is_empty() && f.origin == Origin::Table);
    own.map(|fact| {
        let code = &codebook()[fact.code];
        let names = [&code.indicator, &code.dimension, &code.category].map(String::as_str);
        let value = fact.value.map_or_else(|| fact.qualifier.as_str().to_owned(), |value| value.to_string());
        let applicant = fact.applicant.as_str();
        let applicant = if applicant.is_empty() { String::new() } else { format!("[{applicant}]") };
        format!("{}{applicant} {value}", names.join("/").trim_end_matches('/'))
    })
    .collect()
}

/// A page of HTML with one table; a cell is parted from the next by `|`, and `3*2:` before it are its columns and rows.
fn page(heading: &str, rows: &[&str]) -> String {
    let cell = |cell: &str| {
        let (spans, text) = cell.split_once(':').unwrap_or(("1*1", cell));
        let (columns, rows) = spans.split_once('*').unwrap_or((spans, "1"));
        format!("<td colspan={columns} rowspan={rows}>{text}</td>")
    };
    let row = |row: &&str| format!("<tr>{}</tr>", row.split('|').map(cell).collect::<String>());
    let title = "<title>某某县政府信息公开年度报告</title>";
    format!(
        "<html><head><meta charset=utf-8>{title}</head><body><p>{heading}</p><table>{}</table></body></html>",
        rows.iter().map(row).collect::<String>()
    )
}

const RESULTS: &str = "结果维持 结果纠正 其他结果 尚未审结 总计";

fn of(figures: &[String], code: &str) -> Vec<String> {
    figures.iter().filter_map(|figure| figure.strip_prefix(code)).map(str::to_owned).collect()
}

#[test]
fn the_review_table_is_read_in_the_order_of_its_head() {
    let section = "四、政府信息公开行政复议、行政诉讼情况";
    let end = "五、存在的主要问题及改进情况";
    let below = format!("{RESULTS} {RESULTS}");
    let swapped =
        format!("{section}\n行政复议 行政诉讼\n{RESULTS} 复议后起诉 未经复议直接起诉\n{below}\n3 1 2 1 7 5 0 0 1 6 2 0 1 4 7\n{end}");
    let first =
        format!("{section}\n行政诉讼 行政复议\n未经复议直接起诉 复议后起诉 {RESULTS}\n{below}\n2 0 1 4 7 5 0 0 1 6 3 1 2 1 7\n{end}");
    for text in [&swapped, &first, &swapped.replace(' ', "\n"), &first.replace(' ', "\n")] {
        let read = figures(text, 2022);
        assert_eq!(of(&read, "reconsideration.cases/result/upheld"), [" 3"], "{text}");
        assert_eq!(of(&read, "litigation_direct.cases/result/upheld"), [" 2"], "{text}");
        assert_eq!(of(&read, "litigation_after_reconsideration.cases/result/upheld"), [" 5"], "{text}");
    }
}

#[test]
fn a_heading_names_the_group_of_its_table() {
    let table = |group: &str, row: &str| format!("### {group}\n| {} |\n|---|---|---|---|---|\n| {row} |\n\n", RESULTS.replace(' ', " | "));
    let text = [
        "四、政府信息公开行政复议、行政诉讼情况\n\n".to_owned(),
        table("行政复议", "3 | 1 | 2 | 1 | 7"),
        table("行政诉讼（未经复议直接起诉）", "2 | 0 | 1 | 4 | 7"),
        table("行政诉讼（复议后起诉）", "5 | 0 | 0 | 1 | 6"),
    ];
    let read = figures(&text.concat(), 2022);
    assert_eq!(read.len(), 15);
    assert_eq!(of(&read, "litigation_after_reconsideration.cases/result/upheld"), [" 5"]);
}

#[test]
fn bars_that_merged_cells_leave_are_no_cells() {
    let below = format!("{RESULTS} {RESULTS}").replace(' ', " |\n");
    let results = RESULTS.replace(' ', " |\n");
    let cells =
        |cells: &str| cells.split(' ').map(|cell| if cell == "_" { "|\n".to_owned() } else { format!("{cell} |\n") }).collect::<String>();
    for (bars, row, upheld) in [
        (["|||||||||||||", "||||||||", "|||||"], "3 1 2 1 7 2 0 1 4 7 5 0 0 1 6", "3"),
        (["|", "|", "|"], "3 1 2 1 7 2 0 1 4 7 5 0 0 1 6", "3"),
        (["|||||||||||||", "||||||||", "|||||"], "_ _ _ _ 0 _ _ _ _ 0 _ _ _ _ 0", "blank"),
    ] {
        let [one, two, three] = bars;
        let text = format!(
            "四、政府信息公开行政复议、行政诉讼情况\n行政复议 |\n行政诉讼 |\n{one}\n{results} |\n未经复议直接起诉 |\n复议后起诉 |\n{two}\n\
             {below} |\n{three}\n{}五、存在的主要问题及改进情况",
            cells(row)
        );
        let read = figures(&text, 2022);
        assert_eq!(
            (read.len(), read.first().map(String::as_str)),
            (15, Some(format!("reconsideration.cases/result/upheld {upheld}").as_str())),
            "{text}"
        );
    }
}

#[test]
fn columns_of_article_20_are_known_by_their_heads() {
    let heading = "二、主动公开政府信息情况";
    let reordered = page(heading, &["信息内容|现行有效件数|本年制发件数|本年废止件数", "规章|41|6|2", "行政规范性文件|9|8|7"]);
    let of_rules = ["article20.rules/movement/issued 6", "article20.rules/movement/repealed 2", "article20.rules/movement/in_force 41"];
    let read = figures(&reordered, 2022);
    assert!(of_rules.iter().all(|figure| read.iter().any(|read| read == figure)), "{read:?}");
    let lines = "信息内容 现行有效件数 本年制发件数 本年废止件数\n规章 41 6 2\n行政规范性文件 9 8 7";
    let read = figures(&format!("{heading}\n{lines}"), 2022);
    assert!(of_rules.iter().all(|figure| read.iter().any(|read| read == figure)), "{read:?}");
    // Cells that are wider than those of the head, and as many.
    let shifted =
        page(heading, &["信息内容|上一年项目数量|2*1:本年增/减|处理决定数量", "行政许可|2*1:12|-3|5", "其他对外管理服务事项|2*1:4|0|1"]);
    let read = figures(&shifted, 2019);
    assert_eq!(read.len(), 6);
    assert_eq!(of(&read, "article20.licensing/movement/change"), [" -3"]);
    // Of a row that has lost a cell it is not known which.
    let lost =
        page(heading, &["信息内容|上一年项目数量|2*1:本年增/减|处理决定数量", "行政许可|3*1:12|5", "其他对外管理服务事项|2*1:4|0|1"]);
    assert_eq!(of(&figures(&lost, 2019), "article20.licensing").len(), 0);
}

#[test]
fn a_label_over_several_rows_says_what_they_are_of() {
    let rows = [
        "3*1:一、主动公开政府信息情况",
        "1*3:主动公开信息数|合计|1526",
        "政策法规|77",
        "其他信息|1449",
        "1*3:申请数|合计|13",
        "当面申请|2",
        "电子邮件|11",
        "1*4:答复数|合计|13",
        "同意公开|10",
        "不予公开|2",
        "其他|1",
        "2*1:行政复议数|0",
    ];
    let read = figures(&page("附表", &rows), 2010);
    let expected = [
        "proactive.items 1526",
        "proactive.items/topic/regulations 77",
        "proactive.items/topic/other 1449",
        "applications.received 13",
        "applications.received/means/in_person 2",
        "applications.received/means/email 11",
        "applications.answered 13",
        "applications.answered/outcome/granted 10",
        "applications.answered/outcome/denied 2",
        "applications.answered/outcome/other 1",
        "reconsideration.cases 0",
    ];
    assert_eq!(read, expected);
}

#[test]
fn reasons_of_refusal_are_no_answers() {
    let head = ["指标名称|计量单位|代码|本年累计", "主动公开信息数|条|01|90", "申请总数|条|10|41", "对申请的答复总数|条|17|41"];
    let outcomes = ["1.同意公开答复数|条|18|33", "3.否决公开答复数|条|20|8"];
    let reasons = ["其中：（1）“非《规定》所指政府信息”数|条|21|5", "（2）“信息不存在”数|条|22|3"];
    let read = figures(&page("附表", &[&head[..], &outcomes, &reasons].concat()), 2009);
    assert_eq!(of(&read, "applications.answered/outcome"), ["/granted 33", "/denied 8"]);
    let ways = ["4.信息不存在|条|21|3", "行政复议数|件|22|1"];
    let read = figures(&page("附表", &[&head[..], &outcomes, &ways].concat()), 2009);
    assert_eq!(of(&read, "applications.answered/outcome"), ["/granted 33", "/denied 8", "/does_not_exist 3"]);
}

#[test]
fn columns_of_quarters_and_of_other_years_are_not_the_years() {
    let rows = ["主动公开信息数|条", "政府网站|条", "申请总数|件", "当面申请数|件", "行政复议数|件"];
    let table = |head: &str, figures: &str| -> String {
        let rows: Vec<String> =
            std::iter::once(format!("指标名称|计量单位|{head}")).chain(rows.iter().map(|row| format!("{row}|{figures}"))).collect();
        page("附表", &rows.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let quarters = figures(&table("第一季度|第二季度|第三季度|第四季度|全年合计", "1|2|3|4|10"), 2015);
    assert_eq!((quarters.len(), quarters.iter().all(|figure| figure.ends_with(" 10"))), (5, true), "{quarters:?}");
    let years = figures(&table("2009年度|2010年度|历年累计", "7|8|30"), 2010);
    assert_eq!((years.len(), years.iter().all(|figure| figure.ends_with(" 8"))), (5, true), "{years:?}");
}

#[test]
fn a_row_of_the_applications_stands_alone_where_it_sums_up() {
    let text = |row: &str| format!("三、收到和处理政府信息公开申请情况\n| 一、本年新收政府信息公开申请数量 | {row} |\n全年无其他情况。\n");
    let read = figures(&text("374 | 63 | 0 | 0 | 19 | 2 | 458"), 2023);
    assert_eq!((read.len(), read.last().map(String::as_str)), (7, Some("applications.new[total] 458")));
    assert!(figures(&text("374 | 63 | 0 | 0 | 19 | 2 | 459"), 2023).is_empty());
    assert!(figures(&text("374 | 63 | 0 | 0 | 19 | 456"), 2023).is_empty());
}

/// The rows of the applications of 2019, which a table of them names.
const ROWS: [&str; 23] = [
    "一、本年新收政府信息公开申请数量",
    "二、上年结转政府信息公开申请数量",
    "（一）予以公开",
    "（二）部分公开",
    "1.属于国家秘密",
    "2.其他法律行政法规禁止公开",
    "3.危及“三安全一稳定”",
    "4.保护第三方合法权益",
    "5.属于三类内部事务信息",
    "6.属于四类过程性信息",
    "7.属于行政执法案卷",
    "8.属于行政查询事项",
    "1.本机关不掌握相关政府信息",
    "2.没有现成信息需要另行制作",
    "3.补正后申请内容仍不明确",
    "1.信访举报投诉类申请",
    "2.重复申请",
    "3.要求提供公开出版物",
    "4.无正当理由大量反复申请",
    "5.要求行政机关确认或重新出具已获取信息",
    "（六）其他处理",
    "（七）总计",
    "四、结转下年度继续办理",
];
/// Their totals, and of each those that are of natural persons.
const TOTALS: [u32; 23] = [30, 2, 11, 3, 0, 1, 0, 0, 0, 2, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 3, 30, 2];

#[test]
fn a_column_of_totals_is_read_where_they_add_up() {
    let table = |head: &str, totals: &[u32]| {
        let rows: Vec<String> =
            std::iter::once(head.to_owned()).chain(ROWS.iter().zip(totals).map(|(row, total)| format!("{row}|{total}"))).collect();
        page("三、收到和处理政府信息公开申请情况", &rows.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let read = figures(&table("项目|数量（件）", &TOTALS), 2020);
    assert_eq!((read.len(), read[0].as_str()), (23, "applications.new[total] 30"));
    assert!(figures(&table("项目|自然人", &TOTALS), 2020).is_empty());
    let mut wrong = TOTALS;
    wrong[2] += 1;
    assert!(figures(&table("项目|数量（件）", &wrong), 2020).is_empty());
}

#[test]
fn a_sum_of_the_organisations_is_no_kind_of_applicant() {
    let head = ["1*2:项目|1*2:自然人|6*1:法人或其他组织|1*2:总计", "商业企业|科研机构|社会公益组织|法律服务机构|其他|小计"];
    let row = |(row, total): (&&str, &u32)| format!("{row}|{}|0|{}|0|0|0|{}|{total}", total / 3, total - total / 3, total - total / 3);
    let rows: Vec<String> = head.iter().map(|row| (*row).to_owned()).chain(ROWS.iter().zip(&TOTALS).map(row)).collect();
    let read = figures(&page("三、收到和处理政府信息公开申请情况", &rows.iter().map(String::as_str).collect::<Vec<_>>()), 2020);
    assert_eq!(
        of(&read, "applications.new"),
        ["[natural_person] 10", "[business] 0", "[research] 20", "[public_interest] 0", "[legal_service] 0", "[other] 0", "[total] 30"]
    );
    assert_eq!(read.len(), 23 * 7);
}

#[test]
fn a_total_is_read_where_the_head_and_the_sums_put_it() {
    let section = "三、收到和处理政府信息公开申请情况";
    let table = |head: &str, bar: &str, row: &dyn Fn(u32) -> String| -> String {
        let rows: String = ROWS.iter().zip(&TOTALS).map(|(label, total)| format!("{label} {}\n", row(*total))).collect();
        format!("{section}\n{head}\n{rows}").replace(' ', bar)
    };
    let new = |text: &str| {
        let mut read = of(&figures(text, 2020), "applications.new");
        read.sort_unstable();
        read
    };
    let first = "总计 自然人 法人或其他组织\n商业企业 科研机构 社会公益组织 法律服务机构 其他";
    let moved = |total: u32| format!("{total} {} 0 0 0 {} 0", total / 3, total - total / 3);
    let expected =
        ["[business] 0", "[legal_service] 20", "[natural_person] 10", "[other] 0", "[public_interest] 0", "[research] 0", "[total] 30"];
    assert_eq!(new(&table(first, " ", &moved)), expected);
    assert_eq!(new(&table(first, " | ", &moved)), expected);
    // Figures in the order of the form below such a head, and those of which either may be the total.
    assert!(new(&table(first, " ", &|total| format!("{} 0 0 0 {} 0 {total}", total / 3, total - total / 3))).is_empty());
    assert!(new(&table(first, " ", &|total| format!("{total} 0 0 0 0 0 {total}"))).is_empty());
    // Kinds that change places do so in a grid.
    let swapped = "自然人 法人或其他组织 总计\n商业企业 科研机构 法律服务机构 社会公益组织 其他";
    let row = |total: u32| format!("{} 0 0 {} 0 0 {total}", total / 3, total - total / 3);
    assert_eq!(new(&table(swapped, " | ", &row)), expected);
    assert!(new(&table(swapped, " ", &row)).is_empty());
}

#[test]
fn blank_lines_before_lone_totals_are_the_kinds() {
    for lines in [8, 14] {
        let row = |(label, total): (&&str, &u32)| format!("{label}{}{total}\n\n", "\n".repeat(lines));
        let rows: String = ROWS.iter().zip(&TOTALS).map(row).collect();
        let read = figures(&format!("三、收到和处理政府信息公开申请情况\n\n{rows}五、存在的主要问题及改进情况\n"), 2020);
        assert_eq!(read.len(), 23 * 7, "{lines}");
        assert_eq!(
            of(&read, "applications.new"),
            [
                "[natural_person] blank",
                "[business] blank",
                "[research] blank",
                "[public_interest] blank",
                "[legal_service] blank",
                "[other] blank",
                "[total] 30"
            ]
        );
    }
    // Fewer lines may be other cells.
    let rows: String = ROWS.iter().zip(&TOTALS).map(|(label, total)| format!("{label}{}{total}\n\n", "\n".repeat(7))).collect();
    assert!(figures(&format!("三、收到和处理政府信息公开申请情况\n\n{rows}五、存在的主要问题及改进情况\n"), 2020).is_empty());
}

#[test]
fn later_forms_are_no_local_ones() {
    let local = "行政复议 | 3\n行政诉讼 | 1\n信息不存在 | 2\n不予公开 | 4\n部分公开 | 5\n其他 | 1\n";
    let rows = ROWS
        .iter()
        .zip(&TOTALS)
        .map(|(label, total)| format!("{label} | {} | 0 | 0 | 0 | {} | 0 | {total} |\n", total / 3, total - total / 3));
    let text = format!("三、收到和处理政府信息公开申请情况\n{}\n五、问题\n{local}", rows.collect::<String>());
    assert_eq!(figures(&text, 2020).len(), 23 * 7);
}

#[test]
fn a_piece_of_a_head_places_no_column() {
    // What a line end set apart stands in the columns that labels leave free.
    let blank = " |  |";
    let head = format!(
        "| 项目 |{blank} 自然人 | 法人或其他组织 |  |  |  |  |\n |  | 总计 |\n|  |{blank}  | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 |  |"
    );
    let row = |(row, total): (&&str, &u32)| format!("\n| {row} |{blank} {} | 0 | 0 | 0 | 0 | {} | {total} |", total / 3, total - total / 3);
    let rows: String = ROWS.iter().zip(&TOTALS).map(row).collect();
    let read = figures(&format!("三、收到和处理政府信息公开申请情况\n{head}{rows}\n"), 2020);
    assert!(!read.iter().any(|figure| figure.ends_with(" blank")), "{read:?}");
}

#[test]
fn rows_of_what_was_carried_in_and_of_what_came_in_change_places() {
    let head = ["1*2:项目|1*2:自然人|5*1:法人或其他组织|1*2:总计", "商业企业|科研机构|社会公益组织|法律服务机构|其他"];
    let row = |(row, total): (&&str, &u32)| format!("{row}|{}|0|0|0|0|{}|{total}", total / 3, total - total / 3);
    let mut body: Vec<String> = ROWS.iter().zip(&TOTALS).map(row).collect();
    body.swap(0, 1);
    let rows: Vec<&str> = head.iter().copied().chain(body.iter().map(String::as_str)).collect();
    let read = figures(&page("三、收到和处理政府信息公开申请情况", &rows), 2020);
    assert_eq!(
        (of(&read, "applications.new[total]"), of(&read, "applications.carried_in[total]")),
        (vec![" 30".to_owned()], vec![" 2".to_owned()])
    );
}
