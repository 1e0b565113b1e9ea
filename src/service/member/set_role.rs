//! `setMemberRole`: gives members a role over an interval, or takes theirs away (PERM-6, PERM-7,
//! MEM-5, TIME-8).

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::domain::audit::AuditEventKind;
use crate::service::{
    Access, Caller, Deps, Failure, UserError,
    administrators::{self, Administrators},
    bulk::{self, Firsts, Item},
    write::{self, CallOptions, Committed, Event, InformedUseCase, Transaction, Verdict},
};
use crate::{
    domain::{
        access::{
            self,
            escalation::{self, Target},
            facts::{MemberFacts, RoleAssignmentFacts, RoleFacts},
        },
        audit::{self, FieldChange},
        error_code::ErrorCode,
        id::{MembershipId, RoleId},
        interval::Interval,
        outcome::SetMemberRoleOutcome,
        permission::Preset,
        timeline,
        vocabulary::MembershipState,
    },
    store::{
        dated::{self, Dated, Ending},
        naming::Named,
        role_assignment::{self as rows, NewAssignment, REMOVED, REPLACED},
    },
};

/// The input of `setMemberRole`.
#[derive(Debug, Clone)]
pub struct SetMemberRole {
    /// Whose role, in order.
    pub membership_ids: Vec<MembershipId>,
    /// Which role; `None` takes it away.
    pub role_id: Option<RoleId>,
    /// From when; absent: now.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when; absent: without end. What was there before resumes then (TIME-8).
    pub ends_at: Option<DateTime<Utc>>,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// The results, in order.
pub type Output = Vec<Item<MembershipId, SetMemberRoleOutcome>>;

/// Sets the role of members (EWP; while a secondary workspace has no administrator that counts,
/// those who made it, MEM-5).
pub async fn set(
    deps: &Deps,
    caller: &Caller,
    input: SetMemberRole,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    bulk::check_list(deps, "membershipIds", &input.membership_ids)?;
    let ids = input.membership_ids.iter().map(|id| id.0).collect();
    let (workspace, founder) =
        administrators::named_or_founded(deps, caller, Named::Membership, ids).await?;
    write::run(deps, caller, workspace, &options, &(input, founder)).await
}

/// What to write, gathered over all items.
#[derive(Default)]
struct Plan {
    cut: Vec<uuid::Uuid>,
    added: Vec<NewAssignment>,
    events: Vec<Event>,
    touched: Vec<MembershipId>,
}

/// What holds for all items.
struct Frame<'a> {
    access: &'a Access,
    role: Option<&'a RoleFacts>,
    interval: Interval,
    now: DateTime<Utc>,
    /// Whether the caller may give the first administrator now.
    founder: bool,
}

impl InformedUseCase for SetMemberRole {
    const CHANGES_ACCESS: bool = true;
    type Output = Output;
    /// Whether the caller may give the first administrator, should there be none that counts
    /// (MEM-5).
    type Before = bool;

    fn mutation(&self) -> &'static str {
        "setMemberRole"
    }

    fn authorize(&self, founder: &bool, access: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_credential()?;
        if *founder {
            Ok(())
        } else {
            bulk::require_ewp_member(access, caller)
        }
    }

    async fn run(
        &self,
        was_founder: &bool,
        tx: &mut Transaction<'_>,
    ) -> Result<Verdict<Output>, Failure> {
        let access = tx.access.clone();
        let mut administrators = Administrators::count(tx).await?;
        let founder = *was_founder && administrators.none();
        if *was_founder && !founder {
            bulk::require_ewp_member(&access, tx.caller)?;
        }
        let (role, interval) = self.values(&access, tx.now)?;
        let frame = Frame {
            access: &access,
            role,
            interval,
            now: tx.now,
            founder,
        };
        let members = tx.members(&self.membership_ids).await?;
        let (mut plan, mut firsts) = (Plan::default(), Firsts::default());
        let mut items = Vec::with_capacity(self.membership_ids.len());
        for id in &self.membership_ids {
            let became = match (firsts.admit(*id), members.get(id)) {
                (Err(code), _) => Err(code),
                (Ok(()), None) => Err(ErrorCode::NotFound),
                (Ok(()), Some(member)) => {
                    set_one(tx, &frame, member, &mut administrators, &mut plan)
                }
            };
            items.push(Item::new(*id, became));
        }
        plan.write(tx, interval, self.role_id.is_some()).await?;
        Ok(bulk::settle(items, self.atomic))
    }
}

impl SetMemberRole {
    /// The role and the interval, or what is wrong about them.
    fn values<'a>(
        &self,
        access: &'a Access,
        now: DateTime<Utc>,
    ) -> Result<(Option<&'a RoleFacts>, Interval), Vec<UserError>> {
        let mut errors = Vec::new();
        let role = self.role_id.map(|id| {
            access
                .facts()
                .roles
                .get(&id)
                .filter(|role| role.interval.contains(now))
        });
        if matches!(role, Some(None)) {
            errors.push(UserError::at(ErrorCode::NotFound, "roleId"));
        }
        match timeline::requested_interval(self.starts_at, self.ends_at, now) {
            Ok(interval) if errors.is_empty() => return Ok((role.flatten(), interval)),
            Ok(_) => {}
            Err(wrong) => errors.extend(bulk::period_errors(wrong, "startsAt", "endsAt")),
        }
        Err(errors)
    }
}

impl Plan {
    async fn write(
        self,
        tx: &mut Transaction<'_>,
        interval: Interval,
        is_given: bool,
    ) -> Result<(), Failure> {
        let reason = if is_given { REPLACED } else { REMOVED };
        let ending = Ending {
            by: tx.caller.account_id(),
            reason,
        };
        let workspace = tx.workspace_id();
        dated::end(
            tx.db(),
            Dated::RoleAssignment,
            workspace,
            &self.cut,
            interval.starts_at,
            ending,
        )
        .await?;
        rows::insert(tx.db(), workspace, &self.added).await?;
        self.touched.into_iter().for_each(|id| tx.touch(id));
        tx.touch_members_only();
        tx.record_all(self.events);
        Ok(())
    }
}

/// One role that another use case gives to members, as `setMemberRole` would.
pub(crate) struct Assigning<'a> {
    frame: Frame<'a>,
    administrators: Administrators,
    plan: Plan,
}

impl<'a> Assigning<'a> {
    /// This role, over this interval.
    pub(crate) async fn of(
        tx: &mut Transaction<'_>,
        access: &'a Access,
        role: &'a RoleFacts,
        interval: Interval,
    ) -> Result<Self, Failure> {
        let administrators = Administrators::count(tx).await?;
        let frame = Frame {
            access,
            role: Some(role),
            interval,
            now: access.now,
            founder: false,
        };
        Ok(Self {
            frame,
            administrators,
            plan: Plan::default(),
        })
    }

    /// The administrator's role from now on and without end, from somebody who goes and whose place
    /// is taken, or from an operator for them (ERASE-4).
    pub(crate) async fn in_succession(
        tx: &mut Transaction<'_>,
        access: &'a Access,
    ) -> Result<Option<Self>, Failure> {
        let is_it = |role: &&RoleFacts| role.preset == Some(Preset::Administrator);
        let Some(role) = access.facts().roles.values().find(is_it) else {
            return Ok(None);
        };
        let mut assigning = Self::of(tx, access, role, Interval::from(access.now)).await?;
        assigning.frame.founder = true;
        Ok(Some(assigning))
    }

    /// Decides on one member.
    pub(crate) fn decide(
        &mut self,
        tx: &Transaction<'_>,
        member: &MemberFacts,
    ) -> Result<(), ErrorCode> {
        set_one(
            tx,
            &self.frame,
            member,
            &mut self.administrators,
            &mut self.plan,
        )
        .map(|_| ())
    }

    /// Writes what was decided.
    pub(crate) async fn write(self, tx: &mut Transaction<'_>) -> Result<(), Failure> {
        self.plan.write(tx, self.frame.interval, true).await
    }
}

/// Decides on one member, and adds what to do to the plan.
fn set_one(
    tx: &Transaction<'_>,
    frame: &Frame<'_>,
    member: &MemberFacts,
    administrators: &mut Administrators,
    plan: &mut Plan,
) -> Result<SetMemberRoleOutcome, ErrorCode> {
    let Frame {
        access,
        role,
        interval,
        now,
        ..
    } = *frame;
    let facts = access.facts();
    if access::state(member, now) == MembershipState::Ended {
        return Err(ErrorCode::NotActive);
    }
    let may = escalation::may_set_role(
        facts,
        access.subject(),
        Target::Member(member),
        role,
        interval,
        now,
    );
    if may.is_err() && !(frame.founder && administrators::may_found(tx.caller, member, role)) {
        return Err(ErrorCode::Forbidden);
    }
    if is_unchanged(member, role, interval) {
        return Ok(SetMemberRoleOutcome::Unchanged);
    }
    let mut after = member.clone();
    let (mut cut, mut added) = (Vec::new(), Vec::new());
    let new_row = |role_id, interval, granted_by| NewAssignment {
        id: tx.deps.ids.uuid(now),
        membership_id: member.id,
        role_id,
        interval,
        granted_by,
    };
    for row in &mut after.roles {
        let Some(what) = timeline::cut(row.interval, interval) else {
            continue;
        };
        row.interval.ends_at = what.ends_at;
        cut.push(row.id);
        added.extend(
            what.resumes
                .map(|rest| new_row(row.role_id, rest, row.granted_by)),
        );
    }
    added.extend(role.map(|role| new_row(role.id, interval, tx.caller.account_id())));
    after
        .roles
        .extend(added.iter().map(|row| RoleAssignmentFacts {
            id: row.id,
            role_id: row.role_id,
            interval: row.interval,
            granted_by: row.granted_by,
        }));
    administrators.change(facts, member, &after, now)?;
    plan.cut.extend(cut);
    plan.added.extend(added);
    plan.touched.push(member.id);
    plan.events.push(event(frame, member));
    Ok(SetMemberRoleOutcome::Changed)
}

/// Whether the member has that role throughout the interval already, or none if none is asked for.
fn is_unchanged(member: &MemberFacts, role: Option<&RoleFacts>, interval: Interval) -> bool {
    let of_role = |row: &&RoleAssignmentFacts| role.is_some_and(|role| row.role_id == role.id);
    match role {
        Some(_) => member
            .roles
            .iter()
            .filter(of_role)
            .map(|row| row.interval)
            .collect::<access::Spans>()
            .covers(&interval),
        None => member
            .roles
            .iter()
            .all(|row| timeline::cut(row.interval, interval).is_none()),
    }
}

fn event(frame: &Frame<'_>, member: &MemberFacts) -> Event {
    let shown = |role: &RoleFacts| json!({ "id": role.id, "name": role.name });
    let roles = &frame.access.facts().roles;
    let before = member
        .roles
        .iter()
        .find(|row| row.interval.contains(frame.interval.starts_at));
    let before = before
        .and_then(|row| roles.get(&row.role_id))
        .map_or(Value::Null, shown);
    let kind = if frame.role.is_some() {
        AuditEventKind::RoleAssigned
    } else {
        AuditEventKind::RoleUnassigned
    };
    let mut changes = vec![
        FieldChange::plain("role", before, frame.role.map_or(Value::Null, shown)),
        FieldChange::plain(
            "startsAt",
            Value::Null,
            audit::instant(frame.interval.starts_at),
        ),
        FieldChange::plain(
            "endsAt",
            Value::Null,
            frame.interval.end().map(audit::instant),
        ),
    ];
    changes.retain(|change| change.before != change.after);
    Event::new(kind, member.id, changes).effective(frame.interval.starts_at)
}
