//! The layer rule: main → cli → app → {http, job} → graphql → service → {store, mail} → entity →
//! domain; `config` beside `domain`, named by `app` and `cli` alone; `words` above `domain`. Reads the `crate::…` paths of
//! every file and fails on an arrow that points up.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What each layer may name.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("config", &[]),
    ("entity", &["domain"]),
    ("store", &["entity", "domain"]),
    ("words", &["domain"]),
    ("mail", &["words", "domain"]),
    ("service", &["store", "mail", "entity", "words", "domain"]),
    ("graphql", &["service", "words", "domain"]),
    ("http", &["graphql", "service", "words", "domain"]),
    ("job", &["service", "domain"]),
    ("demo", &["service", "store", "entity", "domain"]),
    (
        "app",
        &[
            "http", "job", "graphql", "service", "store", "mail", "domain", "config", "demo",
        ],
    ),
    ("cli", &["app", "config", "demo"]),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn layer(path: &Path, src: &Path) -> String {
    let inner = path
        .strip_prefix(src)
        .unwrap()
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    inner.trim_end_matches(".rs").to_owned()
}

/// The names behind every `crate::` of a text: of a path, or of the first level of a braced list.
fn named(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = Vec::new();
    for part in code.split("crate::").skip(1) {
        let Some(list) = part.strip_prefix('{') else {
            found.push(
                part.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
            continue;
        };
        let (mut depth, mut name, mut fresh) = (0, String::new(), true);
        for c in list.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                c if depth == 0 && (c.is_alphanumeric() || c == '_') => {
                    if fresh && !name.is_empty() {
                        found.push(std::mem::take(&mut name));
                    }
                    if fresh || !name.is_empty() {
                        name.push(c);
                    }
                    fresh = false;
                }
                _ => {
                    if !name.is_empty() {
                        found.push(std::mem::take(&mut name));
                    }
                }
            }
        }
        if !name.is_empty() {
            found.push(name);
        }
    }
    found
}

/// What decides, instead of showing what was decided: whether a row counts or is listed, from its
/// interval, and who may see what, from a permission, a membership or a state.
const DECIDES: &[&str] = &[
    ".interval.contains(",
    ".interval.is_listed(",
    ".interval.covers(",
    ".interval.intersect",
    ".interval.is_empty(",
    "timeline::",
    ".can(",
    ".is_active_member(",
];

/// The fields that show whether the caller holds a permission: `Viewer.can` and
/// `Workspace.viewerCan`. They are asked for nothing else.
const SHOWS: &[(&str, &str)] = &[
    (
        "graphql/object/viewer.rs",
        ".is_some_and(|access|access.can(permission)))",
    ),
    (
        "graphql/object/workspace.rs",
        "{self.access().can(permission)}",
    ),
];

/// The code of a text without its comments and blanks: however it is broken into lines.
fn dense(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace())
        .collect()
}

/// What a file of graphql decides that service is to be asked. Of states it passes on whole values:
/// whoever names one of them (`…State::Ended`) compares with it.
fn decisions(text: &str, path: &Path) -> Vec<String> {
    let mut code = dense(text);
    for (file, shown) in SHOWS {
        if path.ends_with(file) {
            code = code.replacen(shown, "", 1);
        }
    }
    let mut found: Vec<&str> = DECIDES
        .iter()
        .copied()
        .filter(|decision| code.contains(decision))
        .collect();
    let names_a_state = code
        .split("State::")
        .skip(1)
        .any(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '*' || c == '{'));
    if names_a_state {
        found.push("a …State::…");
    }
    found
        .into_iter()
        .map(|decision| format!("{} decides by {decision}", path.display()))
        .collect()
}

#[test]
fn no_arrow_points_up() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&src, &mut all);
    let layers: Vec<&str> = MAY_NAME.iter().map(|(layer, _)| *layer).collect();
    let mut wrong = Vec::new();
    for path in &all {
        let own = layer(path, &src);
        if own == "lib" || own == "main" {
            continue;
        }
        let allowed = MAY_NAME
            .iter()
            .find(|(layer, _)| *layer == own)
            .unwrap_or_else(|| panic!("a new layer: {own}"))
            .1;
        let text = fs::read_to_string(path).unwrap();
        let text = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default()
            .to_owned();
        for name in named(&text) {
            if layers.contains(&name.as_str()) && name != own && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{} names {name}", path.display()));
            }
        }
        let names = |engine: &str| {
            text.lines()
                .any(|l| !l.trim_start().starts_with("//") && l.contains(engine))
        };
        if own == "graphql" && names("sea_orm") {
            wrong.push(format!("{} names the database library", path.display()));
        }
        if own == "graphql" {
            wrong.extend(decisions(&text, path));
        }
        if own != "graphql" && names("async_graphql") {
            wrong.push(format!("{} names the GraphQL engine", path.display()));
        }
        if !matches!(own.as_str(), "store" | "entity") && names("::Entity::find") {
            wrong.push(format!("{} reads a table past store", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_paths_sees_lists() {
    let text = "use crate::{\n    domain::{a, b},\n    store::x,\n};\nuse crate::http::y;\n// crate::cli\n";
    assert_eq!(named(text), ["domain", "store", "http"]);
}

#[test]
fn the_reader_of_decisions_sees_through_line_breaks() {
    let path = Path::new("src/graphql/object/some.rs");
    for decides in [
        "row\n    .interval\n    .is_listed(shown)",
        "crate::domain::timeline::at(t)",
        "view\n    .access\n    .can(Permission::Grant)",
        "row.state(now) !=\n    MembershipState::Ended",
        "matches!(\n    row.state(now),\n    InvitationState::Pending | InvitationState::Expired\n)",
    ] {
        assert_eq!(decisions(decides, path).len(), 1, "{decides}");
    }
    for shows in [
        "row.interval.end().map(Instant)",
        "async fn state(&self) -> MembershipState {\n    self.standing()\n}",
        "// row.state == MembershipState::Ended",
        "RequestState::default()",
    ] {
        assert!(decisions(shows, path).is_empty(), "{shows}");
    }
    let shown = "self.access().can(permission)";
    let workspace = Path::new("src/graphql/object/workspace.rs");
    assert!(decisions(&format!("{{ {shown} }}"), workspace).is_empty());
    assert!(!decisions(&format!("{{ {shown} }} {{ {shown} }}"), workspace).is_empty());
}

/// A refused call is a `Failure::Invalid`, a refused item of a bulk call an `ItemError`: two
/// results in one another make every caller take apart which of the two failed.
#[test]
fn no_result_holds_another() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&src, &mut all);
    let nested: Vec<String> = all
        .iter()
        .filter(|path| {
            let text = fs::read_to_string(path).unwrap();
            let code: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            code.contains("Result<Result<") || code.contains("Result<(Result<")
        })
        .map(|path| path.display().to_string())
        .collect();
    assert!(nested.is_empty(), "{}", nested.join("\n"));
}
