//! Access is a set of intervals. The functions here take facts and an instant and return a decision
//! with its reasons.
//!
//! Owns every decision about who may do what (PERM, MEM-1, MEM-5, KEY-1, KEY-6, KEY-7, MFA-11). Guards, the
//! mutations' own checks, `can`, explanations and reads `asOf` an instant all call these functions,
//! so their answers cannot differ (PERM-9). Must not load anything, read a clock or name a layer
//! above.

pub mod escalation;
pub mod facts;

mod browsable;
mod decision;
mod directory;
mod effective;
mod explain;
mod given;
mod path;
mod period;
mod shown;
mod sign_in;
mod spans;
mod standing;
mod suggest;

pub use browsable::{Browsable, Class, browsable};
pub use decision::{
    ItemDecision, access_over_time, creation_permission, decide, required_permission,
};
pub use directory::{may_read_directory, secured_items};
pub use effective::{
    Effective, Rights, effective_permissions, effective_permissions_of_key, rights_at,
    rights_over_time,
};
pub use explain::{AccessObstacle, Explanation, Question, Who, explain};
pub use given::{Given, given_by_group, given_by_member, given_by_role, rights_gained};
pub use path::{Source, SourceKind};
pub use shown::Shown;
pub use sign_in::{
    AccessCondition, SecondFactorPolicy, SessionFacts, SignInPolicy, concerns, conditions,
    obstacle as session_obstacle, withheld,
};
pub use spans::Spans;
pub use standing::{
    assigned_administrator_now_or_later, counts_as_administrator, givers, is_administrator,
    key_state, permissions, permissions_of_role, state, workspace_key_state,
};
pub use suggest::{AccessSuggestionKind, MOST_OF_A_KIND, Suggestion};
