//! Quantities: every number of a text with its unit and how exact it is, and what looks like one and is
//! none (years, dates, numbers of laws, telephone numbers, list numbers, names).

use std::ops::Range;

use super::characters::Characters;

use crate::extract::Qualifier;
use crate::knowledge::{UnitSet, lexicon, numeral};

/// A number in the text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quantity {
    /// Bytes of the figure with 万 and 余 and %, without the classifier.
    pub span: Range<usize>,
    /// Bytes with the words before that say how exact it is, and the classifier.
    pub full: Range<usize>,
    /// Value; money in yuan.
    pub value: f64,
    /// Upper end of a range.
    pub high: Option<f64>,
    /// Value as published beside its unit: 万元 is not applied.
    pub stated: f64,
    /// Unit as published.
    pub unit: &'static str,
    /// What the classifier can count.
    pub class: UnitSet,
    /// How exact.
    pub qualifier: Qualifier,
}

/// What a place with digits or numerals is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Figure {
    /// A quantity.
    Quantity(Quantity),
    /// A year without month: 2015年, 二〇一五年.
    Year(i16, Range<usize>),
    /// A part of the year: 2019年6月, 5月, 1至6月.
    Month(Range<usize>),
    /// A number that counts nothing: date, law, telephone, list number, name.
    Other(Range<usize>),
}

impl Figure {
    pub(super) fn span(&self) -> Range<usize> {
        match self {
            Self::Quantity(q) => q.full.clone(),
            Self::Year(_, s) | Self::Month(s) | Self::Other(s) => s.clone(),
        }
    }
}

/// Whether 第 stands before a number, what blanks or readings part from it among them: 第 二 十 条.
fn is_ordinal(text: &str, at: usize) -> bool {
    let is_between = |c: &char| {
        c.is_whitespace() || c.is_ascii_digit() || numeral::is_chinese(*c) || (c.is_alphabetic() && !matches!(c, '\u{3400}'..='\u{9fff}'))
    };
    text[..at].chars().rev().take(8).find(|c| !is_between(c)) == Some('第')
}

/// Characters after which 一, 三 and the like are part of a word: 统一, 唯一, 第三, 周一.
const NO_NUMERAL_AFTER: [char; 21] =
    ['统', '唯', '之', '逐', '第', '周', '同', '单', '专', '合', '惟', '初', '星', '期', '不', '万', '归', '划', '整', '抓', '其'];
/// Service numbers that are names where no classifier follows.
const SERVICE_NUMBERS: [&str; 4] = ["12", "95", "96", "11"];

/// What a number begins with, besides Chinese numerals.
const DIGITS: [char; 21] =
    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '０', '１', '２', '３', '４', '５', '６', '７', '８', '９', '参'];
/// What a number begins with.
pub(super) const BEGINNINGS: [&[char]; 2] = [&DIGITS, &numeral::CHINESE];
static FIRST: Characters = Characters::new(&BEGINNINGS);

/// All numbers of a text, in order and not overlapping.
pub(super) fn figures(text: &str) -> Vec<Figure> {
    figures_from(text, FIRST.find(text).map(|(at, _)| at))
}

/// Numbers for which room is made at once.
const MANY: usize = 16;

/// All numbers of a text whose beginnings are among these places, which are in order.
pub(super) fn figures_from(text: &str, places: impl Iterator<Item = usize>) -> Vec<Figure> {
    let mut found = Vec::with_capacity(places.size_hint().1.unwrap_or_default().min(MANY));
    let mut read = 0;
    for at in places {
        let Some(c) = text[at..].chars().next().filter(|_| at >= read) else { continue };
        let previous = text[..at].chars().next_back().unwrap_or('\n');
        if let Some(figure) = figure_at(text, at, c, previous) {
            read = figure.span().end.max(at + c.len_utf8());
            found.push(figure);
        }
    }
    found
}

fn figure_at(text: &str, at: usize, c: char, previous: char) -> Option<Figure> {
    if numeral::arabic(c).is_some() { Some(arabic_at(text, at, previous)) } else { chinese_at(text, at, previous) }
}

fn arabic_at(text: &str, at: usize, previous: char) -> Figure {
    let rest = &text[at..];
    let run: usize = rest.chars().take_while(|c| numeral::arabic(*c).is_some()).map(char::len_utf8).sum();
    let other = |len: usize| Figure::Other(at..at + len);
    let Some(number) = numeral::number(rest) else { return other(run) };
    let after_digits = &rest[run..];
    let next = after_digits.chars().next().unwrap_or('\n');
    let second = after_digits.chars().nth(1).unwrap_or('\n');
    let joins = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '@' | '_' | '\\' | '#' | '&' | '=');
    // Addresses, versions, codes; but EMS9件.
    if (joins(previous) && !follows_a_name(text, at, &after_digits[number.len - run..]))
        || (joins(next) && !(next == '/' && number.digits < 4))
        || (previous == '.' && number.plain)
    {
        let tail: usize = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || ".-_/@:".contains(*c)).map(char::len_utf8).sum();
        return other(tail.max(run));
    }
    if is_ordinal(text, at) {
        return other(run);
    }
    if let Some(figure) = date(text, at, run, &number) {
        return figure;
    }
    // 〔2017〕5号, 0830-3115719, 15·5, 10:30
    if matches!(next, '〕' | ']' | '】' | '］' | '〉') && number.plain && number.digits == 4 {
        return other(run);
    }
    if next == '号' || (next == ' ' && second == '号') {
        return other(run);
    }
    let digit_follows = numeral::arabic(second).is_some();
    if matches!(next, '•' | '·' | '.' | '．') && number.plain {
        // A list number, 1.2.3 or 5·15: whatever follows the point belongs to it.
        let tail: usize =
            after_digits.chars().take_while(|c| numeral::arabic(*c).is_some() || "•·.．".contains(*c)).map(char::len_utf8).sum();
        // Rows of a table in one line: … 0 0 2.重复申请 0 0.
        let row_number = number.digits <= 2 && (previous.is_whitespace() || matches!(previous, '）' | ')')) && second.is_alphabetic();
        if digit_follows || row_number || line_head(text, at) {
            return other(run + tail);
        }
    }
    if matches!(next, ':' | '：') && digit_follows && number.plain && number.digits <= 2 {
        let tail: usize =
            after_digits.chars().take_while(|c| numeral::arabic(*c).is_some() || ":：".contains(*c)).map(char::len_utf8).sum();
        return other(run + tail);
    }
    if matches!(next, '、' | ')' | '）') && number.plain && number.digits <= 2 && line_head(text, at) {
        return other(run);
    }
    if matches!(next, '-' | '—' | '–' | '－') && number.plain && number.digits >= 3 {
        let tail: usize =
            after_digits.chars().take_while(|c| numeral::arabic(*c).is_some() || "-—–－".contains(*c)).map(char::len_utf8).sum();
        let digits = after_digits[..tail].chars().filter(|c| numeral::arabic(*c).is_some()).count();
        if number.digits + digits >= 7 && (number.digits != digits) {
            return other(run + tail);
        }
    }
    let quantity = measure(text, at, &number);
    // 1-11月: a part of the year, but for 1-12月.
    if let Some(last) = quantity.high.filter(|last| *last <= 12.0 && text[quantity.full.end..].starts_with('月')) {
        let span = at..quantity.full.end + '月'.len_utf8();
        return if number.value == 1.0 && last == 12.0 { Figure::Other(span) } else { Figure::Month(span) };
    }
    let named = number.plain && quantity.class == UnitSet::NONE;
    let begins_with = |digits: &str| {
        let mut printed = rest[..run].chars().filter_map(numeral::arabic);
        digits.chars().all(|digit| printed.next() == Some(digit))
    };
    let service = named && (3..=6).contains(&number.digits) && SERVICE_NUMBERS.iter().any(|s| begins_with(s)) && {
        let tail = rest[run..].trim_start_matches(['”', '"', '’', '」', ' ']);
        [
            "热线", "平台", "政府", "市长", "县长", "区长", "便民", "政务", "投诉", "服务", "举报", "系统", "电话", "公共", "民生", "一号",
            "工单", "市民", "卫生", "健康", "税务", "消费", "环保", "交通", "司法", "法律", "文明", "微信", "公众",
        ]
        .iter()
        .any(|w| tail.starts_with(w))
    };
    let long = named && (number.digits >= 7 || (begins_with("0") && number.digits > 1));
    let postcode = named && number.digits == 6 && text[..at].trim_end_matches([':', '：', ' ', '为']).ends_with(['编', '码']);
    let telephone = named && text[..at].trim_end_matches([':', '：', ' ', '为']).ends_with(['话', '机', '线']) && number.digits > 4;
    if service || long || postcode || telephone {
        return other(run);
    }
    Figure::Quantity(quantity)
}

/// Whether the letters before a number are a word of their own (EMS9件, APP12条): three or more, and a classifier
/// follows the number.
fn follows_a_name(text: &str, at: usize, after: &str) -> bool {
    let before = &text[..at];
    let word = before.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let letters = before.len() - word.len();
    (3..=5).contains(&letters)
        && !word.ends_with(|c: char| c.is_ascii_punctuation() || c.is_ascii_digit())
        && lexicon().unit_at(after).is_some_and(|u| u.numeral)
}

/// Whether nothing but a bracket stands between a place and the line's or sentence's beginning.
fn line_head(text: &str, at: usize) -> bool {
    text[..at]
        .trim_end_matches(['(', '（', ' ', '\u{3000}', '\t', '\u{a0}'])
        .chars()
        .next_back()
        .is_none_or(|c| "\n。；;!！：:".contains(c))
}

/// Years, dates and months.
fn date(text: &str, at: usize, run: usize, number: &numeral::Number) -> Option<Figure> {
    let rest = &text[at..];
    let after = rest[run..].trim_start_matches([' ', '\u{a0}']);
    let pad = rest.len() - run - after.len();
    let year =
        if number.plain && number.digits == 4 && (1949.0..2100.0).contains(&number.value) { Some(number.value as i16) } else { None };
    let digits_at = |t: &str| t.chars().take_while(|c| numeral::arabic(*c).is_some()).map(char::len_utf8).sum::<usize>();
    if let Some(year) = year {
        if let Some(tail) = after.strip_prefix('年') {
            let base = run + pad + '年'.len_utf8();
            let tail_trimmed = tail.trim_start_matches(' ');
            let gap = tail.len() - tail_trimmed.len();
            let month = digits_at(tail_trimmed);
            if month > 0 && month <= 6 && tail_trimmed[month..].trim_start().starts_with('月') {
                let month_end =
                    base + gap + month + (tail_trimmed[month..].len() - tail_trimmed[month..].trim_start().len()) + '月'.len_utf8();
                let tail = rest[month_end..].trim_start_matches(' ');
                let day = digits_at(tail);
                if day > 0 && (tail[day..].trim_start().starts_with('日') || tail[day..].trim_start().starts_with('号')) {
                    let gap = rest[month_end..].len() - tail.len();
                    let blank = tail[day..].len() - tail[day..].trim_start().len();
                    return Some(Figure::Other(at..at + month_end + gap + day + blank + '日'.len_utf8()));
                }
                let closing = tail.starts_with('底') || tail.starts_with('末');
                return Some(if closing { Figure::Other(at..at + month_end) } else { Figure::Month(at..at + month_end) });
            }
            if tail.starts_with('底') || tail.starts_with('末') || tail.starts_with('初') {
                return Some(Figure::Other(at..at + base + '底'.len_utf8()));
            }
            return Some(Figure::Year(year, at..at + base));
        }
        // 2017-02-10, 2017/3/8, 2017.12.31
        if let Some(tail) = rest[run..].strip_prefix(['-', '/', '.', '－', '．']) {
            let month = digits_at(tail);
            let separated = tail[month..].starts_with(['-', '/', '.', '－', '．']);
            if (1..=2).contains(&month) && separated {
                let len: usize =
                    rest.chars().take_while(|c| numeral::arabic(*c).is_some() || "-/.－．:： ".contains(*c)).map(char::len_utf8).sum();
                return Some(Figure::Other(at..at + len));
            }
        }
        let tail = rest[run..].trim_start_matches(['-', '—', '－', '至', '～', '~', '、', '和', '到']);
        if tail.len() < rest[run..].len() {
            let second = digits_at(tail);
            if tail[second..].trim_start().starts_with('年') && second >= 2 {
                return Some(Figure::Other(at..at + run));
            }
        }
    }
    if number.plain && after.starts_with('月') && number.digits <= 2 {
        let month_end = run + pad + '月'.len_utf8();
        if after["月".len()..].starts_with(['底', '末']) {
            return Some(Figure::Other(at..at + month_end));
        }
        let tail = rest[month_end..].trim_start_matches(' ');
        let day = digits_at(tail);
        if day > 0 && tail[day..].starts_with(['日', '号']) {
            let gap = rest[month_end..].len() - tail.len();
            return Some(Figure::Other(at..at + month_end + gap + day + '日'.len_utf8()));
        }
        return Some(Figure::Month(at..at + month_end));
    }
    // A date whose 年 and 月 were lost (20101231日), a full date in digits.
    if number.plain && number.digits >= 5 && (after.starts_with('日') || after.starts_with('月')) {
        return Some(Figure::Other(at..at + run + pad + '日'.len_utf8()));
    }
    if number.plain && number.digits == 8 && rest.starts_with("20") && !after.starts_with(['条', '件', '次', '人', '元', '份', '册', '篇'])
    {
        return Some(Figure::Other(at..at + run));
    }
    if number.plain && number.digits <= 2 && after.starts_with('日') && !after.starts_with("日均") {
        return Some(Figure::Other(at..at + run + pad + '日'.len_utf8()));
    }
    None
}

fn chinese_at(text: &str, at: usize, previous: char) -> Option<Figure> {
    let rest = &text[at..];
    let run: usize = rest.chars().take_while(|c| numeral::is_chinese(*c) || *c == '○').map(char::len_utf8).sum();
    // 二〇一六年
    let count = rest[..run].chars().count();
    if count == 4
        && rest[run..].starts_with('年')
        && let Some(year) = numeral::chinese_integer(&rest[..run]).and_then(|y| i16::try_from(y).ok()).filter(|y| (1949..2100).contains(y))
    {
        return Some(Figure::Year(year, at..at + run + '年'.len_utf8()));
    }
    if rest.starts_with('参') {
        let after = &rest['参'.len_utf8()..];
        let unit = lexicon().unit_at(after).filter(|u| u.numeral && matches!(u.unit.as_str(), "件" | "条" | "次" | "期" | "篇"))?;
        let full = at..at + '参'.len_utf8() + unit.wording.len();
        let span = at..at + '参'.len_utf8();
        return Some(Figure::Quantity(Quantity {
            span,
            full,
            value: 3.0,
            high: None,
            stated: 3.0,
            unit: &unit.unit,
            class: unit.class,
            qualifier: Qualifier::Exact,
        }));
    }
    let skip = || Some(Figure::Other(at..at + run.max(rest.chars().next().map_or(0, char::len_utf8))));
    if run == 0 || is_ordinal(text, at) || count == 1 && NO_NUMERAL_AFTER.contains(&previous) {
        return skip();
    }
    if rest[run..].starts_with(['年', '月']) && !rest[run..].starts_with("年来") {
        return Some(Figure::Other(at..at + run + '年'.len_utf8()));
    }
    let Some(number) = numeral::number(rest) else { return skip() };
    // 人大三次会议, 二届一次全会: the ordinal of a session.
    if matches!(previous, '大' | '届' | '协') && rest[number.len..].starts_with("次") {
        return skip();
    }
    let after = rest[number.len..].trim_start_matches(' ');
    let tenths = after.starts_with('成')
        && number.value < 10.0
        && !after[3..].starts_with(['立', '效', '果', '员', '功', '为', '本', '绩', '熟', '交', '长']);
    let counted = lexicon().unit_at(after).is_some_and(|u| u.numeral);
    let ranged = after.starts_with(['至', '到']) && number.value < 10.0 && {
        let tail = &after['至'.len_utf8()..];
        numeral::number(tail).is_some_and(|n| n.chinese && lexicon().unit_at(&tail[n.len..]).is_some_and(|u| u.numeral))
    };
    if !(tenths || counted || ranged) {
        return skip();
    }
    Some(Figure::Quantity(measure(text, at, &number)))
}

/// Words before a figure that say how exact it is; the longest first.
const BEFORE: [(&str, Qualifier); 24] = [
    ("不超过", Qualifier::AtMost),
    ("不多于", Qualifier::AtMost),
    ("不少于", Qualifier::AtLeast),
    ("不低于", Qualifier::AtLeast),
    ("不足", Qualifier::AtMost),
    ("不到", Qualifier::AtMost),
    ("未满", Qualifier::AtMost),
    ("超过了", Qualifier::AtLeast),
    ("超过", Qualifier::AtLeast),
    ("突破了", Qualifier::AtLeast),
    ("突破", Qualifier::AtLeast),
    ("至少", Qualifier::AtLeast),
    ("高达", Qualifier::Exact),
    ("多达", Qualifier::Exact),
    ("大约", Qualifier::Approx),
    ("大概", Qualifier::Approx),
    ("将近", Qualifier::Approx),
    ("接近", Qualifier::Approx),
    ("约", Qualifier::Approx),
    ("近", Qualifier::Approx),
    ("逾", Qualifier::AtLeast),
    ("超", Qualifier::AtLeast),
    ("上", Qualifier::AtLeast),
    ("愈", Qualifier::AtLeast),
];
/// Words after a figure or its classifier.
const AFTER: [(&str, Qualifier); 8] = [
    ("以上", Qualifier::AtLeast),
    ("左右", Qualifier::Approx),
    ("上下", Qualifier::Approx),
    ("以内", Qualifier::AtMost),
    ("以下", Qualifier::AtMost),
    ("之多", Qualifier::Exact),
    ("余", Qualifier::AtLeast),
    ("多", Qualifier::AtLeast),
];

/// Reads the unit and the words around a number.
fn measure(text: &str, at: usize, number: &numeral::Number) -> Quantity {
    let mut end = at + number.len;
    let mut high = None;
    let mut more = number.more;
    let mut value = number.value;
    // 1-2名, 3至5次, 10—15条
    let tail = text[end..].trim_start_matches(' ');
    let ranged = tail.trim_start_matches(['-', '—', '–', '－', '~', '～', '至', '到']);
    if ranged.len() < tail.len()
        && tail.len() - ranged.len() <= 6
        && let Some(second) = numeral::number(ranged).filter(|n| n.value > value && n.chinese == number.chinese)
    {
        high = Some(second.value);
        end = text.len() - ranged.len() + second.len;
        more |= second.more;
    }
    let span = at..end;
    let mut full_end = end;
    let mut stated = value;
    let (mut unit, mut class) = ("", UnitSet::NONE);
    let mut span_end = end;
    let tail = text[end..].trim_start_matches([' ', '\u{3000}', '\u{a0}', '　']);
    let gap = text.len() - end - tail.len();
    if tail.starts_with('成') && value < 10.0 && number.chinese {
        value *= 10.0;
        stated = value;
        unit = "%";
        class = UnitSet::PERCENT;
        full_end = end + gap + '成'.len_utf8();
        span_end = full_end;
    } else if let Some(word) = lexicon().unit_at(tail).filter(|_| gap <= 4) {
        full_end = end + gap + word.wording.len();
        unit = &word.unit;
        class = word.class;
        if word.class == UnitSet::MONEY {
            let printed = &text[at..end];
            // 9.8万元: the figure as published stands beside 万元, the fact is in yuan.
            let (scale, name) = if printed.ends_with('亿') {
                (1e8, "亿元")
            } else if printed.ends_with('万') {
                (1e4, "万元")
            } else {
                (1.0, "")
            };
            if !name.is_empty() {
                stated = value / scale;
                unit = name;
            }
        }
        if word.class == UnitSet::PERCENT {
            span_end = full_end;
        }
    }
    let mut qualifier = if more { Qualifier::AtLeast } else { Qualifier::Exact };
    let tail = text[full_end..].trim_start_matches(' ');
    for (word, meaning) in AFTER {
        if let Some(rest) = tail.strip_prefix(word) {
            // 余家, 多部门: 余 after a classifier belongs to the figure only where the clause ends.
            if word.chars().count() == 1 && !rest.chars().next().is_none_or(|c| "，。；、,;）)人 ".contains(c)) {
                continue;
            }
            qualifier = meaning;
            full_end = text.len() - tail.len() + word.len();
            break;
        }
    }
    let before = text[..at].trim_end_matches(' ');
    let mut full_start = at;
    // Before most figures stands none of them, as the last character tells.
    let last = before.as_bytes().last_chunk::<3>();
    for (word, meaning) in BEFORE.into_iter().filter(|(word, _)| word.as_bytes().last_chunk() == last) {
        if let Some(head) = before.strip_suffix(word) {
            // 最近, 上 after 网 or 以 are other words.
            let tail = head.chars().next_back().unwrap_or('\n');
            if (word == "近" && "最临附靠新".contains(tail))
                || (word == "上" && !text[at..].starts_with(['百', '千', '万']))
                || (word == "约" && "节预".contains(tail))
            {
                continue;
            }
            full_start = head.len();
            if qualifier == Qualifier::Exact || meaning == Qualifier::AtMost {
                qualifier = meaning;
            }
            break;
        }
    }
    Quantity { span: span.start..span_end, full: full_start..full_end, value, high, stated, unit, class, qualifier }
}

#[cfg(test)]
mod tests {
    use super::{Figure, figures};
    use crate::extract::Qualifier;

    /// Value, unit and qualifier of each quantity.
    fn read(text: &str) -> Vec<(f64, String, Qualifier)> {
        figures(text)
            .into_iter()
            .filter_map(|f| match f {
                Figure::Quantity(q) => Some((q.stated, q.unit.to_owned(), q.qualifier)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn quantities_with_units() {
        use Qualifier::{Approx, AtLeast, AtMost, Exact};
        for (text, value, unit, qualifier) in [
            ("收到申请29件", 29.0, "件", Exact),
            ("来电1.3万余件", 13_000.0, "件", AtLeast),
            ("近1.5万条", 15_000.0, "条", Approx),
            ("约30余人次", 30.0, "人次", AtLeast),
            ("不足百条", 100.0, "条", AtMost),
            ("一起申请", 1.0, "件", Exact),
            ("两期", 2.0, "期", Exact),
            ("参件", 3.0, "件", Exact),
            ("三成", 30.0, "%", Exact),
            ("98.5%以上", 98.5, "%", AtLeast),
            ("650条左右", 650.0, "条", Approx),
            ("０件", 0.0, "件", Exact),
            ("9.8万元", 9.8, "万元", Exact),
            ("0.6万元", 0.6, "万元", Exact),
            ("共收到67，", 67.0, "", Exact),
            ("41件次", 41.0, "件", Exact),
            ("58篇（件）", 58.0, "篇", Exact),
            ("四十余人参加", 40.0, "人", AtLeast),
        ] {
            assert_eq!(read(text), [(value, unit.to_owned(), qualifier)], "{text}");
        }
    }

    #[test]
    fn what_counts_nothing() {
        for text in [
            "国办发〔2017〕24号",
            "[2016]8号",
            "2017年1月1日至2017年12月31日",
            "2017-02-10 10:22",
            "0830—3115719",
            "0716-8278407",
            "邮编:646000",
            "12345热线",
            "“12345”平台",
            "第二十条",
            "第3条",
            "二七区",
            "五公开",
            "两微一端",
            "江阳西路1号",
            "www.163.com",
            "a1@b2.cn",
            "统一件",
            "5·15政务公开日",
            "1.加强领导",
            "（三）不予公开 1.属于国家秘密",
            "二〇一六年",
            "进一步",
            "截止20101231日",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
    }

    #[test]
    fn ranges_are_one_quantity() {
        let found = figures("配备1-2名");
        let ends: Vec<(f64, Option<f64>)> =
            found.iter().filter_map(|f| if let Figure::Quantity(q) = f { Some((q.value, q.high)) } else { None }).collect();
        assert_eq!(ends, [(1.0, Some(2.0))]);
    }

    #[test]
    fn hostile_texts_end() {
        for text in ["9".repeat(5000), "一".repeat(5000), "1,".repeat(5000), "2017年".repeat(3000), "1-".repeat(4000)] {
            assert!(figures(&text).len() <= text.len());
        }
    }
}
