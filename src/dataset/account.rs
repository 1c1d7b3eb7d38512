//! The account of documents: `documents` and `rejects`.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::BuildError;
use super::process::Account;
use super::sorter::{Sorter, merge};
use crate::aggregate::Coverage;
use crate::publish::{Publication, TableWriter, Written};
use crate::schema::{DocumentRow, RejectRow};

/// How many documents there were and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// All.
    pub documents: u64,
    /// Read as reports, copies included; one that holds several reports counts once.
    pub reports: u64,
    /// Not usable as reports.
    pub rejects: u64,
    /// Reports, copies counted once.
    pub distinct_reports: u64,
    /// Rejects by stage and reason, in their order.
    pub reasons: Vec<(String, u64)>,
    /// SHA-256 over source, member and hash of every document.
    pub inputs_sha256: String,
}

/// Writes both tables, and begins the coverage with the rejects.
pub fn write(publication: &Publication, accounts: Vec<Sorter>) -> Result<(Accounts, Coverage, Vec<Written>), BuildError> {
    let key = ["source", "member"];
    let mut documents = TableWriter::<DocumentRow>::create(publication, &key)?;
    let mut rejects = TableWriter::<RejectRow>::create(publication, &key)?;
    let mut counts = Accounts::default();
    let mut coverage = Coverage::default();
    let mut reports: HashSet<String> = HashSet::new();
    let mut reasons = std::collections::BTreeMap::<String, u64>::new();
    let mut inputs = Sha256::new();
    let mut merged = merge(accounts)?;
    let mut names = UniqueNames::default();
    while let Some(Account { mut document, reject, of, further_reports }) = merged.next_value()? {
        names.make_unique(&mut document);
        inputs.update(format!("{}\t{}\t{}\n", document.source, document.member, document.sha256));
        counts.documents += 1;
        match reject {
            Some(reject) => {
                counts.rejects += 1;
                let reason = format!("{}/{}", reject.stage, reject.reason);
                coverage.reject(&of, &reason);
                *reasons.entry(reason).or_default() += 1;
                rejects.push(&RejectRow { member: document.member.clone(), ..reject })?;
            }
            None => counts.reports += 1,
        }
        documents.push(&document)?;
        if document.report_id.is_some_and(|first| reports.insert(first)) {
            counts.distinct_reports += 1 + u64::from(further_reports);
        }
    }
    if counts.documents != counts.reports + counts.rejects {
        let Accounts { documents, reports, rejects, .. } = counts;
        return Err(BuildError::Account { what: format!("{documents} documents are not {reports} reports and {rejects} rejects") });
    }
    counts.reasons = reasons.into_iter().collect();
    counts.inputs_sha256 = inputs.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((counts, coverage, vec![documents.finish()?, rejects.finish()?]))
}

/// A container may hold two members of one name: the later one, in order of their hashes, gets a number.
#[derive(Default)]
struct UniqueNames {
    last: (String, String),
    count: u32,
}

impl UniqueNames {
    fn make_unique(&mut self, document: &mut DocumentRow) {
        if (&self.last.0, &self.last.1) == (&document.source, &document.member) {
            self.count += 1;
            document.member = format!("{}#{}", document.member, self.count);
        } else {
            self.last = (document.source.clone(), document.member.clone());
            self.count = 1;
        }
    }
}
