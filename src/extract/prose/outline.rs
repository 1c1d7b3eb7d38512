//! The heading tree of a report: headings that the format marks, numbered lines, and headings glued to
//! the text that follows them. The section that a sentence stands in decides what its words mean.

use std::ops::Range;

use super::characters::Characters;

use crate::knowledge::{Section, lexicon};
use crate::read::BlockKind;
use crate::repair::Clean;

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Depth from 1: 一、 is 1, (一) is 2, 1. is 3; of a marked heading as marked.
    pub level: u8,
    /// Bytes of the repaired text, with the number.
    pub span: Range<usize>,
    /// Its words, with the number.
    pub text: String,
    /// What it and the headings above say its section is about.
    pub section: Section,
}

/// Longest heading in characters: a longer line with a number is a paragraph.
const LONGEST: usize = 45;
/// Words that end a heading which no punctuation ends.
const ENDINGS: [&str; 10] = ["情况", "概述", "措施", "问题", "事项", "方面", "工作", "打算", "机制", "建设"];

/// The headings of a document in the order of the text.
pub fn outline(clean: &Clean) -> Vec<Heading> {
    let text = clean.text();
    let mut headings: Vec<Heading> = Vec::new();
    for block in &clean.blocks {
        let Some(part) = text.get(block.span.clone()) else { continue };
        match &block.kind {
            BlockKind::Heading(level) if !part.trim().is_empty() => {
                let numbered = ordinal(part.trim_start()).map(|(level, _)| level);
                add(&mut headings, numbered.unwrap_or((*level).clamp(1, 6)), block.span.clone(), part);
            }
            BlockKind::Paragraph => {
                for (level, span) in numbered(part) {
                    let heading = &part[span.clone()];
                    add(&mut headings, level, block.span.start + span.start..block.span.start + span.end, heading);
                }
            }
            _ => {}
        }
    }
    headings
}

fn add(headings: &mut Vec<Heading>, level: u8, span: Range<usize>, text: &str) {
    let own = lexicon().section(text).filter(|s| *s != Section::Plan || plans(text, level));
    let above = headings.iter().rev().find(|h| h.level < level).map(|h| h.section);
    let section = match (own, above) {
        (_, Some(Section::Plan)) => Section::Plan,
        (Some(section), _) if section != Section::General => section,
        (_, Some(section)) => section,
        (own, None) => own.unwrap_or(Section::General),
    };
    headings.push(Heading { level, span, text: text.trim().to_owned(), section });
}

/// Whether a heading with a word like 改进 or 问题 opens a section on what is to come: below the first
/// level only where it is short and ends so.
fn plans(text: &str, level: u8) -> bool {
    let text = text.trim_end_matches(['。', '.', ':', '：', ' ', '\u{3000}']);
    let ends = ["问题", "不足", "打算", "计划", "措施", "安排", "方向", "思路", "重点", "情况", "设想", "展望", "工作"];
    level == 1 || (text.chars().count() <= 24 && ends.iter().any(|e| text.ends_with(e)))
}

/// What the number of a heading begins with, besides digits at the head of a paragraph.
static ORDINALS: Characters = Characters::new(&[&[
    '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '(', '（', '㈠', '㈡', '㈢', '㈣', '㈤', '㈥', '㈦', '㈧', '㈨', '㈩',
]]);

/// Numbered headings in a paragraph: at its beginning, and glued after a sentence.
fn numbered(part: &str) -> Vec<(u8, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    let start = part.len() - part.trim_start().len();
    let digit = part[start..].chars().next().filter(char::is_ascii_digit).map(|c| (start, c));
    for (position, _) in digit.into_iter().chain(ORDINALS.find(part)) {
        let head = |c: char| matches!(c, '\n' | '。' | '；' | ';' | '！' | ' ' | '\u{3000}' | '\t' | '\u{a0}' | '”');
        if position < at || !part[..position].chars().next_back().is_none_or(head) {
            continue;
        }
        let Some((level, mark)) = ordinal(&part[position..]) else { continue };
        // 一是, (2017) and list items within a sentence are no headings; glued ones are 一、 or (一).
        if level > 2 && position != start {
            continue;
        }
        let Some(len) = heading_length(&part[position + mark..]) else { continue };
        found.push((level, position..position + mark + len));
        at = position + mark + len;
    }
    found
}

/// The depth and length of the number that a text begins with.
fn ordinal(text: &str) -> Option<(u8, usize)> {
    let is_numeral = |c: &char| matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十');
    let numeral = |t: &str| t.chars().take_while(is_numeral).map(char::len_utf8).sum::<usize>();
    let first = text.chars().next()?;
    if ('㈠'..='㈩').contains(&first) {
        return Some((2, first.len_utf8()));
    }
    if matches!(first, '(' | '（') {
        let inner = &text[first.len_utf8()..];
        let run = numeral(inner);
        let level = if run > 0 { 2 } else { 4 };
        let run = if run > 0 { run } else { inner.chars().take_while(char::is_ascii_digit).count().min(2) };
        let close = inner[run..].chars().next().filter(|c| matches!(c, ')' | '）') && run > 0)?;
        return Some((level, first.len_utf8() + run + close.len_utf8()));
    }
    let run = numeral(text);
    if run > 0 && run <= 9 {
        let mark = text[run..].chars().next().filter(|c| matches!(c, '、' | '．' | '.'))?;
        return Some((1, run + mark.len_utf8()));
    }
    let run = text.chars().take_while(char::is_ascii_digit).count();
    let mark = text[run..].chars().next().filter(|c| matches!(c, '、' | '．' | '.') && (1..=2).contains(&run))?;
    let follows = text[run + mark.len_utf8()..].chars().next()?;
    (!follows.is_ascii_digit()).then_some((3, run + mark.len_utf8()))
}

/// Bytes of the heading that stands at the beginning of a text.
fn heading_length(text: &str) -> Option<usize> {
    let mut count = 0;
    let mut words = 0;
    let mut last = 0;
    for (at, c) in text.char_indices() {
        count += 1;
        if count > LONGEST {
            break;
        }
        let blank = matches!(c, ' ' | '\u{3000}' | '\t' | '\u{a0}');
        if matches!(c, '。' | '：' | ':' | '\n' | '；' | ';' | '！') || (blank && words >= 4) {
            return (words >= 2).then_some(at);
        }
        words += usize::from(!blank);
        last = at + c.len_utf8();
    }
    if count <= LONGEST {
        return (words >= 2).then_some(last);
    }
    let start: String = text.chars().take(LONGEST - 10).collect();
    let end = ENDINGS.iter().filter_map(|e| start.find(e).map(|at| at + e.len())).min()?;
    // A comma or a figure before it: this is a sentence.
    (!start[..end].contains(['，', ',']) && !start[..end].contains(|c: char| c.is_ascii_digit())).then_some(end)
}

/// The heading that a place stands under: the last before it.
pub(super) fn heading_at(headings: &[Heading], at: usize) -> Option<&Heading> {
    headings[..headings.partition_point(|h| h.span.start <= at)].last()
}

#[cfg(test)]
mod tests {
    use super::outline;
    use crate::knowledge::Section;
    use crate::read::{Hints, from_text};
    use crate::repair::repair;

    #[test]
    fn headings_in_lines_and_glued() -> Result<(), crate::read::ReadError> {
        let text = "一、概述\n全年平稳。\n二、主动公开情况\n(一)公开渠道。通过网站公开3条。\n(二)其他。\n三、依申请公开情况 全年无申请。四、存在的问题及改进措施 还有不足。\n(一)公开渠道。计划公开9条。";
        let headings = outline(&repair(&from_text(text, &Hints::default())?));
        let read: Vec<(u8, &str, Section)> = headings.iter().map(|h| (h.level, h.text.as_str(), h.section)).collect();
        assert_eq!(
            read,
            [
                (1, "一、概述", Section::General),
                (1, "二、主动公开情况", Section::Proactive),
                (2, "(一)公开渠道", Section::Proactive),
                (2, "(二)其他", Section::Proactive),
                (1, "三、依申请公开情况", Section::Applications),
                (1, "四、存在的问题及改进措施", Section::Plan),
                (2, "(一)公开渠道", Section::Plan),
            ]
        );
        Ok(())
    }
}
