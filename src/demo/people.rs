//! The demo's people: a name, a unique address, a language.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{
    draw::Draw,
    names::{LANGUAGES, NATIVE, SINGLE},
};
use crate::{
    domain::{audit, fold, vocabulary::Locale},
    entity::account,
};

/// The kind of domain of somebody's address. All are reserved for examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// The city's administration.
    City,
    /// The transit authority.
    Transit,
    /// A university, a supplier, an association.
    Partner,
    /// Anywhere.
    Public,
}

impl Home {
    const fn domains(self) -> &'static [&'static str] {
        match self {
            Self::City => &["riverton.example"],
            Self::Transit => &["transit.riverton.example"],
            Self::Partner => &[
                "university.example",
                "northgate-lab.example",
                "civictech.example",
                "brightwater.example",
                "harbour-works.test",
            ],
            Self::Public => &[
                "example.org",
                "example.com",
                "example.net",
                "mail.example",
                "post.example",
            ],
        }
    }
}

#[derive(Debug, Clone)]
pub struct Person {
    pub given_name: Option<&'static str>,
    pub family_name: Option<&'static str>,
    pub email: String,
    /// The form for comparing (ACC-1).
    pub canonical: String,
    pub locale: Locale,
}

impl Person {
    /// A person with these names and this address.
    pub fn named(
        given_name: &'static str,
        family_name: &'static str,
        email: &str,
        locale: Locale,
    ) -> Self {
        let canonical = email.to_ascii_lowercase();
        Self {
            given_name: Some(given_name),
            family_name: Some(family_name),
            email: email.to_owned(),
            canonical,
            locale,
        }
    }

    /// Their account, created at `created`, with a verified address and without a password.
    pub fn account(
        &self,
        id: Uuid,
        created: DateTime<Utc>,
        last_sign_in_at: Option<DateTime<Utc>>,
    ) -> account::Model {
        account::Model {
            id,
            email: self.email.clone(),
            email_canonical: self.canonical.clone(),
            given_name: self.given_name.map(str::to_owned),
            family_name: self.family_name.map(str::to_owned),
            locale: self.locale.as_str().to_owned(),
            password_hash: None,
            is_operator: false,
            email_verified_at: Some(created + Duration::seconds(1)),
            created_at: created,
            last_sign_in_at,
            deletion_scheduled_at: None,
            erased_at: None,
            last_write_at: created + Duration::seconds(1),
            audit_sequence: 0,
            audit_hash: audit::GENESIS.to_vec(),
        }
    }
}

/// Generates people, no two with the same address or the same full name within one block.
#[derive(Debug)]
pub struct People {
    /// The index of the block. It makes addresses of later blocks unique.
    block: usize,
    count: usize,
    taken: HashSet<String>,
}

impl People {
    /// The people of a block.
    pub fn of_block(block: usize) -> Self {
        Self {
            block,
            count: 0,
            taken: HashSet::new(),
        }
    }

    pub fn next(&mut self, draw: &mut Draw, home: Home) -> Person {
        self.count += 1;
        if self.count % 61 == 7
            && let Some((given_name, family_name, local)) = NATIVE.get(self.count / 61)
        {
            return self.finish(
                draw,
                home,
                (Some(given_name), Some(family_name)),
                (*local).to_owned(),
                Locale::Fr,
            );
        }
        if self.count % 43 == 17
            && let Some(given_name) = SINGLE.get(self.count / 43)
        {
            return self.finish(
                draw,
                home,
                (Some(given_name), None),
                fold::fold(given_name),
                Locale::En,
            );
        }
        loop {
            let Some(language) = draw.pick(LANGUAGES) else {
                continue;
            };
            let (given_name, family_name) = (
                one(draw, language.given_names),
                one(draw, language.family_names),
            );
            let local = if draw.percent(20) {
                format!(
                    "{}.{}",
                    letters(given_name).chars().take(1).collect::<String>(),
                    letters(family_name)
                )
            } else {
                format!("{}.{}", letters(given_name), letters(family_name))
            };
            let locale = if draw.percent(70) {
                language.locale
            } else {
                Locale::En
            };
            if self.taken.insert(format!("{given_name} {family_name}"))
                && self.taken.insert(local.clone())
            {
                return self.finish(
                    draw,
                    home,
                    (Some(given_name), Some(family_name)),
                    local,
                    locale,
                );
            }
        }
    }

    fn finish(
        &self,
        draw: &mut Draw,
        home: Home,
        (given_name, family_name): (Option<&'static str>, Option<&'static str>),
        local: String,
        locale: Locale,
    ) -> Person {
        let number = if self.block == 0 {
            String::new()
        } else {
            self.block.to_string()
        };
        let canonical = format!("{local}{number}@{}", draw.text(home.domains()));
        let email = if draw.percent(6) {
            capitalised(&canonical)
        } else {
            canonical.clone()
        };
        Person {
            given_name,
            family_name,
            email,
            canonical,
            locale,
        }
    }
}

/// One of the names in a list separated by bars.
fn one(draw: &mut Draw, names: &'static str) -> &'static str {
    let index = draw.index(names.split('|').count());
    names.split('|').nth(index).unwrap_or_default()
}

fn letters(name: &str) -> String {
    fold::fold(name)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

/// "anna.lis@example.org" as some people type it: "Anna.Lis@Example.org".
fn capitalised(address: &str) -> String {
    let mut first = true;
    let upper = |c: char| {
        let out = if first { c.to_ascii_uppercase() } else { c };
        first = matches!(c, '.' | '@');
        out
    };
    address.chars().map(upper).collect()
}
