//! How numbers are written: the one place that reads digits and Chinese numerals, for figures as for dates.

/// The value of an integer written in Chinese numerals: 三十二, 一百零五, 两万, 廿三, 一万二千, 壹佰, and
/// digit by digit as in years (二〇一六, 二○一七). `None` where it is not one.
pub fn chinese_integer(text: &str) -> Option<u64> {
    let mut count = 0;
    let positional = text.chars().all(|c| digit(c).is_some());
    let mut by_digits = 0u64;
    let (mut total, mut section, mut pending) = (0u64, 0u64, None::<u64>);
    for c in text.chars() {
        count += 1;
        if count > 16 {
            return None;
        }
        if positional {
            by_digits = by_digits.checked_mul(10)?.checked_add(digit(c)?)?;
            continue;
        }
        if let Some(d) = digit(c) {
            // 一百零五: a zero holds a place; two digits in a row are no number of this kind.
            if pending.is_some_and(|p| p != 0) {
                return None;
            }
            pending = Some(d);
            continue;
        }
        match c {
            '廿' => section += 20,
            '卅' => section += 30,
            '十' | '拾' => section += 10 * pending.take().filter(|p| *p != 0).unwrap_or(1),
            '百' | '佰' => section += 100 * pending.take().unwrap_or(1),
            '千' | '仟' => section += 1000 * pending.take().unwrap_or(1),
            '万' => {
                total = total.checked_add((section + pending.take().unwrap_or(0)).checked_mul(10_000)?)?;
                section = 0;
            }
            '亿' => {
                total = (total + section + pending.take().unwrap_or(0)).checked_mul(100_000_000)?;
                section = 0;
            }
            _ => return None,
        }
    }
    match count {
        0 => None,
        _ if positional => Some(by_digits),
        _ => Some(total + section + pending.unwrap_or(0)),
    }
}

/// The value of one Chinese digit, with the forms of years and of accounts.
pub fn digit(c: char) -> Option<u64> {
    Some(match c {
        '〇' | '○' | '零' | '０' | '0' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// A number as a text begins with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Bytes that it takes, with 万 and 余 and blanks between them.
    pub len: usize,
    /// Value, scaled as a decimal and rounded once.
    pub value: f64,
    /// Whether 余, 多 or 几 says that it is more.
    pub more: bool,
    /// Whether it is written in Chinese numerals.
    pub chinese: bool,
    /// Digits before the decimal point, of a number in Arabic digits; grouping marks are not counted.
    pub digits: usize,
    /// Whether it is nothing but digits: no decimal point, grouping or 万.
    pub plain: bool,
}

/// The longest number in Chinese numerals that is read, in characters.
const LONGEST_NUMERAL: usize = 16;
/// The longest run of Arabic digits that is read: beyond it lie registers and account numbers.
const LONGEST_DIGITS: usize = 15;

/// The number that a text begins with: Arabic or full-width digits with thousands separators and
/// decimals (1,234; 4.2余万; 17 万余), or Chinese numerals (三十二, 百余, 一千二百多).
pub fn number(text: &str) -> Option<Number> {
    let first = text.chars().next()?;
    if arabic(first).is_some() { arabic_number(text) } else { chinese_number(text) }
}

/// The value of an Arabic digit, full width or not.
pub fn arabic(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32),
        _ => None,
    }
}

/// The characters that numbers in Chinese numerals are written with.
pub const CHINESE: [char; 32] = [
    '〇', '○', '零', '一', '二', '两', '三', '四', '五', '六', '七', '八', '九', '十', '百', '千', '万', '亿', '廿', '卅', '壹', '贰',
    '叁', '肆', '伍', '陆', '柒', '捌', '玖', '拾', '佰', '仟',
];

/// Whether a character can stand in a number in Chinese numerals.
pub fn is_chinese(c: char) -> bool {
    // Asked of many characters: nothing below 〇 but the white circle is one.
    (c >= '〇' || c == '○') && CHINESE.contains(&c)
}

fn arabic_number(text: &str) -> Option<Number> {
    let mut chars = text.char_indices().peekable();
    let mut mantissa = 0u64;
    let (mut end, mut grouped, mut decimals, mut digits, mut printed) = (0, false, None, 0, 0);
    while let Some(&(at, c)) = chars.peek() {
        if let Some(d) = arabic(c).and_then(|d| d.to_digit(10)) {
            printed += 1;
            if printed > LONGEST_DIGITS {
                return None;
            }
            mantissa = mantissa * 10 + u64::from(d);
            digits += usize::from(decimals.is_none());
            decimals = decimals.map(|places| places + 1);
            end = at + c.len_utf8();
            chars.next();
            continue;
        }
        let following = || text[at + c.len_utf8()..].chars().take_while(|c| arabic(*c).is_some());
        let groups = matches!(c, ',' | '，') && decimals.is_none() && (grouped || (1..=3).contains(&printed)) && following().count() == 3;
        let point = matches!(c, '.' | '．') && decimals.is_none() && following().next().is_some();
        if groups {
            grouped = true;
        } else if point {
            printed += 1;
            decimals = Some(0);
        } else {
            break;
        }
        chars.next();
    }
    let (suffix, exponent, more) = scale(&text[end..]);
    let power = exponent.cast_signed() - decimals.unwrap_or_default();
    // Digits and power of ten are exact as floats, which rounds once.
    let value = if power < 0 { mantissa as f64 / 10f64.powi(-power) } else { mantissa as f64 * 10f64.powi(power) };
    let decimals = decimals.is_some();
    // 1万零56: the zero holds the places between.
    if exponent >= 4
        && !more
        && !decimals
        && let Some(rest) = text[end + suffix..].strip_prefix('零')
        && let Some(part) = arabic_number(rest).filter(|part| part.plain && part.value * 10.0 < 10f64.powi(exponent.cast_signed()))
    {
        return Some(Number { len: end + suffix + '零'.len_utf8() + part.len, value: value + part.value, plain: false, ..part });
    }
    // 3万2千, 1亿2000万: a smaller part follows a larger one.
    if exponent >= 4 && !more && !decimals && text[end + suffix..].starts_with(|c| arabic(c).is_some()) {
        let scale = i32::try_from(exponent).map_or(f64::MAX, |e| 10f64.powi(e));
        if let Some(part) = arabic_number(&text[end + suffix..]).filter(|part| !part.plain && part.value < scale) {
            return Some(Number { len: end + suffix + part.len, value: value + part.value, more: part.more, ..part });
        }
    }
    Some(Number { len: end + suffix, value, more, chinese: false, digits, plain: !grouped && !decimals && exponent == 0 })
}

/// What may follow digits: 万, 千, 百, 亿 and 余, 多, with blanks between. Bytes, power of ten, whether more.
fn scale(text: &str) -> (usize, u32, bool) {
    let (mut end, mut exponent, mut more) = (0, 0, false);
    let mut blanks = 0;
    for (at, c) in text.char_indices() {
        let power = match c {
            '百' => 2,
            '千' => 3,
            '万' => 4,
            '亿' => 8,
            '余' | '多' | '几' if !more => {
                more = true;
                0
            }
            ' ' | '\u{3000}' | '\u{a0}' if blanks < 2 => {
                blanks += 1;
                continue;
            }
            _ => break,
        };
        exponent += power;
        if exponent > 12 {
            return (end, exponent - power, more);
        }
        end = at + c.len_utf8();
    }
    (end, exponent, more)
}

fn chinese_number(text: &str) -> Option<Number> {
    let run: usize = text.chars().take_while(|c| is_chinese(*c)).take(LONGEST_NUMERAL + 1).map(char::len_utf8).sum();
    let numeral = &text[..run];
    let value = match numeral {
        "" => return None,
        // The unit of an amount, with no number before it: 单位：万元.
        "万" | "千" | "亿" if text[run..].starts_with('元') => return None,
        // 万余 and 千余 stand for 一万余 and 一千余.
        "万" => 10_000,
        "千" => 1_000,
        "亿" => 100_000_000,
        _ => chinese_integer(numeral)?,
    };
    let rest = &text[run..];
    let more = rest.starts_with('余') || rest.starts_with('多') || (rest.starts_with('几') && numeral.ends_with(['十', '百']));
    let mut len = run + if more { '余'.len_utf8() } else { 0 };
    let mut scaled = value as f64;
    // 四十余万
    if more && text[len..].starts_with('万') {
        scaled *= 10_000.0;
        len += '万'.len_utf8();
    }
    Some(Number { len, value: scaled, more, chinese: true, digits: 0, plain: false })
}

#[cfg(test)]
mod tests {
    use super::{chinese_integer, number};

    #[test]
    fn numbers_as_printed() {
        for (text, len, value, more) in [
            ("1,208条", 5, 1208.0, false),
            ("1，234，567条", 13, 1_234_567.0, false),
            ("12,5", 2, 12.0, false),
            ("1.3万余件", 9, 13_000.0, true),
            ("4.2余万人次", 9, 42_000.0, true),
            ("17 万余人次", 9, 170_000.0, true),
            ("３２件", 6, 32.0, false),
            ("0.57万", 7, 5_700.0, false),
            ("百余人", 6, 100.0, true),
            ("千余条", 6, 1000.0, true),
            ("四十余人", 9, 40.0, true),
            ("二十多万人", 12, 200_000.0, true),
            ("三百二十多条", 15, 320.0, true),
            ("3万2千余次", 11, 32_000.0, true),
            ("1亿2000万元", 11, 120_000_000.0, false),
            ("3万2条", 4, 30_000.0, false),
            ("1万零56条", 9, 10_056.0, false),
            ("1万零5000条", 4, 10_000.0, false),
            ("12。", 2, 12.0, false),
        ] {
            let read = number(text).map(|n| (n.len, n.value, n.more));
            assert_eq!(read, Some((len, value, more)), "{text}");
        }
        assert_eq!(number("条"), None);
        assert_eq!(number("万元）"), None);
        assert_eq!(number(&"9".repeat(40)), None);
    }

    #[test]
    fn numerals_of_reports() {
        for (text, value) in [
            ("三十二", 32),
            ("一百零五", 105),
            ("两万", 20_000),
            ("廿三", 23),
            ("一万二千", 12_000),
            ("十", 10),
            ("二十", 20),
            ("一百二十三", 123),
            ("二〇一六", 2016),
            ("二○一七", 2017),
            ("壹佰贰拾", 120),
            ("三亿零五", 300_000_005),
            ("六", 6),
        ] {
            assert_eq!(chinese_integer(text), Some(value), "{text}");
        }
        for text in ["", "十二点五", "一千余", "第三", "三五十"] {
            assert_eq!(chinese_integer(text), None, "{text}");
        }
    }
}
