//! Lines that were broken at the width of a page, inside sentences and words.

use std::ops::Range;

use super::Line;
use crate::knowledge::lexicon;
use crate::read::{Block, BlockKind, Furniture};

/// How many lines must end at the width of the page before it counts as one.
const MIN_FULL: usize = 6;
/// Widths that pages have, in characters; a Chinese character counts 2, a Latin letter or digit 1.
const WIDTHS: Range<usize> = 36..160;
/// Marks of running text.
const MARKS: [char; 5] = ['，', '。', '；', ',', ';'];
/// How many full lines must stand against each one that is longer: a title, the way to the page.
const FULL_TO_LONGER: usize = 8;
/// How far around a break a wording is looked for, in characters.
const LONGEST_WORDING: usize = 12;
/// Bytes of the shortest beginning of a sentence that a figure goes on with.
const WORDS: usize = 12;
/// The least width that a few lines can show.
const MIN_WIDTH: usize = 56;
/// A line that is shorter is no full one, whatever the page.
const SHORTEST_FULL: usize = 24;
/// How far short of the width a full line may end: punctuation and numbers are not parted.
const SLACK: usize = 7;

/// Whether a block is the number of a page, which parts no sentence.
pub(super) fn is_page_number(block: &Block) -> bool {
    block.kind == BlockKind::Furniture(Furniture::PageNumber)
}

/// The block after one, numbers of pages left out.
pub(super) fn next(blocks: &[Block], i: usize) -> usize {
    (i + 1..blocks.len()).find(|next| !is_page_number(&blocks[*next])).unwrap_or(blocks.len())
}

/// The blocks that go on in the next one: for each pair, the index of the first.
///
/// Only where a document shows one page width: most of its long lines end close to it, hardly one goes beyond, and
/// full lines end inside sentences. Tables, headings and lists stay as they are. `width` gives the width of a
/// block's line, as the page had it or as it is now.
pub(super) fn broken(text: &str, blocks: &[Block], width: impl Fn(usize) -> usize) -> Vec<usize> {
    let line = |i: usize| blocks.get(i).filter(|b| matches!(b.kind, BlockKind::Paragraph)).map(|b| &text[b.span.clone()]);
    // Most documents have lines that no page holds.
    let too_long = (0..blocks.len()).filter(|i| line(*i).is_some_and(|l| l.len() > 2 * WIDTHS.end)).count();
    if blocks.len() < 2 || too_long * FULL_TO_LONGER > blocks.len() {
        return Vec::new();
    }
    let is_one_line = |l: &str| !l.contains(['|', '\t', '\n']);
    // A character is no wider than its bytes are many. Labels and titles have their own width.
    let is_sentence = |i: &usize| line(*i).is_some_and(|l| l.len() >= WIDTHS.start && l.contains(MARKS) && is_one_line(l));
    let sentences: Vec<(usize, usize)> =
        (0..blocks.len()).filter(is_sentence).map(|i| (i, width(i))).filter(|(_, w)| *w >= WIDTHS.start).collect();
    let Some(page) = page_width(sentences.iter().map(|(_, w)| *w).collect()) else { return Vec::new() };
    let is_full = |w: usize, slack: usize| w <= page && w + slack >= page;
    let goes_on = |i: &usize| {
        let next = next(blocks, *i);
        let (Some(first), Some(second)) = (line(*i), line(next)) else { return false };
        first.len() >= WIDTHS.start
            && is_inside(first)
            && !may_be_heading(first)
            && !begins(first, second)
            && is_full(width(*i), SLACK.max(first_word(second)))
            && is_one_line(first)
            && is_one_line(second)
            && width(next) <= page
            && blocks[*i].page == blocks[next].page
    };
    let mut joined: Vec<usize> = (0..blocks.len()).filter(goes_on).collect();
    if joined.is_empty() {
        return joined;
    }
    let widths = (0..blocks.len()).filter(|i| line(*i).is_some_and(|l| l.len() * 2 >= page && is_one_line(l))).map(width);
    let (mut full, mut long) = (0, 0);
    for width in widths {
        full += usize::from(is_full(width, SLACK));
        long += usize::from(width * 2 >= page);
    }
    // A page breaks most of its full lines inside sentences; lines that merely are long end with them. Without
    // that, or with few lines, the break itself must show that it is one.
    let is_shown = full >= MIN_FULL && full * 2 >= long && joined.len() * 2 >= full;
    if !is_shown {
        joined.retain(|i| page >= MIN_WIDTH && line(*i).zip(line(next(blocks, *i))).is_some_and(|(first, second)| is_torn(first, second)));
    }
    joined
}

/// The blocks that a sentence's figure, set apart in a line of its own, was cut from: 公开信息 / 5928 / 条，其中…. Pages set
/// figures in elements of their own, and texts of such pages break there.
pub(super) fn parted(text: &str, blocks: &[Block]) -> Vec<usize> {
    let line = |i: usize| blocks.get(i).filter(|b| matches!(b.kind, BlockKind::Paragraph)).map(|b| text[b.span.clone()].trim());
    let is_number =
        |line: &str| line.starts_with(|c: char| c.is_ascii_digit()) && !line.contains(|c: char| !c.is_ascii_digit() && !",.%".contains(c));
    // In a table a unit stands alone, too, and no cell has the marks of running text.
    let goes_on = |line: &str| {
        let unit = if line.starts_with('%') { Some(1) } else { lexicon().unit_at(line).map(|unit| unit.wording.len()) };
        unit.is_some_and(|len| line.len() > len) && (line.contains(MARKS) || line.contains('、'))
    };
    let stops = |line: &str| line.ends_with(['。', '；', '：', '！', ';', ':', '|']) || line.len() < WORDS || may_be_heading(line);
    let mut parted = Vec::new();
    for i in (0..blocks.len()).filter(|i| line(*i).is_some_and(is_number)) {
        let before = (0..i).rev().find(|i| !is_page_number(&blocks[*i])).filter(|i| line(*i).is_some_and(|l| !stops(l)));
        // 90.3% / ,其中…: behind a share the sentence may go on with a mark.
        let is_share = line(i).is_some_and(|l| l.ends_with('%'));
        let follows = |l: &str| if is_share { l.starts_with(MARKS) && l.len() > WORDS } else { goes_on(l) };
        if let Some(before) = before.filter(|_| line(next(blocks, i)).is_some_and(follows)) {
            parted.extend([before, i]);
        }
    }
    parted
}

/// The width of the number or Latin word that a line begins with, which the line before it had to have room for.
/// Its characters may have been full-width.
fn first_word(line: &str) -> usize {
    2 * line
        .trim_start()
        .chars()
        .take(WIDTHS.start / 2)
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, ',' | '.' | '%' | '/' | '@' | '-'))
        .count()
}

/// The width that most lines come close to, where hardly one goes beyond.
fn page_width(mut long: Vec<usize>) -> Option<usize> {
    long.sort_unstable();
    let mut best: Option<(usize, usize)> = None;
    let mut first = 0;
    for (last, width) in long.iter().enumerate().filter(|(_, width)| WIDTHS.contains(width)) {
        while long[first] + SLACK < *width {
            first += 1;
        }
        let (full, longer) = (last + 1 - first, long.len() - last - 1);
        if longer * FULL_TO_LONGER <= full && best.is_none_or(|(most, _)| full >= most) {
            best = Some((full, *width));
        }
    }
    best.map(|(_, width)| width)
}

/// The clauses that go over the end of a line, as far as the lines alone can tell: where words are missing or lines
/// are few, no width shows where a page was broken. The label of a figure may be cut in two there.
pub(super) fn torn_clauses(lines: &[Line<'_>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for pair in lines.windows(2) {
        let [first, second] = pair else { continue };
        // A line that ends with a mark cuts no clause; most do.
        if !first.body.ends_with(char::is_alphanumeric) {
            continue;
        }
        // A paragraph begins with a blank, unless the line before it is a full one that does not end.
        let is_indented = second.range.len() > second.body.len() + 1 && width(first.body) < SHORTEST_FULL;
        let is_row = first.body.contains(['|', '\t']) || second.body.contains(['|', '\t']);
        let is_sentence = !is_row && without_mark(first.body).contains(MARKS);
        if is_sentence && !is_indented && !begins(first.body, second.body.trim_start()) && is_torn(first.body, second.body) {
            let from = first.body.rfind(MARKS).unwrap_or(0);
            let to = second.body.find(MARKS).unwrap_or(second.body.len());
            found.push(first.range.end - first.body.len() + from..second.range.end - second.body.len() + to);
        }
    }
    found
}

/// The width of a line, in Latin characters.
pub(super) fn width(line: &str) -> usize {
    line.trim_end().chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// Whether a sentence is not over at the end of a line.
fn is_inside(line: &str) -> bool {
    let last = line.trim_end().chars().next_back();
    last.is_some_and(|c| {
        c.is_alphanumeric() || matches!(c, '，' | ',' | '；' | ';' | '、' | '“' | '《' | '（' | '(' | '〔' | '》' | '”' | '%' | '％')
    })
}

/// Whether a sentence is torn between two lines: the first one stops without a mark and the second one goes on
/// with one, or a wording of reports begins in one and ends in the other.
fn is_torn(first: &str, second: &str) -> bool {
    let first = first.trim_end();
    let is_running = |text: &str| text.contains(MARKS) || text.contains('、');
    let Some((_, last)) = first.char_indices().next_back().filter(|(end, _)| is_running(&first[..*end])) else { return false };
    if last.is_ascii_digit() {
        return lexicon().unit_at(second.trim_start()).is_some();
    }
    if matches!(last, '，' | ',' | '；' | ';' | '、') {
        return true;
    }
    if last.is_ascii() || !last.is_alphanumeric() {
        return false;
    }
    if is_running(second) {
        return true;
    }
    let from = first.char_indices().rev().take(LONGEST_WORDING).last().map_or(0, |(at, _)| at);
    let before = &first[from..];
    let after: String = second.trim_start().chars().take(LONGEST_WORDING).collect();
    let both = format!("{before}{after}");
    lexicon().find(&both).any(|(range, _)| range.start < before.len() && before.len() < range.end)
}

/// Whether a line has the mark of a heading and none of running text: 五、行政复议、行政诉讼情况.
fn may_be_heading(line: &str) -> bool {
    let line = line.trim();
    let rest = without_mark(line);
    rest.len() < line.len() && !rest.contains(MARKS)
}

/// A line without the mark of a list or heading that it begins with: 一、, (二), 3.
fn without_mark(line: &str) -> &str {
    let inner = line.trim_start_matches(['(', '（']);
    let rest = inner.trim_start_matches(|c: char| "一二三四五六七八九十".contains(c) || c.is_ascii_digit());
    // A number alone is none.
    let is_mark = |c: char| if inner.len() < line.len() { matches!(c, ')' | '）') } else { matches!(c, '、' | '.' | '．') };
    if rest.len() < inner.len() { rest.strip_prefix(is_mark).unwrap_or(line) } else { line }
}

/// Whether a line begins something: it is indented, or has a mark of a list or heading.
fn begins(before: &str, line: &str) -> bool {
    // One blank beside a number is no indent.
    let is_number_parted = |rest: &&str| {
        rest.starts_with(|c: char| c.is_ascii_digit()) || (before.ends_with(|c: char| c.is_ascii_digit()) && !rest.starts_with(' '))
    };
    let line = line.strip_prefix(' ').filter(is_number_parted).unwrap_or(line);
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
    fn a_sentence_goes_on_over_the_number_of_a_page() {
        let line = "本机关认真做好各项公开工作并且不断完善制度建设的相关内容，"; // 29 characters
        let text = format!("一、总体情况\n{}    — 1 —\n\u{c}{line}\n12条。\n二、其他\n", format!("{line}\n").repeat(8));
        assert_eq!(repaired(&text), ["一、总体情况".to_owned(), format!("{}12条。", line.repeat(9)), "二、其他".to_owned()]);
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
    fn headings_stay_apart_from_what_they_head() {
        let first = "全年主动公开工作按照要求有序开展，各有关单位认真落实各项工作要求，政府网";
        let heading = "五、因政府信息公开申请行政复议、提起行政诉讼以及收取费用的情况的具体说明";
        assert_eq!(repaired(&format!("{first}\n站公开5条。\n{heading}\n全年发生行政复议0件，行政诉讼8件。")).len(), 3);
    }

    #[test]
    fn figures_in_lines_of_their_own_return() {
        assert_eq!(
            repaired("全年公开政府信息\n5928\n条，其中网站\n301\n条，其余在公报。"),
            ["全年公开政府信息5928条，其中网站301条，其余在公报。"]
        );
        assert_eq!(repaired("全文电子化率达到\n90.3\n%，比上年高。").len(), 1);
        assert_eq!(repaired("全文电子化率达到\n90.3%\n，其中网站12条。").len(), 1);
        for cells in ["收到申请总数量\n12\n件\n当面申请", "收到申请总数量\n12\n项目数\n3", "一、收到申请总数\n12\n件，其中3件。"]
        {
            assert_eq!(repaired(cells).len(), cells.lines().count(), "{cells}");
        }
    }

    #[test]
    fn lines_of_many_widths_stay() {
        let text: String = (0..20).map(|n| format!("{}，\n", "公开".repeat(5 + n))).collect();
        assert_eq!(repaired(&text).len(), 20);
    }
}
