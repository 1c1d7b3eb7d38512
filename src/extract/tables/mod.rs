//! The statutory tables: Article 20, applications, reconsideration and litigation, the annex of 2014 and
//! local forms before it.
//!
//! A document becomes [`rows`] of slots; labels of the forms are found in them whatever way a page set
//! them ([`labels`]) and make [`records`]: labels with the figures that follow. Each table then aligns its
//! records with the sequence of its form ([`align`]) and gives figures to columns: by the grid where the
//! source knew the places of cells, else by their order where there are as many as the form has columns.
//! Where two readings stay possible no figure is taken and a notice says so.

mod align;
mod applications;
mod article20;
mod caption;
mod cell;
mod hoisted;
mod labels;
mod lines;
mod listed;
mod numbers;
mod records;
mod review;
mod rows;
mod short;
mod take;
mod turn;

pub use take::Tables;

use crate::extract::Form;
use crate::repair::Clean;
use records::Page;
use rows::Sheet;
use take::Taking;

/// Takes the figures of all tables of a document. `year` is the report year where it is known: columns may
/// be headed by years.
pub fn extract(clean: &Clean, year: Option<i16>) -> Tables {
    let page = Page::of(clean.text(), Sheet::of(clean));
    let mut taking = Taking::default();
    article20::read(&page, &mut taking);
    let edition = taking.out.tables.first().map(|t| t.form);
    applications::read(&page, &mut taking, edition);
    let edition = taking.out.tables.iter().map(|t| t.form).max().filter(|f| *f >= Form::F2019);
    review::read(&page, &mut taking, edition);
    listed::read(&page, &mut taking, year);
    let mut tables = taking.out;
    caption::apply(&page, clean.title.as_deref().unwrap_or_default(), year, &mut tables.facts);
    tables.facts.sort_by_key(|f| (f.span.start, f.span.end, f.place.map(|p| (p.row, p.column))));
    tables.notices.sort_by_key(|n| n.span.start);
    tables
}

#[cfg(test)]
mod tests;
