//! Builds dated rows in one line each.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::draw::Draw;
use crate::{
    domain::{
        interval::OPEN_END,
        permission::Permission,
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType, ResourceAccess},
    },
    entity::{disabled_spell, group_membership, permission_grant, quota_value, role_assignment},
};

/// When a row counts, who gave it, who ended it and why.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// Who gave it. `None` for the workspace.
    pub by: Option<Uuid>,
    pub ended_by: Option<Uuid>,
    pub reason: Option<&'static str>,
}

impl Span {
    /// Without an end.
    pub const fn open(from: DateTime<Utc>, by: Option<Uuid>) -> Self {
        Self {
            from,
            to: OPEN_END,
            by,
            ended_by: None,
            reason: None,
        }
    }

    /// With an end that was planned from the beginning.
    pub const fn until(from: DateTime<Utc>, to: DateTime<Utc>, by: Option<Uuid>) -> Self {
        Self {
            from,
            to,
            by,
            ended_by: None,
            reason: None,
        }
    }

    /// Ended by somebody.
    pub const fn ended(
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        by: Option<Uuid>,
        ended_by: Uuid,
        reason: &'static str,
    ) -> Self {
        Self {
            from,
            to,
            by,
            ended_by: Some(ended_by),
            reason: Some(reason),
        }
    }

    /// A primary key for a row of this span: generated when it began, or just now if it begins
    /// later.
    pub fn id(&self, draw: &Draw) -> Uuid {
        draw.id(self.from.min(draw.now))
    }

    /// Why it ended, as stored.
    pub fn end_reason(&self) -> Option<String> {
        self.reason.map(str::to_owned)
    }

    /// Whether a row of this span counts at `t`.
    pub fn contains(&self, t: DateTime<Utc>) -> bool {
        self.from <= t && t < self.to
    }
}

/// A membership or a group of a workspace.
#[derive(Debug, Clone, Copy)]
pub enum GranteeFacts {
    Member(Uuid),
    Group(Uuid),
}

/// A dataset or a page.
#[derive(Debug, Clone, Copy)]
pub enum Item {
    Dataset(Uuid),
    Page(Uuid),
}

/// A permission for the whole workspace.
pub fn permission(
    draw: &Draw,
    workspace: Uuid,
    holder: GranteeFacts,
    what: Permission,
    span: Span,
) -> permission_grant::Model {
    grant(draw, workspace, holder, Some(what), span)
}

/// Access to one item.
pub fn access(
    draw: &Draw,
    workspace: Uuid,
    holder: GranteeFacts,
    (item, access, filter): (Item, ResourceAccess, Option<&str>),
    span: Span,
) -> permission_grant::Model {
    let (kind, id) = match item {
        Item::Dataset(id) => ("DATASET", id),
        Item::Page(id) => ("PAGE", id),
    };
    permission_grant::Model {
        resource_kind: Some(kind.to_owned()),
        resource_id: Some(id),
        access: Some(access.as_str().to_owned()),
        record_filter: filter.map(str::to_owned),
        ..grant(draw, workspace, holder, None, span)
    }
}

fn grant(
    draw: &Draw,
    workspace_id: Uuid,
    holder: GranteeFacts,
    what: Option<Permission>,
    span: Span,
) -> permission_grant::Model {
    let (membership_id, group_id) = match holder {
        GranteeFacts::Member(id) => (Some(id), None),
        GranteeFacts::Group(id) => (None, Some(id)),
    };
    permission_grant::Model {
        id: span.id(draw),
        workspace_id,
        membership_id,
        group_id,
        permission: what.map(|permission| permission.as_str().to_owned()),
        resource_kind: None,
        resource_id: None,
        access: None,
        record_filter: None,
        starts_at: span.from,
        ends_at: span.to,
        granted_by: span.by,
        ended_by: span.ended_by,
        end_reason: span.end_reason(),
    }
}

/// A role of a member.
pub fn role(
    draw: &Draw,
    workspace_id: Uuid,
    membership_id: Uuid,
    role_id: Uuid,
    span: Span,
) -> role_assignment::Model {
    role_assignment::Model {
        id: span.id(draw),
        workspace_id,
        membership_id,
        role_id,
        starts_at: span.from,
        ends_at: span.to,
        granted_by: span.by,
        ended_by: span.ended_by,
        end_reason: span.end_reason(),
    }
}

/// A group membership.
pub fn in_group(
    draw: &Draw,
    workspace_id: Uuid,
    membership_id: Uuid,
    group_id: Uuid,
    span: Span,
) -> group_membership::Model {
    group_membership::Model {
        id: span.id(draw),
        workspace_id,
        group_id,
        membership_id,
        starts_at: span.from,
        ends_at: span.to,
        granted_by: span.by,
        ended_by: span.ended_by,
        end_reason: span.end_reason(),
    }
}

/// An interval in which a member is disabled.
pub fn disabled(
    draw: &Draw,
    workspace_id: Uuid,
    membership_id: Uuid,
    span: Span,
    why: &str,
) -> disabled_spell::Model {
    disabled_spell::Model {
        id: span.id(draw),
        workspace_id,
        membership_id,
        starts_at: span.from,
        ends_at: span.to,
        granted_by: span.by,
        ended_by: span.ended_by,
        end_reason: span.end_reason(),
        reason: Some(why.to_owned()),
    }
}

/// A quota value. `holder` is set for the scopes GROUP and MEMBER only.
pub fn quota(
    draw: &Draw,
    workspace_id: Uuid,
    (scope, holder): (QuotaScope, Option<GranteeFacts>),
    (quota_type, limit_value, period): (QuotaType, i64, Option<QuotaPeriod>),
    span: Span,
) -> quota_value::Model {
    let (membership_id, group_id) = match holder {
        Some(GranteeFacts::Member(id)) => (Some(id), None),
        Some(GranteeFacts::Group(id)) => (None, Some(id)),
        None => (None, None),
    };
    quota_value::Model {
        id: span.id(draw),
        workspace_id,
        scope: scope.as_str().to_owned(),
        membership_id,
        group_id,
        quota_type: quota_type.as_str().to_owned(),
        limit_value,
        period: period.map(|period| period.as_str().to_owned()),
        starts_at: span.from,
        ends_at: span.to,
        granted_by: span.by,
        ended_by: span.ended_by,
        end_reason: span.end_reason(),
    }
}

/// A value for a column that holds JSON.
pub fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
