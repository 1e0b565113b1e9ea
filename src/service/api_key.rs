//! API keys as their owners and administrators handle them: making and revoking them (KEY). No key
//! does either (KEY-5).

mod create;
mod revoke;

pub use create::{CreateApiKey, Created, MOST_NETWORKS, create};
pub(super) use revoke::revoke_all_of;
pub use revoke::{RevokeApiKeys, Which, revoke};

use super::{Caller, Failure};
use crate::words::message;

/// Refuses keys: they cannot make, change or revoke keys (KEY-5).
fn refuse_keys(caller: &Caller) -> Result<(), Failure> {
    caller.account().ok_or(Failure::Unauthenticated)?;
    if caller.key().is_some() {
        Err(Failure::forbidden(message::not_by_key()))
    } else {
        Ok(())
    }
}
