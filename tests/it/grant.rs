//! `grantPermissions` and `revokePermissions`.

mod escalation;
mod items;
mod permissions;
mod targets;
