//! Which of the figures of one key counts (`facts.selected`).

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::extract::{Fact, Origin, Qualifier};

/// For each fact, whether it counts: a figure or stated zero before a blank or dash, table before prose,
/// exact before approximate, first before later; of a range neither end.
pub(super) fn select(facts: &[Fact]) -> Vec<bool> {
    let mut selected = vec![false; facts.len()];
    let mut best: HashMap<_, (_, usize)> = HashMap::new();
    let range = range_ends(facts);
    for (n, fact) in facts.iter().enumerate() {
        if range[n] {
            continue;
        }
        let exact = matches!(fact.qualifier, Qualifier::Exact | Qualifier::ZeroStated);
        let rank = (fact.value.is_some(), fact.origin == Origin::Table, exact, Reverse(n));
        let key = (fact.subject.as_str(), fact.code, fact.applicant, fact.period);
        let held = best.entry(key).or_insert((rank, n));
        if rank > held.0 {
            *held = (rank, n);
        }
    }
    for (_, n) in best.into_values() {
        selected[n] = true;
    }
    selected
}

/// Bytes between the two ends of a range that are written together: `1-2名`, `三至五次`.
const RANGE_GAP: usize = 9;

/// The facts that are ends of a range: at least one and at most another, said in one breath.
fn range_ends(facts: &[Fact]) -> Vec<bool> {
    let mut ends = vec![false; facts.len()];
    for (n, pair) in facts.windows(2).enumerate() {
        let [low, high] = pair else { continue };
        let kinds = (low.qualifier, high.qualifier);
        let both = matches!(kinds, (Qualifier::AtLeast, Qualifier::AtMost) | (Qualifier::AtMost, Qualifier::AtLeast));
        let one_key = low.code == high.code && low.applicant == high.applicant && low.period == high.period && low.subject == high.subject;
        let gap = high.span.start.saturating_sub(low.span.end);
        if both && one_key && low.origin == Origin::Narrative && gap <= RANGE_GAP {
            ends[n] = true;
            ends[n + 1] = true;
        }
    }
    ends
}
