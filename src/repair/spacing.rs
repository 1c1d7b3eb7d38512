//! Spaces around numbers in sentences, in dates, and between all characters of a line.

use super::{Draft, Edit};
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
    let grouped = thousands(draft.as_str());
    let joined = draft.apply(grouped);
    let text = draft.as_str();
    let mut edits = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
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

/// Words that a number of its own can stand after: 附件1 200条, 2016年 120条.
const NUMBERED: &str = "图表件第号章节条款项期页级年月日";
/// What is counted in thousands.
const COUNTED: &str = "条件次篇份人个宗起项元户万余";

/// Blanks that set thousands apart: 共12 345条. One number, since nothing is said of 12.
fn thousands(text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let bytes = text.as_bytes();
    let digits = |at: usize| bytes[at.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut done = 0;
    while let Some(found) = bytes[done..].iter().position(u8::is_ascii_digit) {
        let at = done + found;
        let first = digits(at);
        done = at + first;
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
            ("收到申请 1 234 件", "收到申请 1 234 件"),
            ("公开12 0345条，12 34条", "公开12 0345条，12 34条"),
        ] {
            assert_eq!(line(damaged), repaired);
        }
    }
}
