//! A report printed in any layout states the same figures: print, take, compare with the truth.

use crate::corpus::{self, Edition, Layout, Plan};
use crate::scaled;
use crate::stages::{assert_none, differences, take};

fn each(edition: Edition, layout: Layout, change: impl Fn(Plan) -> Plan) {
    let count = scaled(12);
    let mut failures = Vec::new();
    for seed in 0..count {
        let plan = change(Plan::random(seed).edition(edition).layout(layout));
        let report = corpus::report(&plan);
        let wrong = differences(&report, &take(&report.bytes));
        if !wrong.is_empty() {
            failures.push((format!("seed {seed} {edition:?} {layout:?} ({})", report.name), wrong));
        }
    }
    assert_none(&failures, count);
}

macro_rules! layouts {
    ($($name:ident: $layout:ident),+ $(,)?) => {$(
        mod $name {
            use super::*;

            #[test]
            fn prose() {
                each(Edition::Prose, Layout::$layout, |plan| plan);
            }

            #[test]
            fn annex_of_2014() {
                each(Edition::F2014, Layout::$layout, |plan| plan);
            }

            #[test]
            fn form_of_2019() {
                each(Edition::F2019, Layout::$layout, |plan| plan);
            }

            #[test]
            fn form_of_2021() {
                each(Edition::F2021, Layout::$layout, |plan| plan);
            }
        }
    )+};
}

layouts! {
    html: Html,
    html_unclosed: HtmlUnclosed,
    html_gbk: HtmlGbk,
    pipes: Pipes,
    pipes_padded: PipesPadded,
    cell_a_line: CellALine,
    markdown: Markdown,
    tabs: Tabs,
    bare_review: BareReview,
    one_line: OneLine,
    review_rows: ReviewRows,
    blank_lines: BlankLines,
    commas: Commas,
    pages: Pages,
}

/// A blank cell or a dash is a row without a value, never a zero and never its neighbour's figure.
#[test]
fn blanks_are_rows_without_value() {
    for layout in Layout::ALL.iter().filter(|layout| layout.keeps_blanks()) {
        for edition in [Edition::F2019, Edition::F2021] {
            each(edition, *layout, |plan| plan.blanks(0.4));
        }
    }
}

/// Every layout names the same body and year.
#[test]
fn identity_is_that_of_the_body() {
    let mut wrong = Vec::new();
    let count = scaled(200);
    for seed in 0..count {
        let plan = Plan::random(seed);
        let report = corpus::report(&plan);
        let taken = take(&report.bytes).identity;
        let (want, name) = (&report.identity, &report.name);
        let mut differ = Vec::new();
        if taken.year != Some(want.year) {
            differ.push(format!("year {:?}, not {}", taken.year, want.year));
        }
        if taken.region_code.as_deref() != Some(want.region_code) {
            differ.push(format!("region {:?}, not {}", taken.region_code, want.region_code));
        }
        if taken.org.as_deref() != Some(want.org.as_str()) {
            differ.push(format!("org {:?}, not {}", taken.org, want.org));
        }
        if taken.org_kind.map(ogi::identify::OrgKind::as_str) != Some(want.org_kind) {
            differ.push(format!("kind {:?}, not {}", taken.org_kind, want.org_kind));
        }
        if taken.published.map(|d| d.to_string()).as_ref() != Some(&want.published) {
            differ.push(format!("published {:?}, not {}", taken.published, want.published));
        }
        if !differ.is_empty() {
            wrong.push((format!("seed {seed} {name}"), differ));
        }
    }
    assert_none(&wrong, count);
}
