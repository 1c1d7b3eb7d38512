//! DOCX: paragraphs and tables of the main part of a Word document, as printed.
//!
//! Deleted text, field codes and hidden text are not printed; text boxes are, where their anchor stands.

use std::collections::HashMap;
use std::io::{Read, Seek};

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};

use super::archive::Archive;
use super::draft::{Draft, Piece, PieceCell};
use super::model::{BlockKind, Document};
use super::numbering::{LEVELS, Lists};
use super::{Hints, ReadError, limits};

/// Media type of the format.
const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// Elements that are open at once in the XML of a part.
const XML_DEPTH: usize = 1_000;

/// Makes a document of an archive that holds a Word document.
pub(super) fn document<R: Read + Seek>(archive: &mut Archive<R>, hints: &Hints) -> Result<Document, ReadError> {
    let styles = match archive.named("word/styles.xml")? {
        // A document without readable styles has no headings, and all its text.
        Some(bytes) => styles(&xml(&bytes)).unwrap_or_default(),
        None => HashMap::new(),
    };
    let lists = archive.named("word/numbering.xml")?.map(|bytes| Lists::parse(&xml(&bytes))).unwrap_or_default();
    let main = archive.named("word/document.xml")?.ok_or_else(|| damaged("it has no main part"))?;
    let pieces = Body { styles, lists, ..Body::default() }.read(&xml(&main))?;
    let mut draft = Draft::default();
    draft.pieces(pieces)?;
    draft.finish(hints, MEDIA_TYPE)
}

fn damaged(detail: impl ToString) -> ReadError {
    ReadError::Damaged { what: "DOCX document", detail: detail.to_string() }
}

/// The text of an XML part: UTF-8, or UTF-16 with a mark.
fn xml(bytes: &[u8]) -> String {
    let (encoding, mark) = encoding_rs::Encoding::for_bom(bytes).unwrap_or((encoding_rs::UTF_8, 0));
    encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned()
}

/// The value of an attribute by its local name.
pub(super) fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    let found = element.attributes().with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(|value| value.into_owned())
}

/// What a style gives its paragraphs.
#[derive(Clone, Debug, Default)]
struct Style {
    /// How deep a heading it is.
    heading: Option<u8>,
    list: List,
}

/// The place of a paragraph in a list.
#[derive(Clone, Debug, Default)]
struct List {
    number: Option<String>,
    level: usize,
}

impl List {
    fn set_level(&mut self, value: Option<String>) {
        self.level = value.and_then(|level| level.parse().ok()).filter(|level| *level < LEVELS).unwrap_or(0);
    }
}

fn outline_level(value: Option<String>) -> Option<u8> {
    value.and_then(|val| val.parse::<u8>().ok()).filter(|level| *level < 9).map(|level| level + 1)
}

/// The styles that are headings or number their paragraphs.
fn styles(xml: &str) -> Option<HashMap<String, Style>> {
    let mut found: HashMap<String, Style> = HashMap::new();
    let mut reader = Reader::from_str(xml);
    let mut open = None;
    loop {
        match reader.read_event().ok()? {
            Event::Start(e) if e.local_name().as_ref() == "style" => open = attribute(&e, "styleId"),
            Event::Start(e) | Event::Empty(e) => {
                let Some(id) = &open else { continue };
                let value = attribute(&e, "val");
                let style = found.entry(id.clone()).or_default();
                match e.local_name().as_ref() {
                    "outlineLvl" => style.heading = outline_level(value).or(style.heading),
                    "name" => {
                        let depth =
                            value.and_then(|name| name.to_ascii_lowercase().strip_prefix("heading ").and_then(|depth| depth.parse().ok()));
                        style.heading = depth.or(style.heading);
                    }
                    "ilvl" => style.list.set_level(value),
                    "numId" => style.list.number = value,
                    _ => {}
                }
            }
            Event::Eof => return Some(found),
            _ => {}
        }
    }
}

/// A table while it is read.
#[derive(Debug, Default)]
struct Table {
    cells: Vec<PieceCell>,
    row: usize,
    /// The next free column of the row.
    column: usize,
    /// For each column where a merged cell begins: the place of the cell.
    merged: HashMap<usize, usize>,
    cell: Option<Cell>,
}

#[derive(Debug)]
struct Cell {
    colspan: usize,
    merge: Merge,
    pieces: Vec<Piece>,
}

/// Where a cell stands in a run of cells merged downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Merge {
    None,
    First,
    Further,
}

/// A paragraph while it is read. Text boxes nest them.
#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    heading: Option<u8>,
    list: List,
}

/// The body of a document while it is read.
#[derive(Debug, Default)]
struct Body {
    styles: HashMap<String, Style>,
    lists: Lists,
    pieces: Vec<Piece>,
    tables: Vec<Table>,
    paragraphs: Vec<Paragraph>,
    cells: usize,
    /// Depth of elements whose content is not printed.
    skipped: Option<usize>,
    in_text: bool,
    /// The run that is being read is hidden.
    hidden: bool,
}

impl Body {
    fn read(mut self, xml: &str) -> Result<Vec<Piece>, ReadError> {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().check_end_names = false;
        let mut depth = 0usize;
        loop {
            match reader.read_event().map_err(damaged)? {
                Event::Start(e) => {
                    depth += 1;
                    if depth > XML_DEPTH {
                        return Err(ReadError::TooDeep { what: "elements", limit: XML_DEPTH });
                    }
                    self.start(&e, depth)?;
                }
                Event::Empty(e) => {
                    self.start(&e, depth + 1)?;
                    self.end(e.local_name().as_ref(), depth + 1)?;
                }
                Event::End(e) => {
                    self.end(e.local_name().as_ref(), depth)?;
                    depth = depth.saturating_sub(1);
                }
                Event::Text(text) => self.text(&text.xml10_content()),
                Event::CData(text) => self.text(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    // Entities that a document declares itself are not expanded: none does but to harm.
                    match reference.resolve_char_ref() {
                        Ok(Some(c)) => self.text(c.encode_utf8(&mut [0; 4])),
                        _ => self.text(resolve_xml_entity(&reference).unwrap_or("")),
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if depth > 0 {
            return Err(ReadError::Truncated { what: "DOCX document", detail: format!("{depth} elements are open") });
        }
        Ok(self.pieces)
    }

    fn text(&mut self, text: &str) {
        if self.in_text
            && self.skipped.is_none()
            && !self.hidden
            && let Some(paragraph) = self.paragraphs.last_mut()
        {
            paragraph.text.push_str(text);
        }
    }

    fn push(&mut self, text: &str) {
        let within = std::mem::replace(&mut self.in_text, true);
        self.text(text);
        self.in_text = within;
    }

    fn start(&mut self, e: &BytesStart, depth: usize) -> Result<(), ReadError> {
        if self.skipped.is_some() {
            return Ok(());
        }
        let value = || attribute(e, "val");
        let is_on = || value().is_none_or(|val| !matches!(val.as_str(), "0" | "false" | "off"));
        match e.local_name().as_ref() {
            // The text of a fallback is that of the choice before it.
            "del" | "moveFrom" | "Fallback" | "instrText" | "delText" | "rPrChange" | "pPrChange" | "tcPrChange" | "trPrChange" | "rt" => {
                self.skipped = Some(depth);
            }
            "p" => {
                if self.paragraphs.len() > limits::NESTING {
                    return Err(ReadError::TooDeep { what: "text boxes", limit: limits::NESTING });
                }
                self.paragraphs.push(Paragraph::default());
            }
            "r" => self.hidden = false,
            "t" => self.in_text = true,
            "vanish" if is_on() => self.hidden = true,
            "tab" if self.paragraphs.last().is_some_and(|p| !p.text.is_empty()) => self.push(" "),
            "br" | "cr" => self.end_line(),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                let code = attribute(e, "char").and_then(|hex| u32::from_str_radix(&hex, 16).ok());
                // Private characters are pictures of a symbol font.
                if let Some(c) = code.and_then(char::from_u32).filter(|c| !('\u{e000}'..='\u{f8ff}').contains(c)) {
                    self.push(c.encode_utf8(&mut [0; 4]));
                }
            }
            "pStyle" => {
                let style = value().and_then(|id| self.styles.get(&id));
                if let (Some(paragraph), Some(style)) = (self.paragraphs.last_mut(), style) {
                    paragraph.heading = style.heading.or(paragraph.heading);
                    paragraph.list = style.list.clone();
                }
            }
            "outlineLvl" => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.heading = outline_level(value());
                }
            }
            "ilvl" => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.list.set_level(value());
                }
            }
            "numId" => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.list.number = value();
                }
            }
            "tbl" => {
                if self.tables.len() >= limits::NESTING {
                    return Err(ReadError::TooDeep { what: "tables", limit: limits::NESTING });
                }
                self.tables.push(Table::default());
            }
            "gridBefore" => {
                if let Some(table) = self.tables.last_mut() {
                    table.column += number(value());
                    limits::columns(table.column)?;
                }
            }
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    table.cell = Some(Cell { colspan: 1, merge: Merge::None, pieces: Vec::new() });
                }
            }
            "gridSpan" => {
                if let Some(cell) = self.tables.last_mut().and_then(|table| table.cell.as_mut()) {
                    cell.colspan = number(value()).max(1);
                }
            }
            "vMerge" => {
                let merge = if value().as_deref() == Some("restart") { Merge::First } else { Merge::Further };
                if let Some(cell) = self.tables.last_mut().and_then(|table| table.cell.as_mut()) {
                    cell.merge = merge;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str, depth: usize) -> Result<(), ReadError> {
        if let Some(skipped) = self.skipped {
            if skipped == depth {
                self.skipped = None;
            }
            return Ok(());
        }
        match name {
            "t" => self.in_text = false,
            "r" => self.hidden = false,
            "p" => {
                self.end_line();
                // A blank paragraph is counted, too.
                if let Some(List { number: Some(list), level }) = self.paragraphs.pop().map(|paragraph| paragraph.list) {
                    self.lists.next(&list, level);
                }
            }
            "tc" => self.end_cell()?,
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.row += 1;
                    table.column = 0;
                }
            }
            "tbl" => {
                if let Some(table) = self.tables.pop() {
                    self.place(Piece::Table(table.cells));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Ends a line of the paragraph that is being read.
    fn end_line(&mut self) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let mut text = std::mem::take(&mut paragraph.text);
        let kind = paragraph.heading.map_or(BlockKind::Paragraph, BlockKind::Heading);
        if super::text::is_blank(&text) {
            return;
        }
        if let Some(mark) = paragraph.list.number.take().and_then(|list| self.lists.next(&list, paragraph.list.level)) {
            // A number before a figure is no part of it.
            let blank = if text.starts_with(|c: char| c.is_ascii_alphanumeric()) { " " } else { "" };
            text = format!("{mark}{blank}{}", text.trim_start());
        }
        self.place(Piece::Line(kind, text));
    }

    /// Puts a piece into the cell that is being read, or into the body.
    fn place(&mut self, piece: Piece) {
        match self.tables.last_mut().and_then(|table| table.cell.as_mut()) {
            Some(cell) => cell.pieces.push(piece),
            None => self.pieces.push(piece),
        }
    }

    fn end_cell(&mut self) -> Result<(), ReadError> {
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        let Some(cell) = table.cell.take() else { return Ok(()) };
        let column = table.column;
        table.column += cell.colspan;
        limits::columns(table.column)?;
        self.cells += 1;
        limits::cells(self.cells)?;
        let above = table.merged.get(&column).copied().filter(|at| table.cells[*at].row + table.cells[*at].rowspan == table.row);
        if let (Merge::Further, Some(above)) = (cell.merge, above) {
            // What stands in a further cell of a merged run is not printed.
            table.cells[above].rowspan += 1;
            return Ok(());
        }
        match cell.merge {
            Merge::First => table.merged.insert(column, table.cells.len()),
            _ => table.merged.remove(&column),
        };
        table.cells.push(PieceCell { row: table.row, column, rowspan: 1, colspan: cell.colspan, pieces: cell.pieces });
        Ok(())
    }
}

/// A number of columns.
fn number(value: Option<String>) -> usize {
    value.and_then(|val| val.trim().parse::<usize>().ok()).unwrap_or(0).min(limits::COLUMNS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::model::Block;

    fn read(body: &str) -> Result<Vec<String>, ReadError> {
        let styles = HashMap::from([("1".to_owned(), Style { heading: Some(1), ..Style::default() })]);
        let lists = Lists::parse(
            "<w:numbering><w:abstractNum w:abstractNumId='7'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='chineseCounting'/>\
             <w:lvlText w:val='%1、'/></w:lvl><w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='（%1.%2）'/></w:lvl>\
             <w:lvl w:ilvl='2'><w:numFmt w:val='bullet'/><w:lvlText w:val='●'/></w:lvl></w:abstractNum>\
             <w:num w:numId='3'><w:abstractNumId w:val='7'/></w:num><w:num w:numId='4'><w:abstractNumId w:val='7'/>\
             <w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/></w:lvlOverride></w:num></w:numbering>",
        );
        let pieces = Body { styles, lists, ..Body::default() }.read(&format!("<w:document><w:body>{body}</w:body></w:document>"))?;
        let mut draft = Draft::default();
        draft.pieces(pieces)?;
        let document = draft.finish(&Hints::default(), MEDIA_TYPE)?;
        let show = |block: &Block| match &block.kind {
            BlockKind::Table(grid) => {
                let cell = |c: &crate::read::Cell| {
                    format!("{},{}({}x{})={}", c.row, c.column, c.rowspan, c.colspan, &document.text[c.span.clone()])
                };
                grid.cells.iter().map(cell).collect::<Vec<_>>().join(" ")
            }
            kind => format!("{kind:?} {}", &document.text[block.span.clone()]),
        };
        Ok(document.blocks.iter().map(show).collect())
    }

    fn p(text: &str) -> String {
        format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
    }

    #[test]
    fn paragraphs_as_printed() -> Result<(), ReadError> {
        let body = "<w:p><w:pPr><w:pStyle w:val='1'/></w:pPr><w:r><w:t>年报</w:t></w:r></w:p>\
            <w:p><w:r><w:t>收到1</w:t></w:r><w:r><w:t xml:space='preserve'>2件 &amp; &#x4E00;</w:t></w:r>\
            <w:del><w:r><w:delText>旧</w:delText><w:t>旧</w:t></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>\
            <w:r><w:instrText>PAGE</w:instrText><w:br/><w:t>二行</w:t></w:r></w:p>";
        assert_eq!(read(body)?, ["Heading(1) 年报", "Paragraph 收到12件 & 一", "Paragraph 二行"]);
        Ok(())
    }

    #[test]
    fn numbers_of_lists_are_printed() -> Result<(), ReadError> {
        let item = |list: u32, level: u32, text: &str| {
            format!(
                "<w:p><w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{list}'/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
            )
        };
        let items = [(3, 0, "总体情况"), (3, 1, "主动公开"), (3, 2, "网站"), (3, 1, "2021年"), (3, 0, ""), (3, 0, "申请"), (3, 1, "收到")];
        let mut body: String = items.iter().map(|(list, level, text)| item(*list, *level, text)).collect();
        body += &(item(4, 0, "另一") + &item(0, 0, "无"));
        let expected = ["一、总体情况", "（一.1）主动公开", "网站", "（一.2） 2021年", "三、申请", "（三.1）收到", "一、另一", "无"];
        assert_eq!(read(&body)?, expected.map(|text| format!("Paragraph {text}")));
        Ok(())
    }

    #[test]
    fn merged_cells_have_spans() -> Result<(), ReadError> {
        let cell = |properties: &str, text: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text));
        let body = format!(
            "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}{}</w:tr></w:tbl>",
            cell("<w:vMerge w:val='restart'/>", "甲"),
            cell("<w:gridSpan w:val='2'/>", "乙"),
            cell("<w:vMerge/>", ""),
            cell("", "1"),
            cell("", ""),
        );
        assert_eq!(read(&body)?, ["0,0(2x1)=甲 0,1(1x2)=乙 1,1(1x1)=1 1,2(1x1)="]);
        Ok(())
    }

    #[test]
    fn a_table_in_a_cell_is_a_table_of_its_own() -> Result<(), ReadError> {
        let inner = format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", p("甲"), p("1"));
        let body = format!("<w:tbl><w:tr><w:tc>{}{inner}</w:tc></w:tr></w:tbl>", p("题"));
        assert_eq!(read(&body)?, ["Paragraph 题", "0,0(1x1)=甲 0,1(1x1)=1"]);
        Ok(())
    }

    #[test]
    fn hostile_parts_are_refused() {
        let nested = ["<w:tbl><w:tr><w:tc>".repeat(100), "</w:tc></w:tr></w:tbl>".repeat(100)].concat();
        assert!(matches!(read(&nested), Err(ReadError::TooDeep { .. })));
        assert!(read("<w:p><w:r><w:t>x").is_err());
        let entities = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>";
        let body = Body::default().read(&format!("{entities}<w:p><w:r><w:t>x&b;</w:t></w:r></w:p>"));
        assert_eq!(body, Ok(vec![Piece::Line(BlockKind::Paragraph, "x".to_owned())]));
    }
}
