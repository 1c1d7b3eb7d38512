//! A body and year: its figures side by side, and the comparable measures that they make up.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::knowledge::{CodeId, Edition, MeasureId, codebook, crosswalk};
use crate::schema::{FactRow, Field, PANEL, PanelRow, ReportRow, TABLES, Table, WideRow};

/// Code of the nation.
pub(super) const NATION: &str = "000000";
/// The Regulations (国务院令第492号) came into force on 1 May 2008: for years before, reports are voluntary.
const FIRST_EXPECTED: i16 = 2008;
/// Figures beyond this are none that a government could report; they make up no measure.
const LARGEST: f64 = 1e15;

static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let codes = codebook().codes().map(|(_, code)| Field::number(&code.short, &code.unit, &code.label_en, &code.label_zh));
    let measures =
        crosswalk().measures().map(|(_, measure)| Field::number(&measure.column, &measure.unit, &measure.label_en, &measure.label_zh));
    PANEL.widened(codes.chain(measures))
});

static WIDE: LazyLock<Table> = LazyLock::new(|| PANEL.with_fields(&FIELDS));

/// The table `panel` with all its columns: those of the field table, then one for each `short` of the
/// codebook, then the comparable measures of the crosswalk.
pub fn panel_table() -> &'static Table {
    &WIDE
}

/// All tables of the field table, `panel` with all its columns.
pub fn tables() -> Vec<&'static Table> {
    TABLES.iter().map(|&table| if table.name == PANEL.name { panel_table() } else { table }).collect()
}

/// A government of county level or above in one year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Government {
    /// Code of its region in that year.
    pub region_code: String,
    /// Code followed back through one-to-one successions, as in `body_id`.
    pub unit_code: String,
    /// Today's code.
    pub region_code_latest: Option<String>,
    /// Region above; `None` for provinces.
    pub parent_code: Option<String>,
    /// province, prefecture, county.
    pub level: String,
    /// Name in that year.
    pub name: String,
    /// Name of the province.
    pub province: Option<String>,
    /// Name of the prefecture.
    pub city: Option<String>,
    /// Name of the county.
    pub county: Option<String>,
}

impl Government {
    /// The body that reports for it.
    pub fn body_id(&self) -> String {
        format!("{}/government/", self.unit_code)
    }
}

/// The governments of one year.
#[derive(Clone, Debug, Default)]
pub struct Governments {
    year: i16,
    all: Vec<Government>,
    by_code: HashMap<String, usize>,
}

impl Governments {
    /// Of a year, in any order.
    pub fn new(year: i16, mut all: Vec<Government>) -> Self {
        all.sort_by(|a, b| a.region_code.cmp(&b.region_code));
        let by_code = all.iter().enumerate().map(|(at, government)| (government.region_code.clone(), at)).collect();
        Self { year, all, by_code }
    }

    /// Those that had to report, in order of their code.
    pub fn expected(&self) -> impl Iterator<Item = &Government> {
        self.all.iter().filter(|_| self.year >= FIRST_EXPECTED)
    }

    fn find(&self, region_code: &str) -> Option<&Government> {
        self.by_code.get(region_code).map(|&at| &self.all[at])
    }

    /// Code and unit of the region that a body of this level and region is a part of.
    fn above(&self, level: &str, region_code: Option<&str>) -> Option<(String, String)> {
        let above = match level {
            "province" => return Some((NATION.to_owned(), NATION.to_owned())),
            "township" => region_code?,
            "prefecture" | "county" => self.find(region_code?)?.parent_code.as_deref()?,
            _ => return None,
        };
        Some((above.to_owned(), self.find(above).map_or(above, |government| &government.unit_code).to_owned()))
    }
}

/// A value as an exact number of hundredths: counts and fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Quantity {
    pub hundredths: i64,
    pub approximate: bool,
    pub broken: bool,
}

impl Quantity {
    fn of(figure: &Figure) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, reason = "bounded before")]
        let hundredths = (figure.value.abs() < LARGEST).then(|| (figure.value * 100.0).round() as i64)?;
        Some(Self { hundredths, approximate: figure.approximate, broken: figure.broken })
    }

    fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            hundredths: self.hundredths.checked_add(other.hundredths)?,
            approximate: self.approximate || other.approximate,
            broken: self.broken || other.broken,
        })
    }
}

/// Hundredths as the published double.
#[expect(clippy::cast_precision_loss, reason = "the published value is a double")]
pub(super) fn units(hundredths: i128) -> f64 {
    hundredths as f64 / 100.0
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Figure {
    value: f64,
    approximate: bool,
    broken: bool,
}

/// A body in one year.
#[derive(Clone, Debug)]
pub(super) struct BodyYear {
    pub body_id: String,
    pub year: i16,
    pub unit_code: String,
    pub region_code: Option<String>,
    /// Code and unit of the region that it is a part of.
    pub above: Option<(String, String)>,
    pub level: String,
    pub org_kind: String,
    pub scope: String,
    pub edition: Edition,
    /// In order of measures.
    pub measures: Vec<(MeasureId, Quantity)>,
    identity: PanelRow,
    /// In order of the codebook.
    figures: Vec<(CodeId, Figure)>,
}

impl BodyYear {
    /// Of a report that counts.
    pub fn of(report: &ReportRow, facts: &[FactRow], governments: &Governments) -> Option<Self> {
        let (true, Some(body_id), Some(year)) = (report.selected, &report.body_id, report.year) else { return None };
        let level = report.level.clone().unwrap_or_default();
        let unit_code = body_id.split('/').next().unwrap_or_default().to_owned();
        let region_code = if level == "nation" { Some(NATION.to_owned()) } else { report.region_code.clone() };
        let edition = crosswalk().edition(&report.form, year);
        let figures = figures(facts);
        let count =
            |holds: fn(&Figure) -> bool| i32::try_from(figures.iter().filter(|(_, figure)| holds(figure)).count()).unwrap_or(i32::MAX);
        let identity = PanelRow {
            body_id: body_id.clone(),
            year,
            report_id: Some(report.report_id.clone()),
            unit_code: unit_code.clone(),
            region_code: region_code.clone(),
            region_code_latest: report.region_code_latest.clone(),
            region_name: report.region_name.clone(),
            level: report.level.clone(),
            org: report.org.clone(),
            org_kind: report.org_kind.clone(),
            province: report.province.clone(),
            city: report.city.clone(),
            county: report.county.clone(),
            township: report.township.clone(),
            form: Some(report.form.clone()),
            terms: Some(crosswalk().form(edition).to_owned()),
            terms_before: None,
            breaks: String::new(),
            scope: Some(report.scope.clone()),
            n_figures: count(|_| true),
            n_broken: count(|figure| figure.broken),
            n_approx: count(|figure| figure.approximate),
        };
        Some(Self {
            body_id: body_id.clone(),
            year,
            unit_code,
            above: governments.above(&level, region_code.as_deref()),
            region_code,
            level,
            org_kind: report.org_kind.clone().unwrap_or_default(),
            scope: report.scope.clone(),
            edition,
            measures: measures(&figures, edition),
            identity,
            figures,
        })
    }

    /// Whether it speaks for the area. The office of a government reports beside its government: the two
    /// are never added.
    pub fn is_summed(&self) -> bool {
        self.org_kind != "government" || self.body_id.ends_with("/government/")
    }

    /// A measure of this body and year.
    pub fn quantity(&self, measure: MeasureId) -> Option<Quantity> {
        self.measures.binary_search_by_key(&measure, |(id, _)| *id).ok().map(|at| self.measures[at].1)
    }

    /// Its row of `panel`; `before` is the edition of its report before.
    pub fn row(&self, before: Option<Edition>) -> WideRow<PanelRow> {
        let mut row = self.identity.clone();
        if let Some(before) = before.filter(|before| *before != self.edition) {
            let broken = crosswalk().measures().filter(|(id, _)| crosswalk().breaks(*id, before, self.edition));
            row.terms_before = Some(crosswalk().form(before).to_owned());
            row.breaks = broken.map(|(_, measure)| measure.column.as_str()).collect::<Vec<_>>().join(";");
        }
        let codes = self.figures.iter().map(|(code, figure)| (code.index(), figure.value));
        let first = codebook().codes().len();
        let measures = self.measures.iter().map(|(id, quantity)| (first + id.index(), units(quantity.hundredths.into())));
        WideRow { row, values: codes.chain(measures).collect() }
    }
}

/// The row of a government that was to report and of which no report was found.
pub(super) fn silent_row(government: &Government, year: i16) -> WideRow<PanelRow> {
    let row = PanelRow {
        body_id: government.body_id(),
        year,
        unit_code: government.unit_code.clone(),
        region_code: Some(government.region_code.clone()),
        region_code_latest: government.region_code_latest.clone(),
        region_name: Some(government.name.clone()),
        level: Some(government.level.clone()),
        org_kind: Some("government".to_owned()),
        province: government.province.clone(),
        city: government.city.clone(),
        county: government.county.clone(),
        ..PanelRow::default()
    };
    WideRow { row, values: Vec::new() }
}

/// The figures of the body as a whole and the year: applicant `total` and none are one quantity, a stated
/// value before none, the table's total first.
fn figures(facts: &[FactRow]) -> Vec<(CodeId, Figure)> {
    let mut found: Vec<(CodeId, (bool, bool), Figure)> = Vec::new();
    for fact in facts.iter().filter(|fact| fact.counted && fact.period == "year" && matches!(fact.applicant.as_str(), "" | "total")) {
        let Some(code) = codebook().find(&fact.indicator, &fact.dimension, &fact.category) else { continue };
        let Some(value) = fact.value.filter(|value| value.is_finite()) else { continue };
        let approximate = !matches!(fact.qualifier.as_str(), "exact" | "zero_stated");
        let figure = Figure { value, approximate, broken: fact.checked == "broken" };
        found.push((code, (fact.applicant != "total", fact.origin != "table"), figure));
    }
    // Stable: of equals the first in the source.
    found.sort_by_key(|(code, rank, _)| (*code, *rank));
    found.dedup_by_key(|(code, ..)| *code);
    found.into_iter().map(|(code, _, figure)| (code, figure)).collect()
}

fn measures(figures: &[(CodeId, Figure)], edition: Edition) -> Vec<(MeasureId, Quantity)> {
    let find = |code: CodeId| figures.binary_search_by_key(&code, |(id, _)| *id).ok().map(|at| &figures[at].1);
    let sum = |measure: MeasureId| {
        let codes = crosswalk().codes(measure, edition, |code| find(code).is_some())?;
        let mut quantities = codes.iter().filter_map(|&code| find(code)).map(Quantity::of);
        let first = quantities.next()??;
        quantities.try_fold(first, |sum, next| sum.plus(next?))
    };
    crosswalk().measures().filter_map(|(id, _)| Some((id, sum(id)?))).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::{BodyYear, Government, Governments, NATION, panel_table, silent_row};
    use crate::knowledge::{codebook, crosswalk};
    use crate::schema::{FactRow, PANEL, PanelRow, ReportRow, RowBuilder, WideBuilder, WideRow};

    /// A province of two prefectures; the first has two counties, and one county stands under the province.
    pub fn governments() -> Governments {
        let government = |code: &str, parent: Option<&str>, level: &str| Government {
            region_code: code.into(),
            unit_code: code.into(),
            parent_code: parent.map(str::to_owned),
            level: level.into(),
            name: format!("name of {code}"),
            ..Government::default()
        };
        Governments::new(
            2022,
            vec![
                government("100000", None, "province"),
                government("100100", Some("100000"), "prefecture"),
                government("100200", Some("100000"), "prefecture"),
                government("100101", Some("100100"), "county"),
                government("100102", Some("100100"), "county"),
                government("109001", Some("100000"), "county"),
            ],
        )
    }

    pub fn report(region: &str, level: &str, year: i16, form: &str) -> ReportRow {
        ReportRow {
            report_id: format!("{region}-{year}"),
            body_id: Some(format!("{region}/government/")),
            region_code: Some(region.into()),
            level: Some(level.into()),
            org_kind: Some("government".into()),
            form: form.into(),
            scope: "area".into(),
            year: Some(year),
            selected: true,
            ..ReportRow::default()
        }
    }

    pub fn facts(values: &[(&str, f64)]) -> Vec<FactRow> {
        let fact = |&(name, value): &(&str, f64)| {
            let mut parts = name.split('/').map(str::to_owned);
            let mut part = || parts.next().unwrap_or_default();
            FactRow {
                indicator: part(),
                dimension: part(),
                category: part(),
                period: "year".into(),
                value: Some(value),
                qualifier: "exact".into(),
                origin: "table".into(),
                counted: true,
                ..FactRow::default()
            }
        };
        values.iter().map(fact).collect()
    }

    fn value(row: &WideRow<PanelRow>, column: &str) -> Option<f64> {
        let at = panel_table().fields.iter().position(|field| field.name == column)? - PANEL.fields.len();
        row.values.iter().find(|(place, _)| *place == at).map(|(_, value)| *value)
    }

    #[test]
    fn figures_stand_under_their_short_and_sums_under_their_measure() -> Result<(), Box<dyn std::error::Error>> {
        let both = facts(&[("litigation_direct.cases", 4.0), ("litigation_after_reconsideration.cases", 3.0), ("applications.new", 9.0)]);
        let body = BodyYear::of(&report("100101", "county", 2022, "2021"), &both, &governments()).ok_or("a report that counts")?;
        let row = body.row(None);
        assert_eq!((value(&row, "lit_direct"), value(&row, "cmp_lit"), value(&row, "cmp_received")), (Some(4.0), Some(7.0), Some(9.0)));
        assert_eq!((value(&row, "lit"), value(&row, "cmp_carried_in")), (None, None), "nothing is made up");
        let one = BodyYear::of(&report("100101", "county", 2022, "2021"), &both[..1], &governments()).ok_or("a report that counts")?;
        assert_eq!(value(&one.row(None), "cmp_lit"), None, "one route is no total");
        Ok(())
    }

    #[test]
    fn the_tables_total_comes_before_prose_and_a_blank_cell_last() -> Result<(), Box<dyn std::error::Error>> {
        let mut facts = facts(&[("applications.new", 8.0), ("applications.new", 9.0), ("applications.new", 7.0)]);
        facts[0].origin = "narrative".into();
        facts[1].applicant = "total".into();
        facts[2].applicant = "natural_person".into();
        let body = BodyYear::of(&report("100101", "county", 2022, "2021"), &facts, &governments()).ok_or("a report that counts")?;
        assert_eq!(value(&body.row(None), "app_new"), Some(9.0));
        facts[1].value = None;
        let body = BodyYear::of(&report("100101", "county", 2022, "2021"), &facts, &governments()).ok_or("a report that counts")?;
        assert_eq!(value(&body.row(None), "app_new"), Some(8.0));
        Ok(())
    }

    #[test]
    fn a_change_of_form_names_the_measures_that_break() -> Result<(), Box<dyn std::error::Error>> {
        let body = BodyYear::of(&report("100101", "county", 2019, "2019"), &[], &governments()).ok_or("a report that counts")?;
        let row = body.row(Some(crosswalk().edition("2014", 2018))).row;
        assert_eq!(row.terms_before.as_deref(), Some("2014"));
        let breaks: Vec<&str> = row.breaks.split(';').collect();
        assert!(breaks.contains(&"cmp_denied") && !breaks.contains(&"cmp_granted") && !breaks.contains(&"cmp_lit"), "{breaks:?}");
        assert_eq!(body.row(Some(crosswalk().edition("2019", 2018))).row.breaks, "");
        Ok(())
    }

    #[test]
    fn rows_fill_the_widened_schema() -> Result<(), Box<dyn std::error::Error>> {
        let body = BodyYear::of(&report("100101", "county", 2022, "2021"), &facts(&[("applications.new", 9.0)]), &governments())
            .ok_or("counts")?;
        let mut builder = WideBuilder::new(panel_table());
        let all = governments();
        builder.push(&body.row(None));
        builder.push(&silent_row(all.expected().next().ok_or("a government")?, 2022));
        let batch = arrow::array::RecordBatch::try_new(panel_table().schema(), builder.columns())?;
        assert_eq!(batch.num_columns(), PANEL.fields.len() + codebook().codes().len() + crosswalk().measures().count());
        let column = batch.column_by_name("app_new").ok_or("app_new")?;
        assert_eq!((column.null_count(), batch.num_rows()), (1, 2));
        Ok(())
    }

    #[test]
    fn a_body_is_part_of_the_region_above() {
        let all = governments();
        let above = |level: &str, code: &str| all.above(level, Some(code)).map(|(region, _)| region);
        assert_eq!(above("county", "100101").as_deref(), Some("100100"));
        assert_eq!(above("county", "109001").as_deref(), Some("100000"));
        assert_eq!(above("township", "100101").as_deref(), Some("100101"));
        assert_eq!(above("province", "100000").as_deref(), Some(NATION));
        assert_eq!(above("county", "999999"), None);
    }
}
