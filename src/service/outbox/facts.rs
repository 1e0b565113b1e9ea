//! What a mail says of its subject, and whether there is anything to say any more: an invitation
//! that was answered, a link that was used, a membership that is back need no mail.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::compose::key;
use crate::{
    domain::{
        access::SecondFactorPolicy,
        calendar::{Calendar, TimeZone},
        id::WorkspaceId,
        mail::MailKind,
        second_factor::SecondFactorKind,
        vocabulary::{AccessRequestState, QuotaLimiter, QuotaPeriod, ReuseState},
    },
    mail::{
        Facts,
        render::{InvitationAnswer, LimitFacts, LivingKey, Shortage},
    },
    service::{Failure, account::email_change::TO_UNDO, member::display_name},
    store::{
        factor_removal, key_list,
        outbox::{
            claim::OutboxRow,
            subject::{self, AskedSubject, Names},
        },
        reuse as reuses, second_factor, sign_in_policy,
    },
};

/// So many who ran short are named; how many more there were is said.
const MOST_NAMED: usize = 50;

/// What a mail is about.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub row: &'a OutboxRow,
    pub kind: MailKind,
    /// The calendar of the workspace that the mail is about.
    pub calendar: Calendar,
}

type MaybeFacts = Result<Option<Facts>, Failure>;

/// What the mail says; `None` if it is obsolete at `now`.
pub(super) async fn find(
    db: &impl ConnectionTrait,
    about: About<'_>,
    now: DateTime<Utc>,
) -> MaybeFacts {
    use MailKind::*;
    match about.kind {
        AccountDeletionCancelled
        | AddressInUse
        | SignInFailures
        | SecondFactorFailures
        | RecoveryCodesRenewed
        | PasskeyRefused
        | SecondFactorsRemoved => Ok(Some(Facts::default())),
        SecondFactorAdded | SecondFactorRemoved | RecoveryCodeUsed => Ok(Some(factor(about))),
        AccountDeletionScheduled | AccountDeletionNear => deletion(db, about, now).await,
        AccountDeletionPostponed => postponed(db, about, now).await,
        PasswordChanged => password_changed(db, about, now).await,
        ApiKeyCreated | ApiKeyLeaked | ApiKeyRotated => api_key(db, about).await,
        Registration => registration(db, about, now).await,
        PasswordReset | AccountCreated => reset(db, about, now).await,
        EmailChangeRequested | EmailChanged => email_change(db, about, now).await,
        FactorRemovalScheduled => factor_removal(db, about, now).await,
        Invitation | InvitationReminder => invitation(db, about, now).await,
        InvitationAnswered => answers(db, about, now).await,
        WorkspaceKeysRemain => workspace_keys(db, about, now).await,
        AccessEnded | AccessEnding | InactivityWarning | MemberSignedUp => {
            membership(db, about, now).await
        }
        SecondFactorRequired => factor_required(db, about, now).await,
        AccessRequested | AccessRequestReceived | AccessRequestApproved | AccessRequestRejected => {
            request(db, about).await
        }
        AccessRenewalRequested | AccessRenewalApproved | AccessRenewalRejected => {
            renewal(db, about, now).await
        }
        ReuseApproved | ReuseRejected => reuse(db, about).await,
        ReuseDigest => pending_reuses(db, about).await,
        QuotaWarning => Ok(warning(about)),
        // It asks who may still browse the dataset: `followers` has it.
        DatasetUpdated => Ok(None),
        QuotaDigest => digest(db, about).await,
    }
}

fn person((given_name, family_name): &Names) -> Option<String> {
    let is_named = [given_name, family_name]
        .into_iter()
        .flatten()
        .any(|name| !name.is_empty());
    is_named.then(|| display_name(given_name.as_deref(), family_name.as_deref()))
}

fn until(end: DateTime<Utc>) -> Facts {
    Facts {
        until: Some(end),
        ..Facts::default()
    }
}

async fn registration(
    db: &impl ConnectionTrait,
    About { row, .. }: About<'_>,
    now: DateTime<Utc>,
) -> MaybeFacts {
    let Some(id) = row.subject.as_deref().and_then(key) else {
        return Ok(None);
    };
    let registration = subject::registration(db, id).await?;
    Ok(registration
        .filter(|(generation, end)| *generation == row.generation && *end > now)
        .map(|(_, end)| until(end)))
}

async fn reset(
    db: &impl ConnectionTrait,
    About { row, .. }: About<'_>,
    now: DateTime<Utc>,
) -> MaybeFacts {
    let Some(id) = row.subject.as_deref().and_then(key) else {
        return Ok(None);
    };
    Ok(subject::password_reset(db, id)
        .await?
        .filter(|end| *end > now)
        .map(until))
}

/// When the account will be deleted.
async fn deletion(
    db: &impl ConnectionTrait,
    About { row, .. }: About<'_>,
    now: DateTime<Utc>,
) -> MaybeFacts {
    let Some(account) = row.subject.as_deref().and_then(key) else {
        return Ok(None);
    };
    let due_at = subject::deletion(db, account.into()).await?;
    let due_at = due_at.filter(|due_at| *due_at > now);
    Ok(due_at.map(|due_at| Facts {
        days: Some(TimeZone::default().days_until(now, due_at)),
        ..until(due_at)
    }))
}

/// When the account will be deleted after all, and which workspaces are in the way.
async fn postponed(db: &impl ConnectionTrait, about: About<'_>, now: DateTime<Utc>) -> MaybeFacts {
    let Some(facts) = deletion(db, about, now).await? else {
        return Ok(None);
    };
    let payload = payload(about.row);
    let ids = payload.get("workspaces").and_then(Value::as_array);
    let ids: Vec<WorkspaceId> = ids
        .into_iter()
        .flatten()
        .filter_map(|id| WorkspaceId::parse(id.as_str()?).ok())
        .collect();
    let mut names = Vec::new();
    for id in ids.iter().take(MOST_NAMED) {
        names.extend(subject::workspace(db, *id).await?.map(|(name, _)| name));
    }
    let more = ids.len().saturating_sub(MOST_NAMED);
    let workspace = |name| LivingKey {
        prefix: String::new(),
        name: None,
        workspace: Some(name),
    };
    Ok(Some(Facts {
        key: about.row.subject.clone(),
        keys: names.into_iter().map(workspace).collect(),
        more: i64::try_from(more).unwrap_or(i64::MAX),
        ..facts
    }))
}

/// The keys that a new password leaves alone, as they are when the mail is sent (KEY).
async fn password_changed(
    db: &impl ConnectionTrait,
    About { row, .. }: About<'_>,
    now: DateTime<Utc>,
) -> MaybeFacts {
    let Some(account) = row.account else {
        return Ok(None);
    };
    let (keys, count) = key_list::living(db, account, MOST_NAMED, now).await?;
    let more = count.saturating_sub(i64::try_from(keys.len()).unwrap_or(i64::MAX));
    let keys = keys.into_iter().map(|key| LivingKey {
        prefix: key.prefix,
        name: Some(key.name),
        workspace: Some(key.workspace_name),
    });
    Ok(Some(Facts {
        keys: keys.collect(),
        more,
        ..Facts::default()
    }))
}

async fn api_key(db: &impl ConnectionTrait, About { row, .. }: About<'_>) -> MaybeFacts {
    let (Some(id), Some(workspace)) = (row.subject.as_deref().and_then(key), row.workspace) else {
        return Ok(None);
    };
    let prefix = subject::api_key(db, workspace, id.into()).await?;
    Ok(prefix.map(|prefix| Facts {
        key: Some(prefix),
        ..Facts::default()
    }))
}

/// The keys of the workspace that somebody created who has no access any more, as they are when the
/// mail is sent (KEY-8).
async fn workspace_keys(
    db: &impl ConnectionTrait,
    About { row, .. }: About<'_>,
    now: DateTime<Utc>,
) -> MaybeFacts {
    let (Some(id), Some(workspace)) = (row.subject.as_deref().and_then(key), row.workspace) else {
        return Ok(None);
    };
    // Nobody any more, if the account was erased.
    let member = subject::membership(db, workspace, id.into(), now).await?;
    let (keys, count) = key_list::living_made_by(db, workspace, id.into(), MOST_NAMED, now).await?;
    if keys.is_empty() {
        return Ok(None);
    }
    let more = count.saturating_sub(i64::try_from(keys.len()).unwrap_or(i64::MAX));
    let keys = keys.into_iter().map(|(prefix, name)| LivingKey {
        prefix,
        name: Some(name),
        workspace: None,
    });
    Ok(Some(Facts {
        person: member.and_then(|member| person(&member.names)),
        keys: keys.collect(),
        more,
        ..Facts::default()
    }))
}

async fn email_change(
    db: &impl ConnectionTrait,
    About { row, kind, .. }: About<'_>,
    now: DateTime<Utc>,
) -> MaybeFacts {
    let Some(id) = row.subject.as_deref().and_then(key) else {
        return Ok(None);
    };
    let end = match (kind, subject::email_change(db, id).await?) {
        (MailKind::EmailChangeRequested, Some((None, None, end))) => end,
        (MailKind::EmailChanged, Some((Some(confirmed), None, _))) => confirmed + TO_UNDO,
        _ => return Ok(None),
    };
    Ok((end > now).then(|| until(end)))
}

/// When the factors end, if that can still be cancelled.
async fn factor_removal(
    db: &impl ConnectionTrait,
    About { row, .. }: About<'_>,
    now: DateTime<Utc>,
) -> MaybeFacts {
    let Some(id) = row.subject.as_deref().and_then(key) else {
        return Ok(None);
    };
    let removal = factor_removal::find(db, id).await?;
    Ok(removal
        .filter(|removal| removal.cancelled_at.is_none() && removal.removal_at > now)
        .map(|removal| until(removal.removal_at)))
}

async fn invitation(
    db: &impl ConnectionTrait,
    About { row, kind, .. }: About<'_>,
    now: DateTime<Utc>,
) -> MaybeFacts {
    let (Some(id), Some(workspace)) = (row.subject.as_deref().and_then(key), row.workspace) else {
        return Ok(None);
    };
    if let Some(address) = &row.email_key
        && subject::refuses(db, workspace, address).await?
    {
        return Ok(None);
    }
    let invitation = subject::invitation(db, id.into()).await?;
    let current = invitation
        .filter(|invitation| invitation.generation == row.generation && invitation.ends_at > now);
    // The note came with the invitation.
    let quote = |invitation: &subject::OpenInvitation| {
        invitation
            .note
            .clone()
            .filter(|_| kind == MailKind::Invitation)
    };
    Ok(current.map(|invitation| Facts {
        person: person(&invitation.by),
        quote: quote(&invitation),
        ..until(invitation.ends_at)
    }))
}

/// Who answered the receiver's invitations in the time that the mail is about; nobody who has left
/// is told (JOIN-15).
async fn answers(
    db: &impl ConnectionTrait,
    About { row, .. }: About<'_>,
    now: DateTime<Utc>,
) -> MaybeFacts {
    let payload = payload(row);
    let instant = |name: &str| {
        payload
            .get(name)
            .and_then(Value::as_str)
            .and_then(|text| text.parse::<DateTime<Utc>>().ok())
    };
    let (Some(from), Some(to)) = (instant("from"), instant("to")) else {
        return Ok(None);
    };
    let (Some(workspace), Some(inviter)) = (row.workspace, row.account) else {
        return Ok(None);
    };
    if !subject::is_told_of_answers(db, workspace, inviter, now).await? {
        return Ok(None);
    }
    let mut answers = subject::answers(db, workspace, inviter, (from, to)).await?;
    if answers.is_empty() {
        return Ok(None);
    }
    let more = answers.len().saturating_sub(MOST_NAMED);
    answers.truncate(MOST_NAMED);
    let answer = |answer: subject::Answered| InvitationAnswer {
        person: person(&answer.names).or(Some(answer.email)),
        accepted: answer.accepted,
    };
    let answers = answers.into_iter().map(answer).collect();
    Ok(Some(Facts {
        answers,
        more: i64::try_from(more).unwrap_or(i64::MAX),
        ..Facts::default()
    }))
}

async fn membership(
    db: &impl ConnectionTrait,
    About {
        row,
        kind,
        calendar,
    }: About<'_>,
    now: DateTime<Utc>,
) -> MaybeFacts {
    let (Some(id), Some(workspace)) = (row.subject.as_deref().and_then(key), row.workspace) else {
        return Ok(None);
    };
    let Some(member) = subject::membership(db, workspace, id.into(), now).await? else {
        return Ok(None);
    };
    let counts = member.starts_at <= now && now < member.ends_at;
    Ok(match kind {
        // Who is back need not be told that the former time is over.
        MailKind::AccessEnded => {
            (member.ends_at <= now && !member.is_back).then(|| until(member.ends_at))
        }
        MailKind::AccessEnding => {
            let payload = payload(row);
            let announced: Option<DateTime<Utc>> = payload
                .get("endsAt")
                .and_then(Value::as_str)
                .and_then(|text| text.parse().ok());
            let planned = payload.get("daysBefore").and_then(Value::as_i64);
            // An end that was moved has a warning of its own. Sent late, the mail says how many
            // days are left: by the calendar of the date in it.
            let left = calendar.zone().days_until(now, member.ends_at);
            let days = planned.map_or(left, |planned| planned.min(left)).max(0);
            (counts && announced.is_none_or(|announced| announced == member.ends_at)).then(|| {
                Facts {
                    days: Some(days),
                    ..until(member.ends_at)
                }
            })
        }
        MailKind::InactivityWarning => {
            let payload = payload(row);
            let instant =
                |name: &str| -> Option<DateTime<Utc>> { payload.get(name)?.as_str()?.parse().ok() };
            let (since, end) = (instant("inactiveSince"), instant("disabledAt"));
            // Whoever came back need not be warned any more.
            let is_back = since.is_none_or(|since| member.last_active_at > since);
            end.filter(|end| counts && !is_back && *end > now)
                .map(|end| Facts {
                    days: Some(calendar.zone().days_until(now, end)),
                    ..until(end)
                })
        }
        _ => counts.then(|| Facts {
            person: person(&member.names),
            ..Facts::default()
        }),
    })
}

/// From when on a second factor is needed, if it still is and the account has none.
async fn factor_required(
    db: &impl ConnectionTrait,
    about: About<'_>,
    now: DateTime<Utc>,
) -> MaybeFacts {
    let (Some(account), Some(workspace)) = (about.row.account, about.row.workspace) else {
        return Ok(None);
    };
    let payload = payload(about.row);
    let announced: Option<DateTime<Utc>> = payload
        .get("requiredFrom")
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok());
    // A policy that was changed has mails of its own.
    let from = sign_in_policy::current(db, workspace)
        .await?
        .filter(|(policy, from)| {
            *policy != SecondFactorPolicy::Optional && announced == Some(*from)
        })
        .map(|(_, from)| from);
    let Some(from) = from else { return Ok(None) };
    if second_factor::exists(db, account, now).await? {
        return Ok(None);
    }
    let member = membership(db, about, now).await?;
    Ok(member.map(|_| Facts {
        until: Some(from).filter(|from| *from > now),
        ..Facts::default()
    }))
}

async fn request(db: &impl ConnectionTrait, About { row, kind, .. }: About<'_>) -> MaybeFacts {
    let (Some(id), Some(workspace)) = (row.subject.as_deref().and_then(key), row.workspace) else {
        return Ok(None);
    };
    let wanted = match kind {
        MailKind::AccessRequestApproved => AccessRequestState::Approved,
        MailKind::AccessRequestRejected => AccessRequestState::Rejected,
        _ => AccessRequestState::Pending,
    };
    let request = subject::access_request(db, workspace, id.into()).await?;
    Ok(request
        .filter(|request| request.state == wanted.as_str())
        .map(|request| subject_facts(request, false)))
}

async fn renewal(
    db: &impl ConnectionTrait,
    About { row, kind, .. }: About<'_>,
    now: DateTime<Utc>,
) -> MaybeFacts {
    let (Some(id), Some(workspace)) = (row.subject.as_deref().and_then(key), row.workspace) else {
        return Ok(None);
    };
    let wanted = match kind {
        MailKind::AccessRenewalApproved => AccessRequestState::Approved,
        MailKind::AccessRenewalRejected => AccessRequestState::Rejected,
        _ => AccessRequestState::Pending,
    };
    let renewal = subject::access_renewal(db, workspace, id.into()).await?;
    let current = |renewal: &AskedSubject| {
        renewal.state == wanted.as_str() && renewal.ends_at.is_none_or(|end| end > now)
    };
    Ok(renewal
        .filter(current)
        .map(|renewal| subject_facts(renewal, kind == MailKind::AccessRenewalRequested)))
}

/// What was decided about a reuse, while it stands.
async fn reuse(db: &impl ConnectionTrait, About { row, kind, .. }: About<'_>) -> MaybeFacts {
    let (Some(id), Some(workspace)) = (row.subject.as_deref().and_then(key), row.workspace) else {
        return Ok(None);
    };
    let wanted = match kind {
        MailKind::ReuseApproved => ReuseState::Approved,
        _ => ReuseState::Rejected,
    };
    let rows = reuses::with_deleted(db, &[id.into()]).await?;
    let current = rows
        .into_iter()
        .find(|reuse| reuse.workspace_id == workspace && reuse.state == wanted && !reuse.deleted);
    Ok(current.map(|reuse| Facts {
        title: Some(reuse.title),
        quote: reuse.reason,
        ..Facts::default()
    }))
}

/// How many reuses wait when the mail is sent. What strangers wrote stands with the reuses alone
/// (ACC-4).
async fn pending_reuses(db: &impl ConnectionTrait, About { row, .. }: About<'_>) -> MaybeFacts {
    let Some(workspace) = row.workspace else {
        return Ok(None);
    };
    let pending = reuses::count_pending(db, workspace).await?;
    Ok((pending > 0).then(|| Facts {
        pending: Some(pending),
        ..Facts::default()
    }))
}

/// What is said of something asked for: what its asker wrote to those who decide, or why it was
/// decided so. What a stranger wrote stands with the request alone (ACC-4).
fn subject_facts(subject: AskedSubject, is_of_member: bool) -> Facts {
    let quote = if is_of_member {
        subject.message
    } else {
        subject.reason
    };
    let end = subject
        .ends_at
        .filter(|end| *end < crate::domain::interval::OPEN_END);
    Facts {
        person: person(&subject.names),
        quote,
        until: end,
        ..Facts::default()
    }
}

/// Of which kind the factor is, how many recovery codes are left.
fn factor(About { row, .. }: About<'_>) -> Facts {
    let payload = payload(row);
    Facts {
        factor: payload
            .get("kind")
            .and_then(Value::as_str)
            .and_then(SecondFactorKind::parse),
        left: payload.get("left").and_then(Value::as_i64),
        ..Facts::default()
    }
}

fn payload(row: &OutboxRow) -> Value {
    serde_json::from_str(&row.payload).unwrap_or_default()
}

fn warning(About { row, calendar, .. }: About<'_>) -> Option<Facts> {
    let payload = payload(row);
    let text = |name: &str| payload.get(name).and_then(Value::as_str);
    let limit = LimitFacts {
        percent: payload.get("threshold").and_then(Value::as_i64)?,
        limit: payload.get("limit").and_then(Value::as_i64)?,
        period: text("period").and_then(QuotaPeriod::parse)?,
        limiter: text("limiter").and_then(QuotaLimiter::parse)?,
    };
    let start: DateTime<Utc> = text("periodStart")?.parse().ok()?;
    Some(Facts {
        until: Some(calendar.resets_at(limit.period, start)),
        limit: Some(limit),
        ..Facts::default()
    })
}

/// Who reached a limit on a day. Its counters are named by its first instant; rows of releases that
/// knew no time zones name the date alone.
async fn digest(db: &impl ConnectionTrait, About { row, .. }: About<'_>) -> MaybeFacts {
    let payload = payload(row);
    let day: Option<NaiveDate> = payload
        .get("day")
        .and_then(Value::as_str)
        .and_then(|day| day.parse().ok());
    let (Some(day), Some(workspace)) = (day, row.workspace) else {
        return Ok(None);
    };
    let start = payload
        .get("periodStart")
        .and_then(Value::as_str)
        .and_then(|start| start.parse().ok())
        .unwrap_or_else(|| day.and_time(NaiveTime::MIN).and_utc());
    let mut rows = subject::shortages(db, workspace, start).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let more = rows.len().saturating_sub(MOST_NAMED);
    rows.truncate(MOST_NAMED);
    let shortages = rows
        .iter()
        .map(|(_, names, percent)| Shortage {
            person: person(names),
            percent: *percent,
        })
        .collect();
    Ok(Some(Facts {
        day: Some(day),
        shortages,
        more: i64::try_from(more).unwrap_or(i64::MAX),
        ..Facts::default()
    }))
}
