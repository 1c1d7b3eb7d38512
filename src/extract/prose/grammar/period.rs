//! What time a figure is about.

use super::super::clauses::{Kind, Token};
use super::Walk;

use crate::extract::Period;
use crate::knowledge::Role;

impl Walk<'_, '_, '_> {
    pub(super) fn period(&self, i: usize) -> Period {
        let clause = &self.tokens[self.clause.min(i)..i];
        let own = self.period_of(clause, i);
        let inherited = self.context.total.filter(|_| self.context.breakdown).map(|t| t.period);
        own.or(inherited).or(self.sentence_period).unwrap_or_default()
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
                _ if token.is(Role::Period) => match token.value() {
                    "year" => period = Some(Period::Year),
                    "previous" => period = Some(Period::PreviousYear),
                    "cumulative" => period = Some(Period::Cumulative),
                    "part" => period = Some(Period::PartYear),
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
}
