//! Slopes and tests of trend: functions of a series and nothing else.
//!
//! A series is years in rising order with one finite value each; years may be missing.

/// Fewest years for a test of trend: below it the normal approximation of Mann–Kendall says nothing.
pub(super) const TESTED_YEARS: usize = 5;

/// Slope by least squares, per year.
pub(super) fn least_squares_slope(series: &[(i16, f64)]) -> Option<f64> {
    let mean = |of: fn(&(i16, f64)) -> f64| series.iter().map(of).sum::<f64>() / length(series);
    let (mean_year, mean_value) = (mean(|&(year, _)| f64::from(year)), mean(|&(_, value)| value));
    let (mut together, mut spread) = (0.0, 0.0);
    for &(year, value) in series {
        let distance = f64::from(year) - mean_year;
        together += distance * (value - mean_value);
        spread += distance * distance;
    }
    (spread > 0.0).then(|| together / spread)
}

/// Theil–Sen slope, per year: the median of the slopes of all pairs.
pub(super) fn theil_sen_slope(series: &[(i16, f64)]) -> Option<f64> {
    let mut slopes: Vec<f64> = pairs(series).map(|((x1, y1), (x2, y2))| (y2 - y1) / (f64::from(x2) - f64::from(x1))).collect();
    slopes.sort_by(f64::total_cmp);
    let middle = slopes.len() / 2;
    match slopes.len() % 2 {
        1 => slopes.get(middle).copied(),
        _ => Some(f64::midpoint(*slopes.get(middle.checked_sub(1)?)?, *slopes.get(middle)?)),
    }
}

/// The Mann–Kendall test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct MannKendall {
    /// Pairs that rise less pairs that fall.
    pub s: i32,
    /// S by its standard deviation, corrected for ties and for continuity.
    pub z: f64,
    /// Two-sided probability of such a Z without a trend.
    pub p: f64,
}

/// Mann–Kendall test, as in `original_test` of pymannkendall: variance with ties, continuity correction.
pub(super) fn mann_kendall(series: &[(i16, f64)]) -> MannKendall {
    let s: i32 = pairs(series).map(|((_, earlier), (_, later))| i32::from(later > earlier) - i32::from(later < earlier)).sum();
    let mut values: Vec<f64> = series.iter().map(|&(_, value)| value).collect();
    values.sort_by(f64::total_cmp);
    let spread = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    let ties: f64 = values.chunk_by(|a, b| a == b).map(|tied| spread(length(tied))).sum();
    let variance = (spread(length(series)) - ties) / 18.0;
    let z = if s == 0 { 0.0 } else { (f64::from(s) - f64::from(s.signum())) / variance.sqrt() };
    MannKendall { s, z, p: libm::erfc(z.abs() / std::f64::consts::SQRT_2) }
}

/// Benjamini–Hochberg: the share of false discoveries among all that are at least as significant.
pub(super) fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut q = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    let all = length(p);
    for (&at, rank) in order.iter().zip(1u32..).collect::<Vec<_>>().into_iter().rev() {
        // In this order the factor of the last rank is 1 and no q falls below its p by rounding.
        least = least.min(p[at] * (all / f64::from(rank)));
        q[at] = least;
    }
    q
}

type Pair = ((i16, f64), (i16, f64));

fn pairs(series: &[(i16, f64)]) -> impl Iterator<Item = Pair> + '_ {
    series.iter().enumerate().flat_map(|(at, &earlier)| series[at + 1..].iter().map(move |&later| (earlier, later)))
}

#[expect(clippy::cast_precision_loss, reason = "numbers of years and rows are far below 2^52")]
fn length<T>(of: &[T]) -> f64 {
    of.len() as f64
}

#[cfg(test)]
mod tests {
    use super::{benjamini_hochberg, least_squares_slope, mann_kendall, theil_sen_slope};

    /// Series, then slopes of scipy 1.17.1 (`linregress`, `theilslopes`) and S, Z and p of
    /// pymannkendall 1.4.3 (`original_test`).
    #[expect(clippy::type_complexity, reason = "a table of cases")]
    const REFERENCE: [(&[(i16, f64)], f64, f64, i32, f64, f64); 4] = [
        (
            &[(2012, 3.0), (2013, 5.0), (2014, 4.0), (2015, 8.0), (2016, 9.0), (2017, 12.0), (2018, 11.0)],
            1.535_714_285_714_285_8,
            1.5,
            17,
            2.403_005_636_744_442_3,
            0.016_260_936_780_450_264,
        ),
        (
            &[(2012, 5.0), (2013, 5.0), (2014, 7.0), (2015, 7.0), (2016, 7.0), (2017, 6.0), (2018, 9.0), (2019, 9.0), (2020, 4.0)],
            0.183_333_333_333_333_32,
            0.325,
            9,
            0.860_995_204_001_010_4,
            0.389_240_684_526_054_1,
        ),
        (
            &[(2009, 120.5), (2012, 110.0), (2013, 111.0), (2017, 80.0), (2018, 82.25), (2021, 60.0)],
            -5.186_224_489_795_919,
            -5.041_666_666_666_667,
            -11,
            -1.878_672_873_255_448_7,
            0.060_289_173_990_602_185,
        ),
        (&[(2015, 4.0), (2016, 4.0), (2017, 4.0), (2018, 4.0), (2019, 4.0)], 0.0, 0.0, 0, 0.0, 1.0),
    ];

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-12 * b.abs().max(1.0)
    }

    #[test]
    fn slopes_and_tests_equal_scipy_and_pymannkendall() {
        for (series, ols, sen, s, z, p) in REFERENCE {
            assert!(least_squares_slope(series).is_some_and(|slope| near(slope, ols)), "{series:?}");
            assert!(theil_sen_slope(series).is_some_and(|slope| near(slope, sen)), "{series:?}");
            let test = mann_kendall(series);
            assert!(test.s == s && near(test.z, z) && near(test.p, p), "{series:?}: {test:?}");
        }
    }

    /// Against `scipy.stats.false_discovery_control(ps, method="bh")` of scipy 1.17.1.
    #[test]
    fn adjusted_p_equal_scipy() {
        let cases: [(&[f64], &[f64]); 3] = [
            (
                &[0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216],
                &[0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.105_714_285_714_285_7, 0.216, 0.216, 0.216],
            ),
            (&[0.5, 0.01, 0.01, 0.9, 0.04], &[0.625, 0.025, 0.025, 0.9, 0.066_666_666_666_666_67]),
            (&[], &[]),
        ];
        for (p, expected) in cases {
            let q = benjamini_hochberg(p);
            assert!(q.len() == expected.len() && q.iter().zip(expected).all(|(q, e)| near(*q, *e)), "{q:?}");
        }
    }

    #[test]
    fn one_year_has_no_slope() {
        assert_eq!((least_squares_slope(&[(2020, 1.0)]), theil_sen_slope(&[(2020, 1.0)])), (None, None));
        assert_eq!((least_squares_slope(&[]), theil_sen_slope(&[])), (None, None));
    }
}
