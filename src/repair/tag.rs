//! Tags of pages left in text, as they come out where a page was escaped once more: `<b>12</b>件`; and the marks of
//! emphasis of Markdown around figures: `**12**件`.

use super::{Draft, Edit};

/// Names of tags that stand within a line.
const INLINE: [&str; 20] = [
    "a", "b", "big", "em", "font", "i", "ins", "label", "mark", "o", "s", "small", "span", "st1", "strike", "strong", "sub", "sup", "u",
    "v",
];
/// Names of tags that begin or end something.
const BLOCK: [&str; 24] = [
    "br", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "section", "table", "tbody", "td",
    "th", "thead", "tr", "ul",
];
/// Longest tag, in bytes.
const LONGEST: usize = 400;

/// Takes tags out. Where one ended a paragraph or cell, a blank stays.
pub(super) fn repair(draft: &mut Draft) -> bool {
    let text = draft.as_str();
    let found = text.match_indices('<').filter_map(|(at, _)| {
        let (len, is_block) = tag(&text[at..])?;
        Some(Edit { range: at..at + len, text: if is_block { " ".to_owned() } else { String::new() } })
    });
    let mut edits: Vec<Edit> = found.collect();
    edits.extend(emphasis(text));
    edits.sort_unstable_by_key(|edit| edit.range.start);
    // Marks within a tag go with it.
    let mut done = 0;
    edits.retain(|edit| {
        let is_apart = edit.range.start >= done;
        done = done.max(edit.range.end);
        is_apart
    });
    draft.apply(edits)
}

/// Longest figure that is emphasised, in bytes.
const LONGEST_EMPHASIS: usize = 40;

/// The marks around emphasised figures. Around words such signs may hide letters: ****县.
fn emphasis(text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let is_alone = |at: usize| !text[..at].ends_with('*') && !text[at + 2..].starts_with('*');
    let mut done = 0;
    for (at, mark) in text.match_indices("**").filter(|(at, _)| is_alone(*at)) {
        let inner = at + mark.len();
        let Some(close) = text[inner..].find("**").map(|len| inner + len).filter(|close| at >= done && is_alone(*close)) else { continue };
        let word = &text[inner..close];
        if word.len() <= LONGEST_EMPHASIS && word.contains(|c: char| c.is_ascii_digit()) && !word.contains('\n') && word.trim() == word {
            edits.extend([at..inner, close..close + mark.len()].map(|range| Edit { range, text: String::new() }));
            done = close + mark.len();
        }
    }
    edits
}

/// The length of the tag that a text begins with, and whether it sets something apart.
fn tag(text: &str) -> Option<(usize, bool)> {
    let inner = text.strip_prefix('<')?;
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let name: String = inner.chars().take_while(char::is_ascii_alphanumeric).take(8).map(|c| c.to_ascii_lowercase()).collect();
    let is_block = BLOCK.contains(&name.as_str());
    if !is_block && !INLINE.contains(&name.as_str()) {
        return None;
    }
    let rest = &inner[name.len()..];
    let end = rest.char_indices().take_while(|(at, c)| *at < LONGEST && !matches!(c, '<' | '\n')).find(|(_, c)| *c == '>')?.0;
    // Behind the name stands the end, a blank before attributes, or the rest of the name of a namespace.
    let is_tag = rest.starts_with(['>', ' ', '/', ':']);
    is_tag.then(|| (text.len() - rest.len() + end + 1, is_block))
}

#[cfg(test)]
mod tests {
    use super::super::line;

    #[test]
    fn tags_go_and_signs_stay() {
        for (damaged, repaired) in [
            ("申请<b>12</b>件", "申请12件"),
            ("申请&lt;span style=&quot;color:red&quot;&gt;12&lt;/span&gt;件", "申请12件"),
            ("<p>公开3条。</p><p>申请12件。</p>", " 公开3条。  申请12件。 "),
            ("<o:p></o:p>公开<br/>3条", "公开 3条"),
            ("a<b，3>2", "a<b，3>2"),
            ("<关于政务公开>的通知", "<关于政务公开>的通知"),
            ("<abc>", "<abc>"),
            ("<b", "<b"),
            ("<b x=**3**>12</b>件", "12件"),
            ("主动公开**3957**条，其中**网站1116条**", "主动公开3957条，其中网站1116条"),
            ("****县，1**件，**县**局**3", "****县，1**件，**县**局**3"),
        ] {
            assert_eq!(line(damaged), repaired);
        }
    }
}
