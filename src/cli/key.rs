//! `concierge key`: what can be said of API keys without a database.

use std::{
    io::{self, BufRead, Write},
    process::ExitCode,
};

use clap::Subcommand;

use super::Failure;
use crate::app::is_api_key;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read candidates from standard input, one per line, and print those with the form and the
    /// checksum of an API key: for scanners that look for leaked keys. Whether such a key exists is
    /// not looked up. Exits with 1 if there is none.
    VerifyFormat,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::VerifyFormat => Ok(verify_format(io::stdin().lock(), io::stdout().lock())?),
    }
}

/// Prints the lines of `candidates` that are API keys.
fn verify_format(mut candidates: impl BufRead, mut out: impl Write) -> io::Result<ExitCode> {
    let mut has_some = false;
    let mut line = Vec::new();
    while candidates.read_until(b'\n', &mut line)? > 0 {
        // What is not UTF-8 is no key, and no reason to stop.
        if let Ok(text) = std::str::from_utf8(&line)
            && is_api_key(text.trim())
        {
            writeln!(out, "{}", text.trim())?;
            has_some = true;
        }
        line.clear();
    }
    out.flush()?;
    Ok(if has_some {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the demo's administrator.
    const KEY: &str = "cck_RivertonDemo0AdministratorKey00PUjsZ";

    #[test]
    fn key_12_lines_with_form_and_checksum_are_printed() {
        let wrong = KEY.replace("PUjsZ", "PUjsY");
        let mut input = format!("nonsense\n  {KEY}  \r\n{wrong}\n\n").into_bytes();
        input.extend([0xff, 0xfe, b'\n']);
        input.extend(KEY.bytes());
        let mut out = Vec::new();
        let code = verify_format(&input[..], &mut out).ok();
        let printed = format!("{KEY}\n{KEY}\n");
        assert_eq!(String::from_utf8(out), Ok(printed));
        assert_eq!(code, Some(ExitCode::SUCCESS));
        let code = verify_format(&b"cck_nothing"[..], Vec::new()).ok();
        assert_eq!(code, Some(ExitCode::FAILURE));
    }
}
