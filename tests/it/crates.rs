//! Every crate that `Cargo.toml` names is used, and every one of the features' reasons is said here
//! where its name stands in no file.

use std::{fs, path::Path};

/// Crates that no file names, and why they are there.
const UNNAMED: &[(&str, &str)] = &[
    ("async-graphql-axum", "carries live events later"),
    (
        "async-graphql-derive",
        "keeps the version of what async-graphql asks for",
    ),
    ("pest", "keeps a version with a fix that the parser needs"),
];

fn names(folder: &Path, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let has = |text: &str| {
        text.match_indices(name).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + name.len()..].chars().next();
            !before.is_some_and(is_word) && !after.is_some_and(is_word)
        })
    };
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names(&path, name)
        } else {
            path.extension().is_some_and(|ending| ending == "rs")
                && has(&fs::read_to_string(&path).unwrap())
        }
    })
}

#[test]
fn every_crate_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for (manifest, folder) in [
        ("Cargo.toml", ""),
        ("migrations/Cargo.toml", "migrations/"),
        ("benches/Cargo.toml", "benches/"),
    ] {
        let text = fs::read_to_string(root.join(manifest)).unwrap();
        let mut section = "";
        for line in text.lines() {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']');
                continue;
            }
            let Some((key, _)) = line.split_once(['=', '.']) else {
                continue;
            };
            let (key, folders) = match section {
                "dependencies" => (key.trim(), vec!["src"]),
                "dev-dependencies" => (key.trim(), vec!["src", "tests"]),
                _ => continue,
            };
            let word = key.replace('-', "_");
            let used = folders
                .iter()
                .map(|inner| root.join(format!("{folder}{inner}")))
                .any(|inner| inner.is_dir() && names(&inner, &word));
            let excused = UNNAMED.iter().any(|(name, _)| *name == key);
            if used == excused {
                wrong.push(format!(
                    "{manifest}: {key} (used: {used}, excused: {excused})"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
