//! A text through all stages: every fact stands in its source.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(document) = ogi::read::from_text(text, &ogi::read::Hints::default()) else { return };
    let clean = ogi::repair::repair(&document);
    let identity = ogi::identify::identify(&clean);
    let extraction = ogi::extract::extract(&clean, identity.year);
    for fact in &extraction.facts {
        assert!(document.text.get(clean.text.to_source(&fact.span)).is_some());
    }
});
