//! What time a figure is about.

use super::super::clauses::{Kind, Token};
use super::Walk;

use crate::extract::Period;
use crate::knowledge::Role;

/// First report year: the Regulations on disclosure are in force since 1 May 2008.
const FIRST_YEAR: i16 = 2008;

impl Walk<'_, '_, '_> {
    pub(super) fn period(&self, i: usize) -> Period {
        let clause = &self.tokens[self.clause.min(i)..i];
        let own = self.period_of(clause, i).or_else(|| self.period_of(self.adverbial(), self.clause.min(i)));
        let inherited = self.context.total.filter(|_| self.context.breakdown).map(|t| t.period);
        // 累计公开3.2万条,新增9812条: what is new is the year's.
        let words = &self.reader.text[clause.first().map_or(0..0, |first| first.span.start..self.tokens[i].span.start)];
        let new = (words.contains("新增") && !words.contains("累计")).then_some(Period::Year);
        own.or(new).or(inherited).or(self.sentence_period).unwrap_or_default()
    }

    /// 2018年1-11月,网站发布562条: a clause of nothing but a time belongs to the one behind it.
    fn adverbial(&self) -> &[Token] {
        let Some(end) = self.clause.checked_sub(1).filter(|end| self.tokens[*end].kind == Kind::Comma) else { return &[] };
        let start = self.tokens[..end].iter().rposition(|t| matches!(t.kind, Kind::Comma | Kind::Semicolon)).map_or(0, |at| at + 1);
        let clause = &self.tokens[start..end];
        if is_part_of_year(clause) { clause } else { &[] }
    }

    /// Whether the first clause of the sentence is nothing but a part of a year: 2022年上半年,公开673条,受理267件.
    pub(super) fn opens_with_part(&self) -> bool {
        let end = self.tokens.iter().position(|t| t.kind == Kind::Comma).unwrap_or_default();
        is_part_of_year(&self.tokens[..end])
    }

    /// The period that words in a range of tokens give.
    pub(super) fn period_of(&self, range: &[Token], i: usize) -> Option<Period> {
        let latest = self.tokens.iter().filter_map(|t| if let Kind::Year(y) = t.kind { Some(y) } else { None }).max();
        let year = self.reader.year.or(latest);
        let mut period = None;
        let mut since = None;
        for (k, token) in range.iter().enumerate() {
            match &token.kind {
                Kind::Year(y) => {
                    period = Some(match year {
                        _ if self.spans_years(&range[..k], *y) => Period::Cumulative,
                        Some(year) if *y != year => Period::PreviousYear,
                        _ => Period::Year,
                    });
                }
                Kind::Month => {
                    let whole = self.reader.text[token.span.start..].starts_with("1月") && {
                        let end = self.tokens.get(i).map_or(token.span.end, |t| t.span.start).max(token.span.end);
                        self.reader.text[token.span.start..end].contains("12月")
                    };
                    if !whole && period.is_none_or(|p| p == Period::Year) && !range[..k].iter().any(|t| t.kind == Kind::Month && whole) {
                        period = Some(Period::PartYear);
                    }
                }
                // 到2010年底.
                Kind::Number if k > 0 && self.ends_a_year(&range[k - 1], token) => since = Some((token.span.end, false, period)),
                _ if token.is(Role::Period) => match token.value() {
                    "year" => period = Some(Period::Year),
                    "previous" => period = Some(Period::PreviousYear),
                    // In 2008, the year in which the Regulations came into force, all since then is the year's.
                    "cumulative" if self.reader.year == Some(FIRST_YEAR) && self.reader.text[token.span.clone()].contains("条例") => {
                        period = Some(Period::Year);
                    }
                    "cumulative" => period = Some(Period::Cumulative),
                    // 自2010年3月2日改版以来: from a year before the report's on.
                    "start" | "part" if self.begins_before(token.span.start) => period = Some(Period::Cumulative),
                    "part" => period = Some(Period::PartYear),
                    // 2021年以来: in the report of that year all of it.
                    "start" if k > 0 && matches!(range[k - 1].kind, Kind::Year(_)) => {
                        period = if period == Some(Period::Year) { period } else { Some(Period::Cumulative) };
                    }
                    value => since = Some((token.span.end, value == "start", period)),
                },
                _ => {}
            }
        }
        if let Some((at, start, before)) = since {
            let end = self.tokens.get(i).map_or(self.span.end, |t| t.span.start).max(at);
            let between = &self.reader.text[at..end];
            let this_year = ["全年", "本年", "今年", "当年", "年度"].iter().any(|w| between.contains(w));
            if this_year || (period == Some(Period::Year) && before != period) {
                return Some(Period::Year);
            }
            if between.contains("累计") {
                return Some(Period::Cumulative);
            }
            return if start { Some(Period::PartYear) } else { before };
        }
        period
    }

    /// Whether a time that ends with 以来 at a place begins in a year before that of the report.
    fn begins_before(&self, end: usize) -> bool {
        let words = &self.reader.text[self.span.start..end];
        let Some((_, words)) = words.rsplit_once('自') else { return false };
        let year = words.split_once('年').and_then(|(year, _)| year.trim().parse::<i16>().ok());
        !words.contains(['，', ',']) && year.zip(self.reader.year).is_some_and(|(begin, own)| begin > 1990 && begin < own)
    }

    /// Whether a year ends a run of years: 2008年至2013年.
    fn spans_years(&self, before: &[Token], year: i16) -> bool {
        let [.., first, between] = before else { return false };
        let text = &self.reader.text[between.span.clone()];
        matches!(first.kind, Kind::Year(y) if y < year) && ["至", "到", "-", "—", "－", "~", "～"].contains(&text)
    }

    /// Whether a token is the end of a year up to which something was counted.
    fn ends_a_year(&self, before: &Token, token: &Token) -> bool {
        let text = self.reader.text;
        text[before.span.clone()].ends_with(['到', '至']) && text[token.span.clone()].ends_with(['底', '末'])
    }
}

/// Whether tokens say a part of a year and nothing else.
fn is_part_of_year(clause: &[Token]) -> bool {
    let is_part = |t: &Token| t.kind == Kind::Month || (t.is(Role::Period) && t.value() == "part");
    clause.iter().any(is_part) && clause.iter().all(|t| is_part(t) || matches!(t.kind, Kind::Year(_)))
}
