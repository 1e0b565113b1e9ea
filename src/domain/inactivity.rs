//! Members who have not been active for a long time (MEM-12): when they are mailed, and when they
//! are disabled.
//!
//! Owns the order and the distances alone. Must not decide who is left out: administrators and
//! exempted members never come here.

use chrono::{DateTime, Duration, Utc};

/// The fewest days of inactivity after which a workspace can have members disabled.
pub const LEAST_DAYS: i32 = 30;

/// The most.
pub const MOST_DAYS: i32 = 1_000;

/// How long before the member is disabled the first mail is sent.
pub const FIRST_MAIL_BEFORE: Duration = Duration::days(14);

/// How long before the member is disabled the second mail is sent.
pub const SECOND_MAIL_BEFORE: Duration = Duration::days(3);

/// Mails about one stretch of inactivity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// Since when the member had not been active.
    pub inactive_since: DateTime<Utc>,
    /// The policy that the mails were about.
    pub disable_after_days: i32,
    /// When the first mail was queued.
    pub first_mail_at: DateTime<Utc>,
    /// When the second mail was queued.
    pub second_mail_at: Option<DateTime<Utc>>,
}

/// What is due for a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Nothing yet.
    Nothing,
    /// The first mail. It says when the member will be disabled.
    FirstMail(DateTime<Utc>),
    /// The second mail. It says so too.
    SecondMail(DateTime<Utc>),
    /// The member is disabled.
    Disable,
}

/// What is due at `now` for a member who has not been active since `inactive_since`. Nobody is
/// disabled sooner than 14 days after the first mail and 3 days after the second, however late a
/// mail is sent. After an activity, or another number of days, the mails begin anew.
pub fn due(
    inactive_since: DateTime<Utc>,
    disable_after_days: i32,
    notice: Option<Notice>,
    now: DateTime<Utc>,
) -> Due {
    let planned = inactive_since + Duration::days(disable_after_days.into());
    let about_this = |notice: &Notice| {
        notice.inactive_since == inactive_since && notice.disable_after_days == disable_after_days
    };
    let Some(notice) = notice.filter(about_this) else {
        return if now < planned - FIRST_MAIL_BEFORE {
            Due::Nothing
        } else {
            Due::FirstMail(planned.max(now + FIRST_MAIL_BEFORE))
        };
    };
    let announced = planned.max(notice.first_mail_at + FIRST_MAIL_BEFORE);
    match notice.second_mail_at {
        None if now < announced - SECOND_MAIL_BEFORE => Due::Nothing,
        None => Due::SecondMail(announced.max(now + SECOND_MAIL_BEFORE)),
        Some(second) if now < announced.max(second + SECOND_MAIL_BEFORE) => Due::Nothing,
        Some(_) => Due::Disable,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(day * 86_400, 0).expect("a small number")
    }

    #[test]
    fn mem_12_two_mails_and_then_the_end() {
        assert_eq!(due(at(0), 90, None, at(75)), Due::Nothing);
        assert_eq!(due(at(0), 90, None, at(76)), Due::FirstMail(at(90)));
        let mut notice = Notice {
            inactive_since: at(0),
            disable_after_days: 90,
            first_mail_at: at(76),
            second_mail_at: None,
        };
        assert_eq!(due(at(0), 90, Some(notice), at(86)), Due::Nothing);
        let second = due(at(0), 90, Some(notice), at(87));
        assert_eq!(second, Due::SecondMail(at(90)));
        notice.second_mail_at = Some(at(87));
        assert_eq!(due(at(0), 90, Some(notice), at(89)), Due::Nothing);
        assert_eq!(due(at(0), 90, Some(notice), at(90)), Due::Disable);
        // Active on day 80, or another policy: the mails begin anew.
        assert_eq!(due(at(80), 90, Some(notice), at(91)), Due::Nothing);
        assert_eq!(
            due(at(0), 30, Some(notice), at(91)),
            Due::FirstMail(at(105))
        );
    }

    proptest! {
        /// Rounds on any days: nobody is disabled sooner than the policy says, nor without both
        /// mails 14 and 3 days before, nor never.
        #[test]
        fn mem_12_nobody_is_disabled_without_both_mails(days in LEAST_DAYS..=MOST_DAYS, pauses in prop::collection::vec(1_i64..400, 1..60)) {
            let (mut notice, mut now, mut is_disabled) = (None, at(0), false);
            for pause in pauses {
                now += Duration::days(pause);
                match due(at(0), days, notice, now) {
                    Due::Nothing => {}
                    Due::FirstMail(announced) => {
                        prop_assert!(notice.is_none() && announced >= now + FIRST_MAIL_BEFORE);
                        notice = Some(Notice { inactive_since: at(0), disable_after_days: days, first_mail_at: now, second_mail_at: None });
                    }
                    Due::SecondMail(announced) => {
                        let sent = notice.as_mut().expect("a first mail");
                        prop_assert!(sent.second_mail_at.is_none() && announced >= now + SECOND_MAIL_BEFORE);
                        sent.second_mail_at = Some(now);
                    }
                    Due::Disable => {
                        let sent = notice.expect("mails");
                        prop_assert!(now >= at(days.into()) && now >= sent.first_mail_at + FIRST_MAIL_BEFORE);
                        prop_assert!(now >= sent.second_mail_at.expect("a second mail") + SECOND_MAIL_BEFORE);
                        is_disabled = true;
                        break;
                    }
                }
            }
            // Whoever has been away longer than all of it had at least one step done.
            prop_assert!(is_disabled || notice.is_some() || now < at(i64::from(days) - 14));
        }
    }
}
