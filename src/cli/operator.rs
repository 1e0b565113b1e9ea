//! `concierge operator`: manages operators, the staff of this installation.

use std::{io, io::Read, process::ExitCode};

use clap::{Args, Subcommand};
use rand::{TryRng, rngs::SysRng};
use secrecy::{ExposeSecret, SecretString};

use super::{Failure, stamp};
use crate::{
    app::{self, App, Migrate, NewOperator, Operator},
    config::Settings,
};

/// Arguments of `operator`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create an operator's account. The password is generated and printed once, unless it is
    /// given.
    Create(Create),
    /// List the operators: address, name, last sign-in.
    List,
    /// Take the rights of an operator away. The account and its memberships stay.
    Remove(Remove),
}

#[derive(Debug, Args)]
struct Create {
    /// The address to sign in with.
    #[arg(long)]
    email: String,
    /// Given name.
    #[arg(long)]
    given_name: String,
    /// Family name.
    #[arg(long)]
    family_name: String,
    /// Read the password from standard input (one line) instead of generating one.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
struct Remove {
    /// The operator's address.
    #[arg(long)]
    email: String,
}

pub(super) async fn run(settings: Settings, arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::Create(new) => create(&settings, new).await?,
        Command::List => {
            for operator in open(&settings).await?.operators().await? {
                println!("{}", line(&operator));
            }
        }
        Command::Remove(Remove { email }) => {
            let id = open(&settings).await?.remove_operator(&email).await?;
            println!("{email} ({id}) is no longer an operator.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(settings: &Settings) -> Result<App, Failure> {
    Ok(app::open(settings, Migrate::Never).await?)
}

/// One operator on a line.
fn line(operator: &Operator) -> String {
    let names = [&operator.given_name, &operator.family_name];
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    let last = match operator.last_sign_in_at {
        Some(at) => format!("last sign-in {}", stamp(at)),
        None => "never signed in".to_owned(),
    };
    format!(
        "{}  {}  {}  created {}, {last}",
        operator.id,
        operator.email,
        names.join(" "),
        stamp(operator.created_at)
    )
}

async fn create(settings: &Settings, new: Create) -> Result<(), Failure> {
    let Create {
        email,
        given_name,
        family_name,
        password_stdin,
    } = new;
    let password = if password_stdin {
        read_password(io::stdin().lock())?
    } else {
        generated_password()?
    };
    let app = open(settings).await?;
    let operator = NewOperator {
        email: email.clone(),
        given_name,
        family_name,
        password: password.clone(),
    };
    let id = app.create_operator(operator).await?;
    println!("Created operator {email} ({id}).");
    if !password_stdin {
        println!("Password (shown only once): {}", password.expose_secret());
    }
    Ok(())
}

/// The first line; no more than anybody could mean, however much is sent.
fn read_password(input: impl Read) -> Result<SecretString, Failure> {
    let mut text = String::new();
    input.take(4096).read_to_string(&mut text)?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Failure::Refused("no password on standard input".to_owned()));
    }
    Ok(SecretString::from(line))
}

/// 120 random bits in letters and digits that are not taken for each other: `abcd-efgh-…`.
fn generated_password() -> Result<SecretString, Failure> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 24];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(io::Error::other)?;
    let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte % 32)]);
    let groups: Vec<String> = bytes
        .chunks(4)
        .map(|group| group.iter().map(letter).collect())
        .collect();
    Ok(SecretString::from(groups.join("-")))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use secrecy::ExposeSecret;

    use super::{generated_password, read_password};

    #[test]
    fn generated_passwords_differ_and_are_long() {
        let passwords: HashSet<String> = (0..100)
            .map(|_| generated_password().unwrap().expose_secret().to_owned())
            .collect();
        assert_eq!(passwords.len(), 100);
        assert!(
            passwords.iter().all(|password| password.len() == 29
                && password.split('-').all(|group| group.len() == 4))
        );
    }

    #[test]
    fn the_password_is_the_first_line_as_it_stands() {
        assert_eq!(
            read_password(" two words \r\nmore\n".as_bytes())
                .unwrap()
                .expose_secret(),
            " two words "
        );
        assert!(
            read_password("".as_bytes()).is_err() && read_password("\nlater\n".as_bytes()).is_err()
        );
    }
}
