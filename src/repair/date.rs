//! Dates and document numbers whose units were lost on the way: `20201月1日`, `〔20166号`. Units are put
//! back where the digits can be read in one way only; a digit is never touched.

use super::{Draft, Edit};

const YEARS: std::ops::RangeInclusive<u32> = 1990..=2035;

/// Puts lost units back.
pub(super) fn repair(draft: &mut Draft) -> bool {
    let text = draft.as_str();
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let len = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        let (start, digits) = (at, &bytes[at..at + len]);
        at += len;
        // Longer runs are telephone and record numbers.
        if !(5..=16).contains(&len) || text[..start].ends_with(['.', '-', '/', ',', '—']) {
            continue;
        }
        let insert = |place: usize, unit: &str| Edit { range: start + place..start + place, text: unit.to_owned() };
        match text[at..].chars().next() {
            Some('月') if is_year(&digits[..4]) && number(&digits[4..], 1..=12) => edits.push(insert(4, "年")),
            Some('日') => edits.extend(units(digits).into_iter().flatten().map(|(place, unit)| insert(place, unit))),
            Some('号' | '號') => {
                let close = match text[..start].chars().next_back() {
                    Some('〔') => "〕",
                    Some('[') => "]",
                    Some('［') => "］",
                    Some('【') => "】",
                    Some('(') => ")",
                    Some('（') => "）",
                    _ => continue,
                };
                if is_year(&digits[..4]) && len <= 8 && digits[4] != b'0' {
                    edits.push(insert(4, close));
                }
            }
            _ => {}
        }
    }
    draft.apply(edits)
}

/// The units of one date, or of two that were the ends of a period, with their places; `None` where the
/// digits can be read in several ways or in none.
fn units(digits: &[u8]) -> Option<Vec<(usize, &'static str)>> {
    let one = |digits: &[u8], at: usize| {
        let month = is_year(digits.get(..4)?).then(|| split(&digits[4..]))??;
        Some([(at + 4, "年"), (at + 4 + month, "月")])
    };
    if digits.len() <= 8 {
        return Some(one(digits, 0)?.to_vec());
    }
    let periods = (6..=8).filter_map(|end| {
        let second = one(digits.get(end..)?, end)?;
        let first = one(&digits[..end], 0)?;
        // A period goes forward.
        (digits[..4] <= digits[end..end + 4]).then(|| vec![first[0], first[1], (end, "日至"), second[0], second[1]])
    });
    let mut found = periods.chain(within_a_year(digits));
    let only = found.next()?;
    found.next().is_none().then_some(only)
}

/// The ways to read digits as a year and the two days of a period in it.
fn within_a_year(digits: &[u8]) -> Vec<Vec<(usize, &'static str)>> {
    let mut found = Vec::new();
    let ends = (1..=2).flat_map(|a| (1..=2).flat_map(move |b| (1..=2).map(move |c| (4 + a, 4 + a + b, 4 + a + b + c))));
    for (month, day, last_month) in ends {
        let (Some(m), Some(d), Some(n), Some(e)) =
            (digits.get(4..month), digits.get(month..day), digits.get(day..last_month), digits.get(last_month..))
        else {
            continue;
        };
        let is_plain = [m, d, n, e].iter().all(|part| part[..].first().is_some_and(|b| *b != b'0') && part.len() <= 2);
        if is_plain && is_year(&digits[..4]) && is_day(m, d) && is_day(n, e) && (value(m), value(d)) < (value(n), value(e)) {
            found.push(vec![(4, "年"), (month, "月"), (day, "日至"), (last_month, "月")]);
        }
    }
    found
}

/// Whether a month has a day.
fn is_day(month: &[u8], day: &[u8]) -> bool {
    let days = match value(month) {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 29,
        _ => return false,
    };
    (1..=days).contains(&value(day))
}

fn value(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |n, b| 10 * n + u32::from(b - b'0'))
}

/// How many digits the month has in digits that are a month and a day.
fn split(digits: &[u8]) -> Option<usize> {
    let fits = |month: usize| {
        let (m, d) = (digits.get(..month)?, digits.get(month..)?);
        // With two digits for one of them 01 is as good as 1; but 1 01 is no date.
        let even = m.len() == 2 || m[0] != b'0';
        let day = !d.is_empty() && d.len() <= 2 && (d.len() == 1 || d[0] != b'0' || (m.len() == 2));
        (even && day && number(m, 1..=12) && number(d, 1..=31)).then_some(month)
    };
    match (fits(1), fits(2)) {
        (Some(_), Some(_)) | (None, None) => None,
        (month, None) | (None, month) => month,
    }
}

fn is_year(digits: &[u8]) -> bool {
    number(digits, YEARS)
}

fn number(digits: &[u8], within: std::ops::RangeInclusive<u32>) -> bool {
    digits.len() <= 4 && within.contains(&value(digits))
}

#[cfg(test)]
mod tests {
    use super::super::line;

    #[test]
    fn units_return_where_one_reading_is_left() {
        for (damaged, repaired) in [
            ("自20201月1日起至202012月31日止", "自2020年1月1日起至2020年12月31日止"),
            ("国办函〔20166号", "国办函〔2016〕6号"),
            ("200551日", "2005年5月1日"),
            ("2017210日)", "2017年2月10日)"),
            ("20101120101231日间", "2010年1月1日至2010年12月31日间"),
            ("20111231日", "2011年12月31日"),
            ("自2025111231日止", "自2025年1月1日至12月31日止"),
            // 1月1日至1月12日, 1月11日至12日.
            ("2025111112日", "2025111112日"),
            // 1月11日 or 11月1日.
            ("2005111日", "2005111日"),
            ("202013月", "202013月"),
            ("电话02866601234日", "电话02866601234日"),
            ("共12345月", "共12345月"),
            ("豫公网安备41030502000123号", "豫公网安备41030502000123号"),
        ] {
            assert_eq!(line(damaged), repaired);
        }
    }
}
