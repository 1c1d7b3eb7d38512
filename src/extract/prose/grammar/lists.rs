//! Several labels at once: `list` and `each`.

use std::ops::Range;

use super::super::clauses::Kind;
use super::{Label, Reading, Walk};

use crate::extract::Period;
use crate::knowledge::{Role, UnitSet};

impl Walk<'_, '_, '_> {
    /// Labels that are coordinated before a place: 当面、传真、网络.
    pub(super) fn groups(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut groups = Vec::new();
        let mut start = range.start;
        for k in range.clone() {
            if self.tokens[k].is(Role::Join) {
                groups.push(start..k);
                start = k + 1;
            }
        }
        groups.push(start..range.end);
        // 当面、、传真: a mark that stands twice parts nothing.
        groups.retain(|group| !group.is_empty());
        groups
    }

    /// The labels before a place that stand apart by commas or words that join, back to the last figure: 当面申请,
    /// 网络申请,信函申请分别为….
    fn labelled_clauses(&self, i: usize) -> Vec<Range<usize>> {
        let ends = |k: &usize| {
            matches!(self.tokens[*k].kind, Kind::Semicolon | Kind::Colon | Kind::Stop | Kind::Open | Kind::Close | Kind::Quantity(_))
                || self.tokens[*k].is(Role::Breakdown)
        };
        let start = (0..i).rev().find(ends).map_or(0, |k| k + 1);
        let mut groups = Vec::new();
        let mut from = start;
        for k in (start..i).filter(|k| self.tokens[*k].kind == Kind::Comma || self.tokens[*k].is(Role::Join)) {
            groups.push(from..k);
            from = k + 1;
        }
        groups.push(from..i);
        groups.retain(|group| !self.labels(group.clone()).is_empty());
        groups
    }

    /// The coordinated labels that end at a place, those before commas among them where nothing but labels stands
    /// there: 行政复议,行政诉讼均为0件.
    pub(super) fn coordinated(&self, from: usize, to: usize) -> Vec<Range<usize>> {
        let groups = self.groups(from..to);
        if groups.len() > 1 {
            return groups;
        }
        let clauses = self.labelled_clauses(to);
        let is_bare = |group: &Range<usize>| {
            self.tokens[group.clone()].iter().all(|t| t.label().is_some() || t.is(Role::Filler) || t.is(Role::Modifier))
        };
        if clauses.len() > 1 && clauses.iter().all(is_bare) { clauses } else { groups }
    }

    /// 分别为: the labels before it and the figures after it, one to one.
    pub(super) fn list(&mut self, i: usize) -> Option<usize> {
        let mut figures = Vec::new();
        let mut k = i + 1;
        let mut first = None;
        while k < self.tokens.len() {
            let token = &self.tokens[k];
            match &token.kind {
                Kind::Quantity(q) if q.class == UnitSet::PERCENT && figures.is_empty() => return None,
                Kind::Quantity(q) if q.class == UnitSet::PERCENT => {}
                Kind::Quantity(_) => {
                    first.get_or_insert(k);
                    figures.push(k);
                }
                Kind::Semicolon | Kind::Stop | Kind::Open => break,
                // A label between the figures: they are no list.
                _ if !figures.is_empty() && token.label().is_some() => break,
                _ => {}
            }
            k += 1;
        }
        let first = first?;
        let heads = self.labels(i + 1..first);
        let last = figures.last().copied()?;
        let mut ranges: Vec<Range<usize>> = self.groups(self.clause..i);
        // 2006年、2007年分别有6852件: one of the figures is lost, or both are one.
        let is_torn = ranges.len() > 1 && self.reader.text[self.tokens[i].span.clone()].starts_with("分别");
        if ranges.len() != figures.len() {
            // 渠道包括A、B、C,分别为..: the labels may stand in the clause before.
            let start = (0..self.clause.saturating_sub(1))
                .rev()
                .find(|k| {
                    matches!(self.tokens[*k].kind, Kind::Comma | Kind::Semicolon | Kind::Colon) || self.tokens[*k].is(Role::Breakdown)
                })
                .map_or(0, |k| k + 1);
            ranges = self.groups(start..self.clause.saturating_sub(1));
        }
        if ranges.len() != figures.len() {
            ranges = self.labelled_clauses(i);
            ranges.drain(..ranges.len().saturating_sub(figures.len()));
        }
        if ranges.len() != figures.len() && (figures.len() > 1 || is_torn) {
            // Which label has which figure is not told.
            self.window = last + 1;
            return Some(last + 1);
        }
        if ranges.len() != figures.len() || ranges.len() < 2 || self.tokens[self.clause..i].iter().any(|t| t.is(Role::Foreign)) {
            return None;
        }
        let class = self.tokens[first].quantity()?.class;
        let shared: Vec<Label> = ranges.iter().flat_map(|r| self.labels(r.clone())).chain(heads.iter().copied()).collect();
        let union = self.frame_hint(&shared, class);
        let readings: Vec<(Option<Reading>, Period, Vec<Label>)> = ranges
            .iter()
            .zip(&figures)
            .map(|(range, figure)| {
                let class = self.tokens[*figure].quantity().map_or(class, |q| q.class);
                let mut labels = self.labels(range.clone());
                let period = self.period_of(&self.tokens[range.clone()], *figure);
                if labels.is_empty() {
                    labels.clone_from(&heads);
                }
                // 2015年、2016年收到申请分别为15件、22件: one label for all times.
                if labels.is_empty() && period.is_some() {
                    labels = ranges.last().map(|last| self.labels(last.clone())).unwrap_or_default();
                }
                (self.resolve(&labels, class, union), period.unwrap_or_else(|| self.period(i)), labels)
            })
            .collect();
        for (figure, (reading, period, labels)) in figures.iter().zip(readings) {
            // 结果维持、其他结果分别为18件、7件: what is left over is of the kind of those before it.
            let is_open = reading.as_ref().is_some_and(|r| r.codes.is_empty());
            let reading = if is_open { self.resolve(&labels, class, union) } else { reading };
            if let Some(reading) = reading {
                self.claim(*figure, &reading, period, "list", &(i..i));
            }
        }
        self.window = last + 1;
        Some(last + 1)
    }

    /// 各 and 均为: one figure for every label before it.
    pub(super) fn each(&mut self, i: usize) -> Option<usize> {
        let figure = (i + 1..self.tokens.len()).find(|k| self.tokens[*k].quantity().is_some())?;
        let class = self.tokens[figure].quantity()?.class;
        let ranges = self.coordinated(self.window, i);
        if ranges.len() < 2 || self.tokens[self.window..i].iter().any(|t| t.is(Role::Foreign)) {
            return None;
        }
        let shared: Vec<Label> = ranges.iter().flat_map(|r| self.labels(r.clone())).collect();
        let union = self.frame_hint(&shared, class);
        let period = self.period(i);
        let readings: Vec<Option<Reading>> = ranges.iter().map(|r| self.resolve(&self.labels(r.clone()), class, union)).collect();
        if readings.iter().all(Option::is_none) {
            return None;
        }
        for reading in readings.into_iter().flatten() {
            self.claim(figure, &reading, period, "each", &(i..i));
        }
        self.window = figure + 1;
        Some(figure + 1)
    }
}
