//! Roles: `setMemberRole`, and how they are read.

mod escalation;
mod last_administrator;
mod periods;
mod read;
