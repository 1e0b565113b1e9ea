//! `importMembers`: a small file of another system in one call. Larger ones go to
//! `POST /import/members.csv`.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, BulkOptions, FormErrors, InvitationError, ItemLimit, Nullable, Report,
    code_and_message, index, invitation::invitations, refusable, signed_in_scope,
};
use crate::{
    domain::{
        id::{InvitationId, WorkspaceId},
        import::ImportFormat,
        outcome::{ImportOutcome, OnExistingMember},
        permission::Permission,
    },
    graphql::{
        admission::Meter,
        guard,
        object::{invitation::Invitation, membership::Membership},
        prices,
        scalar::Id,
    },
    service::import::{self as service, ImportMembers, Imported},
};

/// A file of members, and what to do with its lines.
#[derive(Debug, InputObject)]
pub struct ImportMembersInput {
    /// The workspace that the members move into.
    pub workspace_id: Id<WorkspaceId>,
    /// The system that the file comes from.
    pub format: ImportFormat,
    /// The file: CSV in UTF-8 with a header and at most 1,000 lines below it, separated by commas,
    /// semicolons or tabs. Unknown columns are ignored. INVALID_CSV with
    /// the line in `path` if the file cannot be read. Send larger files to
    /// `POST /import/members.csv`.
    pub csv: String,
    /// If true, groups that do not exist yet are created. Default: false, and such lines fail with
    /// UNKNOWN_GROUP.
    pub create_groups: Option<bool>,
    /// What to do with people who are already members. Default: REPORT.
    pub on_existing: Option<OnExistingMember>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The result for one line.
#[derive(Debug, SimpleObject)]
pub struct ImportMembersResult {
    /// The position of the result, starting from 0.
    pub index: i32,
    /// The number of the line in the file, starting from 1 with the header.
    pub line: i32,
    /// What was done; null if the line failed.
    pub outcome: Option<ImportOutcome>,
    /// Why the line failed; null if it did not: INVALID_CSV (this line alone cannot be read),
    /// INVALID_EMAIL, FORBIDDEN_EMAIL, DUPLICATE, SELF, UNKNOWN_ROLE, UNKNOWN_GROUP,
    /// UNKNOWN_PERMISSION, INVALID_DATE, ENDS_IN_PAST, ENDS_BEFORE_START, NOT_ACTIVE (the other
    /// system lets the person in no more), SEATS_EXCEEDED, LIMIT_REACHED, FORBIDDEN,
    /// LAST_ADMINISTRATOR; TOO_SHORT, TOO_LONG, INVALID_CHARACTERS and CONTAINS_LINK (in names and
    /// titles); ROLLED_BACK (atomic, and another line failed).
    pub code: Option<String>,
    /// Why the line failed, for people, in your language. For a limit, the message names the limit,
    /// its amount and how long it applies.
    pub message: Option<String>,
    #[graphql(flatten)]
    pub limit: ItemLimit,
    /// The address in the line.
    pub email: String,
    /// The new invitation, or the one that is already pending; null with `dryRun`.
    pub invitation: Option<Invitation>,
    /// The membership, if the person is already a member.
    pub membership: Option<Membership>,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct ImportMembersPayload {
    /// One result for each line, in order: at most 1,000; empty if `errors` has any.
    pub results: Vec<ImportMembersResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<InvitationError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The mutation that imports.
#[derive(Debug, Default)]
pub struct ImportMutation;

/// The mutation that imports.
#[Object]
impl ImportMutation {
    /// Imports members from a file of another system. Each line becomes an invitation, by the rules
    /// of `inviteMembers`, with the role, permissions and groups that the line names; each has its
    /// own result, and a failed one does not stop the others. The e-mails are sent a few at a time,
    /// and the term of each invitation starts when its e-mail is sent. Importing a file again changes
    /// nothing for the lines that were imported before. Requires EDIT_WORKSPACE_PROPERTIES. Unless
    /// you are an administrator, you must hold every right that a line gives for at least as long as
    /// it could last (FORBIDDEN). Offering ADMINISTRATOR requires that your strongest factor was
    /// shown in the last 10 minutes (REAUTHENTICATION_REQUIRED).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties), directive = guard::step_up::apply())]
    async fn import_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A file of members, and what to do with its lines.")]
        input: ImportMembersInput,
    ) -> Nullable<ImportMembersPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = ImportMembers {
                workspace_id: input.workspace_id.0,
                format: input.format,
                atomic: input.options.atomic(),
                csv: input.csv,
                create_groups: input.create_groups.unwrap_or_default(),
                on_existing: input.on_existing.unwrap_or(OnExistingMember::Report),
            };
            let mut committed =
                service::import(&scope.deps, &scope.caller, command, options).await?;
            let lines = &committed.output.lines;
            if let Some(meter) = ctx.data_opt::<Meter>() {
                meter.count(prices::IMPORTED_LINE * lines.len() as u64);
            }
            let named_ids = lines.iter().filter_map(|item| item.membership_id).collect();
            let ids: Vec<InvitationId> =
                lines.iter().filter_map(|item| item.invitation_id).collect();
            let after = AfterCommit::of(ctx, &mut committed, named_ids).await?;
            let invitations = invitations(ctx, &after, &ids).await?;
            let locale = scope.caller.locale();
            let result = |(position, item): (usize, Imported)| {
                let (code, message) = code_and_message(item.fault(), item.limit, locale);
                ImportMembersResult {
                    index: index(position),
                    line: index(item.line),
                    outcome: item.outcome,
                    code,
                    message,
                    limit: item.limit.into(),
                    email: item.email,
                    invitation: item
                        .invitation_id
                        .and_then(|id| invitations.get(&id))
                        .cloned(),
                    membership: item
                        .membership_id
                        .and_then(|id| after.members.get(&id))
                        .cloned(),
                }
            };
            Ok(ImportMembersPayload {
                results: committed
                    .output
                    .lines
                    .into_iter()
                    .enumerate()
                    .map(result)
                    .collect(),
                errors: InvitationError::all(committed.errors, locale),
                report: after.report,
            })
        })
        .await
    }
}
