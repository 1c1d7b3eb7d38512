//! Lines that were broken at the width of a page, inside sentences and words.

use std::ops::Range;

use crate::knowledge::lexicon;
use crate::read::{Block, BlockKind};

/// How many lines must end at the width of the page before it counts as one.
const MIN_FULL: usize = 6;
/// Widths that pages have, in characters; a Chinese character counts 2, a Latin letter or digit 1.
const WIDTHS: Range<usize> = 36..160;
/// How far around a break a wording is looked for, in characters.
const LONGEST_WORDING: usize = 12;
/// The least width that a few lines can show.
const MIN_WIDTH: usize = 56;
/// How far short of the width a full line may end: punctuation and numbers are not parted.
const SLACK: usize = 7;

/// The blocks that go on in the next one: for each pair, the index of the first.
///
/// Only where a document shows one page width: most of its long lines end close to it, none goes beyond, and
/// full lines end inside sentences. Tables, headings and lists stay as they are. `width` gives the width of a
/// block's line, as the page had it or as it is now.
pub(super) fn broken(text: &str, blocks: &[Block], width: impl Fn(usize) -> usize) -> Vec<usize> {
    // Most documents have a line that no page holds.
    let is_too_long = |b: &Block| matches!(b.kind, BlockKind::Paragraph) && b.span.len() > 2 * WIDTHS.end;
    if blocks.len() < 2 || blocks.iter().any(is_too_long) {
        return Vec::new();
    }
    let line = |b: &Block| matches!(b.kind, BlockKind::Paragraph).then(|| &text[b.span.clone()]);
    let is_one_line = |b: &Block| line(b).is_some_and(|l| !l.contains(['|', '\t', '\n']));
    let widths: Vec<Option<usize>> = blocks.iter().enumerate().map(|(i, b)| is_one_line(b).then(|| width(i))).collect();
    let Some(page) = widths.iter().flatten().copied().max().filter(|w| WIDTHS.contains(w)) else { return Vec::new() };
    let is_full = |w: usize| w + SLACK >= page;
    let full = widths.iter().flatten().filter(|w| is_full(**w)).count();
    let long = widths.iter().flatten().filter(|w| **w * 2 >= page).count();
    let lines = |i: usize| Some((line(&blocks[i])?, blocks.get(i + 1).and_then(line)?));
    let goes_on = |i: &usize| {
        let Some((first, second)) = lines(*i) else { return false };
        widths[*i].is_some_and(is_full)
            && widths[*i + 1].is_some()
            && is_inside(first)
            && !begins(second)
            && blocks[*i].page == blocks[i + 1].page
    };
    let mut joined: Vec<usize> = (0..blocks.len()).filter(goes_on).collect();
    // A page breaks most of its full lines inside sentences; lines that merely are long end with them. Without
    // that, or with few lines, the break itself must show that it is one.
    let is_shown = full >= MIN_FULL && full * 2 >= long && joined.len() * 2 >= full;
    if !is_shown {
        joined.retain(|i| page >= MIN_WIDTH && lines(*i).is_some_and(|(first, second)| is_torn(first, second)));
    }
    joined
}

/// The width of a line, in Latin characters.
pub(super) fn width(line: &str) -> usize {
    line.trim_end().chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// Whether a sentence is not over at the end of a line.
fn is_inside(line: &str) -> bool {
    let last = line.trim_end().chars().next_back();
    last.is_some_and(|c| c.is_alphanumeric() || matches!(c, '，' | ',' | '、' | '“' | '《' | '（' | '(' | '〔' | '》' | '”' | '%' | '％'))
}

/// Whether a sentence is torn between two lines: the first one stops without a mark and the second one goes on
/// with one, or a wording of reports begins in one and ends in the other.
fn is_torn(first: &str, second: &str) -> bool {
    const MARKS: [char; 5] = ['，', '。', '；', ',', ';'];
    let first = first.trim_end();
    let Some((_, last)) = first.char_indices().next_back().filter(|(end, _)| first[..*end].contains(MARKS)) else { return false };
    if last.is_ascii_digit() {
        return lexicon().unit_at(second).is_some();
    }
    if matches!(last, '，' | '、') {
        return true;
    }
    if last.is_ascii() || !last.is_alphanumeric() {
        return false;
    }
    if second.contains(MARKS) {
        return true;
    }
    let from = first.char_indices().rev().take(LONGEST_WORDING).last().map_or(0, |(at, _)| at);
    let before = &first[from..];
    let after: String = second.trim_start().chars().take(LONGEST_WORDING).collect();
    let both = format!("{before}{after}");
    lexicon().find(&both).any(|(range, _)| range.start < before.len() && before.len() < range.end)
}

/// Whether a line begins something: it is indented, or has a mark of a list or heading.
fn begins(line: &str) -> bool {
    let mut characters = line.chars();
    let (Some(first), second) = (characters.next(), characters.next().unwrap_or(' ')) else { return true };
    let third = characters.next().unwrap_or(' ');
    let is_number = |c: char| "一二三四五六七八九十".contains(c) || c.is_ascii_digit();
    let is_mark = |c: char| matches!(c, '、' | '.' | '．');
    first.is_whitespace()
        || matches!(first, '(' | '（') && is_number(second)
        || matches!(first, '•' | '●' | '■' | '◆' | '·' | '*' | '附')
        || first == '第' && is_number(second)
        || is_number(first)
            && (is_mark(second) && !third.is_ascii_digit() || is_number(second) && is_mark(third) && !second.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::repair;
    use crate::read::{Hints, from_text};

    fn repaired(text: &str) -> Vec<String> {
        let document = from_text(text, &Hints::default()).unwrap_or_default();
        let clean = repair(&document);
        clean.blocks.iter().map(|b| clean.text()[b.span.clone()].to_owned()).collect()
    }

    #[test]
    fn lines_of_one_page_width_are_joined() {
        let line = "本机关认真做好各项公开工作并且不断完善制度建设的相关内容，"; // 29 characters
        let text = format!("一、总体情况\n{}共公开1\n2条。\n二、其他\n", format!("{line}\n").repeat(8));
        let blocks = repaired(&text);
        assert_eq!(blocks.len(), 4, "{blocks:?}");
        assert_eq!(blocks[0], "一、总体情况");
        assert_eq!(blocks[1], format!("{}共公开1", line.repeat(8)), "the last line is short: it stays as it is");
    }

    #[test]
    fn a_wording_that_is_torn_joins_two_lines() {
        let first = "全年主动公开工作按照要求有序开展，各有关单位认真落实各项工作要求，政府网";
        assert_eq!(repaired(&format!("标题\n{first}\n站公开信息5条。")).len(), 2);
        assert_eq!(repaired(&format!("标题\n{first}\n站公开信息5条")).len(), 2);
        assert_eq!(repaired(&format!("标题\n{first}\n某某县人民政府办公室")).len(), 3);
        assert_eq!(repaired(&format!("标题\n{first}。\n各项工作有序开展。")).len(), 3);
    }

    #[test]
    fn lines_of_many_widths_stay() {
        let text: String = (0..20).map(|n| format!("{}，\n", "公开".repeat(5 + n))).collect();
        assert_eq!(repaired(&text).len(), 20);
    }
}
