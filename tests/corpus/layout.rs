//! How a report is laid out: one document of headings, paragraphs and sheets, printed in the ways that pages,
//! crawlers and clipboards leave it.

use std::fmt::Write as _;

use fastrand::Rng;

use super::{Plan, pick};

/// A piece of the report.
#[derive(Clone, Debug)]
pub enum Block {
    Heading(String),
    Paragraph(String),
    Sheet(Sheet),
}

/// A table: each row holds the cells that begin in it.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub columns: usize,
    pub rows: Vec<Vec<Cell>>,
    /// The table of reviews, whose numbers stand in one row.
    pub review: bool,
}

/// A cell with the rows and columns it covers.
#[derive(Clone, Debug)]
pub struct Cell {
    pub text: String,
    pub rows: usize,
    pub columns: usize,
}

impl Cell {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), rows: 1, columns: 1 }
    }

    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = columns;
        self
    }
}

impl Sheet {
    /// Its cells, each with the row and the column in which it begins.
    pub fn placed(&self) -> Vec<(usize, usize, &Cell)> {
        let mut taken = vec![vec![false; self.columns]; self.rows.len()];
        let mut out = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            let mut column = 0;
            for cell in row {
                while taken[at][column] {
                    column += 1;
                }
                out.push((at, column, cell));
                for covered in taken.iter_mut().skip(at).take(cell.rows) {
                    covered[column..column + cell.columns].fill(true);
                }
                column += cell.columns;
            }
        }
        out
    }

    /// Every position of the table; one that a span covers beyond its first is empty.
    fn positions(&self) -> Vec<Vec<&str>> {
        let mut out = vec![vec![""; self.columns]; self.rows.len()];
        for (row, column, cell) in self.placed() {
            out[row][column] = cell.text.as_str();
        }
        out
    }
}

/// The ways to lay out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A page whose tables have rowspan and colspan.
    Html,
    /// The same without the end tags that HTML lets one leave out.
    HtmlUnclosed,
    /// The same in GBK, declared as gb2312.
    HtmlGbk,
    /// Cells between pipes as crawlers join them; merged cells once, the row filled up with pipes.
    Pipes,
    /// Pipes at both ends, a place for every column.
    PipesPadded,
    /// One cell a line.
    CellALine,
    /// Markdown tables and headings.
    Markdown,
    /// Cells set apart by tabs; merged cells once.
    Tabs,
    /// Pipes, but of the review table only its line of numbers.
    BareReview,
    /// Each table in one line, its cells set apart by blanks.
    OneLine,
    /// Pipes, but the numbers of the review table in three lines, a group in each.
    ReviewRows,
    /// One cell a line, a blank line for an empty one.
    BlankLines,
    /// Cells set apart by commas; merged cells once.
    Commas,
    /// Cells set apart by blanks, on pages with their numbers.
    Pages,
}

impl Layout {
    pub const ALL: &'static [Self] = &[
        Self::Html,
        Self::HtmlUnclosed,
        Self::HtmlGbk,
        Self::Pipes,
        Self::PipesPadded,
        Self::CellALine,
        Self::Markdown,
        Self::Tabs,
        Self::BareReview,
        Self::OneLine,
        Self::ReviewRows,
        Self::BlankLines,
        Self::Commas,
        Self::Pages,
    ];

    /// Whether a blank cell can be told from an absent one.
    pub fn keeps_blanks(self) -> bool {
        matches!(self, Self::Html | Self::HtmlUnclosed | Self::HtmlGbk | Self::Markdown | Self::PipesPadded)
    }

    /// Why figures may be lost to damage in it, if they may: never may one be wrong.
    pub fn wears_off(self) -> Option<&'static str> {
        match self {
            Self::Commas => Some("the commas that set its cells apart are those of sentences and of thousands, too"),
            Self::Pages => Some("what is damaged beside the number of a page no longer tells it from a figure"),
            _ => None,
        }
    }

    pub fn is_html(self) -> bool {
        matches!(self, Self::Html | Self::HtmlUnclosed | Self::HtmlGbk)
    }

    pub fn ending(self) -> &'static str {
        match self {
            Self::Html | Self::HtmlUnclosed | Self::HtmlGbk => "html",
            Self::Markdown => "md",
            _ => "txt",
        }
    }
}

/// Prints a report.
pub fn print(plan: &Plan, published: &str, sections: &[Block], rng: &mut Rng) -> String {
    let org = plan.org();
    let title = match rng.u8(..4) {
        0 => format!("{org}{}年度政府信息公开工作年度报告", plan.year),
        1 => format!("{org}政府信息公开工作{}年度报告", plan.year),
        _ => format!("{org}{}年政府信息公开工作年度报告", plan.year),
    };
    let date = date(published, rng);
    let crumbs = format!("当前位置：首页 > 政务公开 > 政府信息公开年报 > {}年", plan.year);
    let office = if plan.department.is_some() { org.clone() } else { format!("{}办公室", org) };
    if plan.layout.is_html() {
        page(plan, &title, &date, &crumbs, &office, sections)
    } else {
        text(plan, &title, &date, &crumbs, &office, sections)
    }
}

fn date(published: &str, rng: &mut Rng) -> String {
    let parts: Vec<&str> = published.split('-').collect();
    let (year, month, day) = (parts[0], parts[1], parts[2]);
    match rng.u8(..4) {
        0 => format!("{year}年{month}月{day}日"),
        1 => format!("{year}-{month}-{day} 09:{:02}", rng.u8(..60)),
        2 => format!("{year}/{}/{}", month.trim_start_matches('0'), day.trim_start_matches('0')),
        _ => published.to_owned(),
    }
}

fn page(plan: &Plan, title: &str, date: &str, crumbs: &str, office: &str, sections: &[Block]) -> String {
    let charset = if plan.layout == Layout::HtmlGbk { "gb2312" } else { "utf-8" };
    let end = |tag: &str| if plan.layout == Layout::HtmlUnclosed { String::new() } else { format!("</{tag}>") };
    let mut out = format!(
        "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"{charset}\">\n<title>{title}_{host}</title>\n<style>p{{text-indent:2em}}</style>\n</head>\n\
         <body>\n<div class=\"nav\"><a href=\"/\">首页</a> <a href=\"/zwgk/\">政务公开</a> <a href=\"/bsfw/\">办事服务</a></div>\n\
         <div class=\"crumbs\">{crumbs}</div>\n<table class=\"meta\"><tr><td>发布机构：{td}<td>{office}{td}<td>发布日期：{td}<td>{date}{td}{tr}</table>\n\
         <h1>{title}</h1>\n<div class=\"tools\">字号：大 中 小 打印</div>\n<div class=\"content\">\n",
        host = plan.body.name(),
        crumbs = crumbs.replace('>', "&gt;"),
        td = end("td"),
        tr = end("tr"),
    );
    for block in sections {
        match block {
            Block::Heading(text) => {
                let _ = writeln!(out, "<p><strong>{text}</strong>{}", end("p"));
            }
            Block::Paragraph(text) => {
                let _ = writeln!(out, "<p>　　{text}{}", end("p"));
            }
            Block::Sheet(sheet) => {
                out.push_str("<table border=\"1\">\n");
                for row in &sheet.rows {
                    out.push_str("<tr>");
                    for cell in row {
                        out.push_str("<td");
                        if cell.rows > 1 {
                            let _ = write!(out, " rowspan=\"{}\"", cell.rows);
                        }
                        if cell.columns > 1 {
                            let _ = write!(out, " colspan=\"{}\"", cell.columns);
                        }
                        let _ = write!(out, ">{}{}", cell.text, end("td"));
                    }
                    let _ = writeln!(out, "{}", end("tr"));
                }
                out.push_str("</table>\n");
            }
        }
    }
    let _ = write!(
        out,
        "</div>\n<div class=\"footer\">主办：{}人民政府 承办：{}人民政府办公室 ICP备{}号</div>\n</body>\n</html>\n",
        plan.body.name(),
        plan.body.name(),
        plan.body.code
    );
    out
}

fn text(plan: &Plan, title: &str, date: &str, crumbs: &str, office: &str, sections: &[Block]) -> String {
    let markdown = plan.layout == Layout::Markdown;
    let mut out = String::new();
    if markdown {
        let _ = write!(out, "# {title}\n\n发布日期：{date} 来源：{office}\n\n");
    } else {
        let _ = write!(out, "{crumbs}\n{title}\n发布日期：{date}　来源：{office}　【字体：大 中 小】\n\n");
    }
    for block in sections {
        match block {
            Block::Heading(text) if markdown => {
                let _ = write!(out, "\n## {text}\n\n");
            }
            Block::Heading(text) => {
                let _ = writeln!(out, "　　{text}");
            }
            Block::Paragraph(text) if markdown => {
                let _ = write!(out, "{text}\n\n");
            }
            Block::Paragraph(text) => {
                let _ = writeln!(out, "　　{text}");
            }
            Block::Sheet(sheet) => self::sheet(plan.layout, sheet, &mut out),
        }
    }
    out.push_str("\n扫一扫在手机打开当前页\n");
    if plan.layout == Layout::Pages { paged(&out) } else { out }
}

/// Lines of a page.
const PAGE: usize = 24;

/// A text on pages, each with its number at the foot.
pub fn paged(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let pages = lines.chunks(PAGE).enumerate().map(|(n, page)| format!("{}\n\n            — {} —\n\n\u{c}", page.join("\n"), n + 1));
    pages.collect()
}

fn sheet(layout: Layout, sheet: &Sheet, out: &mut String) {
    let own = || sheet.rows.iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>());
    match layout {
        Layout::PipesPadded | Layout::Markdown => {
            for (at, row) in sheet.positions().iter().enumerate() {
                let _ = writeln!(out, "| {} |", row.join(" | "));
                if at == 0 && layout == Layout::Markdown {
                    let _ = writeln!(out, "|{}", " --- |".repeat(sheet.columns));
                }
            }
            if layout == Layout::Markdown {
                out.push('\n');
            }
        }
        Layout::CellALine => {
            for cell in own().flatten().filter(|text| !text.is_empty()) {
                let _ = writeln!(out, "{cell}");
            }
        }
        Layout::Tabs => {
            for row in own() {
                let _ = writeln!(out, "{}", row.join("\t"));
            }
        }
        Layout::BlankLines => {
            for cell in own().flatten() {
                let _ = writeln!(out, "{cell}");
            }
        }
        Layout::Commas => {
            for row in own() {
                let _ = writeln!(out, "{}", row.join(","));
            }
        }
        Layout::Pages => {
            for row in own() {
                let _ = writeln!(out, "{}", row.iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join("   "));
            }
        }
        Layout::OneLine => {
            let cells: Vec<&str> = own().flatten().filter(|text| !text.is_empty()).collect();
            let _ = writeln!(out, "{}", cells.join(" "));
        }
        Layout::BareReview if sheet.review => {
            let numbers: Vec<&str> = own().next_back().unwrap_or_default();
            let _ = writeln!(out, "{} |", numbers.join(" | "));
        }
        Layout::ReviewRows if sheet.review => {
            let mut rows: Vec<Vec<&str>> = own().collect();
            let numbers = rows.pop().unwrap_or_default();
            rows.extend(numbers.chunks(5).map(<[&str]>::to_vec));
            for row in rows {
                let _ = writeln!(out, "{} |", row.join(" | "));
            }
        }
        _ => {
            for row in own() {
                let _ = writeln!(out, "{} {}", row.join(" | "), "|".repeat(sheet.columns - row.len() + 1));
            }
        }
    }
}

/// A draw among wordings.
pub fn wording<'a>(rng: &mut Rng, list: &[&'a str]) -> &'a str {
    pick(rng, list)
}
