//! A report as a workbook: one sheet of rows, with merged cells. As XLSX, and as XLS of 1997.

use super::docx::{archive, escaped};
use super::layout::Block;

/// What a sheet holds.
#[derive(Default)]
struct Sheet {
    /// By row and column.
    cells: Vec<(usize, usize, String)>,
    /// First and last row and column.
    merged: Vec<[usize; 4]>,
}

fn sheet(title: &str, date: &str, blocks: &[Block]) -> Sheet {
    let mut out = Sheet::default();
    let mut row = 0;
    let lines = [Block::Heading(title.to_owned()), Block::Paragraph(format!("发布日期：{date}"))];
    for block in lines.iter().chain(blocks) {
        match block {
            Block::Heading(text) | Block::Paragraph(text) => {
                out.cells.push((row, 0, text.clone()));
                row += 1;
            }
            Block::Sheet(sheet) => {
                for (at, column, cell) in sheet.placed() {
                    out.cells.push((row + at, column, cell.text.clone()));
                    if cell.rows * cell.columns > 1 {
                        out.merged.push([row + at, row + at + cell.rows - 1, column, column + cell.columns - 1]);
                    }
                }
                row += sheet.rows.len();
            }
        }
        // Tables are set apart by a blank row.
        row += 1;
    }
    out.cells.sort();
    out
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|_| text.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
}

/// The name of a place, as A1.
fn place(row: usize, column: usize) -> String {
    let letter = |at: usize| char::from(b'A' + u8::try_from(at % 26).unwrap());
    let letters: String = (column >= 26).then(|| letter(column / 26 - 1)).into_iter().chain([letter(column)]).collect();
    format!("{letters}{}", row + 1)
}

/// As XLSX.
pub fn xlsx(title: &str, date: &str, blocks: &[Block]) -> Vec<u8> {
    let sheet = sheet(title, date, blocks);
    let mut rows = String::new();
    let mut open = None;
    for (row, column, text) in &sheet.cells {
        if open != Some(*row) {
            rows += if open.is_some() { "</row>" } else { "" };
            rows += &format!("<row r=\"{}\">", row + 1);
            open = Some(*row);
        }
        let at = place(*row, *column);
        rows += &match number(text) {
            Some(number) => format!("<c r=\"{at}\"><v>{number}</v></c>"),
            None if text.is_empty() => format!("<c r=\"{at}\"/>"),
            None => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{}</t></is></c>", escaped(text)),
        };
    }
    let merged: String = sheet
        .merged
        .iter()
        .map(|[top, bottom, left, right]| format!("<mergeCell ref=\"{}:{}\"/>", place(*top, *left), place(*bottom, *right)))
        .collect();
    workbook(&format!("<sheetData>{rows}</row></sheetData><mergeCells count=\"{}\">{merged}</mergeCells>", sheet.merged.len()), "")
}

/// An XLSX of one sheet with this content, and these styles.
pub fn workbook(content: &str, styles: &str) -> Vec<u8> {
    let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let parts = [
        ("[Content_Types].xml", format!("<Types xmlns=\"{package}/content-types\"/>")),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!("<workbook {main} xmlns:r=\"{office}\"><sheets><sheet name=\"附表\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
                 <Relationship Id=\"rId2\" Type=\"{office}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        ("xl/styles.xml", format!("<styleSheet {main}>{styles}</styleSheet>")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet {main}>{content}</worksheet>")),
    ];
    let members: Vec<(&str, &[u8])> = parts.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    archive(&members)
}

/// As XLS: records of BIFF8 in a compound file.
pub fn xls(title: &str, date: &str, blocks: &[Block]) -> Vec<u8> {
    let sheet = sheet(title, date, blocks);
    let mut cells = Vec::new();
    record(&mut cells, 0x0809, &[0x00, 0x06, 0x10, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0x06, 0, 0, 0]);
    for (row, column, text) in &sheet.cells {
        let mut data: Vec<u8> = [short(*row), short(*column), [0, 0]].concat();
        match number(text) {
            Some(number) => {
                data.extend(number.to_le_bytes());
                record(&mut cells, 0x0203, &data);
            }
            None if text.is_empty() => record(&mut cells, 0x0201, &data),
            None => {
                let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
                data.extend(short(wide.len() / 2));
                data.push(1);
                data.extend(wide);
                record(&mut cells, 0x0204, &data);
            }
        }
    }
    let mut merged = short(sheet.merged.len()).to_vec();
    merged.extend(sheet.merged.iter().flatten().flat_map(|at| short(*at)));
    record(&mut cells, 0x00E5, &merged);
    record(&mut cells, 0x000A, &[]);

    let mut stream = Vec::new();
    record(&mut stream, 0x0809, &[0x00, 0x06, 0x05, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0x06, 0, 0, 0]);
    record(&mut stream, 0x0042, &1200u16.to_le_bytes());
    let name: Vec<u8> = [&[2, 1][..], &"附表".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat();
    // This record and the end of the globals come before the sheet.
    let start = u32::try_from(stream.len() + 4 + 6 + name.len() + 4).unwrap();
    record(&mut stream, 0x0085, &[&start.to_le_bytes()[..], &[0, 0], &name].concat());
    record(&mut stream, 0x000A, &[]);
    stream.extend(cells);
    compound("Workbook", stream)
}

fn short(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap().to_le_bytes()
}

fn record(out: &mut Vec<u8>, kind: u16, data: &[u8]) {
    out.extend(kind.to_le_bytes());
    out.extend(short(data.len()));
    out.extend(data);
}

/// A compound file of one stream.
pub fn compound(name: &str, mut stream: Vec<u8>) -> Vec<u8> {
    const SECTOR: usize = 512;
    const END: u32 = 0xFFFF_FFFE;
    // Shorter streams lie elsewhere.
    stream.resize(stream.len().max(4096).next_multiple_of(SECTOR), 0);
    let sectors = stream.len() / SECTOR;
    // The table names itself, the directory and the stream.
    let tables = (sectors + 2).div_ceil(SECTOR / 4 - 1);
    let number = |at: usize| u32::try_from(at).unwrap();
    let mut table: Vec<u32> = vec![0xFFFF_FFFD; tables];
    table.push(END);
    table.extend((1..sectors).map(|at| number(tables + 1 + at)));
    table.push(END);
    table.resize(tables * SECTOR / 4, 0xFFFF_FFFF);

    let mut head = vec![0; SECTOR];
    head[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    let mut put = |at: usize, bytes: &[u8]| head[at..at + bytes.len()].copy_from_slice(bytes);
    put(24, &[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    put(44, &number(tables).to_le_bytes());
    put(48, &number(tables).to_le_bytes());
    put(56, &4096u32.to_le_bytes());
    put(60, &END.to_le_bytes());
    put(68, &END.to_le_bytes());
    put(76, &[0xFF; 436]);
    for at in 0..tables {
        put(76 + 4 * at, &number(at).to_le_bytes());
    }
    let entry = |name: &str, kind: u8, child: u32, start: u32, length: usize| {
        let mut entry = vec![0; 128];
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).chain([0, 0]).collect();
        entry[..wide.len()].copy_from_slice(&wide);
        entry[64..66].copy_from_slice(&short(wide.len()));
        entry[66..68].copy_from_slice(&[kind, 1]);
        entry[68..76].fill(0xFF);
        entry[76..80].copy_from_slice(&child.to_le_bytes());
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&number(length).to_le_bytes());
        entry
    };
    let mut directory = [entry("Root Entry", 5, 1, END, 0), entry(name, 2, 0xFFFF_FFFF, number(tables + 1), stream.len())].concat();
    directory.resize(SECTOR, 0);
    let table: Vec<u8> = table.into_iter().flat_map(u32::to_le_bytes).collect();
    [head, table, directory, stream].concat()
}
