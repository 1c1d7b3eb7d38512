//! The one generator of reports: a plan (who, which year, edition of the form, layout, damage, seed) becomes
//! the bytes of a document and the facts that stand in it. Tests and benches draw from it.
//!
//! It prints from its own list of labels ([`form`]) and never imports the program's data, so that a label
//! missing there is noticed here. Values, layout and damage draw from separate streams of one seed: two
//! plans that differ in layout or damage alone state equal facts.

#![allow(dead_code, reason = "each test and bench uses a part")]

pub mod body;
pub mod damage;
pub mod docx;
pub mod form;
pub mod layout;
pub mod pdf;
pub mod prose;
pub mod values;
pub mod workbook;

pub use body::{BODIES, Body, DEPARTMENTS, TWENTY_COUNTIES};
pub use damage::Damage;
pub use form::Edition;
pub use layout::Layout;

use fastrand::Rng;

/// A figure that a generated report states.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    pub indicator: &'static str,
    pub dimension: &'static str,
    pub category: &'static str,
    pub applicant: &'static str,
    /// Money in yuan; `None` for a blank cell or a dash.
    pub value: Option<f64>,
    pub qualifier: &'static str,
}

impl Truth {
    pub fn exact(code: form::Code, value: f64) -> Self {
        Self::of(code, "", Some(value), "exact")
    }

    pub fn of(code: form::Code, applicant: &'static str, value: Option<f64>, qualifier: &'static str) -> Self {
        Self { indicator: code.0, dimension: code.1, category: code.2, applicant, value, qualifier }
    }

    pub fn key(&self) -> (&str, &str, &str, &str) {
        (self.indicator, self.dimension, self.category, self.applicant)
    }
}

/// Who reports, as a careful reader of the document would say.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    pub year: i16,
    pub org: String,
    pub org_kind: &'static str,
    pub region_code: &'static str,
    pub published: String,
    pub form: &'static str,
}

/// What to generate.
#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub edition: Edition,
    pub year: i16,
    pub body: &'static Body,
    /// A department of the body's government instead of the government.
    pub department: Option<&'static str>,
    pub layout: Layout,
    /// Applied in this order.
    pub damage: Vec<Damage>,
    /// Share of application and article 20 cells left blank, for layouts that keep blanks.
    pub blanks: f64,
    /// Share of counts that are zero.
    pub zeros: f64,
}

impl Plan {
    /// A plan drawn from a seed: any body, edition, year and layout, without damage or blanks.
    pub fn random(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed ^ 0x9e37_79b9_7f4a_7c15);
        let edition = pick(&mut rng, Edition::ALL);
        let years = edition.years();
        Self {
            seed,
            edition,
            year: rng.i16(years),
            body: pick(&mut rng, BODIES),
            department: if rng.u8(..10) < 6 { Some(pick(&mut rng, DEPARTMENTS)) } else { None },
            layout: pick(&mut rng, Layout::ALL),
            damage: Vec::new(),
            blanks: 0.0,
            zeros: pick(&mut rng, &[0.2, 0.6, 0.95]),
        }
    }

    pub fn edition(mut self, edition: Edition) -> Self {
        self.edition = edition;
        let years = edition.years();
        self.year = self.year.clamp(*years.start(), *years.end());
        self
    }

    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    pub fn damage(mut self, damage: &[Damage]) -> Self {
        self.damage = damage.to_vec();
        self
    }

    pub fn blanks(mut self, share: f64) -> Self {
        self.blanks = share;
        self
    }

    /// Full name of the body that reports.
    pub fn org(&self) -> String {
        format!("{}{}", self.body.place(), self.department.unwrap_or("人民政府"))
    }
}

/// A generated document and what it states.
#[derive(Clone, Debug)]
pub struct Report {
    /// File name; the ending suits the layout.
    pub name: String,
    pub bytes: Vec<u8>,
    pub facts: Vec<Truth>,
    pub identity: Identity,
}

/// What a report says, before it is laid out.
#[derive(Clone, Debug)]
pub struct Content {
    pub title: String,
    pub published: String,
    pub sections: Vec<layout::Block>,
    pub facts: Vec<Truth>,
}

impl Content {
    pub fn pdf(&self) -> Vec<u8> {
        pdf::print(&self.title, &self.published, &self.sections, true)
    }

    /// A PDF whose tables have no ruling lines.
    pub fn pdf_without_lines(&self) -> Vec<u8> {
        pdf::print(&self.title, &self.published, &self.sections, false)
    }

    pub fn docx(&self) -> Vec<u8> {
        docx::print(&self.title, &self.published, &self.sections)
    }

    pub fn xlsx(&self) -> Vec<u8> {
        workbook::xlsx(&self.title, &self.published, &self.sections)
    }

    pub fn xls(&self) -> Vec<u8> {
        workbook::xls(&self.title, &self.published, &self.sections)
    }
}

/// What the report of a plan says, for files that have no layout of text.
pub fn content(plan: &Plan) -> Content {
    said(plan, &mut wordings(plan))
}

fn wordings(plan: &Plan) -> Rng {
    Rng::with_seed(plan.seed ^ 0x51_7c_c1_b7_27_22_0a_95)
}

fn said(plan: &Plan, wording: &mut Rng) -> Content {
    let mut values = Rng::with_seed(plan.seed);
    let published = format!("{}-{:02}-{:02}", plan.year + 1, values.u8(1..=3), values.u8(1..=28));
    let mut facts = Vec::new();
    let sections = prose::sections(plan, &mut values, wording, &mut facts);
    Content { title: format!("{}{}年政府信息公开工作年度报告", plan.org(), plan.year), published, sections, facts }
}

/// Carries out a plan.
pub fn report(plan: &Plan) -> Report {
    let mut wording = wordings(plan);
    let mut noise = Rng::with_seed(plan.seed ^ 0x2545_f491_4f6c_dd1d);
    let Content { published, sections, facts, .. } = said(plan, &mut wording);
    let text = layout::print(plan, &published, &sections, &mut wording);
    let text = plan.damage.iter().fold(text, |text, damage| damage.apply(text, &mut noise));
    let bytes = if plan.layout == Layout::HtmlGbk { encoding_rs::GB18030.encode(&text).0.into_owned() } else { text.into_bytes() };
    Report {
        name: format!("{:08}-{}-{}.{}", plan.seed, plan.body.code, plan.year, plan.layout.ending()),
        bytes,
        facts,
        identity: Identity {
            year: plan.year,
            org: plan.org(),
            org_kind: if plan.department.is_some() { "department" } else { "government" },
            region_code: plan.body.code,
            published,
            form: plan.edition.as_str(),
        },
    }
}

/// A page around bodies that carry no report: what a build must reject.
pub fn guide(seed: u64) -> Report {
    let mut rng = Rng::with_seed(seed);
    let body = pick(&mut rng, BODIES);
    let text = format!(
        "{0}政府信息公开指南\n\n为方便公众获取{0}的政府信息，制定本指南。\n一、申请\n申请人可以当面、邮寄或者在网上提出申请，受理机构在20个工作日内答复。\n\
         二、收费\n复印每张{1}角。\n三、救济\n可以在60日内申请行政复议。\n",
        body.place(),
        rng.u8(2..9)
    );
    Report {
        name: format!("{seed:08}-guide.txt"),
        bytes: text.into_bytes(),
        facts: Vec::new(),
        identity: Identity { year: 0, org: String::new(), org_kind: "", region_code: body.code, published: String::new(), form: "" },
    }
}

fn pick<T: Copy>(rng: &mut Rng, list: &[T]) -> T {
    list[rng.usize(..list.len())]
}
