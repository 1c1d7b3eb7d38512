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
//! | `sum` | 信函11件、网络23件,共34件: the whole behind its parts, where they add up |
//! | `applicant` | 申请86件,其中自然人79件: the row said before, by the kind of applicant |
//! | `channel_subject` | 政务微博194个,发布信息近1.5万条: the subject of the clause before |
//! | `all_of` | 29件,均按时办结; 1件,尚未审结: what is said of the whole figure before |
//! | `zero_before` | 未收到申请; 无行政复议、行政诉讼: zero for each label that follows |
//! | `zero_after` | 相关举报、复议、诉讼为零: zero for each label before |
//! | `zero_section` | a section that says nothing but 无: zero for the labels of its heading |
//! | `growth` | 同比增长31.3% |
//!
//! `reader` goes over paragraphs and sentences; `meaning` says what labels mean of a figure, `period` what
//! time it is about; the other files hold a family of rules each.

mod attach;
mod denial;
mod lists;
mod meaning;
mod objects;
mod period;
mod reader;
mod whole;

pub(super) use reader::Reader;

use std::ops::Range;

use super::clauses::{Kind, Token};
use crate::extract::{Applicant, Fact, Form, Origin, Period, Qualifier, UnitFrom};
use crate::knowledge::{CodeId, Entry, Frame, Role, UnitSet};

/// Names of the rules.
#[cfg(test)]
pub(super) const RULES: [&str; 15] = [
    "list",
    "each",
    "label_before",
    "label_after",
    "carry",
    "twin",
    "bare_total",
    "sum",
    "applicant",
    "channel_subject",
    "all_of",
    "zero_before",
    "zero_after",
    "zero_section",
    "growth",
];

/// First report year of the form of 国办公开办函〔2019〕60号.
const FORM_OF_OUTCOMES: i16 = 2019;

/// Longest name of a body, in characters.
const LONGEST_NAME: usize = 24;
/// What may follow the name of a body that is the subject of a clause. A way of its own (城管局微博) is no such word.
const SUBJECT_ENDS: [&str; 26] = [
    "共",
    "全年",
    "累计",
    "主动",
    "公开",
    "收到",
    "受理",
    "答复",
    "办结",
    "办理",
    "发布",
    "未",
    "无",
    "没有",
    "新增",
    "制发",
    "召开",
    "举办",
    "组织",
    "开展",
    "通过",
    "行政复议",
    "行政诉讼",
    "申请",
    "收取",
    "被",
];

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
    /// Whether the sentence begins with it: 某某公众号保持每日更新,共发布1193条.
    speaks: bool,
    /// Whether parts of the total follow.
    breakdown: bool,
    /// Whether the sentence turned to figures that are none of disclosure.
    foreign: bool,
    /// The level of government in the words of the last figure, and that figure.
    level: Option<(String, Taken)>,
    /// Whether the sentence shares a row out between levels of government.
    bodies: bool,
    /// Whether the subject of the sentence is another body.
    others: bool,
    /// Whether the sentence counts the documents that were made, by whether they are disclosed.
    produced: bool,
    /// Whether the total was said for two times.
    twins: bool,
    /// The last figure said by how many the items of the year are more or fewer.
    grew: bool,
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
    /// Facts that were taken before the clause.
    taken_before: usize,
    sentence_period: Option<Period>,
}

impl Walk<'_, '_, '_> {
    fn run(&mut self) {
        let (first, total) = (self.reader.out.facts.len(), self.context.total);
        self.read_clauses();
        self.share_by_level(first, total);
        self.read_handled_as_received(first);
    }

    /// 全省受理4110件。省政府及其部门受理617件,答复600件: figures behind the name of a level of government are of that
    /// level, where the area's figure was said before or another level is named beside it.
    fn share_by_level(&mut self, first: usize, total: Option<Taken>) {
        let is_level = |t: &Token| t.is(Role::Body) && t.value() == "level";
        let opens = |k: usize| {
            let clause = self.tokens[..k].iter().rev().take_while(|t| !matches!(t.kind, Kind::Comma | Kind::Semicolon | Kind::Stop));
            is_level(&self.tokens[k]) && clause.clone().all(|t| t.quantity().is_none() && t.label().is_none())
        };
        let levels: Vec<&Range<usize>> = (0..self.tokens.len()).filter(|k| opens(*k)).map(|k| &self.tokens[k].span).collect();
        let text = self.reader.text;
        let Some(begin) = levels.first().map(|span| span.start) else { return };
        let facts = &mut self.reader.out.facts[first..];
        // 市直机关、县政府召开发布会128场: of both together.
        let has_figures = |n: usize| {
            let next = levels.get(n + 1).map_or(usize::MAX, |span| span.start);
            facts.iter().any(|f| f.span.start > levels[n].end && f.span.start < next)
        };
        let name = |n: usize| &text[levels[n].clone()];
        let others = (0..levels.len()).any(|n| has_figures(n) && (0..n).any(|m| has_figures(m) && name(m) != name(n)));
        let frame = facts.iter().find(|f| f.span.start > begin).map(|f| Frame::of(f.code));
        let is_part = total.is_some_and(|t| Some(Frame::of(t.code)) == frame);
        if !others && !is_part {
            return;
        }
        // 收到10236件,其中省级部门2118件,市县7791件;办结10102件: the whole again.
        let is_shared = facts.first().is_some_and(|f| f.span.start < begin);
        let is_sum = |f: &Fact| {
            let clause = text[self.span.start..f.span.start].rsplit(['，', ',', '；', ';', '、']).next().unwrap_or_default();
            ["合计", "总计", "共计", "总数"].iter().any(|sum| clause.contains(sum))
        };
        for fact in facts.iter_mut().filter(|f| f.subject.is_empty() && !is_sum(f)) {
            let level = levels.iter().rev().find(|span| span.end <= fact.span.start);
            if let Some(level) = level.filter(|span| !(is_shared && text[span.end..fact.span.start].contains(['；', ';']))) {
                text[(*level).clone()].clone_into(&mut fact.subject);
            }
        }
    }

    /// 办理申请61件,办结54件,结转7件: what was dealt with is what came in, where the rest of it goes on.
    fn read_handled_as_received(&mut self, first: usize) {
        let book = self.reader.book;
        let facts = &mut self.reader.out.facts[first..];
        let of = |indicator: &str, facts: &[Fact]| {
            let is_it = |f: &&Fact| book[f.code].indicator == indicator && book[f.code].dimension.is_empty() && f.subject.is_empty();
            facts.iter().find(is_it).and_then(|f| f.value)
        };
        let said = ["applications.result", "applications.completed", "applications.carried_out"].map(|indicator| of(indicator, facts));
        let [Some(handled), Some(done), Some(left)] = said else { return };
        let is_said = ["applications.received", "applications.new", "applications.carried_in"].iter().any(|i| of(i, facts).is_some());
        if is_said || left == 0.0 || handled != done + left {
            return;
        }
        let received = book.find("applications.received", "", "");
        let is_handled = |f: &&mut Fact| book[f.code].indicator == "applications.result" && book[f.code].dimension.is_empty();
        if let (Some(code), Some(fact)) = (received, facts.iter_mut().find(is_handled)) {
            fact.code = code;
        }
    }

    fn read_clauses(&mut self) {
        self.set_aside_others();
        let mut i = 0;
        let mut saved: Vec<(Context, bool)> = Vec::new();
        let mut counted = false;
        while i < self.tokens.len() {
            let token = &self.tokens[i];
            match &token.kind {
                Kind::Comma | Kind::Semicolon | Kind::Stop => {
                    self.close_clause(i, counted, false);
                    if token.kind == Kind::Semicolon {
                        self.context.channel = None;
                        self.context.others = false;
                    }
                    (self.window, self.clause, counted) = (i + 1, i + 1, false);
                }
                Kind::Colon => {
                    let quantity_before = self.tokens[self.clause..i].iter().any(|t| t.quantity().is_some());
                    if quantity_before {
                        self.context.breakdown |= self.context.last.is_some() || self.context.bare.is_some();
                        (self.window, self.clause, counted) = (i + 1, i + 1, false);
                    } else if !self.figure_follows(i + 1) && !self.nothing_follows(i + 1) {
                        // 行政复议:维持12件,纠正3件.
                        self.close_clause(i, counted, false);
                        self.window = i + 1;
                        self.clause = i + 1;
                    }
                }
                Kind::Open => {
                    saved.push((self.context.clone(), counted));
                    counted = false;
                    self.context.breakdown = true;
                    (self.window, self.clause) = (i + 1, i + 1);
                }
                Kind::Close => {
                    let outer = saved.pop();
                    self.close_clause(i, counted, outer.is_some());
                    if let Some((Context { breakdown, frame, dimension, foreign, total, .. }, counted_before)) = outer {
                        counted |= counted_before;
                        self.context.breakdown = breakdown;
                        // 办理423件(含上年结转17件),其中自然人381件: of the whole that stands before them.
                        self.context.total = total.or(self.context.total);
                        // 不予处理15件(信访9件)、其他8件: what is foreign within brackets is not so behind them.
                        if self.context.foreign && !foreign {
                            (self.context.frame, self.context.dimension, self.context.foreign) = (frame, dimension, foreign);
                        }
                    }
                    (self.window, self.clause) = (i + 1, i + 1);
                }
                Kind::Quantity(_) => {
                    self.window_after = i + 1;
                    counted = true;
                    // 公开信息16项65条: the words are those of the items.
                    let goes_on = self.tokens.get(i + 1).is_some_and(|t| t.quantity().is_some_and(|q| q.class == UnitSet::ITEM));
                    if !(goes_on && token.quantity().is_some_and(|q| q.class.meets(UnitSet::MATTER))) {
                        self.attach(i);
                        self.window = self.window_after;
                    }
                }
                _ => {
                    if let Some(role) = token.role() {
                        match role {
                            Role::Breakdown if token.label().is_none() => {
                                self.context.breakdown |= self.context.last.is_some() || self.context.bare.is_some();
                                // 网站发布46条,其中…其他2条: the parts are of another kind than the whole.
                                let is_way = |code: &CodeId| self.reader.book[*code].dimension == "channel";
                                self.context.dimension = self.context.dimension.filter(|code| !is_way(code));
                                self.window = i + 1;
                            }
                            Role::Negation => {
                                i = self.negation(i);
                                continue;
                            }
                            // 均没有收取费用: what is denied stands behind the words.
                            Role::Nil if self.denied_follows(i + 1) => {
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
        self.close_clause(self.tokens.len(), counted, false);
    }

    /// A sentence on a later year states no figure of this one.
    fn set_aside_others(&mut self) {
        let Some(year) = self.reader.year else { return };
        let said = |t: &Token| match t.kind {
            Kind::Year(y) if !attach::carries_into(&self.reader.text[..t.span.start]) => Some(y),
            _ => None,
        };
        let mut years = self.tokens.iter().filter_map(said);
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

    /// Whether what may be said not to exist follows up to the end of the clause.
    fn denied_follows(&self, from: usize) -> bool {
        let end = self.boundary(from, false);
        self.tokens[from..end].iter().filter_map(Token::label).any(|e| e.senses.iter().any(|s| s.zero && s.within.is_empty()))
    }

    /// 各社区设公开栏112块,公开信息2300条: the subject holds on until the body itself or a breakdown is named.
    fn of_others(&mut self, i: usize) -> bool {
        let own = |t: &Token| {
            let speaks = t.is(Role::Filler) && self.reader.text[t.span.clone()].starts_with(['我', '全', '本']);
            let government = t.kind == Kind::Gap && self.reader.text[t.span.clone()].ends_with("政府");
            speaks || government || (t.is(Role::Body) && t.value() == "level")
        };
        self.context.others = match self.is_others(self.clause..i) {
            true => true,
            false => self.context.others && !self.tokens[self.clause..i].iter().any(own),
        };
        self.context.others
    }

    fn is_others(&self, range: Range<usize>) -> bool {
        if self.names_another(range.clone()) {
            return true;
        }
        // Ranks from which on a body of this kind is another one.
        let mut from = self.tokens[range].iter().filter(|t| t.is(Role::Body)).filter_map(|t| match t.value() {
            "county" => Some(3),
            "town" => Some(4),
            _ => None,
        });
        from.any(|from| self.reader.rank().is_some_and(|own| own >= from))
    }

    /// 市公安局公开741条: whether the subject of a clause is a body that the report names and is not its own, or
    /// the country as a whole.
    fn names_another(&self, range: Range<usize>) -> bool {
        let tokens = &self.tokens[range];
        let opens =
            |t: &&Token| t.is(Role::Breakdown) || t.is(Role::Filler) || t.is(Role::Period) || matches!(t.kind, Kind::Year(_) | Kind::Month);
        let from = tokens.iter().take_while(opens).count();
        let Some(first) = tokens.get(from) else { return false };
        // 全国税务系统 is one body.
        let next = tokens.get(from + 1);
        if first.is(Role::Body) && first.value() == "nation" {
            return next.is_some_and(|t| t.kind != Kind::Gap) && self.reader.rank().is_some();
        }
        let text = &self.reader.text[first.span.start..tokens.last().map_or(first.span.end, |t| t.span.end)];
        let text = text.trim_start_matches('度');
        // The words of the lexicon know nothing of names: 县发改委, 市自然资源和规划局.
        let mut name = text.char_indices().take(LONGEST_NAME).take_while(|(_, c)| matches!(c, '\u{4e00}'..='\u{9fff}')).skip(2);
        name.any(|(at, c)| {
            let (name, rest) = text.split_at(at + c.len_utf8());
            SUBJECT_ENDS.iter().any(|verb| rest.starts_with(verb)) && self.reader.is_another_body(name, self.span.start)
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
        self.context.grew = false;
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

    /// First token from a place on that ends a window.
    fn boundary(&self, from: usize, list: bool) -> usize {
        let ends = |t: &Token| {
            matches!(t.kind, Kind::Comma | Kind::Semicolon | Kind::Stop | Kind::Colon | Kind::Open | Kind::Close | Kind::Quantity(_))
                || (list && t.is(Role::Join) && self.reader.text[t.span.clone()].starts_with('、'))
        };
        (from..self.tokens.len()).find(|k| ends(&self.tokens[*k])).unwrap_or(self.tokens.len())
    }
}
