//! More time (MEM-8): members ask for it, administrators decide.

mod decide;
mod races;
mod read;
mod request;

use serde_json::{Value, json};

use crate::support::world::Member;

const REQUEST: &str = "requestAccessRenewal";
const DECIDE: &str = "decideAccessRenewals";

/// A wish of `member`, with more.
fn of(member: &Member, more: Value) -> Value {
    let mut input = json!({ "membershipId": member.id.to_string() });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

/// The days of the test clock in seconds.
const DAY: i64 = 86_400;
