//! All tables and their columns.

use arrow::array::{ArrayRef, RecordBatch};
use arrow::error::ArrowError;
use serde::{Deserialize, Serialize};

use super::{Column, ColumnBuilder, Day, Field, Reference, Row, RowBuilder, Table};

macro_rules! table {
    (
        $static:ident, $row:ident, $builder:ident, $name:literal, key [$($key:literal),*], references [$($reference:expr),*],
        $table_en:literal, $table_zh:literal;
        $($field:ident: $type:ty, $unit:literal, $en:literal, $zh:literal;)+
    ) => {
        #[doc = $table_en]
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        pub struct $row { $(#[doc = $en] pub $field: $type,)+ }

        #[doc = concat!("The table `", $name, "`.")]
        pub static $static: Table = Table {
            name: $name,
            key: &[$($key),*],
            en: $table_en,
            zh: $table_zh,
            references: &[$($reference),*],
            fields: &[$(Field {
                name: stringify!($field), field_type: <$type as Column>::TYPE, nullable: <$type as Column>::NULLABLE,
                unit: $unit, en: $en, zh: $zh,
            }),+],
        };

        #[doc = concat!("Collects rows of `", $name, "`.")]
        #[derive(Default)]
        pub struct $builder { $($field: <$type as Column>::Builder,)+ }

        impl RowBuilder<$row> for $builder {
            fn push(&mut self, row: &$row) {
                $(row.$field.append(&mut self.$field);)+
            }

            fn columns(&mut self) -> Vec<ArrayRef> {
                vec![$(self.$field.array()),+]
            }
        }

        impl Row for $row {
            const TABLE: &'static Table = &$static;
            type Builder = $builder;

            fn builder() -> $builder {
                $builder::default()
            }

            fn read(batch: &RecordBatch) -> Result<Vec<Self>, ArrowError> {
                $(let $field = batch.column_by_name(stringify!($field))
                    .ok_or_else(|| ArrowError::SchemaError(format!("{} has no column {}", $name, stringify!($field))))?;)+
                (0..batch.num_rows()).map(|at| Ok(Self { $($field: <$type as Column>::get($field, at)?),+ })).collect()
            }

            fn json(&self) -> serde_json::Map<String, serde_json::Value> {
                [$((stringify!($field).to_owned(), self.$field.json())),+].into_iter().collect()
            }
        }
    };
}

const OF_REPORT: Reference = Reference { fields: &["report_id"], table: "reports", to: &["report_id"] };

table! {
    DOCUMENTS, DocumentRow, DocumentBuilder, "documents", key ["source", "member"], references [OF_REPORT],
    "One input document.", "一份输入文档。";
    source: String, "", "path or address as given, relative to the input root", "来源路径或网址";
    member: String, "", "place in a container; empty for a file of its own", "在容器中的位置";
    sha256: String, "", "SHA-256 of the bytes as read, in hexadecimal", "原始字节的SHA-256";
    media_type: String, "", "IANA media type, recognised by content", "媒体类型";
    charset: String, "", "encoding the text was decoded from", "字符编码";
    bytes: i64, "byte", "size as read", "字节数";
    outcome: String, "", "report or reject", "结果：报告或拒绝";
    report_id: Option<String>, "", "the report it is a copy of; null for a reject", "所属报告";
}

table! {
    REPORTS, ReportRow, ReportBuilder, "reports", key ["report_id"], references [],
    "One report: who, where, when, and how it was read.", "一份年度报告：主体、地区、年份及读取情况。";
    report_id: String, "", "first 20 hexadecimal digits of a SHA-256 over bytes, title and address; -2, -3 for further bodies", "报告编号";
    body_id: Option<String>, "", "reporting body over time: unit code / kind / name; null if unknown", "报告主体编号";
    source: String, "", "the smallest source of its documents", "来源";
    sha256: String, "", "SHA-256 of the bytes as read", "原始字节的SHA-256";
    media_type: String, "", "IANA media type", "媒体类型";
    charset: String, "", "encoding the text was decoded from", "字符编码";
    title: Option<String>, "", "title as shown, repaired", "标题";
    org: Option<String>, "", "full name of the body as the report gives it", "报告主体全称";
    org_kind: Option<String>, "", "government, department, township, street, development_zone, central, other", "主体类型";
    region_code: Option<String>, "", "GB/T 2260 code valid in the report year", "行政区划代码（报告年度）";
    region_code_latest: Option<String>, "", "today's code of the region", "现行行政区划代码";
    township_code: Option<String>, "", "nine-digit code of the township", "乡级区划代码";
    region_name: Option<String>, "", "name of the place", "地区名称";
    level: Option<String>, "", "nation, province, prefecture, county, township: of the body's government", "层级";
    province: Option<String>, "", "province", "省";
    city: Option<String>, "", "prefecture", "市";
    county: Option<String>, "", "county", "县";
    township: Option<String>, "", "township or street", "乡镇街道";
    year: Option<i16>, "", "report year", "报告年度";
    period_start: Option<Day>, "", "first day of the period as stated", "统计期限起";
    period_end: Option<Day>, "", "last day of the period as stated", "统计期限止";
    published: Option<Day>, "", "date of publication", "发布日期";
    index_no: Option<String>, "", "index number", "索引号";
    doc_no: Option<String>, "", "document number", "文号";
    form: String, "", "edition of the statutory tables found: 2014, 2019, 2021; 2008: none found", "表式版本";
    script: String, "", "Hans or Hant", "文字";
    scope: String, "", "whose figures: area, own, unknown", "数据范围";
    tables: String, "", "statutory tables read, joined by ;", "读到的法定表格";
    cells_expected: i32, "cell", "cells that the forms of those tables have", "应有单元格数";
    cells_read: i32, "cell", "cells with a value", "读出单元格数";
    cells_blank: i32, "cell", "blank cells", "空白单元格数";
    repairs: String, "", "repairs that acted on the text, joined by ;", "文本修复";
    duplicate_of: Option<String>, "", "the report that this one repeats", "重复于";
    selected: bool, "", "the one report of its body and year that counts", "是否选用";
    characters: i32, "character", "code points of the source text", "字数";
    facts: i32, "", "number of facts", "数据条数";
    findings: i32, "", "number of findings", "问题条数";
    checks_held: i32, "", "identities that hold", "成立的勾稽关系数";
    checks_broken: i32, "", "identities that are broken", "不成立的勾稽关系数";
    checks_open: i32, "", "identities with a missing figure", "无法核对的勾稽关系数";
    identity_evidence: String, "", "what the identity rests on, joined by ;", "身份判定依据";
    text_sha256: String, "", "SHA-256 of the repaired text without blanks", "文本SHA-256";
    correction: Option<String>, "", "declared correction that was applied", "人工更正";
}

table! {
    FACTS, FactRow, FactBuilder, "facts", key ["report_id", "fact_no"], references [OF_REPORT],
    "One figure that a report states.", "报告中陈述的一个数据。";
    report_id: String, "", "the report", "报告编号";
    fact_no: i32, "", "order in the source, from 1", "序号";
    body_id: Option<String>, "", "reporting body", "报告主体编号";
    year: Option<i16>, "", "report year", "报告年度";
    region_code: Option<String>, "", "region of the body in the report year", "行政区划代码";
    level: Option<String>, "", "level of the body's government", "层级";
    org_kind: Option<String>, "", "kind of body", "主体类型";
    province: Option<String>, "", "province", "省";
    city: Option<String>, "", "prefecture", "市";
    county: Option<String>, "", "county", "县";
    township: Option<String>, "", "township or street", "乡镇街道";
    form: String, "", "edition of the table it stands in; 2008 for prose", "表式版本";
    scope: String, "", "whose figures: area, own, unknown", "数据范围";
    subject: String, "", "empty: the body as a whole; else the printed column head or body it is about", "数据主体";
    indicator: String, "", "indicator of the codebook", "指标";
    dimension: String, "", "dimension of the codebook, or empty", "维度";
    category: String, "", "category of the codebook, or empty", "类别";
    applicant: String, "", "kind of applicant in the table of 2019 and 2021, or empty", "申请人类型";
    period: String, "", "year, cumulative, previous_year, part_year", "期间";
    value: Option<f64>, "", "value in the unit stated; money in yuan; null where nothing is stated", "数值";
    unit: String, "", "unit of the value", "单位";
    unit_from: String, "", "where the unit was found: cell, header, form, text", "单位来源";
    qualifier: String, "", "exact, approx, at_least, at_most, zero_stated; blank, dash, unreadable have no value", "精确程度";
    implied: Option<f64>, "", "what the identities of a blank cell's row and column prove", "推得值";
    value_text: String, "", "as printed in the source", "原文";
    origin: String, "", "table or narrative", "来源类型";
    section: String, "", "heading of its section", "所在章节";
    quote: String, "", "at most 160 characters around it", "上下文";
    start: i64, "code point", "first code point of value_text in the source text", "起始位置";
    end: i64, "code point", "code point after value_text in the source text", "结束位置";
    rule: String, "", "rule that took it", "提取规则";
    checked: String, "", "held, broken, none: what the identities say of it", "核对结果";
    selected: bool, "", "the one figure of its key that counts within the report", "是否选用";
    counted: bool, "", "selected, of a selected report, of the body as a whole, the body known", "是否计入汇总";
    correction: Option<String>, "", "declared correction that was applied", "人工更正";
}

table! {
    MENTIONS, MentionRow, MentionBuilder, "mentions", key ["report_id", "mention_no"], references [OF_REPORT],
    "One quantity in the text, claimed by a fact or not.", "文中的一个数量。";
    report_id: String, "", "the report", "报告编号";
    mention_no: i32, "", "order in the source, from 1", "序号";
    start: i64, "code point", "first code point in the source text", "起始位置";
    end: i64, "code point", "code point after it in the source text", "结束位置";
    value: Option<f64>, "", "value with 万 and 亿 applied", "数值";
    value_high: Option<f64>, "", "upper end of a range", "区间上限";
    unit: String, "", "unit as normalised", "单位";
    qualifier: String, "", "how exact", "精确程度";
    value_text: String, "", "as printed", "原文";
    label: String, "", "its own words", "原文名称";
    section: String, "", "heading of its section", "所在章节";
    fact_no: Option<i32>, "", "the fact that claimed it; null: unclaimed", "对应数据序号";
}

table! {
    FINDINGS, FindingRow, FindingBuilder, "findings", key ["report_id", "finding_no"], references [OF_REPORT],
    "One broken identity or other data-quality finding.", "一个不成立的勾稽关系或其他数据质量问题。";
    report_id: String, "", "the report", "报告编号";
    finding_no: i32, "", "order within the report, from 1", "序号";
    other_report_id: Option<String>, "", "the other report, for checks across reports", "另一份报告";
    year: Option<i16>, "", "report year", "报告年度";
    region_code: Option<String>, "", "region of the body", "行政区划代码";
    check: String, "", "name of the check", "检查项";
    severity: String, "", "error (arithmetic that must hold), warning, note", "严重程度";
    applicant: String, "", "applicant column, or empty", "申请人类型";
    expression: String, "", "both sides as words of the codebook", "关系式";
    lhs: Option<f64>, "", "left side", "左边";
    rhs: Option<f64>, "", "right side", "右边";
    delta: Option<f64>, "", "left minus right", "差额";
    lhs_fact_no: Option<i32>, "", "fact on the left; null for a sum", "左边数据序号";
    rhs_fact_no: Option<i32>, "", "fact on the right; null for a sum", "右边数据序号";
    message_zh: String, "", "in words, Chinese", "说明（中文）";
    message_en: String, "", "in words, English", "说明（英文）";
    indicators: String, "", "indicators concerned, joined by ;", "涉及指标";
    correction: Option<String>, "", "declared correction that made it a note", "人工更正";
}

table! {
    REJECTS, RejectRow, RejectBuilder, "rejects", key ["source", "member"], references [Reference { fields: &["source", "member"], table: "documents", to: &["source", "member"] }],
    "One document that is not a usable annual report, and why.", "一份不可用的文档及原因。";
    source: String, "", "path or address as given", "来源";
    member: String, "", "place in a container", "在容器中的位置";
    stage: String, "", "stage that refused it: read, identify, extract", "阶段";
    reason: String, "", "reason, of a closed list", "原因";
    message: String, "", "what was wrong and what to do", "说明";
}

table! {
    AGGREGATES, AggregateRow, AggregateBuilder, "aggregates",
    key ["basis", "region_code", "level", "org_kind", "scope", "year", "indicator", "dimension", "category", "applicant"], references [],
    "Counts and sums by region, year and category.", "按地区、年度和类别的汇总。";
    basis: String, "", "own: the region's own bodies; parts: the reports one level below it", "口径";
    region_code: String, "", "region in that year; 000000 is the nation", "行政区划代码";
    region_name: String, "", "its name in that year", "地区名称";
    level: String, "", "level of the reports summed", "层级";
    org_kind: String, "", "kind of the reporting bodies", "主体类型";
    scope: String, "", "whose figures", "数据范围";
    year: i16, "", "report year", "年度";
    indicator: String, "", "indicator", "指标";
    dimension: String, "", "dimension or empty", "维度";
    category: String, "", "category or empty", "类别";
    applicant: String, "", "kind of applicant; empty: all", "申请人类型";
    unit: String, "", "unit of the sums", "单位";
    n_expected: Option<i32>, "", "governments that had to report, from the gazetteer (county level and above)", "应报告数";
    n_reports: i32, "", "reports that count", "报告数";
    n_reported: i32, "", "reports that state a value", "有数据的报告数";
    n_blank: i32, "", "reports with a blank cell or a dash there", "空白数";
    n_approx: i32, "", "values that are not exact", "约数个数";
    n_broken: i32, "", "values in a broken identity", "勾稽不符个数";
    sum: Option<f64>, "", "sum of the values", "合计";
    mean: Option<f64>, "", "mean", "均值";
    median: Option<f64>, "", "median", "中位数";
    min: Option<f64>, "", "smallest", "最小值";
    max: Option<f64>, "", "largest", "最大值";
}

table! {
    REGIONS, RegionRow, RegionBuilder, "regions", key ["region_code", "valid_from"], references [],
    "One region and period of unchanged name and parent.", "一个行政区划及其名称、隶属不变的时期。";
    region_code: String, "", "GB/T 2260 code", "行政区划代码";
    name: String, "", "official name", "名称";
    short_name: String, "", "short name", "简称";
    level: String, "", "province, prefecture, county", "层级";
    parent_code: Option<String>, "", "code of the region above; null for provinces", "上级代码";
    valid_from: i16, "", "first year (2008: or earlier)", "起始年";
    valid_to: Option<i16>, "", "last year; null: still listed", "终止年";
    successor_codes: String, "", "heirs, main heir first, joined by ;", "继任代码";
}

table! {
    CODEBOOK, CodebookRow, CodebookBuilder, "codebook", key ["indicator", "dimension", "category"], references [],
    "One indicator, dimension and category of the vocabulary of facts.", "指标、维度、类别词表。";
    indicator: String, "", "indicator", "指标";
    dimension: String, "", "dimension or empty", "维度";
    category: String, "", "category or empty", "类别";
    label_zh: String, "", "label in Chinese", "中文名称";
    label_en: String, "", "label in English", "英文名称";
    unit: String, "", "unit of values", "单位";
    forms: String, "", "editions in which it is printed", "表式版本";
    core: bool, "", "core indicator", "核心指标";
    value_type: String, "", "count, signed_count, amount, rate", "数值类型";
    measure: String, "", "flow, stock, change, rate", "流量或存量";
    additive: bool, "", "siblings are disjoint and exhaustive", "可加";
    parent: String, "", "category this one is part of", "上级类别";
    short: String, "", "column of panel", "短名";
}

table! {
    CROSSWALK, CrosswalkRow, CrosswalkBuilder, "crosswalk", key ["measure", "form", "alternative", "indicator", "dimension", "category"], references [],
    "One figure of one edition of the forms that a comparable measure is made of.", "可比指标在一版表式中的一个组成项。";
    measure: String, "", "comparable measure", "可比指标";
    form: String, "", "edition of the forms", "表式版本";
    alternative: i32, "", "1: the form's own figures; the next is taken where one of those before is not stated", "取数次序";
    indicator: String, "", "indicator; empty where the edition no longer asks", "指标";
    dimension: String, "", "dimension or empty", "维度";
    category: String, "", "category or empty", "类别";
    relation: String, "", "to the edition before: same and merged may be compared; split, new, gone may not", "与上一版的关系";
    derived: bool, "", "the measure is the sum of several figures", "是否合计得出";
    set: String, "", "measures of one set that are disjoint", "所属组";
    unit: String, "", "unit of the measure", "单位";
    column: String, "", "its column in panel", "panel列名";
    label_zh: String, "", "label of the measure in Chinese", "中文名称";
    label_en: String, "", "label of the measure in English", "英文名称";
    note_zh: String, "", "what to know when comparing, Chinese", "可比性说明（中文）";
    note_en: String, "", "what to know when comparing, English", "可比性说明（英文）";
}

table! {
    PANEL, PanelRow, PanelBuilder, "panel", key ["body_id", "year"], references [OF_REPORT],
    "One body and year, indicators side by side: these columns, then one for each `short` of the codebook, then the comparable measures of the crosswalk. A government of county level and above without a report has a row without figures.",
    "一个主体一个年度，各指标并列；县级以上政府未见报告的，数据列为空。";
    body_id: String, "", "reporting body", "报告主体编号";
    year: i16, "", "report year", "年度";
    report_id: Option<String>, "", "the report that counts; null: none was found", "报告编号";
    unit_code: String, "", "region code followed back through one-to-one successions", "区划单元编号";
    region_code: Option<String>, "", "region of the body in that year", "行政区划代码";
    region_code_latest: Option<String>, "", "today's code of the region", "现行行政区划代码";
    region_name: Option<String>, "", "name of the place", "地区名称";
    level: Option<String>, "", "level of the body's government", "层级";
    org: Option<String>, "", "full name of the body", "报告主体";
    org_kind: Option<String>, "", "kind of body", "主体类型";
    province: Option<String>, "", "province", "省";
    city: Option<String>, "", "prefecture", "市";
    county: Option<String>, "", "county", "县";
    township: Option<String>, "", "township or street", "乡镇街道";
    form: Option<String>, "", "edition of the statutory tables found; 2008: none", "表式版本";
    terms: Option<String>, "", "edition in whose terms the report counts: that of its tables, else that of its year", "统计口径版本";
    terms_before: Option<String>, "", "that of the body's report before, where it is another", "上一份报告的口径版本";
    breaks: String, "", "columns of comparable measures that may not be compared with the report before, joined by ;", "与上一份报告不可比的指标";
    scope: Option<String>, "", "whose figures: area, own, unknown", "数据范围";
    n_figures: i32, "", "figures with a value in this row", "有值指标数";
    n_broken: i32, "", "of them in a broken identity", "勾稽不符指标数";
    n_approx: i32, "", "of them not exact", "约数指标数";
}

table! {
    RATES, RateRow, RateBuilder, "rates", key ["grain", "body_id", "basis", "region_code", "level", "org_kind", "scope", "year", "rate"], references [],
    "One derived rate of a report or of the reports of a region.", "一份报告或一个地区的比率。";
    grain: String, "", "report or region", "粒度";
    body_id: String, "", "reporting body; empty for a region", "报告主体编号";
    basis: String, "", "own: the region's own bodies; parts: the reports one level below it", "口径";
    region_code: String, "", "region in that year; 000000 is the nation; empty where unknown", "行政区划代码";
    unit_code: String, "", "region code followed back through one-to-one successions", "区划单元编号";
    level: String, "", "level of the reports", "层级";
    org_kind: String, "", "kind of the reporting bodies", "主体类型";
    scope: String, "", "whose figures", "数据范围";
    year: i16, "", "report year", "年度";
    rate: String, "", "name of the rate", "比率";
    forms: String, "", "editions in whose terms the figures count, joined by ;", "口径版本";
    n_reports: i32, "", "reports that state numerator and denominator: only their figures enter", "报告数";
    n_broken: i32, "", "of them with a figure in a broken identity", "勾稽不符报告数";
    n_approx: i32, "", "of them with a figure that is not exact", "约数报告数";
    numerator: f64, "", "the part", "分子";
    denominator: f64, "", "the whole", "分母";
    value: Option<f64>, "", "numerator by denominator; null where the whole is 0 or the part exceeds it", "比率值";
}

table! {
    TRENDS, TrendRow, TrendBuilder, "trends", key ["basis", "unit_code", "level", "org_kind", "measure"], references [],
    "Slope and test of trend of one comparable measure or rate of a unit.", "一个区划单元一项可比指标的趋势。";
    basis: String, "", "own: the unit's own bodies; parts: the bodies one level below it", "口径";
    unit_code: String, "", "region code followed back through one-to-one successions; 000000 is the nation", "区划单元编号";
    level: String, "", "level of the bodies", "层级";
    org_kind: String, "", "kind of the bodies", "主体类型";
    measure: String, "", "comparable measure of the crosswalk, or rate", "指标";
    unit: String, "", "unit of values; share for rates", "单位";
    scope: String, "", "whose figures, joined by ;", "数据范围";
    forms: String, "", "editions in whose terms the figures count, joined by ;", "口径版本";
    first_year: i16, "", "first year of the series", "起始年";
    last_year: i16, "", "last year of the series", "终止年";
    n: i32, "", "years with a value", "年数";
    n_bodies: i32, "", "bodies summed: those that state the measure in every year of the series", "主体数";
    first_value: f64, "", "value of the first year", "起始值";
    last_value: f64, "", "value of the last year", "终止值";
    change: Option<f64>, "", "last value less that of the year before; null where that year has none", "较上年增减";
    change_share: Option<f64>, "", "change by the value of the year before", "较上年增减比例";
    slope_ols: f64, "", "slope by least squares, per year", "最小二乘斜率";
    slope_sen: f64, "", "Theil-Sen slope: median of the slopes of all pairs of years", "Theil-Sen斜率";
    mk_s: i32, "", "Mann-Kendall S", "Mann-Kendall统计量S";
    mk_z: Option<f64>, "", "Mann-Kendall Z, corrected for ties and continuity; null for fewer than five years", "Mann-Kendall统计量Z";
    p: Option<f64>, "", "two-sided p of Z", "p值";
    q: Option<f64>, "", "p adjusted by Benjamini-Hochberg over all rows of the measure", "q值";
    crosses_break: bool, "", "the years cross a change of form over which the crosswalk holds the measure comparable", "是否跨越表式变更";
}

table! {
    CHANGES, ChangeRow, ChangeBuilder, "changes", key ["table", "key", "column"], references [],
    "One difference from the build before. Its file stands in a build that replaced another; it tells of two builds, and is in neither the manifest nor the data package.",
    "与上一次构建的一处差异；涉及两次构建，不列入manifest和datapackage。";
    table: String, "", "documents, facts, findings or reports", "表";
    key: String, "", "parts joined by ; (a ; within one is %3B), empty ones at the end left out: source and member of a document; body and year of a report that counts, else its id; for facts then subject, indicator, dimension, category, applicant, period; for findings then check, applicant, expression", "键";
    column: String, "", "column that differs; of a row that came or went: outcome, value, severity or report_id", "列";
    change: String, "", "added, removed, changed. Rows of a report that came or went are not told one by one", "变化";
    old: Option<String>, "", "value in the build before", "旧值";
    new: Option<String>, "", "value in this build", "新值";
}

/// All tables, in the order in which they are documented. `panel` is widened by rooms that know the codebook.
pub static TABLES: &[&Table] = &[
    &DOCUMENTS,
    &REPORTS,
    &FACTS,
    &MENTIONS,
    &FINDINGS,
    &REJECTS,
    &AGGREGATES,
    &PANEL,
    &RATES,
    &TRENDS,
    &REGIONS,
    &CODEBOOK,
    &CROSSWALK,
    &CHANGES,
];
