//! The parts of a page that identity rests on: titles, head, lead, tail, footer, metadata.
//!
//! A report can be long; only its beginning and end are looked at.

use std::borrow::Cow;
use std::ops::Range;

use crate::knowledge::{Field, PhraseRole, body_words, phrases};
use crate::read::{BlockKind, Furniture};
use crate::repair::Clean;

/// How much of the beginning is looked at, in bytes.
const HEAD: usize = 9_000;
/// How many lines of the beginning.
const HEAD_LINES: usize = 80;
/// How many lines of the end.
const TAIL_LINES: usize = 24;
/// A line longer than this many bytes is a paragraph of the body, not a line of the head.
pub(super) const LINE: usize = 400;

/// A line with what kind of block it stands in.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) kind: LineKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    Heading,
    Text,
    Table,
    Breadcrumb,
    Metadata,
    Navigation,
    Footer,
}

/// A labelled value.
#[derive(Clone, Debug)]
pub(super) struct Labelled {
    pub(super) field: Field,
    pub(super) rank: u8,
    pub(super) value: String,
}

/// What of a page identity rests on.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Titles, the most trusted first: beside the text, of the format's metadata, the headline.
    pub(super) titles: Vec<String>,
    pub(super) head: Vec<Line>,
    pub(super) tail: Vec<Line>,
    pub(super) labelled: Vec<Labelled>,
    /// Whether the whole text is in `head`.
    pub(super) short: bool,
}

impl Page {
    pub(super) fn new(clean: &Clean) -> Self {
        let mut page = Self { short: clean.text().len() <= 2_000, ..Self::default() };
        page.read_lines(clean);
        if let Some(title) = &clean.title {
            page.titles.push(squeeze(title));
        }
        for (name, value) in &clean.meta {
            let name = name.to_ascii_lowercase();
            if name == "articletitle" {
                page.titles.push(squeeze(value));
            }
            let (field, rank) = match name.as_str() {
                "pubdate" | "publishdate" => (Field::Published, 0),
                "contentsource" => (Field::Source, 1),
                _ => continue,
            };
            page.labelled.push(Labelled { field, rank, value: value.clone() });
        }
        page.read_labels();
        let headline = headline(&page.head);
        if let Some(headline) = headline.filter(|h| !page.titles.contains(h)) {
            page.titles.push(headline);
        }
        if page.titles.is_empty() {
            page.titles.extend(clean.address.as_deref().and_then(address_title));
        }
        page
    }

    fn read_lines(&mut self, clean: &Clean) {
        let text = clean.text();
        let mut used = 0;
        for block in &clean.blocks {
            if used > HEAD || self.head.len() > HEAD_LINES {
                break;
            }
            let kind = line_kind(&block.kind);
            let trusted = trusted(text, &block.span, clean);
            for line in trusted.lines() {
                used += line.len();
                let line = clip(line.trim(), HEAD);
                if !line.is_empty() {
                    // 三江商务区(街道)
                    let text = line.replace("(街道)", "街道").replace("（街道）", "街道");
                    self.head.push(Line { text, kind });
                }
                if used > HEAD {
                    break;
                }
            }
        }
        'tail: for block in clean.blocks.iter().rev() {
            let kind = line_kind(&block.kind);
            for line in trusted(text, &block.span, clean).lines().rev() {
                if self.tail.len() == TAIL_LINES {
                    break 'tail;
                }
                let line = line.trim();
                if !line.is_empty() {
                    self.tail.push(Line { text: clip_start(line, 300).to_owned(), kind });
                }
            }
        }
        self.tail.reverse();
    }

    fn read_labels(&mut self) {
        let mut found = Vec::new();
        for line in &self.head {
            if matches!(line.kind, LineKind::Navigation | LineKind::Footer) || (line.text.len() > LINE && !self.short) {
                // The first words of a paragraph can still be a head that lost its line breaks.
                if line.kind == LineKind::Text {
                    labelled(&squeeze(clip(&line.text, 160)), &mut found);
                }
                continue;
            }
            labelled(&squeeze(&line.text), &mut found);
        }
        self.labelled.extend(found);
    }

    /// The beginning of the text where it is in Latin letters.
    pub(super) fn latin(&self) -> Option<&str> {
        let text = &self.head.iter().find(|l| l.text.len() > 40)?.text;
        super::english::is_latin(text).then_some(text.as_str())
    }

    /// Lines of the body in the head: the lead and what follows. Of a page of few lines any can hold it.
    pub(super) fn body(&self) -> impl Iterator<Item = &Line> {
        let of_body = |kind| match kind {
            LineKind::Text | LineKind::Heading => true,
            LineKind::Table | LineKind::Metadata => self.short,
            LineKind::Breadcrumb | LineKind::Navigation | LineKind::Footer => false,
        };
        self.head.iter().filter(move |line| of_body(line.kind))
    }
}

/// The text of a block; what advertisements or damage left there is a gap, which no name goes over.
fn trusted<'a>(text: &'a str, span: &Range<usize>, clean: &Clean) -> Cow<'a, str> {
    let whole = text.get(span.clone()).unwrap_or_default();
    let mut gaps: Vec<&Range<usize>> =
        clean.spam.iter().chain(&clean.damaged).filter(|gap| gap.start < span.end && span.start < gap.end).collect();
    if gaps.is_empty() {
        return Cow::Borrowed(whole);
    }
    gaps.sort_unstable_by_key(|gap| gap.start);
    let mut kept = String::with_capacity(whole.len());
    let mut at = span.start;
    for gap in gaps {
        kept.push_str(text.get(at..gap.start.max(at)).unwrap_or_default());
        kept.push('…');
        at = at.max(gap.end);
    }
    kept.push_str(text.get(at..span.end).unwrap_or_default());
    Cow::Owned(kept)
}

fn line_kind(kind: &BlockKind) -> LineKind {
    match kind {
        BlockKind::Heading(_) => LineKind::Heading,
        BlockKind::Paragraph => LineKind::Text,
        BlockKind::Table(_) => LineKind::Table,
        BlockKind::Furniture(Furniture::Breadcrumb) => LineKind::Breadcrumb,
        BlockKind::Furniture(Furniture::Metadata) => LineKind::Metadata,
        BlockKind::Furniture(Furniture::Navigation) => LineKind::Navigation,
        BlockKind::Furniture(Furniture::Footer | Furniture::PageNumber) => LineKind::Footer,
    }
}

/// At most so many bytes of a text, from its start.
pub(super) fn clip(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// At most so many bytes of a text, from its end.
pub(super) fn clip_start(text: &str, bytes: usize) -> &str {
    let mut start = text.len().saturating_sub(bytes);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..]
}

/// Without blanks between Chinese characters, and with one blank elsewhere; the blanks that spread a label
/// or a name over a line (索 引 号) mean nothing.
pub(super) fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars() {
        if c.is_whitespace() || c == '\u{a0}' || c == '\u{feff}' {
            blank = true;
            continue;
        }
        if std::mem::take(&mut blank) && !out.is_empty() {
            let wide = |c: char| c >= '\u{2e80}';
            if !(wide(c) && out.chars().next_back().is_some_and(wide)) {
                out.push(' ');
            }
        }
        out.push(c);
    }
    out
}

fn labelled(line: &str, found: &mut Vec<Labelled>) {
    let words = body_words();
    let labels: Vec<_> = words
        .labels(line)
        .filter(|(start, end, label)| {
            let before = line[..*start].chars().next_back();
            let after = line[*end..].chars().next();
            let starts = before.is_none_or(|c| !('\u{4e00}'..='\u{9fff}').contains(&c));
            let valued = after.is_some_and(|c| ":： |\t".contains(c) || c.is_ascii_digit());
            if label.common { starts && valued } else { starts || valued }
        })
        .collect();
    for (n, (_, end, label)) in labels.iter().enumerate() {
        let until = labels.get(n + 1).map_or(line.len(), |next| next.0);
        let value = line[*end..until].trim_start_matches([':', '：', '|', ' ', '\t', '】', ']']);
        let dated = matches!(label.field, Field::Published | Field::Generated | Field::Written | Field::Updated);
        let value =
            if dated { clip(value, 60) } else { value.split(['|', '\t', ';', '；', ',', '，', '。', ' ']).next().unwrap_or_default() };
        if !value.is_empty() {
            found.push(Labelled { field: label.field, rank: label.rank, value: clip(value, 120).to_owned() });
        }
    }
}

/// The line of the head that is the report's title, with the line before it where that names the body.
fn headline(head: &[Line]) -> Option<String> {
    let mut best = None;
    for (n, line) in head.iter().enumerate().take(40) {
        if !matches!(line.kind, LineKind::Heading | LineKind::Text | LineKind::Table | LineKind::Metadata) {
            continue;
        }
        for piece in line.text.split(['|', '\t']) {
            let piece = squeeze(piece);
            if !is_headline(&piece) {
                continue;
            }
            let own_body = super::title::read(&piece).body.is_some();
            let before = n.checked_sub(1).map(|n| squeeze(&head[n].text)).filter(|before| !own_body && names_body(before));
            let text = before.unwrap_or_default() + &piece;
            if line.kind == LineKind::Heading || own_body {
                return Some(text);
            }
            best.get_or_insert(text);
        }
    }
    best
}

/// The title that an encyclopedia keeps in the path of an address: /wiki/%E6%9F%90….
fn address_title(address: &str) -> Option<String> {
    address.split(['/', '?', '#', '=', '&']).filter(|part| part.contains('%')).find_map(|part| {
        let title = squeeze(&crate::repair::line(&decoded(part)?));
        is_headline(&title).then_some(title)
    })
}

/// A part of an address with the bytes that its signs of percent stand for.
fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let pair = after.get(..2).filter(|_| first == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// Whether a line is the name of a body.
pub(super) fn names_body(line: &str) -> bool {
    line.chars().count() <= 30
        && !line.contains(['>', ':', '：', '。', '|'])
        && super::body::parse(line, false).is_some_and(|body| body.is_named())
}

/// Whether a line has the form of a report's title.
pub(super) fn is_headline(text: &str) -> bool {
    let length = text.chars().count();
    (6..=80).contains(&length)
        && phrases().within(PhraseRole::Disclosure, text)
        && phrases().within(PhraseRole::Report, text)
        && !text.contains(['。', '>', '；', ';'])
        && !phrases().within(PhraseRole::NoHeadline, text)
        && !text.ends_with(['：', ':'])
}

#[cfg(test)]
mod tests {
    use super::trusted;
    use crate::read::{self, Hints, ReadError};
    use crate::repair::repair;

    #[test]
    fn no_name_goes_over_what_is_not_to_be_trusted() -> Result<(), ReadError> {
        let text = "由惠民甲乙县人民政府编制";
        let mut clean = repair(&read::from_text(text, &Hints::default())?);
        let span = 0..text.len();
        assert_eq!(trusted(text, &span, &clean), text);
        let advertisement = text.find("甲乙").map(|at| at..at + "甲乙".len());
        clean.spam = advertisement.clone().into_iter().collect();
        clean.damaged = advertisement.into_iter().collect();
        assert_eq!(trusted(text, &span, &clean), "由惠民……县人民政府编制");
        Ok(())
    }
}
