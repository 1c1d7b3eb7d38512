//! The page: one HTML file with charts and tables of a published dataset, for people who want to see
//! something first. It needs no network and asks for none: style, script and data stand in it, and its
//! Content-Security-Policy names the style and the script by their hashes and allows nothing else.
//!
//! What comes from documents is data twice over: it stands in a JSON block in which no `<` is left, and the
//! script puts it on the page as text, never as markup.
//!
//! Knows the field table, the labels of the codebook and the crosswalk, and published tables.

mod gather;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::publish::{Build, PublishError};

const HTML: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The dataset cannot be read.
    #[error(transparent)]
    Dataset(#[from] PublishError),
    /// A column is not as the field table says.
    #[error("the dataset is of another version of ogi ({0}); build it again")]
    Columns(#[from] arrow::error::ArrowError),
    /// The figures cannot be written as JSON: a mistake in ogi.
    #[error("cannot write the figures as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// The page of a dataset.
///
/// # Errors
/// When the dataset cannot be read.
pub fn page(dataset: &Build) -> Result<String, PageError> {
    let data = serde_json::to_string(&gather::gather(dataset)?)?;
    Ok(compose(&data))
}

fn compose(data: &str) -> String {
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    // Data come last, so that a mark in a document's text is not taken for one of the template.
    HTML.replace("{{policy}}", &policy).replace("{{style}}", STYLE).replace("{{script}}", SCRIPT).replace("{{data}}", &harmless(data))
}

fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

/// JSON that ends no script and begins no comment, wherever it stands in HTML.
fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{compose, harmless};

    #[test]
    fn what_a_document_says_ends_no_script() -> Result<(), Box<dyn std::error::Error>> {
        let hostile = "=HYPERLINK(1)</script><!-- & \u{2028} {{style}}";
        let json = serde_json::to_string(hostile)?;
        let safe = harmless(&json);
        assert!(!safe.contains(['<', '>', '&', '\u{2028}']), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe)?, hostile);
        let page = compose(&json);
        assert_eq!(page.matches("</script>").count(), 2, "of the data and of the script");
        assert!(page.contains("{{style}}") && !page.contains("{{script}}"), "a mark in the data stays text");
        Ok(())
    }

    #[test]
    fn nothing_is_fetched() {
        let page = compose("{}");
        let policy = page.split("content=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        assert!(page.contains("Content-Security-Policy") && policy.starts_with("default-src 'none'"), "{policy}");
        for word in ["src=", "href=\"http", "@import", "url(", "fetch(", "innerHTML", "eval("] {
            assert!(!page.contains(word), "{word} is on the page");
        }
    }
}
