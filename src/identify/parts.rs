//! The reports that one document holds: a page on which two bodies, or one body for two years, put their reports one
//! after the other.
//!
//! A title begins a report of its own where it names another body or year than the one before and a whole report
//! stands under it. Lists of links, tables of contents and a title that is printed twice begin none.

use std::borrow::Cow;
use std::ops::Range;

use crate::knowledge::body_words;
use crate::read::BlockKind;
use crate::repair::Clean;

use super::body::Body;
use super::identity::OrgKind;
use super::page::{is_headline, names_body, squeeze};
use super::title;

/// A report has at least so many bytes.
const LEAST: usize = 900;
/// More titles than that are a list.
const MOST: usize = 24;

/// One of the reports of a document.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// The document with this report's blocks, and those that belong to the page. Text and places are the document's.
    pub clean: Cow<'a, Clean>,
    /// Where the report stands in the text.
    pub range: Range<usize>,
}

/// What a title names: whose report, and of which year.
#[derive(Clone, Debug, PartialEq)]
struct Heading {
    title: String,
    /// The township, zone or region, and what the body is of it.
    whose: [String; 2],
    year: i16,
    /// The block that it stands in, or the one before it that names the body.
    block: usize,
}

/// The reports of a document, at least one. Each is made when it is asked for, so that a large document is there twice
/// at most.
pub fn parts(clean: &Clean) -> impl Iterator<Item = Part<'_>> {
    let several = several(clean);
    let whole = several.is_empty().then(|| Part { range: 0..clean.text().len(), clean: Cow::Borrowed(clean) });
    whole.into_iter().chain(several.into_iter().map(|(heading, range)| heading.part(clean, range)))
}

/// The reports of a document that holds several, each with its title and where it stands; none where it holds one.
fn several(clean: &Clean) -> Vec<(Heading, Range<usize>)> {
    if clean.text().len() < 2 * LEAST {
        return Vec::new();
    }
    let headings = headings(clean);
    if headings.len() < 2 || headings.len() > MOST {
        return Vec::new();
    }
    let from = |heading: &Heading| clean.blocks[heading.block].span.start;
    // Where reports begin, and where copies of them do.
    let mut bounds: Vec<(usize, Option<&Heading>)> = Vec::new();
    for (n, heading) in headings.iter().enumerate() {
        let end = headings[n + 1..].iter().find(|next| !next.same(heading)).map_or(clean.text().len(), from);
        let range = from(heading)..end;
        if bounds.last().is_some_and(|(_, last)| last.is_some_and(|last| last.same(heading))) || !is_whole(clean, &range) {
            continue;
        }
        let begun = |(_, before): &(usize, Option<&Heading>)| before.is_some_and(|before| before.same(heading));
        match (is_copy(clean, &range), bounds.iter().any(begun)) {
            (true, _) => bounds.push((range.start, None)),
            (false, false) => bounds.push((range.start, Some(heading))),
            // What comes back and says something else is no report of its own.
            (false, true) => return Vec::new(),
        }
    }
    if bounds.iter().filter(|(_, heading)| heading.is_some()).count() < 2 {
        return Vec::new();
    }
    let starts = std::iter::once(0).chain(bounds.iter().skip(1).map(|(start, _)| *start));
    let ends = bounds.iter().skip(1).map(|(start, _)| *start).chain([clean.text().len()]);
    let ranges = starts.zip(ends).map(|(start, end)| start..end);
    bounds.iter().zip(ranges).filter_map(|((_, heading), range)| Some(((*heading)?.clone(), range))).collect()
}

impl Heading {
    fn same(&self, other: &Self) -> bool {
        self.year == other.year && self.whose == other.whose
    }

    fn part(self, clean: &Clean, range: Range<usize>) -> Part<'_> {
        let mut part = clean.clone();
        let inside = |span: &Range<usize>| range.start <= span.start && span.end <= range.end;
        part.blocks.retain(|block| matches!(block.kind, BlockKind::Furniture(_)) || inside(&block.span));
        // What stands beside the text is about the page.
        part.title = Some(self.title);
        part.meta.retain(|(name, _)| !name.eq_ignore_ascii_case("articletitle"));
        part.repeats = clean.repeats_within(&range);
        Part { clean: Cow::Owned(part), range }
    }
}

/// The titles of reports in a text, each with its body and year.
fn headings(clean: &Clean) -> Vec<Heading> {
    let text = |at: usize| clean.text().get(clean.blocks[at].span.clone()).unwrap_or_default();
    let mut found: Vec<Heading> = Vec::new();
    for (at, block) in clean.blocks.iter().enumerate() {
        let own = matches!(block.kind, BlockKind::Heading(_) | BlockKind::Paragraph);
        if !own || block.span.len() > 400 || found.len() > MOST {
            continue;
        }
        let line = squeeze(text(at));
        if !is_headline(&line) {
            continue;
        }
        let mut read = title::read(&line);
        let mut begin = (line, at);
        if read.body.is_none()
            && let Some(before) = at.checked_sub(1).map(|before| squeeze(text(before))).filter(|before| names_body(before))
        {
            let whole = format!("{before}{}", begin.0);
            read = title::read(&whole);
            begin = (whole, at - 1);
        }
        let (title, block) = begin;
        if let (true, None, Some(year), Some(body)) = (read.report, read.other, read.year, read.body) {
            found.push(Heading { title, whose: whose(body), year, block });
        }
    }
    found
}

/// What tells bodies apart, however fully a title names them. An area's government and its office are taken for one.
fn whose(body: Body) -> [String; 2] {
    let government = body.kind == Some(OrgKind::Government);
    let name = if government { "" } else { body_words().department(&body.tail).unwrap_or(&body.tail) }.to_owned();
    let place = body.township.or(body.zone).or_else(|| body.chain.into_iter().last().map(|(place, _)| place));
    [place.unwrap_or_default(), name]
}

/// Whether a whole report stands in a range: sections one and two, and more than a list.
fn is_whole(clean: &Clean, range: &Range<usize>) -> bool {
    let Some(text) = clean.text().get(range.clone()).filter(|text| text.len() >= LEAST) else { return false };
    let begins = |line: &str, number: char| line.trim_start_matches(['(', '（', '第', ' ', '\u{3000}']).starts_with(number);
    let mut lines = text.lines().map(str::trim);
    lines.by_ref().any(|line| begins(line, '一')) && lines.any(|line| begins(line, '二'))
}

/// Whether what stands in a range stood before: all but a tenth. Reports of two quiet years have a table in common.
fn is_copy(clean: &Clean, range: &Range<usize>) -> bool {
    let again = |repeat: &Range<usize>| repeat.end.min(range.end).saturating_sub(repeat.start.max(range.start));
    clean.repeats.iter().map(again).sum::<usize>() * 10 >= range.len() * 9
}

#[cfg(test)]
mod tests {
    use super::several;
    use crate::read::{self, Hints, ReadError};
    use crate::repair::repair;

    fn report(title: &str, received: u32) -> String {
        // Each its own: what stands twice is no report of its own.
        let filler: String =
            (received..received + 9).map(|n| format!("全年办理第{n}批各项工作{}件，完善制度，加强培训。", n * n)).collect();
        format!("{title}\n一、总体情况\n{filler}全年收到申请{received}件。\n二、主动公开情况\n{filler}\n")
    }

    fn titles(text: &str) -> Result<Vec<(String, String)>, ReadError> {
        let clean = repair(&read::from_text(text, &Hints::default())?);
        let first = |at: std::ops::Range<usize>| clean.text()[at].lines().next().unwrap_or_default().to_owned();
        Ok(several(&clean).into_iter().map(|(heading, range)| (heading.title, first(range))).collect())
    }

    const A: &str = "武江区龙归镇2019年政府信息公开工作年度报告";
    const B: &str = "武江区龙归镇2020年政府信息公开工作年度报告";
    const C: &str = "武江区江湾镇2019年政府信息公开工作年度报告";

    #[test]
    fn another_year_or_body_with_a_report_under_it_begins_a_part() -> Result<(), ReadError> {
        let (a, b, c) = (report(A, 3), report(B, 4), report(C, 5));
        assert_eq!(titles(&format!("{a}{b}{c}"))?, [(A.into(), A.into()), (B.into(), B.into()), (C.into(), C.into())]);
        let two_lines = c.replacen("镇2019", "镇人民政府\n2019", 1);
        let expected = (C.replacen("镇2019", "镇人民政府2019", 1), "武江区江湾镇人民政府".into());
        assert_eq!(titles(&format!("{a}{two_lines}"))?, [(A.into(), A.into()), expected]);
        // Two reports on a page that is printed twice.
        assert_eq!(titles(&format!("{a}{b}{a}{b}"))?, [(A.into(), A.into()), (B.into(), B.into())]);
        Ok(())
    }

    #[test]
    fn one_report_is_one_however_often_titles_stand_in_it() -> Result<(), ReadError> {
        let a = report(A, 3);
        for one in [
            a.clone(),
            format!("{a}{a}"),
            // A table of contents, links to other reports, a slip in the line under the title.
            format!("{B}\n{C}\n{a}"),
            format!("{a}{B}\n{C}\n"),
            format!("{B}\n{a}"),
            // A heading that names no body.
            format!("{a}{}", report("2020年政府信息公开工作年度报告", 4)),
        ] {
            assert_eq!(titles(&one)?, [], "{one}");
        }
        Ok(())
    }
}
