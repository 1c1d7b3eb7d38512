//! A report as a PDF: pages of A4, a Chinese font that is not embedded, tables with or without ruling lines.

use std::fmt::Write as _;
use std::io::Write as _;

use super::layout::{Block, Sheet};

const WIDTH: f64 = 595.0;
const HEIGHT: f64 = 842.0;
const MARGIN: f64 = 60.0;
/// Size of what stands in cells, and how far apart its lines are.
const SMALL: f64 = 8.0;
const SMALL_LINE: f64 = 10.0;

/// Prints a report; `ruled` says whether lines enclose the cells of its tables.
pub fn print(title: &str, date: &str, blocks: &[Block], ruled: bool) -> Vec<u8> {
    let mut printer = Printer { pages: vec![String::new()], y: HEIGHT - MARGIN, ruled };
    let centred = (WIDTH - width(title, 16.0)) / 2.0;
    printer.line(centred.max(MARGIN), 16.0, title);
    printer.paragraph(&format!("发布日期：{date}"));
    for block in blocks {
        match block {
            Block::Heading(text) | Block::Paragraph(text) => printer.paragraph(text),
            Block::Sheet(sheet) => printer.sheet(sheet),
        }
    }
    file(&printer.pages.iter().map(|page| deflated(page.as_bytes())).collect::<Vec<_>>(), "/FlateDecode")
}

/// A PDF of pages with these contents, packed as the filters say.
pub fn file(contents: &[Vec<u8>], filters: &str) -> Vec<u8> {
    let mut objects: Vec<Vec<u8>> = vec![b"<</Type/Catalog/Pages 2 0 R>>".to_vec()];
    let kids: String = (0..contents.len()).map(|page| format!("{} 0 R ", 6 + 2 * page)).collect();
    objects.push(format!("<</Type/Pages/Kids[{kids}]/Count {}>>", contents.len()).into_bytes());
    let font = "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>";
    let inner = "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>\
                 /DW 1000/W[1 95 500]/FontDescriptor 5 0 R>>";
    let about = "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 880/Descent -120\
                 /CapHeight 880/StemV 93>>";
    objects.extend([font, inner, about].map(|object| object.as_bytes().to_vec()));
    for (at, content) in contents.iter().enumerate() {
        let page = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Contents {} 0 R/Resources<</Font<</F1 3 0 R>>>>>>",
            7 + 2 * at
        );
        objects.push(page.into_bytes());
        let head = format!("<</Length {}/Filter[{filters}]>>stream\n", content.len());
        objects.push([head.as_bytes(), content, b"\nendstream"].concat());
    }
    assemble(&objects)
}

/// A file of numbered objects, the first of which is the catalogue.
pub fn assemble(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut places = String::new();
    for (number, object) in (1..).zip(objects) {
        let _ = writeln!(places, "{:010} 00000 n ", out.len());
        let _ = writeln!(out, "{number} 0 obj");
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let (start, count) = (out.len(), objects.len() + 1);
    let _ = write!(out, "xref\n0 {count}\n0000000000 65535 f \n{places}trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
    out
}

pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| if c.is_ascii() { size / 2.0 } else { size }).sum()
}

/// Lines of at most this width.
fn wrapped(text: &str, size: f64, most: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0.0;
    for c in text.chars() {
        let wide = width(c.encode_utf8(&mut [0; 4]), size);
        if used + wide > most && used > 0.0 {
            lines.push(String::new());
            used = 0.0;
        }
        lines.last_mut().unwrap().push(c);
        used += wide;
    }
    lines
}

struct Printer {
    pages: Vec<String>,
    /// Height of the line that comes next, from the foot of the page.
    y: f64,
    ruled: bool,
}

impl Printer {
    fn show(&mut self, page: usize, x: f64, y: f64, size: f64, text: &str) {
        let code: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
        let _ = writeln!(self.pages[page], "BT /F1 {size} Tf {x:.2} {y:.2} Td <{code}> Tj ET");
    }

    /// Makes room on the page, or begins another.
    fn room(&mut self, height: f64) {
        if self.y - height < MARGIN {
            self.pages.push(String::new());
            self.y = HEIGHT - MARGIN;
        }
    }

    fn line(&mut self, x: f64, size: f64, text: &str) {
        self.room(size * 1.7);
        self.y -= size * 1.7;
        self.show(self.pages.len() - 1, x, self.y, size, text);
    }

    fn paragraph(&mut self, text: &str) {
        let text = format!("　　{text}");
        for line in wrapped(&text, 12.0, WIDTH - 2.0 * MARGIN) {
            // An indent is a place and not a character.
            let shown = line.trim_start_matches('　');
            self.line(MARGIN + width(&line, 12.0) - width(shown, 12.0), 12.0, shown);
        }
    }

    fn sheet(&mut self, sheet: &Sheet) {
        let column = (WIDTH - 2.0 * MARGIN) / sheet.columns as f64;
        let placed = sheet.placed();
        let lines = |text: &str, columns: usize| match text {
            "" => Vec::new(),
            text => wrapped(text, SMALL, column * columns as f64 - 4.0),
        };
        let mut heights = vec![SMALL_LINE + 6.0; sheet.rows.len()];
        for (row, _, cell) in &placed {
            let needed = lines(&cell.text, cell.columns).len() as f64 * SMALL_LINE + 6.0;
            let held: f64 = heights[*row..row + cell.rows].iter().sum();
            heights[row + cell.rows - 1] += (needed - held).max(0.0);
        }
        self.y -= 8.0;
        // Page and top of each row.
        let mut rows = Vec::new();
        for height in &heights {
            self.room(*height);
            rows.push((self.pages.len() - 1, self.y));
            self.y -= height;
        }
        for (row, first, cell) in placed {
            let mut text = lines(&cell.text, cell.columns).into_iter();
            let x = MARGIN + column * first as f64;
            let mut at = row;
            while at < row + cell.rows {
                let (page, top) = rows[at];
                let until = (at..row + cell.rows).take_while(|next| rows[*next].0 == page).count() + at;
                let height: f64 = heights[at..until].iter().sum();
                if self.ruled {
                    let _ = writeln!(self.pages[page], "{x:.2} {:.2} {:.2} {height:.2} re S", top - height, column * cell.columns as f64);
                }
                let held = ((height - 6.0) / SMALL_LINE + 0.01) as usize;
                for (number, line) in text.by_ref().take(held).enumerate() {
                    self.show(page, x + 2.0, top - 2.0 - SMALL_LINE * (number + 1) as f64, SMALL, &line);
                }
                at = until;
            }
        }
        self.y -= 8.0;
    }
}
