//! Every crate that `Cargo.toml` names is used, and every one of the features' reasons is said here
//! where its name stands in no file. Every public function is named somewhere besides where it is
//! defined.

use std::{collections::HashMap, fs, path::Path};

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

/// The texts of the Rust files in `folder` and below, by path.
fn sources(folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, texts);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            texts.push((path.display().to_string(), text));
        }
    }
}

/// The name of the public function that `line` begins to define.
fn public_function(line: &str) -> Option<&str> {
    let (before, after) = line.trim_start().split_once("fn ")?;
    let mut qualifiers = before.split_whitespace();
    let is_public = qualifiers.next()?.starts_with("pub");
    let is_definition = qualifiers.all(|word| matches!(word, "async" | "const"));
    let name = after
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()?;
    (is_public && is_definition).then_some(name)
}

/// The compiler finds no unused public function of a library. Finds only those whose name stands
/// nowhere else; resolvers are not public, and methods of traits have no `pub`.
#[test]
fn every_public_function_is_named_elsewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    sources(&root.join("src"), &mut texts);
    let own_files = texts.len();
    for folder in ["benches", "tests", "migrations/src"] {
        sources(&root.join(folder), &mut texts);
    }
    let mut word_counts: HashMap<&str, usize> = HashMap::new();
    for (_, text) in &texts {
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
            *word_counts.entry(word).or_default() += 1;
        }
    }
    let functions = texts[..own_files].iter().flat_map(|(path, text)| {
        text.lines()
            .filter_map(public_function)
            .map(move |name| (path, name))
    });
    let unused: Vec<String> = functions
        .filter(|(_, name)| word_counts[name] == 1)
        .map(|(path, name)| format!("{path}: {name}"))
        .collect();
    assert!(unused.is_empty(), "{}", unused.join("\n"));
}
