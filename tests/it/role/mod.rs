//! `setMemberRole`.

mod escalation;
mod last_administrator;
mod periods;
