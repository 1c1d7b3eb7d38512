//! What an address tells: a date, codes of regions, the registered domain, a year.
//!
//! Mirrors keep the path of the page they took and change its host, so the path is evidence under any host
//! and the host only where it is a government's.

use chrono::NaiveDate;

use crate::knowledge::{PhraseRole, phrases};

/// The parts of an address, lower case.
#[derive(Clone, Debug, Default)]
pub(super) struct Address {
    text: String,
    host_end: usize,
    host_start: usize,
}

impl Address {
    pub(super) fn new(address: Option<&str>) -> Self {
        let text = address.unwrap_or_default().to_ascii_lowercase();
        let host_start = text.find("://").map_or(0, |at| at + 3);
        let host_end = text[host_start..].find(['/', '?', '#', ':']).map_or(text.len(), |at| host_start + at);
        Self { text, host_end, host_start }
    }

    /// The host.
    pub(super) fn host(&self) -> &str {
        &self.text[self.host_start..self.host_end]
    }

    /// Whether the host is a government's.
    pub(super) fn is_government(&self) -> bool {
        let host = self.host();
        host == "gov.cn" || host.ends_with(".gov.cn")
    }

    /// The labels of a government host before gov.cn, the registered one last.
    pub(super) fn labels(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.host().strip_suffix(".gov.cn").unwrap_or_default().split('.').filter(|l| !l.is_empty() && *l != "www")
    }

    /// Whether the host is the portal of the central government, or a body's own under its domain. Below it branches
    /// have hosts of their own (lasa.pbc.gov.cn), which do not speak for the body.
    pub(super) fn speaks_for(&self, domain: &str) -> bool {
        let host = self.host().strip_prefix("www.").unwrap_or(self.host());
        host == "gov.cn" || host.strip_suffix(domain).is_some_and(|own| own.is_empty() || own.ends_with("gk."))
    }

    /// Path and query.
    pub(super) fn path(&self) -> &str {
        &self.text[self.host_end..]
    }

    /// Words of the path: runs of letters.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.path().split(|c: char| !c.is_ascii_alphabetic()).filter(|w| !w.is_empty())
    }

    /// The full date that the path holds: /202007/10/, t20170310_, /2022/01/21/, /2013-01-25/, /20210929/.
    pub(super) fn date(&self) -> Option<NaiveDate> {
        let path = self.path().split('?').next().unwrap_or_default();
        let mut best = None;
        let runs = digit_runs(path);
        for (n, run) in runs.iter().enumerate() {
            let digits = &path[run.clone()];
            let found = match digits.len() {
                8 => ymd(&digits[..4], &digits[4..6], &digits[6..]),
                // A time stamp down to the second or its thousandth.
                14 | 17 => ymd(&digits[..4], &digits[4..6], &digits[6..8]).filter(|_| digits[8..10] < *"24" && digits[10..12] < *"60"),
                // /202007/10/, and not /202007/10.html, which is a number
                6 => next(path, &runs, n)
                    .filter(|(at, d)| d.len() <= 2 && path[runs[*at].end..].starts_with('/'))
                    .and_then(|(_, d)| ymd(&digits[..4], &digits[4..], d)),
                // /2022/01/21/, /2013-01-25/, /2014-04/22/, /2017/0301/
                4 => next(path, &runs, n).and_then(|(at, month)| {
                    if month.len() == 4 && path[runs[at].end..].starts_with('/') {
                        return ymd(digits, &month[..2], &month[2..]);
                    }
                    let (last, day) = next(path, &runs, at)?;
                    // /2022/01/21/ and /2013-01-25.html, and not /2015-03/1.html, which is the first file of a month
                    let (between, after) = (&path[runs[at].end..runs[last].start], &path[runs[last].end..]);
                    let whole = if between == "/" { after.starts_with('/') } else { day.len() == 2 || after.starts_with('/') };
                    (whole && month.len() <= 2 && day.len() <= 2).then(|| ymd(digits, month, day))?
                }),
                _ => None,
            };
            // The last is that of the page; folders before it can be older.
            best = found.or(best);
        }
        best
    }

    /// Six-digit codes of regions where a path or query states them: in credit codes (11370828…) and site codes.
    pub(super) fn region_codes(&self) -> Vec<u32> {
        region_codes(self.path())
    }

    /// The year that the query names as the report's, or that folders name.
    pub(super) fn year(&self) -> Option<(i16, &'static str)> {
        let path = self.path();
        if path.is_empty() {
            return None;
        }
        for (key, rule) in [("nbyear=", "query nbYear"), ("year=", "query year"), ("title=", "query title"), ("fbtime=", "query fbtime")] {
            let year = path.find(key).and_then(|at| path.get(at + key.len()..at + key.len() + 4)).and_then(plausible_year);
            if let Some(year) = year {
                return Some((year, rule));
            }
        }
        path.split(['/', '_', '-']).find_map(|folder| {
            let digits: String = folder.chars().filter(char::is_ascii_digit).collect();
            let rest: String = folder.chars().filter(|c| !c.is_ascii_digit()).collect();
            // 2018n, n2017, 2014nb, 2023nnb, nb2016, 2016nzfxxgkndbg
            let named = phrases().is(PhraseRole::YearFolder, &rest);
            (named && digits.len() == 4).then(|| plausible_year(&digits))?.map(|y| (y, "folder"))
        })
    }
}

fn plausible_year(digits: &str) -> Option<i16> {
    digits.parse().ok().filter(|y| (2005..=2039).contains(y))
}

/// Credit codes of bodies (two digits for the kind, six for the region, nine for the body) and codes that
/// stand after letters (LH331082).
pub(super) fn region_codes(text: &str) -> Vec<u32> {
    let mut codes = Vec::new();
    for run in digit_runs(text) {
        let digits = &text[run.clone()];
        let before = text[..run.start].chars().next_back();
        let credit = digits.len() >= 8 && (digits.starts_with("11") || digits.starts_with("12")) && credit_length(&text[run.start..]) == 18;
        let lettered = digits.len() == 6 && before.is_some_and(|c| c.is_ascii_alphabetic());
        let six = if credit {
            digits.get(2..8)
        } else if lettered {
            Some(digits)
        } else {
            None
        };
        codes.extend(six.and_then(|d| d.parse::<u32>().ok()));
    }
    codes
}

fn credit_length(text: &str) -> usize {
    text.chars().take(19).take_while(char::is_ascii_alphanumeric).count()
}

fn digit_runs(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, _) in text.bytes().enumerate().filter(|(_, b)| b.is_ascii_digit()) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

/// The run after one, where a single separator stands between.
fn next<'a>(path: &'a str, runs: &[std::ops::Range<usize>], n: usize) -> Option<(usize, &'a str)> {
    let run = runs.get(n + 1)?;
    let between = &path[runs[n].end..run.start];
    matches!(between, "/" | "-" | "_").then(|| (n + 1, &path[run.clone()]))
}

fn ymd(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let year: i32 = year.parse().ok().filter(|y| (2005..=2039).contains(y))?;
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_addresses() {
        for (path, expected) in [
            ("http://a.cn/x/202007/10/bcfcb2ee-8f6b.html", Some((2020, 7, 10))),
            ("https://www.a.gov.cn/zwgk/201803/t20180330_2121591.html", Some((2018, 3, 30))),
            ("http://a.com/doc/2022/01/21/3585746.shtml", Some((2022, 1, 21))),
            ("http://a.cn/reports/2014-04/22/content_32171423.htm", Some((2014, 4, 22))),
            ("http://a.cn/art/2018/2/16/art_1229_18586.html", Some((2018, 2, 16))),
            ("http://a.cn/show/20220119085933732.html", Some((2022, 1, 19))),
            ("http://a.com/news/HTML_M/202502/2026.html", None),
            ("http://a.cn/2017/0301/1.html", Some((2017, 3, 1))),
            ("http://a.cn/2017/1542/1.html", None),
            ("http://a.cn/html/2015-03/1.html", None),
            ("http://a.cn/2015/03/7.html", None),
            ("http://a.cn/2015/3/art_1_7.html", None),
            ("http://a.cn/2015-03-1.html", None),
            ("http://a.cn/news/2015-03-17.html", Some((2015, 3, 17))),
            ("http://a.cn/2015/3/7/1.html", Some((2015, 3, 7))),
            ("http://a.cn/content/post_1542985.html", None),
            ("http://a.cn/c104322/201412/12345.html", None),
        ] {
            let date = expected.and_then(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d));
            assert_eq!(Address::new(Some(path)).date(), date, "{path}");
        }
    }

    #[test]
    fn hosts_that_speak_for_a_national_body() {
        let speaks = |a: &str| Address::new(Some(a)).speaks_for("cnta.gov.cn");
        assert!(speaks("http://www.gov.cn/gzdt/1.htm") && speaks("http://cnta.gov.cn/1") && speaks("http://zfxxgk.cnta.gov.cn/1"));
        assert!(!speaks("http://hn.cnta.gov.cn/1") && !speaks("http://www.abcnta.gov.cn/1") && !speaks("http://www.yz.gov.cn/1"));
    }

    #[test]
    fn codes_in_addresses() {
        let codes = |a: &str| Address::new(Some(a)).region_codes();
        assert_eq!(codes("http://x.gov.cn/r.jsp?area=11370828004431350G&fbtime=2009"), [370_828]);
        assert_eq!(codes("http://x.gov.cn/r.jsp?area=LH331082-018&fbtime=2023"), [331_082]);
        assert_eq!(codes("http://x.gov.cn/r.jsp?area=001008003014055"), [0; 0]);
    }
}
