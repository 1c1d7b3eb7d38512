//! The identities over the selected figures of a report.
//!
//! A blank cell is unknown, not zero; but counts are never negative, so that parts which already make up
//! the whole prove the blank ones zero, and parts that exceed it break the identity whatever the blanks hold.

use std::collections::{BTreeMap, HashMap};

use super::{Checked, Checks, Finding, Severity, Tally, is_exact, number, word};
use crate::extract::{Applicant, Fact, Origin, Period, Qualifier};
use crate::knowledge::{CodeId, Columns, Comparison, Identity, codebook, identities};

/// Computes all identities, for each subject of the report.
pub(super) fn compute(facts: &[Fact], checks: &mut Checks) {
    let mut subjects: BTreeMap<&str, HashMap<(CodeId, Applicant), usize>> = BTreeMap::new();
    for (n, fact) in facts.iter().enumerate() {
        if checks.selected[n] && fact.period == Period::Year {
            subjects.entry(fact.subject.as_str()).or_default().insert((fact.code, fact.applicant), n);
        }
    }
    let mut proven: HashMap<usize, Proof> = HashMap::new();
    for by_key in subjects.values() {
        let mut sums = Sums { facts, by_key, checks, proven: &mut proven };
        for identity in identities() {
            match identity.columns {
                Columns::Each => {
                    for applicant in &Applicant::ALL[1..] {
                        sums.equal(identity, *applicant);
                    }
                }
                Columns::None if identity.relation == Comparison::Equal => sums.equal(identity, Applicant::None),
                Columns::None => sums.at_most(identity),
                Columns::Row => sums.rows(identity),
                Columns::Cross => sums.cross(identity),
            }
        }
    }
    for tally in checks.tally.values() {
        checks.held += tally.held;
        checks.broken += tally.broken;
        checks.open += tally.open;
    }
    for (n, proof) in proven {
        // Where a sum around the cell is broken nothing is proven.
        if let Proof::Value(value) = proof
            && facts[n].qualifier == Qualifier::Blank
        {
            checks.implied[n] = Some(value);
        }
    }
}

/// What identities say of a figure that is not printed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Proof {
    Value(f64),
    /// Two identities disagree, or one is broken.
    None,
}

/// A term of an identity in a report.
#[derive(Clone, Copy, Debug)]
enum Term {
    Known(f64, usize),
    /// A cell without a figure, or a figure that is not exact.
    Unknown(usize),
    Absent,
}

/// A side of an identity.
#[derive(Default)]
struct Side {
    sum: f64,
    known: Vec<usize>,
    unknown: Vec<usize>,
    absent: usize,
}

struct Sums<'a> {
    facts: &'a [Fact],
    by_key: &'a HashMap<(CodeId, Applicant), usize>,
    checks: &'a mut Checks,
    proven: &'a mut HashMap<usize, Proof>,
}

impl Sums<'_> {
    fn term(&self, code: CodeId, applicant: Applicant) -> Term {
        match self.by_key.get(&(code, applicant)) {
            None => Term::Absent,
            Some(&n) => match self.facts[n].value {
                Some(value) if is_exact(&self.facts[n]) => Term::Known(value, n),
                _ => Term::Unknown(n),
            },
        }
    }

    fn side(&self, terms: impl IntoIterator<Item = (CodeId, Applicant)>) -> Side {
        let mut side = Side::default();
        for (code, applicant) in terms {
            match self.term(code, applicant) {
                Term::Known(value, n) => {
                    side.sum += value;
                    side.known.push(n);
                }
                Term::Unknown(n) => side.unknown.push(n),
                Term::Absent => side.absent += 1,
            }
        }
        side
    }

    /// Whether the stated parts are a whole list although others are not stated.
    fn is_whole(&self, identity: &'static Identity, applicant: Applicant) -> bool {
        identity.complete.iter().any(|set| set.iter().all(|code| matches!(self.term(*code, applicant), Term::Known(..))))
    }

    fn in_form(&self, identity: &'static Identity, applicant: Applicant) -> bool {
        identity.form.is_empty()
            || identity
                .lhs
                .iter()
                .filter_map(|code| self.by_key.get(&(*code, applicant)))
                .any(|n| self.facts[*n].form.as_str() == identity.form)
    }

    fn equal(&mut self, identity: &'static Identity, applicant: Applicant) {
        if !self.in_form(identity, applicant) {
            return;
        }
        let lhs = self.side(identity.lhs.iter().map(|code| (*code, applicant)));
        let Some(parts) = identity.rhs.first() else { return };
        let rhs = self.side(parts.iter().map(|code| (*code, applicant)));
        let whole = rhs.absent == 0 || self.is_whole(identity, applicant);
        let optional: f64 = identity
            .optional
            .iter()
            .filter_map(|code| match self.term(*code, applicant) {
                Term::Known(value, _) => Some(value),
                _ => None,
            })
            .sum();
        let expression = || {
            let side = |terms: &[CodeId]| terms.iter().map(|c| word(*c)).collect::<Vec<_>>().join(" + ");
            format!("{} = {}", side(&identity.lhs), side(parts))
        };
        self.judge(identity, applicant, &lhs, &rhs, whole, optional, expression);
    }

    /// The total column against the kinds of applicant.
    fn rows(&mut self, identity: &'static Identity) {
        for (code, row) in codebook().codes() {
            if !row.indicator.starts_with(&identity.prefix) || !self.by_key.contains_key(&(code, Applicant::Total)) {
                continue;
            }
            let kinds = Applicant::ALL.iter().filter(|a| !matches!(a, Applicant::None | Applicant::Total));
            let lhs = self.side([(code, Applicant::Total)]);
            let rhs = self.side(kinds.map(|a| (code, *a)));
            let whole = rhs.absent == 0;
            self.judge(identity, Applicant::Total, &lhs, &rhs, whole, 0.0, || {
                format!("{0}[total] = {0}[natural_person] + … + {0}[other]", word(code))
            });
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one place decides what held, broken and open mean")]
    fn judge(
        &mut self,
        identity: &'static Identity,
        applicant: Applicant,
        lhs: &Side,
        rhs: &Side,
        whole: bool,
        optional: f64,
        expression: impl Fn() -> String,
    ) {
        let seen = lhs.known.len() + lhs.unknown.len() > 0 && rhs.known.len() + rhs.unknown.len() > 0;
        if !seen {
            return;
        }
        let delta = lhs.sum - rhs.sum;
        let equal = |delta: f64| delta.abs() <= identity.tolerance + 1e-6;
        let lhs_complete = lhs.unknown.is_empty() && lhs.absent == 0;
        let rhs_complete = rhs.unknown.is_empty() && whole;
        if lhs.known.is_empty() || rhs.known.is_empty() {
            self.count(identity, |tally| &mut tally.open);
        } else if (equal(delta) || optional > 0.0 && equal(delta + optional)) && (lhs_complete || rhs_complete) {
            self.count(identity, |tally| &mut tally.held);
            self.mark(lhs.known.iter().chain(&rhs.known), Checked::Held);
        } else if lhs_complete && (delta < 0.0 || rhs_complete) || rhs_complete && delta > 0.0 {
            self.break_(identity, applicant, lhs, rhs, lhs_complete && rhs_complete, expression());
            for n in lhs.unknown.iter().chain(&rhs.unknown) {
                self.proven.insert(*n, Proof::None);
            }
            return;
        } else {
            self.count(identity, |tally| &mut tally.open);
        }
        // What a whole side proves of the other side's blanks.
        if lhs_complete && whole {
            self.prove(&rhs.unknown, delta);
        } else if rhs_complete && lhs.absent == 0 {
            self.prove(&lhs.unknown, -delta);
        }
    }

    /// The rest of a sum lies in its unknown parts: all of it in one, or nothing in any.
    fn prove(&mut self, unknown: &[usize], rest: f64) {
        let value = match unknown {
            [_] if rest >= 0.0 => rest,
            [_, ..] if rest.abs() < 1e-6 => 0.0,
            _ => return,
        };
        for n in unknown {
            let proof = self.proven.entry(*n).or_insert(Proof::Value(value));
            if *proof != Proof::Value(value) {
                *proof = Proof::None;
            }
        }
    }

    fn at_most(&mut self, identity: &'static Identity) {
        let Some(&[whole]) = identity.rhs.first().map(Vec::as_slice) else { return };
        for code in &identity.lhs {
            match (self.term(*code, Applicant::None), self.term(whole, Applicant::None)) {
                (Term::Known(part, p), Term::Known(all, a)) => {
                    if part <= all + identity.tolerance {
                        self.count(identity, |tally| &mut tally.held);
                        self.mark([p, a].iter(), Checked::Held);
                    } else {
                        let (lhs, rhs) =
                            (Side { sum: part, known: vec![p], ..Side::default() }, Side { sum: all, known: vec![a], ..Side::default() });
                        let cells = [p, a].iter().all(|n| self.facts[*n].origin == Origin::Table);
                        self.break_(identity, Applicant::None, &lhs, &rhs, cells, format!("{} <= {}", word(*code), word(whole)));
                    }
                }
                (Term::Absent, _) | (_, Term::Absent) => {}
                _ => self.count(identity, |tally| &mut tally.open),
            }
        }
    }

    /// A figure of prose against the table's total column: one of the alternatives must be it.
    fn cross(&mut self, identity: &'static Identity) {
        let lhs = self.side(identity.lhs.iter().map(|code| (*code, Applicant::None)));
        if lhs.known.is_empty() || !lhs.known.iter().all(|n| self.facts[*n].origin == Origin::Narrative) {
            return;
        }
        let sides: Vec<Side> = identity.rhs.iter().map(|terms| self.side(terms.iter().map(|c| (*c, Applicant::Total)))).collect();
        let Some(first) = sides.first() else { return };
        if first.known.is_empty() {
            return;
        }
        if let Some(side) = sides.iter().find(|s| !s.known.is_empty() && (lhs.sum - s.sum).abs() <= identity.tolerance + 1e-6) {
            self.count(identity, |tally| &mut tally.held);
            self.mark(lhs.known.iter().chain(&side.known), Checked::Held);
        } else if sides.iter().all(|s| s.unknown.is_empty() && s.absent == 0) {
            let side = |terms: &[CodeId]| terms.iter().map(|c| format!("{}[total]", word(*c))).collect::<Vec<_>>().join(" + ");
            let expression = format!("{} = {}", word(identity.lhs[0]), side(&identity.rhs[0]));
            self.break_(identity, Applicant::None, &lhs, first, true, expression);
        } else {
            self.count(identity, |tally| &mut tally.open);
        }
    }

    fn count(&mut self, identity: &'static Identity, outcome: impl Fn(&mut Tally) -> &mut usize) {
        *outcome(self.checks.tally.entry(&identity.key).or_default()) += 1;
    }

    fn mark<'n>(&mut self, facts: impl Iterator<Item = &'n usize>, mark: Checked) {
        for n in facts {
            let held = &mut self.checks.checked[*n];
            if *held != Checked::Broken {
                *held = mark;
            }
        }
    }

    fn break_(&mut self, identity: &'static Identity, applicant: Applicant, lhs: &Side, rhs: &Side, whole: bool, expression: String) {
        self.count(identity, |tally| &mut tally.broken);
        self.mark(lhs.known.iter().chain(&rhs.known), Checked::Broken);
        let cells = lhs.known.iter().chain(&rhs.known).all(|n| self.facts[*n].origin == Origin::Table);
        let severity = match identity.severity.as_str() {
            // Parts of prose that exceed a whole may belong to another one.
            "error" if whole || cells => Severity::Error,
            "note" => Severity::Note,
            _ => Severity::Warning,
        };
        let single = |side: &Side| match side.known[..] {
            [n] if side.unknown.is_empty() => Some(n),
            _ => None,
        };
        let mut indicators: Vec<String> = Vec::new();
        for n in lhs.known.iter().chain(&rhs.known) {
            let indicator = &codebook()[self.facts[*n].code].indicator;
            if !indicators.contains(indicator) {
                indicators.push(indicator.clone());
            }
        }
        let (left, right) = (number(lhs.sum), number(rhs.sum));
        self.checks.findings.push(Finding {
            check: identity.key.clone(),
            severity,
            applicant: applicant.as_str(),
            expression,
            lhs: Some(lhs.sum),
            rhs: Some(rhs.sum),
            lhs_fact: if identity.lhs.len() <= 1 { single(lhs) } else { None },
            rhs_fact: if identity.rhs.iter().all(|r| r.len() == 1) { single(rhs) } else { None },
            message_zh: format!("{}：{left} 与 {right}", identity.message_zh),
            message_en: format!("{}: {left} against {right}", identity.message_en),
            indicators,
        });
    }
}
