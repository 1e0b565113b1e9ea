//! `concierge import`: a file of members, imported by whoever has the machine (IMPORT-1).

use std::num::NonZeroU32;

use super::{App, StartError, refused};
use crate::{
    domain::{outcome::OnExistingMember, vocabulary::Locale},
    service::import::{Import, ImportFile, ImportFormat, ImportOptions},
};

/// A file of members, and what to do with its lines.
#[derive(Debug)]
pub struct MemberFile {
    /// The workspace that they move into: its slug or id.
    pub workspace: String,
    /// Whether it comes from Socrata; else from Opendatasoft or Concierge.
    pub is_socrata: bool,
    /// The file.
    pub csv: Vec<u8>,
    /// Whether the members are in at once, without an invitation.
    pub join: bool,
    /// Whether groups that are named and not there are created.
    pub create_groups: bool,
    /// Whether nothing is kept.
    pub dry_run: bool,
    /// How many invitations are mailed in an hour, if it is not the setting.
    pub mails_per_hour: Option<NonZeroU32>,
    /// The language for people without an account: `en`, `fr` or `nl`.
    pub language: String,
}

/// What was done so far.
#[derive(Debug)]
pub struct ImportProgress {
    /// The results of the last lines, as JSON.
    pub results: Vec<String>,
    /// How many of them failed.
    pub failed: usize,
    /// How many bytes of the file are read.
    pub read: u64,
    /// How many there are.
    pub all: u64,
}

impl App {
    /// Imports a file of members. `done` receives the results block by block; what it was told is
    /// committed, whatever fails afterwards.
    pub async fn import_members<E: From<StartError>>(
        &self,
        file: MemberFile,
        mut done: impl FnMut(ImportProgress) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut import = self.begin_import(file).await?;
        while let Some(lines) = import.next().await.map_err(refused)? {
            let (read, all) = import.progress();
            let results = lines
                .iter()
                .map(|line| line.to_json(Locale::En).to_string())
                .collect();
            let failed = lines.iter().filter(|line| line.code.is_some()).count();
            done(ImportProgress {
                results,
                failed,
                read,
                all,
            })?;
        }
        Ok(())
    }

    async fn begin_import(&self, file: MemberFile) -> Result<Import, StartError> {
        let MemberFile {
            workspace,
            is_socrata,
            csv,
            join,
            create_groups,
            dry_run,
            mails_per_hour,
            language,
        } = file;
        let format = match is_socrata {
            true => ImportFormat::Socrata,
            false => ImportFormat::Opendatasoft,
        };
        let options = ImportOptions {
            create_groups,
            on_existing: OnExistingMember::Report,
            join,
            dry_run,
            mails_per_hour,
        };
        let locale = Locale::parse(&language.to_uppercase())
            .ok_or_else(|| refused("the language is en, fr or nl"))?;
        let file = ImportFile::read(csv.into(), format).map_err(refused)?;
        Import::by_system(&self.deps, (&workspace, locale), options, file)
            .await
            .map_err(refused)?
            .ok_or_else(|| refused(format!("no workspace is called {workspace}")))
    }
}
