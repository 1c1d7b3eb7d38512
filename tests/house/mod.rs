//! The rooms of `src/` know only whom the table in `src/lib.rs` lets them know, and other rules of the house
//! that can be read off the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::program::repository;

/// Room, and the rooms it may know, from the table in the documentation of the crate.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(repository().join("src/lib.rs")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! |")).skip(2);
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 3, "a row of the table of rooms: {row}");
        (cells[0].to_owned(), cells[2].split(',').map(|room| room.trim().to_owned()).filter(|room| !room.is_empty()).collect())
    })
    .collect()
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push(path);
        }
    }
}

fn all_sources() -> Vec<PathBuf> {
    let mut out = Vec::new();
    sources(&repository().join("src"), &mut out);
    out.sort();
    out
}

/// The source without comments: a mention in a comment is no import.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code)).collect::<Vec<_>>().join("\n")
}

/// The room a source belongs to; `None` for `lib.rs` and `main.rs`.
fn room(path: &Path) -> Option<String> {
    let inner = path.strip_prefix(repository().join("src")).unwrap();
    (inner.components().count() > 1).then(|| inner.components().next().unwrap().as_os_str().to_string_lossy().into_owned())
}

/// The rooms that a source names: `crate::room`, and each in `crate::{room, other::Item}`.
fn named(code: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut out = BTreeSet::new();
    for (at, matched) in code.match_indices("crate::") {
        // `$crate::` is for macros that are used elsewhere.
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + matched.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            out.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut begins = true;
        for (at, character) in list.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                c if begins && !c.is_whitespace() => {
                    out.insert(word(&list[at..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    out.remove("");
    out
}

#[test]
fn imports_in_braces_are_read() {
    let found = named("use crate::{check::{Checks, check}, read};\nuse crate::schema::Row;\nlet x = crate::publish::now();");
    assert_eq!(found, ["check", "publish", "read", "schema"].map(String::from).into());
}

#[test]
fn rooms_know_only_whom_the_table_allows() {
    let table = table();
    let mut wrong = Vec::new();
    for path in all_sources() {
        let Some(room) = room(&path) else { continue };
        let Some(allowed) = table.get(&room) else {
            wrong.push(format!("{}: the room {room} is missing from the table in src/lib.rs", path.display()));
            continue;
        };
        for other in named(&code(&path)) {
            if other != room && !allowed.contains(&other) {
                wrong.push(format!("{}: {room} may not know {other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_tells_of_rooms_that_exist_and_of_no_circle() {
    let table = table();
    assert!(table.len() > 5, "the table of rooms in src/lib.rs was not found");
    for (room, knows) in &table {
        assert!(repository().join("src").join(room).join("mod.rs").is_file(), "the table names a room {room} that src/ lacks");
        for other in knows {
            assert!(table.contains_key(other), "{room} knows {other}, which is no room");
            assert!(!table[other].contains(room), "{room} and {other} know each other");
        }
    }
}

/// Libraries that belong to one room.
#[test]
fn libraries_stay_in_their_room() {
    let owners = [
        ("polars", &["aggregate"][..]),
        ("scraper", &["read"]),
        ("encoding_rs", &["read", "repair"]),
        ("clap", &["cli"]),
        ("parquet", &["publish", "dataset", "read"]),
        ("indicatif", &["cli"]),
    ];
    let mut wrong = Vec::new();
    for path in all_sources() {
        let (code, room) = (code(&path), room(&path));
        for (library, rooms) in owners {
            let used = code.contains(&format!("use {library}::")) || code.contains(&format!("use ::{library}::"));
            if used && !room.as_deref().is_some_and(|room| rooms.contains(&room)) {
                wrong.push(format!("{}: {library} belongs to {}", path.display(), rooms.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The README gives the reason of each library.
#[test]
fn each_dependency_has_its_reason() {
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let reasons: Vec<&str> =
        readme.lines().skip_while(|line| !line.starts_with("| crate |")).take_while(|line| line.starts_with('|')).collect();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.contains("dependencies]");
        } else if let (true, Some((name, _))) = (inside && !line.starts_with('#'), line.split_once(" =")) {
            let listed =
                reasons.iter().any(|row| row.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).any(|word| word == name));
            assert!(listed, "README.md gives no reason for the dependency {name}");
        }
    }
}

#[test]
fn names_say_what_a_thing_is() {
    const EMPTY: [&str; 6] = ["utils", "util", "helpers", "helper", "common", "manager"];
    for path in all_sources() {
        for part in path.strip_prefix(repository()).unwrap().iter() {
            let name = part.to_string_lossy();
            let name = name.strip_suffix(".rs").unwrap_or(&name);
            assert!(!EMPTY.contains(&name), "{}: {name} says nothing of what is in it", path.display());
        }
    }
}

/// Nothing in the repository depends on where it was made.
#[test]
fn no_file_names_a_place_of_its_makers() {
    let mut files = all_sources();
    for folder in ["tests", "data/sample"] {
        walk(&repository().join(folder), &mut files);
    }
    files.extend(["README.md", "CHANGELOG.md", "Cargo.toml", "data/README.md"].map(|name| repository().join(name)));
    // Put together here, so that this very file does not hold them.
    let places = [["/wo", "rk/"].concat(), ["/ho", "me/"].concat(), ["/ro", "ot/"].concat(), ["/tm", "p/"].concat()];
    for path in files {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for place in &places {
            assert!(!text.contains(place.as_str()), "{} names {place}", path.display());
        }
    }
}

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, out) } else { out.push(path) }
    }
}
