//! Text that stands twice in a document, as a whole or by page.

use std::collections::HashMap;
use std::ops::Range;

/// Shortest line that counts, in bytes: shorter ones repeat in tables and headings.
const MIN_LINE: usize = 60;
/// How many lines in a row must repeat, and how many bytes they must have together.
const MIN_LINES: usize = 3;
const MIN_BYTES: usize = 600;

/// Where lines stand that stood in the same order before.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut repeats = Vec::new();
    // The run of repeated lines: its range, how many, their bytes, and the place of the last one's twin.
    let mut run: Option<(Range<usize>, usize, usize, usize)> = None;
    let mut start = 0;
    let mut count = 0;
    let close = |run: Option<(Range<usize>, usize, usize, usize)>, repeats: &mut Vec<Range<usize>>| {
        if let Some((range, lines, bytes, _)) = run
            && lines >= MIN_LINES
            && bytes >= MIN_BYTES
        {
            repeats.push(range);
        }
    };
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        let range = start..start + line.trim_end().len();
        start += line.len();
        if body.len() < MIN_LINE {
            continue;
        }
        count += 1;
        match seen.get(body).copied() {
            Some(twin) => match &mut run {
                Some((all, lines, bytes, last)) if twin == *last + 1 => {
                    all.end = range.end;
                    *lines += 1;
                    *bytes += body.len();
                    *last = twin;
                }
                _ => close(run.replace((range, 1, body.len(), twin)), &mut repeats),
            },
            None => {
                seen.insert(body, count);
                close(run.take(), &mut repeats);
            }
        }
    }
    close(run, &mut repeats);
    repeats
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_body_that_stands_twice_is_marked_once() {
        let body: String = (0..6).map(|n| format!("{}第{n}段\n", "本机关认真做好公开工作，".repeat(4))).collect();
        let text = format!("标题\n{body}尾\n{body}");
        let first = "标题\n".len() + body.len() + "尾\n".len();
        assert_eq!(super::find(&text), vec![first..text.len() - 1]);
        assert!(super::find(&format!("标题\n{body}")).is_empty());
    }
}
