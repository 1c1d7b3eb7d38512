//! Whether two reports of a body and year are one: the same text at another address or in another format.
//!
//! A report is sketched where it is read, by the least hash of its shingles in each of [`BINS`] classes (one
//! permutation MinHash). The share of classes that agree estimates how much of the text two reports share, whatever
//! its length. Only reports of one body and year are compared, and of those only the ones that share a
//! [`BAND`] of classes, each with the first report known by that band: the work grows with the number of reports and
//! not with its square.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::read::BlockKind;
use crate::repair::Clean;

/// Classes of hashes.
const BINS: usize = 32;
/// Classes that a band takes together. Of texts that share nine tenths a band agrees in four of five cases, and one of
/// the sixteen bands practically always.
const BAND: usize = 2;
/// Characters of a shingle.
const SHINGLE: usize = 6;
/// A class that no shingle fell into.
const EMPTY: u16 = u16::MAX;
/// The share of classes that agree in copies of one report. Statutory wordings alone make reports of one body and
/// year alike in about a half.
const COPY: f64 = 0.7;

/// What is remembered of a report's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch([u16; BINS]);

impl Default for Sketch {
    /// Of no text.
    fn default() -> Self {
        Self([EMPTY; BINS])
    }
}

impl Sketch {
    /// Sketches the text of a report without what belongs to its page and without signs and blanks, which differ
    /// from format to format.
    pub fn of(clean: &Clean) -> Self {
        let blocks = clean.blocks.iter().filter(|block| !matches!(block.kind, BlockKind::Furniture(_)));
        Self::of_text(blocks.filter_map(|block| clean.text().get(block.span.clone())))
    }

    fn of_text<'a>(pieces: impl Iterator<Item = &'a str>) -> Self {
        let Self(mut sketch) = Self::default();
        let mut window = [0u64; SHINGLE];
        let characters = pieces.flat_map(str::chars).filter(|c| c.is_alphanumeric());
        for (count, c) in characters.enumerate() {
            window[count % SHINGLE] = u64::from(u32::from(c));
            if count + 1 < SHINGLE {
                continue;
            }
            let oldest = count + 1;
            let shingle = (0..SHINGLE).fold(0, |sum, at| mixed(sum ^ window[(oldest + at) % SHINGLE]));
            let (bin, least) = ((shingle >> 59) as usize, (shingle >> 43) as u16);
            sketch[bin] = sketch[bin].min(least.min(EMPTY - 1));
        }
        Self(sketch)
    }

    /// The share of classes that agree, of those that either has.
    fn alike(&self, other: &Self) -> f64 {
        let pairs = || self.0.iter().zip(&other.0).filter(|(a, b)| **a != EMPTY || **b != EMPTY);
        let equal = pairs().filter(|(a, b)| a == b).count();
        equal as f64 / pairs().count().max(1) as f64
    }

    fn bands(&self) -> impl Iterator<Item = (usize, &[u16])> {
        self.0.chunks_exact(BAND).enumerate().filter(|(_, band)| band.iter().any(|least| *least != EMPTY))
    }
}

/// Spreads the bits of a number over all of it (the finaliser of SplitMix64).
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ number >> 31
}

/// A report as the search for copies sees it.
pub trait Copyable {
    /// Hash of its whole text without blanks.
    fn text(&self) -> u128;
    /// Sketch of its text.
    fn sketch(&self) -> &Sketch;
    /// Hash of its counted figures.
    fn figures(&self) -> u64;
}

/// For each report of a group, the best first, the place of the one before it that it repeats. Copies have one text,
/// or nearly one and the same figures: a reissue with corrected figures is a version of its own.
pub fn copies<T: Copyable>(group: &[T], near: bool) -> Vec<Option<usize>> {
    let mut texts: HashMap<u128, usize> = HashMap::new();
    let mut bands: HashMap<(u64, usize, &[u16]), usize> = HashMap::new();
    let mut found = Vec::with_capacity(group.len());
    for (place, report) in group.iter().enumerate() {
        let exact = texts.get(&report.text()).copied();
        let alike = || {
            let known = report.sketch().bands().filter_map(|(at, band)| bands.get(&(report.figures(), at, band)).copied());
            known.filter(|at| report.sketch().alike(group[*at].sketch()) >= COPY).min()
        };
        let copy = exact.or_else(|| if near { alike() } else { None });
        // What repeats a copy repeats what that one repeats.
        let first = copy.unwrap_or(place);
        texts.entry(report.text()).or_insert(first);
        if near && group.len() > 1 {
            for (at, band) in report.sketch().bands() {
                bands.entry((report.figures(), at, band)).or_insert(first);
            }
        }
        found.push(copy);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{COPY, Copyable, Sketch, copies};
    use crate::dataset::select::half_hash;

    struct Report {
        text: u128,
        sketch: Sketch,
        figures: u64,
    }

    impl Copyable for Report {
        fn text(&self) -> u128 {
            self.text
        }

        fn sketch(&self) -> &Sketch {
            &self.sketch
        }

        fn figures(&self) -> u64 {
            self.figures
        }
    }

    /// A text of its own, long as a report is.
    fn words(seed: u64, length: usize) -> String {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..length).filter_map(|_| char::from_u32(0x4e00 + random.u32(0..3000))).collect()
    }

    fn report(text: &str, figures: u64) -> Report {
        Report { text: half_hash(&[text.as_bytes()]), sketch: Sketch::of_text([text].into_iter()), figures }
    }

    #[test]
    fn what_differs_between_formats_changes_no_sketch() {
        let text = words(1, 4000);
        let spaced: String = text.chars().flat_map(|c| [c, '\t']).collect();
        assert_eq!(report(&text, 0).sketch, report(&spaced, 0).sketch);
    }

    #[test]
    fn a_mirror_is_a_copy_and_another_text_or_other_figures_are_none() {
        let text = words(1, 4000);
        let mirror = format!("某某娱乐官网首页{text}更多精彩请看");
        let corrected = format!("更正{text}");
        let group = [report(&text, 7), report(&words(2, 4000), 7), report(&mirror, 7), report(&corrected, 8)];
        assert!(group[0].sketch.alike(&group[1].sketch) < 0.2);
        assert!(group[0].sketch.alike(&group[2].sketch) > COPY);
        assert_eq!(copies(&group, true), [None, None, Some(0), None]);
        assert_eq!(copies(&group, false), [None, None, None, None]);
    }

    #[test]
    fn a_copy_of_a_copy_repeats_the_first() {
        let text = words(1, 4000);
        let group = [report(&text, 0), report(&format!("{text}甲"), 0), report(&format!("{text}甲乙"), 0)];
        assert_eq!(copies(&group, true), [None, Some(0), Some(0)]);
    }

    #[test]
    fn short_texts_without_a_shingle_are_no_copies() {
        assert_eq!(copies(&[report("甲", 0), report("乙", 0)], true), [None, None]);
    }
}
