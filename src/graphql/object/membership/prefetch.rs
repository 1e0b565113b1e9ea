//! Members with all that a request asks of them, loaded at once for a whole page. Owns what each
//! field needs; the fields are plain values then.

use std::sync::Arc;

use async_graphql::Context;

use super::Membership;
use crate::service::member::{MemberRow, Wanted};
use crate::{
    domain::{access::facts::MemberFacts, vocabulary::QuotaType},
    graphql::scope::{Scope, WorkspaceView},
    service::{Failure, member as service, quota as quotas},
};

/// What to load for a page of members, read from the request's selection.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    wanted: Option<Wanted>,
    quotas: Vec<QuotaType>,
    reasons: bool,
    /// Whether rows are requested, and not only the count.
    pub rows: bool,
}

impl Needs {
    /// What the fields below `nodes` and `edges { node }` of the connection being resolved need.
    pub fn of(ctx: &Context<'_>) -> Self {
        let mut needs = Self::default();
        for field in ctx.field().selection_set() {
            needs.rows |= field.name() != "totalCount";
            match field.name() {
                "nodes" => needs.add(field.selection_set()),
                "edges" => field
                    .selection_set()
                    .filter(|f| f.name() == "node")
                    .for_each(|node| needs.add(node.selection_set())),
                _ => {}
            }
        }
        needs
    }

    /// What the fields below a single member need.
    fn of_one(ctx: &Context<'_>) -> Self {
        let mut needs = Self::default();
        needs.add(ctx.field().selection_set());
        needs
    }

    fn add<'a>(&mut self, fields: impl Iterator<Item = async_graphql::SelectionField<'a>>) {
        for field in fields {
            let wanted = match field.name() {
                "role" => Wanted {
                    roles: true,
                    ..Wanted::NOTHING
                },
                "groups" => Wanted {
                    groups: true,
                    ..Wanted::NOTHING
                },
                "grants" => Wanted {
                    grants: true,
                    ..Wanted::NOTHING
                },
                "effectivePermissions" => {
                    self.reasons |= field
                        .selection_set()
                        .any(|f| f.name() == "sources" || f.name() == "endsAt");
                    Wanted::ALL
                }
                "backOfficeSections" | "viewerCan" | "isSignedUpOnly" => Wanted::ALL,
                "effectiveQuotas" => {
                    self.quotas = QuotaType::ALL.to_vec();
                    Wanted {
                        groups: true,
                        ..Wanted::NOTHING
                    }
                }
                "effectiveQuota" => {
                    let arguments = field.arguments().unwrap_or_default();
                    let quota_type = arguments
                        .into_iter()
                        .find(|(name, _)| name == "type")
                        .map(|(_, value)| value.to_string());
                    match quota_type
                        .as_deref()
                        .and_then(|name| QuotaType::parse(name.trim_matches('"')))
                    {
                        Some(quota_type) if !self.quotas.contains(&quota_type) => {
                            self.quotas.push(quota_type)
                        }
                        _ => {}
                    }
                    Wanted {
                        groups: true,
                        ..Wanted::NOTHING
                    }
                }
                _ => continue,
            };
            self.wanted = Some(self.wanted.unwrap_or(Wanted::NOTHING).and(wanted));
        }
    }
}

/// Creates members from the rows of a page. Loads everything needed at once for the whole page.
pub async fn prefetch(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    rows: Vec<MemberRow>,
    needs: &Needs,
) -> Result<Vec<Membership>, Failure> {
    let deps = &Scope::of(ctx)?.deps;
    let access = &view.access;
    let mut members: Vec<Membership> = rows
        .into_iter()
        .map(|row| Membership::new(view, row))
        .collect();
    let Some(wanted) = needs.wanted else {
        return Ok(members);
    };
    let view = if members
        .iter()
        .any(|member| service::has_ended(&member.row, access))
    {
        let oldest = members
            .iter()
            .map(|member| member.row.interval.ends_at)
            .min()
            .unwrap_or(access.now);
        WorkspaceView {
            snapshot: Arc::new(service::snapshot_since(deps, access, oldest).await?),
            ..view.clone()
        }
    } else {
        view.clone()
    };
    let rows: Vec<&MemberRow> = members.iter().map(|member| &*member.row).collect();
    let mut facts = service::facts_of(deps, access, &rows, wanted).await?;
    let mut limits = if needs.quotas.is_empty() {
        std::collections::HashMap::new()
    } else {
        let facts: Vec<&MemberFacts> = facts.values().collect();
        quotas::of_members(deps, access, &facts, &needs.quotas).await?
    };
    for member in &mut members {
        member.view = view.clone();
        member.bare_permissions = !needs.reasons;
        if let Some(facts) = facts.remove(&member.row.id) {
            member.facts = Some((wanted, Arc::new(facts)));
        }
        if let Some(limits) = limits.remove(&member.row.id) {
            member.quotas = limits.into();
        }
    }
    Ok(members)
}

/// A single member with everything that the request needs, loaded as for a page of one.
pub async fn prefetch_one(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    row: MemberRow,
) -> Result<Option<Membership>, Failure> {
    Ok(prefetch(ctx, view, vec![row], &Needs::of_one(ctx))
        .await?
        .pop())
}
