//! What happens to a report on its way: each kind of damage is a named function over the text of a document.
//! Tags are left alone. No damage changes what a careful reader takes from the text, save those that
//! [`Damage::destroys`] names: of them something is gone for good.

use std::collections::HashMap;
use std::sync::LazyLock;

use fastrand::Rng;
use pinyin::ToPinyin;
use unicode_normalization::UnicodeNormalization;

/// Kinds of damage, in the order in which they come over a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// The body stands twice.
    Doubled,
    /// Digits became full-width.
    FullWidthDigits,
    /// Large numbers have thousands separators.
    Separators,
    /// Blanks around numbers.
    Spaces,
    /// Blanks between thousands in sentences.
    SpacesInNumbers,
    /// Units of dates and brackets of document numbers are lost.
    LostDateUnits,
    /// Marks of lists became one character: ㈠, ⒈.
    ListMarks,
    /// Chinese punctuation became ASCII.
    AsciiPunctuation,
    /// Punctuation stands twice.
    DoubledPunctuation,
    /// Some brackets lost their partner.
    LostBrackets,
    /// Dots of addresses became full stops.
    DotsOfHosts,
    /// Paragraphs were broken at the width of a page, between words and numbers.
    Wrapped,
    /// Paragraphs were broken at the width of a page, where it came.
    WrappedAnywhere,
    /// Some rows drawn with pipes were broken inside a label or between cells.
    BrokenRows,
    /// The second half of the body stands twice, as a page that was fetched twice.
    PageTwice,
    /// The byte after a full-width blank was lost, so that GBK characters are out of step up to the next mark.
    GbkShift,
    /// The same, and the characters of private use that came out of it are gone too.
    StrippedShift,
    /// Phrases out of step, anywhere.
    ShiftedPhrases,
    /// Simplified characters became Traditional.
    Traditional,
    /// Traditional characters where none belong: 製定, 全麵.
    OverConverted,
    /// Words of other places: 資訊, 檔案.
    ForeignTerms,
    /// Readings with tone marks stand in brackets after some characters.
    Glosses,
    /// Readings without tones, repeated, and cut at the end of a line.
    CutGlosses,
    /// Radicals in the place of characters.
    Radicals,
    /// Names of laws became words of advertisements.
    SpamWords,
    /// Lines of advertisements before and after the report.
    SpamLines,
    /// A clock, the weather and a counter in the head of the page.
    Clock,
    /// Characters of no width, marks of direction and control characters between others.
    ZeroWidth,
    /// Characters became entities.
    Entities,
}

impl Damage {
    pub const ALL: &'static [Self] = &[
        Self::Doubled,
        Self::FullWidthDigits,
        Self::Separators,
        Self::Spaces,
        Self::SpacesInNumbers,
        Self::LostDateUnits,
        Self::ListMarks,
        Self::AsciiPunctuation,
        Self::DoubledPunctuation,
        Self::LostBrackets,
        Self::DotsOfHosts,
        Self::Wrapped,
        Self::WrappedAnywhere,
        Self::BrokenRows,
        Self::PageTwice,
        Self::GbkShift,
        Self::StrippedShift,
        Self::ShiftedPhrases,
        Self::Traditional,
        Self::OverConverted,
        Self::ForeignTerms,
        Self::Glosses,
        Self::CutGlosses,
        Self::Radicals,
        Self::SpamWords,
        Self::SpamLines,
        Self::Clock,
        Self::ZeroWidth,
        Self::Entities,
    ];

    /// Kinds drawn from a seed, in the order in which they come over a report.
    pub fn combination(seed: u64) -> Vec<Self> {
        let mut rng = Rng::with_seed(seed ^ 0xd1b5_4a32_d192_ed03);
        let count = rng.usize(2..=4);
        let mut drawn = rng.choose_multiple(Self::ALL.iter().copied(), count);
        drawn.sort_unstable();
        // Mirrors that add readings set the text anew: a page's width does not outlive them.
        if drawn.iter().any(|d| matches!(d, Self::Glosses | Self::CutGlosses)) {
            drawn.retain(|d| !matches!(d, Self::Wrapped | Self::WrappedAnywhere));
        }
        drawn
    }

    /// Why a figure may be lost to it, if one may: never may one be wrong.
    pub fn destroys(self) -> Option<&'static str> {
        match self {
            Self::WrappedAnywhere => Some("where nothing shows the width of the page, a number that is torn stays in two lines"),
            Self::BrokenRows => Some("a row that has fewer cells than those around it does not show where it ends"),
            Self::GbkShift => Some("the byte of a heading that is gone may leave several readings open"),
            Self::StrippedShift => Some("with the characters of private use half of a label is gone"),
            Self::ShiftedPhrases => Some("a label that no word of a report spells may be left out of step, and is not read"),
            Self::LostBrackets => Some("a note that lost its bracket can no longer be told from the label before it"),
            Self::SpamWords => Some("what a word of an advertisement replaced is not known: 不是《条例》所指政府信息"),
            _ => None,
        }
    }

    pub fn apply(self, text: String, rng: &mut Rng) -> String {
        match self {
            Self::Doubled => repeated(&text, 0),
            Self::PageTwice => repeated(&text, 2),
            Self::Wrapped => wrapped(&text, true),
            Self::WrappedAnywhere => wrapped(&text, false),
            Self::BrokenRows => broken_rows(&text, rng),
            Self::FullWidthDigits => outside_tags(&text, full_width_digits),
            Self::Separators => outside_tags(&text, |text| grouped(text, ",", false)),
            Self::Spaces => outside_tags(&text, spaces),
            Self::SpacesInNumbers => outside_tags(&text, |text| grouped(text, " ", true)),
            Self::LostDateUnits => outside_tags(&text, |text| lost_date_units(text, rng)),
            Self::ListMarks => outside_tags(&text, list_marks),
            Self::AsciiPunctuation => outside_tags(&text, ascii_punctuation),
            Self::DoubledPunctuation => outside_tags(&text, |text| doubled_punctuation(text, rng)),
            Self::LostBrackets => outside_tags(&text, |text| lost_brackets(text, rng)),
            Self::DotsOfHosts => outside_tags(&text, dots_of_hosts),
            Self::GbkShift => gbk_shift(&text),
            Self::StrippedShift => without_private_use(&shifted_phrases(&gbk_shift(&text), rng)),
            Self::ShiftedPhrases => shifted_phrases(&text, rng),
            Self::Traditional => outside_tags(&text, traditional),
            Self::OverConverted => outside_tags(&text, |text| worded(&traditional(text), OVER_CONVERTED)),
            Self::ForeignTerms => outside_tags(&text, |text| worded(&traditional(text), FOREIGN)),
            Self::Glosses => outside_tags(&text, |text| glosses(text, rng)),
            Self::CutGlosses => outside_tags(&text, |text| cut_glosses(text, rng)),
            Self::Radicals => outside_tags(&text, radicals),
            Self::SpamWords => outside_tags(&text, spam_words),
            Self::SpamLines => spam_lines(&text),
            Self::Clock => clock(&text),
            Self::ZeroWidth => outside_tags(&text, |text| zero_width(text, rng)),
            Self::Entities => outside_tags(&text, |text| entities(text, rng)),
        }
    }
}

fn is_page(text: &str) -> bool {
    text.contains("<body")
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fa5}').contains(&c)
}

/// Applies a change to what stands outside `<...>` and outside style sheets and the page's head.
fn outside_tags(text: &str, mut change: impl FnMut(&str) -> String) -> String {
    if !is_page(text) {
        return change(text);
    }
    let body = text.find("<body").unwrap_or_default();
    let (head, mut rest) = text.split_at(body);
    let mut out = head.to_owned();
    while let Some(open) = rest.find('<') {
        let close = rest[open..].find('>').map_or(rest.len(), |at| open + at + 1);
        out += &change(&rest[..open]);
        out += &rest[open..close];
        rest = &rest[close..];
    }
    out + &change(rest)
}

/// Applies a change to each line; of a page to each line between tags.
fn by_line(text: &str, mut change: impl FnMut(&str) -> String) -> String {
    outside_tags(text, |text| text.split_inclusive('\n').map(&mut change).collect())
}

/// Traditional forms where one is usual; the way back is unambiguous for these texts.
pub fn traditional(text: &str) -> String {
    static TABLE: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
        let mut table = HashMap::new();
        for code in 0x4e00..=0x9fa5 {
            let Some(character) = char::from_u32(code) else { continue };
            let simplified = zhconv::zhconv(&character.to_string(), zhconv::Variant::ZhHans);
            let mut simplified = simplified.chars();
            if let (Some(to), None) = (simplified.next(), simplified.next())
                && to != character
            {
                table.entry(to).or_insert(character);
            }
        }
        // Several Traditional characters share one Simplified: the one of these reports.
        for (to, from) in "发發复復处處机機关關系系台台里里制制余餘于於后後征徵面面采採规規范範干幹只只个個数數当當会會历歷几幾出出合合"
            .chars()
            .collect::<Vec<_>>()
            .chunks(2)
            .map(|c| (c[0], c[1]))
        {
            table.insert(to, from);
        }
        table
    });
    text.chars().map(|c| TABLE.get(&c).copied().unwrap_or(c)).collect()
}

/// What machines convert that know characters and no words.
const OVER_CONVERTED: &[(&str, &str)] = &[
    ("制定", "製定"),
    ("制度", "製度"),
    ("制發", "製發"),
    ("制作", "製作"),
    ("全面", "全麵"),
    ("方面", "方麵"),
    ("當面", "當麵"),
    ("體系", "體係"),
    ("關系", "關係"),
    ("復議", "複議"),
    ("答復", "答複"),
    ("諮詢", "谘詢"),
    ("咨詢", "谘詢"),
    ("平臺", "平檯"),
];

/// What the same things are called elsewhere.
const FOREIGN: &[(&str, &str)] = &[
    ("信息", "資訊"),
    ("文件", "檔案"),
    ("互聯網", "網際網路"),
    ("門戶網站", "入口網站"),
    ("優化", "最佳化"),
    ("窗口", "視窗"),
    ("宏觀", "巨觀"),
];

fn worded(text: &str, words: &[(&str, &str)]) -> String {
    words.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The same characters get their reading throughout a text, as mirrors do it.
pub fn glosses(text: &str, rng: &mut Rng) -> String {
    let salt = rng.u32(..7);
    let mut out = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        out.push(character);
        if (character as u32) % 7 == salt
            && let Some(reading) = character.to_pinyin()
        {
            out.push('(');
            out += reading.with_tone();
            out.push(')');
        }
    }
    out
}

/// `政(zheng)(zheng)府(fu)(fu)(f`: without tones, once or twice, and cut where a line ends with it.
pub fn cut_glosses(text: &str, rng: &mut Rng) -> String {
    let salt = rng.u32(..7);
    let mut out = String::with_capacity(text.len() * 2);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        out.push(character);
        let Some(reading) = character.to_pinyin().filter(|_| (character as u32) % 7 == salt) else { continue };
        for _ in 0..rng.usize(1..=2) {
            out += &format!("({})", reading.plain());
        }
        if matches!(characters.peek(), None | Some('\n')) {
            out.push('(');
            out.extend(reading.plain().chars().take(1));
        }
    }
    out
}

pub fn entities(text: &str, rng: &mut Rng) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        match character {
            '“' => out += "&ldquo;",
            '”' => out += "&rdquo;",
            '—' => out += "&mdash;",
            '\u{3000}' => out += "&emsp;",
            c if !c.is_ascii() && rng.u8(..30) == 0 => out += &format!("&#{};", c as u32),
            c if !c.is_ascii() && rng.u8(..30) == 0 => out += &format!("&#x{:X};", c as u32),
            c => out.push(c),
        }
    }
    out
}

pub fn full_width_digits(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xfee0).unwrap_or(c) } else { c }).collect()
}

/// A blank between a number and a Han character beside it, inside sentences only: in a table set with blanks
/// it would mean something.
pub fn spaces(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for line in text.split_inclusive('\n') {
        if !line.contains('。') {
            out += line;
            continue;
        }
        let mut before = None::<char>;
        for character in line.chars() {
            if before.is_some_and(|b| (is_han(b) && character.is_ascii_digit()) || (b.is_ascii_digit() && is_han(character))) {
                out.push(' ');
            }
            out.push(character);
            before = Some(character);
        }
    }
    out
}

/// Sets the thousands of counts apart. Years, telephone numbers, codes and dates stay.
fn grouped(text: &str, separator: &str, only_in_sentences: bool) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        let digits = characters[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        if digits == 0 {
            out.push(characters[at]);
            at += 1;
            continue;
        }
        let number: String = characters[at..at + digits].iter().collect();
        let before = at.checked_sub(1).map(|i| characters[i]);
        let after = characters.get(at + digits).copied();
        let is_count = after.is_some_and(|c| "条件次篇份人个期场宗项起".contains(c)) && before.is_none_or(is_han);
        let is_cell = |c: Option<char>| c.is_none_or(|c| matches!(c, '|' | '\t' | '\n' | ' '));
        let stands_alone = !only_in_sentences && is_cell(before) && is_cell(after) && number.parse().is_ok_and(|n: u32| n > 2_100);
        if (4..=7).contains(&digits) && !number.starts_with('0') && (is_count || stands_alone) {
            for (i, digit) in number.chars().enumerate() {
                if i > 0 && (digits - i) % 3 == 0 {
                    out += separator;
                }
                out.push(digit);
            }
        } else {
            out += &number;
        }
        at += digits;
    }
    out
}

/// `20201月1日`, `202011231日`, `〔20166号`: only where a reader can tell.
fn lost_date_units(text: &str, rng: &mut Rng) -> String {
    let characters: Vec<char> = text.chars().collect();
    let digits = |from: usize| characters[from.min(characters.len())..].iter().take_while(|c| c.is_ascii_digit()).count();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        let year = digits(at);
        let is_year = year == 4 && (at == 0 || !characters[at - 1].is_ascii_digit()) && matches!(characters[at], '1' | '2');
        let next = characters.get(at + 4);
        let number = digits(at + 5);
        let end = characters.get(at + 5 + number);
        out.push(characters[at]);
        at += 1;
        if !is_year || !(1..=2).contains(&number) {
            continue;
        }
        out.extend(&characters[at..at + 3]);
        match (next, end) {
            (Some('年'), Some('月')) => {
                out.extend(&characters[at + 4..at + 4 + number]);
                let day = digits(at + 5 + number);
                // With both units gone only a day of the second half of the month leaves one reading.
                let value: u32 = characters[at + 5 + number..at + 5 + number + day].iter().collect::<String>().parse().unwrap_or(0);
                let month: u32 = characters[at + 4..at + 4 + number].iter().collect::<String>().parse().unwrap_or(0);
                let is_certain = day == 2 && value > 19 && (month > 9 || value / 10 > 2);
                if !(is_certain && characters.get(at + 5 + number + day) == Some(&'日') && rng.bool()) {
                    out.push('月');
                }
                at += 5 + number;
            }
            (Some('〕'), Some('号')) if !characters[at + 4..].starts_with(&['0']) => at += 4,
            _ => at += 3,
        }
    }
    out
}

/// ㈠ for （一） and ⒈ for 1. before a word.
fn list_marks(text: &str) -> String {
    const CHINESE: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let mut out = text.to_owned();
    for (n, number) in (0u32..).zip(CHINESE) {
        let mark = char::from_u32('㈠' as u32 + n).unwrap_or('㈠').to_string();
        out = out.replace(&format!("（{number}）"), &mark);
    }
    let characters: Vec<char> = out.chars().collect();
    let mut marked = String::with_capacity(out.len());
    let mut at = 0;
    while at < characters.len() {
        let before = at.checked_sub(1).map_or('\n', |i| characters[i]);
        let number = characters[at].to_digit(10).filter(|n| *n > 0);
        let is_mark = characters.get(at + 1) == Some(&'.') && characters.get(at + 2).is_some_and(|c| is_han(*c));
        if let Some(number) = number.filter(|_| is_mark && !before.is_alphanumeric() && before != '.') {
            marked.push(char::from_u32('⒈' as u32 + number - 1).unwrap_or('⒈'));
            at += 2;
        } else {
            marked.push(characters[at]);
            at += 1;
        }
    }
    marked
}

/// The body, from its first mark on, stands once more at its end; of `parts` parts only the last.
pub fn repeated(text: &str, parts: usize) -> String {
    let (open, close) =
        if is_page(text) { ("<div class=\"content\">\n", "</div>\n<div class=\"footer\"") } else { ("\n\n", "\n扫一扫") };
    let start = text.find(open).map(|at| at + open.len());
    let (start, end) = match (start, text.rfind(close)) {
        (Some(start), Some(end)) if start < end => (start, end),
        _ if is_page(text) => return text.to_owned(),
        _ => (0, text.len()),
    };
    let half = text[start..end].char_indices().map(|(at, _)| start + at).find(|at| *at >= usize::midpoint(start, end));
    // A page begins with a paragraph of its own.
    let marks = if is_page(text) { ["\n<p>", "\n<table", "\n<h"] } else { ["\n　　", "\n", "\n"] };
    let line = |at: usize| marks.iter().find_map(|mark| text[at..end].find(mark).map(|found| at + found + 1));
    let from = if parts == 0 { start } else { half.and_then(line).unwrap_or(start) };
    let between = if text[..end].ends_with('\n') { "" } else { "\n" };
    format!("{}{between}{}{}", &text[..end], &text[from..end], &text[end..])
}

/// Paragraphs broken after 36 characters, as in a PDF, with or without regard for numbers and Latin words.
fn wrapped(text: &str, keeps_numbers: bool) -> String {
    const WIDTH: usize = 72;
    // Of a table in one line a page would break the rows too.
    let is_row = |line: &str| [" 0 ", " ０ "].iter().any(|zero| line.contains(zero)) && !line.contains(['|', '\t', '。']);
    let is_figure = |field: &str| !field.is_empty() && field.chars().all(|c| c.is_ascii_digit() || matches!(c, '０'..='９'));
    // 1,640,333 in a sentence is no row of cells.
    let has_commas = |line: &str| !line.contains('。') && line.trim_end().split(',').skip(1).filter(|f| is_figure(f)).count() > 1;
    let has_cells = |line: &str| line.contains(['|', '\t']) || has_commas(line);
    if is_page(text) || text.lines().any(is_row) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + text.len() / 30);
    for line in text.split_inclusive('\n') {
        let characters: Vec<char> = line.chars().collect();
        if has_cells(line) || !line.contains(['，', '。', ',']) {
            out += line;
            continue;
        }
        let width = |c: char| if c.is_ascii() { 1 } else { 2 };
        let is_digit = |at: usize| characters.get(at).is_some_and(|c| c.is_ascii_digit() || matches!(c, '０'..='９'));
        let in_word = |at: usize| {
            let separates = matches!(characters[at], ',' | ' ') && is_digit(at + 1) && at.checked_sub(1).is_some_and(is_digit);
            let is_part = characters[at].is_ascii_alphanumeric() || matches!(characters[at], '.' | '%' | '/' | '@' | '-');
            keeps_numbers && (is_digit(at) || is_part || separates)
        };
        let mut used = 0;
        for (at, c) in characters.iter().enumerate() {
            let word: usize = (at..characters.len()).take_while(|at| in_word(*at)).map(|at| width(characters[at])).sum();
            let begins = at == 0 || !in_word(at) || !in_word(at - 1);
            let hangs = matches!(c, '，' | '。' | '、' | '；' | '：' | '）' | '”' | '\n' | '\r');
            if begins && !hangs && used + word.max(width(*c)) > WIDTH {
                out.push('\n');
                used = 0;
            }
            out.push(*c);
            used += width(*c);
        }
    }
    out
}

/// One row of eight broken somewhere, but not within a number.
fn broken_rows(text: &str, rng: &mut Rng) -> String {
    let is_figure = |c: char| c.is_numeric() || matches!(c, ',' | '，' | '.' | '-');
    let mut out = String::with_capacity(text.len() + text.len() / 30);
    for line in text.split_inclusive('\n') {
        let is_row = line.starts_with('|') && line.trim_end().ends_with('|') && !line.contains("---");
        let characters: Vec<(usize, char)> = line.trim_end().char_indices().collect();
        let breaks: Vec<usize> =
            characters.windows(2).filter(|pair| !(is_figure(pair[0].1) && is_figure(pair[1].1))).map(|pair| pair[1].0).collect();
        match rng.choice(&breaks).filter(|_| is_row && rng.u8(..8) == 0) {
            Some(at) => out.extend([&line[..*at], "\n", &line[*at..]]),
            None => out += line,
        }
    }
    out
}

pub fn ascii_punctuation(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '，' => ',',
            '：' => ':',
            '；' => ';',
            '（' => '(',
            '）' => ')',
            c => c,
        })
        .collect()
}

fn doubled_punctuation(text: &str, rng: &mut Rng) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '，' if rng.u8(..4) == 0 => out += "，，",
            '。' if rng.u8(..4) == 0 => out += ",。",
            '；' if rng.u8(..4) == 0 => out += "；；",
            c => out.push(c),
        }
    }
    out
}

/// One bracket in ten is gone. Those of a list mark stay: without them it is another mark.
fn lost_brackets(text: &str, rng: &mut Rng) -> String {
    let characters: Vec<char> = text.chars().collect();
    let is_mark = |at: usize| characters.get(at).is_some_and(|c| "一二三四五六七八九十".contains(*c));
    let stays = |at: usize| match characters[at] {
        '（' => is_mark(at + 1),
        '）' => at.checked_sub(1).is_some_and(is_mark),
        _ => true,
    };
    characters.iter().enumerate().filter(|(at, _)| stays(*at) || rng.u8(..10) > 0).map(|(_, c)| *c).collect()
}

fn dots_of_hosts(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let is_letter = |at: Option<usize>| at.and_then(|at| characters.get(at)).is_some_and(char::is_ascii_alphabetic);
    let is_dot = |at: usize| characters[at] == '.' && is_letter(at.checked_sub(1)) && is_letter(Some(at + 1));
    (0..characters.len()).map(|at| if is_dot(at) { '。' } else { characters[at] }).collect()
}

pub fn zero_width(text: &str, rng: &mut Rng) -> String {
    const MARKS: [char; 9] = ['\u{200b}', '\u{feff}', '\u{200e}', '\u{202c}', '\u{2060}', '\u{ad}', '\u{2066}', '\u{1f}', '\u{7f}'];
    let mut out = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        out.push(character);
        if !character.is_whitespace() && rng.u8(..12) == 0 {
            out.push(MARKS[rng.usize(..MARKS.len())]);
        }
    }
    out
}

/// The characters of a phrase, read one byte late up to where an ASCII character follows.
fn out_of_step(phrase: &str) -> String {
    let (bytes, ..) = encoding_rs::GBK.encode(phrase);
    let (text, ..) = encoding_rs::GBK.decode(&bytes[1..bytes.len() - 1]);
    format!("?{text}?")
}

/// Headings in brackets after a full-width blank lose a byte and come out of step up to their first mark.
pub fn gbk_shift(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let Some((before, heading)) = line.split_once("　（").filter(|(_, h)| h.starts_with(['一', '二', '三', '四', '五'])) else {
            out += line;
            continue;
        };
        let end = heading.find(['。', '，']).unwrap_or(heading.len() - usize::from(heading.ends_with('\n')));
        let (shifted, rest) = heading.split_at(end);
        if !shifted.contains('）') || shifted.contains(|c: char| c.is_ascii_digit() || c == '<') {
            out += line;
            continue;
        }
        out += before;
        out += &out_of_step(&format!("　（{shifted}"));
        out += rest;
    }
    out
}

/// One phrase in eight that an ASCII character or the end of a line follows comes out of step.
fn shifted_phrases(text: &str, rng: &mut Rng) -> String {
    let is_in_gbk = |c: char| !encoding_rs::GBK.encode(c.encode_utf8(&mut [0; 4])).2;
    by_line(text, |line| {
        let characters: Vec<char> = line.chars().collect();
        let mut out = String::with_capacity(line.len());
        let mut at = 0;
        while at < characters.len() {
            let len = characters[at..].iter().take_while(|c| is_han(**c) && is_in_gbk(**c)).count();
            let follows = characters.get(at + len).copied().unwrap_or('\n');
            let phrase: String = characters[at..at + len].iter().collect();
            if (4..=16).contains(&len) && follows.is_ascii() && rng.u8(..8) == 0 {
                out += &out_of_step(&phrase);
            } else {
                out += &phrase;
            }
            at += len;
            if len == 0 {
                out.push(characters[at]);
                at += 1;
            }
        }
        out
    })
}

fn without_private_use(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fffd}')).collect()
}

fn radicals(text: &str) -> String {
    static TABLE: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
        ('\u{2f00}'..='\u{2fd5}').filter_map(|radical| Some((std::iter::once(radical).nfkc().next()?, radical))).collect()
    });
    text.chars().map(|c| TABLE.get(&c).copied().unwrap_or(c)).collect()
}

/// Names of laws in 《》 became words of advertisements.
fn spam_words(text: &str) -> String {
    let mut parts = text.split('《');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('》') {
            Some((_, rest)) => out += &format!("《澳门金沙集团》{rest}"),
            None => out += &format!("《{part}"),
        }
    }
    out
}

fn spam_lines(text: &str) -> String {
    let before = "365bet体育在线投注-2024最新注册送58元,信誉平台APP下载\n首页 > 必威体育平台 > 凯发k8娱乐网址公开1288条优惠信息\n";
    let after = "\n上一篇:澳门新葡京88赌场收到申请300件\n下一篇:亚博体育官网18luck新利\n";
    around(text, before, after)
}

fn clock(text: &str) -> String {
    let before = "今天是：2019年10月31日 星期四 17:33:20 多云 12℃～18℃\n您是第1208876位访客 热门搜索：社保 公积金 12345\n";
    around(text, before, "")
}

/// Puts lines before and after what a page shows.
fn around(text: &str, before: &str, after: &str) -> String {
    if !is_page(text) {
        return format!("{before}{text}{after}");
    }
    let paragraphs = |lines: &str| lines.lines().filter(|l| !l.is_empty()).map(|l| format!("<p>{l}</p>\n")).collect::<String>();
    let body = text.find("<body").and_then(|at| Some(at + text[at..].find('>')? + 1)).unwrap_or_default();
    let end = text.rfind("</body>").unwrap_or(text.len());
    format!("{}{}{}{}{}", &text[..body], paragraphs(before), &text[body..end], paragraphs(after), &text[end..])
}
