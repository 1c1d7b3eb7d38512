//! What happens to a text on its way changes no fact: the same plan with and without damage.

use crate::corpus::{self, Damage, Edition, Layout, Plan};
use crate::scaled;
use crate::stages::{assert_none, differences, take};

/// Layouts that differ in how damage meets them.
const LAYOUTS: [Layout; 3] = [Layout::Html, Layout::Pipes, Layout::CellALine];

fn each(damage: &[Damage]) {
    let mut failures = Vec::new();
    let count = scaled(3);
    for seed in 0..count {
        for edition in Edition::ALL {
            for layout in LAYOUTS {
                let plan = Plan::random(seed).edition(*edition).layout(layout);
                let plain = corpus::report(&plan);
                let taken = take(&plain.bytes);
                // What is not taken from the clean text is for `layouts` to report.
                let known: Vec<_> = plain.facts.iter().filter(|truth| taken.facts.contains_key(&key(truth))).cloned().collect();
                assert!(known.len() * 10 >= plain.facts.len() * 9, "{} is not taken without damage either", plain.name);
                let noisy = corpus::report(&plan.clone().damage(damage));
                let wrong = crate::stages::compare(&known, &take(&noisy.bytes));
                let clean = differences(&plain, &taken);
                let wrong: Vec<String> = wrong.into_iter().filter(|difference| !clean.contains(difference)).collect();
                if !wrong.is_empty() {
                    failures.push((format!("seed {seed} {edition:?} {layout:?} {damage:?} ({})", noisy.name), wrong));
                }
            }
        }
    }
    assert_none(&failures, count * Edition::ALL.len() as u64 * LAYOUTS.len() as u64);
}

fn key(truth: &corpus::Truth) -> crate::stages::Key {
    (truth.indicator.into(), truth.dimension.into(), truth.category.into(), truth.applicant.into())
}

macro_rules! damages {
    ($($name:ident: $($damage:ident),+;)+) => {$(
        #[test]
        fn $name() {
            each(&[$(Damage::$damage),+]);
        }
    )+};
}

damages! {
    traditional: Traditional;
    traditional_with_readings: Traditional, Glosses;
    readings_alone: Glosses;
    entities: Entities;
    full_width_digits: FullWidthDigits;
    blanks_around_numbers: Spaces;
    body_twice: Doubled;
    characters_without_width: ZeroWidth;
    gbk_out_of_step: GbkShift;
    ascii_punctuation: AsciiPunctuation;
    several_at_once: AsciiPunctuation, Traditional, Glosses, FullWidthDigits, Spaces;
}
