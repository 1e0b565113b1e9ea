//! The layers of settings, where the later one wins: defaults, file, environment. Owns which names
//! exist (those of `default.toml`) and refuses all others.

use std::{collections::BTreeMap, ffi::OsString, path::Path};

use config::{Config, ConfigError, File, FileFormat, Map, Source, Value, ValueKind};
use serde::de::DeserializeOwned;

use super::{ConfigFault, MANUAL};

const PREFIX: &str = "CONCIERGE_";
/// Read by the command line itself: the path of the file.
const CONFIG_FILE: &str = "CONCIERGE_CONFIG";
const DATABASE_URL: &str = "DATABASE_URL";

/// An environment variable and the key that it sets.
#[derive(Debug, Clone)]
struct Variables(Map<String, Value>);

impl Source for Variables {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.0.clone())
    }
}

/// All layers merged.
pub(super) fn merged<T: DeserializeOwned>(
    file: Option<&Path>,
    environment: BTreeMap<OsString, OsString>,
) -> Result<T, ConfigFault> {
    let unreadable = |error: ConfigError| ConfigFault::new(error.to_string());
    let defaults = File::from_str(MANUAL, FileFormat::Toml);
    let known_keys = leaves(defaults.collect().map_err(unreadable)?);
    let mut builder = Config::builder().add_source(defaults);
    let mut in_file = BTreeMap::new();
    if let Some(path) = file {
        let source = File::from(path).format(FileFormat::Toml);
        let tables = source
            .collect()
            .map_err(|error| ConfigFault::new(format!("{}: {error}", path.display())))?;
        in_file = leaves(tables);
        if let Some(key) = in_file.keys().find(|key| !known_keys.contains_key(*key)) {
            return Err(ConfigFault::unknown(
                &format!("key in {}:", path.display()),
                key,
                known_keys.keys().map(String::as_str),
            ));
        }
        builder = builder.add_source(source);
    }
    let variables = variables(environment, &known_keys)?;
    let merged = builder
        .add_source(variables.clone())
        .build()
        .map_err(unreadable)?;
    merged.try_deserialize().map_err(|error| {
        let ConfigError::At {
            error: cause,
            key: Some(key),
            ..
        } = &error
        else {
            return unreadable(error);
        };
        let location = match (variables.0.get(key).and_then(Value::origin), file) {
            (Some(variable), _) => format!(", in {variable}"),
            (None, Some(path)) if in_file.contains_key(key) => format!(", in {}", path.display()),
            _ => String::new(),
        };
        ConfigFault::new(format!("`{key}`{location}: {cause}"))
    })
}

/// The dotted names of all values in a tree of tables, and whether each is a list.
fn leaves(tree: Map<String, Value>) -> BTreeMap<String, bool> {
    let mut names = BTreeMap::new();
    for (name, value) in tree {
        match value.kind {
            ValueKind::Table(table) => {
                names.extend(
                    leaves(table)
                        .into_iter()
                        .map(|(inner, is_list)| (format!("{name}.{inner}"), is_list)),
                );
            }
            kind => {
                names.insert(name, matches!(kind, ValueKind::Array(_)));
            }
        }
    }
    names
}

/// Converts `limits.max_depth` to `CONCIERGE_LIMITS__MAX_DEPTH`.
fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_ascii_uppercase())
}

fn variables(
    environment: BTreeMap<OsString, OsString>,
    known_keys: &BTreeMap<String, bool>,
) -> Result<Variables, ConfigFault> {
    let by_name: BTreeMap<String, (&str, bool)> = known_keys
        .iter()
        .map(|(key, is_list)| (variable_of(key), (key.as_str(), *is_list)))
        .collect();
    let mut values = Map::new();
    for (name, text) in environment {
        let Some(name) = name
            .to_str()
            .filter(|name| name.starts_with(PREFIX) || *name == DATABASE_URL)
        else {
            continue;
        };
        if name == CONFIG_FILE {
            continue;
        }
        let target = if name == DATABASE_URL {
            Some(&("database.url", false))
        } else {
            by_name.get(name)
        };
        let Some(&(key, is_list)) = target else {
            return Err(ConfigFault::unknown(
                "variable",
                name,
                by_name.keys().map(String::as_str),
            ));
        };
        let text = text
            .into_string()
            .map_err(|_| ConfigFault::new(format!("`{name}` is not UTF-8")))?;
        let origin = format!("the variable {name}");
        let value = if is_list {
            let items = text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty());
            ValueKind::Array(items.map(|item| Value::new(Some(&origin), item)).collect())
        } else {
            ValueKind::String(text)
        };
        let value = Value::new(Some(&origin), value);
        if let Some(other) = values.get(key)
            && *other != value
        {
            return Err(ConfigFault::new(format!(
                "`{DATABASE_URL}` and `{}` are both set, and differ",
                variable_of(key)
            )));
        }
        values.insert(key.to_owned(), value);
    }
    Ok(Variables(values))
}
