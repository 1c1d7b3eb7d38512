//! What identification yields.

use chrono::NaiveDate;

/// What a document is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Genre {
    /// A yearly report on disclosure, or a notice that carries one.
    #[default]
    AnnualReport,
    /// A text that is something else; the word is a reason of `rejects`.
    Other(&'static str),
}

/// The level of the body's government.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The State Council and its bodies.
    Nation,
    /// Province, autonomous region, municipality.
    Province,
    /// Prefecture, city with districts.
    Prefecture,
    /// County, district, county-level city.
    County,
    /// Township, town, street.
    Township,
}

impl Level {
    /// The word in the published tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nation => "nation",
            Self::Province => "province",
            Self::Prefecture => "prefecture",
            Self::County => "county",
            Self::Township => "township",
        }
    }
}

/// The kind of reporting body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrgKind {
    /// A people's government or its office.
    Government,
    /// A department, or the local branch of a central system.
    Department,
    /// A township or town government.
    Township,
    /// A street office.
    Street,
    /// The management committee of a development zone.
    DevelopmentZone,
    /// A national body.
    Central,
    /// Anything else.
    Other,
}

impl OrgKind {
    /// The word in the published tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Government => "government",
            Self::Department => "department",
            Self::Township => "township",
            Self::Street => "street",
            Self::DevelopmentZone => "development_zone",
            Self::Central => "central",
            Self::Other => "other",
        }
    }
}

/// Whose figures they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// The whole area: the government and the bodies below it.
    Area,
    /// The body alone.
    Own,
    /// The text does not tell.
    #[default]
    Unknown,
}

impl Scope {
    /// The word in the published tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Own => "own",
            Self::Unknown => "unknown",
        }
    }
}

/// Who reports, for which place and which year. Names are full names valid in the report year.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    /// What the document is.
    pub genre: Genre,
    /// The title as shown, repaired.
    pub title: Option<String>,
    /// Report year.
    pub year: Option<i16>,
    /// Full name of the body as the report gives it.
    pub org: Option<String>,
    /// Kind of body.
    pub org_kind: Option<OrgKind>,
    /// The body over time: unit code `/` kind `/` name within the unit.
    pub body_id: Option<String>,
    /// Six digits, valid in the report year; of the county for a township, of the host for a zone.
    pub region_code: Option<String>,
    /// Today's code of the same region, where it has one successor.
    pub region_code_latest: Option<String>,
    /// Nine digits where known.
    pub township_code: Option<String>,
    /// Name of the place the body belongs to (the township for a township).
    pub region_name: Option<String>,
    /// Level of the body's government.
    pub level: Option<Level>,
    /// Province.
    pub province: Option<String>,
    /// Prefecture; `None` for municipalities, province-run counties and provinces.
    pub city: Option<String>,
    /// County.
    pub county: Option<String>,
    /// Township or street.
    pub township: Option<String>,
    /// First day of the period as stated.
    pub period_start: Option<NaiveDate>,
    /// Last day of the period as stated.
    pub period_end: Option<NaiveDate>,
    /// Date of publication.
    pub published: Option<NaiveDate>,
    /// Index number (索引号).
    pub index_no: Option<String>,
    /// Document number (文号).
    pub doc_no: Option<String>,
    /// Whose figures.
    pub scope: Scope,
    /// Where the region is not told for want of evidence: the regions that bear the name, with their codes.
    pub region_choices: Vec<String>,
    /// Of a joint report of several bodies, the others as written; the report is that of the first.
    pub joint_with: Option<String>,
    /// What each answer rests on, such as `year:title`, `region:docno 豫政办`.
    pub evidence: Vec<String>,
    /// From 0 to 1: how sure the body and region are.
    pub confidence: f64,
}
