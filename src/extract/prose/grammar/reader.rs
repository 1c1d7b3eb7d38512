//! The paragraphs of a document, sentence by sentence, in order.

use std::cell::OnceCell;

use super::super::characters::Characters;
use super::super::clauses::{Kind, Token, tokens};
use super::super::outline::{Heading, heading_at};
use super::super::quantity::{BEGINNINGS, Figure, Quantity, figures, figures_from};
use super::super::standing::{Rank, is_title, rank};
use super::{Context, Walk};

use crate::extract::{Extraction, Mention, Qualifier};
use crate::knowledge::{CodeId, Codebook, Frame, Role, Section, Target, UnitSet, codebook, numeral};
use crate::repair::Clean;

/// A sentence with more tokens than this is no sentence (a list of links, a dump): its quantities are
/// mentions only.
const LONGEST_SENTENCE: usize = 600;

/// Bytes of a text that is no whole report.
const EXCERPT: usize = 600;

/// The first lines of a text, in bytes.
const LEAD: usize = 240;

/// How far into a text its own body is named, in bytes; from its end half as far.
const OWN_NAMED: usize = 900;

/// Figures for which room is made at once.
const MANY: usize = 64;

/// Characters of a mention's label.
const LABEL_LENGTH: usize = 40;

/// Reads the paragraphs of a document in order.
pub(in crate::extract::prose) struct Reader<'c> {
    pub(super) text: &'c str,
    pub(super) book: &'static Codebook,
    pub(super) year: Option<i16>,
    clean: &'c Clean,
    rank: OnceCell<Option<Rank>>,
    pub(super) out: Extraction,
    pub(super) context: Context,
    pub(super) section: Section,
    pub(super) heading: String,
    /// What labels of the heading can carry into its section, and with which units; `None` until it is asked.
    heading_carry: Option<Vec<(CodeId, UnitSet)>>,
    /// The channel that the heading names and nothing else; `None` until it is asked.
    heading_channel: Option<Option<CodeId>>,
}

impl<'c> Reader<'c> {
    pub(in crate::extract::prose) fn new(clean: &'c Clean, year: Option<i16>) -> Self {
        let text = clean.text();
        // A report whose text never names its year is dated by mistake: its years tell nothing. An excerpt that
        // names the year before or after it may leave it to the title.
        let names = |y: i16| text.contains(&format!("{y}年"));
        let year = year.filter(|y| names(*y) || !text.contains('年') || (text.len() < EXCERPT && (names(y - 1) || names(y + 1))));
        Self {
            text,
            book: codebook(),
            year,
            clean,
            rank: OnceCell::new(),
            out: Extraction { facts: Vec::with_capacity(MANY), mentions: Vec::with_capacity(MANY), ..Extraction::default() },
            context: Context::default(),
            section: Section::General,
            heading: String::new(),
            heading_carry: None,
            heading_channel: None,
        }
    }

    /// How high the body stands; few reports say anything that asks for it.
    pub(super) fn rank(&self) -> Option<Rank> {
        *self.rank.get_or_init(|| rank(self.clean))
    }

    /// Whether a name, in a sentence that begins at a place, is that of a body other than the one that reports: it
    /// ends as names of bodies do, and stands neither in the title nor where a report names its own body, in its first
    /// and last lines.
    pub(super) fn is_another_body(&self, name: &str, sentence: usize) -> bool {
        const ENDINGS: &str = "局 委 厅 镇 乡 街道 街道办 街道办事处 委员会 管委会 支队 总队 大队 公司 集团 办事处 苏木";
        // Words of the body's own names; the last four handle reviews and complaints for all bodies of an area.
        const OWN: &str = "我 本 全 各 该 国家 政府 公开 机关 司法 纪委 监察 法院";
        let length = name.chars().count();
        if length < 3 || !ENDINGS.split(' ').any(|ending| name.ends_with(ending)) || OWN.split(' ').any(|own| name.contains(own)) {
            return false;
        }
        // 市教育局 and X市教育局 are one.
        let core = name.trim_start_matches(['省', '市', '县', '区', '州', '旗', '盟']);
        let text = self.text;
        let head = text.floor_char_boundary(OWN_NAMED.min(sentence));
        // Other bodies are named from the first section on.
        let head = text[..head].find("一、").unwrap_or(head);
        let tail = text.ceil_char_boundary(text.len().saturating_sub(OWN_NAMED / 2));
        let is_short = text.len() < EXCERPT;
        // A title may name no body: 2011年政府信息公开工作年度报告.
        let titles = self.titles().filter(|title| !name_of(title).trim().is_empty());
        let is_own = titles.clone().any(|title| is_short_for(core, title) || is_short_for(office_of(title), core))
            || (!is_short && [&text[..head], &text[tail..]].iter().any(|part| part.contains(core)));
        // An excerpt without a title may be of anyone, and so may the first lines of a text.
        let may_be_own = (is_short || sentence < LEAD) && titles.into_iter().next().is_none();
        !is_own && !may_be_own
    }

    /// The title beside the text, and the line of the text that is one.
    fn titles(&self) -> impl Iterator<Item = &'c str> + Clone {
        let first = self.text.trim_start().lines().next().filter(|line| is_title(line));
        self.clean.title.as_deref().into_iter().chain(first)
    }

    /// Whether a word stands in the name of the body, by the title: 档案局.
    pub(super) fn is_own_name(&self, word: &str) -> bool {
        self.titles().any(|title| name_of(title).contains(word))
    }

    /// Whether a word says what the body is there for: 卫生 of 市卫生局, 环保 of 环境保护局.
    pub(super) fn is_own_field(&self, word: &str) -> bool {
        let core = ["行政", "工作", "管理", "监管", "系统", "业务"].iter().find_map(|work| word.strip_suffix(work)).unwrap_or(word);
        self.titles().any(|title| is_short_for(core, name_of(title)))
    }

    /// What the heading carries to a figure with this class of unit: (六)通过《政报》公开.
    pub(super) fn carried_by_heading(&mut self, class: UnitSet) -> Option<CodeId> {
        let carried = self.heading_carry.get_or_insert_with(|| carries(&self.heading));
        carried.iter().find(|(_, units)| units.meets(class)).map(|(code, _)| *code)
    }

    /// The channel of a section that is about nothing else: 2.政务微博.
    pub(super) fn channel_of_heading(&mut self) -> Option<CodeId> {
        let (heading, book) = (&self.heading, self.book);
        *self.heading_channel.get_or_insert_with(|| {
            let list = tokens(heading, 0, figures(heading));
            let mut labels = list.iter().filter_map(Token::label);
            let sense = labels.next()?.senses.iter().find(|s| s.within.is_empty())?;
            let only = labels.next().is_none() && !list.iter().any(|t| matches!(t.kind, Kind::Gap) || t.quantity().is_some());
            match sense.target {
                Target::Code(code) if only && book[code].dimension == "channel" => Some(code),
                _ => None,
            }
        })
    }

    pub(in crate::extract::prose) fn finish(self) -> Extraction {
        // Rules that look back take earlier figures later.
        self.out.in_order()
    }

    /// Reads a paragraph that begins at `start` of the document.
    pub(in crate::extract::prose) fn paragraph(&mut self, part: &str, start: usize, headings: &[Heading]) {
        if is_table_line(part) {
            return;
        }
        self.context = Context::default();
        let mut from = 0;
        let mut bearing = Bearing::default();
        for (at, c) in BEARING.find(part).chain(std::iter::once((part.len(), '。'))) {
            if !matches!(c, '。' | '！' | '\n') {
                bearing.note(at - from, c);
                continue;
            }
            let sentence = &part[from..at];
            let begin = start + from;
            from = (at + c.len_utf8()).min(part.len());
            let numbers = figures_from(sentence, bearing.numbers.iter().copied());
            let counts = numbers.iter().any(|f| matches!(f, Figure::Quantity(_)));
            if counts
                || (bearing.denial && denies(sentence))
                || (bearing.whole && self.context.last.is_some() && speaks_of_the_whole(sentence))
            {
                self.sentence(sentence, begin, numbers, &bearing.numbers, headings);
            }
            bearing.clear();
        }
    }

    fn sentence(&mut self, sentence: &str, begin: usize, numbers: Vec<Figure>, places: &[usize], headings: &[Heading]) {
        let mut skip = 0;
        if let Some(heading) = heading_at(headings, begin + sentence.len() - sentence.trim_start().len()) {
            if heading.text != self.heading {
                self.heading.clone_from(&heading.text);
                (self.heading_carry, self.heading_channel) = (None, None);
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
            (self.heading_carry, self.heading_channel) = (None, None);
        }
        // The numbers were read to see whether the sentence counts anything.
        let behind = || places.iter().filter(|at| **at >= skip).map(|at| at - skip);
        let numbers = if skip == 0 { numbers } else { figures_from(&sentence[skip..], behind()) };
        let list = tokens(&sentence[skip..], begin + skip, numbers);
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
        context.speaks = false;
        context.bare = None;
        context.headline = false;
        context.others = false;
        (context.level, context.bodies) = (None, false);
        if context.frame.is_none() {
            context.frame = frame_of_section(self.section);
        }
        let walk_from = self.out.facts.len();
        let mut walk = Walk {
            reader: self,
            tokens: &list,
            span,
            context,
            first_mention,
            window: 0,
            window_after: 0,
            clause: 0,
            taken_before: walk_from,
            sentence_period: None,
        };
        walk.run();
        let context = walk.context;
        self.context = context;
    }

    fn mention(&mut self, quantity: &Quantity, sentence: usize) {
        // Bounded: a text without any punctuation is looked back into no farther than its label can reach.
        let from = self.text.ceil_char_boundary(sentence.max(quantity.span.start.saturating_sub(LABEL_LENGTH * 4)));
        let before = &self.text[from..quantity.span.start];
        let clause = before
            .rfind(['，', ',', '；', ';', '、', '。', '：', ':', '\n'])
            .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        let label = before[clause..].trim();
        let label = match label.char_indices().rev().nth(LABEL_LENGTH - 1) {
            Some((at, _)) => &label[at..],
            None => label,
        };
        let zero = quantity.value == 0.0;
        self.out.mentions.push(Mention {
            span: quantity.span.clone(),
            value: Some(quantity.stated),
            value_high: quantity.high,
            unit: if quantity.unit == "份" { "册" } else { quantity.unit }.to_owned(),
            qualifier: if zero { Qualifier::ZeroStated } else { quantity.qualifier },
            label: label.to_owned(),
            section: self.heading.clone(),
            fact: None,
            reason: None,
        });
    }
}

/// Whether the characters of a word stand in a name in their order: 市场监管局 in 市场监督管理局.
fn is_short_for(word: &str, name: &str) -> bool {
    let mut letters = name.chars();
    word.chars().all(|c| letters.any(|other| other == c))
}

/// The office in a title, without the place before it: 住建局 of 某某县住建局2015年….
fn office_of(title: &str) -> &str {
    /// A shorter one stands for many: 市局.
    const SHORTEST: usize = 3;
    let name = name_of(title).trim();
    let office = name.rsplit(['省', '市', '县', '区', '州', '旗', '盟']).next().unwrap_or(name);
    // Nothing is short for another name than its own.
    if office.chars().count() >= SHORTEST { office } else { title }
}

/// What a title says before the year and the words on disclosure, or between them: 2015年某某局政府信息公开….
fn name_of(title: &str) -> &str {
    let title = title.trim_start().trim_start_matches("关于");
    let is_year = |at: &usize| *at > 0 && title[..*at].chars().all(|c| c.is_ascii_digit() || numeral::is_chinese(c));
    let title = match title.find('年').filter(is_year) {
        Some(at) => title[at + '年'.len_utf8()..].trim_start_matches('度'),
        None => title,
    };
    let end = title.find(|c: char| c.is_ascii_digit()).unwrap_or(title.len());
    ["政府信息公开", "政务公开", "信息公开"]
        .iter()
        .filter_map(|word| title[..end].find(word))
        .min()
        .map_or(&title[..end], |at| &title[..at])
}

pub(super) fn carries(heading: &str) -> Vec<(CodeId, UnitSet)> {
    let list = tokens(heading, 0, figures(heading));
    let senses = list.iter().filter_map(Token::label).flat_map(|e| &e.senses).filter(|s| s.carry);
    senses.filter_map(|s| if let Target::Code(code) = s.target { Some((code, s.units)) } else { None }).collect()
}

fn has_two(text: &str, mark: char) -> bool {
    text.split_once(mark).is_some_and(|(_, rest)| rest.contains(mark))
}

/// A line of a table that lost its grid: the tables' reader looks at it.
pub(super) fn is_table_line(part: &str) -> bool {
    if has_two(part, '|') || (has_two(part, '\t') && has_two(part.trim(), '\t')) {
        return true;
    }
    // A label and bare numbers, or one at the end, without any punctuation of prose; no body speaks of itself in one.
    !part.trim_start().starts_with(['我', '本'])
        && !part.contains(['，', ',', '。', '；', ';', '、', '：', ':'])
        && (part.trim_end().ends_with(|c: char| c.is_ascii_digit())
            || part.split_whitespace().filter(|w| w.chars().all(|c| c.is_ascii_digit())).count() >= 2)
}

/// Characters one of which stands in every word of denial.
const DENIALS: [char; 5] = ['未', '没', '无', '零', '不'];
/// Words of a sentence that says something of the figure before it.
const OF_THE_WHOLE: [&str; 9] = ["均", "全部", "都", "皆", "办结", "答复", "尚", "维持", "驳回"];
/// What those words begin with.
const WHOLES: [char; 9] = ['均', '全', '都', '皆', '办', '答', '尚', '维', '驳'];
/// What sentences end with.
const ENDS: [char; 3] = ['。', '！', '\n'];

/// All that can make a sentence bear on figures, or end it.
static BEARING: Characters = Characters::new(&[&ENDS, &DENIALS, &WHOLES, BEGINNINGS[0], BEGINNINGS[1]]);

/// What a sentence holds that can bear on figures.
#[derive(Default)]
struct Bearing {
    /// Where numbers may begin.
    numbers: Vec<usize>,
    /// A character of denial.
    denial: bool,
    /// A character of words on a whole.
    whole: bool,
}

impl Bearing {
    fn clear(&mut self) {
        self.numbers.clear();
        (self.denial, self.whole) = (false, false);
    }

    fn note(&mut self, at: usize, c: char) {
        match c {
            // Both a numeral and a word of denial.
            '零' => {
                self.denial = true;
                self.numbers.push(at);
            }
            _ if DENIALS.contains(&c) => self.denial = true,
            _ if WHOLES.contains(&c) => self.whole = true,
            _ => self.numbers.push(at),
        }
    }
}

/// Whether a sentence without quantities can state a zero: a word of denial, and one of what reports deny.
/// This is a cheap test before anything is read; most sentences end here.
pub(super) fn denies(sentence: &str) -> bool {
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
    let denied = sentence.contains(['未', '没', '无', '零']) || sentence.contains("不存在") || sentence.contains("不收");
    denied && (sentence.len() < SHORT || SUBJECTS.iter().any(|w| sentence.contains(w)))
}

/// Whether a sentence without quantities can say something of the figure before it: 均按时办结.
pub(super) fn speaks_of_the_whole(sentence: &str) -> bool {
    OF_THE_WHOLE.iter().any(|w| sentence.contains(w))
}

pub(super) fn frame_of_section(section: Section) -> Option<Frame> {
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
pub(super) fn without_silent_brackets(list: Vec<Token>) -> Vec<Token> {
    if !list.iter().any(|t| matches!(t.kind, Kind::Open | Kind::Close)) {
        return list;
    }
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
            // 诉讼3件(均未审结) is a clause of its own.
            let whole = inner.iter().any(|t| t.is(Role::All));
            if counts == 0 && !whole {
                keep[i..=close].fill(false);
                i = close;
            } else if bare && counts == 1 && !whole {
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
