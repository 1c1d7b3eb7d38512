//! Characters into lines, and lines into paragraphs.

use super::page::Character;
use crate::read::draft::Piece;
use crate::read::model::BlockKind;

/// A line of text on a page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub text: String,
    pub left: f64,
    pub right: f64,
    pub baseline: f64,
    pub size: f64,
}

/// Whether a character is part of a word that blanks set apart.
fn spaced(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// The lines that characters form, from top to bottom.
pub(super) fn lines(glyphs: Vec<Character>) -> Vec<Line> {
    groups(glyphs).iter().filter_map(|glyphs| line(glyphs)).collect()
}

/// The characters of each line, from top to bottom and from left to right.
pub(super) fn groups(mut glyphs: Vec<Character>) -> Vec<Vec<Character>> {
    glyphs.retain(|glyph| glyph.left.is_finite() && glyph.baseline.is_finite());
    glyphs.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut groups = Vec::new();
    let mut start = 0;
    while start < glyphs.len() {
        let mut end = start + 1;
        // Characters of one line differ in height by less than half of one: raised and small ones, too.
        while end < glyphs.len()
            && glyphs[end].baseline - glyphs[end - 1].baseline < 0.3 * glyphs[end].size.max(glyphs[end - 1].size)
            && glyphs[end].baseline - glyphs[start].baseline < 0.8 * glyphs[start].size
        {
            end += 1;
        }
        let mut group = glyphs[start..end].to_vec();
        group.sort_by(|a, b| a.left.total_cmp(&b.left));
        groups.push(group);
        start = end;
    }
    groups
}

fn line(glyphs: &[Character]) -> Option<Line> {
    let mut text = String::new();
    let mut right = f64::NEG_INFINITY;
    for glyph in glyphs.iter() {
        if let (Some(last), Some(first)) = (text.chars().last(), glyph.text.chars().next()) {
            let gap = (glyph.left - right) / glyph.size;
            // Between Chinese and figures typesetters leave a quarter of a character.
            let bound = match (spaced(last), spaced(first)) {
                (true, true) => 0.18,
                (true, false) | (false, true) => 0.5,
                (false, false) => 0.7,
            };
            if gap > bound && !last.is_whitespace() && !first.is_whitespace() {
                text.push(' ');
            }
        }
        text.push_str(&glyph.text);
        right = right.max(glyph.right);
    }
    let printed = |glyph: &&Character| !crate::read::text::is_blank(&glyph.text);
    let first = glyphs.iter().find(printed)?;
    let last = glyphs.iter().rev().find(printed)?;
    let size = glyphs.iter().filter(printed).map(|glyph| glyph.size).fold(0.0, f64::max);
    Some(Line { text, left: first.left, right: last.right, baseline: last.baseline, size })
}

/// Joins lines that are one text.
pub(super) fn wrapped(lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines {
        let line = line.trim();
        // A word goes on after a blank; Chinese does not, nor does a figure that is cut.
        let words = text.chars().last().is_some_and(|c| c.is_ascii_alphabetic()) && line.starts_with(|c: char| c.is_ascii_alphabetic());
        if words {
            text.push(' ');
        }
        text.push_str(line);
    }
    text
}

/// The paragraphs that lines form, each with its first page.
///
/// A line goes on in the next one where it fills its column and the next one is not indented.
pub(super) fn paragraphs(lines: Vec<(u32, Line)>, (left, right): (f64, f64)) -> Vec<(u32, Piece)> {
    let mut found: Vec<(u32, Vec<String>)> = Vec::new();
    let mut last: Option<(u32, Line)> = None;
    for (number, line) in lines {
        let goes_on = last.as_ref().is_some_and(|(page, last)| {
            let full = last.right >= right - 2.5 * last.size;
            let flush = line.left <= left + 1.2 * line.size && line.left <= last.left + 0.5 * line.size;
            let near = number == *page && line.baseline - last.baseline <= 2.6 * last.size || number == page + 1;
            let alike = (line.size - last.size).abs() <= 0.2 * last.size;
            // A sentence that ends short of the edge ends its paragraph.
            let ended = last.text.trim_end().ends_with('。') && last.right < right - 0.6 * last.size;
            // So does one before a numbered heading.
            let headed = last.text.trim_end().ends_with(['。', '；', '：', '！', '？']) && is_numbered(&line.text);
            full && flush && near && alike && !ended && !headed
        });
        match found.last_mut().filter(|_| goes_on) {
            Some((_, parts)) => parts.push(line.text.clone()),
            None => found.push((number, vec![line.text.clone()])),
        }
        last = Some((number, line));
    }
    found.into_iter().map(|(number, parts)| (number, Piece::Line(BlockKind::Paragraph, wrapped(&parts)))).collect()
}

/// Whether a line begins as numbered headings do: 一、 （一） 第一
fn is_numbered(text: &str) -> bool {
    let text = text.trim_start();
    let rest = text.trim_start_matches(['（', '(', '第']);
    let after = rest.trim_start_matches(|c| "一二三四五六七八九十".contains(c));
    after.len() < rest.len() && (after.starts_with(['、', '）', ')']) || text.starts_with('第'))
}

/// The edges of the column of text: where most lines begin, and where the longest end.
pub(super) fn column<'a>(lines: impl Iterator<Item = &'a Line>) -> (f64, f64) {
    let (mut starts, mut ends): (Vec<f64>, Vec<f64>) = lines.map(|line| (line.left, line.right)).unzip();
    starts.sort_by(f64::total_cmp);
    ends.sort_by(f64::total_cmp);
    // One line far out is a stamp or a note, not the column.
    let left = starts.get(starts.len() / 20).copied().unwrap_or(0.0);
    let right = ends.get(ends.len().saturating_sub(1 + ends.len() / 20)).copied().unwrap_or(0.0);
    (left, right)
}
