//! `summary/*.csv`: what people open in a spreadsheet. Headers in Chinese and English.

use std::collections::BTreeMap;

use super::BuildError;
use crate::aggregate::Year;
use crate::knowledge::codebook;
use crate::publish::{Cell, CsvTable, Publication, Written};
use crate::schema::{AggregateRow, FindingRow, ReportRow};

/// The summaries at work.
pub struct Summaries {
    by_year: CsvTable,
    by_region: CsvTable,
    reports: CsvTable,
    findings: CsvTable,
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
        Ok(Self {
            by_year: CsvTable::create(publication, "by_year", &headers(&["年度 year", "层级 level", "主体类型 org_kind", "范围 scope"]))?,
            by_region: CsvTable::create(
                publication,
                "by_region",
                &headers(&[
                    "年度 year",
                    "口径 basis",
                    "行政区划代码 region_code",
                    "地区 region_name",
                    "层级 level",
                    "主体类型 org_kind",
                    "范围 scope",
                ]),
            )?,
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

    /// Adds a year that has ended.
    pub fn year(&mut self, year: &Year, aggregates: &[AggregateRow]) -> Result<(), BuildError> {
        let number = Cell::Integer(year.year().into());
        for total in year.nationwide()?.iter().filter(|total| total.applicant.is_empty()) {
            let place = &total.place;
            let head = [number, Cell::Text(&place.level), Cell::Text(&place.org_kind), Cell::Text(&place.scope)];
            let code = &codebook()[total.code];
            let (reported, sum, mean, median) = total.measures();
            let tail = [total.reports.into(), reported.into()].map(Cell::Integer);
            let tail = tail.into_iter().chain([sum, mean, median].map(Cell::Number));
            self.by_year
                .push(&head.into_iter().chain(labels(&code.indicator, &code.dimension, &code.category)).chain(tail).collect::<Vec<_>>())?;
        }
        for row in aggregates.iter().filter(|row| row.applicant.is_empty()) {
            let words =
                [&row.basis, &row.region_code, &row.region_name, &row.level, &row.org_kind, &row.scope].map(|word| Cell::Text(word));
            let tail = [row.n_reports.into(), row.n_reported.into()].map(Cell::Integer);
            let tail = tail.into_iter().chain([row.sum, row.mean, row.median].map(Cell::Number));
            let cells = std::iter::once(number).chain(words).chain(labels(&row.indicator, &row.dimension, &row.category)).chain(tail);
            self.by_region.push(&cells.collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// Ends all files.
    pub fn finish(mut self) -> Result<Vec<Written>, BuildError> {
        for ((year, check, severity), count) in &self.counts {
            let year = year.map(|year| year.to_string()).unwrap_or_default();
            let count = i64::try_from(*count).unwrap_or(i64::MAX);
            self.findings.push(&[Cell::Text(&year), Cell::Text(check), Cell::Text(severity), Cell::Integer(count)])?;
        }
        [self.by_year, self.by_region, self.reports, self.findings].into_iter().map(|table| Ok(table.finish()?)).collect()
    }
}

/// Labels and names of a figure: of the indicator, and of the category where it has one.
fn labels<'a>(indicator: &'a str, dimension: &'a str, category: &'a str) -> [Cell<'a>; 8] {
    let label = |id: Option<crate::knowledge::CodeId>| {
        id.map_or(("", "", ""), |id| {
            let code = &codebook()[id];
            (code.label_zh.as_str(), code.label_en.as_str(), code.unit.as_str())
        })
    };
    let whole = label(codebook().find(indicator, "", ""));
    let own = label(codebook().find(indicator, dimension, category));
    let part = if category.is_empty() { ("", "", "") } else { own };
    [whole.0, whole.1, part.0, part.1, indicator, dimension, category, own.2].map(Cell::Text)
}
