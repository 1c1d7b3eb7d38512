//! Records packed one by one: serialised, compressed, with their length before them.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::sorter::SpillError;

/// A report shrinks to a tenth, and higher levels take longer than writing what they save.
const LEVEL: i32 = 1;

/// Packs records, one after the other: what compression needs of memory is made ready once and not for each.
pub struct Packer(zstd::bulk::Compressor<'static>);

impl Packer {
    /// # Errors
    /// When there is no memory for it.
    pub fn new() -> Result<Self, SpillError> {
        zstd::bulk::Compressor::new(LEVEL).map(Self).map_err(SpillError::record)
    }

    /// Packs a record.
    ///
    /// # Errors
    /// When it cannot be serialised, or is longer than 4 GiB.
    pub fn pack(&mut self, record: &impl Serialize) -> Result<Vec<u8>, SpillError> {
        let plain = postcard::to_stdvec(record).map_err(SpillError::record)?;
        let mut packed = u32::try_from(plain.len()).map_err(SpillError::record)?.to_le_bytes().to_vec();
        packed.extend(self.0.compress(&plain).map_err(SpillError::record)?);
        Ok(packed)
    }
}

impl fmt::Debug for Packer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packer").finish_non_exhaustive()
    }
}

/// Unpacks records, one after the other.
pub struct Unpacker(zstd::bulk::Decompressor<'static>);

impl Unpacker {
    /// # Errors
    /// When there is no memory for it.
    pub fn new() -> Result<Self, SpillError> {
        zstd::bulk::Decompressor::new().map(Self).map_err(SpillError::record)
    }

    /// Unpacks a record.
    ///
    /// # Errors
    /// When its bytes are not those of a packed `T`.
    pub fn unpack<T: DeserializeOwned>(&mut self, packed: &[u8]) -> Result<T, SpillError> {
        let (length, packed) = packed.split_first_chunk().ok_or_else(|| SpillError::record("it has no length"))?;
        let plain = self.0.decompress(packed, u32::from_le_bytes(*length) as usize).map_err(SpillError::record)?;
        postcard::from_bytes(&plain).map_err(SpillError::record)
    }
}

impl fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unpacker").finish_non_exhaustive()
    }
}
