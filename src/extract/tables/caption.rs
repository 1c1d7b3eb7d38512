//! What the words above a table say of it: that it is of another year than the report, or of a part of the body that
//! reports.
//!
//! One table with such words may be a slip of the pen, or the only one that there is. Where its figures stand again
//! in a table without them, it is that one which tells of the report's year and of the body as a whole.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::cell::Reading;
use super::labels;
use super::records::Page;
use super::rows::{Layout, Row, Slot};
use crate::extract::{Applicant, Fact, Period};
use crate::knowledge::{CaptionRole, CodeId, captions};

/// What a caption says.
#[derive(Clone, Debug, Default, PartialEq)]
struct Caption {
    /// The year that it prints.
    year: Option<i16>,
    /// The part of the body that it names, as printed.
    part: Option<String>,
    /// Whether it says nothing else: such words one below the other are the heads of columns.
    bare: bool,
}

/// A caption is at most this long, and so is the name of a body in it, in characters.
const LONGEST: usize = 50;
const LONGEST_NAME: usize = 16;
const SHORTEST_NAME: usize = 3;
/// Years that a caption can print.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// Gives the figures of tables of another year that period, and those of a part of the body its name, where what they
/// state stands in another table, too. `title` is that of the document: whom it names is no part.
pub fn apply(page: &Page, title: &str, year: Option<i16>, facts: &mut [Fact]) {
    let (captions, above) = in_force(page);
    if captions.iter().all(|caption| caption.year.is_none() && caption.part.is_none()) {
        return;
    }
    let rows: HashMap<&Range<usize>, usize> = page.sheet.rows.iter().enumerate().map(|(n, row)| (&row.span, n)).collect();
    let caption_of: Vec<Option<usize>> = facts.iter().map(|fact| above[*rows.get(&fact.context)?]).collect();
    // Where the report's year is not known, it is the latest.
    let present = year.or_else(|| captions.iter().filter_map(|caption| caption.year).max());
    let of_other_year = |caption: &Caption| caption.year.is_some() && caption.year != present;
    for caption in set_apart(facts, &caption_of, &captions, of_other_year) {
        for (fact, _) in facts.iter_mut().zip(&caption_of).filter(|(fact, of)| **of == Some(caption) && is_open(fact)) {
            fact.period = Period::PreviousYear;
        }
    }
    let of_part = |caption: &Caption| caption.part.as_ref().is_some_and(|part| !title.contains(part.as_str()));
    for caption in set_apart(facts, &caption_of, &captions, of_part) {
        let Some(part) = &captions[caption].part else { continue };
        for (fact, _) in facts.iter_mut().zip(&caption_of).filter(|(fact, of)| **of == Some(caption) && is_open(fact)) {
            fact.subject.clone_from(part);
        }
    }
}

/// Whether nothing says that a figure is of another time or of a part of the body.
fn is_open(fact: &Fact) -> bool {
    fact.period == Period::Year && fact.subject.is_empty()
}

/// The captions of a kind of which most figures stand in tables without one of the kind, too.
fn set_apart(facts: &[Fact], caption_of: &[Option<usize>], captions: &[Caption], is_of_kind: impl Fn(&Caption) -> bool) -> Vec<usize> {
    let of_kind = |of: Option<usize>| of.filter(|caption| is_of_kind(&captions[*caption]));
    let mut under: HashMap<usize, HashSet<(CodeId, Applicant)>> = HashMap::new();
    let mut elsewhere: HashSet<(CodeId, Applicant)> = HashSet::new();
    for (fact, of) in facts.iter().zip(caption_of).filter(|(fact, _)| is_open(fact) && fact.value.is_some()) {
        let key = (fact.code, fact.applicant);
        match of_kind(*of) {
            Some(caption) => under.entry(caption).or_default().insert(key),
            None => elsewhere.insert(key),
        };
    }
    let stand_again = |keys: &HashSet<_>| keys.intersection(&elsewhere).count() * 2 > keys.len();
    let mut found: Vec<usize> = under.into_iter().filter(|(_, keys)| stand_again(keys)).map(|(caption, _)| caption).collect();
    found.sort_unstable();
    found
}

/// The captions of a page, and for each row the number of the one that stands above it in its section.
fn in_force(page: &Page) -> (Vec<Caption>, Vec<Option<usize>>) {
    let mut captions: Vec<Caption> = Vec::new();
    let mut above = Vec::with_capacity(page.sheet.rows.len());
    let (mut held, mut section, mut last_row) = (None, 0..0, None);
    for (number, row) in page.sheet.rows.iter().enumerate() {
        if row.section != section {
            section = row.section.clone();
            // The headings of the annex of 2014 are numbered as sections are.
            if !labels::is_label(page.text, section.clone()) {
                held = None;
            }
        }
        if let Some(caption) = caption_row(page.text, row) {
            let follows = last_row.is_some_and(|last: usize| last + 1 == number);
            // One below the other they head columns: 2015年度 / 2016年度.
            let pair = captions.last_mut().filter(|before| follows && before.bare && caption.bare && held.is_some());
            held = match pair {
                Some(before) => {
                    *before = Caption { bare: true, ..Caption::default() };
                    captions.push(Caption { bare: true, ..Caption::default() });
                    Some(captions.len() - 1)
                }
                None => {
                    captions.push(caption);
                    Some(captions.len() - 1)
                }
            };
            last_row = Some(number);
        }
        above.push(held);
    }
    (captions, above)
}

/// The caption that a row is: one text and no figure.
fn caption_row(text: &str, row: &Row) -> Option<Caption> {
    let filled: Vec<&Slot> = row.slots.iter().filter(|slot| slot.reading != Reading::Blank).collect();
    let (first, last) = (filled.first()?, filled.last()?);
    let is_one = filled.len() == 1 || row.layout == Layout::Line;
    let span = first.span.start..last.span.end;
    // Four bytes hold any character.
    if !is_one || first.reading != Reading::Text || span.len() > 4 * LONGEST {
        return None;
    }
    // A label of a row is no caption, whatever words it begins with.
    read(text.get(span.clone())?).filter(|caption| caption.year.is_some() || !labels::is_label(text, span))
}

/// Reads the words of a caption.
fn read(words: &str) -> Option<Caption> {
    let line: String = words.trim_start_matches('#').chars().filter(|c| !c.is_whitespace()).collect();
    if line.chars().count() > LONGEST || line.contains(['。', '，', ',', '；', ';', '|', '？', '！']) {
        return None;
    }
    let (line, year) = without_year(&line)?;
    let line = without_number(&line);
    if line.contains(|c: char| c.is_ascii_digit() || matches!(c, ':' | '：')) {
        return None;
    }
    let (head, note) = match line.strip_suffix(['）', ')']).and_then(|line| line.rsplit_once(['（', '('])) {
        Some((head, note)) => (head, note),
        None => (line, ""),
    };
    let titled = |at: usize| captions().of(CaptionRole::Title).any(|title| head[at..].starts_with(title));
    let at = head.char_indices().map(|(at, _)| at).find(|at| titled(*at)).unwrap_or(head.len());
    let (name, title) = head.split_at(at);
    let name = name.strip_suffix('的').unwrap_or(name);
    let bare = title.is_empty();
    let names = if note.is_empty() { name } else { note };
    match whose(names) {
        Whose::All => Some(Caption { year, part: None, bare }),
        Whose::Part => Some(Caption { year, part: Some(names.to_owned()), bare }),
        // What names a table and no part of the body ends what stood above.
        Whose::Unknown if !bare && (year.is_some() || captions().of(CaptionRole::End).any(|end| head.ends_with(end))) => {
            Some(Caption { year, part: None, bare })
        }
        Whose::Unknown => (year.is_some() && names.is_empty()).then_some(Caption { year, part: None, bare }),
    }
}

/// Whose figures those of a table are.
enum Whose {
    All,
    Part,
    Unknown,
}

fn whose(name: &str) -> Whose {
    let words = captions();
    let length = name.chars().count();
    if words.of(CaptionRole::Area).any(|word| name.starts_with(word)) || words.of(CaptionRole::Sum).any(|word| name == word) {
        Whose::All
    } else if length <= LONGEST_NAME && words.of(CaptionRole::Own).any(|word| name.ends_with(word))
        || (SHORTEST_NAME..=LONGEST_NAME).contains(&length) && words.of(CaptionRole::Body).any(|word| name.ends_with(word))
    {
        Whose::Part
    } else {
        Whose::Unknown
    }
}

/// A line without the one year that it may print; `None` where it prints a day or several years.
fn without_year(line: &str) -> Option<(String, Option<i16>)> {
    let mut found = None;
    for (at, _) in line.match_indices('年') {
        let digits = line[..at].chars().rev().take_while(char::is_ascii_digit).count();
        let Some(value) = (digits == 4).then(|| line[at - 4..at].parse().ok()).flatten().filter(|value| YEARS.contains(value)) else {
            continue;
        };
        if found.is_some() {
            return None;
        }
        found = Some((at, value));
    }
    let Some((at, year)) = found else { return Some((line.to_owned(), None)) };
    let behind = &line[at + '年'.len_utf8()..];
    if behind.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let line = [&line[..at - 4], behind.strip_prefix('度').unwrap_or(behind)].concat();
    Some((line.replace("（）", "").replace("()", ""), Some(year)))
}

/// A line without what counts it: 附件1, 表二：, （一）.
fn without_number(line: &str) -> &str {
    let is_numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let mut line = line;
    loop {
        let lead = captions().of(CaptionRole::Lead).find_map(|lead| line.strip_prefix(lead));
        let rest = match lead {
            Some(rest) => rest.trim_start_matches(is_numeral),
            None => {
                let opened = line.strip_prefix(['（', '(']).unwrap_or(line);
                let rest = opened.trim_start_matches(is_numeral);
                let closed = rest.strip_prefix(['）', ')', '、', '.', '．']);
                match closed.filter(|_| rest.len() < opened.len()) {
                    Some(rest) => rest,
                    None => line.strip_prefix([':', '：']).unwrap_or(line),
                }
            }
        };
        if rest.len() == line.len() {
            return line;
        }
        line = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::{Caption, read};
    use crate::extract::{Extraction, Fact, Period, extract};
    use crate::read::{Hints, from_text};
    use crate::repair::repair;

    #[test]
    fn captions_say_a_year_and_a_part() {
        let says = |year: Option<i16>, part: Option<&str>, bare| Some(Caption { year, part: part.map(str::to_owned), bare });
        for (words, caption) in [
            ("2022年", says(Some(2022), None, true)),
            ("（2015年度）", says(Some(2015), None, true)),
            ("（一）2021年情况", says(Some(2021), None, false)),
            ("附：2022年收到和处理政府信息公开申请情况", says(Some(2022), None, false)),
            ("政府信息公开情况统计表（2015年度）", says(Some(2015), None, false)),
            ("表1 县政府本级", says(None, Some("县政府本级"), true)),
            ("收到和处理政府信息公开申请情况（县本级）", says(None, Some("县本级"), false)),
            ("表2 全县合计", says(None, None, true)),
            ("附件1 河西街道办事处收到和处理政府信息公开申请情况", says(None, Some("河西街道办事处"), false)),
            ("收到和处理政府信息公开申请情况", says(None, None, false)),
            ("某某县2016年政府信息公开工作年度报告", says(Some(2016), None, false)),
        ] {
            assert_eq!(read(words), caption, "{words}");
        }
        for words in [
            "发布日期：2017年3月10日",
            "2017年3月10日",
            "2015年至2016年情况",
            "2022年，全县收到申请3件。",
            "附表",
            "填报单位：某某局",
            "同比2022年增加",
            "县政府网站",
        ] {
            assert_eq!(read(words), None, "{words}");
        }
    }

    fn extracted(text: &str, year: i16) -> Extraction {
        extract(&repair(&from_text(text, &Hints::default()).unwrap_or_default()), Some(year))
    }

    fn review(first: &str, figures: [[&str; 15]; 2], second: &str) -> String {
        let head = "行政复议 行政诉讼\n结果维持 结果纠正 其他结果 尚未审结 总计 未经复议直接起诉 复议后起诉\n结果维持 结果纠正 其他结果 \
                    尚未审结 总计 结果维持 结果纠正 其他结果 尚未审结 总计";
        let [one, two] = figures.map(|figures| figures.join(" "));
        format!("四、政府信息公开行政复议、行政诉讼情况\n{first}\n{head}\n{one}\n{second}\n{head}\n{two}\n五、存在的主要问题及改进情况\n")
    }

    const SEVEN: [&str; 15] = ["4", "1", "2", "0", "7", "1", "0", "0", "1", "2", "0", "3", "0", "0", "3"];
    const NINE: [&str; 15] = ["5", "1", "3", "0", "9", "1", "1", "0", "1", "3", "0", "4", "0", "0", "4"];

    /// The figures of the year and of the whole body, and those of other tables by their period and subject.
    fn cases(text: &str) -> (Vec<f64>, Vec<(Period, String, f64)>, usize) {
        let read = extracted(text, 2022);
        let upheld = read.facts.iter().filter(|f| f.place.is_some_and(|p| p.column == 0)).collect::<Vec<_>>();
        let is_own = |f: &&&Fact| f.period == Period::Year && f.subject.is_empty();
        (
            upheld.iter().filter(is_own).filter_map(|f| f.value).collect(),
            upheld.iter().filter(|f| !is_own(f)).filter_map(|f| Some((f.period, f.subject.clone(), f.value?))).collect(),
            read.facts.iter().filter(|f| read.facts.iter().any(|other| says_otherwise(f, other))).count(),
        )
    }

    /// Whether two figures of one thing differ.
    fn says_otherwise(one: &Fact, other: &Fact) -> bool {
        let about = |f: &Fact| (f.code, f.applicant, f.period, f.subject.clone());
        about(one) == about(other) && one.value != other.value
    }

    #[test]
    fn a_table_of_another_year_is_of_that_year() {
        let previous = |value| (vec![if value == 4.0 { 5.0 } else { 4.0 }], vec![(Period::PreviousYear, String::new(), value)], 0);
        assert_eq!(cases(&review("2021年", [SEVEN, NINE], "2022年")), previous(4.0));
        assert_eq!(cases(&review("（2022年）", [SEVEN, NINE], "附：2021年行政复议情况")), previous(5.0));
        // Alone, or beside another of another year, it is what the report states.
        let (own, other, _) = cases(&review("2021年", [SEVEN, NINE], "2020年"));
        assert_eq!((own.len(), other.len()), (2, 0));
    }

    #[test]
    fn a_table_of_a_part_is_of_that_part() {
        let part = |own, name: &str, value| (vec![own], vec![(Period::Year, name.to_owned(), value)], 0);
        assert_eq!(cases(&review("表1 县政府本级", [SEVEN, NINE], "表2 全县合计")), part(5.0, "县政府本级", 4.0));
        assert_eq!(cases(&review("（一）全县情况", [NINE, SEVEN], "（二）县政府本级情况")), part(5.0, "县政府本级", 4.0));
        assert_eq!(cases(&review("（一）情况", [NINE, SEVEN], "附件1 河西街道办事处情况")), part(5.0, "河西街道办事处", 4.0));
    }
}
