//! What becomes of the values of one scope and subject when others are given over intervals
//! (TIME-8): which rows end when, which resume, which are new. Reads and writes the rows of a call
//! together, in a constant number of statements.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    domain::{
        access::Spans,
        id::AccountId,
        interval::Interval,
        timeline,
        vocabulary::{QuotaPeriod, QuotaType},
    },
    service::{Failure, write::Transaction},
    store::{
        access::QuotaValueFacts,
        dated::{self, Dated, Ending},
        quota::value::{self as rows, REMOVED, REPLACED, SetFor, ValueRow},
    },
};

/// One value that is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewQuota {
    pub(crate) quota_type: QuotaType,
    /// The limit; `None` removes what is there.
    pub(crate) limit: Option<u64>,
    /// The period, for API calls.
    pub(crate) period: Option<QuotaPeriod>,
    pub(crate) interval: Interval,
}

impl NewQuota {
    /// The value as the record shows it; null for none.
    pub(crate) fn shown(&self) -> Value {
        self.limit.map_or(Value::Null, |limit| {
            shown(self.quota_type, limit, self.period)
        })
    }
}

fn shown(quota_type: QuotaType, limit: u64, period: Option<QuotaPeriod>) -> Value {
    json!({ "type": quota_type.as_str(), "limit": limit, "period": period.map(QuotaPeriod::as_str) })
}

/// The values of one scope and subject that count now or later, and what becomes of them.
pub(crate) struct Table {
    set_for: SetFor,
    /// Each with why it ends, if it was cut; of those that stand in the database.
    stored: Vec<(ValueRow, Option<&'static str>)>,
    added: Vec<ValueRow>,
}

impl Table {
    pub(crate) async fn load(tx: &Transaction<'_>, set_for: SetFor) -> Result<Self, Failure> {
        let stored = rows::ahead(tx.db(), tx.workspace_id(), set_for, tx.now).await?;
        Ok(Self {
            set_for,
            stored: stored.into_iter().map(|row| (row, None)).collect(),
            added: Vec::new(),
        })
    }

    fn of_type(&self, quota_type: QuotaType) -> impl Iterator<Item = &QuotaValueFacts> {
        let all = self.stored.iter().map(|(row, _)| row).chain(&self.added);
        all.map(|row| &row.value)
            .filter(move |value| value.quota_type == quota_type && !value.interval.is_empty())
    }

    /// The limits of one type with their intervals.
    pub(crate) fn limits(&self, quota_type: QuotaType) -> Vec<(Interval, u64)> {
        self.of_type(quota_type)
            .map(|value| (value.interval, value.limit))
            .collect()
    }

    /// How many values of one type there are now and ahead.
    pub(crate) fn count(&self, quota_type: QuotaType) -> usize {
        self.of_type(quota_type).count()
    }

    /// What counts of one type at `t`, as the record shows it; null for none.
    pub(crate) fn shown_at(&self, quota_type: QuotaType, t: DateTime<Utc>) -> Value {
        let value = self
            .of_type(quota_type)
            .find(|value| value.interval.contains(t));
        value.map_or(Value::Null, |value| {
            shown(quota_type, value.limit, value.period)
        })
    }

    /// Whether it is as asked throughout the interval.
    fn is_unchanged_by(&self, quota: &NewQuota) -> bool {
        let mut of_type = self.of_type(quota.quota_type);
        match quota.limit {
            None => of_type.all(|value| timeline::cut(value.interval, quota.interval).is_none()),
            Some(limit) => {
                let same =
                    of_type.filter(|value| value.limit == limit && value.period == quota.period);
                same.map(|value| value.interval)
                    .collect::<Spans>()
                    .covers(&quota.interval)
            }
        }
    }

    /// Cuts what was there out of the interval, lets it resume behind, and puts in what is asked;
    /// says whether that changed anything.
    pub(crate) fn set(
        &mut self,
        quota: &NewQuota,
        by: Option<AccountId>,
        mut id: impl FnMut() -> Uuid,
    ) -> bool {
        if self.is_unchanged_by(quota) {
            return false;
        }
        let reason = if quota.limit.is_some() {
            REPLACED
        } else {
            REMOVED
        };
        let mut resumed = Vec::new();
        let mut cut = |row: &mut ValueRow| {
            let what = timeline::cut(row.value.interval, quota.interval)
                .filter(|_| row.value.quota_type == quota.quota_type);
            let Some(what) = what else { return false };
            row.value.interval.ends_at = what.ends_at;
            resumed.extend(what.resumes.map(|rest| {
                let value = QuotaValueFacts {
                    id: id(),
                    interval: rest,
                    ..row.value.clone()
                };
                ValueRow {
                    value,
                    granted_by: row.granted_by,
                }
            }));
            true
        };
        for (row, why) in &mut self.stored {
            if cut(row) {
                why.get_or_insert(reason);
            }
        }
        for row in &mut self.added {
            cut(row);
        }
        self.added.extend(resumed);
        if let Some(limit) = quota.limit {
            let value = QuotaValueFacts {
                id: id(),
                scope: self.set_for.scope(),
                subject: self.set_for.subject(),
                quota_type: quota.quota_type,
                limit,
                period: quota.period,
                interval: quota.interval,
            };
            self.added.push(ValueRow {
                value,
                granted_by: by,
            });
        }
        true
    }

    /// Ends the rows that were cut, adds the new ones.
    pub(crate) async fn write(self, tx: &Transaction<'_>) -> Result<(), Failure> {
        let workspace = tx.workspace_id();
        for reason in [REPLACED, REMOVED] {
            let cut = self.stored.iter().filter(|(_, why)| *why == Some(reason));
            let cut: Vec<_> = cut
                .map(|(row, _)| (row.value.id, row.value.interval.ends_at))
                .collect();
            let ending = Ending {
                by: tx.caller.account_id(),
                reason,
            };
            dated::end_each(tx.db(), Dated::QuotaValue, workspace, &cut, ending).await?;
        }
        let added = self
            .added
            .into_iter()
            .filter(|row| !row.value.interval.is_empty())
            .collect();
        Ok(rows::insert(tx.db(), workspace, self.set_for, added).await?)
    }
}
