//! What surrounds the body of a page, told by its wording (`data/pages/furniture.csv`).

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::model::{Block, BlockKind, Furniture, Grid};
use super::text::{is_blank, is_blank_char};

/// The wordings, embedded: this room reads no other room, so it reads its file itself.
const WORDINGS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/pages/furniture.csv"));

/// A wording and what it tells.
#[derive(Debug, Deserialize)]
struct Wording {
    kind: Kind,
    /// The words, without blanks.
    words: String,
}

/// What a wording tells.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// A line that begins with it and holds a separator is a trail.
    Breadcrumb,
    /// It is a label of the table about the document.
    Metadata,
    /// The whole line is part of a menu or a tool.
    Navigation,
    /// A line that begins with it is part of a menu or a tool: clocks, weather, greetings.
    NavigationLine,
    /// What stands behind it to the end of the page are links to other pages.
    Related,
    /// A line that begins with it belongs to the foot of the page.
    Footer,
    /// A line that holds it belongs to the foot of the page.
    Record,
    /// A class or id of an element around a trail, a menu, the foot.
    ClassBreadcrumb,
    ClassNavigation,
    ClassFooter,
    /// Words of a title: what holds them is no menu.
    Report,
}

static LISTS: LazyLock<HashMap<Kind, Vec<String>>> = LazyLock::new(|| {
    let mut lists: HashMap<Kind, Vec<String>> = HashMap::new();
    // A mistake in the file is excluded by a test.
    for row in reader().into_deserialize::<Wording>().flatten() {
        lists.entry(row.kind).or_default().push(row.words);
    }
    lists
});

fn reader() -> csv::Reader<&'static [u8]> {
    csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(WORDINGS.as_bytes())
}

fn list(kind: Kind) -> &'static [String] {
    LISTS.get(&kind).map_or(&[], Vec::as_slice)
}

/// Characters of a line that are weighed: furniture is short.
const LONGEST: usize = 300;
/// What separates the steps of a trail.
const STEPS: [char; 5] = ['>', '＞', '»', '›', '→'];

/// The characters of a line that print; `None` for a long line and for a sentence.
fn words_of(line: &str) -> Option<String> {
    let mut words = String::new();
    for c in line.chars().filter(|c| !is_blank_char(*c)) {
        if words.len() > LONGEST * 3 || c == '。' {
            return None;
        }
        words.push(c);
    }
    Some(words)
}

fn begins(words: &str, kind: Kind) -> bool {
    list(kind).iter().any(|label| words.starts_with(label.as_str()))
}

/// What a line is, where its wording tells. A sentence is never furniture.
pub(super) fn of_line(line: &str) -> Option<Furniture> {
    let words = words_of(line)?;
    if is_trail(&words) {
        Some(Furniture::Breadcrumb)
    } else if begins(&words, Kind::Footer) || list(Kind::Record).iter().any(|label| words.contains(label.as_str())) {
        Some(Furniture::Footer)
    } else if list(Kind::Navigation).contains(&words) || begins(&words, Kind::NavigationLine) {
        Some(Furniture::Navigation)
    } else {
        None
    }
}

/// Whether words without blanks are a trail: 当前位置：首页 > 年报.
pub(super) fn is_trail(words: &str) -> bool {
    let steps = words.matches(STEPS).count();
    let slashes = words.matches(['/', '-', '|', '—']).count();
    let labelled = begins(words, Kind::Breadcrumb);
    labelled && (steps + slashes >= 1 || words.contains("首页")) || words.starts_with("首页") && steps >= 2
}

/// What the classes and the id of an element say it is.
pub(super) fn of_classes(classes: &str) -> Option<Furniture> {
    let mut found = None;
    for class in classes.split_whitespace() {
        let parts = class.split(|c: char| !c.is_ascii_alphabetic());
        let whole: String = class.chars().filter(char::is_ascii_alphabetic).collect();
        for part in parts.chain([whole.as_str()]) {
            let known = |kind| list(kind).iter().any(|name| name == part);
            if known(Kind::ClassBreadcrumb) {
                return Some(Furniture::Breadcrumb);
            } else if known(Kind::ClassFooter) {
                found = Some(Furniture::Footer);
            } else if found.is_none() && known(Kind::ClassNavigation) {
                found = Some(Furniture::Navigation);
            }
        }
    }
    found
}

/// Whether words name an annual report.
pub(super) fn names_report(words: &str) -> bool {
    list(Kind::Report).iter().any(|name| words.contains(name.as_str()))
}

/// Tells furniture from the body among the blocks of a document, by wording and place.
pub(super) fn mark(text: &str, blocks: &mut [Block]) {
    let is_body = |block: &Block| {
        let line = &text[block.span.clone()];
        match &block.kind {
            BlockKind::Paragraph => line.contains('。') && line.chars().count() > 60,
            BlockKind::Table(grid) => grid.rows > 1 && !is_metadata_grid(text, grid),
            _ => false,
        }
    };
    let body = blocks.iter().position(is_body).unwrap_or(blocks.len().min(12));
    let body_end = blocks.iter().rposition(is_body).map_or(0, |last| last + 1);
    let mut related = false;
    for (i, block) in blocks.iter_mut().enumerate() {
        let line = &text[block.span.clone()];
        let told = match &block.kind {
            BlockKind::Furniture(_) => continue,
            BlockKind::Table(grid) if is_metadata_grid(text, grid) => Some(Furniture::Metadata),
            BlockKind::Table(grid) if grid.rows == 1 => words_of(line).filter(|words| is_trail(words)).map(|_| Furniture::Breadcrumb),
            BlockKind::Table(_) => None,
            BlockKind::Heading(_) | BlockKind::Paragraph => {
                let words = words_of(line);
                related |= i >= body_end
                    && words.as_ref().is_some_and(|words| {
                        let words = words.trim_end_matches([':', '：', '>', '»', '+']);
                        list(Kind::Related).iter().any(|label| label == words)
                    });
                let about = || i < body && words.is_some_and(|words| is_labelled(&words) && !names_a_report(&words));
                of_line(line).or_else(|| about().then_some(Furniture::Metadata)).or_else(|| related.then_some(Furniture::Navigation))
            }
        };
        if let Some(kind) = told {
            block.kind = BlockKind::Furniture(kind);
        }
    }
}

/// Whether words name one report, by its year: a title and not a class of documents.
fn names_a_report(words: &str) -> bool {
    names_report(words) && words.chars().any(|c| c.is_ascii_digit() || "〇○零".contains(c))
}

/// Whether a line begins with a label about the document and a colon.
fn is_labelled(words: &str) -> bool {
    words.split_once([':', '：']).is_some_and(|(label, _)| is_metadata_label(label)) && words.chars().count() <= 160
}

fn is_metadata_grid(text: &str, grid: &Grid) -> bool {
    let mut rows: Vec<Vec<&str>> = vec![Vec::new(); grid.rows.min(20)];
    for cell in &grid.cells {
        if let Some(row) = rows.get_mut(cell.row) {
            row.push(&text[cell.span.clone()]);
        }
    }
    is_metadata(rows.iter().map(|row| row.iter().copied()))
}

/// Whether a cell is a label of the table about a document.
fn is_metadata_label(cell: &str) -> bool {
    let words: String = cell.chars().filter(|c| !c.is_whitespace() && !is_blank_char(*c)).take(16).collect();
    let words = words.trim_end_matches([':', '：']).trim_matches(['【', '】', '[', ']']);
    !words.is_empty() && list(Kind::Metadata).iter().any(|label| label == words)
}

/// Whether a table is the one about the document: few rows, and most odd cells are labels of it.
fn is_metadata<'a>(rows: impl Iterator<Item = impl Iterator<Item = &'a str>>) -> bool {
    let (mut labels, mut height, mut glued, mut printed) = (0, 0, 0, 0);
    for row in rows {
        height += 1;
        if height > 16 {
            return false;
        }
        for cell in row.filter(|cell| !is_blank(cell)) {
            if cell.len() > LONGEST * 3 {
                return false;
            }
            printed += 1;
            let (label, value) = cell.split_once([':', '：']).unwrap_or((cell, ""));
            if is_metadata_label(label) {
                labels += 1;
                glued += usize::from(!is_blank(value));
            }
        }
    }
    // Labels and values alternate, or are glued in one cell; values may be blank.
    labels >= 2 && (labels * 2 + glued) * 10 >= printed * 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_wordings_is_right() -> Result<(), csv::Error> {
        let mut seen = std::collections::HashSet::new();
        for row in reader().into_deserialize::<Wording>() {
            let row = row?;
            assert!(!row.words.is_empty() && !row.words.contains(char::is_whitespace), "{row:?}");
            assert!(seen.insert((row.kind, row.words.clone())), "{row:?} stands twice");
        }
        Ok(())
    }

    #[test]
    fn lines_around_a_body() {
        assert_eq!(of_line("您现在的位置：首页 > 政务公开 > 年报"), Some(Furniture::Breadcrumb));
        assert_eq!(of_line("首页 > 政务公开 > 年报"), Some(Furniture::Breadcrumb));
        assert_eq!(of_line("主办单位：某市人民政府办公室"), Some(Furniture::Footer));
        assert_eq!(of_line("网站标识码：4210000023 鄂ICP备05011305号"), Some(Furniture::Footer));
        assert_eq!(of_line("字号：大 中 小"), None);
        assert_eq!(of_line("网站主办单位每季度检查一次，全年公开信息112条。"), None);
        assert_eq!(of_line("某某县2016年政府信息公开工作年度报告"), None);
    }

    #[test]
    fn the_table_about_a_document() {
        let table = |rows: &[&[&'static str]]| is_metadata(rows.iter().map(|row| row.iter().copied()));
        assert!(table(&[&["索 引 号", "0113/2019", "发布机构", "某局"], &["发布日期", "2019-12-11", "文　号", ""]]));
        assert!(table(&[&["索引号：0113/2019", "发布机构：某局"]]));
        assert!(!table(&[&["信息内容", "本年制发件数", "本年废止件数"], &["规章", "0", "0"]]));
        assert!(!table(&[&["统计指标", "单位", "统计数"], &["文号", "件", "3"]]));
    }
}
