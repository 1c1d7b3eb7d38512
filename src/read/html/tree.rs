//! The parsed page in reading order: a node's descendants stand right behind it.
//!
//! All walks are loops over that order, so that no depth of nesting costs a stack, and sums over a
//! subtree are differences of two running sums.

use std::ops::Range;

use ego_tree::iter::Edge;
use scraper::{Html, Node};

use super::markup::simplify;
use crate::read::ReadError;

/// What an element is to the flow of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Text.
    Text,
    /// Part of a line.
    Inline,
    /// Begins and ends a line.
    Block,
    /// Ends a line.
    Break,
    /// A block of which line ends in the source are kept.
    Preformatted,
    /// A heading.
    Heading(u8),
    /// A table and its parts.
    Table,
    Section(Section),
    Row,
    Cell,
}

/// A part of a table that holds rows, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Head,
    Body,
    Foot,
}

/// A node.
#[derive(Debug)]
pub(super) struct Element {
    pub flow: Flow,
    /// Behind its last descendant.
    pub end: usize,
    /// The name of an element that is more than its flow: `a`, `sup`, `nav`, `header`, `footer`, `aside`; `p` for
    /// all that hold one paragraph.
    pub name: &'static str,
    /// Range of `Tree::text`.
    pub text: Range<usize>,
    pub rowspan: usize,
    pub colspan: usize,
    /// Its `class` and `id`, in lower case.
    pub classes: String,
    /// The address of a link.
    pub href: Option<String>,
}

/// Running sums over the nodes before one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    /// Characters that print.
    pub printed: usize,
    /// Those of links.
    pub linked: usize,
    /// Full stops.
    pub stops: usize,
    /// Cells of tables.
    pub cells: usize,
    /// Headings.
    pub headings: usize,
}

impl std::ops::Sub for Sums {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            printed: self.printed - other.printed,
            linked: self.linked - other.linked,
            stops: self.stops - other.stops,
            cells: self.cells - other.cells,
            headings: self.headings - other.headings,
        }
    }
}

/// A page.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub nodes: Vec<Element>,
    pub text: String,
    /// One more than nodes.
    sums: Vec<Sums>,
    pub title: Option<String>,
    pub canonical: Option<String>,
    pub meta: Vec<(String, String)>,
    /// Full stops in what is hidden.
    pub hidden_stops: usize,
}

/// Names and values of `<meta>` that are kept.
const META: usize = 100;
/// Bytes of such a value.
const META_VALUE: usize = 2_000;
/// Small figures.
const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
/// Bytes of what a field of a form shows.
const ENTERED: usize = 200;

impl Tree {
    /// Parses a page. `hidden`: what is hidden is kept.
    pub fn parse(html: &str, hidden: bool) -> Result<Self, ReadError> {
        let parsed = Html::parse_document(&simplify(html)?);
        let mut tree = Self::default();
        let mut sums = Sums::default();
        tree.sums.push(sums);
        let mut open: Vec<Option<usize>> = Vec::new();
        let (mut links, mut cells, mut raised) = (0usize, 0usize, 0usize);
        let mut skipped: Option<(usize, bool)> = None;
        for edge in parsed.tree.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    let depth = open.len();
                    let mut made = None;
                    match node.value() {
                        Node::Text(text) => match skipped {
                            Some((_, true)) => tree.hidden_stops += text.matches('。').count(),
                            Some(_) => {}
                            None => {
                                let start = tree.text.len();
                                if raised > 0 {
                                    tree.push_raised(text)
                                } else {
                                    tree.text.push_str(text)
                                }
                                let printed = text.chars().filter(|c| !crate::read::text::is_blank_char(*c)).count();
                                sums.printed += printed;
                                sums.linked += if links > 0 { printed } else { 0 };
                                sums.stops += text.matches('。').count();
                                made = Some(tree.push(Flow::Text, start..tree.text.len(), sums));
                            }
                        },
                        Node::Element(element) => {
                            if skipped.is_none() {
                                tree.head(element, &node);
                                skipped = match shown(element) {
                                    Shown::Never => Some((depth, false)),
                                    Shown::Hidden if !hidden => Some((depth, true)),
                                    _ => None,
                                };
                            }
                            if skipped.is_none() {
                                let (flow, name) = flow(element);
                                sums.cells += usize::from(flow == Flow::Cell);
                                sums.headings += usize::from(matches!(flow, Flow::Heading(_)));
                                let at = tree.push(flow, 0..0, sums);
                                tree.nodes[at].describe(element, name);
                                links += usize::from(name == "a");
                                cells += usize::from(flow == Flow::Cell);
                                raised += usize::from(name == "sup");
                                if let Some(value) = entered(element).filter(|_| cells > 0) {
                                    let start = tree.text.len();
                                    tree.text.push_str(value);
                                    sums.printed += value.chars().filter(|c| !crate::read::text::is_blank_char(*c)).count();
                                    tree.push(Flow::Text, start..tree.text.len(), sums);
                                }
                                made = Some(at);
                            }
                        }
                        _ => {}
                    }
                    open.push(made);
                }
                Edge::Close(_) => {
                    if let Some(Some(at)) = open.pop() {
                        tree.nodes[at].end = tree.nodes.len();
                        links -= usize::from(tree.nodes[at].name == "a");
                        cells -= usize::from(tree.nodes[at].flow == Flow::Cell);
                        raised -= usize::from(tree.nodes[at].name == "sup");
                    }
                    if skipped.is_some_and(|(depth, _)| depth == open.len()) {
                        skipped = None;
                    }
                }
            }
        }
        Ok(tree)
    }

    fn push(&mut self, flow: Flow, text: Range<usize>, sums: Sums) -> usize {
        let at = self.nodes.len();
        self.nodes.push(Element { flow, end: at + 1, name: "", text, rowspan: 1, colspan: 1, classes: String::new(), href: None });
        self.sums.push(sums);
        at
    }

    /// Adds raised text. A number alone becomes the small figures that it is shown in: 12¹ and m² are not 121 and m2.
    fn push_raised(&mut self, text: &str) {
        let is_number = text.trim().chars().all(|c| c.is_ascii_digit());
        let small = |c: char| c.to_digit(10).filter(|_| is_number).and_then(|digit| RAISED.get(digit as usize).copied());
        self.text.extend(text.chars().map(|c| small(c).unwrap_or(c)));
    }

    /// What a subtree holds, its root included.
    pub fn sums(&self, at: usize) -> Sums {
        self.sums[self.nodes[at].end] - self.sums[at]
    }

    /// What the page holds.
    pub fn total(&self) -> Sums {
        self.sums.last().copied().unwrap_or_default()
    }

    /// The children of a node.
    pub fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        let end = self.nodes[at].end;
        let mut next = at + 1;
        std::iter::from_fn(move || {
            let child = next;
            (child < end).then(|| {
                next = self.nodes[child].end;
                child
            })
        })
    }

    /// The text of a node that is text.
    pub fn text_of(&self, at: usize) -> &str {
        &self.text[self.nodes[at].text.clone()]
    }

    /// The first printed text of a subtree, at most `limit` characters, without blanks.
    pub fn words(&self, at: usize, limit: usize) -> String {
        let texts = (at..self.nodes[at].end).filter(|i| self.nodes[*i].flow == Flow::Text);
        texts.flat_map(|i| self.text_of(i).chars()).filter(|c| !crate::read::text::is_blank_char(*c)).take(limit).collect()
    }

    /// Keeps what the head of a page states.
    fn head(&mut self, element: &scraper::node::Element, node: &ego_tree::NodeRef<Node>) {
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        match element.name() {
            "title" if self.title.is_none() => {
                let text: String = node.children().filter_map(|child| child.value().as_text().map(|text| text.to_string())).collect();
                self.title = Some(flat(&text)).filter(|text| !text.is_empty());
            }
            "meta" if self.meta.len() < META => {
                let name = element.attr("name").or_else(|| element.attr("property"));
                if let (Some(name), Some(value)) = (name, element.attr("content"))
                    && !name.trim().is_empty()
                    && value.len() <= META_VALUE
                {
                    self.meta.push((name.trim().to_owned(), flat(value)));
                }
            }
            "link" if element.attr("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                self.canonical = element.attr("href").map(str::to_owned);
            }
            _ => {}
        }
    }
}

impl Element {
    fn describe(&mut self, element: &scraper::node::Element, name: &'static str) {
        self.name = name;
        if self.flow == Flow::Cell {
            self.rowspan = span_of(element.attr("rowspan"), 0);
            self.colspan = span_of(element.attr("colspan"), 1).min(crate::read::limits::COLSPAN);
        }
        if name == "a" {
            self.href = element.attr("href").map(str::to_owned);
        }
        for part in [element.attr("class"), element.attr("id")].into_iter().flatten() {
            if self.classes.len() + part.len() < META_VALUE {
                self.classes.push(' ');
                self.classes.push_str(&part.to_ascii_lowercase());
            }
        }
    }
}

/// A number of rows or columns. Zero means all that follow where `least` allows it; words mean one.
fn span_of(attribute: Option<&str>, least: usize) -> usize {
    let digits: String = attribute.unwrap_or("1").trim().chars().take_while(char::is_ascii_digit).take(10).collect();
    digits.parse().unwrap_or(1).max(least).min(65_534)
}

/// What a field of a form shows in its place on the page, where that is a figure or cannot be changed: other words in
/// a field ask for an entry.
fn entered(element: &scraper::node::Element) -> Option<&str> {
    let shows = element.attr("type").is_none_or(|kind| ["text", "number", ""].iter().any(|known| kind.trim().eq_ignore_ascii_case(known)));
    let value = element.attr("value").filter(|value| element.name() == "input" && shows && value.len() <= ENTERED)?.trim();
    let fixed = element.attr("readonly").is_some() || element.attr("disabled").is_some();
    (fixed && !value.is_empty() || value.contains(|c: char| c.is_ascii_digit())).then_some(value)
}

enum Shown {
    Yes,
    /// Hidden by its style.
    Hidden,
    /// Not part of what a page shows.
    Never,
}

fn shown(element: &scraper::node::Element) -> Shown {
    match element.name() {
        "head" | "title" | "script" | "style" | "noscript" | "template" | "iframe" | "select" | "option" | "textarea" | "object"
        | "svg" | "rt" | "rp" | "audio" | "video" | "button" | "datalist" | "canvas" => match element.name() {
            // Its children state what the page is.
            "head" => Shown::Yes,
            _ => Shown::Never,
        },
        _ => {
            let style: String =
                element.attr("style").unwrap_or("").chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
            let none = ["display:none", "visibility:hidden", "font-size:0;", "font-size:0px"].iter().any(|way| style.contains(way));
            // Struck out it says what no longer holds.
            if style.contains("line-through") {
                return Shown::Never;
            }
            if none || style.ends_with("font-size:0") || element.attr("hidden").is_some() { Shown::Hidden } else { Shown::Yes }
        }
    }
}

fn flow(element: &scraper::node::Element) -> (Flow, &'static str) {
    match element.name() {
        "a" => (Flow::Inline, "a"),
        "sup" => (Flow::Inline, "sup"),
        "nav" => (Flow::Block, "nav"),
        "header" => (Flow::Block, "header"),
        "footer" => (Flow::Block, "footer"),
        "aside" => (Flow::Block, "aside"),
        // Classes of a paragraph say how it looks, and nothing of the page around it.
        "p" | "li" | "dd" | "dt" | "caption" | "figcaption" | "summary" | "legend" | "hr" => (Flow::Block, "p"),
        "html" | "body" | "address" | "article" | "blockquote" | "center" | "details" | "dialog" | "dir" | "div" | "dl" | "fieldset"
        | "figure" | "form" | "hgroup" | "main" | "menu" | "ol" | "section" | "ul" => (Flow::Block, ""),
        "pre" | "xmp" | "plaintext" | "listing" => (Flow::Preformatted, ""),
        "br" => (Flow::Break, ""),
        "h1" => (Flow::Heading(1), ""),
        "h2" => (Flow::Heading(2), ""),
        "h3" => (Flow::Heading(3), ""),
        "h4" => (Flow::Heading(4), ""),
        "h5" => (Flow::Heading(5), ""),
        "h6" => (Flow::Heading(6), ""),
        "table" => (Flow::Table, ""),
        "thead" => (Flow::Section(Section::Head), ""),
        "tbody" => (Flow::Section(Section::Body), ""),
        "tfoot" => (Flow::Section(Section::Foot), ""),
        "tr" => (Flow::Row, ""),
        "td" | "th" => (Flow::Cell, ""),
        "span" if element.attr("style").is_some_and(|style| style.replace(' ', "").to_ascii_lowercase().contains("display:block")) => {
            (Flow::Block, "")
        }
        _ => (Flow::Inline, ""),
    }
}
