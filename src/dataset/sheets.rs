//! The files of `summary/` and their columns, told once: the headers of the files and `summary/README.md`
//! are made of it.

use std::fmt::Write as _;

use crate::knowledge::{CodeId, codebook};
use crate::schema::{AGGREGATES, FINDINGS, REPORTS, Table};

/// A file of `summary/`.
pub(super) struct Sheet {
    /// Its name without `.csv`.
    pub(super) name: &'static str,
    zh: &'static str,
    en: &'static str,
    columns: Vec<Heading>,
}

/// A column: its header is the Chinese name, a blank and the English one.
#[derive(Clone, Copy)]
struct Heading {
    zh: &'static str,
    name: &'static str,
    /// What it holds, in Chinese and English.
    meaning: (&'static str, &'static str),
    blank: Blank,
}

/// What a blank cell of a column says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blank {
    Never,
    Unknown,
    Unstated,
    Uncounted,
    Whole,
}

impl Blank {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Never => ("无空白", "never"),
            Self::Unknown => ("不明或不适用", "unknown, or does not apply"),
            Self::Unstated => ("没有一份报告写明数值，不是零", "no report states a value: it is not zero"),
            Self::Uncounted => (
                "不计：县级以下、非政府机关，或当年没有一份报告",
                "not counted: below county level, no government, or a year without reports",
            ),
            Self::Whole => ("不分类别的合计项", "the indicator as a whole"),
        }
    }
}

/// A column that a published table has too: the field table says what it is.
fn of(table: &'static Table, zh: &'static str, name: &'static str) -> Heading {
    let field = table.field(name);
    let blank = if field.is_some_and(|field| field.nullable) { Blank::Unknown } else { Blank::Never };
    Heading { zh, name, meaning: field.map_or((zh, name), |field| (field.zh, field.en)), blank }
}

const fn own(zh: &'static str, name: &'static str, meaning: (&'static str, &'static str), blank: Blank) -> Heading {
    Heading { zh, name, meaning, blank }
}

/// Totals of a year by level, kind of body and scope, over all regions.
pub(super) fn by_year() -> Sheet {
    let of = |zh, name| of(&AGGREGATES, zh, name);
    let stated = |zh, name| Heading { blank: Blank::Unstated, ..of(zh, name) };
    let category = |heading: Heading| Heading { blank: Blank::Whole, ..heading };
    Sheet {
        name: "by_year",
        zh: "每年一级主体的各项指标全国合计：每行一年、一个层级、一类主体、一种范围、一项指标。",
        en: "Each figure over all regions: a row is a year, level, kind of body, scope and figure.",
        columns: vec![
            of("年度", "year"),
            of("层级", "level"),
            of("主体类型", "org_kind"),
            of("范围", "scope"),
            own("指标", "label_zh", ("指标的中文名称", "name of the indicator in Chinese"), Blank::Never),
            own("", "label_en", ("指标的英文名称", "name of the indicator in English"), Blank::Never),
            own("类别", "category_zh", ("类别的中文名称", "name of the category in Chinese"), Blank::Whole),
            own("", "category_en", ("类别的英文名称", "name of the category in English"), Blank::Whole),
            of("指标代码", "indicator"),
            category(of("维度代码", "dimension")),
            category(of("类别代码", "category")),
            of("单位", "unit"),
            of("报告数", "n_reports"),
            of("有数据", "n_reported"),
            stated("合计", "sum"),
            stated("均值", "mean"),
            stated("中位数", "median"),
        ],
    }
}

/// Totals of core indicators by region and year; `headlines` are the indicators.
pub(super) fn by_region(headlines: &[CodeId]) -> Sheet {
    let of = |zh, name| of(&AGGREGATES, zh, name);
    let place = [
        of("年度", "year"),
        of("口径", "basis"),
        of("行政区划代码", "region_code"),
        of("地区", "region_name"),
        of("层级", "level"),
        of("主体类型", "org_kind"),
        of("范围", "scope"),
        Heading { blank: Blank::Uncounted, ..of("应报告", "n_expected") },
        of("报告数", "n_reports"),
    ];
    let headline = |id: &CodeId| {
        let code = &codebook()[*id];
        own(&code.label_zh, &code.short, (&code.label_zh, &code.label_en), Blank::Unstated)
    };
    Sheet {
        name: "by_region",
        zh: "每年每个地区核心指标的合计。口径own为本级报告，parts为下一级报告之和；本级报告往往已包括下级，二者不可相加。",
        en: "Sums of core indicators by region and year. A row of basis own is of the region's own reports, one of parts of those a level below: \
             the first often cover the second, so never add the two.",
        columns: place.into_iter().chain(headlines.iter().map(headline)).collect(),
    }
}

/// Every report.
pub(super) fn reports() -> Sheet {
    let of = |zh, name| of(&REPORTS, zh, name);
    Sheet {
        name: "reports",
        zh: "每行一份报告。",
        en: "A row is a report.",
        columns: vec![
            of("年度", "year"),
            of("省", "province"),
            of("市", "city"),
            of("县", "county"),
            of("乡镇", "township"),
            of("主体", "org"),
            of("层级", "level"),
            of("主体类型", "org_kind"),
            of("发布日期", "published"),
            of("标题", "title"),
            of("表式", "form"),
            of("数据条数", "facts"),
            of("勾稽不符", "checks_broken"),
            of("选用", "selected"),
            of("来源", "source"),
            of("报告编号", "report_id"),
        ],
    }
}

/// Findings by year and check.
pub(super) fn findings() -> Sheet {
    let of = |zh, name| of(&FINDINGS, zh, name);
    Sheet {
        name: "findings",
        zh: "勾稽关系不成立及其他数据质量问题，按年度和检查项计数。",
        en: "Broken identities and other doubts, counted by year and check.",
        columns: vec![
            of("年度", "year"),
            of("检查项", "check"),
            of("严重程度", "severity"),
            own("条数", "count", ("问题条数", "number of findings"), Blank::Never),
        ],
    }
}

/// What was expected and what was found.
pub(super) fn coverage() -> Sheet {
    Sheet {
        name: "coverage",
        zh: "每年每省每级：应有多少政府报告，已见多少，拒收多少文档及其原因。",
        en: "By year, province and level: how many governments had to report, how many did, how many documents were rejected and why.",
        columns: vec![
            of(&REPORTS, "年度", "year"),
            of(&REPORTS, "省", "province"),
            of(&REPORTS, "层级", "level"),
            own(
                "应报告政府数",
                "expected",
                (
                    "当年应当报告的县级以上政府数，据行政区划表",
                    "governments of county level and above that had to report, from the gazetteer",
                ),
                Blank::Uncounted,
            ),
            own("已见报告政府数", "found", ("其中有选用报告的政府数", "how many of those have a report that counts"), Blank::Never),
            own(
                "全部主体报告数",
                "reports",
                (
                    "该级全部主体的选用报告数，含部门、办公室、开发区",
                    "reports that count of all bodies of the level: departments, offices and zones too",
                ),
                Blank::Never,
            ),
            own("拒收文档数", "rejected", ("不是可用年度报告的文档数", "documents that are no usable annual report"), Blank::Never),
            own(
                "拒收原因",
                "rejected_by_reason",
                ("按阶段/原因计数，以;分隔，见rejects表", "their number by stage/reason, joined by ;, as in the table rejects"),
                Blank::Unknown,
            ),
        ],
    }
}

impl Sheet {
    /// The row of headers.
    pub(super) fn headers(&self) -> Vec<String> {
        self.columns.iter().map(|column| format!("{} {}", column.zh, column.name).trim_start().to_owned()).collect()
    }
}

/// `summary/README.md`: what each file is, its columns, and how to read a blank cell.
pub(super) fn readme(sheets: &[Sheet]) -> String {
    let mut out = String::from(
        "# 摘要表 Summary tables\n\n\
         供电子表格直接打开：UTF-8（带BOM），逗号分隔，首行为中英文列名，每列的英文名不变。\n\
         For spreadsheets: UTF-8 with a byte order mark, commas, one row of Chinese and English headers; the English name of a column stays.\n\n\
         - 空白表示缺失，绝不表示零；零只在报告写明零时出现。 A blank cell is null and never zero; a zero is there only where reports state it.\n\
         - 合计、均值、中位数只计写明了数值的报告；比较之前先看报告数。 Sums, means and medians are of the reports that state a value: look at their number \
         before comparing.\n\
         - 来自文档的单元格若以 = + - @ 或制表符开头，前加一个单引号，以免被当作公式。 A cell from a document that begins with = + - @ or a tab has an \
         apostrophe before it, so that no spreadsheet takes it for a formula.\n\
         - 完整数据及各列类型见 `../CODEBOOK.md`。 The whole data and the types of columns: `../CODEBOOK.md`.\n",
    );
    for sheet in sheets {
        let _ = write!(out, "\n## {}.csv\n\n{}\n{}\n\n", sheet.name, sheet.zh, sheet.en);
        out.push_str("| 列 column | 含义 | meaning | 空白 | blank |\n| --- | --- | --- | --- | --- |\n");
        for (header, column) in sheet.headers().iter().zip(&sheet.columns) {
            let ((zh, en), (blank_zh, blank_en)) = (column.meaning, column.blank.words());
            let cells = [header, zh, en, blank_zh, blank_en].map(|cell| cell.replace('|', "\\|"));
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{by_year, coverage, findings, readme, reports};

    #[test]
    fn every_column_is_told_in_both_languages() {
        for sheet in [by_year(), reports(), findings(), coverage()] {
            for (header, column) in sheet.headers().iter().zip(&sheet.columns) {
                let (zh, en) = column.meaning;
                assert!(zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{header}");
                assert!(!en.is_empty(), "{header}");
            }
        }
        assert!(readme(&[coverage()]).contains("| 应报告政府数 expected |"));
    }
}
