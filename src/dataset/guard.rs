//! Guards: what a build must meet to take the place of the one before.

use super::account::Accounts;
use crate::publish::Inputs;

/// What a build must meet to be published.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guards {
    /// At least so many different reports.
    pub min_reports: Option<u64>,
    /// At most this share of documents rejected.
    pub max_reject_rate: Option<f64>,
    /// Documents read as reports at most this share fewer than in the build before.
    pub max_drop: Option<f64>,
}

impl Guards {
    /// Whether a build may be published; else why not.
    pub(super) fn check(&self, accounts: &Accounts, before: Option<&Inputs>) -> Result<(), String> {
        let Accounts { documents, rejects, reports, distinct_reports, .. } = accounts;
        if let Some(least) = self.min_reports.filter(|least| distinct_reports < least) {
            return Err(format!("{distinct_reports} reports, where --min-reports asks for {least}"));
        }
        if let Some(most) = self.max_reject_rate.filter(|most| share(*rejects, *documents) > *most) {
            return Err(format!("{rejects} of {documents} documents were rejected, where --max-reject-rate allows {most}"));
        }
        if let (Some(most), Some(before)) = (self.max_drop, before)
            && share(before.reports.saturating_sub(*reports), before.reports) > most
        {
            return Err(format!(
                "{reports} documents are reports, {} were in the build before, and --max-drop allows {most}",
                before.reports
            ));
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more digits than a double has")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::{Accounts, Guards, Inputs};

    #[test]
    fn each_guard_holds_a_build_back() {
        let accounts = Accounts { documents: 100, reports: 90, rejects: 10, distinct_reports: 88, ..Accounts::default() };
        let before = Inputs { documents: 110, reports: 100, rejects: 10, sha256: String::new(), corrections_sha256: None };
        let reason = |guards: Guards| guards.check(&accounts, Some(&before)).err();
        let none = Guards::default();
        assert_eq!(reason(none.clone()), None);
        assert_eq!(reason(Guards { min_reports: Some(88), max_reject_rate: Some(0.1), max_drop: Some(0.1) }), None);
        assert!(reason(Guards { min_reports: Some(89), ..none.clone() }).is_some_and(|r| r.contains("--min-reports")));
        assert!(reason(Guards { max_reject_rate: Some(0.09), ..none.clone() }).is_some_and(|r| r.contains("--max-reject-rate")));
        assert!(reason(Guards { max_drop: Some(0.09), ..none.clone() }).is_some_and(|r| r.contains("--max-drop")));
        assert_eq!(Guards { max_drop: Some(0.0), ..none }.check(&accounts, None), Ok(()), "there is no build before");
    }
}
