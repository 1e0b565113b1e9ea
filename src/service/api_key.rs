//! API keys as their owners and administrators handle them: creating, changing, rotating, finding
//! and revoking them (KEY). No key does any of these (KEY-5); a leaked one is reported by anybody.

mod create;
mod find;
mod owned;
pub(crate) mod remaining;
mod report;
mod revoke;
mod rotate;
mod update;

pub use create::{CreateApiKey, Created, MOST_NETWORKS, create};
pub use find::{FindApiKey, FoundApiKey, find};
pub use report::{ReportLeakedApiKey, report};
pub(super) use revoke::revoke_all_of;
pub use revoke::{RevokeApiKeys, Which, revoke};
pub use rotate::{LONGEST_OVERLAP, RotateApiKey, rotate};
pub use update::{UpdateApiKey, Updated, update};

use super::{
    Caller, Deps, Failure, UserError,
    write::{CallOptions, Committed},
};
use crate::{
    domain::{error_code::ErrorCode, permission::Permission, vocabulary::ApiKeyKind},
    words::message,
};

/// Refuses keys: they cannot make, change or revoke keys (KEY-5).
fn refuse_keys(caller: &Caller) -> Result<(), Failure> {
    caller.require_credential()?;
    if caller.key().is_some() {
        Err(Failure::forbidden(message::not_by_key()))
    } else {
        Ok(())
    }
}

/// A secret is shown once: not by a rehearsal, which makes none, and not by a repeated call (AUD-5).
fn hide_secret(committed: &mut Committed<Created>, options: &CallOptions) {
    if options.dry_run {
        committed.output.secret = None;
    }
    if committed.replayed {
        committed.errors.push(UserError::at(
            ErrorCode::SecretAlreadyShown,
            "idempotencyKey",
        ));
    }
}

/// Refuses a list that no key of this kind may have, or that is too long.
fn check_permissions(
    deps: &Deps,
    kind: ApiKeyKind,
    listed: Option<&[Permission]>,
) -> Result<(), Failure> {
    let most = deps.limits.batch_items;
    match listed {
        Some(_) if kind.is_of_workspace() => {
            Err(Failure::bad_input(message::gateway_permissions()))
        }
        Some(listed) if listed.len() > most => Err(Failure::bad_input(message::items_at_most(
            "permissions",
            most,
        ))),
        Some(_) | None => Ok(()),
    }
}

/// Refuses too many networks.
fn check_networks(networks: &[String]) -> Result<(), Failure> {
    if networks.len() > MOST_NETWORKS {
        return Err(Failure::bad_input(message::items_at_most(
            "allowedNetworks",
            MOST_NETWORKS,
        )));
    }
    Ok(())
}
