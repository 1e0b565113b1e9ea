//! The chain against everything that can be done to its rows.

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::domain::{
    audit::{self, CLIENT_ADDRESS, FieldChange, Form, SideValue},
    id::AuditEventId,
};

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
}

/// A chain of `length` events, each with a name that is personal, a title that is not, and the
/// client's address.
fn chain(length: i64) -> (Vec<Recorded>, ChainEnd) {
    chain_of(length, |_| Form::Whole)
}

/// The same with the forms of the events, by number.
fn chain_of(length: i64, form: impl Fn(i64) -> Form) -> (Vec<Recorded>, ChainEnd) {
    let mut previous = GENESIS.to_vec();
    let mut salt = 0;
    let events: Vec<Recorded> = (1..=length)
        .map(|sequence| {
            let changes = [
                FieldChange::plain("title", Value::Null, format!("Title {sequence}")),
                FieldChange::personal("name", "Ada", format!("Ada {sequence}")),
            ];
            let (sealed, mut side) = audit::seal(&changes, None, || {
                salt += 1;
                vec![salt; 16]
            });
            let (name, value) = (CLIENT_ADDRESS.to_owned(), "\"192.0.2.7\"".to_owned());
            let client = audit::salted_hash(&[7], &value);
            side.push(SideValue {
                name,
                salt: vec![7],
                value,
                account: None,
            });
            let mut event = Recorded {
                id: AuditEventId(uuid::Uuid::from_u128(u128::try_from(sequence).unwrap())),
                sequence,
                at: at(sequence),
                effective_at: at(sequence),
                kind: "GROUP_UPDATED".to_owned(),
                actor_kind: "ACCOUNT".to_owned(),
                actor_account_id: Some(uuid::Uuid::from_u128(8).into()),
                actor_api_key_id: None,
                client: (form(sequence) == Form::Whole).then_some(client),
                subject_id: Some(format!("grp_{sequence}")),
                request_id: "r".to_owned(),
                changes: sealed.to_string(),
                hash: Vec::new(),
                side,
            };
            event.hash = event
                .hash_after(&previous, form(sequence))
                .unwrap()
                .to_vec();
            previous.clone_from(&event.hash);
            event
        })
        .collect();
    (
        events,
        ChainEnd {
            recorded: Pin {
                sequence: length,
                hash: previous,
            },
            largest: length,
        },
    )
}

fn walk(events: &[Recorded], end: &ChainEnd) -> Result<Walk, Break> {
    let mut walk = Walk::from_start();
    events.iter().try_for_each(|event| walk.take(event))?;
    walk.ended(end)?;
    Ok(walk)
}

fn broken(sequence: usize, kind: AuditBreakKind) -> Break {
    Break {
        sequence: i64::try_from(sequence).unwrap(),
        kind,
    }
}

#[test]
fn aud_2_an_empty_chain_holds() {
    let (events, end) = chain(0);
    assert_eq!(walk(&events, &end).unwrap().verified, 0);
}

#[test]
fn aud_2_a_part_holds_behind_what_was_seen_before() {
    let (events, end) = chain(5);
    let mut part = Walk::after(Pin {
        sequence: 3,
        hash: events[2].hash.clone(),
    });
    events[3..]
        .iter()
        .for_each(|event| part.take(event).unwrap());
    assert_eq!((part.ended(&end), part.verified), (Ok(()), 2));
}

#[test]
fn aud_2_an_alteration_with_a_new_hash_breaks_the_event_behind_it() {
    let (mut events, end) = chain(5);
    events[2].kind = "GROUP_DELETED".to_owned();
    events[2].hash = events[2]
        .hash_after(&events[1].hash.clone(), Form::Whole)
        .unwrap()
        .to_vec();
    assert_eq!(
        walk(&events, &end).unwrap_err(),
        broken(4, AuditBreakKind::EventAltered)
    );
    // The same at the end of the chain.
    let (mut events, end) = chain(5);
    events[4].kind = "GROUP_DELETED".to_owned();
    events[4].hash = events[4]
        .hash_after(&events[3].hash.clone(), Form::Whole)
        .unwrap()
        .to_vec();
    assert_eq!(
        walk(&events, &end).unwrap_err(),
        broken(5, AuditBreakKind::EndAltered)
    );
}

#[test]
fn aud_2_events_behind_the_end_are_told() {
    let (events, _) = chain(5);
    let end = ChainEnd {
        recorded: Pin {
            sequence: 4,
            hash: events[3].hash.clone(),
        },
        largest: 5,
    };
    assert_eq!(
        walk(&events[..4], &end).unwrap_err(),
        broken(5, AuditBreakKind::EventUnexpected)
    );
}

#[test]
fn aud_2_what_is_erased_is_shown_as_erased() {
    let (mut events, end) = chain(2);
    assert_eq!(events[0].shown()[1].after, "Ada 1");
    events[0].side.retain(|side| side.name != "changes.1.after");
    let shown = events[0].shown();
    assert_eq!(
        (&shown[1].before, &shown[1].after, shown[1].redacted),
        (&Value::from("Ada"), &Value::Null, true)
    );
    assert_eq!(
        (&shown[0].after, shown[0].redacted),
        (&Value::from("Title 1"), false)
    );
    assert_eq!(walk(&events, &end).unwrap().redacted, 1);
}

#[test]
fn aud_2_a_title_that_looks_like_a_stand_in_is_none() {
    let changes = [FieldChange::plain("title", Value::Null, "0".repeat(64))];
    let (mut events, _) = chain(1);
    events[0].changes = audit::seal(&changes, None, Vec::new).0.to_string();
    events[0].side.clear();
    let shown = events[0].shown();
    assert_eq!(
        (shown[0].after.as_str().map(str::len), shown[0].redacted),
        (Some(64), false)
    );
}

#[test]
fn aud_2_a_changed_client_address_breaks_the_chain_there() {
    let (mut events, end) = chain(3);
    events[1].side[2].value = "\"192.0.2.8\"".to_owned();
    assert_eq!(
        walk(&events, &end).unwrap_err(),
        broken(2, AuditBreakKind::ValueAltered)
    );
    events[1].side.pop();
    assert_eq!(
        walk(&events, &end).map(|walk| walk.redacted),
        Ok(1),
        "an erased address is counted"
    );
}

#[test]
fn aud_2_an_address_that_nobody_wrote_breaks_the_chain_there() {
    let (mut events, mut end) = chain(1);
    events[0].client = None;
    let side = events[0].side.pop().unwrap();
    events[0].hash = events[0]
        .hash_after(&GENESIS, Form::Whole)
        .unwrap()
        .to_vec();
    end.recorded.hash.clone_from(&events[0].hash);
    assert!(walk(&events, &end).is_ok());
    events[0].side.push(side);
    assert_eq!(
        walk(&events, &end).unwrap_err(),
        broken(1, AuditBreakKind::ValueAltered)
    );
}

#[test]
fn aud_2_events_that_were_written_before_the_chain_covered_clients_hold() {
    let (mut events, end) = chain_of(5, |number| {
        if number < 4 {
            Form::WithoutClient
        } else {
            Form::Whole
        }
    });
    assert_eq!(
        walk(&events, &end).map(|walk| (walk.verified, walk.redacted)),
        Ok((5, 0))
    );
    let forms: Vec<bool> = events
        .iter()
        .map(|event| {
            event
                .content(Some(&GENESIS))
                .unwrap()
                .get("client")
                .is_some()
        })
        .collect();
    assert_eq!(
        forms,
        [false, true, true, true, true],
        "after another hash the form is unknown"
    );
    events[2].client = Some("0".repeat(64));
    assert_eq!(
        walk(&events, &end).unwrap_err(),
        broken(3, AuditBreakKind::EventAltered)
    );
    events[2].client = None;
    events[3].actor_kind = "OPERATOR".to_owned();
    assert_eq!(
        walk(&events, &end).unwrap_err(),
        broken(4, AuditBreakKind::EventAltered)
    );
}

proptest! {
    #[test]
    fn aud_2_whatever_is_done_to_one_event_breaks_the_chain_there(length in 1_usize..12, index in 0_usize..12, what in 0_u8..12) {
        let index = index % length;
        let (mut events, end) = chain(i64::try_from(length).unwrap());
        let event = &mut events[index];
        match what {
            0 => event.kind.push('X'),
            1 => event.at += chrono::Duration::microseconds(1),
            2 => event.effective_at -= chrono::Duration::microseconds(1),
            3 => event.subject_id = None,
            4 => event.request_id.clear(),
            5 => event.changes = event.changes.replace("Title", "Titel"),
            6 => event.changes = "{".to_owned(),
            7 => event.hash[31] ^= 1,
            8 => event.actor_kind = "OPERATOR".to_owned(),
            9 => event.client = None,
            10 => event.client = Some(audit::salted_hash(&[7], "\"192.0.2.8\"")),
            _ => event.actor_account_id = Some(uuid::Uuid::from_u128(9).into()),
        }
        prop_assert_eq!(walk(&events, &end).unwrap_err(), broken(index + 1, AuditBreakKind::EventAltered));
    }

    #[test]
    fn aud_2_a_changed_value_breaks_the_chain_there(length in 1_usize..9, index in 0_usize..9, salt: bool) {
        let index = index % length;
        let (mut events, end) = chain(i64::try_from(length).unwrap());
        let side = &mut events[index].side[1];
        if salt { side.salt[0] ^= 1 } else { side.value = "\"Eve\"".to_owned() }
        prop_assert_eq!(walk(&events, &end).unwrap_err(), broken(index + 1, AuditBreakKind::ValueAltered));
    }

    #[test]
    fn aud_2_a_missing_event_is_told_by_its_number(length in 1_usize..12, index in 0_usize..12) {
        let index = index % length;
        let (mut events, end) = chain(i64::try_from(length).unwrap());
        events.remove(index);
        prop_assert_eq!(walk(&events, &end).unwrap_err(), broken(index + 1, AuditBreakKind::EventMissing));
    }

    #[test]
    fn aud_2_swapped_events_break_the_chain(length in 2_usize..12, one in 0_usize..12, other in 0_usize..12) {
        let (one, other) = (one % length, other % length);
        prop_assume!(one != other);
        let (mut events, end) = chain(i64::try_from(length).unwrap());
        events.swap(one, other);
        let numbers: Vec<i64> = (1..).take(length).collect();
        events.iter_mut().zip(numbers).for_each(|(event, number)| event.sequence = number);
        prop_assert_eq!(walk(&events, &end).unwrap_err(), broken(one.min(other) + 1, AuditBreakKind::EventAltered));
    }

    #[test]
    fn aud_2_erased_values_are_counted_and_break_nothing(erased in prop::collection::vec(any::<bool>(), 1..12)) {
        let (mut events, end) = chain(i64::try_from(erased.len()).unwrap());
        for (event, erased) in events.iter_mut().zip(&erased) {
            if *erased { event.side.clear() }
        }
        let walk = walk(&events, &end).unwrap();
        // The name before and after, and the client's address.
        let expected = 3 * erased.iter().filter(|erased| **erased).count() as u64;
        prop_assert_eq!((walk.verified, walk.redacted), (erased.len() as u64, expected));
    }
}
