//! What quotas still leave under the lock: counts of what exists, read by the write that is about
//! to add to it (QUOTA-6).

use super::{Failure, quota::counting_groups, write::Transaction};
use crate::{
    domain::{
        access::facts::MemberFacts,
        id::GroupId,
        quota::{self, Bound, EffectiveQuota, QuotaFacts},
        vocabulary::{QuotaScope, QuotaType},
    },
    store::{
        quota::{self as rows, Counter, MemberQuota},
        workspace,
    },
};

/// What `member` has of a quota that counts what exists; without a member (an owner who is gone)
/// only the workspace's own limits count. The license is shared by a main workspace and its
/// secondary ones, so that the main one's row is locked too: two of them cannot both take what is
/// left.
pub async fn of_count(
    tx: &Transaction<'_>,
    quota_type: QuotaType,
    member: Option<&MemberFacts>,
) -> Result<EffectiveQuota, Failure> {
    let (workspace, now) = (tx.access.workspace.id, tx.now);
    let main = tx.access.workspace.main_id();
    let counting = |scope: QuotaScope| {
        let values = tx.access.snapshot.quotas.iter();
        values.filter(move |value| {
            value.scope == scope && value.quota_type == quota_type && value.interval.contains(now)
        })
    };
    let license = counting(QuotaScope::License)
        .next()
        .map(|value| value.limit);
    let cap = counting(QuotaScope::WorkspaceCap)
        .next()
        .map(|value| value.limit);
    if license.is_some() && main != workspace {
        workspace::lock(tx.db(), main).await?;
    }
    let bounds = [
        license.map(|limit| (limit, Counter::License(main))),
        cap.map(|limit| (limit, Counter::Workspace(workspace))),
    ];
    let counters: Vec<_> = bounds
        .iter()
        .flatten()
        .map(|(_, counter)| (*counter, quota_type, now))
        .collect();
    let mut used = rows::used(tx.db(), &counters).await?.into_iter();
    let [license, cap] = bounds.map(|bound| {
        let (limit, _) = bound?;
        Some(Bound {
            limit,
            period: None,
            used: used.next().unwrap_or_default(),
        })
    });
    let member = member.filter(|member| member.interval.contains(now));
    let mut facts = QuotaFacts {
        license,
        cap,
        ..QuotaFacts::default()
    };
    if let Some(member) = member {
        let own = rows::of_members(
            tx.db(),
            workspace,
            &[(member.id, member.account_id)],
            &[quota_type],
            now,
            now,
        )
        .await?;
        let MemberQuota { limit, used } = own
            .get(&(member.id, quota_type))
            .copied()
            .unwrap_or_default();
        let groups = counting_groups(&tx.access, member, now);
        facts.default = counting(QuotaScope::Default)
            .next()
            .map(|value| value.limit);
        facts.groups = counting(QuotaScope::Group)
            .filter_map(|value| Some((GroupId(value.subject?), value.limit)))
            .filter(|(group, _)| groups.contains(group))
            .collect();
        (facts.member, facts.used) = (limit, used);
    }
    Ok(quota::effective(
        quota_type,
        &facts,
        &tx.access.workspace.calendars(),
        now,
    ))
}
