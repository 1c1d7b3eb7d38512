//! `ogi`: parse, call the library, turn an error into an exit status.

fn main() {}
