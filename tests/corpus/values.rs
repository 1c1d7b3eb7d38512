//! Figures that are consistent with the identities of the forms, and how they are printed.

use fastrand::Rng;

use super::form::{ANNEX, Code};

/// A count: zero in a given share of cases, else mostly small, seldom large.
pub fn count(rng: &mut Rng, zeros: f64) -> u64 {
    if rng.f64() < zeros {
        return 0;
    }
    match rng.u8(..20) {
        0 => rng.u64(1_000..2_000_000),
        1..=4 => rng.u64(100..1_000),
        5..=9 => rng.u64(10..100),
        _ => rng.u64(1..10),
    }
}

/// A number of pieces of a sum.
pub fn split<const N: usize>(rng: &mut Rng, total: u64) -> [u64; N] {
    let mut parts = [0; N];
    let mut left = total;
    for part in parts.iter_mut().skip(1) {
        *part = rng.u64(..=left / 2);
        left -= *part;
    }
    parts[0] = left;
    parts
}

/// An amount of money: yuan, and its print in 万元. Both come from one whole number of 元, without floating
/// point between.
pub fn money(rng: &mut Rng, zeros: f64) -> (f64, String) {
    if rng.f64() < zeros {
        return (0.0, "0".into());
    }
    let yuan = match rng.u8(..4) {
        0 => rng.u64(1..10_000),
        1 => rng.u64(1..100) * 10_000,
        _ => rng.u64(1..5_000_000_000),
    };
    let digits = format!("{}.{:04}", yuan / 10_000, yuan % 10_000);
    (yuan as f64, digits.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// A change: value and print, in one of the notations seen.
pub fn change(rng: &mut Rng, notation: u8) -> (f64, String) {
    let size = if rng.u8(..3) == 0 { 0 } else { rng.i32(1..200) };
    if size == 0 {
        return (0.0, "0".into());
    }
    let down = rng.bool();
    let text = match (notation % 3, down) {
        (0, false) => format!("增{size}"),
        (0, true) => format!("减{size}"),
        (1, false) => format!("+{size}"),
        (_, false) => size.to_string(),
        (_, true) => format!("-{size}"),
    };
    (f64::from(if down { -size } else { size }), text)
}

/// Figures of the annex of 2014 in its order: value and print.
pub fn annex(rng: &mut Rng, zeros: f64) -> Vec<(Code, f64, String)> {
    let channels: [u64; 5] = std::array::from_fn(|_| count(rng, zeros));
    let received = count(rng, zeros / 2.0) % 5_000;
    let means: [u64; 4] = split(rng, received);
    let completed = received.saturating_sub(rng.u64(..3));
    let [on_time, extended] = split(rng, completed);
    let outcomes: [u64; 8] = split(rng, completed);
    let reasons: [u64; 6] = split(rng, outcomes[3]);
    let review: [u64; 3] = std::array::from_fn(|_| count(rng, 0.7) % 50);
    let suits: [u64; 3] = std::array::from_fn(|_| count(rng, 0.7) % 50);
    let staff: [u64; 2] = std::array::from_fn(|_| count(rng, 0.1) % 800);
    let conferences = count(rng, zeros) % 100;
    let interviews = count(rng, zeros) % 100;
    let normative = count(rng, zeros) % 300;
    let value = |code: &Code, rng: &mut Rng| -> (f64, String) {
        let number = match *code {
            ("proactive.items", "", "") => channels.iter().sum(),
            ("proactive.normative_documents", ..) => normative,
            ("proactive.normative_documents_issued", ..) => normative + rng.u64(..4),
            ("proactive.items", _, c) => channels[place(c, &["gazette", "website", "weibo", "wechat", "other"])],
            ("response.press_conferences", ..) => conferences,
            ("response.press_conferences_by_head", ..) => rng.u64(..=conferences),
            ("response.online_interviews", ..) => interviews,
            ("response.online_interviews_by_head", ..) => rng.u64(..=interviews),
            ("applications.received", "", "") => received,
            ("applications.received", _, c) => means[place(c, &["in_person", "fax", "online", "letter"])],
            ("applications.completed", "", "") | ("applications.answered", "", "") => completed,
            ("applications.completed", _, "on_time") => on_time,
            ("applications.completed", ..) => extended,
            ("applications.answered", _, c) => {
                const ORDER: [&str; 8] = [
                    "already_public",
                    "granted",
                    "partially_granted",
                    "denied",
                    "not_this_agency",
                    "does_not_exist",
                    "asked_to_amend",
                    "other_route",
                ];
                outcomes[place(c, &ORDER)]
            }
            ("applications.denied", _, c) => {
                const ORDER: [&str; 6] =
                    ["state_secret", "trade_secret", "privacy", "security_stability", "not_government_information", "other_statutory"];
                reasons[place(c, &ORDER)]
            }
            ("reconsideration.cases", "", "") => review.iter().sum(),
            ("reconsideration.cases", _, c) => review[place(c, &["upheld", "corrected", "other"])],
            ("litigation.cases", "", "") => suits.iter().sum(),
            ("litigation.cases", _, c) => suits[place(c, &["upheld", "corrected", "other"])],
            ("organisation.staff", "", "") => staff.iter().sum(),
            ("organisation.staff", _, c) => staff[place(c, &["full_time", "part_time"])],
            ("fees.collected", ..) | ("organisation.budget", ..) => return money(rng, zeros),
            _ => count(rng, zeros) % 5_000,
        };
        (number as f64, number.to_string())
    };
    ANNEX
        .iter()
        .filter_map(|(_, _, code)| *code)
        .map(|code| {
            let (number, text) = value(&code, rng);
            (code, number, text)
        })
        .collect()
}

fn place(word: &str, order: &[&str]) -> usize {
    order.iter().position(|o| *o == word).expect("a category of the generator's own list")
}
