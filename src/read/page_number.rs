//! Numbers of pages in text that was taken out of paged files: `— 5 —`, `第 5 页`, `5/12`, between the lines of two
//! pages. A number alone may as well be a cell: it has to be certain.

use super::model::{Block, BlockKind, Furniture};
use super::text::is_blank_char;

/// How the number of a page is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// 第 5 页, with or without the number of all.
    Named,
    /// Between dashes.
    Dashed,
    /// Before the number of all: 5/12.
    OfAll(u32),
    /// Alone.
    Bare,
}

/// A line that can be the number of a page.
struct Candidate {
    block: usize,
    form: Form,
    number: u32,
    /// Whether a page ends before or after it; the last one of a document with pages ends with it.
    at_edge: bool,
}

/// A longer line, in bytes without blanks, is no number of a page.
const LONGEST: usize = 40;
/// Lines of a page: numbers that count on at less distance are cells.
const FEWEST_LINES: usize = 8;
/// Bare numbers at the edges of pages that must count on.
const FEWEST_BARE: usize = 3;

/// Marks lines that are the number of a page. `第 5 页` says so itself; a number between dashes or before the number of
/// all does where a page ends beside it, or where it counts on from page to page; a bare number needs both.
pub(super) fn mark(text: &str, blocks: &mut [Block]) {
    let candidates = candidates(text, blocks);
    let certain: Vec<usize> = (0..candidates.len()).filter(|n| is_certain(&candidates, *n)).collect();
    for n in certain {
        blocks[candidates[n].block].kind = BlockKind::Furniture(Furniture::PageNumber);
    }
}

fn candidates(text: &str, blocks: &[Block]) -> Vec<Candidate> {
    let paged = text.contains('\u{c}');
    let ends_page = |from: usize, to: usize| text.get(from..to).is_some_and(|between| between.contains('\u{c}'));
    let mut found = Vec::new();
    for (n, block) in blocks.iter().enumerate().filter(|(_, block)| block.kind == BlockKind::Paragraph) {
        let Some((form, number)) = text.get(block.span.clone()).and_then(read) else { continue };
        let before = n.checked_sub(1).map_or(0, |n| blocks[n].span.end);
        let after = blocks.get(n + 1).map_or(text.len(), |next| next.span.start);
        let at_edge = paged && n + 1 == blocks.len() || ends_page(before, block.span.start) || ends_page(block.span.end, after);
        found.push(Candidate { block: n, form, number, at_edge });
    }
    found
}

fn is_certain(candidates: &[Candidate], n: usize) -> bool {
    let own = &candidates[n];
    let alike = |other: &&Candidate| other.form == own.form;
    let before = || candidates[..n].iter().rev().filter(alike);
    let after = || candidates[n + 1..].iter().filter(alike);
    let is_far = |other: &Candidate| own.block.abs_diff(other.block) >= FEWEST_LINES;
    let counts = || {
        before().next().is_some_and(|other| other.number + 1 == own.number && is_far(other))
            || after().next().is_some_and(|other| own.number + 1 == other.number && is_far(other))
    };
    match own.form {
        Form::Named => true,
        Form::Dashed | Form::OfAll(_) => own.at_edge || counts(),
        Form::Bare => {
            let edges = |other: &&Candidate| other.at_edge && other.form == Form::Bare;
            let up = (own.number + 1..).zip(candidates[n + 1..].iter().filter(edges)).take_while(|(number, other)| other.number == *number);
            let down = (0..own.number).rev().zip(candidates[..n].iter().rev().filter(edges));
            own.at_edge && 1 + up.count() + down.take_while(|(number, other)| other.number == *number).count() >= FEWEST_BARE
        }
    }
}

/// How a line gives the number of a page, where it can be one.
fn read(line: &str) -> Option<(Form, u32)> {
    if line.len() > LONGEST * 3 {
        return None;
    }
    let words: String = line.chars().filter(|c| !is_blank_char(*c)).take(LONGEST).collect();
    let is_dash = |c: char| matches!(c, '-' | '—' | '–' | '―' | '－' | '─');
    let inner = words.trim_matches(is_dash);
    let is_between = words.starts_with(is_dash) && words.ends_with(is_dash);
    if let Some(number) = number(inner) {
        return match (is_between, inner.len() == words.len()) {
            (true, _) => Some((Form::Dashed, number)),
            (_, true) => Some((Form::Bare, number)),
            _ => None,
        };
    }
    let (first, second) = match inner.split_once(['/', '／', '，', ',']) {
        Some((first, second)) => (first, Some(second)),
        None => inner.split_once('共').filter(|(first, _)| !first.is_empty()).map_or((inner, None), |(first, all)| (first, Some(all))),
    };
    let named = |words: &str| words.strip_prefix('第').and_then(|rest| rest.strip_suffix('页')).and_then(number);
    let all = |words: &str| number(words.strip_prefix('共').unwrap_or(words).trim_end_matches('页'));
    match (named(first), second) {
        (Some(page), None) => Some((Form::Named, page)),
        (Some(page), Some(rest)) => all(rest).filter(|all| page <= *all).map(|_| (Form::Named, page)),
        (None, Some(rest)) if inner.contains(['/', '／']) => {
            let (page, all) = (number(first)?, number(rest)?);
            (page <= all).then_some((Form::OfAll(all), page))
        }
        _ => None,
    }
}

/// A number of a page, in half or full width.
fn number(words: &str) -> Option<u32> {
    let digit = |c: char| c.to_digit(10).or_else(|| u32::from(c).checked_sub(u32::from('０')).filter(|digit| *digit < 10));
    let digits: Vec<u32> = words.chars().map(digit).collect::<Option<_>>()?;
    (1..=4).contains(&digits.len()).then(|| digits.iter().fold(0, |number, digit| number * 10 + digit)).filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::super::model::{BlockKind, Furniture};
    use super::super::{Hints, text};
    use super::{Form, read};

    /// The lines that are numbers of pages.
    fn marked(text: &str) -> Vec<String> {
        let document = text::document(text.to_owned(), &Hints::default()).unwrap_or_default();
        let numbers = document.blocks.iter().filter(|block| block.kind == BlockKind::Furniture(Furniture::PageNumber));
        numbers.map(|block| document.text[block.span.clone()].trim().to_owned()).collect()
    }

    #[test]
    fn ways_to_print_the_number_of_a_page() {
        for (line, expected) in [
            ("— 5 —", Some((Form::Dashed, 5))),
            ("- １２ -", Some((Form::Dashed, 12))),
            ("－3－", Some((Form::Dashed, 3))),
            ("第 5 页", Some((Form::Named, 5))),
            ("第 5 页 共 12 页", Some((Form::Named, 5))),
            ("第5页/共12页", Some((Form::Named, 5))),
            ("5 / 12", Some((Form::OfAll(12), 5))),
            ("5", Some((Form::Bare, 5))),
            ("-5", None),
            ("第5条", None),
            ("12/5", None),
            ("2017", Some((Form::Bare, 2017))),
            ("12345", None),
            ("5件", None),
            ("0", None),
            ("—", None),
        ] {
            assert_eq!(read(line), expected, "{line}");
        }
    }

    #[test]
    fn numbers_of_pages_are_certain_or_stay() {
        let lines = "正文\n".repeat(9);
        assert_eq!(marked(&format!("{lines}— 1 —\n\u{c}{lines}")), ["— 1 —"]);
        assert_eq!(marked(&format!("{lines}- 1 -\n{lines}- 2 -\n{lines}")), ["- 1 -", "- 2 -"]);
        assert_eq!(marked(&format!("{lines}第 1 页\n{lines}")), ["第 1 页"]);
        assert_eq!(marked(&format!("{lines}1/2\n{lines}2/2\n")), ["1/2", "2/2"]);
        assert_eq!(marked(&format!("{lines}1\n\u{c}{lines}2\n\u{c}{lines}3\n")), ["1", "2", "3"]);
        assert_eq!(marked(&format!("{lines}1\n\u{c}{lines}3\n\u{c}{lines}5\n")), [""; 0]);
        // A row of cells: none, five, none.
        assert_eq!(marked("规章\n- 5 -\n规范性文件\n- 6 -\n"), [""; 0]);
        assert_eq!(marked("收到申请数\n5\n当面申请数\n6\n"), [""; 0]);
    }
}
