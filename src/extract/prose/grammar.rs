//! The clause grammar: which indicator a figure belongs to.
//!
//! The rules, in the order in which they are tried on a figure; each names itself in `Fact::rule`:
//!
//! | rule | reads |
//! | --- | --- |
//! | `list` | 当面、传真申请分别为5件、3件: labels in order, figures in order |
//! | `each` | 行政复议、行政诉讼均为0件; 会议、培训各2次: one figure for every label |
//! | `label_before` | 收到申请29件: the label stands before the figure in its clause |
//! | `label_after` | 29件申请; 近60人次参加培训: the label follows |
//! | `carry` | 全年共发12期45600册: the words of the figure before hold on, by unit |
//! | `twin` | 上年为281条: nothing but another time: the total said before |
//! | `bare_total` | 共6400条,其中网站5100条: the parts say of what it is the total |
//! | `channel_subject` | 政务微博194个,发布信息近1.5万条: the subject of the clause before |
//! | `all_of` | 29件,均按时办结; 1件,尚未审结: what is said of the whole figure before |
//! | `zero_before` | 未收到申请; 无行政复议、行政诉讼: zero for each label that follows |
//! | `zero_after` | 相关举报、复议、诉讼为零: zero for each label before |
//! | `zero_section` | a section that says nothing but 无: zero for the labels of its heading |
//! | `growth` | 同比增长31.3% |

use std::ops::Range;

use super::clauses::{Kind, Token, tokens};
use super::outline::{Heading, heading_at};
use super::quantity::{Figure, Quantity, figures};
use super::standing::{Rank, letter, rank};
use crate::extract::{Applicant, Extraction, Fact, Form, Mention, Origin, Period, Qualifier, UnitFrom};
use crate::knowledge::{CodeId, Codebook, Entry, Frame, Movement, Role, Section, Sense, Target, UnitSet, codebook};
use crate::repair::Clean;

/// Names of the rules.
#[cfg(test)]
pub(super) const RULES: [&str; 13] = [
    "list",
    "each",
    "label_before",
    "label_after",
    "carry",
    "twin",
    "bare_total",
    "channel_subject",
    "all_of",
    "zero_before",
    "zero_after",
    "zero_section",
    "growth",
];

/// A sentence with more tokens than this is no sentence (a list of links, a dump): its quantities are
/// mentions only.
const LONGEST_SENTENCE: usize = 600;
/// First report year of the form of 国办公开办函〔2019〕60号.
const FORM_OF_OUTCOMES: i16 = 2019;
/// Characters of a mention's label.
const LABEL_LENGTH: usize = 40;

/// What a sentence has said so far.
#[derive(Clone, Debug, Default)]
struct Context {
    /// What it is about.
    frame: Option<Frame>,
    /// Article 20 matter that it is about.
    matter: Option<&'static str>,
    /// Last figure taken that is no part.
    total: Option<Taken>,
    /// Last figure taken.
    last: Option<Taken>,
    /// Dimension of the last part taken.
    dimension: Option<CodeId>,
    /// Channel that is the subject of an earlier clause.
    channel: Option<CodeId>,
    /// Whether parts of the total follow.
    breakdown: bool,
    /// Whether the sentence turned to figures that are none of disclosure.
    foreign: bool,
    /// A total of items was said with words of a headline.
    headline: bool,
    /// A whole without a label: token of its quantity, and its period.
    bare: Option<(usize, Period)>,
}

/// A figure that was taken.
#[derive(Clone, Copy, Debug)]
struct Taken {
    code: CodeId,
    period: Period,
    fact: usize,
    class: UnitSet,
}

/// A figure of which words after it say something as a whole.
#[derive(Clone, Debug)]
struct Whole {
    value: f64,
    qualifier: Qualifier,
    span: Range<usize>,
    class: UnitSet,
}

/// A label in a window.
#[derive(Clone, Copy, Debug)]
struct Label {
    entry: &'static Entry,
    token: usize,
    /// Only words of the lexicon stand between it and the figure.
    near: bool,
}

/// What labels say of a figure.
#[derive(Clone, Debug, Default)]
struct Reading {
    codes: Vec<CodeId>,
    /// Codes named together, of which a figure other than zero tells nothing.
    joint: Vec<CodeId>,
    /// Only a verb or a weak word said it: a label behind the figure knows better.
    weak: bool,
    /// A headline word said it.
    strong: bool,
    /// The figure falls.
    negative: bool,
}

impl Reading {
    fn of(code: CodeId) -> Self {
        Self { codes: vec![code], ..Self::default() }
    }
}

/// Reads the paragraphs of a document in order.
pub(super) struct Reader<'c> {
    text: &'c str,
    book: &'static Codebook,
    year: Option<i16>,
    rank: Option<Rank>,
    out: Extraction,
    context: Context,
    section: Section,
    heading: String,
    /// What labels of the heading can carry into its section, and with which units.
    heading_carry: Vec<(CodeId, UnitSet)>,
}

impl<'c> Reader<'c> {
    pub(super) fn new(clean: &'c Clean, year: Option<i16>) -> Self {
        let text = clean.text();
        // A report whose text never names its year is dated by mistake: its years tell nothing.
        let year = year.filter(|y| text.contains(&format!("{y}年")) || !text.contains('年'));
        Self {
            text,
            book: codebook(),
            year,
            rank: rank(clean),
            out: Extraction::default(),
            context: Context::default(),
            section: Section::General,
            heading: String::new(),
            heading_carry: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Extraction {
        let mut out = self.out;
        // Rules that look back take earlier figures later; the order of publication is that of the text.
        let mut order: Vec<usize> = (0..out.facts.len()).collect();
        order.sort_by_key(|i| (out.facts[*i].span.start, *i));
        let mut place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new;
        }
        let mut facts: Vec<Option<Fact>> = out.facts.into_iter().map(Some).collect();
        out.facts = order.iter().filter_map(|i| facts[*i].take()).collect();
        for mention in &mut out.mentions {
            mention.fact = mention.fact.map(|f| place[f]);
        }
        out.mentions.sort_by_key(|m| m.span.start);
        out
    }

    /// Reads a paragraph that begins at `start` of the document.
    pub(super) fn paragraph(&mut self, part: &str, start: usize, headings: &[Heading]) {
        if is_table_line(part) {
            return;
        }
        self.context = Context::default();
        let mut from = 0;
        for (at, c) in part.char_indices().chain(std::iter::once((part.len(), '。'))) {
            if !matches!(c, '。' | '！' | '\n') && at != part.len() {
                continue;
            }
            let sentence = &part[from..at];
            let begin = start + from;
            from = (at + c.len_utf8()).min(part.len());
            let numbers = figures(sentence);
            let counts = numbers.iter().any(|f| matches!(f, Figure::Quantity(_)));
            if counts || denies(sentence) || (self.context.last.is_some() && speaks_of_the_whole(sentence)) {
                self.sentence(sentence, begin, headings);
            }
        }
    }

    fn sentence(&mut self, sentence: &str, begin: usize, headings: &[Heading]) {
        let mut skip = 0;
        if let Some(heading) = heading_at(headings, begin + sentence.len() - sentence.trim_start().len()) {
            if heading.text != self.heading {
                self.heading.clone_from(&heading.text);
                self.heading_carry = carries(&heading.text);
                self.section = heading.section;
                self.context = Context::default();
            }
            // A heading glued to its sentence by a blank or by nothing is no clause of it.
            if heading.span.start >= begin && heading.span.end < begin + sentence.len() {
                let after = self.text[heading.span.end..].chars().next().unwrap_or('。');
                if !matches!(after, '：' | ':' | '；' | ';') {
                    skip = heading.span.end - begin;
                }
            }
        } else if self.section != Section::General {
            self.section = Section::General;
            self.heading.clear();
            self.heading_carry.clear();
        }
        let list = tokens(&sentence[skip..], begin + skip);
        let span = begin..begin + sentence.len();
        let first_mention = self.out.mentions.len();
        for token in &list {
            if let Some(quantity) = token.quantity() {
                self.mention(quantity, begin);
            }
        }
        if list.len() > LONGEST_SENTENCE || self.section == Section::Plan {
            return;
        }
        let list = without_silent_brackets(list);
        let mut context = std::mem::take(&mut self.context);
        context.breakdown = false;
        context.channel = None;
        context.bare = None;
        context.headline = false;
        if context.frame.is_none() {
            context.frame = frame_of_section(self.section);
        }
        let mut walk = Walk {
            reader: self,
            tokens: &list,
            span,
            context,
            first_mention,
            window: 0,
            window_after: 0,
            clause: 0,
            sentence_period: None,
        };
        walk.run();
        let context = walk.context;
        self.context = context;
    }

    fn mention(&mut self, quantity: &Quantity, sentence: usize) {
        // Bounded: a text without any punctuation is looked back into no farther than its label can reach.
        let mut from = sentence.max(quantity.span.start.saturating_sub(LABEL_LENGTH * 4));
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        let before = &self.text[from..quantity.span.start];
        let clause = before
            .rfind(['，', ',', '；', ';', '、', '。', '：', ':', '\n'])
            .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        let label = before[clause..].trim();
        let skip = label.chars().count().saturating_sub(LABEL_LENGTH);
        let zero = quantity.value == 0.0;
        self.out.mentions.push(Mention {
            span: quantity.span.clone(),
            value: Some(quantity.stated),
            value_high: quantity.high,
            unit: if quantity.unit == "份" { "册".to_owned() } else { quantity.unit.clone() },
            qualifier: if zero { Qualifier::ZeroStated } else { quantity.qualifier },
            label: label.chars().skip(skip).collect(),
            section: self.heading.clone(),
            fact: None,
        });
    }
}

fn carries(heading: &str) -> Vec<(CodeId, UnitSet)> {
    let list = tokens(heading, 0);
    let senses = list.iter().filter_map(Token::label).flat_map(|e| &e.senses).filter(|s| s.carry);
    senses.filter_map(|s| if let Target::Code(code) = s.target { Some((code, s.units)) } else { None }).collect()
}

/// A line of a table that lost its grid: the tables' reader looks at it.
fn is_table_line(part: &str) -> bool {
    if part.bytes().filter(|b| *b == b'|').count() >= 2 || part.trim().bytes().filter(|b| *b == b'\t').count() >= 2 {
        return true;
    }
    // A label and bare numbers without any punctuation of prose.
    !part.contains(['，', ',', '。', '；', ';', '、', '：', ':'])
        && part.split_whitespace().filter(|w| w.chars().all(|c| c.is_ascii_digit())).count() >= 2
}

/// Whether a sentence without quantities can state a zero: a word of denial, and one of what reports deny.
/// This is a cheap test before anything is read; most sentences end here.
fn denies(sentence: &str) -> bool {
    const DENIALS: [&str; 6] = ["未", "没", "无", "零", "不存在", "不收"];
    const SUBJECTS: [&str; 17] = [
        "申请",
        "诉",
        "费",
        "收",
        "复议",
        "举报",
        "咨询",
        "规范性",
        "发布会",
        "访谈",
        "解读",
        "热点",
        "舆情",
        "查阅",
        "提案",
        "建议",
        "会议",
    ];
    /// A shorter sentence may say no more than 无; its heading says of what.
    const SHORT: usize = 90;
    DENIALS.iter().any(|w| sentence.contains(w)) && (sentence.len() < SHORT || SUBJECTS.iter().any(|w| sentence.contains(w)))
}

/// Whether a sentence without quantities can say something of the figure before it: 均按时办结.
fn speaks_of_the_whole(sentence: &str) -> bool {
    ["均", "全部", "都", "皆", "办结", "答复", "尚", "维持", "驳回"].iter().any(|w| sentence.contains(w))
}

fn frame_of_section(section: Section) -> Option<Frame> {
    match section {
        Section::Applications => Some(Frame::APPLICATIONS),
        Section::Proactive => Some(Frame::PROACTIVE),
        Section::Fees => Some(Frame::FEES),
        Section::Consultations => Some(Frame::CONSULTATIONS),
        _ => None,
    }
}

/// Brackets without a quantity of their own (含电子邮件; 占12.3%) say nothing of the figures around
/// them; brackets that hold nothing but a figure belong to the label before: 征地拆迁(41件).
fn without_silent_brackets(list: Vec<Token>) -> Vec<Token> {
    let mut partner: Vec<Option<usize>> = vec![None; list.len()];
    let mut open: Vec<usize> = Vec::new();
    for (i, token) in list.iter().enumerate() {
        match token.kind {
            Kind::Open => open.push(i),
            Kind::Close => {
                if let Some(o) = open.pop() {
                    partner[o] = Some(i);
                    partner[i] = Some(o);
                }
            }
            _ => {}
        }
    }
    let mut keep = vec![true; list.len()];
    let mut i = 0;
    while i < list.len() {
        if let (Kind::Open, Some(close)) = (&list[i].kind, partner[i]) {
            let inner = &list[i + 1..close];
            let counts = inner.iter().filter(|t| t.quantity().is_some_and(|q| q.class != UnitSet::PERCENT)).count();
            let bare = inner.iter().all(|t| t.quantity().is_some() || t.is(Role::Filler) || t.is(Role::Total) || t.is(Role::Share));
            if counts == 0 {
                keep[i..=close].fill(false);
                i = close;
            } else if bare && counts == 1 {
                keep[i] = false;
                keep[close] = false;
            }
        } else if matches!(list[i].kind, Kind::Open | Kind::Close) && partner[i].is_none() {
            // A bracket that lost its partner.
            keep[i] = false;
        }
        i += 1;
    }
    list.into_iter().zip(keep).filter_map(|(t, k)| k.then_some(t)).collect()
}

/// The walk over the tokens of a sentence.
struct Walk<'r, 'c, 't> {
    reader: &'r mut Reader<'c>,
    tokens: &'t [Token],
    span: Range<usize>,
    context: Context,
    first_mention: usize,
    /// First token of the window that labels of the next figure are looked for in.
    window: usize,
    /// Where the window of the figure after this one begins.
    window_after: usize,
    /// First token of the clause.
    clause: usize,
    sentence_period: Option<Period>,
}

impl Walk<'_, '_, '_> {
    fn run(&mut self) {
        self.set_aside_others();
        let mut i = 0;
        let mut saved: Vec<(bool, usize)> = Vec::new();
        let mut counted = false;
        while i < self.tokens.len() {
            let token = &self.tokens[i];
            match &token.kind {
                Kind::Comma | Kind::Semicolon | Kind::Stop => {
                    self.close_clause(i, counted);
                    if token.kind == Kind::Semicolon {
                        self.context.channel = None;
                    }
                    (self.window, self.clause, counted) = (i + 1, i + 1, false);
                }
                Kind::Colon => {
                    let quantity_before = self.tokens[self.clause..i].iter().any(|t| t.quantity().is_some());
                    if quantity_before {
                        self.context.breakdown |= self.context.last.is_some() || self.context.bare.is_some();
                        (self.window, self.clause, counted) = (i + 1, i + 1, false);
                    } else if !self.figure_follows(i + 1) && !self.nothing_follows(i + 1) {
                        self.window = i + 1;
                        self.clause = i + 1;
                    }
                }
                Kind::Open => {
                    saved.push((self.context.breakdown, self.window));
                    self.context.breakdown = true;
                    (self.window, self.clause) = (i + 1, i + 1);
                }
                Kind::Close => {
                    self.close_clause(i, counted);
                    if let Some((breakdown, _)) = saved.pop() {
                        self.context.breakdown = breakdown;
                    }
                    (self.window, self.clause) = (i + 1, i + 1);
                }
                Kind::Quantity(_) => {
                    self.window_after = i + 1;
                    self.attach(i);
                    counted = true;
                    self.window = self.window_after;
                }
                _ => {
                    if let Some(role) = token.role() {
                        match role {
                            Role::Breakdown if token.label().is_none() => {
                                self.context.breakdown |= self.context.last.is_some() || self.context.bare.is_some();
                                self.window = i + 1;
                            }
                            Role::Negation => {
                                i = self.negation(i);
                                continue;
                            }
                            Role::Nil => self.nil(self.clause, i, i),
                            Role::List => {
                                if let Some(next) = self.list(i) {
                                    counted = true;
                                    i = next;
                                    continue;
                                }
                            }
                            Role::Each | Role::All if self.figure_follows(i + 1) => {
                                if let Some(next) = self.each(i) {
                                    counted = true;
                                    i = next;
                                    continue;
                                }
                            }
                            Role::Plan => return,
                            _ => {}
                        }
                    }
                }
            }
            i += 1;
        }
        self.close_clause(self.tokens.len(), counted);
    }

    /// A sentence on a later year states no figure of this one.
    fn set_aside_others(&mut self) {
        let Some(year) = self.reader.year else { return };
        let mut years = self.tokens.iter().filter_map(|t| if let Kind::Year(y) = t.kind { Some(y) } else { None });
        let later = years.next().is_some_and(|y| y > year) && years.all(|y| y > year);
        let excluded = self.tokens.iter().any(|t| t.is(Role::Excluded));
        if later || excluded {
            self.tokens = &[];
        }
    }

    /// Whether a figure stands at a place, fillers apart.
    fn figure_follows(&self, from: usize) -> bool {
        let mut rest = self.tokens[from..].iter().skip_while(|t| t.is(Role::Filler) || t.is(Role::Total));
        rest.next().is_some_and(|t| t.quantity().is_some())
    }

    /// Whether words that say zero stand at a place and end the clause: 依申请公开情况:无.
    fn nothing_follows(&self, from: usize) -> bool {
        let mut rest = self.tokens[from..].iter().skip_while(|t| t.is(Role::Filler) || t.is(Role::Period));
        rest.next().is_some_and(|t| t.is(Role::Negation) || t.is(Role::Nil))
    }

    fn labels(&self, range: Range<usize>) -> Vec<Label> {
        let mut near = true;
        let mut found = Vec::new();
        for token in range.rev() {
            let t = &self.tokens[token];
            if let Some(entry) = t.label() {
                // A word that is no more than a verb or preposition here.
                found.push(Label { entry, token, near });
            } else if matches!(t.kind, Kind::Gap | Kind::Number) || t.is(Role::Opaque) {
                near = false;
            }
        }
        found
    }

    fn frame_hint(&self, labels: &[Label], class: UnitSet) -> Option<Frame> {
        let mut best: Option<Frame> = None;
        // Totals next to the figure, then parts next to it, then what stands farther off.
        for (near, part) in [(true, false), (true, true), (false, false)] {
            for label in labels.iter().filter(|l| l.near == near) {
                for sense in &label.entry.senses {
                    let Some(frame) = sense.frame else { continue };
                    let head = sense.within.is_empty() && !sense.verb && sense.part == part && (near || !sense.weak);
                    let fits = sense.units.meets(class) || sense.base;
                    if head && fits && best.is_none_or(|b| frame.priority() > b.priority()) {
                        best = Some(frame);
                    }
                }
            }
            if best.is_some() {
                break;
            }
        }
        best
    }

    /// 公开3957条,其中…政策解读信息1245条: among the parts of a total a wording that names a part of it
    /// and a thing of its own names the part.
    fn part_of_total(&self, labels: &[Label], class: UnitSet) -> Option<Frame> {
        let frame = self.context.frame.filter(|_| self.context.breakdown)?;
        let nearest = labels.first().filter(|l| l.near)?;
        nearest.entry.senses.iter().any(|s| s.part && s.units.meets(class) && s.within.contains(&frame)).then_some(frame)
    }

    /// What the labels of a window say of a figure with this class of unit.
    fn resolve(&self, labels: &[Label], class: UnitSet, union: Option<Frame>) -> Option<Reading> {
        let book = self.reader.book;
        let explicit = self.part_of_total(labels, class).or_else(|| self.frame_hint(labels, class)).or(union);
        let frame = explicit.or(self.context.frame);
        let fits = |s: &Sense| s.units.meets(class) && (s.within.is_empty() || frame.is_some_and(|f| s.within.contains(&f)));
        let nearest = labels.first().filter(|l| l.near)?;
        let whole = labels.iter().filter(|l| l.near).count() == 1;
        let usable = |s: &&Sense| fits(s) && (!s.whole || whole);
        let first = nearest.entry.senses.iter().find(usable);
        match first.map(|s| s.target) {
            Some(Target::Nothing) => return Some(Reading::default()),
            Some(Target::Rest) => return Some(self.rest().unwrap_or_default()),
            Some(Target::Movement(movement)) => {
                let code = book.find(self.context.matter?, "movement", movement.category())?;
                return Some(Reading { negative: movement == Movement::Decrease, ..Reading::of(code) });
            }
            _ => {}
        }
        // 热线受理诉求23件,办结20件: what was handled there are no applications.
        let handled = |s: &Sense| matches!(s.target, Target::Code(c) if s.frame == Some(Frame::APPLICATIONS) && (!s.part || book[c].dimension == "timeliness") && book[c].indicator != "applications.received");
        let elsewhere = self.context.foreign
            || self.context.frame.is_some_and(|f| f != Frame::APPLICATIONS && f != Frame::PROACTIVE && f != Frame::FEES);
        if elsewhere && first.is_some_and(handled) && !labels.iter().any(is_application) {
            return Some(Reading::default());
        }
        // 行政复议和诉讼0件: of both together only a zero tells.
        let mut joint: Vec<CodeId> = Vec::new();
        for label in labels.iter().filter(|l| l.near) {
            let review =
                |s: &&Sense| s.zero && !s.part && s.within.is_empty() && s.units.meets(class) && s.frame.is_some_and(Frame::is_review);
            if let Some(Target::Code(code)) = label.entry.senses.iter().find(review).map(|s| s.target)
                && !joint.contains(&code)
            {
                joint.push(code);
            }
        }
        if joint.len() > 1 && union.is_none() {
            return Some(Reading { codes: Vec::new(), joint, weak: false, strong: false, negative: false });
        }
        let one = |code| Some(Reading::of(code));
        // Parts: the nearest decides, others of the same kind make it a figure of several.
        let mut parts: Vec<CodeId> = Vec::new();
        for label in labels {
            let Some(sense) = label.entry.senses.iter().find(usable) else { continue };
            let Target::Code(code) = sense.target else { continue };
            if !sense.part || parts.contains(&code) {
                continue;
            }
            let channel = book[code].dimension == "channel";
            let own = sense.frame == explicit
                || explicit.is_none_or(|f| f == Frame::PROACTIVE)
                || sense.within.iter().any(|w| Some(*w) == explicit);
            if own && (label.near || (channel && explicit == Some(Frame::PROACTIVE))) {
                parts.push(self.placed(code, label));
            }
        }
        // 申请公开的信息中,涉及征地的5件: what applications ask for is no topic of disclosure.
        let asked = self.context.frame == Some(Frame::APPLICATIONS) && class == UnitSet::CASE;
        let disclosed = labels.iter().any(|l| l.entry.senses.iter().any(|s| s.frame == Some(Frame::PROACTIVE) && !s.part));
        if asked && !disclosed && parts.iter().all(|c| book[*c].dimension == "topic") && !parts.is_empty() {
            return Some(Reading::default());
        }
        if !parts.is_empty() {
            if let Some(code) = combined(book, &parts) {
                return one(code);
            }
            // 通过网站、微博、报刊等渠道公开1.5万条: the ways are only examples, the figure is the whole.
            let channels = parts.len() > 2 && parts.iter().all(|c| book[*c].dimension == "channel" && book[*c].category != "other");
            let examples = channels && explicit == Some(Frame::PROACTIVE) && self.names_ways(labels);
            return Some(book.find("proactive.items", "", "").filter(|_| examples).map(Reading::of).unwrap_or_default());
        }
        // 网站通知公告类公开120条: of something that has no row, not of the whole.
        let unlisted = |l: &&Label| l.near && l.entry.senses.iter().find(usable).is_some_and(|s| s.target == Target::Nothing);
        if labels.iter().any(|l| unlisted(&l)) {
            return Some(Reading::default());
        }
        // Totals: codes of the frame that claims the figure.
        let mut codes: Vec<(CodeId, &Sense)> = Vec::new();
        for label in labels.iter().filter(|l| l.near) {
            let of_frame = |s: &&Sense| usable(s) && !s.part && s.frame.is_some() && s.frame == frame && !s.base;
            if let Some(sense) = label.entry.senses.iter().find(of_frame)
                && let Target::Code(code) = sense.target
                && !codes.iter().any(|(c, _)| *c == code)
            {
                codes.push((code, sense));
            }
        }
        if codes.is_empty() {
            return self.by_verb(nearest.entry, class);
        }
        // 人大建议和政协提案354件: of both together there is no row.
        if codes.len() > 1 && frame.is_some_and(|f| f.priority() >= 5 && f != Frame::TRAINING) {
            return Some(Reading::default());
        }
        let strong = codes.iter().any(|(_, s)| s.strong);
        let weak = codes.iter().all(|(_, s)| s.weak || s.verb);
        let codes = if frame == Some(Frame::APPLICATIONS) { self.of_application(&codes, labels) } else { vec![codes[0].0] };
        Some(Reading { codes, weak, strong, ..Reading::default() })
    }

    /// Whether 等渠道 or 等方式 follows the labels of channels.
    fn names_ways(&self, labels: &[Label]) -> bool {
        let Some((first, last)) = labels.last().zip(labels.first()) else { return false };
        let words = &self.reader.text[self.tokens[first.token].span.start..self.tokens[last.token].span.end];
        words.contains('等') && ["渠道", "方式", "形式", "平台", "载体", "途径"].iter().any(|w| words.contains(w))
    }

    /// 收到12件 and 答复9件 without a word on what: of applications, unless the sentence is about another thing.
    fn by_verb(&self, entry: &Entry, class: UnitSet) -> Option<Reading> {
        let open = self.context.frame.is_none_or(|f| f == Frame::APPLICATIONS || f == Frame::PROACTIVE);
        if self.context.foreign
            || !open
            || !class.meets(UnitSet::CASE)
            || matches!(self.reader.section, Section::Consultations | Section::Proposals)
        {
            return None;
        }
        let sense = entry.senses.iter().find(|s| s.verb && s.within.contains(&Frame::APPLICATIONS) && s.units.meets(class))?;
        let Target::Code(code) = sense.target else { return None };
        // 办理 is said of much else.
        let telling = self.reader.book[code].indicator != "applications.result";
        telling.then(|| Reading { weak: true, ..Reading::of(code) })
    }

    /// Among words on applications: 申请答复 is an answer, 收到并答复 both, 结转 neither.
    fn of_application(&self, codes: &[(CodeId, &Sense)], labels: &[Label]) -> Vec<CodeId> {
        let name = |c: CodeId| self.reader.book[c].indicator.as_str();
        for special in ["applications.carried_in", "applications.carried_out", "applications.new"] {
            if let Some((code, _)) = codes.iter().find(|(c, _)| name(*c) == special) {
                return vec![*code];
            }
        }
        let handled: Vec<CodeId> = codes.iter().map(|(c, _)| *c).filter(|c| name(*c) != "applications.received").collect();
        if handled.is_empty() {
            return vec![codes[0].0];
        }
        let received = codes.iter().find(|(c, s)| name(*c) == "applications.received" && s.verb).map(|(c, _)| *c);
        // 收到并办结12件: the verbs are joined by 并.
        let joined = labels.first().zip(labels.last()).is_some_and(|(right, left)| {
            self.tokens[left.token..right.token].iter().any(|t| t.is(Role::Join) && !self.reader.text[t.span.clone()].contains('或'))
        });
        let mut all: Vec<CodeId> =
            handled.into_iter().filter(|c| name(*c) != "applications.result" || codes.len() < 3).take(if joined { 2 } else { 1 }).collect();
        if let Some(received) = received.filter(|_| joined) {
            all.insert(0, received);
        }
        all
    }

    /// 其他, 其余: the category `other` of the dimension that the figures before it have.
    fn rest(&self) -> Option<Reading> {
        let book = self.reader.book;
        let code = &book[self.context.dimension.filter(|_| !self.context.foreign)?];
        let category = if code.indicator == "applications.denied" { "other_statutory" } else { "other" };
        book.find(&code.indicator, &code.dimension, category).map(Reading::of)
    }

    /// A website is the body's own or that of a superior: the word before it tells.
    fn placed(&self, code: CodeId, label: &Label) -> CodeId {
        let book = self.reader.book;
        if book[code].category != "website" {
            return code;
        }
        let span = &self.tokens[label.token].span;
        let place = label.token.checked_sub(1).map(|i| &self.tokens[i]);
        let superior = book.find("proactive.items", "channel", "superior_website").unwrap_or(code);
        if place.is_some_and(|t| t.is(Role::Place) && t.span.end == span.start) {
            return if self.reader.rank.is_some_and(|r| r > 1) || self.reader.rank.is_none() { superior } else { code };
        }
        let mut name = self.reader.text[self.span.start..span.start].trim_end();
        for office in ["人民政府", "政府", "政务", "门户", "信息公开", "公众信息", "官方", "党委"] {
            name = name.strip_suffix(office).unwrap_or(name);
        }
        // 市网, 县网: the unit stands in the label itself.
        let own = &self.reader.text[span.clone()];
        let inside = own.chars().next().filter(|c| "省市县区旗州".contains(*c) && own.ends_with('网'));
        let theirs = match inside {
            Some(c) => letter(c.encode_utf8(&mut [0; 4])),
            None if name.ends_with(['我', '本']) => None,
            None => {
                let mut before = name.chars().rev();
                let _ = before.next();
                let all = before.next().is_some_and(|c| "全我本各级".contains(c));
                letter(name).filter(|_| !all)
            }
        };
        match (theirs, self.reader.rank) {
            (Some(theirs), Some(own)) if theirs < own => superior,
            _ => code,
        }
    }

    fn period(&self, i: usize) -> Period {
        let clause = &self.tokens[self.clause.min(i)..i];
        let own = self.period_of(clause, i);
        let inherited = self.context.total.filter(|_| self.context.breakdown).map(|t| t.period);
        own.or(inherited).or(self.sentence_period).unwrap_or_default()
    }

    /// The period that words in a range of tokens give.
    fn period_of(&self, range: &[Token], i: usize) -> Option<Period> {
        let latest = self.tokens.iter().filter_map(|t| if let Kind::Year(y) = t.kind { Some(y) } else { None }).max();
        let year = self.reader.year.or(latest);
        let mut period = None;
        let mut since = None;
        for (k, token) in range.iter().enumerate() {
            match &token.kind {
                Kind::Year(y) => {
                    period = Some(match year {
                        Some(year) if *y != year => Period::PreviousYear,
                        _ => Period::Year,
                    });
                }
                Kind::Month => {
                    let whole = self.reader.text[token.span.start..].starts_with("1月") && {
                        let end = self.tokens.get(i).map_or(token.span.end, |t| t.span.start).max(token.span.end);
                        self.reader.text[token.span.start..end].contains("12月")
                    };
                    if !whole && period.is_none_or(|p| p == Period::Year) && !range[..k].iter().any(|t| t.kind == Kind::Month && whole) {
                        period = Some(Period::PartYear);
                    }
                }
                _ if token.is(Role::Period) => match token.value() {
                    "year" => period = Some(Period::Year),
                    "previous" => period = Some(Period::PreviousYear),
                    "cumulative" => period = Some(Period::Cumulative),
                    "part" => period = Some(Period::PartYear),
                    value => since = Some((token.span.end, value == "start", period)),
                },
                _ => {}
            }
        }
        if let Some((at, start, before)) = since {
            let end = self.tokens.get(i).map_or(self.span.end, |t| t.span.start).max(at);
            let between = &self.reader.text[at..end];
            let this_year = ["全年", "本年", "今年", "当年", "年度"].iter().any(|w| between.contains(w));
            if this_year || (period == Some(Period::Year) && before != period) {
                return Some(Period::Year);
            }
            if between.contains("累计") {
                return Some(Period::Cumulative);
            }
            return if start { Some(Period::PartYear) } else { before };
        }
        period
    }

    fn is_others(&self, range: Range<usize>) -> bool {
        let Some(own) = self.reader.rank else { return false };
        self.tokens[range].iter().any(|t| {
            t.is(Role::Body)
                && match t.value() {
                    "county" => own >= 3,
                    "town" => own >= 4,
                    _ => false,
                }
        })
    }

    fn take(&mut self, token: usize, code: CodeId, period: Period, rule: &'static str, negative: bool) -> Option<usize> {
        let quantity = self.tokens[token].quantity()?;
        let value = if negative { -quantity.value } else { quantity.value };
        let qualifier = if value == 0.0 { Qualifier::ZeroStated } else { quantity.qualifier };
        let (span, class) = (quantity.span.clone(), quantity.class);
        let fact = self.push(code, period, value, qualifier, span, rule);
        let taken = Taken { code, period, fact, class };
        self.remember(taken);
        let mention =
            self.reader.out.mentions[self.first_mention..].iter_mut().find(|m| m.span.start == self.reader.out.facts[fact].span.start);
        if let Some(mention) = mention {
            mention.fact.get_or_insert(fact);
            if mention.unit == "册" && self.reader.book[code].unit == "case" {
                "件".clone_into(&mut mention.unit);
            }
        }
        Some(fact)
    }

    fn push(&mut self, code: CodeId, period: Period, value: f64, qualifier: Qualifier, span: Range<usize>, rule: &'static str) -> usize {
        self.reader.out.facts.push(Fact {
            code,
            applicant: Applicant::None,
            subject: String::new(),
            period,
            value: Some(value),
            unit_from: UnitFrom::Text,
            qualifier,
            span,
            context: self.span.clone(),
            origin: Origin::Narrative,
            form: Form::F2008,
            place: None,
            section: self.reader.heading.clone(),
            rule,
        });
        self.reader.out.facts.len() - 1
    }

    fn remember(&mut self, taken: Taken) {
        let code = &self.reader.book[taken.code];
        let frame = Frame::of(taken.code);
        if self.context.frame != Some(frame) {
            self.context.dimension = None;
        }
        self.context.frame = Some(frame);
        self.context.foreign = false;
        if frame == Frame::ARTICLE20 {
            self.context.matter = Some(code.indicator.as_str());
        } else if code.dimension.is_empty() {
            self.context.total = Some(taken);
            self.context.dimension = None;
        } else {
            self.context.dimension = Some(taken.code);
        }
        if code.dimension == "channel" {
            self.context.channel = None;
        }
        self.context.last = Some(taken);
    }

    /// Attaches the figure at a token.
    fn attach(&mut self, i: usize) {
        let Some(quantity) = self.tokens[i].quantity().cloned() else { return };
        let window = self.window..i;
        if quantity.class == UnitSet::PERCENT {
            self.growth(i);
            return;
        }
        let has = |role: Role| self.tokens[window.clone()].iter().any(|t| t.is(role));
        if has(Role::Foreign) {
            let labels = self.labels(window);
            self.note_channel(&labels);
            self.context.foreign = true;
            self.context.frame = None;
            self.context.last = None;
            return;
        }
        let counted_every = self.tokens[self.clause..i].iter().rev().take_while(|t| t.kind != Kind::Comma).any(|t| t.is(Role::Every));
        let demanded =
            self.reader.text[quantity.full.clone()].starts_with("不少于") || self.reader.text[quantity.full.clone()].starts_with("不低于");
        if quantity.high.is_some() || counted_every || demanded || has(Role::Share) || self.is_others(self.clause..i) {
            return;
        }
        let end = self.boundary(i + 1, false);
        if self.tokens[i + 1..end].iter().any(|t| t.is(Role::Plan)) {
            return;
        }
        let labels = self.labels(window.clone());
        // 公文235件,其中主动公开120件、依申请公开65件、不予公开50件: how documents are classed.
        let of_documents = self.context.breakdown && self.context.frame == Some(Frame::PROACTIVE) && labels.len() == 1;
        let words = labels.first().map_or("", |l| &self.reader.text[self.tokens[l.token].span.clone()]);
        if of_documents && matches!(words, "依申请公开" | "不予公开" | "不公开") {
            return;
        }
        if let Some(matter) = self.matter(&labels) {
            self.context.matter = Some(matter);
            self.context.frame = Some(Frame::ARTICLE20);
        }
        if self.context.matter.is_none() && grew(&self.tokens[window.clone()]) {
            return;
        }
        // 3 56 条: a number that was torn apart.
        let torn = |k: usize| {
            let bare = self.tokens.get(k).and_then(Token::quantity).is_some_and(|q| q.class == UnitSet::NONE);
            bare && self.tokens.get(k + 1).is_some_and(|t| matches!(t.kind, Kind::Quantity(_) | Kind::Number))
        };
        if torn(i) || (i > 0 && torn(i - 1)) {
            return;
        }
        // A bare number counts only where punctuation, the end or a known word follows it.
        if quantity.class == UnitSet::NONE && self.tokens.get(i + 1).is_some_and(|t| t.kind == Kind::Gap) {
            return;
        }
        if self.sentence_period.is_none() && self.clause_opens(i) {
            // 自开通以来 holds for the sentence; a month, for its clause.
            let since = self.tokens[..i].iter().any(|t| t.is(Role::Period) && t.value() == "start");
            let holds = |p: &Period| matches!(p, Period::Cumulative | Period::PreviousYear) || (since && *p == Period::PartYear);
            self.sentence_period = self.period_of(&self.tokens[..i], i).filter(holds);
        }
        let period = if self.context.frame == Some(Frame::ARTICLE20) { Period::Year } else { self.period(i) };
        let adjacent = !self.tokens[window.clone()].iter().any(|t| matches!(t.kind, Kind::Gap | Kind::Number) || t.is(Role::Opaque));
        // What a suit cost is no fee of an applicant.
        if quantity.class == UnitSet::MONEY && labels.iter().any(|l| l.entry.senses.iter().any(|s| s.frame.is_some_and(Frame::is_review))) {
            return;
        }
        let before = self.resolve(&labels, quantity.class, None);
        // 其余2件尚在审理: what is left over may be named behind the figure.
        let rest = labels.first().is_some_and(|l| l.near && l.entry.senses.iter().any(|s| s.target == Target::Rest));
        let needs_after = rest || before.as_ref().is_none_or(|r| r.weak);
        let (book, beside) = (self.reader.book, self.context.dimension);
        let beside = |reading: &Reading| beside.is_some_and(|d| reading.codes.iter().all(|c| book[*c].dimension == book[d].dimension));
        if needs_after
            && let Some(reading) = self.after(i, &quantity, &labels)
            && !reading.codes.is_empty()
            && (!rest || beside(&reading))
        {
            // 32名专职人员、96名兼职人员: the label is spent.
            self.window_after = self.boundary(i + 1, true);
            self.claim(i, &reading, period, "label_after", &window);
            self.all_in_window(i, period);
            return;
        }
        if let Some(mut reading) = before {
            if quantity.value == 0.0 && reading.codes.is_empty() {
                reading.codes = std::mem::take(&mut reading.joint);
            }
            if reading.codes.is_empty() {
                return;
            }
            // 公报4期,刊规范性文件9件: what a channel carries.
            let carried = labels.iter().any(|l| l.near && l.entry.senses.iter().any(|s| s.carried));
            let channel = self.context.channel.filter(|_| carried || (!reading.strong && !has_total(self.tokens, &window)));
            let is_items = reading.codes.len() == 1 && self.reader.book[reading.codes[0]].short == "pro";
            if is_items {
                if let Some(channel) = channel {
                    self.claim(i, &Reading::of(channel), period, "channel_subject", &window);
                    return;
                }
                self.earlier_is_cumulative(i, &quantity, &window);
                if reading.weak && self.context.headline && self.context.total.is_some_and(|t| t.period == period) {
                    return;
                }
                self.context.headline |= reading.strong;
            }
            if let (Some(channel), true) = (channel, carried) {
                self.claim(i, &Reading::of(channel), period, "channel_subject", &window);
                return;
            }
            self.claim(i, &reading, period, "label_before", &window);
            if self.context.last.is_some_and(|l| self.reader.book[l.code].dimension.is_empty())
                && reading.codes.iter().all(|c| Frame::of(*c) != Frame::PROACTIVE)
            {
                self.note_channel(&labels);
            }
            self.all_in_window(i, period);
            return;
        }
        self.note_channel(&labels);
        // 共发12期: a verb alone is no label of its own.
        let verbs = labels.iter().all(|l| l.entry.senses.iter().all(|s| s.weak || s.verb || matches!(s.target, Target::Movement(_))));
        if adjacent && verbs {
            self.without_label(i, &quantity, period, &window);
        } else if verbs {
            self.bare(i, quantity.class, &window);
        }
    }

    /// 累计公开5600条,今年新增680条: the first is no figure of the year.
    fn earlier_is_cumulative(&mut self, i: usize, quantity: &Quantity, window: &Range<usize>) {
        let Some(total) = self.context.total.filter(|t| t.period == Period::Year && self.reader.book[t.code].short == "pro") else {
            return;
        };
        let says = |word: &str| self.reader.text[self.tokens[window.start].span.start..self.tokens[i].span.start].contains(word);
        if window.start >= i || !says("新增") {
            return;
        }
        let Some(fact) = self.reader.out.facts.get_mut(total.fact) else { return };
        // A total of the sentence before is no part of this one's words.
        let before = self.reader.text.get(self.span.start..fact.span.start).unwrap_or("");
        if before.contains("累计") && fact.value.is_some_and(|v| v > quantity.value) {
            fact.period = Period::Cumulative;
            self.context.total = Some(Taken { period: Period::Cumulative, ..total });
        }
    }

    /// Whether no figure stands before this one in the sentence.
    fn clause_opens(&self, i: usize) -> bool {
        !self.tokens[..i].iter().any(|t| t.quantity().is_some())
    }

    /// A figure without any label in its window: what was said before holds on.
    fn without_label(&mut self, i: usize, quantity: &Quantity, period: Period, window: &Range<usize>) {
        let dated = self.tokens[window.clone()].iter().any(|t| t.is(Role::Period) || matches!(t.kind, Kind::Year(_)));
        // 5件全部按时办结.
        let end = self.boundary(i + 1, false);
        if let Some(all) = (i + 1..end).find(|k| self.tokens[*k].is(Role::All))
            && self.all_of(all + 1..end, i, period)
        {
            return;
        }
        let follows = self.window > 0 && self.tokens[self.window - 1].quantity().is_some();
        // 全年共发12期45600册; 培训班2期,共计400多人.
        for label in self.labels(0..i) {
            let carried = label.entry.senses.iter().find(|s| {
                s.units.meets(quantity.class) && (s.carry || (follows && s.part && label.token >= self.clause)) && s.within.is_empty()
            });
            if let Some(Target::Code(code)) = carried.map(|s| s.target) {
                if !self.context.foreign && !self.tokens[label.token..i].iter().any(|t| t.is(Role::Foreign)) {
                    let code = self.placed(code, &label);
                    self.claim(i, &Reading::of(code), period, "carry", window);
                }
                return;
            }
        }
        // The heading names what the section counts: (六)通过《政报》公开.
        let headed = self.reader.heading_carry.iter().find(|(_, units)| units.meets(quantity.class)).map(|(code, _)| *code);
        if let Some(code) = headed.filter(|_| !self.context.foreign && quantity.class != UnitSet::NONE) {
            self.claim(i, &Reading::of(code), period, "carry", window);
            return;
        }
        if let Some(total) = self.context.total.filter(|t| dated && t.period != period && t.class.meets(quantity.class)) {
            self.claim(i, &Reading::of(total.code), period, "twin", window);
            return;
        }
        self.bare(i, quantity.class, window);
    }

    /// A whole without a label (全年共6400条) waits for its parts to say what it is the whole of.
    fn bare(&mut self, i: usize, class: UnitSet, window: &Range<usize>) {
        let mut before = self.tokens[window.clone()].iter().rev().skip_while(|t| t.is(Role::Filler) || t.label().is_some());
        let whole = before.next().is_some_and(|t| t.is(Role::Total) || (t.is(Role::Period) && t.value() == "year"));
        let items = self.context.frame.is_none_or(|f| f == Frame::PROACTIVE) && class.meets(UnitSet::ITEM);
        if whole && items && !self.context.foreign && self.context.total.is_none() {
            self.context.bare = Some((i, self.period(i)));
        }
    }

    /// A label behind the figure, up to the next figure or mark.
    fn after(&mut self, i: usize, quantity: &Quantity, before: &[Label]) -> Option<Reading> {
        let end = self.boundary(i + 1, true);
        if self.tokens[i + 1..end].iter().any(|t| t.is(Role::Foreign) || t.is(Role::All) || t.is(Role::Share) || t.is(Role::Every)) {
            return None;
        }
        let first_gap =
            self.tokens[i + 1..end].iter().take_while(|t| !t.is(Role::Via)).position(|t| matches!(t.kind, Kind::Gap) || t.is(Role::Opaque));
        let mut labels: Vec<Label> =
            (i + 1..end).filter_map(|token| self.tokens[token].label().map(|entry| Label { entry, token, near: true })).collect();
        if first_gap == Some(0) && labels.len() < 2 {
            return None;
        }
        // The head of a Chinese noun phrase stands last.
        labels.reverse();
        let head = labels.first()?;
        if head.entry.senses.iter().all(|s| s.weak || s.verb) && labels.len() == 1 && before.is_empty() {
            return None;
        }
        // 收到一起以书面邮寄方式提出的申请: the application and how it came.
        let union = self.frame_hint(&labels, quantity.class);
        let reading = self.resolve(&labels, quantity.class, None)?;
        let book = self.reader.book;
        // 一个答复 counts nothing.
        if union == Some(Frame::APPLICATIONS) && self.reader.text[quantity.full.clone()].starts_with("一个") {
            return None;
        }
        if union == Some(Frame::APPLICATIONS) && reading.codes.len() == 1 && book[reading.codes[0]].dimension == "means" && labels.len() > 1
        {
            let verb = before.iter().any(|l| l.entry.senses.iter().any(|s| s.verb));
            if let (true, Some(received)) = (verb, book.find("applications.received", "", "")) {
                return Some(Reading { codes: vec![received, reading.codes[0]], ..reading });
            }
        }
        Some(reading)
    }

    /// First token from a place on that ends a window.
    fn boundary(&self, from: usize, list: bool) -> usize {
        let ends = |t: &Token| {
            matches!(t.kind, Kind::Comma | Kind::Semicolon | Kind::Stop | Kind::Colon | Kind::Open | Kind::Close | Kind::Quantity(_))
                || (list && t.is(Role::Join) && self.reader.text[t.span.clone()].starts_with('、'))
        };
        (from..self.tokens.len()).find(|k| ends(&self.tokens[*k])).unwrap_or(self.tokens.len())
    }

    fn claim(&mut self, i: usize, reading: &Reading, period: Period, rule: &'static str, window: &Range<usize>) {
        for code in &reading.codes {
            let code = &self.of_edition(*code);
            let same_as_total = self.context.breakdown && self.context.total.is_some_and(|t| t.code == *code && t.period == period);
            let body = self.tokens[window.clone()].iter().find(|t| t.is(Role::Body)).map(|t| self.reader.text[t.span.clone()].to_owned());
            if same_as_total {
                // 其中市政府新闻办召开23场: a part by body, never the total again.
                if let Some(body) = body {
                    let keep = self.context.clone();
                    if let Some(fact) = self.take(i, *code, period, rule, reading.negative) {
                        self.reader.out.facts[fact].subject = body;
                    }
                    self.context = keep;
                }
                continue;
            }
            if let Some((bare, whole_period)) = self.context.bare.take() {
                let part = &self.reader.book[*code];
                if self.context.breakdown
                    && part.indicator == "proactive.items"
                    && !part.dimension.is_empty()
                    && let Some(items) = self.reader.book.find("proactive.items", "", "")
                {
                    self.take(bare, items, whole_period, "bare_total", false);
                }
            }
            self.take(i, *code, period, rule, reading.negative);
        }
    }

    /// From 2019 on the form files the grounds of refusal under the outcome.
    fn of_edition(&self, code: CodeId) -> CodeId {
        let book = self.reader.book;
        let category = match (book[code].indicator.as_str(), book[code].category.as_str()) {
            ("applications.denied", "state_secret") => "denied.state_secret",
            ("applications.denied", "security_stability") => "denied.security_stability",
            _ => return code,
        };
        let renamed = book.find("applications.result", "outcome", category);
        renamed.filter(|_| self.reader.year.is_some_and(|y| y >= FORM_OF_OUTCOMES)).unwrap_or(code)
    }

    /// 2件都涉及个人隐私; 5件全部按时办结: what the words behind say of the whole figure.
    fn all_in_window(&mut self, i: usize, period: Period) {
        let end = self.boundary(i + 1, false);
        if let Some(all) = (i + 1..end).find(|k| self.tokens[*k].is(Role::All)) {
            self.all_of(all + 1..end, i, period);
        }
    }

    /// Gives the labels of a range the figure of a token.
    fn all_of(&mut self, range: Range<usize>, figure: usize, period: Period) -> bool {
        let Some(quantity) = self.tokens[figure].quantity().filter(|q| q.high.is_none()) else { return false };
        let whole = Whole { value: quantity.value, qualifier: quantity.qualifier, span: quantity.span.clone(), class: quantity.class };
        self.all_of_whole(range, &whole, period)
    }

    /// Gives the labels of a range a figure that was taken before.
    fn all_of_whole(&mut self, range: Range<usize>, whole: &Whole, period: Period) -> bool {
        let Some(frame) = self.context.frame else { return false };
        let mut codes: Vec<CodeId> = Vec::new();
        for label in self.labels(range) {
            let told = label.entry.senses.iter().find(|s| {
                s.after && (s.within.is_empty() || s.within.contains(&frame)) && (s.frame == Some(frame) || s.within.contains(&frame))
            });
            if let Some(Target::Code(code)) = told.map(|s| s.target)
                && !codes.contains(&code)
            {
                codes.push(code);
            }
        }
        let book = self.reader.book;
        if whole.span.start < self.span.start {
            // A sentence on: only that all were handled, 均已按时答复.
            codes.retain(|c| book[*c].dimension.is_empty() || book[*c].dimension == "timeliness");
        }
        if codes.len() > 2 {
            return false;
        }
        for code in codes.clone() {
            if book[code].category == "on_time" {
                codes.extend(book.find("applications.completed", "", ""));
            }
        }
        let keep = self.context.clone();
        for code in &codes {
            let qualifier = if whole.value == 0.0 { Qualifier::ZeroStated } else { whole.qualifier };
            let fact = self.push(*code, period, whole.value, qualifier, whole.span.clone(), "all_of");
            self.remember(Taken { code: *code, period, fact, class: whole.class });
        }
        let taken = !codes.is_empty();
        if taken {
            self.context = Context { dimension: self.context.dimension, ..keep };
        }
        taken
    }

    /// Ends a clause: a clause without a figure may say something of the figure before it, or name the
    /// channel that the next clause is about.
    fn close_clause(&mut self, end: usize, counted: bool) {
        if counted || self.clause >= end {
            return;
        }
        let range = self.clause..end;
        let labels = self.labels(range.clone());
        if self.tokens[range.clone()].iter().any(|t| t.is(Role::Foreign)) && labels.iter().all(|l| !is_frame_word(l)) {
            self.context.foreign = true;
        }
        let negated = self.tokens[range.clone()].iter().any(|t| t.is(Role::Negation) || t.is(Role::Nil));
        let all = self.tokens[range.clone()].iter().any(|t| t.is(Role::All));
        if let (Some(last), false) = (self.context.last, negated) {
            // The whole of a frame, not its last part: 29件,其中网络20件、信函9件,均按时办结.
            let base = self.context.total.filter(|t| Some(Frame::of(t.code)) == self.context.frame).unwrap_or(last);
            let single = self.reader.out.facts.get(base.fact).is_some_and(|f| f.value == Some(1.0));
            if (all || single) && !self.context.foreign {
                let whole = self.reader.out.facts.get(base.fact).map(|f| Whole {
                    value: f.value.unwrap_or_default(),
                    qualifier: f.qualifier,
                    span: f.span.clone(),
                    class: base.class,
                });
                if whole.is_some_and(|w| self.all_of_whole(range.clone(), &w, base.period)) {
                    return;
                }
            }
        }
        if !negated {
            self.note_channel(&labels);
        }
        if let Some(frame) = labels.iter().filter(|l| l.near || is_frame_word(l)).find_map(|l| {
            l.entry
                .senses
                .iter()
                .find(|s| s.within.is_empty() && !s.part && !s.weak && !s.verb && s.frame.is_some_and(|f| f.priority() > 1))
                .and_then(|s| s.frame)
        }) {
            if !self.context.breakdown {
                self.context.frame = Some(frame);
                self.context.foreign = false;
            }
        } else if self.context.frame.is_none() && labels.iter().any(|l| l.entry.senses.iter().any(|s| s.strong)) {
            self.context.frame = Some(Frame::PROACTIVE);
        }
    }

    /// Remembers the one channel of a clause as the subject of what follows.
    fn note_channel(&mut self, labels: &[Label]) {
        let item = UnitSet::ITEM;
        let mut channels: Vec<CodeId> = Vec::new();
        for label in labels {
            let sense = label.entry.senses.iter().find(|s| s.units.meets(item) && s.within.is_empty());
            if let Some(Target::Code(code)) = sense.map(|s| s.target)
                && self.reader.book[code].dimension == "channel"
            {
                let code = self.placed(code, label);
                if !channels.contains(&code) {
                    channels.push(code);
                }
            }
        }
        if let [channel] = channels[..] {
            // 微博1个,微信2个,发布信息1200条: of both.
            self.context.channel = match self.context.channel {
                Some(other) if other != channel => combined(self.reader.book, &[other, channel]),
                _ => Some(channel),
            };
        }
    }

    /// The matter of Article 20 that labels name.
    fn matter(&self, labels: &[Label]) -> Option<&'static str> {
        let is_movement = labels.iter().any(|l| l.entry.senses.iter().any(|s| matches!(s.target, Target::Movement(_))));
        labels.iter().filter(|_| is_movement).find_map(|l| {
            l.entry.senses.iter().find(|s| s.frame == Some(Frame::ARTICLE20)).and_then(|s| match s.target {
                Target::Code(code) => Some(self.reader.book[code].indicator.as_str()),
                _ => None,
            })
        })
    }

    fn growth(&mut self, i: usize) {
        let window = self.window..i;
        let up = self.tokens[window.clone()].iter().any(|t| t.is(Role::Up));
        let down = self.tokens[window.clone()].iter().any(|t| t.is(Role::Down));
        let rate = self.tokens[window.clone()].iter().any(|t| t.is(Role::Share)) || self.is_others(self.clause..i);
        if up == down || rate || self.context.foreign {
            return;
        }
        let mut labels = self.labels(window);
        labels.retain(|l| l.entry.senses.iter().any(|s| !matches!(s.target, Target::Movement(_))));
        let named = labels.iter().any(|l| l.entry.senses.iter().any(|s| s.strong));
        let other = labels.iter().any(|l| {
            l.entry.senses.iter().any(|s| {
                !s.strong
                    && !s.weak
                    && s.within.is_empty()
                    && !matches!(s.target, Target::Movement(_))
                    && s.units.meets(UnitSet::ITEM)
                    && s.part
            })
        });
        let total = self.context.total.is_some_and(|t| self.reader.book[t.code].short == "pro");
        let last = self.context.last.is_none_or(|l| self.reader.book[l.code].short == "pro");
        if !((total && last && labels.is_empty()) || (named && !other)) {
            return;
        }
        if let Some(code) = self.reader.book.find("proactive.items_growth", "", "") {
            let keep = self.context.clone();
            let period = self.period(i);
            self.take(i, code, if period == Period::PreviousYear { Period::Year } else { period }, "growth", down);
            self.context = keep;
        }
    }

    /// Labels that are coordinated before a place: 当面、传真、网络.
    fn groups(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut groups = Vec::new();
        let mut start = range.start;
        for k in range.clone() {
            if self.tokens[k].is(Role::Join) {
                groups.push(start..k);
                start = k + 1;
            }
        }
        groups.push(start..range.end);
        groups
    }

    /// 分别为: the labels before it and the figures after it, one to one.
    fn list(&mut self, i: usize) -> Option<usize> {
        let mut figures = Vec::new();
        let mut k = i + 1;
        let mut first = None;
        while k < self.tokens.len() {
            let token = &self.tokens[k];
            match &token.kind {
                Kind::Quantity(q) if q.class == UnitSet::PERCENT && figures.is_empty() => return None,
                Kind::Quantity(q) if q.class == UnitSet::PERCENT => {}
                Kind::Quantity(_) => {
                    first.get_or_insert(k);
                    figures.push(k);
                }
                Kind::Semicolon | Kind::Stop | Kind::Open => break,
                // A label between the figures: they are no list.
                _ if !figures.is_empty() && token.label().is_some() => break,
                _ => {}
            }
            k += 1;
        }
        let first = first?;
        let heads = self.labels(i + 1..first);
        let last = figures.last().copied()?;
        let mut ranges: Vec<Range<usize>> = self.groups(self.clause..i);
        if ranges.len() != figures.len() {
            // 渠道包括A、B、C,分别为..: the labels may stand in the clause before.
            let start = (0..self.clause.saturating_sub(1))
                .rev()
                .find(|k| {
                    matches!(self.tokens[*k].kind, Kind::Comma | Kind::Semicolon | Kind::Colon) || self.tokens[*k].is(Role::Breakdown)
                })
                .map_or(0, |k| k + 1);
            ranges = self.groups(start..self.clause.saturating_sub(1));
        }
        if ranges.len() != figures.len() || ranges.len() < 2 || self.tokens[self.clause..i].iter().any(|t| t.is(Role::Foreign)) {
            return None;
        }
        let class = self.tokens[first].quantity()?.class;
        let shared: Vec<Label> = ranges.iter().flat_map(|r| self.labels(r.clone())).chain(heads.iter().copied()).collect();
        let union = self.frame_hint(&shared, class);
        let readings: Vec<(Option<Reading>, Period)> = ranges
            .iter()
            .zip(&figures)
            .map(|(range, figure)| {
                let class = self.tokens[*figure].quantity().map_or(class, |q| q.class);
                let mut labels = self.labels(range.clone());
                let period = self.period_of(&self.tokens[range.clone()], *figure);
                if labels.is_empty() {
                    labels.clone_from(&heads);
                }
                (self.resolve(&labels, class, union), period.unwrap_or_else(|| self.period(i)))
            })
            .collect();
        for (figure, (reading, period)) in figures.iter().zip(readings) {
            if let Some(reading) = reading {
                self.claim(*figure, &reading, period, "list", &(i..i));
            }
        }
        self.window = last + 1;
        Some(last + 1)
    }

    /// 各 and 均为: one figure for every label before it.
    fn each(&mut self, i: usize) -> Option<usize> {
        let figure = (i + 1..self.tokens.len()).find(|k| self.tokens[*k].quantity().is_some())?;
        let class = self.tokens[figure].quantity()?.class;
        let ranges = self.groups(self.window..i);
        if ranges.len() < 2 || self.tokens[self.window..i].iter().any(|t| t.is(Role::Foreign)) {
            return None;
        }
        let shared: Vec<Label> = ranges.iter().flat_map(|r| self.labels(r.clone())).collect();
        let union = self.frame_hint(&shared, class);
        let period = self.period(i);
        let readings: Vec<Option<Reading>> = ranges.iter().map(|r| self.resolve(&self.labels(r.clone()), class, union)).collect();
        if readings.iter().all(Option::is_none) {
            return None;
        }
        for reading in readings.into_iter().flatten() {
            self.claim(figure, &reading, period, "each", &(i..i));
        }
        self.window = figure + 1;
        Some(figure + 1)
    }

    /// 未收到, 无, 没有发生: zero for what follows; where nothing follows, for what stands before.
    fn negation(&mut self, i: usize) -> usize {
        let end = (i + 1..self.tokens.len())
            .find(|k| {
                let t = &self.tokens[*k];
                matches!(t.kind, Kind::Comma | Kind::Semicolon | Kind::Stop | Kind::Open | Kind::Close) || t.is(Role::Negation)
            })
            .unwrap_or(self.tokens.len());
        // 无行政复议0件: the figure itself says it; 没有发生一起投诉 counts nothing.
        let counts =
            |t: &Token| t.quantity().is_some_and(|q| q.class != UnitSet::PERCENT) && !self.reader.text[t.span.clone()].starts_with('一');
        if self.tokens[i + 1..end].iter().any(counts) {
            return i + 1;
        }
        if self.is_others(self.clause..end) || self.tokens[i..end].iter().any(|t| t.is(Role::Foreign)) {
            return end;
        }
        let mut ranges = self.groups(i + 1..end);
        if self.tokens[i].label().is_some() {
            ranges.insert(0, i..i + 1);
        }
        let cause = self.tokens[i..end].iter().any(|t| t.is(Role::Cause)) || self.reader.text[self.tokens[i].span.clone()].contains('因');
        if self.zeros(&ranges, i, cause, "zero_before") == 0 {
            self.nil(self.clause, i, i);
        }
        end
    }

    /// 为零, 均无: zero for the labels between two tokens; `words` is the token that says so.
    fn nil(&mut self, from: usize, to: usize, words: usize) {
        if self.tokens[from..to].iter().any(|t| t.quantity().is_some() || t.is(Role::Foreign)) {
            return;
        }
        let ranges = self.groups(from..to);
        let cause = self.tokens[from..to].iter().any(|t| t.is(Role::Cause));
        if self.zeros(&ranges, words, cause, "zero_after") > 0 {
            return;
        }
        // The sentence says nothing else: its heading names what there is none of.
        let alone = self.tokens.iter().all(|t| t.label().is_none() || t.role().is_some()) && self.tokens.len() < 16;
        let reviewed = matches!(self.reader.section, Section::Applications | Section::Review | Section::Fees);
        if alone && reviewed && !self.tokens.iter().any(|t| t.quantity().is_some()) {
            let heading = self.reader.heading.clone();
            let list = tokens(&heading, 0);
            let mut codes = Vec::new();
            let review = list.iter().filter_map(Token::label).any(|e| e.senses.iter().any(|s| s.frame.is_some_and(Frame::is_review)));
            for entry in list.iter().filter_map(Token::label) {
                let sense = entry.senses.iter().find(|s| s.zero && !s.part && s.within.is_empty());
                if let Some(Target::Code(code)) = sense.map(|s| s.target)
                    && !codes.contains(&code)
                    && !(review && Frame::of(code) == Frame::APPLICATIONS)
                {
                    codes.push(code);
                }
            }
            for code in codes {
                self.zero(code, words, "zero_section");
            }
        }
    }

    /// Takes a zero for each group of labels; returns how many were taken.
    fn zeros(&mut self, ranges: &[Range<usize>], words: usize, cause: bool, rule: &'static str) -> usize {
        let mut groups: Vec<Vec<Label>> = ranges.iter().map(|r| self.labels(r.clone())).collect();
        if rule == "zero_after" {
            // 收费标准未出台: of an unknown thing between label and words there is no zero.
            for labels in &mut groups {
                labels.retain(|l| l.near);
            }
        }
        let review = groups
            .iter()
            .flatten()
            .any(|l| l.entry.senses.iter().any(|s| s.zero && s.within.is_empty() && s.frame.is_some_and(|f| f.priority() >= 5)));
        let mut codes: Vec<CodeId> = Vec::new();
        let book = self.reader.book;
        let mut inherited = self.context.frame;
        for labels in &groups {
            let mut best: Option<(CodeId, Frame)> = None;
            for label in labels {
                for sense in label.entry.senses.iter().filter(|s| s.zero && !s.part) {
                    let (Target::Code(code), Some(frame)) = (sense.target, sense.frame) else { continue };
                    let fits = sense.within.is_empty() || inherited.is_some_and(|f| sense.within.contains(&f));
                    // 无结转下年度的申请: of what is carried over, not of applications.
                    let closer = best.is_some_and(|(c, b)| {
                        b == frame
                            && book[c].indicator == "applications.received"
                            && book[code].indicator.starts_with("applications.carried")
                    });
                    if fits && (closer || best.is_none_or(|(_, b)| frame.priority() > b.priority())) {
                        best = Some((code, frame));
                    }
                }
            }
            if best.is_some_and(|(_, f)| f == Frame::APPLICATIONS && cause && review) {
                continue;
            }
            let frame = best.map(|(_, f)| f).or(inherited);
            // 未发生行政诉讼被纠错: of the result, not of the case.
            let part = labels.iter().find_map(|l| {
                l.entry.senses.iter().find(|s| s.zero && s.part && s.frame == frame && frame.is_some_and(Frame::is_review)).and_then(|s| {
                    match s.target {
                        Target::Code(code) => Some(code),
                        _ => None,
                    }
                })
            });
            let mut group: Vec<CodeId> = part.or(best.map(|(c, _)| c)).into_iter().collect();
            // 复议诉讼: side by side, without a mark between.
            if part.is_none() && frame.is_some_and(Frame::is_review) {
                let others = labels.iter().filter_map(|l| {
                    l.entry
                        .senses
                        .iter()
                        .find(|s| s.zero && !s.part && s.within.is_empty() && s.frame.is_some_and(Frame::is_review))
                        .map(|s| s.target)
                });
                group.extend(others.filter_map(|t| if let Target::Code(code) = t { Some(code) } else { None }));
            }
            for code in group {
                if !codes.contains(&code) {
                    codes.push(code);
                }
            }
            inherited = frame;
        }
        for code in &codes {
            self.zero(*code, words, rule);
        }
        if let Some(code) = codes.last() {
            self.context.frame = Some(Frame::of(*code));
            self.context.foreign = false;
            let _ = book;
        }
        codes.len()
    }

    fn zero(&mut self, code: CodeId, words: usize, rule: &'static str) {
        let period = match self.period_of(&self.tokens[self.clause..words], words).or(self.sentence_period) {
            Some(Period::PreviousYear) => Period::PreviousYear,
            // None since the beginning is none this year.
            Some(Period::PartYear) if !self.tokens[self.clause..words].iter().any(|t| t.value() == "start") => Period::PartYear,
            _ => Period::Year,
        };
        let span = self.tokens[words].span.clone();
        let fact = self.push(code, period, 0.0, Qualifier::ZeroStated, span.clone(), rule);
        let unit = if self.reader.book[code].unit == "yuan" { "元" } else { "件" };
        self.reader.out.mentions.push(Mention {
            span,
            value: Some(0.0),
            value_high: None,
            unit: unit.to_owned(),
            qualifier: Qualifier::ZeroStated,
            label: self.reader.book[code].label_zh.clone(),
            section: self.reader.heading.clone(),
            fact: Some(fact),
        });
    }
}

/// Whether a label starts a frame of its own.
fn is_frame_word(label: &Label) -> bool {
    label.entry.senses.iter().any(|s| s.within.is_empty() && !s.part && !s.weak && !s.verb && s.frame.is_some_and(|f| f.priority() > 1))
}

/// Whether a label names applications as such: 申请, 依申请公开.
fn is_application(label: &Label) -> bool {
    label.entry.senses.iter().any(|s| s.frame == Some(Frame::APPLICATIONS) && s.within.is_empty() && s.zero && !s.part)
}

/// Whether a window opens with words for a whole: 共, 全年.
fn has_total(tokens: &[Token], window: &Range<usize>) -> bool {
    let mut before = tokens[window.clone()].iter().take_while(|t| t.label().is_none());
    before.any(|t| t.is(Role::Total) || (t.is(Role::Period) && t.value() == "year"))
}

/// Whether a window says by how much something grew or fell: 增加12条, 较上年多公开12条.
fn grew(window: &[Token]) -> bool {
    let moved = |t: &Token| t.is(Role::Up) || t.is(Role::Down);
    let next_to_figure = window.iter().rev().take_while(|t| t.label().is_none() || moved(t)).any(moved);
    next_to_figure || (window.iter().any(|t| t.is(Role::Compare)) && window.iter().any(moved))
}

/// The code of several parts stated as one figure; `None` where the codebook has none for them.
fn combined(book: &Codebook, parts: &[CodeId]) -> Option<CodeId> {
    let first = *parts.first()?;
    if parts.len() == 1 {
        return Some(first);
    }
    let of = |dimension: &str| parts.iter().copied().filter(|c| book[*c].dimension == dimension).collect::<Vec<_>>();
    let channels = of("channel");
    // 网站动态27条: the channel; its topic is a part of it.
    if !channels.is_empty() && channels.len() < parts.len() && channels.len() + of("topic").len() == parts.len() {
        return combined(book, &channels);
    }
    let all = |names: &[&str]| parts.iter().all(|c| names.contains(&book[*c].category.as_str()));
    let indicator = book[first].indicator.as_str();
    if all(&["weibo", "wechat", "new_media", "app"]) {
        return book.find(indicator, "channel", "new_media");
    }
    if all(&["state_secret", "trade_secret", "privacy", "security_stability", "secrets_privacy_security"]) {
        return book.find(indicator, "reason", "secrets_privacy_security");
    }
    if all(&["online", "email"]) && book[first].dimension == "means" {
        return book.find(indicator, "means", "online");
    }
    let dimension = book[first].dimension.as_str();
    // 按时办结 beside 网络: of different kinds the nearest tells.
    if parts.iter().all(|c| *c == first || book[*c].dimension != dimension) {
        return Some(first);
    }
    None
}
