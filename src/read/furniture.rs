//! What surrounds the body of a page, told by its wording (`data/pages/furniture.csv`).

use std::sync::LazyLock;

use serde::Deserialize;

use super::model::Furniture;

/// The wordings, embedded: this room reads no other room, so it reads its file itself.
const WORDINGS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/pages/furniture.csv"));

/// A wording and what it tells.
#[derive(Debug, Deserialize)]
struct Wording {
    /// `breadcrumb`: a line begins with it and holds a separator. `metadata`: a label of the table about
    /// the document. `navigation`: a whole line. `footer`: a line begins with it. `record`: a line holds it.
    kind: String,
    /// The words, without blanks.
    words: String,
}

struct Wordings {
    breadcrumb: Vec<String>,
    metadata: Vec<String>,
    navigation: Vec<String>,
    footer: Vec<String>,
    record: Vec<String>,
}

static LISTS: LazyLock<Wordings> = LazyLock::new(|| {
    let rows = || csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(WORDINGS.as_bytes()).into_deserialize::<Wording>();
    // A mistake in the file is excluded by a test.
    let of = |kind: &str| rows().flatten().filter(|row| row.kind == kind).map(|row| row.words).collect();
    Wordings {
        breadcrumb: of("breadcrumb"),
        metadata: of("metadata"),
        navigation: of("navigation"),
        footer: of("footer"),
        record: of("record"),
    }
});

/// Characters of a line that are weighed: furniture is short.
const LONGEST: usize = 300;

/// What a line is, where its wording tells. A sentence is never furniture.
pub(super) fn of_line(line: &str) -> Option<Furniture> {
    let mut words = String::new();
    for c in line.chars().filter(|c| !c.is_whitespace() && !super::text::is_blank_char(*c)) {
        if words.len() > LONGEST * 3 || c == '。' {
            return None;
        }
        words.push(c);
    }
    let begins = |list: &[String]| list.iter().any(|label| words.starts_with(label.as_str()));
    let separated = ['>', '＞', '»', '›', '→', '/', '-'].iter().any(|c| words.contains(*c)) || words.contains("首页");
    let kind = if begins(&LISTS.breadcrumb) && separated || words.matches(['>', '＞', '»', '›']).count() >= 2 && words.starts_with("首页")
    {
        Furniture::Breadcrumb
    } else if begins(&LISTS.footer) || LISTS.record.iter().any(|label| words.contains(label.as_str())) {
        Furniture::Footer
    } else if LISTS.navigation.contains(&words) {
        Furniture::Navigation
    } else {
        return None;
    };
    Some(kind)
}

/// Whether a cell is a label of the table about a document.
pub(super) fn is_metadata_label(cell: &str) -> bool {
    let words: String = cell.chars().filter(|c| !c.is_whitespace() && !super::text::is_blank_char(*c)).take(16).collect();
    let words = words.trim_end_matches([':', '：']).trim_matches(['【', '】', '[', ']']);
    !words.is_empty() && LISTS.metadata.iter().any(|label| label == words)
}

/// Whether a table is the one about the document: few rows, and most odd cells are labels of it.
pub(super) fn is_metadata<'a>(rows: impl Iterator<Item = impl Iterator<Item = &'a str>>) -> bool {
    let (mut labels, mut height, mut glued, mut printed) = (0, 0, 0, 0);
    for row in rows {
        height += 1;
        if height > 16 {
            return false;
        }
        for cell in row.filter(|cell| !super::text::is_blank(cell)) {
            if cell.len() > LONGEST * 3 {
                return false;
            }
            printed += 1;
            let (label, value) = cell.split_once([':', '：']).unwrap_or((cell, ""));
            if is_metadata_label(label) {
                labels += 1;
                glued += usize::from(!super::text::is_blank(value));
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
        for row in csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(WORDINGS.as_bytes()).into_deserialize::<Wording>() {
            let row = row?;
            assert!(["breadcrumb", "metadata", "navigation", "footer", "record"].contains(&row.kind.as_str()), "{row:?}");
            assert!(!row.words.is_empty() && !row.words.contains(char::is_whitespace), "{row:?}");
            assert!(seen.insert((row.kind.clone(), row.words.clone())), "{row:?} stands twice");
        }
        Ok(())
    }

    #[test]
    fn lines_around_a_body() {
        let whole = Some;
        assert_eq!(of_line("您现在的位置：首页 > 政务公开 > 年报"), whole(Furniture::Breadcrumb));
        assert_eq!(of_line("首页 > 政务公开 > 年报"), whole(Furniture::Breadcrumb));
        assert_eq!(of_line("主办单位：某市人民政府办公室"), whole(Furniture::Footer));
        assert_eq!(of_line("网站标识码：4210000023 鄂ICP备05011305号"), whole(Furniture::Footer));
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
