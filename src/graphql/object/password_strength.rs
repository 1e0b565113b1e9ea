//! How strong a password is, for a form to show while it is typed (ACC-3). Nothing is kept, and
//! nothing is said of accounts.

use async_graphql::{Context, SimpleObject};

use crate::{
    domain::{email::EmailAddress, password::Password},
    graphql::scope::{InUrl, Scope},
    service::{Failure, account::check},
    words::message,
};

/// How hard a password is to guess, and why it would be refused.
#[derive(Debug, Clone, SimpleObject)]
pub struct PasswordStrength {
    /// The score, from 0 (guessed at once) to 4 (very hard to guess).
    pub score: i32,
    /// Whether the password would be accepted.
    pub is_accepted: bool,
    /// The codes with which `createAccount` would refuse the password.
    pub codes: Vec<String>,
}

/// Rates `password` for the account of `email`. Refused in a URL, and more than once in a request.
pub async fn of(
    ctx: &Context<'_>,
    password: String,
    email: &str,
) -> Result<PasswordStrength, Failure> {
    if ctx.data_opt::<InUrl>().is_some() {
        return Err(Failure::bad_input(message::password_not_in_url()));
    }
    let email = EmailAddress::parse(email).map_err(Failure::bad_input)?;
    let scope = Scope::of(ctx)?;
    if scope.has_judged_a_password() {
        return Err(Failure::bad_input(message::strength_once()));
    }
    let strength = check::strength(
        &scope.deps,
        &scope.caller,
        &Password::from(password),
        &email,
    )
    .await?;
    Ok(PasswordStrength {
        score: i32::from(strength.score),
        is_accepted: strength.faults.is_empty(),
        codes: strength
            .faults
            .into_iter()
            .map(|fault| fault.as_str().to_owned())
            .collect(),
    })
}
