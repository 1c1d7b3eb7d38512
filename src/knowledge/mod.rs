//! What the program knows of the world: codebook, statutory forms, wordings, regions. All of it is data
//! under `data/`, embedded in the executable and parsed once; a mistake in it is named with file and line.
//! Knows [`crate::schema`].

mod across;
mod bodies;
mod captions;
mod codebook;
mod crosswalk;
mod forms;
mod gazetteer;
mod identities;
mod lexicon;
pub mod numeral;
mod phrases;
mod table;

pub use across::{AcrossIdentity, AcrossTerm, Neighbour, across_identities};
pub use bodies::{BodyKind, BodyWords, Field, GenreWording, Label, Place, body_words};
pub use captions::{CaptionRole, Captions, captions};
pub use codebook::{Code, CodeId, Codebook, codebook};
pub use crosswalk::{Comparability, Crosswalk, Edition, Measure, MeasureId, Rate, Terms, crosswalk};
pub use forms::{FormItem, FormTable, Forms, ItemKind, code_of, forms, label_char, plain_label};
pub use gazetteer::{
    FIRST_YEAR, Gazetteer, NameKind, OPEN_YEAR, PlaceMatch, PlaceSense, Region, RegionId, RegionLevel, Township, Townships, gazetteer,
    townships,
};
pub use identities::{Columns, Comparison, Identity, Plausible, identities, plausible};
#[cfg(test)]
pub(crate) use lexicon::with_labels;
pub use lexicon::{Entry, Frame, Lexicon, Movement, Role, Section, Sense, Target, UnitSet, UnitWord, lexicon};
pub use phrases::{PhraseMatch, PhraseRole, Phrases, phrases};
pub(crate) use table::data_table;
pub use table::{DataTable, KnowledgeError};

/// Parses and validates all embedded data. The commands call it before they read any input, so that a
/// mistake in the data is told at once and not in the middle of a build.
///
/// # Errors
/// The first mistake found, with file and line.
pub fn load() -> Result<(), KnowledgeError> {
    codebook::load()?;
    forms::load()?;
    captions::load()?;
    crosswalk::load()?;
    identities::load()?;
    across::load()?;
    lexicon::load()?;
    load_bodies()
}

/// Parses and validates what identification rests on: regions, wordings of bodies, turns of phrase.
///
/// # Errors
/// The first mistake found, with file and line.
pub fn load_bodies() -> Result<(), KnowledgeError> {
    gazetteer::load()?;
    bodies::load()?;
    phrases::load()
}
