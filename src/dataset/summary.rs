//! `summary/*.csv`: what people open in a spreadsheet. Headers in Chinese and English.

use std::collections::BTreeMap;

use super::BuildError;
use crate::aggregate::{CoverageRow, Total};
use crate::knowledge::{Code, CodeId, codebook};
use crate::publish::{Cell, CsvTable, Publication, Written};
use crate::schema::{AggregateRow, FindingRow, ReportRow};

/// The summaries at work.
pub struct Summaries {
    by_year: CsvTable,
    by_region: CsvTable,
    reports: CsvTable,
    findings: CsvTable,
    /// The figures of `by_region`: totals of core indicators.
    headlines: Vec<CodeId>,
    /// The line of `by_region` at work: a row of its aggregates, and the sums of the headlines.
    line: Option<(AggregateRow, Vec<Option<f64>>)>,
    coverage: CsvTable,
    counts: BTreeMap<(Option<i16>, String, String), u64>,
}

impl Summaries {
    /// Begins all files.
    pub fn create(publication: &Publication) -> Result<Self, BuildError> {
        let figure = [
            "指标 label_zh",
            "label_en",
            "类别 category_zh",
            "category_en",
            "指标代码 indicator",
            "维度代码 dimension",
            "类别代码 category",
            "单位 unit",
            "报告数 n_reports",
            "有数据 n_reported",
            "合计 sum",
            "均值 mean",
            "中位数 median",
        ];
        let headers = |place: &[&'static str]| [place, figure.as_slice()].concat();
        let headlines: Vec<CodeId> = codebook()
            .codes()
            .filter(|(_, code)| code.core == 1 && code.dimension.is_empty() && code.measure == "flow")
            .map(|(id, _)| id)
            .collect();
        let place = [
            "年度 year",
            "口径 basis",
            "行政区划代码 region_code",
            "地区 region_name",
            "层级 level",
            "主体类型 org_kind",
            "范围 scope",
            "应报告 n_expected",
            "报告数 n_reports",
        ];
        let headline = |id: &CodeId| format!("{} {}", codebook()[*id].label_zh, codebook()[*id].short);
        let region_headers: Vec<String> = place.into_iter().map(str::to_owned).chain(headlines.iter().map(headline)).collect();
        Ok(Self {
            by_year: CsvTable::create(publication, "by_year", &headers(&["年度 year", "层级 level", "主体类型 org_kind", "范围 scope"]))?,
            by_region: CsvTable::create(publication, "by_region", &region_headers.iter().map(String::as_str).collect::<Vec<_>>())?,
            reports: CsvTable::create(
                publication,
                "reports",
                &[
                    "年度 year",
                    "省 province",
                    "市 city",
                    "县 county",
                    "乡镇 township",
                    "主体 org",
                    "层级 level",
                    "主体类型 org_kind",
                    "发布日期 published",
                    "标题 title",
                    "表式 form",
                    "数据条数 facts",
                    "勾稽不符 checks_broken",
                    "选用 selected",
                    "来源 source",
                    "报告编号 report_id",
                ],
            )?,
            findings: CsvTable::create(publication, "findings", &["年度 year", "检查项 check", "严重程度 severity", "条数 count"])?,
            headlines,
            line: None,
            coverage: CsvTable::create(
                publication,
                "coverage",
                &[
                    "年度 year",
                    "省 province",
                    "层级 level",
                    "应报告政府数 expected",
                    "已见报告政府数 found",
                    "全部主体报告数 reports",
                    "拒收文档数 rejected",
                    "拒收原因 rejected_by_reason",
                ],
            )?,
            counts: BTreeMap::new(),
        })
    }

    /// Adds a report.
    pub fn report(&mut self, report: &ReportRow, findings: &[FindingRow]) -> Result<(), BuildError> {
        let year = report.year.map(|year| year.to_string()).unwrap_or_default();
        let published = report.published.and_then(|day| day.date()).map(|date| date.to_string()).unwrap_or_default();
        let text = |value: &'_ Option<String>| value.clone().unwrap_or_default();
        let (province, city, county, township) = (text(&report.province), text(&report.city), text(&report.county), text(&report.township));
        let (org, level, org_kind, title) = (text(&report.org), text(&report.level), text(&report.org_kind), text(&report.title));
        self.reports.push(&[
            Cell::Text(&year),
            Cell::Text(&province),
            Cell::Text(&city),
            Cell::Text(&county),
            Cell::Text(&township),
            Cell::Text(&org),
            Cell::Text(&level),
            Cell::Text(&org_kind),
            Cell::Text(&published),
            Cell::Text(&title),
            Cell::Text(&report.form),
            Cell::Integer(report.facts.into()),
            Cell::Integer(report.checks_broken.into()),
            Cell::Text(if report.selected { "1" } else { "0" }),
            Cell::Text(&report.source),
            Cell::Text(&report.report_id),
        ])?;
        for finding in findings {
            *self.counts.entry((report.year, finding.check.clone(), finding.severity.clone())).or_default() += 1;
        }
        Ok(())
    }

    /// Adds a figure of a year over all regions.
    pub fn nationwide(&mut self, year: i16, total: &Total) -> Result<(), BuildError> {
        if !total.applicant.is_empty() {
            return Ok(());
        }
        let (place, code) = (&total.place, &codebook()[total.code]);
        let (reported, sum, mean, median) = total.measures();
        let head = [Cell::Integer(year.into()), Cell::Text(&place.level), Cell::Text(&place.org_kind), Cell::Text(&place.scope)];
        let counts = [total.reports.into(), reported.into()].map(Cell::Integer);
        let cells = head.into_iter().chain(labels(code)).chain(counts).chain([sum, mean, median].map(Cell::Number));
        Ok(self.by_year.push(&cells.collect::<Vec<_>>())?)
    }

    /// Adds a row of `aggregates`. Its rows of one region, year and kind of body, which come one after the
    /// other, make one line.
    pub fn aggregate(&mut self, row: &AggregateRow) -> Result<(), BuildError> {
        let same = |line: &AggregateRow| {
            let key = |row: &AggregateRow| {
                let AggregateRow { basis, region_code, level, org_kind, scope, year, .. } = row.clone();
                (year, basis, region_code, level, org_kind, scope)
            };
            key(line) == key(row)
        };
        if !self.line.as_ref().is_some_and(|(line, _)| same(line)) {
            self.end_line()?;
            self.line = Some((row.clone(), vec![None; self.headlines.len()]));
        }
        let headline = codebook().find(&row.indicator, &row.dimension, &row.category);
        let place = headline.filter(|_| row.applicant.is_empty()).and_then(|id| self.headlines.iter().position(|known| *known == id));
        if let (Some(place), Some((_, sums))) = (place, &mut self.line) {
            sums[place] = row.sum;
        }
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), BuildError> {
        let Some((row, sums)) = self.line.take() else { return Ok(()) };
        let words = [&row.basis, &row.region_code, &row.region_name, &row.level, &row.org_kind, &row.scope].map(|word| Cell::Text(word));
        let counts = [Cell::Number(row.n_expected.map(f64::from)), Cell::Integer(row.n_reports.into())];
        let cells = std::iter::once(Cell::Integer(row.year.into())).chain(words).chain(counts).chain(sums.into_iter().map(Cell::Number));
        Ok(self.by_region.push(&cells.collect::<Vec<_>>())?)
    }

    /// Ends all files.
    pub fn finish(mut self, coverage: &[CoverageRow]) -> Result<Vec<Written>, BuildError> {
        self.end_line()?;
        for row in coverage {
            let year = row.year.map(|year| year.to_string()).unwrap_or_default();
            let expected = row.expected.map(|count| count.to_string()).unwrap_or_default();
            let reasons: Vec<String> = row.rejected.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
            let rejected = i64::try_from(row.rejected.values().sum::<u64>()).unwrap_or(i64::MAX);
            let count = |count: usize| Cell::Integer(i64::try_from(count).unwrap_or(i64::MAX));
            self.coverage.push(&[
                Cell::Text(&year),
                Cell::Text(&row.province),
                Cell::Text(&row.level),
                Cell::Text(&expected),
                count(row.found),
                count(row.reports),
                Cell::Integer(rejected),
                Cell::Text(&reasons.join(";")),
            ])?;
        }
        for ((year, check, severity), count) in &self.counts {
            let year = year.map(|year| year.to_string()).unwrap_or_default();
            let count = i64::try_from(*count).unwrap_or(i64::MAX);
            self.findings.push(&[Cell::Text(&year), Cell::Text(check), Cell::Text(severity), Cell::Integer(count)])?;
        }
        [self.by_year, self.by_region, self.reports, self.findings, self.coverage].into_iter().map(|table| Ok(table.finish()?)).collect()
    }
}

/// Labels and names of a figure: of the indicator, and of the category where it has one.
fn labels(code: &Code) -> [Cell<'_>; 8] {
    let whole = codebook().find(&code.indicator, "", "").map(|id| &codebook()[id]);
    let (label_zh, label_en) = whole.map_or(("", ""), |whole| (&whole.label_zh, &whole.label_en));
    let (category_zh, category_en) = if code.category.is_empty() { ("", "") } else { (code.label_zh.as_str(), code.label_en.as_str()) };
    [label_zh, label_en, category_zh, category_en, &code.indicator, &code.dimension, &code.category, &code.unit].map(Cell::Text)
}
