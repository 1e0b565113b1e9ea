//! Roles: `setMemberRole`, custom roles, and how they are read.

mod create;
mod delete;
mod escalation;
mod last_administrator;
mod periods;
mod read;
mod update;
