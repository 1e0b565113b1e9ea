//! Every setting counts: one that nothing reads fails here.

use std::{collections::BTreeMap, fs, path::Path};

/// All files of a folder that end in `.rs`, with their text.
fn sources(folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path
                .strip_prefix(env!("CARGO_MANIFEST_DIR"))
                .unwrap()
                .display()
                .to_string();
            // Without what tests read.
            let text = fs::read_to_string(&path).unwrap();
            let code = text
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap()
                .to_owned();
            found.insert(name, code);
        }
    }
}

fn all() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    found
}

/// Whether `.name` is read in a text: no call, and not the beginning of a longer name.
fn reads(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let next = text[at + path.len()..].chars().next();
        !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// The fields of a struct, in order.
fn fields(text: &str, name: &str) -> Vec<String> {
    let start = text
        .find(&format!("pub struct {name} {{"))
        .unwrap_or_else(|| panic!("no struct {name}"));
    let body = &text[start..];
    let body = &body[..body.find("\n}").unwrap()];
    let names = body
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": "));
    names
        .map(|(field, _)| field.to_owned())
        .filter(|field| !field.starts_with("struct"))
        .collect()
}

/// The key of each field of a section: its name, or as `serde` renames it.
fn keys(text: &str) -> BTreeMap<String, String> {
    let (mut keys, mut renamed) = (BTreeMap::new(), None);
    for line in text.lines().map(str::trim) {
        if let Some((_, rest)) = line.split_once("rename = \"") {
            renamed = rest.split('"').next().map(str::to_owned);
        }
        let field = line
            .strip_prefix("pub ")
            .unwrap_or(line)
            .split_once(": ")
            .filter(|_| line.ends_with(','));
        let Some((field, _)) =
            field.filter(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        else {
            continue;
        };
        keys.entry(renamed.take().unwrap_or_else(|| field.to_owned()))
            .or_insert_with(|| field.to_owned());
    }
    keys
}

#[test]
fn every_key_of_the_manual_is_read_by_what_starts_the_server() {
    let all = all();
    let readers: String = all
        .iter()
        .filter(|(name, _)| {
            name.starts_with("src/app")
                || name.starts_with("src/cli")
                || name.starts_with("src/config")
        })
        .map(|(_, text)| text.as_str())
        .collect();
    let manual =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/config/default.toml"))
            .unwrap();
    let mut section = String::new();
    let mut count = 0;
    for line in manual.lines() {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            section = name.to_owned();
            continue;
        }
        let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) else {
            continue;
        };
        count += 1;
        let is_read = if section.is_empty() {
            let field = match key {
                "secret_key" => "configured_key",
                "secret_key_previous" => "previous_key",
                key => key,
            };
            reads(&readers, &format!("settings.{field}"))
                || reads(&readers, &format!("self.{field}"))
        } else {
            let text = &all[&format!("src/config/{section}.rs")];
            let keys = keys(text);
            let field = keys
                .get(key)
                .unwrap_or_else(|| panic!("no field for {section}.{key}"));
            // From outside, or by a method of the section.
            let outside = [
                format!(".{section}.{field}"),
                format!("section.{field}"),
                format!("mail.{field}"),
                format!("log.{field}"),
            ];
            outside.iter().any(|path| reads(&readers, path))
                || reads(text, &format!("self.{field}"))
        };
        assert!(is_read, "nothing reads {section}.{key}");
    }
    assert!(count > 50, "{count} keys");
}

#[test]
fn what_settings_are_handed_down_as_is_read_below() {
    let all = all();
    for (file, name) in [
        ("src/service/deps.rs", "Limits"),
        ("src/service/deps.rs", "InvitationLimits"),
        ("src/graphql/admission/limits.rs", "Limits"),
        ("src/http/server.rs", "ConnectionLimits"),
        ("src/http.rs", "EdgeOptions"),
        ("src/app/edge.rs", "Edge"),
        ("src/store/engine.rs", "DatabaseOptions"),
    ] {
        for field in fields(&all[file], name) {
            // `app` writes them, and reads none but its own.
            let below = |path: &str| !path.starts_with("src/app") || file.starts_with("src/app");
            let read = all
                .iter()
                .filter(|(path, _)| below(path))
                .any(|(_, text)| reads(text, &format!(".{field}")));
            assert!(read, "nothing reads {name}.{field} of {file}");
        }
    }
}
