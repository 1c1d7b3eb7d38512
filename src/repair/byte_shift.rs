//! Runs of GBK text that lost a byte, so that every following pair was read across two characters.

use super::Draft;

/// Whether a character is one that ordinary text does not have and a shift leaves behind.
pub(super) fn is_residue(c: char) -> bool {
    matches!(c, '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{3105}'..='\u{3129}' | '\u{2500}'..='\u{257f}')
}

/// Puts shifted runs back.
pub(super) fn repair(_draft: &mut Draft) -> bool {
    false
}
