//! Text that stands twice in a document, as a whole or by page.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::Line;

/// Shortest line by which a repetition is found, in bytes: shorter ones are everywhere.
const MIN_LINE: usize = 24;
/// How many different lines in a row must repeat, and how many bytes they must have together.
const MIN_LINES: usize = 3;
const MIN_BYTES: usize = 600;

/// Where lines stand that stood in the same order before.
pub(super) fn find(lines: &[Line<'_>]) -> Vec<Range<usize>> {
    let mut last: HashMap<&str, usize> = HashMap::with_capacity(lines.len());
    let mut repeats = Vec::new();
    let (mut at, mut done) = (0, 0);
    while let Some(Line { body, .. }) = lines.get(at) {
        let twin = if body.len() < MIN_LINE { at } else { last.insert(body, at).unwrap_or(at) };
        let run = run(lines, twin, at, done);
        let different: HashSet<&str> = run.clone().map(|i| lines[i].body).collect();
        if different.len() >= MIN_LINES && different.iter().map(|line| line.len()).sum::<usize>() >= MIN_BYTES {
            repeats.push(lines[run.start].range.start..lines[run.end - 1].range.end);
            done = run.end;
            at = done;
        } else {
            at += 1;
        }
    }
    repeats
}

/// The lines around one that are those around its twin: after what is decided, and not the twins themselves.
fn run(lines: &[Line<'_>], twin: usize, at: usize, done: usize) -> Range<usize> {
    let same = |a: usize, b: usize| matches!((lines.get(a), lines.get(b)), (Some(a), Some(b)) if a.body == b.body);
    let (mut before, mut after) = (0, 0);
    while twin + after < at - before && same(twin + after, at + after) {
        after += 1;
    }
    while before < twin && at - before > done && twin + after < at - before && same(twin - before - 1, at - before - 1) {
        before += 1;
    }
    at - before..at + after
}

#[cfg(test)]
mod tests {
    fn find(text: &str) -> Vec<std::ops::Range<usize>> {
        super::find(&super::super::lines(text))
    }

    #[test]
    fn a_body_that_stands_twice_is_marked_once() {
        let body: String = (0..6).map(|n| format!("{}第{n}段\n", "本机关认真做好公开工作，".repeat(4))).collect();
        let text = format!("标题\n{body}尾\n{body}");
        let first = "标题\n".len() + body.len() + "尾\n".len();
        assert_eq!(find(&text), vec![first..text.len() - 1]);
        assert!(find(&format!("标题\n{body}")).is_empty());
    }

    #[test]
    fn short_lines_count_where_they_follow_each_other() {
        let table: String = (0..80).map(|n| format!("行政机关公开指标{n}\n件\n{n}\n")).collect();
        let page = table.split_once("指标40\n").map_or("", |(_, page)| page);
        let text = format!("{table}{page}");
        assert_eq!(find(&text), vec![table.len()..text.len() - 1]);
        // Rows of zeros repeat in one table.
        assert!(find(&"| 其他处理 | 0 | 0 | 0 | 0 |\n".repeat(60)).is_empty());
    }
}
