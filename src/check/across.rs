//! Checks between two reports, over the little that is remembered of each.

use super::{Finding, Severity, number};
use crate::knowledge::{AcrossIdentity, CodeId, Neighbour, across_identities, codebook};

/// A figure that takes part in checks between reports.
#[derive(Clone, Debug, PartialEq)]
struct Figure {
    code: CodeId,
    /// The applicant column; empty for the total and for figures without applicant, which are one quantity.
    applicant: &'static str,
    value: f64,
    /// Index of the fact.
    fact: usize,
}

/// What checks between reports remember of one: the exact figures that take part in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Brief(Vec<Figure>);

/// The applicant columns as [`crate::extract::Applicant`] names them, without the total.
const APPLICANTS: [&str; 6] = ["natural_person", "business", "research", "public_interest", "legal_service", "other"];

impl Brief {
    /// Remembers an exact figure of the year about the body as a whole, if a check asks for it. Of two of a key the
    /// first counts.
    pub fn add(&mut self, code: CodeId, applicant: &str, value: f64, fact: usize) {
        let applicant = APPLICANTS.iter().find(|known| **known == applicant).copied().unwrap_or_default();
        let asked = across_identities().iter().any(|identity| identity.lhs == code || identity.rhs.iter().any(|term| term.code == code));
        if asked && self.figure(code, applicant).is_none() {
            self.0.push(Figure { code, applicant, value, fact });
        }
    }

    fn figure(&self, code: CodeId, applicant: &str) -> Option<&Figure> {
        self.0.iter().find(|figure| figure.code == code && figure.applicant == applicant)
    }

    /// What is broken between this report and that of the same body for the year before.
    pub fn after(&self, before: &Self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for identity in across_identities().iter().filter(|identity| identity.neighbour == Neighbour::Previous) {
            for applicant in columns(identity) {
                let Some(lhs) = self.figure(identity.lhs, applicant) else { continue };
                let terms = identity.rhs.iter().map(|term| {
                    let report = if term.before { before } else { self };
                    report.figure(term.code, applicant).map(|figure| term.sign * figure.value)
                });
                // A figure that is not there is unknown and not zero.
                let Some(rhs) = terms.sum::<Option<f64>>() else { continue };
                if (lhs.value - rhs).abs() > identity.tolerance {
                    findings.push(finding(identity, applicant, (lhs.value, Some(lhs.fact)), rhs));
                }
            }
        }
        findings
    }

    /// What is broken between this report, which speaks for a whole area, and that of a body of the area. `of_part`:
    /// the finding is one about the body's report, whose facts it names.
    pub fn above(&self, part: &Self, of_part: bool) -> Vec<Finding> {
        let mut findings = Vec::new();
        for identity in across_identities().iter().filter(|identity| identity.neighbour == Neighbour::Part) {
            for applicant in columns(identity) {
                let (Some(area), Some(own)) = (self.figure(identity.lhs, applicant), part.figure(identity.lhs, applicant)) else {
                    continue;
                };
                if own.value - area.value > identity.tolerance {
                    let fact = (!of_part).then_some(area.fact);
                    let mut broken = finding(identity, applicant, (area.value, fact), own.value);
                    broken.rhs_fact = of_part.then_some(own.fact);
                    findings.push(broken);
                }
            }
        }
        findings
    }
}

/// The own figures of the bodies of an area, added up as they come.
#[derive(Clone, Debug, Default)]
pub struct Parts(Vec<Sum>);

#[derive(Clone, Debug)]
struct Sum {
    code: CodeId,
    applicant: &'static str,
    total: f64,
    largest: f64,
    bodies: u32,
    told: bool,
}

impl Parts {
    /// Adds a body.
    pub fn add(&mut self, part: &Brief) {
        for figure in &part.0 {
            match self.0.iter_mut().find(|sum| sum.code == figure.code && sum.applicant == figure.applicant) {
                Some(sum) => {
                    sum.total += figure.value;
                    sum.largest = sum.largest.max(figure.value);
                    sum.bodies += 1;
                }
                None => self.0.push(Sum {
                    code: figure.code,
                    applicant: figure.applicant,
                    total: figure.value,
                    largest: figure.value,
                    bodies: 1,
                    told: false,
                }),
            }
        }
    }

    /// Where the bodies so far have together more than the area, each figure once. What one of them has alone is told of
    /// that one. `of_part`: the finding is one about the report of the last body, and not about the area's.
    pub fn exceed(&mut self, area: &Brief, of_part: bool) -> Vec<Finding> {
        let mut findings = Vec::new();
        for identity in across_identities().iter().filter(|identity| identity.neighbour == Neighbour::Parts) {
            for applicant in columns(identity) {
                let sum = self.0.iter_mut().find(|sum| sum.code == identity.lhs && sum.applicant == applicant);
                let (Some(whole), Some(sum)) = (area.figure(identity.lhs, applicant), sum) else { continue };
                let more = |value: f64| value - whole.value > identity.tolerance;
                if sum.told || !more(sum.total) || more(sum.largest) {
                    continue;
                }
                sum.told = true;
                let mut broken = finding(identity, applicant, (whole.value, (!of_part).then_some(whole.fact)), sum.total);
                broken.message_zh = format!("{}（{}个单位）", broken.message_zh, sum.bodies);
                broken.message_en = format!("{} of {} bodies", broken.message_en, sum.bodies);
                findings.push(broken);
            }
        }
        findings
    }
}

fn columns(identity: &AcrossIdentity) -> impl Iterator<Item = &'static str> {
    std::iter::once("").chain(APPLICANTS.into_iter().filter(|_| identity.each))
}

fn finding(identity: &AcrossIdentity, applicant: &'static str, (lhs, lhs_fact): (f64, Option<usize>), rhs: f64) -> Finding {
    Finding {
        applicant,
        expression: identity.expression.clone(),
        lhs: Some(lhs),
        rhs: Some(rhs),
        lhs_fact,
        message_zh: format!("{}：{} 与 {}", identity.message_zh, number(lhs), number(rhs)),
        message_en: format!("{}: {} and {}", identity.message_en, number(lhs), number(rhs)),
        indicators: vec![codebook()[identity.lhs].indicator.clone()],
        ..Finding::plain(&identity.key, if identity.warning { Severity::Warning } else { Severity::Note })
    }
}

#[cfg(test)]
mod tests {
    use super::{Brief, Parts};
    use crate::knowledge::codebook;

    fn brief(figures: &[(&str, &str, f64)]) -> Brief {
        let mut brief = Brief::default();
        for (at, (code, applicant, value)) in figures.iter().enumerate() {
            if let Some(code) = codebook().parse(code) {
                brief.add(code, applicant, *value, at);
            }
        }
        brief
    }

    fn told(findings: &[super::Finding]) -> Vec<(&str, &str, Option<f64>, Option<f64>)> {
        findings.iter().map(|f| (f.check.as_str(), f.applicant, f.lhs, f.rhs)).collect()
    }

    #[test]
    fn what_is_carried_in_was_carried_out_for_each_applicant() {
        let before = brief(&[("applications.carried_out", "natural_person", 3.0), ("applications.carried_out", "total", 5.0)]);
        let now = brief(&[
            ("applications.carried_in", "natural_person", 4.0),
            ("applications.carried_in", "business", 1.0),
            ("applications.carried_in", "total", 5.0),
        ]);
        assert_eq!(told(&now.after(&before)), [("across.carried_in", "natural_person", Some(4.0), Some(3.0))]);
        assert!(now.after(&Brief::default()).is_empty());
    }

    #[test]
    fn documents_in_force_follow_from_those_of_the_year_before() {
        let in_force = "article20.normative_documents/movement/in_force";
        let (issued, repealed) = ("article20.normative_documents/movement/issued", "article20.normative_documents/movement/repealed");
        let before = brief(&[(in_force, "", 20.0)]);
        let holds = brief(&[(in_force, "", 21.0), (issued, "", 4.0), (repealed, "", 3.0)]);
        assert!(holds.after(&before).is_empty());
        let broken = brief(&[(in_force, "", 20.0), (issued, "", 4.0), (repealed, "", 3.0)]);
        assert_eq!(told(&broken.after(&before)), [("across.normative_documents", "", Some(20.0), Some(21.0))]);
        let silent = brief(&[(in_force, "", 20.0), (issued, "", 4.0)]);
        assert!(silent.after(&before).is_empty());
    }

    #[test]
    fn an_area_has_at_least_what_one_of_its_bodies_has() {
        let area = brief(&[("applications.new", "total", 7.0), ("applications.new", "business", 0.0)]);
        let part = brief(&[("applications.new", "total", 9.0), ("applications.new", "business", 1.0)]);
        let findings = area.above(&part, true);
        assert_eq!(told(&findings), [("across.area", "", Some(7.0), Some(9.0))]);
        assert_eq!((findings[0].lhs_fact, findings[0].rhs_fact), (None, Some(0)));
        assert_eq!((area.above(&part, false)[0].lhs_fact, part.above(&area, true).len()), (Some(0), 0));
    }

    #[test]
    fn an_area_has_at_least_what_its_bodies_have_together() {
        let new = |value| brief(&[("applications.new", "total", value)]);
        let (area, mut parts) = (new(7.0), Parts::default());
        parts.add(&new(4.0));
        parts.add(&new(3.0));
        assert!(parts.exceed(&area, true).is_empty());
        parts.add(&new(1.0));
        let findings = parts.exceed(&area, false);
        assert_eq!(told(&findings), [("across.area_sum", "", Some(7.0), Some(8.0))]);
        assert_eq!((findings[0].lhs_fact, findings[0].rhs_fact), (Some(0), None));
        assert!(findings[0].message_en.ends_with("7 and 8 of 3 bodies"), "{}", findings[0].message_en);
        // Once is enough.
        parts.add(&new(1.0));
        assert!(parts.exceed(&area, true).is_empty());
        // What one body has alone more than the area is told of that body.
        let mut one = Parts::default();
        one.add(&new(9.0));
        assert!(one.exceed(&area, true).is_empty());
    }
}
