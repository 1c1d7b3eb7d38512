//! China's annual reports on open government information (政府信息公开工作年度报告) as data.
//!
//! ```
//! use ogi::{extract, identify, knowledge, read, repair};
//!
//! let text = "武江区龙归镇2016年政府信息公开年度报告\n全年收到政府信息公开申请29件，均已答复。";
//! let document = read::from_text(text, &read::Hints::default())?;
//! let clean = repair::repair(&document);
//! let identity = identify::identify(&clean);
//! let figures = extract::extract(&clean, identity.year);
//! let received = &figures.facts[0];
//! assert_eq!(knowledge::codebook()[received.code].indicator, "applications.received");
//! // Every figure leads back to its place in the source.
//! assert_eq!(&document.text[clean.text.to_source(&received.span)], "29");
//! # Ok::<(), read::ReadError>(())
//! ```
//!
//! The program's `ogi build` does this for folders of documents and writes Parquet: see [`dataset::build`].
//!
//! # Rooms
//!
//! Data flows one way; a room knows the types of the rooms before it and nothing of those after it. A
//! test reads this table and every `use crate::`, and fails on an import that the table does not allow.
//!
//! | room | does | knows |
//! | --- | --- | --- |
//! | schema | the field table: every column of every table, once | |
//! | knowledge | data under `data/`: codebook, forms, lexicon, regions | schema |
//! | read | bytes into a document of blocks | |
//! | repair | clean text with the way back to its source | read, knowledge |
//! | identify | who reports, for which place and year | read, repair, knowledge |
//! | extract | figures from tables and prose | read, repair, knowledge |
//! | check | the identities of a report | extract, knowledge |
//! | dataset | documents through the stages; spill and merge | schema, knowledge, read, repair, identify, extract, check, aggregate, publish |
//! | aggregate | counts and sums by region, year and category; the only room that knows polars | schema, knowledge |
//! | publish | whole builds: folder, link, Parquet, CSV, manifest | schema |
//! | page | the self-contained page of a dataset | schema, knowledge, publish |
//! | cli | arguments into ready configuration; progress | schema, knowledge, read, repair, identify, extract, check, dataset, aggregate, publish, page |

pub mod aggregate;
pub mod check;
pub mod cli;
pub mod dataset;
pub mod extract;
pub mod identify;
pub mod knowledge;
pub mod page;
pub mod publish;
pub mod read;
pub mod repair;
pub mod schema;
