//! What groups are called, and what for: lengths, letters, and that no two of a workspace have one
//! title (GRP-1, PERM-10).

use crate::{
    domain::{
        error_code::{ErrorCode, Fault},
        fold,
        id::GroupId,
        name,
    },
    service::{Access, UserError, bulk},
};

/// The longest title, in characters (GRP-1).
const LONGEST_TITLE: usize = 80;

/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 2_000;

/// A title as it is kept, or what is wrong about it; `own` is the group that has it or will.
pub(crate) fn title(
    access: &Access,
    typed: &str,
    own: Option<GroupId>,
) -> Result<String, UserError> {
    let title = bulk::required_line(typed, LONGEST_TITLE, "title")?;
    if let Some(code) = name::fault(&title, LONGEST_TITLE) {
        return Err(UserError::at(code, "title"));
    }
    // A title of marks alone is none.
    if fold::fold(&title).trim().is_empty() {
        return Err(UserError::at(Fault::too_short(1), "title"));
    }
    let form = fold::unique_form(&title);
    let others = access
        .facts()
        .groups
        .values()
        .filter(|group| group.interval.contains(access.now) && Some(group.id) != own);
    if others
        .into_iter()
        .any(|group| fold::unique_form(&group.title) == form)
    {
        return Err(UserError::at(ErrorCode::Taken, "title"));
    }
    Ok(title)
}

/// A description as it is kept, none if nothing is left; or what is wrong about it.
pub(super) fn description(typed: Option<&str>) -> Result<Option<String>, UserError> {
    bulk::optional_lines(typed, LONGEST_DESCRIPTION, "description")
}
