//! Sets of characters to look for in a text at the pace of its bytes: most characters of a report bear on no
//! figure, and each that is asked about one by one costs more than all else that is done with it.

/// A set of characters below U+10000, one bit each.
pub(super) struct Characters([u64; 1024]);

impl Characters {
    pub(super) const fn new(sets: &[&[char]]) -> Self {
        let mut bits = [0; 1024];
        let mut s = 0;
        while s < sets.len() {
            let mut i = 0;
            while i < sets[s].len() {
                let code = sets[s][i] as usize;
                bits[code / 64] |= 1 << (code % 64);
                i += 1;
            }
            s += 1;
        }
        Self(bits)
    }

    fn has(&self, code: u16) -> bool {
        self.0[usize::from(code / 64)] >> (code % 64) & 1 == 1
    }

    /// The characters of the set in a text, with their places.
    pub(super) fn find<'s>(&'s self, text: &'s str) -> impl Iterator<Item = (usize, char)> + 's {
        let tail = |byte: u8| u16::from(byte & 0x3f);
        let mut at = 0;
        std::iter::from_fn(move || {
            loop {
                let place = at;
                // What begins with another byte is not below U+10000.
                let code = match text.as_bytes()[at..] {
                    [lead @ 0..=0x7f, ..] => {
                        at += 1;
                        u16::from(lead)
                    }
                    [lead @ 0xe0..=0xef, second, third, ..] => {
                        at += 3;
                        u16::from(lead) << 12 | tail(second) << 6 | tail(third)
                    }
                    [lead @ 0x80..=0xdf, second, ..] => {
                        at += 2;
                        u16::from(lead & 0x1f) << 6 | tail(second)
                    }
                    [_, _, _, _, ..] => {
                        at += 4;
                        continue;
                    }
                    _ => return None,
                };
                if self.has(code) {
                    return char::from_u32(u32::from(code)).map(|c| (place, c));
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Characters;

    #[test]
    fn finds_what_a_walk_over_the_characters_finds() {
        const SET: Characters = Characters::new(&[&['3', '一', '零'], &['。', 'é', '\u{ffff}', '\u{0}']]);
        let text = "a3é一二𠀀零。\u{ffff}\u{0}🀄3";
        let wanted: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| "3一零。é\u{ffff}\u{0}".contains(*c)).collect();
        assert_eq!(SET.find(text).collect::<Vec<_>>(), wanted);
        assert_eq!(wanted.len(), 8);
    }
}
