//! The main part of a Word document, in an archive that is whole.
#![no_main]

use std::io::{Cursor, Write as _};

libfuzzer_sys::fuzz_target!(|xml: &[u8]| {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("word/document.xml", stored).expect("a member begins");
    zip.write_all(xml).expect("memory can be written");
    let bytes = zip.finish().expect("the archive ends").into_inner();
    let _ = ogi::read::read(&bytes, &ogi::read::Hints::default());
});
