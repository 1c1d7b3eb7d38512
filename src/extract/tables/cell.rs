//! What a table cell says.

use std::ops::Range;

use crate::knowledge::numeral;

/// A unit of money printed with a figure or in a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Money {
    /// 元.
    Yuan,
    /// 万元.
    TenThousand,
    /// 亿元.
    HundredMillion,
}

impl Money {
    /// Powers of ten to yuan.
    fn power(self) -> i32 {
        match self {
            Self::Yuan => 0,
            Self::TenThousand => 4,
            Self::HundredMillion => 8,
        }
    }

    /// The unit that a head states: `单位：万元`, `(元)`, `采购总金额/万元`. `None` where it states none.
    pub fn of_head(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if plain.contains("亿元") {
            Some(Self::HundredMillion)
        } else if plain.contains("万元") {
            Some(Self::TenThousand)
        } else if plain.match_indices('元').any(|(at, _)| !is_damaged(&plain[..at])) {
            Some(Self::Yuan)
        } else {
            None
        }
    }
}

/// Whether what stands before 元 may have been 万: a sign of damage, a reading.
fn is_damaged(before: &str) -> bool {
    before.chars().next_back().is_some_and(|c| {
        matches!(c, '?' | '？' | '_' | '*' | '\u{fffc}' | '\u{fffd}' | ')' | '）' | '\u{3105}'..='\u{3129}' | '\u{e000}'..='\u{f8ff}')
            || (c.is_alphabetic() && !matches!(c, '\u{3400}'..='\u{9fff}'))
    })
}

/// A decimal as printed: `digits` × 10^`exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    digits: i64,
    exponent: i32,
}

impl Decimal {
    /// An integer.
    pub fn integer(digits: i64) -> Self {
        Self { digits, exponent: 0 }
    }

    /// The value, rounded once.
    pub fn value(self) -> f64 {
        self.scaled(0)
    }

    /// The value × 10^`power`, rounded once.
    pub fn scaled(self, power: i32) -> f64 {
        format!("{}e{}", self.digits, self.exponent + power).parse().unwrap_or(f64::NAN)
    }

    /// The value in yuan of a figure in a unit of money.
    pub fn in_yuan(self, unit: Money) -> f64 {
        self.scaled(unit.power())
    }

    /// Whether it is a whole number.
    pub fn is_whole(self) -> bool {
        self.exponent >= 0 || self.value().fract() == 0.0
    }
}

/// What a cell says.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// Nothing.
    Blank,
    /// A dash or stroke, or the word for none.
    Dash(Range<usize>),
    /// A figure.
    Figure(Figure),
    /// Words.
    Text,
}

/// A figure of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// As printed, with its sign.
    pub number: Decimal,
    /// Whether a sign or a word for more or less is printed.
    pub signed: bool,
    /// Unit of money in the cell.
    pub money: Option<Money>,
    /// Where it is printed: sign, digits and unit of money.
    pub span: Range<usize>,
}

/// The longest cell that can be a figure, in characters: a sign, twenty digits and a unit.
const LONGEST: usize = 32;

/// What programs write for a cell that is blank.
const NOTHING: [&str; 5] = ["nan", "NaN", "None", "null", "NULL"];

/// Whether a character prints nothing: blanks of every width, and those without any.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Reads the cell that stands at `span` of `text`.
pub fn read(text: &str, span: &Range<usize>) -> Reading {
    let Some(raw) = text.get(span.clone()) else { return Reading::Text };
    let start = span.start + (raw.len() - raw.trim_start_matches(is_blank).len());
    let cell = raw.trim_matches(is_blank);
    if cell.is_empty() || NOTHING.contains(&cell) {
        return Reading::Blank;
    }
    if cell.chars().take(LONGEST + 1).count() > LONGEST {
        return Reading::Text;
    }
    if is_dash(cell) {
        return Reading::Dash(start..start + cell.len());
    }
    figure(cell, start).map_or(Reading::Text, Reading::Figure)
}

/// Dashes and strokes of every width; 无 says that there is nothing to report, which is no figure.
fn is_dash(cell: &str) -> bool {
    matches!(cell, "无" | "無" | "/" | "／" | "\\" | "＼" | "*" | "∕" | "╱")
        || (cell.chars().all(|c| matches!(c, '-' | '－' | '—' | '–' | '―' | '─' | '‐' | '‑' | '−' | '﹣' | '_' | '＿' | '…'))
            && cell.chars().count() <= 6)
        || (cell.chars().count() <= 3 && cell.chars().all(|c| matches!(c, '/' | '／' | '\\' | '*')))
}

fn ascii_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32),
        _ => None,
    }
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '－' | '−' | '–' | '—' | '﹣' | '‐' | '‑')
}

/// The figure that a trimmed cell is. Everything in the cell must be accounted for.
fn figure(cell: &str, start: usize) -> Option<Figure> {
    let (mut rest, mut start) = (cell, start);
    let (mut signed, mut negative) = (false, false);
    // (+12): brackets around a sign say nothing more. Without one they may be a note or a minus.
    if let Some(inner) = cell.strip_prefix(['(', '（']).and_then(|c| c.strip_suffix([')', '）'])) {
        if !inner.starts_with(|c| is_minus(c) || matches!(c, '+' | '＋' | '增' | '减')) {
            return None;
        }
        start += cell.len() - inner.len() - cell.chars().next_back().map_or(0, char::len_utf8);
        rest = inner;
    }
    let cell = rest;
    let marked = rest.strip_prefix(['￥', '¥']).map(str::trim_start);
    rest = marked.unwrap_or(rest);
    for (word, sign) in DIRECTIONS {
        if let Some(after) = rest.strip_prefix(word) {
            rest = after.trim_start_matches([':', '：']).trim_start();
            signed = true;
            negative = sign < 0;
            break;
        }
    }
    // 增加-5 and +-5 say two things at once.
    if rest.starts_with(is_minus) {
        if signed {
            return None;
        }
        // --253: one dash too many is still a minus.
        rest = rest.strip_prefix(is_minus)?;
        rest = rest.strip_prefix(is_minus).unwrap_or(rest).trim_start();
        signed = true;
        negative = true;
    }
    let (number, used) = number(rest)?;
    let digits_end = start + (cell.len() - rest.len()) + used;
    let tail = &rest[used..];
    let (stated, mut after) = money(tail);
    let money = stated.or(marked.map(|_| Money::Yuan));
    let mut end = if stated.is_some() { digits_end + (tail.len() - after.len()) } else { digits_end };
    // 12（减）: the word for more or less behind the figure.
    if !signed && let Some((left, sign)) = direction_behind(after) {
        end += after.len() - left.len();
        after = left;
        signed = true;
        negative = sign < 0;
    }
    is_tail(after.trim()).then(|| Figure {
        number: Decimal { digits: if negative { -number.digits } else { number.digits }, ..number },
        signed,
        money,
        span: start..end,
    })
}

/// Words and marks for more and less before a figure.
const DIRECTIONS: [(&str, i64); 11] =
    [("增加", 1), ("减少", -1), ("新增", 1), ("净增", 1), ("净减", -1), ("增", 1), ("减", -1), ("+", 1), ("＋", 1), ("↑", 1), ("↓", -1)];

/// The word for more or less that a text begins with, and what follows it.
fn direction_behind(text: &str) -> Option<(&str, i64)> {
    const BEHIND: [(&str, i64); 10] = [
        ("（增加）", 1),
        ("（减少）", -1),
        ("（增）", 1),
        ("（减）", -1),
        ("(增加)", 1),
        ("(减少)", -1),
        ("(增)", 1),
        ("(减)", -1),
        ("↑", 1),
        ("↓", -1),
    ];
    BEHIND.iter().find_map(|(word, sign)| text.trim_start().strip_prefix(word).map(|left| (left, *sign)))
}

/// The unit of money a text begins with, and what follows it.
fn money(tail: &str) -> (Option<Money>, &str) {
    let trimmed = tail.trim_start();
    for (word, unit) in [
        ("万元", Money::TenThousand),
        ("萬元", Money::TenThousand),
        ("万", Money::TenThousand),
        ("亿元", Money::HundredMillion),
        ("億元", Money::HundredMillion),
        ("人民币元", Money::Yuan),
        ("元", Money::Yuan),
    ] {
        if let Some(after) = behind(trimmed, word) {
            return (Some(unit), after);
        }
    }
    (None, tail)
}

/// What follows a word that a text begins with, whatever line ends or blanks stand within it.
fn behind<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    word.chars().try_fold(text, |rest, c| rest.trim_start().strip_prefix(c))
}

/// What may follow a figure in its cell: a unit of counting, a footnote mark.
fn is_tail(tail: &str) -> bool {
    const UNITS: [&str; 17] = ["件", "条", "项", "个", "次", "篇", "人", "人次", "件次", "宗", "起", "份", "家", "种", "期", "场", "班次"];
    let marks = |s: &str| {
        s.chars().all(|c| matches!(c, '*' | '＊' | '①'..='⑳' | '†' | '※' | '¹' | '²' | '³' | '⁴'..='⁹' | '，' | ',' | '。' | '；' | ';'))
    };
    if marks(tail) || UNITS.contains(&tail) {
        return true;
    }
    let tail = UNITS
        .iter()
        .filter_map(|unit| tail.strip_prefix(unit))
        .min_by_key(|rest| rest.len())
        .filter(|rest| is_remark(rest))
        .unwrap_or(tail);
    let bracket = |open: char, close: char| {
        tail.strip_prefix(open).and_then(|t| t.strip_suffix(close)).is_some_and(|inner| {
            inner.starts_with('注') || inner.chars().count() <= 2 && !inner.is_empty() && inner.chars().all(|c| c.is_ascii_digit())
        })
    };
    bracket('[', ']')
        || bracket('［', '］')
        || bracket('〔', '〕')
        || (tail.starts_with(['(', '（']) && tail.contains('注') && tail.ends_with([')', '）']))
        || is_remark(tail)
        || tail.strip_prefix('注').is_some_and(|n| n.chars().all(|c| c.is_ascii_digit()))
}

/// Words in brackets behind a figure that say what is among it or not: （含网上3件）.
fn is_remark(tail: &str) -> bool {
    const OPENINGS: [&str; 8] = ["含", "其中", "包括", "包含", "不含", "不包括", "不包含", "未含"];
    let inner = tail.strip_prefix(['(', '（']).and_then(|tail| tail.strip_suffix([')', '）']));
    inner.is_some_and(|inner| OPENINGS.iter().any(|word| inner.starts_with(word)) && !inner.contains(['(', '（', ')', '）']))
}

/// The decimal a text begins with and the bytes it takes.
fn number(text: &str) -> Option<(Decimal, usize)> {
    let mut whole = String::new();
    let mut groups = Vec::new();
    let mut fraction = None::<String>;
    let mut used = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if let Some(d) = ascii_digit(c) {
            fraction.as_mut().unwrap_or(&mut whole).push(d);
            used = at + c.len_utf8();
        } else if matches!(c, ',' | '，')
            && fraction.is_none()
            && !whole.is_empty()
            && chars.peek().is_some_and(|(_, n)| ascii_digit(*n).is_some())
        {
            groups.push(whole.len());
        } else if matches!(c, '.' | '．')
            && fraction.is_none()
            && !whole.is_empty()
            && chars.peek().is_some_and(|(_, n)| ascii_digit(*n).is_some())
        {
            fraction = Some(String::new());
        } else {
            break;
        }
    }
    if whole.is_empty() {
        return chinese(text);
    }
    // Commas part thousands: 1,234,567; 12,5 is no number.
    let parted = groups.first().is_none_or(|first| *first <= 3)
        && groups.windows(2).all(|w| w[1] - w[0] == 3)
        && groups.last().is_none_or(|last| whole.len() - last == 3);
    let fraction = fraction.unwrap_or_default();
    if !parted || whole.len() + fraction.len() > 17 {
        return None;
    }
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some((Decimal { digits, exponent: -i32::try_from(fraction.len()).ok()? }, used))
}

/// A number in Chinese numerals. One stroke alone (一) is as often a dash.
fn chinese(text: &str) -> Option<(Decimal, usize)> {
    let used: usize = text
        .chars()
        .take_while(|c| matches!(c, '零' | '〇' | '一' | '二' | '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千'))
        .map(char::len_utf8)
        .sum();
    let word = text.get(..used)?;
    if word.is_empty() || word == "一" {
        return None;
    }
    let value = numeral::chinese_integer(word)?;
    Some((Decimal::integer(i64::try_from(value).ok()?), used))
}

#[cfg(test)]
mod tests {
    use super::{Money, Reading, read};

    fn value(cell: &str) -> Option<(f64, Option<Money>, String)> {
        match read(cell, &(0..cell.len())) {
            Reading::Figure(f) => Some((f.money.map_or(f.number.value(), |m| f.number.in_yuan(m)), f.money, cell[f.span].to_owned())),
            _ => None,
        }
    }

    #[test]
    fn figures_of_cells() {
        for (cell, expected, printed) in [
            ("0", 0.0, "0"),
            (" 12 ", 12.0, "12"),
            ("增13", 13.0, "增13"),
            ("减8", -8.0, "减8"),
            ("减少8项", -8.0, "减少8"),
            ("增：13", 13.0, "增：13"),
            ("（-3）", -3.0, "-3"),
            ("(+12)", 12.0, "+12"),
            ("8（减）", -8.0, "8（减）"),
            ("8↑", 8.0, "8↑"),
            ("+22", 22.0, "+22"),
            ("--253", -253.0, "--253"),
            ("－8", -8.0, "－8"),
            ("1,234", 1234.0, "1,234"),
            ("１６", 16.0, "１６"),
            ("981.93万元", 9_819_300.0, "981.93万元"),
            ("103.3879 万元", 1_033_879.0, "103.3879 万元"),
            ("24万\n元", 240_000.0, "24万\n元"),
            ("184719元", 184_719.0, "184719元"),
            ("0.1亿元", 10_000_000.0, "0.1亿元"),
            ("12*", 12.0, "12"),
            ("7①", 7.0, "7"),
            ("5(注1)", 5.0, "5"),
            ("5⁴", 5.0, "5"),
            ("5，", 5.0, "5"),
            ("12.5万", 125_000.0, "12.5万"),
            ("￥1,283,500.00元", 1_283_500.0, "￥1,283,500.00元"),
            ("¥ 35", 35.0, "¥ 35"),
            ("12（含网上3件）", 12.0, "12"),
            ("12件（其中网上3件）", 12.0, "12"),
            ("3件", 3.0, "3"),
            ("十二", 12.0, "十二"),
            ("零", 0.0, "零"),
        ] {
            let (value, _, span) = value(cell).unwrap_or_else(|| (f64::NAN, None, String::new()));
            assert_eq!((value, span.as_str()), (expected, printed), "{cell}");
        }
    }

    #[test]
    fn cells_that_are_no_figures() {
        for cell in ["规章", "二、", "2、", "12%", "1.2.3", "12,5", "增-5", "一", "2.", "约5", "5-8", "12号", "2020年", "(5)", "增3减2"]
        {
            assert_eq!(read(cell, &(0..cell.len())), Reading::Text, "{cell}");
        }
        for cell in ["—", "-", "－", "––", "/", "／", "无", "--", "——"] {
            assert!(matches!(read(cell, &(0..cell.len())), Reading::Dash(_)), "{cell}");
        }
        for cell in ["", " ", "\u{3000}", "\u{a0}", "nan"] {
            assert_eq!(read(cell, &(0..cell.len())), Reading::Blank, "{cell:?}");
        }
    }
}
