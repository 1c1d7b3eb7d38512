//! Pinyin glosses after characters: `鎮(zhèn)`, `政(zheng)(zheng)府(fu)(f`. A gloss goes only where it is a
//! reading of the characters before it, so that real brackets stay.

use std::ops::Range;

use pinyin::ToPinyinMulti;

use super::{Draft, Edit};

/// Longest gloss that is looked at, in letters: four syllables.
const MAX_LETTERS: usize = 28;
/// Most characters that one gloss reads.
const MAX_CHARACTERS: usize = 4;

/// The letter of a pinyin letter without its tone; `None` for what is no letter of pinyin.
pub(super) fn plain_letter(c: char) -> Option<char> {
    let c = match c {
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(c as u32 - 0xfee0)?,
        c if !c.is_ascii() => c.to_lowercase().next()?,
        c => c,
    };
    Some(match c {
        'a'..='z' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        'ā' | 'á' | 'ǎ' | 'à' | 'ă' | 'ɑ' | 'â' | 'ã' => 'a',
        'ē' | 'é' | 'ě' | 'è' | 'ĕ' | 'ê' | 'ế' | 'ề' | 'ẽ' => 'e',
        'ī' | 'í' | 'ǐ' | 'ì' | 'ĭ' | 'ĩ' => 'i',
        'ō' | 'ó' | 'ǒ' | 'ò' | 'ŏ' | 'õ' => 'o',
        'ū' | 'ú' | 'ǔ' | 'ù' | 'ŭ' | 'ũ' => 'u',
        'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' | 'ü' => 'v',
        'ń' | 'ň' | 'ǹ' => 'n',
        'ḿ' => 'm',
        'ɡ' => 'g',
        _ => return None,
    })
}

/// Tone marks written after their letter, and what may stand between the syllables of one gloss.
fn is_between_letters(c: char) -> bool {
    matches!(c, '\u{300}' | '\u{301}' | '\u{304}' | '\u{306}' | '\u{308}' | '\u{30c}' | ' ' | '\'' | '’' | '-' | '·')
}

/// Whether a letter of pinyin bears a tone. A diaeresis is none, a foreign word has it too.
fn is_toned(c: char) -> bool {
    !c.is_ascii() && !matches!(c, 'ü' | 'Ü' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ') && plain_letter(c).is_some()
}

/// The letters of a gloss, read from its bracket on.
struct Letters {
    /// Without tones, spaces and apostrophes.
    plain: String,
    /// Whether a tone was marked.
    toned: bool,
    /// Bytes read.
    len: usize,
}

fn letters(text: &str) -> Letters {
    let mut read = Letters { plain: String::new(), toned: false, len: 0 };
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let previous = std::mem::replace(&mut before, c);
        if matches!(c, '1'..='5') && previous.is_ascii_lowercase() {
            // The tone as a number: a figure would have no bracket or letter behind it.
            if !text[at + 1..].starts_with(|next: char| matches!(next, ')' | '）' | ']' | '】') || plain_letter(next).is_some()) {
                break;
            }
            read.toned = true;
        } else if let Some(letter) = plain_letter(c) {
            read.toned |= is_toned(c);
            read.plain.push(letter);
        } else if !is_between_letters(c) {
            break;
        } else {
            read.toned |= !c.is_ascii() && !matches!(c, '’' | '·');
        }
        read.len = at + c.len_utf8();
        if read.plain.len() > MAX_LETTERS {
            break;
        }
    }
    read
}

/// The letters before a closing bracket that has no opening one.
fn letters_before(text: &str) -> Letters {
    let from = text.char_indices().rev().take(MAX_LETTERS).take_while(|(_, c)| plain_letter(*c).is_some()).last();
    from.map_or(Letters { plain: String::new(), toned: false, len: 0 }, |(at, _)| letters(&text[at..]))
}

/// Whether letters read the last characters of a text, one or several: `None` where they do not, else
/// whether the letters end before the reading does.
fn reads(letters: &str, before: &str) -> Option<Reading> {
    let mut characters = [' '; MAX_CHARACTERS];
    // A radical reads as the character it stands for.
    let unified = |c| super::compatibility::unified(c).unwrap_or(c);
    for (i, c) in before.chars().rev().take(MAX_CHARACTERS).map(unified).enumerate() {
        if !is_han(c) {
            break;
        }
        characters[i] = c;
        if let Some(reading) = spell(letters, &characters[..=i]) {
            return Some(reading);
        }
    }
    None
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Reading {
    Whole,
    Begun,
}

/// Whether letters spell the characters, which are given last first.
fn spell(letters: &str, characters: &[char]) -> Option<Reading> {
    let Some((first, rest)) = characters.split_last() else {
        return letters.is_empty().then_some(Reading::Whole);
    };
    let mut begun = None;
    for reading in readings(*first) {
        match common(letters, reading) {
            (count, true) => match spell(&letters[count..], rest) {
                Some(Reading::Whole) => return Some(Reading::Whole),
                other => begun = begun.or(other),
            },
            (count, false) if rest.is_empty() && count > 0 && count == letters.len() => begun = Some(Reading::Begun),
            _ => {}
        }
    }
    begun
}

/// All readings of a character, without tones.
fn readings(c: char) -> impl Iterator<Item = &'static str> {
    c.to_pinyin_multi().into_iter().flatten().map(|p| p.plain())
}

/// Whether letters without tones are a reading of a character.
pub(super) fn reads_as(c: char, letters: &str) -> bool {
    readings(c).any(|reading| common(letters, reading) == (letters.len(), true))
}

/// How many letters agree with a reading, and whether it ends with them.
fn common(letters: &str, reading: &str) -> (usize, bool) {
    let mut reading = reading.chars().filter_map(plain_letter);
    let mut count = 0;
    for letter in letters.chars() {
        match reading.next() {
            Some(other) if other == letter => count += 1,
            Some(_) => return (count, false),
            None => return (count, true),
        }
    }
    (count, reading.next().is_none())
}

/// The length of the gloss of a character, from behind it on: with its tone marked, since in a damaged run
/// letters are bytes of characters.
pub(super) fn of(c: char, text: &str) -> Option<usize> {
    let rest = text.strip_prefix('(')?;
    let read = letters(rest);
    let closed = rest[read.len..].starts_with(')');
    (closed && read.toned && reads_as(c, &read.plain)).then_some(read.len + 2)
}

/// The reading and length of a gloss whose opening bracket is lost.
pub(super) fn cut(text: &str) -> Option<(String, usize)> {
    let read = letters(text);
    let closed = text[read.len..].starts_with(')');
    (closed && read.toned).then_some((read.plain, read.len + 1))
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '〇' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Takes glosses out.
pub(super) fn repair(draft: &mut Draft) -> bool {
    let text = draft.as_str();
    let mut edits: Vec<Edit> = Vec::new();
    // Up to where the text is decided.
    let mut done = 0;
    for (at, bracket) in text.char_indices().filter(|(_, c)| is_opening(*c) || matches!(c, ')' | '）')) {
        if at < done {
            continue;
        }
        // Glosses are repeated: what one reads stands before the ones already taken out.
        let repeated = edits.last().is_some_and(|e| e.range.end == at);
        let base_end = if repeated { edits.last().map_or(at, |e| e.range.start) } else { at };
        let before = &text[..base_end];
        let mut rest = None;
        let found = if is_opening(bracket) {
            let place =
                Place { start: at + bracket.len_utf8(), is_round: matches!(bracket, '(' | '（'), repeated, others: !edits.is_empty() };
            let over = over_line_end(text, place.start, before);
            rest = over.as_ref().map(|(_, second)| second.clone());
            let end = over.map(|(end, _)| end).or_else(|| opened(text, &place, before)).or_else(|| zhuyin(text, place.start));
            end.map(|end| with_blanks(text, at..end, done))
        } else {
            orphan(&text[done.max(text.floor_char_boundary(at.saturating_sub(4 * MAX_LETTERS)))..at])
                .map(|len| at - len..at + bracket.len_utf8())
        };
        for range in found.into_iter().chain(rest) {
            done = range.end;
            match edits.last_mut().filter(|e| e.range.end == range.start) {
                Some(last) => last.range.end = range.end,
                None => edits.push(Edit { range, text: String::new() }),
            }
        }
    }
    let bare = bare(text, &edits);
    if !bare.is_empty() {
        edits.extend(bare);
        edits.sort_unstable_by_key(|edit| edit.range.start);
    }
    draft.apply(edits)
}

/// A gloss with the blanks that set it apart from its character and the next one: 公 (gōng) 开.
fn with_blanks(text: &str, gloss: Range<usize>, done: usize) -> Range<usize> {
    let start = text[..gloss.start].trim_end_matches(' ').len();
    if start == gloss.start || start < done || !text[..start].ends_with(is_han) {
        return gloss;
    }
    let after = text[gloss.end..].strip_prefix(' ').filter(|rest| rest.starts_with(is_han));
    start..gloss.end + usize::from(after.is_some())
}

/// The end of a gloss in the letters of Taiwan: 万(ㄨㄢˋ). Nothing else stands so in brackets.
fn zhuyin(text: &str, start: usize) -> Option<usize> {
    let is_letter = |c: char| matches!(c, '\u{3105}'..='\u{3129}');
    let rest = text.get(start..)?;
    let inside = rest.trim_start_matches(|c| is_letter(c) || matches!(c, 'ˉ' | 'ˊ' | 'ˇ' | 'ˋ' | '˙'));
    let len = rest.len() - inside.len();
    let close = inside.chars().next().filter(|c| matches!(c, ')' | '）'))?;
    rest[..len].contains(is_letter).then_some(start + len + close.len_utf8())
}

/// Readings with their tone that stand behind their character without a bracket: 不bù同意, 公 gōng 开.
fn bare(text: &str, found: &[Edit]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut done = 0;
    for (at, _) in text.char_indices().filter(|(_, c)| is_toned(*c)) {
        let next = found.partition_point(|edit| edit.range.end <= at);
        if at < done || found.get(next).is_some_and(|edit| edit.range.start <= at) {
            continue;
        }
        let before = text[..at].trim_end_matches(|c: char| plain_letter(c).is_some());
        let read = letters(&text[before.len()..]);
        done = text.ceil_char_boundary(before.len() + read.len.max(1));
        let word = text[before.len()..done].trim_end_matches(is_between_letters);
        let range = before.len()..before.len() + word.len();
        let base = before.trim_end_matches(' ');
        // Behind a bracket it is a gloss of another shape.
        if base.ends_with(is_han) && reads(&read.plain, base) == Some(Reading::Whole) {
            let range = with_blanks(text, range, edits.last().map_or(0, |edit| edit.range.end));
            edits.push(Edit { range, text: String::new() });
        }
    }
    edits
}

fn is_opening(c: char) -> bool {
    matches!(c, '(' | '（' | '[' | '【')
}

/// Where a gloss may begin.
struct Place {
    /// Where its letters begin.
    start: usize,
    is_round: bool,
    /// Whether another gloss ends right before it.
    repeated: bool,
    /// Whether glosses were found before.
    others: bool,
}

/// The end of a gloss.
fn opened(text: &str, place: &Place, before: &str) -> Option<usize> {
    let read = letters(&text[place.start..]);
    let end = place.start + read.len;
    // In square brackets letters are a reference, unless they bear a tone or stand there twice.
    let is_twice = || text.get(place.start - 1..end + 1).is_some_and(|gloss| text[end + 1..].starts_with(gloss));
    if read.plain.is_empty() || !(place.is_round || read.toned || place.repeated || is_twice()) {
        return None;
    }
    let reading = reads(&read.plain, if read.toned { before.trim_end_matches(' ') } else { before })?;
    let next = text[end..].chars().next();
    match (reading, next) {
        (Reading::Whole, Some(c @ (')' | '）' | ']' | '】'))) => Some(end + c.len_utf8()),
        // The closing bracket is lost: a tone mark or a repetition shows that it was a gloss.
        (Reading::Whole, _) if read.toned || place.repeated => Some(end),
        // Cut: other glosses show it too.
        (Reading::Whole | Reading::Begun, None | Some('\n' | '\r' | '\t' | '|' | '…')) if read.toned || place.repeated || place.others => {
            Some(end)
        }
        _ => None,
    }
}

/// A gloss that the end of a line tore: the end of its first part, and its second part.
fn over_line_end(text: &str, start: usize, before: &str) -> Option<(usize, std::ops::Range<usize>)> {
    let first = letters(&text[start..]);
    let end = start + first.len;
    let after = text[end..].trim_start_matches([' ', '\r']).strip_prefix('\n')?.trim_start();
    let second = letters(after);
    let close = after[second.len..].chars().next().filter(|c| matches!(c, ')' | '）'))?;
    let plain = first.plain + &second.plain;
    let is_gloss = !plain.is_empty() && reads(&plain, before) == Some(Reading::Whole);
    let from = text.len() - after.len();
    is_gloss.then(|| (end, from..from + second.len + close.len_utf8()))
}

/// The length of a gloss whose opening bracket is lost, at the end of `before`.
fn orphan(before: &str) -> Option<usize> {
    let read = letters_before(before);
    if !read.toned {
        return None;
    }
    let rest = &before[..before.len() - read.len];
    match rest.chars().next_back()? {
        '(' | '（' => None,
        // The bracket went together with the character that the gloss reads.
        '?' | '\u{fffd}' => Some(read.len),
        _ => reads(&read.plain, rest).filter(|r| *r == Reading::Whole).map(|_| read.len),
    }
}

#[cfg(test)]
mod tests {
    use super::super::line;

    #[test]
    fn glosses_go_and_brackets_stay() {
        for (damaged, repaired) in [
            ("我鎮(zhèn)現(xiàn)有", "我镇现有"),
            ("區（qū）政府", "区政府"),
            ("政(zheng)(zheng)府(fu)(fu)(f", "政府"),
            ("政(zheng)府(fu)(f", "政府"),
            ("盱眙(xū yí)县", "盱眙县"),
            ("女(nǚ)干部", "女干部"),
            ("行(háng)业", "行业"),
            ("关(guān注", "关注"),
            ("平台(PPP)项目", "平台(PPP)项目"),
            ("网站(www.luzhou.gov.cn)", "网站(www.luzhou.gov.cn)"),
            ("方案(a)", "方案(a)"),
            ("政府(fu)", "政府"),
            ("条(3件)", "条(3件)"),
            ("市(zhèn)", "市(zhèn)"),
            ("政(zheng4)府(fu3)收到申请(qing3)3件", "政府收到申请3件"),
            ("盱眙(xu1yi2)县", "盱眙县"),
            ("收到申请(qing3件", "收到申请(qing3件"),
            ("附件(a1)", "附件(a1)"),
            ("政[zhèng]府【fǔ】", "政府"),
            ("网址[fu]", "网址[fu]"),
            ("政(zhèng)府(fǔ)公(gōn", "政府公"),
            ("政(zheng)府公(g", "政府公"),
            ("方案公(g", "方案公(g"),
            ("政(zhèng\n)府公开", "政\n府公开"),
            ("政(zh\nèng)府公开", "政\n府公开"),
            ("政(\nzhèng)府(fǔ)公开", "政\n府公开"),
            ("政(fu\n)府公开", "政(fu\n)府公开"),
            ("同意公 (gōng) 开6件，不 (bù) 同意2件", "同意公开6件，不同意2件"),
            ("同意公 gōng 开6件，不bù同意2件", "同意公开6件，不同意2件"),
            ("公(GŌNG)开，不（ｂù）同意", "公开，不同意"),
            ("新[xin][xin]收申请，新( xin )收", "新收申请，新收"),
            ("单位：万(ㄨㄢˋ)元，万wàn元", "单位：万元，万元"),
            ("咖啡café 12件，Zürich与政务gōng", "咖啡café 12件，Zürich与政务gōng"),
        ] {
            assert_eq!(line(damaged), repaired);
        }
    }
}
