//! Measures of groups of figures, by polars.

use polars::prelude::{Column, DataFrame, IntoLazy, PolarsError, PolarsResult, QuantileMethod, SortMultipleOptions, col, lit};

/// polars refused a frame or a plan: a mistake in ogi, not in its input.
#[derive(Debug, thiserror::Error)]
#[error("cannot aggregate the year {year}")]
pub struct AggregateError {
    /// The year.
    pub year: i16,
    /// What polars says.
    pub source: PolarsError,
}

/// Figures as columns of equal length.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures {
    /// What is measured together: the figures of one key.
    pub key: Vec<u64>,
    /// Value; `None` for a blank cell.
    pub value: Vec<Option<f64>>,
    /// How many parts of a unit are summed: 100 or 1,000,000.
    pub scale: Vec<i64>,
    /// Whether it is a blank cell or a dash.
    pub blank: Vec<u32>,
    /// Whether the value is not exact.
    pub approximate: Vec<u32>,
    /// Whether an identity of the value is broken.
    pub broken: Vec<u32>,
}

impl Figures {
    /// Adds a figure under a key, to be summed in so many parts of a unit.
    pub(super) fn push(&mut self, key: u64, value: Option<f64>, scale: i64) {
        self.key.push(key);
        self.value.push(value);
        self.scale.push(scale);
    }

    /// Says of the figure pushed last what it is.
    pub(super) fn mark(&mut self, blank: bool, approximate: bool, broken: bool) {
        self.blank.push(blank.into());
        self.approximate.push(approximate.into());
        self.broken.push(broken.into());
    }
}

/// The measures of one key.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Measure {
    pub key: u64,
    pub reported: u32,
    pub blank: u32,
    pub approximate: u32,
    pub broken: u32,
    pub sum: Option<f64>,
    pub mean: Option<f64>,
    pub median: Option<f64>,
    pub min: Option<f64>,
    pub max: Option<f64>,
}

/// Scaled values are summed in two columns of 64 bits, so that no number of figures overflows.
const HALF: u32 = 32;
/// Figures beyond this are none that a government could report; they enter sums as this.
const LARGEST: f64 = 1e18;

/// Measures all keys, in their order.
pub(super) fn measure(figures: Figures) -> PolarsResult<Vec<Measure>> {
    let halves = |value: Option<f64>, scale: i64| value.map(|value| split(scaled(value, scale)));
    let halves: Vec<Option<(i64, i64)>> = figures.value.iter().zip(&figures.scale).map(|(value, scale)| halves(*value, *scale)).collect();
    let high: Vec<Option<i64>> = halves.iter().map(|halves| halves.map(|(high, _)| high)).collect();
    let low: Vec<Option<i64>> = halves.iter().map(|halves| halves.map(|(_, low)| low)).collect();
    let height = figures.key.len();
    let frame = DataFrame::new(
        height,
        vec![
            Column::new("key".into(), figures.key),
            Column::new("value".into(), figures.value),
            Column::new("scale".into(), figures.scale),
            Column::new("high".into(), high),
            Column::new("low".into(), low),
            Column::new("blank".into(), figures.blank),
            Column::new("approximate".into(), figures.approximate),
            Column::new("broken".into(), figures.broken),
        ],
    )?;
    let measured = frame
        .lazy()
        // Groups of a column known to be sorted are slices of it: nothing is hashed or gathered.
        .sort(["key"], SortMultipleOptions::default())
        .group_by_stable([col("key")])
        .agg([
            col("value").count().alias("reported"),
            col("scale").first(),
            col("high").sum(),
            col("low").sum(),
            col("blank").sum(),
            col("approximate").sum(),
            col("broken").sum(),
            // Between two values polars steps from the lower one, which rounds: 908.3050000000001.
            col("value").quantile(lit(0.5), QuantileMethod::Lower).alias("lower"),
            col("value").quantile(lit(0.5), QuantileMethod::Higher).alias("upper"),
            col("value").min().alias("min"),
            col("value").max().alias("max"),
        ])
        .collect()?;
    let count = |name: &str| PolarsResult::Ok(measured.column(name)?.u32()?.iter().map(Option::unwrap_or_default).collect::<Vec<u32>>());
    let whole = |name: &str| PolarsResult::Ok(measured.column(name)?.i64()?.iter().map(Option::unwrap_or_default).collect::<Vec<i64>>());
    let real = |name: &str| PolarsResult::Ok(measured.column(name)?.f64()?.iter().collect::<Vec<Option<f64>>>());
    let key: Vec<u64> = measured.column("key")?.u64()?.iter().map(Option::unwrap_or_default).collect();
    let (reported, blank, approximate, broken) = (count("reported")?, count("blank")?, count("approximate")?, count("broken")?);
    let (scale, high, low) = (whole("scale")?, whole("high")?, whole("low")?);
    let (lower, upper, min, max) = (real("lower")?, real("upper")?, real("min")?, real("max")?);
    Ok((0..measured.height())
        .map(|at| {
            let sum = unscaled(i128::from(high[at]) << HALF, low[at], scale[at]);
            let values = reported[at] > 0;
            Measure {
                key: key[at],
                reported: reported[at],
                blank: blank[at],
                approximate: approximate[at],
                broken: broken[at],
                sum: values.then_some(sum),
                mean: values.then(|| sum / f64::from(reported[at])),
                median: lower[at].zip(upper[at]).map(|(lower, upper)| f64::midpoint(lower, upper)),
                min: min[at],
                max: max[at],
            }
        })
        .collect())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "bounded before; scales are small powers of ten")]
fn scaled(value: f64, scale: i64) -> i128 {
    (value.clamp(-LARGEST, LARGEST) * scale as f64).round() as i128
}

/// The upper part, which may be negative, and the lower one, which is not.
#[expect(clippy::cast_possible_truncation, reason = "LARGEST times the largest scale is below 2^95: its upper part fits")]
fn split(value: i128) -> (i64, i64) {
    ((value >> HALF) as i64, (value & ((1 << HALF) - 1)) as i64)
}

#[expect(clippy::cast_precision_loss, reason = "the published sum is a double")]
fn unscaled(high: i128, low: i64, scale: i64) -> f64 {
    let (sum, scale) = (high + i128::from(low), i128::from(scale));
    // Whole units apart from the rest: a sum of whole numbers is rounded once, to a double.
    (sum / scale) as f64 + (sum % scale) as f64 / scale as f64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Figures, Measure, measure};

    /// The same measures, computed one group at a time.
    fn naive(figures: &Figures) -> Vec<Measure> {
        let mut groups: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (at, key) in figures.key.iter().enumerate() {
            groups.entry(*key).or_default().push(at);
        }
        let of = |rows: &[usize], column: &[u32]| rows.iter().map(|&at| column[at]).sum::<u32>();
        groups
            .into_iter()
            .map(|(key, rows)| {
                let mut values: Vec<f64> = rows.iter().filter_map(|&at| figures.value[at]).collect();
                values.sort_by(f64::total_cmp);
                let count = values.len();
                let sum = values.iter().map(|v| (v * 100.0).round()).sum::<f64>() / 100.0;
                let middle = |at: usize| values.get(at).copied();
                Measure {
                    key,
                    reported: u32::try_from(count).unwrap_or_default(),
                    blank: of(&rows, &figures.blank),
                    approximate: of(&rows, &figures.approximate),
                    broken: of(&rows, &figures.broken),
                    sum: (count > 0).then_some(sum),
                    mean: (count > 0).then(|| sum / f64::from(u32::try_from(count).unwrap_or_default())),
                    median: if count % 2 == 1 {
                        middle(count / 2)
                    } else {
                        count.checked_sub(1).and_then(|c| Some(f64::midpoint(middle(c / 2)?, middle(count / 2)?)))
                    },
                    min: middle(0),
                    max: count.checked_sub(1).and_then(middle),
                }
            })
            .collect()
    }

    fn random_figures(count: usize) -> Figures {
        let mut random = fastrand::Rng::with_seed(11);
        let mut figures = Figures::default();
        for _ in 0..count {
            let value = random.u8(0..5).checked_sub(1).map(|kind| match kind {
                0 => 0.0,
                1 => f64::from(random.u32(0..1_000_000)) / 100.0,
                2 => -f64::from(random.u16(..)),
                _ => f64::from(random.u16(..)),
            });
            figures.push(random.u64(0..105), value, 100);
            figures.mark(value.is_none(), random.bool(), random.bool());
        }
        figures
    }

    #[test]
    fn measures_equal_a_naive_computation() -> Result<(), Box<dyn std::error::Error>> {
        for count in [0, 1, 50, 5000] {
            let figures = random_figures(count);
            let (measured, expected) = (measure(figures.clone())?, naive(&figures));
            assert_eq!(measured.len(), expected.len());
            for (measure, naive) in measured.iter().zip(&expected) {
                assert_eq!(measure, naive, "of {count} figures");
            }
        }
        Ok(())
    }

    #[test]
    fn money_sums_to_the_fen_and_giants_do_not_overflow() -> Result<(), Box<dyn std::error::Error>> {
        let figures = |values: Vec<f64>| {
            values.into_iter().fold(Figures::default(), |mut figures, value| {
                figures.push(0, Some(value), 100);
                figures.mark(false, false, false);
                figures
            })
        };
        assert_eq!(measure(figures(vec![0.1; 1000]))?[0].sum, Some(100.0));
        assert_eq!(measure(figures(vec![1e18; 1000]))?[0].sum, Some(1e21));
        Ok(())
    }
}
