//! Numbers as the cells of a workbook show them: percent, thousands, decimals, words in the format.
//!
//! A format has up to three sections for numbers: above zero, below, zero. What is rare in a report
//! (conditions, fractions, powers of ten, Chinese numerals, digits apart) is not followed: the number is then
//! printed as it is held.

/// Digits that a workbook holds of a number; those behind are of its binary form.
const DIGITS: usize = 15;
/// Decimals that a format may ask for.
const DECIMALS: usize = 10;

/// A number as a format shows it; `None` for a format that is not followed.
pub(super) fn shown(value: f64, format: &str) -> Option<String> {
    let sections = sections(format);
    let (section, signed) = match sections.as_slice() {
        [_, below, ..] if value < 0.0 => (*below, false),
        [_, _, zero, ..] if value == 0.0 => (*zero, false),
        [first, ..] => (*first, value < 0.0),
        [] => return None,
    };
    let section = Section::parse(section)?;
    let figure = match section.whole.is_empty() && section.decimals.is_empty() {
        true => String::new(),
        false => section.figure(value)?,
    };
    // What is rounded to nothing has no sign.
    let sign = if signed && figure.contains(|c: char| ('1'..='9').contains(&c)) { "-" } else { "" };
    Some(format!("{sign}{}{figure}{}", section.before, section.behind).trim().to_owned())
}

fn sections(format: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in format.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '"' => quoted = !quoted,
            '\\' | '!' if !quoted => escaped = true,
            ';' if !quoted => {
                found.push(&format[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&format[start..]);
    found
}

/// A section taken apart.
#[derive(Default)]
struct Section {
    before: String,
    behind: String,
    /// Places of digits before and behind the point: `0` is always printed, others where they hold something.
    whole: Vec<char>,
    decimals: Vec<char>,
    thousands: bool,
    /// Powers of ten by which the number is multiplied.
    shift: i32,
}

impl Section {
    fn parse(text: &str) -> Option<Self> {
        let mut section = Self::default();
        let (mut point, mut ended, mut commas) = (false, false, 0);
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let literal = match c {
                '0' | '#' | '?' => {
                    // Digits apart: 0!.0"万"
                    if ended {
                        return None;
                    }
                    section.thousands |= commas > 0;
                    commas = 0;
                    if point { &mut section.decimals } else { &mut section.whole }.push(c);
                    continue;
                }
                '.' if !point && !ended => {
                    point = true;
                    continue;
                }
                ',' if !ended && !section.whole.is_empty() => {
                    commas += 1;
                    continue;
                }
                '"' => chars.by_ref().take_while(|c| *c != '"').collect::<String>(),
                '\\' | '!' => chars.next()?.to_string(),
                '_' => chars.next().map(|_| " ".to_owned())?,
                '*' => chars.next().map(|_| String::new())?,
                '[' => {
                    let words: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    match words.strip_prefix('$') {
                        Some(sign) => sign.split('-').next().unwrap_or("").to_owned(),
                        None if words.chars().all(|c| c.is_ascii_alphabetic()) => String::new(),
                        None => return None,
                    }
                }
                '%' => {
                    section.shift += 2;
                    "%".to_owned()
                }
                ' ' | '-' | '+' | '(' | ')' | ':' | '$' => c.to_string(),
                c if !c.is_ascii() => c.to_string(),
                _ => return None,
            };
            match section.whole.is_empty() && !point {
                true => section.before.push_str(&literal),
                false => {
                    ended |= !literal.is_empty();
                    section.behind.push_str(&literal);
                }
            }
        }
        // Each comma behind the digits is a thousand less.
        section.shift -= 3 * commas;
        (section.decimals.len() <= DECIMALS).then_some(section)
    }

    /// The digits of a number, rounded half away from zero as workbooks do.
    fn figure(&self, value: f64) -> Option<String> {
        let text = format!("{:.*e}", DIGITS - 1, value.abs());
        let (digits, power) = text.split_once('e')?;
        let digits: u128 = digits.replace('.', "").parse().ok()?;
        let places = self.decimals.len();
        let power = power.parse::<i32>().ok()? + self.shift + i32::try_from(places).ok()? - (DIGITS as i32 - 1);
        let scaled = match u32::try_from(power) {
            Ok(up) if up > 15 => return None,
            Ok(up) => digits * 10u128.pow(up),
            Err(_) if power < -30 => 0,
            Err(_) => {
                let unit = 10u128.pow(power.unsigned_abs());
                (digits + unit / 2) / unit
            }
        };
        let digits = format!("{scaled:0width$}", width = places + 1);
        let (whole, decimals) = digits.split_at(digits.len() - places);
        let least = self.whole.iter().filter(|place| **place == '0').count();
        let whole = format!("{:0>least$}", whole.trim_start_matches('0'));
        let mut out = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if self.thousands && at > 0 && (whole.len() - at).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        let kept = (0..places).rev().find(|at| self.decimals[*at] == '0' || !decimals[*at..].trim_end_matches('0').is_empty());
        if let Some(kept) = kept {
            out.push('.');
            out.push_str(&decimals[..=kept]);
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn numbers_are_shown_as_their_format_says() {
        for (value, format, text) in [
            (0.125, "0%", "13%"),
            (0.987_6, "0.00%", "98.76%"),
            (1_234_567.0, "#,##0", "1,234,567"),
            (999.0, "#,##0", "999"),
            (1_234.5, "#,##0.00", "1,234.50"),
            (2.675, "0.00", "2.68"),
            (0.0, "0.00_ ", "0.00"),
            (5.0, "0.##", "5"),
            (0.5, "#.0", ".5"),
            (12.0, "0\"件\"", "12件"),
            (-8.0, "#,##0;[Red]-#,##0", "-8"),
            (-8.0, "0", "-8"),
            (-0.2, "0", "0"),
            (0.0, "_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ", "-"),
            (3.0, "_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ", "3"),
            (12_000_000.0, "0.0,,", "12.0"),
            (28.599_999_999_999_998, "0.0", "28.6"),
            (7.0, "000", "007"),
            (1e-40, "0.00", "0.00"),
        ] {
            assert_eq!(shown(value, format).as_deref(), Some(text), "{value} as {format}");
        }
        for format in ["General", "0.00E+00", "# ?/?", "yyyy-m-d", "[>=10000]0!.0,\"万\";0", "0!.0,\"万\"", "[DBNum1]0", "@", ""] {
            let plain = shown(12.0, format).is_none_or(|text| text.is_empty());
            assert!(plain, "{format} is not followed");
        }
        assert_eq!(shown(1e300, "0"), None);
        assert_eq!(shown(f64::NAN, "0"), None);
    }
}
