//! HTML as a browser sees it: text in the order of the page, tables with their spans, hidden parts left
//! out, and what surrounds the body kept apart.

mod markup;
mod refusal;
mod table;
mod tree;

use std::ops::Range;

use tree::{Flow, Tree};

use super::draft::Draft;
use super::model::{BlockKind, Document, Furniture};
use super::text::is_blank_char;
use super::{Hints, ReadError, furniture};

/// Cells of a page that may be its body without a sentence.
const FEWEST_CELLS: usize = 12;

/// Makes a document of decoded HTML.
pub(super) fn document(html: &str, hints: &Hints) -> Result<Document, ReadError> {
    let mut tree = Tree::parse(html, false)?;
    let is_empty = |tree: &Tree| tree.total().stops == 0 && tree.total().cells < FEWEST_CELLS;
    if is_empty(&tree)
        && let Some(opened) = markup::with_field_opened(html)
    {
        tree = Tree::parse(&opened, false)?;
    }
    // A body in a tab that a script opens is hidden, and still the body.
    if is_empty(&tree) && tree.hidden_stops >= 3 {
        tree = Tree::parse(html, true)?;
    }
    let mut page = Page { tree: &tree, draft: Draft::default(), line: Line::default(), lines: Vec::new(), around: None, heading: None };
    page.flow(0..tree.nodes.len())?;
    page.links();
    let blank = page.draft.len() == 0;
    if blank && html.len() > 200 {
        return Err(ReadError::Shell);
    }
    let mut document = page.draft.finish(hints, "text/html")?;
    let stated = |names: &[&str]| {
        let found = tree.meta.iter().find(|(name, value)| !value.is_empty() && names.iter().any(|known| name.eq_ignore_ascii_case(known)));
        found.map(|(_, value)| value.clone())
    };
    let title = document.title.take().or_else(|| stated(&["ArticleTitle"])).or_else(|| tree.title.clone());
    let address = document.address.take().or_else(|| tree.canonical.clone()).or_else(|| stated(&["og:url"]));
    document.title = title;
    document.address = address;
    document.refused = refusal::refusal(&tree, &document);
    document.meta = std::mem::take(&mut tree.meta);
    if let Some(title) = tree.title.take().filter(|title| document.title.as_ref() != Some(title)) {
        document.meta.push(("title".to_owned(), title));
    }
    Ok(document)
}

/// A line while its parts are read.
#[derive(Debug, Default)]
struct Line {
    text: String,
    /// A blank stands before what follows.
    spaced: bool,
    /// Characters that print; those of links; links.
    printed: usize,
    linked: usize,
    links: usize,
}

/// How much of a line is links.
#[derive(Clone, Copy, Debug)]
struct Linked {
    block: usize,
    whole: bool,
    mostly: bool,
}

/// A page while it is written.
struct Page<'a> {
    tree: &'a Tree,
    draft: Draft,
    line: Line,
    lines: Vec<Linked>,
    /// The part around the body that is being read.
    around: Option<Furniture>,
    heading: Option<u8>,
}

/// An element that is open.
struct Open {
    end: usize,
    flow: Flow,
    link: bool,
    /// What was being read outside it.
    around: Option<Furniture>,
    heading: Option<u8>,
}

impl Page<'_> {
    /// Writes a range of nodes.
    fn flow(&mut self, nodes: Range<usize>) -> Result<(), ReadError> {
        let tree = self.tree;
        let mut open: Vec<Open> = Vec::new();
        let (mut links, mut kept) = (0usize, 0usize);
        let mut at = nodes.start;
        loop {
            while let Some(top) = open.pop_if(|top| top.end <= at) {
                if top.flow != Flow::Inline {
                    self.end_line()?;
                }
                links -= usize::from(top.link);
                kept -= usize::from(top.flow == Flow::Preformatted);
                self.around = top.around;
                self.heading = top.heading;
            }
            if at >= nodes.end {
                return self.end_line();
            }
            let node = &tree.nodes[at];
            match node.flow {
                Flow::Text if kept > 0 => {
                    for (i, line) in tree.text_of(at).split('\n').enumerate() {
                        if i > 0 {
                            self.end_line()?;
                        }
                        self.line.push(line, links > 0);
                    }
                }
                Flow::Text => self.line.push(tree.text_of(at), links > 0),
                Flow::Break => self.end_line()?,
                Flow::Table => {
                    self.end_line()?;
                    self.table(at)?;
                    at = node.end;
                    continue;
                }
                flow => {
                    open.push(Open { end: node.end, flow, link: node.name == "a", around: self.around, heading: self.heading });
                    if flow != Flow::Inline {
                        self.end_line()?;
                        self.around = self.around.or_else(|| around(tree, at));
                    }
                    if let Flow::Heading(depth) = flow {
                        self.heading = Some(depth);
                    }
                    kept += usize::from(flow == Flow::Preformatted);
                    if node.name == "a" {
                        links += 1;
                        self.line.links += 1;
                    }
                }
            }
            at += 1;
        }
    }

    fn end_line(&mut self) -> Result<(), ReadError> {
        let line = std::mem::take(&mut self.line);
        if line.printed == 0 {
            return Ok(());
        }
        let kind = match (self.around, self.heading) {
            (Some(kind), _) => BlockKind::Furniture(kind),
            (None, Some(depth)) => BlockKind::Heading(depth),
            (None, None) => BlockKind::Paragraph,
        };
        let block = self.draft.len();
        self.draft.line(kind, &line.text)?;
        if self.draft.len() > block {
            let whole = line.linked == line.printed;
            self.lines.push(Linked { block, whole, mostly: line.links >= 4 && line.linked * 10 >= line.printed * 7 });
        }
        Ok(())
    }

    /// Menus and lists of other pages: runs of lines that are links, and lines of many links.
    fn links(&mut self) {
        const RUN: usize = 4;
        let mut start = 0;
        for at in 0..=self.lines.len() {
            let joins = at > start && at < self.lines.len() && self.lines[at].block == self.lines[at - 1].block + 1;
            if at < self.lines.len() && self.lines[at].whole && (joins || at == start) {
                continue;
            }
            if at - start >= RUN {
                for line in &self.lines[start..at] {
                    self.draft.set_kind(line.block, BlockKind::Furniture(Furniture::Navigation));
                }
            }
            start = if at < self.lines.len() && self.lines[at].whole { at } else { at + 1 };
        }
        for line in self.lines.iter().filter(|line| line.mostly) {
            if furniture::of_line(self.draft.text_of(line.block)).is_none() {
                self.draft.set_kind(line.block, BlockKind::Furniture(Furniture::Navigation));
            }
        }
    }
}

impl Line {
    /// Adds text, its blanks made one as a browser does.
    fn push(&mut self, text: &str, linked: bool) {
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                self.spaced = true;
                continue;
            }
            if std::mem::take(&mut self.spaced) && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.push(c);
            let printed = usize::from(!is_blank_char(c));
            self.printed += printed;
            self.linked += if linked { printed } else { 0 };
        }
    }
}

/// The part around the body that an element is, by its name and its classes. What holds sentences or
/// tables of figures is never one, whatever it is called.
fn around(tree: &Tree, at: usize) -> Option<Furniture> {
    let node = &tree.nodes[at];
    if node.name == "p" || matches!(node.flow, Flow::Heading(_)) || node.name.is_empty() && node.classes.is_empty() {
        return None;
    }
    let (held, total) = (tree.sums(at), tree.total());
    let link_list = held.linked * 2 > held.printed;
    if held.printed == 0 || held.stops > 2 || held.cells >= 12 || held.printed * 2 > total.printed && !link_list {
        return None;
    }
    let classed = furniture::of_classes(&node.classes);
    if classed == Some(Furniture::Breadcrumb) {
        let words = tree.words(at, 200);
        return (words.chars().count() < 200 && furniture::is_trail(&words)).then_some(Furniture::Breadcrumb);
    }
    let kind = match node.name {
        "nav" | "aside" => Furniture::Navigation,
        "footer" => Furniture::Footer,
        "header" if link_list => Furniture::Navigation,
        _ => classed?,
    };
    // The title of a report can stand in what is called the header or the position; a link to one cannot.
    let names_report = !link_list && held.printed < 2_000 && furniture::names_report(&tree.words(at, 2_000));
    // The table about the document is told by its labels.
    (!names_report && (held.cells == 0 || kind == Furniture::Footer || link_list)).then_some(kind)
}

#[cfg(test)]
mod tests;
