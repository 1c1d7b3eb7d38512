//! The size of the sheets of an XLS, before they are read.
//!
//! The reader of workbooks gives every sheet memory from its first to its last cell. A file of a few bytes
//! can name cells so far apart that no machine has that much; this looks at the places alone.

use std::ops::Range;

use super::{ReadError, limits};

/// Places from the first to the last cell of a sheet.
const AREA: u64 = 8 * limits::CELLS as u64;
/// Sectors with a meaning of their own begin here: free, end of chain, table.
const NO_SECTOR: u32 = 0xFFFF_FFFA;

/// Checks the sheets of a compound file.
///
/// # Errors
/// When the file breaks its format, or a sheet is larger than is read.
pub(super) fn within_bounds(bytes: &[u8]) -> Result<(), ReadError> {
    let file = Compound::open(bytes).ok_or_else(damaged)?;
    let stream = file.stream(&["Workbook", "Book"]).ok_or_else(damaged)?;
    let mut rows: Option<Range<u64>> = None;
    let mut columns: Range<u64> = 0..0;
    let mut at = 0;
    while let (Some(kind), Some(length)) = (u16_at(&stream, at), u16_at(&stream, at + 2)) {
        let data = stream.get(at + 4..at + 4 + usize::from(length)).unwrap_or_default();
        at += 4 + usize::from(length);
        match kind {
            // A sheet begins.
            0x0009 | 0x0209 | 0x0409 | 0x0809 => rows = None,
            // Numbers, texts, truth values, formulas: each with its row and column first.
            0x0001..=0x0006 | 0x0201..=0x0206 | 0x0406 | 0x027E | 0x00FD | 0x00D6 | 0x00BD | 0x0221 => {
                let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
                let last = match kind {
                    0x00BD => u16_at(data, data.len().saturating_sub(2)).unwrap_or(first).max(first),
                    _ => first,
                };
                let (row, first, last) = (u64::from(row), u64::from(first), u64::from(last));
                match &mut rows {
                    Some(rows) => {
                        *rows = rows.start.min(row)..rows.end.max(row + 1);
                        columns = columns.start.min(first)..columns.end.max(last + 1);
                    }
                    None => {
                        rows = Some(row..row + 1);
                        columns = first..last + 1;
                    }
                }
                let height = rows.as_ref().map_or(0, |rows| rows.end - rows.start);
                if height * (columns.end - columns.start) > AREA {
                    return Err(ReadError::TooLarge { what: "places in a sheet", limit: AREA });
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn damaged() -> ReadError {
    ReadError::Damaged { what: "workbook", detail: "its streams cannot be followed".to_owned() }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// A compound file: a file system of sectors, as MS-CFB lays it down.
struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// The sector behind each sector.
    table: Vec<u32>,
    directory: Vec<u8>,
    /// Streams shorter than this lie in a stream of small sectors.
    cutoff: u32,
    small_table: Vec<u32>,
}

impl<'a> Compound<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let shift = u16_at(bytes, 30)?;
        if !(9..=12).contains(&shift) {
            return None;
        }
        let mut file = Self {
            bytes,
            sector: 1 << shift,
            table: Vec::new(),
            directory: Vec::new(),
            cutoff: u32_at(bytes, 56)?,
            small_table: Vec::new(),
        };
        // The places of the table: 109 in the head, the rest in a chain of sectors.
        let mut places: Vec<u32> = (0..109).filter_map(|i| u32_at(bytes, 76 + 4 * i)).collect();
        let mut next = u32_at(bytes, 68)?;
        let most = bytes.len() / file.sector + 1;
        for _ in 0..most {
            let Some(sector) = file.sector_at(next) else { break };
            let numbers = numbers(sector);
            places.extend(&numbers[..numbers.len() - 1]);
            next = *numbers.last()?;
        }
        for place in places.into_iter().filter(|place| *place < NO_SECTOR) {
            file.table.extend(numbers(file.sector_at(place)?));
        }
        file.directory = file.chain(u32_at(bytes, 48)?)?;
        file.small_table = numbers(&file.chain(u32_at(bytes, 60)?).unwrap_or_default());
        Some(file)
    }

    fn sector_at(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize).checked_add(1)?.checked_mul(self.sector)?;
        // The last sector of a file may be cut.
        let rest = self.bytes.get(start..)?;
        (number < NO_SECTOR && !rest.is_empty()).then(|| &rest[..rest.len().min(self.sector)])
    }

    /// The bytes of a chain of sectors.
    fn chain(&self, first: u32) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut next = first;
        while next < NO_SECTOR {
            bytes.extend_from_slice(self.sector_at(next)?);
            // A chain that is longer than the file runs in a circle.
            if bytes.len() > self.bytes.len() {
                return None;
            }
            next = *self.table.get(next as usize)?;
        }
        Some(bytes)
    }

    /// The bytes of the first stream of one of these names.
    fn stream(&self, names: &[&str]) -> Option<Vec<u8>> {
        let entries = || self.directory.chunks_exact(128);
        let named = |entry: &&[u8], name: &str| {
            let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).chain([0, 0]).collect();
            entry.starts_with(&wide)
        };
        let entry = names.iter().find_map(|name| entries().find(|entry| named(entry, name)))?;
        let (first, length) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
        let mut bytes = match length >= self.cutoff as usize {
            true => self.chain(first)?,
            false => {
                let root = entries().next()?;
                let small = self.chain(u32_at(root, 116)?)?;
                let mut bytes = Vec::new();
                let mut next = first;
                while next < NO_SECTOR && bytes.len() < length {
                    let start = next as usize * 64;
                    bytes.extend_from_slice(small.get(start..(start + 64).min(small.len()))?);
                    if bytes.len() > self.bytes.len() {
                        return None;
                    }
                    next = *self.small_table.get(next as usize)?;
                }
                bytes
            }
        };
        bytes.truncate(length);
        Some(bytes)
    }
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A compound file of one stream of cells.
    fn workbook(cells: &[(u16, u16)]) -> Vec<u8> {
        let mut stream = vec![0x09, 0x08, 4, 0, 0, 6, 0x10, 0];
        for (row, column) in cells {
            stream.extend([0x03, 0x02, 14, 0]);
            stream.extend(row.to_le_bytes());
            stream.extend(column.to_le_bytes());
            stream.extend([0; 10]);
        }
        let length = stream.len() as u32;
        stream.resize(512, 0);
        let mut head = vec![0; 512];
        head[30] = 9;
        head[48..52].copy_from_slice(&1u32.to_le_bytes());
        head[60..64].copy_from_slice(&0xFFFF_FFFEu32.to_le_bytes());
        head[68..72].copy_from_slice(&0xFFFF_FFFEu32.to_le_bytes());
        head[76..].fill(0xFF);
        head[76..80].copy_from_slice(&0u32.to_le_bytes());
        let table: Vec<u8> = [0xFFFF_FFFDu32, 0xFFFF_FFFE, 0xFFFF_FFFE].into_iter().flat_map(u32::to_le_bytes).collect();
        let mut table = table;
        table.resize(512, 0xFF);
        let mut directory = vec![0; 512];
        let name: Vec<u8> = "Workbook".encode_utf16().flat_map(u16::to_le_bytes).collect();
        directory[128..128 + name.len()].copy_from_slice(&name);
        directory[128 + 116..128 + 120].copy_from_slice(&2u32.to_le_bytes());
        directory[128 + 120..128 + 124].copy_from_slice(&length.to_le_bytes());
        [head, table, directory, stream].concat()
    }

    #[test]
    fn sheets_are_measured_before_they_are_read() {
        assert_eq!(within_bounds(&workbook(&[(0, 0), (12, 5)])), Ok(()));
        assert!(matches!(within_bounds(&workbook(&[(0, 0), (65_535, 65_535)])), Err(ReadError::TooLarge { .. })));
        let whole = workbook(&[(0, 0)]);
        for cut in 0..whole.len() {
            let _ = within_bounds(&whole[..cut]);
        }
        assert!(matches!(within_bounds(&whole[..600]), Err(ReadError::Damaged { .. })));
    }

    #[test]
    fn a_chain_in_a_circle_ends() {
        let mut circle = workbook(&[(0, 0)]);
        // The stream is its own next sector.
        circle[512 + 8..512 + 12].copy_from_slice(&2u32.to_le_bytes());
        assert!(within_bounds(&circle).is_err());
    }
}
