//! What extraction yields.

use std::ops::Range;

use crate::knowledge::CodeId;

/// Declares a closed vocabulary with the word each member has in the published tables.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$member_doc])* $member),+ }

        impl $name {
            /// All members, in order.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// The word in the published tables.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$member => $word),+ }
            }

            /// The member of a word of the published tables.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$member),)+ _ => None }
            }
        }
    };
}

vocabulary! {
    /// How exact a figure is.
    Qualifier {
        /// As printed.
        #[default]
        Exact = "exact",
        /// 近, 约, 左右.
        Approx = "approx",
        /// 余, 多, 以上, 超过.
        AtLeast = "at_least",
        /// 不足, 不超过.
        AtMost = "at_most",
        /// Zero said in figures or words (0, 无, 未收到) in prose.
        ZeroStated = "zero_stated",
        /// A blank cell: no value.
        Blank = "blank",
        /// A dash or stroke in a cell: no value.
        Dash = "dash",
        /// A cell whose content is no figure: no value.
        Unreadable = "unreadable",
    }
}

vocabulary! {
    /// The kinds of applicant, columns of the application table of 2019 and 2021.
    Applicant {
        /// Does not apply.
        #[default]
        None = "",
        /// 自然人.
        NaturalPerson = "natural_person",
        /// 商业企业.
        Business = "business",
        /// 科研机构.
        Research = "research",
        /// 社会公益组织.
        PublicInterest = "public_interest",
        /// 法律服务机构.
        LegalService = "legal_service",
        /// 其他.
        Other = "other",
        /// 总计.
        Total = "total",
    }
}

vocabulary! {
    /// The period a figure is about.
    Period {
        /// The report year.
        #[default]
        Year = "year",
        /// Since a beginning before the report year (历年累计).
        Cumulative = "cumulative",
        /// The year before, or another one.
        PreviousYear = "previous_year",
        /// A part of the report year.
        PartYear = "part_year",
    }
}

vocabulary! {
    /// Where the unit of a figure was found.
    UnitFrom {
        /// In the cell itself.
        Cell = "cell",
        /// In the head of its row, column or table.
        Header = "header",
        /// Nowhere: the statutory form says it.
        #[default]
        Form = "form",
        /// In the sentence.
        Text = "text",
    }
}

vocabulary! {
    /// Where a figure stands.
    Origin {
        /// A table cell.
        #[default]
        Table = "table",
        /// A sentence.
        Narrative = "narrative",
    }
}

vocabulary! {
    /// Editions of the statutory form.
    Form {
        /// No statutory form: prose, and local tables before 2014.
        #[default]
        F2008 = "2008",
        /// Annex table of 国办发〔2014〕32号.
        F2014 = "2014",
        /// 国办公开办函〔2019〕60号.
        F2019 = "2019",
        /// 国办公开办函〔2021〕30号.
        F2021 = "2021",
    }
}

/// The place of a cell within the report's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CellPlace {
    /// Table, from 0 in reading order.
    pub table: u32,
    /// Row of the statutory form, from 0 (not of the grid).
    pub row: u32,
    /// Column of the statutory form, from 0.
    pub column: u32,
}

/// One figure that a report states.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Indicator, dimension and category.
    pub code: CodeId,
    /// Kind of applicant.
    pub applicant: Applicant,
    /// Empty: the body as a whole; else the printed column head or body it is about.
    pub subject: String,
    /// Period.
    pub period: Period,
    /// In the codebook's unit; money in yuan. `None` for blank, dash and unreadable.
    pub value: Option<f64>,
    /// Where the unit was found.
    pub unit_from: UnitFrom,
    /// How exact.
    pub qualifier: Qualifier,
    /// Bytes of the repaired text that print the value; empty for a blank cell.
    pub span: Range<usize>,
    /// Bytes of the repaired text around it: its sentence, or its row.
    pub context: Range<usize>,
    /// Table or sentence.
    pub origin: Origin,
    /// Edition of the table it stands in; 2008 for prose.
    pub form: Form,
    /// Its cell, for figures of statutory tables.
    pub place: Option<CellPlace>,
    /// Heading of the section it stands in.
    pub section: String,
    /// Name of the rule that took it, for people (`ogi inspect`) and for tests.
    pub rule: &'static str,
}

/// One quantity in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Bytes of the repaired text.
    pub span: Range<usize>,
    /// Value, with 万 and 亿 applied; `None` where none can be read.
    pub value: Option<f64>,
    /// Upper end of a range.
    pub value_high: Option<f64>,
    /// Unit as normalised (件, 条, 次, %); empty where none is printed.
    pub unit: String,
    /// How exact.
    pub qualifier: Qualifier,
    /// Its own words: what stands before it in its clause.
    pub label: String,
    /// Heading of its section.
    pub section: String,
    /// Index of the fact that claimed it.
    pub fact: Option<usize>,
    /// Why no fact claims it though its words name an indicator, for people (`ogi inspect`).
    pub reason: Option<&'static str>,
}

/// What was noticed while reading tables and prose and is no figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Name of the check (`table.ambiguous`, `label.unknown`).
    pub check: &'static str,
    /// What it is about.
    pub message_zh: String,
    /// The same in English.
    pub message_en: String,
    /// Bytes of the repaired text.
    pub span: Range<usize>,
}

/// A statutory table that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRead {
    /// `article20`, `applications`, `review`, `annex2014`.
    pub table: String,
    /// Edition.
    pub form: Form,
    /// Cells that the form has.
    pub expected: u32,
    /// Cells with a value.
    pub read: u32,
    /// Cells that are blank.
    pub blank: u32,
}

/// All that a document states.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extraction {
    /// In the order of the source.
    pub facts: Vec<Fact>,
    /// In the order of the source.
    pub mentions: Vec<Mention>,
    /// Statutory tables found.
    pub tables: Vec<TableRead>,
    /// What was noticed.
    pub notices: Vec<Notice>,
}

impl Extraction {
    /// Puts facts and mentions in the order of the text, which is that of publication.
    pub(super) fn in_order(mut self) -> Self {
        let mut order: Vec<usize> = (0..self.facts.len()).collect();
        order.sort_by_key(|i| (self.facts[*i].span.start, *i));
        let mut place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new;
        }
        self.facts.sort_by_key(|fact| fact.span.start);
        for mention in &mut self.mentions {
            mention.fact = mention.fact.map(|fact| place[fact]);
        }
        self.mentions.sort_by_key(|mention| mention.span.start);
        self
    }

    /// Keeps the facts for which `kept` says so. The others stay as quantities.
    pub(super) fn keep(mut self, kept: &[bool]) -> Self {
        let mut count = 0;
        let place: Vec<Option<usize>> = kept
            .iter()
            .map(|kept| {
                count += usize::from(*kept);
                kept.then(|| count - 1)
            })
            .collect();
        let mut stays = kept.iter().copied();
        self.facts.retain(|_| stays.next().unwrap_or(true));
        for mention in &mut self.mentions {
            mention.fact = mention.fact.and_then(|fact| place.get(fact).copied().flatten());
        }
        self
    }
}
