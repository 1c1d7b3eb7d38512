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

#[cfg(test)]
mod tests {
    use super::chinese_integer;

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
