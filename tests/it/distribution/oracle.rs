//! Random distributions, restrictions, changes, withdrawals and deletions against a naive oracle: one
//! that knows nothing of rows, and works out every copy from the list of what was done (DIST-1 to
//! DIST-5).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Family, datasets, id, input, pairs};
use crate::support::{TestApp, on_both};

/// What was done so far, in order.
#[derive(Debug, Clone)]
enum Step {
    Distribute(usize, usize),
    Withdraw(usize, usize),
    Close(usize),
    Open(usize),
    Publish(usize, bool),
    Retitle(usize, String),
    Delete(usize),
    RetitleCopy(usize, usize, Option<String>),
    OpenCopy(usize, usize),
    PublishCopy(usize, usize, bool),
    DeleteCopy(usize, usize),
}

/// What is expected of a copy: title, whether it is published, whether it is open.
type Copy = (String, bool, bool);

/// The copies after these steps: each rule read off the list anew.
fn expected(steps: &[Step], item: usize, place: usize) -> Option<Copy> {
    let (mut title, mut published, mut open) = (format!("set{item}"), true, true);
    let mut copy: Option<(Option<String>, bool, bool)> = None;
    for step in steps {
        match step {
            Step::Distribute(i, p) if (*i, *p) == (item, place) && copy.is_none() => {
                copy = Some((None, false, open));
            }
            Step::Withdraw(i, p) | Step::DeleteCopy(i, p) if (*i, *p) == (item, place) => {
                copy = None
            }
            Step::Delete(i) if *i == item => return None,
            Step::Close(i) if *i == item => {
                open = false;
                copy = copy.map(|(title, published, _)| (title, published, false));
            }
            Step::Open(i) if *i == item => open = true,
            Step::Publish(i, on) if *i == item => published = *on,
            Step::Retitle(i, to) if *i == item => title.clone_from(to),
            Step::RetitleCopy(i, p, to) if (*i, *p) == (item, place) => {
                copy = copy.map(|(_, published, open)| (to.clone(), published, open));
            }
            Step::OpenCopy(i, p) if (*i, *p) == (item, place) => {
                copy = copy.map(|(title, published, _)| (title, published, true));
            }
            Step::PublishCopy(i, p, on) if (*i, *p) == (item, place) => {
                copy = copy.map(|(title, _, open)| (title, *on, open));
            }
            _ => {}
        }
    }
    let (own_title, own_published, own_open) = copy?;
    Some((
        own_title.unwrap_or(title),
        own_published && published,
        own_open,
    ))
}

/// Numbers that are the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: u64) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % most).unwrap()
    }
}

fn step(draw: &mut Draw, number: usize) -> Step {
    let (item, place) = (draw.below(3), draw.below(2));
    match draw.below(16) {
        0..=3 => Step::Distribute(item, place),
        4 => Step::Withdraw(item, place),
        5 => Step::Close(item),
        6 => Step::Open(item),
        7 => Step::Publish(item, draw.below(2) == 0),
        8 | 9 => Step::Retitle(item, format!("Title {number}")),
        10 if number > 30 => Step::Delete(item),
        11 => Step::RetitleCopy(item, place, Some(format!("Own {number}"))),
        12 => Step::RetitleCopy(item, place, None),
        13 => Step::OpenCopy(item, place),
        14 => Step::DeleteCopy(item, place),
        _ => Step::PublishCopy(item, place, draw.below(3) > 0),
    }
}

/// What the portal says of each copy, by item and place.
async fn shown(app: &TestApp, family: &Family) -> BTreeMap<(String, usize), (String, Copy)> {
    let mut copies = BTreeMap::new();
    let places = [
        (&family.tess, &family.harbour),
        (&family.theo, &family.transit),
    ];
    for (place, (by, ws)) in places.into_iter().enumerate() {
        for row in datasets(app, by, ws).await {
            let name = row["identifier"].as_str().unwrap().to_owned();
            let copy = (
                row["title"].as_str().unwrap().to_owned(),
                row["isPublished"] == true,
                row["security"] == "OPEN",
            );
            copies.insert((name, place), (id(&row), copy));
        }
    }
    copies
}

/// Does a step by HTTP. What is done to a copy that is not there, or to a deleted original, is refused
/// and changes nothing.
async fn take(app: &TestApp, family: &Family, ids: &[String], step: &Step) {
    let copies = shown(app, family).await;
    let copy = |item: &usize, place: &usize| {
        let found = copies.get(&(format!("set{item}"), *place));
        found.map(|(id, _)| id.clone())
    };
    let places = [&family.harbour, &family.transit];
    let admins = [&family.tess, &family.theo];
    let ada = &family.world.ada;
    let (by, mutation, input): (_, &str, Value) = match step {
        Step::Distribute(i, p) => (
            ada,
            "distributeDatasets",
            pairs(&ids[*i..=*i], &places[*p..=*p]),
        ),
        Step::Withdraw(i, p) => (
            ada,
            "withdrawDatasets",
            pairs(&ids[*i..=*i], &places[*p..=*p]),
        ),
        Step::Close(i) => (
            ada,
            "setDatasetSecurity",
            input(&ids[*i], json!({ "security": "RESTRICTED" })),
        ),
        Step::Open(i) => (
            ada,
            "setDatasetSecurity",
            input(&ids[*i], json!({ "security": "OPEN" })),
        ),
        Step::Publish(i, true) => (ada, "publishDataset", input(&ids[*i], json!({}))),
        Step::Publish(i, false) => (ada, "unpublishDataset", input(&ids[*i], json!({}))),
        Step::Retitle(i, to) => (
            ada,
            "updateDataset",
            input(&ids[*i], json!({ "title": to })),
        ),
        Step::Delete(i) => (ada, "deleteDataset", input(&ids[*i], json!({}))),
        Step::RetitleCopy(i, p, to) => {
            let Some(copy) = copy(i, p) else { return };
            (
                admins[*p],
                "updateDataset",
                input(&copy, json!({ "title": to })),
            )
        }
        Step::OpenCopy(i, p) => {
            let Some(copy) = copy(i, p) else { return };
            (
                admins[*p],
                "setDatasetSecurity",
                input(&copy, json!({ "security": "OPEN" })),
            )
        }
        Step::PublishCopy(i, p, on) => {
            let Some(copy) = copy(i, p) else { return };
            let mutation = if *on {
                "publishDataset"
            } else {
                "unpublishDataset"
            };
            (admins[*p], mutation, input(&copy, json!({})))
        }
        Step::DeleteCopy(i, p) => {
            let Some(copy) = copy(i, p) else { return };
            (admins[*p], "deleteDataset", input(&copy, json!({})))
        }
    };
    let answer = app.try_mutate(&by.key, mutation, input).await;
    let codes = answer.codes();
    assert!(
        codes.is_empty() || codes == ["NOT_FOUND"],
        "{step:?}: {:#}",
        answer.body
    );
}

async fn run(app: &TestApp, seed: u64) {
    let family = Family::of(app).await;
    let (main, ada) = (&family.world.main, &family.world.ada);
    let mut ids = Vec::new();
    for item in 0..3 {
        let name = format!("set{item}");
        ids.push(app.dataset(main, &name, ada, true, true).await.to_string());
    }
    let (mut draw, mut steps) = (Draw(seed), Vec::new());
    for number in 0..50 {
        let step = step(&mut draw, number);
        take(app, &family, &ids, &step).await;
        steps.push(step);
        let shown = shown(app, &family).await;
        for item in 0..3 {
            for place in 0..2 {
                let copy = shown.get(&(format!("set{item}"), place));
                let copy = copy.map(|(_, copy)| copy.clone());
                let expected = expected(&steps, item, place);
                assert_eq!(copy, expected, "{seed}: {item} in {place} after {steps:?}");
            }
        }
    }
}

on_both!(dist_5_random_steps_agree_with_a_naive_oracle, |app| {
    run(app, 1).await;
});

on_both!(dist_5_other_random_steps_agree_with_a_naive_oracle, |app| {
    run(app, 20_261_201).await;
});
