//! `concierge schema`: the GraphQL schema as the code has it.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;

use super::Failure;
use crate::app;

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Compare the schema with the file instead of writing it. Exits with 1 if they differ.
    #[arg(long)]
    check: bool,
    /// The file. Without it, the schema is printed, or compared with schema.graphql.
    path: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let schema = app::schema_sdl();
    if arguments.check {
        let path = arguments
            .path
            .clone()
            .unwrap_or_else(|| "schema.graphql".into());
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).map_err(|error| Failure::File(name.clone(), error))?;
        return match first_difference(&text, &schema) {
            None => Ok(ExitCode::SUCCESS),
            Some(difference) => Err(Failure::Refused(format!(
                "{name}{difference}\nupdate the file with: concierge schema {name}"
            ))),
        };
    }
    match &arguments.path {
        // Whoever reads only the first lines closes the pipe.
        None => match std::io::stdout().lock().write_all(schema.as_bytes()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                return Err(Failure::File("standard output".to_owned(), error));
            }
            _ => {}
        },
        Some(path) => fs::write(path, schema)
            .map_err(|error| Failure::File(path.display().to_string(), error))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Names the first line that differs, if one does.
fn first_difference(file: &str, code: &str) -> Option<String> {
    if file == code {
        return None;
    }
    let (mut in_file, mut in_code) = (file.lines(), code.lines());
    let mut number = 1;
    loop {
        match (in_file.next(), in_code.next()) {
            (None, None) => return Some(": only the line endings differ".to_owned()),
            (left, right) if left == right => number += 1,
            (left, right) => {
                let shown = |line: Option<&str>| {
                    line.map_or("(nothing)".to_owned(), |line| format!("`{line}`"))
                };
                return Some(format!(
                    ":{number} differs from the code\n  file: {}\n  code: {}",
                    shown(left),
                    shown(right)
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_first_differing_line_is_named() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        let text = first_difference("a\nb\nc\n", "a\nx\ny\n").unwrap();
        assert!(
            text.starts_with(":2 ")
                && text.contains("`b`")
                && text.contains("`x`")
                && !text.contains("`y`"),
            "{text}"
        );
        assert!(
            first_difference("a\n", "a\nb\n")
                .unwrap()
                .contains("file: (nothing)")
        );
        assert!(
            first_difference("a\nb\n", "a\n")
                .unwrap()
                .contains("code: (nothing)")
        );
        assert!(
            first_difference("a\r\n", "a\n")
                .unwrap()
                .contains("line endings")
        );
    }
}
