//! Moving in (IMPORT): a file of members of another system, or of another workspace of this one.
//! Lines become invitations by the rules of `inviteMembers`, or memberships at once where an operator
//! says so on the command line.
//!
//! Owns how a file goes through: as one call, or in blocks of lines, each under a lock of its own.
//! What a line says is read in `file`, what it offers in `offer`, what becomes of it in `block`.

mod block;
mod file;
mod join;
mod offer;

use std::{num::NonZeroU32, time::Duration};

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::{
    Access, Caller, Deps, Failure,
    write::{self, CallOptions, Committed},
};
use crate::{
    domain::{id::WorkspaceId, outcome::OnExistingMember, vocabulary::Locale},
    store::workspace::{self, WorkspaceRef},
    words::message,
};

pub use crate::domain::import::ImportFormat;
pub use block::{ImportBlock, Imported, Output};
pub use file::{ImportFile, ImportLine, InvalidCsv, groups_cell};

/// The most lines of one call of `importMembers` (IMPORT-3).
pub const MOST_LINES: usize = 1_000;

/// How many lines of a longer file are written under one lock (IMPORT-3).
pub const BLOCK: usize = 500;

/// How often a block is tried that met a busy database, a second apart.
const TRIES: u32 = 10;

/// What to do with the lines of a file.
#[derive(Debug, Clone, Copy)]
pub struct ImportOptions {
    /// Whether groups that are named and not there are created.
    pub create_groups: bool,
    /// What becomes of members.
    pub on_existing: OnExistingMember,
    /// Whether lines become memberships at once: for operators at the command line alone.
    pub join: bool,
    /// Whether nothing is kept.
    pub dry_run: bool,
    /// How many invitations are mailed in an hour; the installation's setting, if it is not said.
    pub mails_per_hour: Option<NonZeroU32>,
}

/// The input of `importMembers`.
#[derive(Debug)]
pub struct ImportMembers {
    /// The workspace that they move into.
    pub workspace_id: WorkspaceId,
    /// The system that the file comes from.
    pub format: ImportFormat,
    /// The file.
    pub csv: String,
    /// Whether groups that are named and not there are created.
    pub create_groups: bool,
    /// What becomes of members.
    pub on_existing: OnExistingMember,
    /// Whether one failed line rolls back the whole call.
    pub atomic: bool,
}

/// Imports a small file in one call: EWP, by the rules of `inviteMembers`.
pub async fn import(
    deps: &Deps,
    caller: &Caller,
    input: ImportMembers,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    let lines = match ImportFile::read(Bytes::from(input.csv), input.format) {
        // One more, so that it is seen that there are too many.
        Ok(file) => Ok(file.take(MOST_LINES + 1).collect::<Vec<_>>()),
        Err(invalid) => Err(invalid),
    };
    if lines.as_ref().is_ok_and(|lines| lines.len() > MOST_LINES) {
        return Err(Failure::bad_input(message::import_lines(MOST_LINES)));
    }
    let block = ImportBlock {
        lines,
        atomic: input.atomic,
        next_mail_at: None,
        options: ImportOptions {
            create_groups: input.create_groups,
            on_existing: input.on_existing,
            join: false,
            dry_run: false,
            mails_per_hour: None,
        },
    };
    let mut done = write::run(deps, caller, input.workspace_id, &options, &block).await?;
    block.fill_in(&mut done.output);
    Ok(done)
}

/// A file under way, block by block.
#[derive(Debug)]
pub struct Import {
    deps: Deps,
    caller: Caller,
    workspace: WorkspaceId,
    options: ImportOptions,
    file: ImportFile,
    /// When the next mail may go out.
    next_mail_at: Option<DateTime<Utc>>,
}

impl Import {
    /// Begins to import a file into a workspace that the caller may import into (EWP, see
    /// `export::open`). A rehearsal counts as one call.
    pub fn begin(
        deps: &Deps,
        caller: &Caller,
        access: &Access,
        options: ImportOptions,
        file: ImportFile,
    ) -> Result<Self, Failure> {
        if options.dry_run {
            deps.dry_runs.admit(&caller.budget_key())?;
        }
        Ok(Self::of(
            deps,
            caller.clone(),
            access.workspace.id,
            options,
            file,
        ))
    }

    /// Begins to import a file for whoever has the machine: an operator at the command line. `None`
    /// if no workspace has this slug or id. Mails and accounts of people without an account are in
    /// `locale`.
    pub async fn by_system(
        deps: &Deps,
        (named, locale): (&str, Locale),
        options: ImportOptions,
        file: ImportFile,
    ) -> Result<Option<Self>, Failure> {
        let now = deps.clock.now();
        let caller = Caller {
            language: Some(locale),
            ..Caller::system(&deps.ids.uuid(now).to_string(), now)
        };
        let reference = match named.contains('_') {
            true => WorkspaceRef::Id(WorkspaceId::parse(named)?),
            false => WorkspaceRef::Slug(named.to_owned()),
        };
        let row = workspace::find(deps.db.reader(), &reference, None, now).await?;
        Ok(row.map(|(row, _)| Self::of(deps, caller, row.id, options, file)))
    }

    fn of(
        deps: &Deps,
        caller: Caller,
        workspace: WorkspaceId,
        options: ImportOptions,
        file: ImportFile,
    ) -> Self {
        Self {
            deps: deps.clone(),
            caller,
            workspace,
            options,
            file,
            next_mail_at: None,
        }
    }

    /// How far the file is read, and how long it is, in bytes.
    pub fn progress(&self) -> (u64, u64) {
        self.file.progress()
    }

    /// Imports the next lines; `None` when there are no more. While the database is busy they are
    /// tried again.
    pub async fn next(&mut self) -> Result<Option<Vec<Imported>>, Failure> {
        let lines: Vec<ImportLine> = self.file.by_ref().take(BLOCK).collect();
        if lines.is_empty() {
            return Ok(None);
        }
        let block = ImportBlock {
            lines: Ok(lines),
            atomic: false,
            next_mail_at: self.next_mail_at,
            options: self.options,
        };
        let mut tries = 0;
        let mut output = loop {
            tries += 1;
            let call = CallOptions::default();
            let done = write::run(&self.deps, &self.caller, self.workspace, &call, &block).await;
            match done {
                Err(Failure::Unavailable | Failure::RateLimited { .. }) if tries < TRIES => {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                other => {
                    let done = other?;
                    // What refuses a call as a whole refuses each of its lines.
                    break match done.errors.first() {
                        Some(error) => block.refused(error.code),
                        None => done.output,
                    };
                }
            }
        };
        block.fill_in(&mut output);
        if self.options.dry_run {
            output.lines.iter_mut().for_each(Imported::forget);
        }
        self.next_mail_at = output.next_mail_at.or(self.next_mail_at);
        Ok(Some(output.lines))
    }
}
