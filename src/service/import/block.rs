//! What becomes of some lines, under one lock (IMPORT-1, IMPORT-3): invitations, memberships, or what
//! members are given. A line that was imported before changes nothing.

mod run;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    ImportOptions,
    file::{ImportLine, InvalidCsv},
    offer::LineFault,
};
use crate::{
    domain::{
        error_code::{Bound, ErrorCode, Fault},
        id::{InvitationId, MembershipId},
        limit::ReachedLimit,
        outcome::ImportOutcome,
        permission::Permission,
        vocabulary::Locale,
    },
    service::{
        Access, Caller, Failure, UserError,
        write::{Affects, Transaction, UseCase, Verdict},
    },
    words::user_error,
};
use run::BlockRun;

/// Some lines, and what to do with them.
#[derive(Debug)]
pub struct ImportBlock {
    /// The lines, in order, or why the file cannot be read.
    pub(super) lines: Result<Vec<ImportLine>, InvalidCsv>,
    /// Whether one failed line undoes the others.
    pub(super) atomic: bool,
    /// When the next mail may go out; absent: behind those that wait.
    pub(super) next_mail_at: Option<DateTime<Utc>>,
    pub(super) options: ImportOptions,
}

/// The result of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The number of the line.
    pub line: usize,
    /// The address as it was typed; not kept for repeated calls, which bring it.
    #[serde(skip)]
    pub email: String,
    /// What was done; none if the line failed.
    pub outcome: Option<ImportOutcome>,
    /// Why it failed; none if it did not.
    pub code: Option<ErrorCode>,
    /// What would have been accepted, if a number says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// The limit that refuses, if one does (JOIN-17).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<ReachedLimit>,
    /// The invitation that was made, or waits.
    pub invitation_id: Option<InvitationId>,
    /// The membership that was made, or is there.
    pub membership_id: Option<MembershipId>,
}

impl Imported {
    fn of(line: &ImportLine) -> Self {
        Self {
            line: line.line,
            email: line.invitee.typed().to_owned(),
            outcome: None,
            code: None,
            bound: None,
            limit: None,
            invitation_id: None,
            membership_id: None,
        }
    }

    fn done(line: &ImportLine, outcome: ImportOutcome) -> Self {
        Self {
            outcome: Some(outcome),
            ..Self::of(line)
        }
    }

    fn failed(line: &ImportLine, fault: impl Into<LineFault>) -> Self {
        let LineFault { fault, limit } = fault.into();
        Self {
            code: Some(fault.code),
            bound: fault.bound,
            limit,
            ..Self::of(line)
        }
    }

    fn invited(self, id: InvitationId) -> Self {
        Self {
            invitation_id: Some(id),
            ..self
        }
    }

    fn member(self, id: MembershipId) -> Self {
        Self {
            membership_id: Some(id),
            ..self
        }
    }

    /// Takes out the ids of what was made and not kept.
    pub(super) const fn forget(&mut self) {
        match self.outcome {
            Some(ImportOutcome::Invited) => self.invitation_id = None,
            Some(ImportOutcome::Joined) => self.membership_id = None,
            _ => {}
        }
    }

    /// Why it failed, with what would have been accepted.
    pub fn fault(&self) -> Option<Fault> {
        let bound = self.bound;
        self.code.map(|code| Fault { code, bound })
    }

    /// The line as an object of the API, for files of results.
    pub fn to_json(&self, locale: Locale) -> Value {
        let message = match (self.limit, self.fault()) {
            (Some(limit), _) => Some(user_error::of_limit(&limit, locale)),
            (None, Some(fault)) => Some(user_error::of_code(fault.code, fault.bound, locale)),
            (None, None) => None,
        };
        json!({
            "line": self.line,
            "email": self.email,
            "outcome": self.outcome,
            "code": self.code,
            "message": message,
            "invitationId": self.invitation_id,
            "membershipId": self.membership_id,
        })
    }
}

/// The results, in order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Output {
    /// One for each line.
    pub lines: Vec<Imported>,
    /// When a further mail may go out, if mails were queued.
    #[serde(skip)]
    pub(super) next_mail_at: Option<DateTime<Utc>>,
}

impl ImportBlock {
    /// All lines, failed for the same reason.
    pub(super) fn refused(&self, code: ErrorCode) -> Output {
        let failed = |line: &ImportLine| Imported {
            code: Some(code),
            ..Imported::of(line)
        };
        Output {
            lines: self.lines.iter().flatten().map(failed).collect(),
            next_mail_at: None,
        }
    }

    /// Says again whose line each is: kept results hold no addresses.
    pub(super) fn fill_in(&self, output: &mut Output) {
        let lines = self.lines.as_deref().unwrap_or_default();
        for (item, line) in output.lines.iter_mut().zip(lines) {
            line.invitee.typed().clone_into(&mut item.email);
        }
    }
}

/// Whether the limit of a day binds whoever imports (IMPORT-3).
fn is_unlimited(caller: &Caller) -> bool {
    caller.is_system() || caller.is_operator()
}

impl UseCase for ImportBlock {
    const CHANGES_ACCESS: bool = true;
    /// Members who are there get rights and, by groups, limits.
    const AFFECTS: Affects = Affects::RIGHTS_AND_QUOTAS;
    type Output = Output;

    fn mutation(&self) -> &'static str {
        "importMembers"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        // The command line: whoever has the machine.
        if caller.is_system() {
            return Ok(());
        }
        caller.require_credential()?;
        access.require(caller, Permission::EditWorkspaceProperties)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        let lines = match &self.lines {
            Ok(lines) => lines,
            Err(invalid) => return Err(UserError::from(*invalid).into()),
        };
        let mut work = BlockRun::load(tx, self, lines).await?;
        for (place, line) in lines.iter().enumerate() {
            work.decide(tx, place, line);
        }
        work.explain(tx).await?;
        let output = work.write(tx, lines).await?;
        Ok(self.settle(output))
    }
}

impl ImportBlock {
    /// The verdict over all lines: failed ones are skipped, or undo the others (BULK-1).
    fn settle(&self, mut output: Output) -> Verdict<Output> {
        let has_failed = output.lines.iter().any(|item| item.code.is_some());
        if self.atomic && has_failed {
            for item in &mut output.lines {
                item.outcome = None;
                item.code.get_or_insert(ErrorCode::RolledBack);
            }
            return Verdict::undo(output);
        }
        if self.options.dry_run {
            Verdict::undo(output)
        } else {
            Verdict::keep(output)
        }
    }
}
