//! Pages that hold no report: frames of sites, lists, links to an attachment, later pages.

use super::tree::Tree;
use crate::read::model::{BlockKind, Document};
use crate::read::text::is_blank_char;
use crate::read::{ReadError, furniture};

/// Endings of files that hold reports.
const ATTACHMENTS: [&str; 11] = [".doc", ".docx", ".pdf", ".xls", ".xlsx", ".wps", ".et", ".ofd", ".zip", ".rar", ".7z"];
/// Links to reports that make a page a list of them.
const LISTED: usize = 5;
/// Characters of a body that is none: a title and a line about it.
const SHORT: usize = 200;

/// A link of a page.
struct Link<'a> {
    href: &'a str,
    words: String,
}

/// Why a page is no report, where it is none. A page with sentences or figures is never refused but for
/// being a later page of a report.
pub(super) fn refusal(tree: &Tree, document: &Document) -> Option<ReadError> {
    let body = || document.blocks.iter().filter(|block| !matches!(block.kind, BlockKind::Furniture(_)));
    let links: Vec<Link> = tree
        .nodes
        .iter()
        .enumerate()
        .filter_map(|(at, node)| Some(Link { href: node.href.as_deref()?.trim(), words: tree.words(at, 80) }))
        .collect();
    let (mut printed, mut stops, mut cells) = (0, 0, 0);
    for block in body() {
        let text = &document.text[block.span.clone()];
        printed += text.chars().filter(|c| !is_blank_char(*c)).count();
        stops += text.matches('。').count();
        if let BlockKind::Table(grid) = &block.kind {
            cells += grid.cells.len();
        }
    }
    if stops >= 3 || cells >= 6 {
        let lines = body().map(|block| &document.text[block.span.clone()]);
        return continued(document.address.as_deref(), &links, lines).map(ReadError::Continuation);
    }
    let reports = links.iter().filter(|link| furniture::names_report(&link.words)).count();
    if let Some(attachment) = links.iter().find(|link| is_attachment(link))
        && printed < SHORT + attachment.words.chars().count()
    {
        return Some(ReadError::LinkOnly(attachment.href.chars().take(200).collect()));
    }
    if reports >= LISTED && stops < 2 {
        return Some(ReadError::Listing(reports));
    }
    (stops == 0 && cells == 0 && printed < 40).then_some(ReadError::Shell)
}

fn is_attachment(link: &Link) -> bool {
    let path = link.href.split(['?', '#']).next().unwrap_or("").to_ascii_lowercase();
    let words = link.words.to_ascii_lowercase();
    ATTACHMENTS.iter().any(|end| path.ends_with(end) || words.ends_with(end))
}

/// The address of the first page, where this is a later one: it links back to a page of its own name, and
/// its sections begin behind the first.
fn continued<'a>(address: Option<&str>, links: &[Link], lines: impl Iterator<Item = &'a str>) -> Option<String> {
    let section = lines
        .filter_map(|line| {
            let line = line.trim_start_matches(is_blank_char);
            let mark = line.chars().next()?;
            let number = "一二三四五六七八九十".chars().position(|c| c == mark)?;
            line[mark.len_utf8()..].starts_with(['、', '.', '．']).then_some(number)
        })
        .next();
    if section.is_none_or(|number| number == 0) {
        return None;
    }
    let back = links.iter().find(|link| matches!(link.words.as_str(), "上一页" | "上页" | "前一页" | "首页上一页" | "1" | "[1]"))?;
    let stem = |path: &str| {
        let file = path.rsplit('/').next().unwrap_or("").split(['?', '#']).next().unwrap_or("");
        file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned()
    };
    // Whether a page is a later one of another: `content_5_3` of `content_5`, and of `content_5_2`.
    let follows = |later: &str, earlier: &str| {
        let Some((base, page)) = later.rsplit_once('_') else { return false };
        let Ok(page) = page.parse::<u32>() else { return false };
        let before = earlier.rsplit_once('_').filter(|(other, _)| *other == base).and_then(|(_, page)| page.parse::<u32>().ok());
        base == earlier || before.is_some_and(|before| before < page)
    };
    let first = stem(back.href);
    // Without an address of its own, the link back tells by the other pages that it belongs to.
    let same = match address {
        Some(address) => follows(&stem(address), &first),
        None => links.iter().any(|link| follows(&stem(link.href), &first)),
    };
    (same && !first.is_empty()).then(|| back.href.chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use crate::read::{Hints, from_html};

    fn refused(html: &str, address: Option<&str>) -> Option<&'static str> {
        match from_html(html, &Hints { address, ..Hints::default() }) {
            Ok(document) => document.refused.map(|error| error.reason()),
            Err(error) => Some(error.reason()),
        }
    }

    #[test]
    fn pages_that_hold_no_report() {
        let title = "<h1>某县2016年政府信息公开工作年度报告</h1>";
        assert_eq!(refused(&format!("{title}<p>附件：<a href='a/P01.DOCX?x=1'>某县年报.docx</a></p>"), None), Some("link_only"));
        let list = (2008..2016).map(|year| format!("<li><a href={year}.html>某县{year}年度报告</a></li>")).collect::<String>();
        assert_eq!(refused(&format!("<ul>{list}</ul>"), None), Some("listing"));
        assert_eq!(refused("<p>加载中</p>", None), Some("shell"));
        let body = "<p>全年主动公开112条。</p><p>收到申请5件。</p><p>没有收费。</p>";
        assert_eq!(refused(&format!("{title}{body}<a href=a.doc>附件.doc</a>{list}"), None), None);
    }

    #[test]
    fn later_pages_name_the_first() {
        let body = "<p>三、依申请公开情况</p><p>收到申请5件。</p><p>答复5件。</p><p>没有收费。</p>";
        let pages = "<a href=content_5.htm>上一页</a><a href=content_5_3.htm>3</a>";
        assert_eq!(refused(&format!("{body}{pages}"), Some("http://h/x/content_5_2.htm")), Some("continuation"));
        assert_eq!(refused(&format!("{body}{pages}"), None), Some("continuation"));
        assert_eq!(refused(body, Some("http://h/x/content_5_2.htm")), None);
        assert_eq!(refused(&format!("<p>一、概述</p>{body}{pages}"), Some("http://h/x/content_5_2.htm")), None);
    }
}
