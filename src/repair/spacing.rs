//! Spaces around numbers in sentences, in dates, and between all characters of a line.

use super::{Draft, Edit, sign};
use crate::knowledge::lexicon;

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{3000}' | '\u{2002}'..='\u{200a}' | '\u{202f}')
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '〇')
}

/// Takes out the spaces that part a number from the words around it. Columns that spaces set apart stay:
/// only lines that are sentences are touched, and elsewhere only the parts of a date.
pub(super) fn repair(draft: &mut Draft) -> bool {
    let (signs, mut joined) = (draft.scan.signs, false);
    if signs & (sign::SET_APART | sign::PARTED) != 0 {
        let apart = set_apart(draft.as_str());
        joined |= draft.apply(apart);
    }
    if signs & sign::PARTED != 0 {
        let grouped = thousands(draft.as_str());
        joined |= draft.apply(grouped);
    }
    let text = draft.as_str();
    let mut edits = Vec::new();
    let mut done = 0;
    while let Some(at) = spaced_number(text, done) {
        let mut start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        done = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
        let line = &text[start..done];
        let is_sentence = is_sentence(line);
        for cell in line.split_inclusive(['|', '\t', '\n']) {
            if cell.contains(is_space) {
                take_out(cell, start, is_sentence, &mut edits);
            }
            start += cell.len();
        }
    }
    draft.apply(edits) || joined
}

/// The next digit or percent sign that has a space beside it, and neither at a border of its cell.
fn spaced_number(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_border = |byte: Option<&u8>| matches!(byte, None | Some(b'|' | b'\t' | b'\n' | b'\r'));
    // The bytes of the spaces, and of some more characters.
    let before = |at: usize| match bytes[..at] {
        [.., b' '] => !is_border(at.checked_sub(2).and_then(|i| bytes.get(i))),
        [.., 0x80..=0x8a | 0xa0 | 0xaf] => text[..at].ends_with(is_space),
        _ => false,
    };
    let after = |at: usize| match bytes.get(at + 1) {
        Some(b' ') => !is_border(bytes.get(at + 2)),
        Some(0xc2 | 0xe2 | 0xe3) => text[at + 1..].starts_with(is_space),
        _ => false,
    };
    let mut at = from;
    loop {
        at += bytes[at..].iter().position(|byte| matches!(byte, b'0'..=b'9' | b'%'))?;
        if before(at) || after(at) {
            return Some(at);
        }
        at += 1;
    }
}

/// How many blanks between two characters make a line one that was set so.
const MIN_SET_APART: usize = 5;

/// The blanks of text that was set with one behind almost each character: 全 年 公 开 1 2 条. Wider gaps stay, and
/// those beside digits, which may be columns, save within a number that a unit follows.
fn set_apart(text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if is_set_apart(line) {
            lines.push(start..start + line.len());
            let characters: Vec<(usize, char)> = line.char_indices().collect();
            for window in characters.windows(3) {
                let [(_, left), (at, blank), (_, right)] = *window else { continue };
                let is_printed = |c: char| is_han(c) || "，。、；：《》（）“”".contains(c);
                if is_space(blank) && is_printed(left) && is_printed(right) {
                    edits.push(Edit { range: start + at..start + at + blank.len_utf8(), text: String::new() });
                }
            }
        }
        start += line.len();
    }
    edits.extend(parted_digits(text, &lines));
    edits.sort_unstable_by_key(|edit| edit.range.start);
    edits
}

/// Whether a line has a blank between almost all of its characters.
fn is_set_apart(line: &str) -> bool {
    if !has_single_characters(line) || line.contains(['|', '\t']) {
        return false;
    }
    let characters: Vec<char> = line.chars().collect();
    let single = characters.windows(3).filter(|w| matches!(w, [a, b, c] if is_han(*a) && is_space(*b) && is_han(*c))).count();
    let words = characters.windows(2).filter(|w| w.iter().all(|c| is_han(*c))).count();
    single >= MIN_SET_APART && words * 5 <= single
}

/// Whether a character of a line stands between two spaces, and is no number of a column.
fn has_single_characters(line: &str) -> bool {
    line.split(is_space).any(|word| {
        let mut characters = word.chars();
        characters.next().is_some_and(is_han) && characters.next().is_none()
    })
}

/// The blanks between the digits of a number before a unit, in lines that are set apart, and everywhere in a text
/// whose years are: 2 0 1 6 年, 1 2 3 件.
fn parted_digits(text: &str, lines: &[std::ops::Range<usize>]) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let (mut runs, mut sets_years_apart) = (Vec::new(), false);
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let start = at + found;
        let mut digits = String::from(char::from(bytes[start]));
        at = start + 1;
        while bytes.get(at) == Some(&b' ') && is_digit(at + 1) && !is_digit(at + 2) && digits.len() < 8 {
            digits.push(char::from(bytes[at + 1]));
            at += 2;
        }
        if is_digit(at) || digits.len() < 2 {
            at += bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
            continue;
        }
        let after = text[at..].trim_start_matches(' ');
        sets_years_apart |= digits.len() == 4 && matches!(digits.get(..2), Some("19" | "20")) && after.starts_with('年');
        if after.starts_with('%') || lexicon().unit_at(after).is_some() || after.starts_with(['年', '月', '日']) {
            runs.push(start..at);
        }
    }
    // 信息3 9 5 7条: between a word and a unit that touch it there are no columns.
    let touches = |run: &std::ops::Range<usize>| {
        text[..run.start].ends_with(is_han) && text[run.end..].starts_with(|c| COUNTED.contains(c)) && run.len() > 4
    };
    runs.retain(|run| sets_years_apart || touches(run) || lines.iter().any(|line| line.contains(&run.start)));
    runs.into_iter().flat_map(|run| run.skip(1).step_by(2)).map(|blank| Edit { range: blank..blank + 1, text: String::new() }).collect()
}

/// Words that a number of its own can stand after: 附件1 200条, 2016年 120条.
const NUMBERED: &str = "图表件第号章节条款项期页级年月日";
/// What is counted in thousands.
const COUNTED: &str = "条件次篇份人个宗起项元户万余";

/// Blanks that set thousands apart: 共12 345条. One number, since nothing is said of 12.
pub(super) fn thousands(text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let bytes = text.as_bytes();
    let digits = |at: usize| bytes[at.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut done = 0;
    while let Some(found) = bytes[done..].iter().position(u8::is_ascii_digit) {
        let at = done + found;
        let first = digits(at);
        done = at + first;
        if !matches!(bytes.get(done), Some(b' ' | 0xc2 | 0xe2 | 0xe3)) {
            continue;
        }
        let before = text[..at].chars().next_back();
        if first > 3 || bytes[at] == b'0' || !before.is_some_and(|b| is_han(b) && !NUMBERED.contains(b)) {
            continue;
        }
        let mut blanks = Vec::new();
        while let Some(blank) = text[done..].chars().next().filter(|b| is_space(*b)) {
            let next = done + blank.len_utf8();
            if digits(next) != 3 {
                break;
            }
            blanks.push(done..next);
            done = next + 3;
        }
        if text[done..].starts_with(|c| COUNTED.contains(c)) {
            edits.extend(blanks.into_iter().map(|range| Edit { range, text: String::new() }));
        }
    }
    edits
}

/// Whether a line is running text, in which spaces set nothing apart. Where a number follows a space after
/// another number, or after a unit by itself or with its number, the line is a row: 数量 3件 0件, 金额 万元 12.
/// So is one whose only punctuation joins the words of a label: 许可、登记 12.
fn is_sentence(line: &str) -> bool {
    let mut punctuation = false;
    // The last run of Han characters, what stands before it, and the last character that is no space.
    let (mut word, mut before_word, mut last) = (0..0, None, None);
    let mut after_space = false;
    for (at, c) in line.char_indices() {
        if is_space(c) {
            after_space = true;
            continue;
        }
        if is_han(c) {
            if word.end != at {
                before_word = line[..at].chars().next_back().map(|space| if is_space(space) { ' ' } else { space });
                word.start = at;
            }
            word.end = at + c.len_utf8();
        }
        let follows_number = || match last {
            Some(l) if is_han(l) => before_word.is_some_and(|b: char| b == ' ' || b.is_ascii_digit()) && is_unit(&line[word.clone()]),
            l => l.is_some_and(|l: char| l.is_ascii_digit()),
        };
        if c == '|' || c == '\t' || (after_space && c.is_ascii_digit() && follows_number()) {
            return false;
        }
        punctuation |= matches!(c, '，' | '。' | '；' | ',' | ';');
        last = Some(c);
        after_space = false;
    }
    punctuation
}

/// Whether a word is a unit, none of those that the parts of a date and the number of a document have.
fn is_unit(word: &str) -> bool {
    !matches!(word, "年" | "日" | "时" | "号") && lexicon().unit_at(word).is_some_and(|unit| unit.wording == word)
}

/// Spaces of one cell that go. At most three in a row: more of them draw something.
fn take_out(cell: &str, start: usize, is_sentence: bool, edits: &mut Vec<Edit>) {
    let characters: Vec<(usize, char)> = cell.char_indices().collect();
    let mut i = 0;
    while i < characters.len() {
        if !is_space(characters[i].1) {
            i += 1;
            continue;
        }
        let run = characters[i..].iter().take_while(|(_, c)| is_space(*c)).count();
        let (first, after) = (i, i + run);
        i = after;
        let (Some(left), Some((end, right))) = (first.checked_sub(1).map(|l| characters[l].1), characters.get(after).copied()) else {
            continue;
        };
        if run > 3 {
            continue;
        }
        let of_number = |c: char| c.is_ascii_digit() || c == '%';
        let goes = match (left, right) {
            (l, r) if l.is_ascii_digit() && matches!(r, '年' | '月' | '日' | '号') => true,
            ('年' | '月' | '度', r) if r.is_ascii_digit() => is_sentence || is_date_part(&characters[after..]),
            (l, r) if of_number(l) => {
                is_sentence && (r == '%' || (is_han(r) && is_quantity(&characters[..first]) && !is_label(&characters[after..])))
            }
            (l, r) => is_sentence && is_han(l) && r.is_ascii_digit() && (is_count(&characters[after..]) || "至到自从在于为共".contains(l)),
        };
        if goes {
            edits.push(Edit { range: start + characters[first].0..start + end, text: String::new() });
        }
    }
}

/// Whether a plain number ends here: after a date, a clock or a telephone number a space begins another field.
fn is_quantity(characters: &[(usize, char)]) -> bool {
    let before = characters.iter().rev().map(|(_, c)| *c).take(24).find(|c| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '%'));
    !matches!(before, Some('-' | '/' | ':' | '：' | '—' | '–'))
}

/// Whether a number of a sentence begins here, not a date or the number of a document.
fn is_count(characters: &[(usize, char)]) -> bool {
    let len = characters.iter().take_while(|(_, c)| c.is_ascii_digit() || matches!(c, '.' | ',')).count();
    let next = characters[len..].iter().map(|(_, c)| *c).find(|c| !is_space(*c)).unwrap_or('\n');
    len <= 9 && !(len == 4 && next == '年') && !(next.is_ascii() && next != '%')
}

/// Whether a label with its colon begins here.
fn is_label(characters: &[(usize, char)]) -> bool {
    characters.iter().map(|(_, c)| *c).take(8).find(|c| !is_han(*c)).is_some_and(|c| matches!(c, ':' | '：'))
}

/// Whether digits and then 月, 日 stand here.
fn is_date_part(characters: &[(usize, char)]) -> bool {
    let digits = characters.iter().take_while(|(_, c)| c.is_ascii_digit()).count();
    let next = characters[digits..].iter().map(|(_, c)| *c).find(|c| !is_space(*c));
    (1..=2).contains(&digits) && matches!(next, Some('月' | '日'))
}

#[cfg(test)]
mod tests {
    use super::super::line;

    #[test]
    fn spaces_go_in_sentences_and_stay_between_columns() {
        for (damaged, repaired) in [
            ("全年共 12 件，占 30 %。", "全年共12件，占30%。"),
            ("2015 年 3 月 10 日", "2015年3月10日"),
            ("行政许可 12 增3 0", "行政许可 12 增3 0"),
            ("收到申请数 件 12", "收到申请数 件 12"),
            ("时间:2017-02-10 来源:某镇，阅读 12 次数:3", "时间:2017-02-10 来源:某镇，阅读12 次数:3"),
            ("合计 3 件 4 条", "合计 3 件 4 条"),
            ("许可、处罚，数量 3件 0件", "许可、处罚，数量 3件 0件"),
            ("收费、减免，单位 万元 0元", "收费、减免，单位 万元 0元"),
            ("公开、更新 12 人次 3", "公开、更新 12 人次 3"),
            ("2016 年 3 月 1 日，对 3 家单位共 12 件", "2016年3月1日，对3家单位共12件"),
            ("| 行政许可 | 0 | 12 |", "| 行政许可 | 0 | 12 |"),
            ("信息，12 345条", "信息，12 345条"),
            ("公开信息12 345条，其中网站1 234 567条。", "公开信息12345条，其中网站1234567条。"),
            ("附件1 200条", "附件1 200条"),
            ("2 0 1 6 年公开信息 1 2 3 条。", "2016年公开信息123条。"),
            ("2 0 1 6 年 1 2 月，数量 1 2 3", "2016年12月，数量 1 2 3"),
            ("公开信息 1 2 3 条", "公开信息 1 2 3 条"),
            ("公开信息3 9 5 7条", "公开信息3957条"),
            ("全 年 主 动 公 开 信 息39条", "全年主动公开信息39条"),
            ("全 年 公 开 信 息 1 2 条 。", "全年公开信息12条。"),
            ("全 年 公 开 信 息 1 2 条 。 ", "全年公开信息12条。 "),
            ("申 请 人 情 况 表 1 2 3", "申请人情况表 1 2 3"),
            ("数量 1 2 3 4 5 6 7", "数量 1 2 3 4 5 6 7"),
            ("合 计 12 件", "合 计 12 件"),
            ("申 请 人 情 况 自然人 法人", "申 请 人 情 况 自然人 法人"),
            ("收到申请 1 234 件", "收到申请 1 234 件"),
            ("公开12 0345条，12 34条", "公开12 0345条，12 34条"),
        ] {
            assert_eq!(line(damaged), repaired);
        }
    }
}
