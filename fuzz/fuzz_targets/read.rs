//! Any bytes: each reader is reached by its magic.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = ogi::read::read(bytes, &ogi::read::Hints::default()) {
        assert!(document.blocks.iter().all(|block| document.text.get(block.span.clone()).is_some()));
    }
});
