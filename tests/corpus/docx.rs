//! A report as a Word document: paragraphs, and tables with cells merged in both directions.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use super::layout::{Block, Cell, Sheet};

/// A ZIP archive of named members.
pub fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A document with this body.
pub fn file(body: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body>{body}</w:body></w:document>"
    );
    let types = "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    archive(&[("[Content_Types].xml", types.as_bytes()), ("word/document.xml", document.as_bytes())])
}

pub fn print(title: &str, date: &str, blocks: &[Block]) -> Vec<u8> {
    let mut body = paragraph(title) + &paragraph(&format!("发布日期：{date}"));
    for block in blocks {
        match block {
            Block::Heading(text) | Block::Paragraph(text) => body += &paragraph(text),
            Block::Sheet(sheet) => body += &table(sheet),
        }
    }
    file(&body)
}

pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>", escaped(text))
}

fn table(sheet: &Sheet) -> String {
    // A cell merged downwards stands in each of its rows.
    let mut rows: Vec<BTreeMap<usize, (usize, &Cell)>> = vec![BTreeMap::new(); sheet.rows.len()];
    for (row, column, cell) in sheet.placed() {
        for cells in rows.iter_mut().skip(row).take(cell.rows) {
            cells.insert(column, (row, cell));
        }
    }
    let mut out = "<w:tbl>".to_owned();
    for (at, cells) in rows.iter().enumerate() {
        out += "<w:tr>";
        for (first, cell) in cells.values() {
            let merge = match (cell.rows > 1, *first == at) {
                (false, _) => "",
                (true, true) => "<w:vMerge w:val=\"restart\"/>",
                (true, false) => "<w:vMerge/>",
            };
            let text = if *first == at { cell.text.as_str() } else { "" };
            out += &format!("<w:tc><w:tcPr><w:gridSpan w:val=\"{}\"/>{merge}</w:tcPr>{}</w:tc>", cell.columns, paragraph(text));
        }
        out += "</w:tr>";
    }
    out + "</w:tbl>"
}
