//! Alignment of what stands on a page with the sequence that the form prints.

/// How well an exact label with figures fits.
pub const SURE: u32 = 12;

/// For each entry, the position of the sequence that it is, where all best alignments agree.
///
/// Entries come in reading order; each lists the positions that it can be with how well it fits. An
/// alignment keeps the order of both and uses each position at most once; the best one fits best in sum.
/// Where best alignments differ on an entry it stays open: no figure is taken on a guess.
pub fn align(entries: &[Vec<(usize, u32)>], length: usize) -> Vec<Aligned> {
    let width = length + 1;
    // ahead[i][j]: the best sum of entries before i on positions before j; behind: from i and j on.
    let mut ahead = vec![0u32; (entries.len() + 1) * width];
    for (i, entry) in entries.iter().enumerate() {
        let (done, row) = ahead.split_at_mut((i + 1) * width);
        let before = &done[i * width..];
        let row = &mut row[..width];
        row.copy_from_slice(before);
        for &(position, fit) in entry.iter().filter(|e| e.0 < length) {
            row[position + 1] = row[position + 1].max(before[position] + fit);
        }
        for j in 1..width {
            row[j] = row[j].max(row[j - 1]);
        }
    }
    let mut behind = vec![0u32; (entries.len() + 1) * width];
    for (i, entry) in entries.iter().enumerate().rev() {
        let (row, after) = behind.split_at_mut((i + 1) * width);
        let row = &mut row[i * width..];
        let after = &after[..width];
        row.copy_from_slice(after);
        for &(position, fit) in entry.iter().filter(|e| e.0 < length) {
            row[position] = row[position].max(after[position + 1] + fit);
        }
        for j in (0..length).rev() {
            row[j] = row[j].max(row[j + 1]);
        }
    }
    let best = behind[0];
    // A label that can be one item only, and no other label claims it, is that item out of order too.
    let mut claims = vec![0u32; length];
    for position in entries.iter().flatten().map(|e| e.0).filter(|p| *p < length) {
        claims[position] += 1;
    }
    let sole = |entry: &[(usize, u32)]| match entry {
        [(position, fit)] if *position < length && claims[*position] == 1 && *fit >= SURE => Some(*position),
        _ => None,
    };
    entries
        .iter()
        .enumerate()
        .map(|(i, entry)| {
            let mut places = entry
                .iter()
                .filter(|(p, fit)| *p < length && ahead[i * width + p] + fit + behind[(i + 1) * width + p + 1] == best)
                .map(|(p, _)| *p);
            match (places.next(), places.next()) {
                (None, _) => sole(entry).map_or(Aligned::Nowhere, Aligned::At),
                (Some(_), Some(_)) => Aligned::Open,
                (Some(place), None) => {
                    // Equally good without it: another entry has as good a claim to the place, or stands across.
                    let without = (0..width).map(|j| ahead[i * width + j] + behind[(i + 1) * width + j]).max();
                    let sure = without != Some(best) || sole(entry).is_some();
                    if sure { Aligned::At(place) } else { Aligned::Open }
                }
            }
        })
        .collect()
}

/// Where an entry belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aligned {
    /// At this position, in every best alignment.
    At(usize),
    /// At one of several positions, or at the same one as another entry.
    Open,
    /// At none.
    Nowhere,
}

#[cfg(test)]
mod tests {
    use super::Aligned::{At, Nowhere, Open};
    use super::align;

    #[test]
    fn repeated_labels_are_known_by_their_neighbours() {
        // a x b x, where x is position 1 or 3.
        let x = vec![(1, 10), (3, 10)];
        assert_eq!(align(&[vec![(0, 10)], x.clone(), vec![(2, 10)], x.clone()], 4), [At(0), At(1), At(2), At(3)]);
        // Without b, one x may be either.
        assert_eq!(align(&[vec![(0, 10)], x.clone()], 4), [At(0), Open]);
        // Before a, an x would cost both a and what follows it.
        assert_eq!(align(&[x, vec![(0, 10)], vec![(1, 10)], vec![(2, 10)], vec![(3, 10)]], 4), [Nowhere, At(0), At(1), At(2), At(3)]);
    }

    #[test]
    fn two_claims_to_one_place_stay_open() {
        assert_eq!(align(&[vec![(0, 10)], vec![(0, 10)]], 1), [Open, Open]);
    }

    #[test]
    fn a_label_without_rival_is_known_out_of_order() {
        assert_eq!(align(&[vec![(0, 12)], vec![(3, 12)], vec![(1, 12)], vec![(2, 12)]], 4), [At(0), At(3), At(1), At(2)]);
        // Two that stand across each other: neither is in order, both are known.
        assert_eq!(align(&[vec![(0, 12)], vec![(2, 12)], vec![(1, 12)], vec![(3, 12)]], 4), [At(0), At(2), At(1), At(3)]);
    }
}
