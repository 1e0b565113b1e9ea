//! Themes changed by two at once (R4): both are answered as if one came after the other (THEME-2).

use serde_json::json;

use super::{create, new, slugs, themes_of_datasets, with};
use crate::support::on_both;

on_both!(threads: theme_2_of_two_who_make_the_same_label_one_is_told_it_is_taken, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    for round in 0..10 {
        let input = new(&ws, &format!("Round {round}"));
        let answers = app
            .at_once(
                (session.as_str(), "createDatasetTheme", input.clone()),
                (ada.key.as_str(), "createDatasetTheme", input),
            )
            .await;
        let mut errors: Vec<_> = answers.iter().map(|answer| answer.as_ref().unwrap().errors()).collect();
        errors.sort();
        assert_eq!(errors, [vec![], vec!["TAKEN labels.0.text".to_owned()]], "round {round}");
    }
    let all: Vec<String> = (0..10).map(|round| format!("round-{round}")).collect();
    assert_eq!(slugs(app, &ada.key, &ws).await, all);
});

on_both!(threads: theme_2_of_two_labels_with_one_slug_one_gets_a_number, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    let answers = app
        .at_once(
            (session.as_str(), "createDatasetTheme", new(&ws, "Parks")),
            (ada.key.as_str(), "createDatasetTheme", new(&ws, "Parks!")),
        )
        .await;
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap().errors().is_empty()));
    assert_eq!(slugs(app, &ada.key, &ws).await, ["parks", "parks-2"]);
});

on_both!(threads: theme_2_a_dataset_is_made_with_a_theme_that_is_being_deleted, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    create(app, &ada.key, &ws, "Rest").await;
    for round in 0..12 {
        let theme = create(app, &ada.key, &ws, &format!("Round {round}")).await;
        let slug = format!("round-{round}");
        let deletion = json!({ "id": theme, "replacement": null });
        let creation = json!({
            "workspaceId": ws.id.to_string(), "identifier": format!("set-{round:02}"), "title": "Set", "theme": slug,
        });
        let mut calls = [
            (session.as_str(), "deleteDatasetTheme", deletion),
            (ada.key.as_str(), "createDataset", creation),
        ];
        if round % 2 == 1 {
            calls.reverse();
        }
        let [one, other] = calls;
        let mut answers = app.at_once(one, other).await;
        if round % 2 == 1 {
            answers.reverse();
        }
        let [deleted, created] = answers.map(Result::unwrap);
        assert_eq!(deleted.errors(), [""; 0], "round {round}");
        if created.errors().is_empty() {
            assert_eq!(deleted.0["changedDatasets"], 1, "it came first");
        } else {
            assert_eq!(created.errors(), ["UNKNOWN_THEME theme"]);
            assert_eq!(deleted.0["changedDatasets"], 0);
        }
    }
    let themes = themes_of_datasets(app, &ada.key, &ws).await;
    assert!(themes.iter().all(|(_, theme)| theme.is_null()), "none is left behind: {themes:?}");
});

on_both!(threads: theme_2_two_deletions_that_name_each_other_leave_one, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    for round in 0..6 {
        let one = create(app, &ada.key, &ws, &format!("One {round}")).await;
        let other = create(app, &ada.key, &ws, &format!("Other {round}")).await;
        let answers = app
            .at_once(
                (session.as_str(), "deleteDatasetTheme", json!({ "id": one, "replacement": other })),
                (ada.key.as_str(), "deleteDatasetTheme", json!({ "id": other, "replacement": one })),
            )
            .await;
        let mut errors: Vec<_> = answers.iter().map(|answer| answer.as_ref().unwrap().errors()).collect();
        errors.sort();
        assert_eq!(errors, [vec![], vec!["NOT_FOUND replacement".to_owned()]], "round {round}");
    }
    assert_eq!(slugs(app, &ada.key, &ws).await.len(), 6);
});

on_both!(threads: theme_2_places_stay_without_gaps_while_two_move, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    let mut ids = Vec::new();
    for label in ["a", "b", "c", "d", "e"] {
        ids.push(create(app, &ada.key, &ws, label).await);
    }
    for round in 0..10_usize {
        let place = |theme: usize, place: usize| json!({ "id": ids[theme % 5], "place": place % 5 + 1 });
        let answers = app
            .at_once(
                (session.as_str(), "updateDatasetTheme", place(round, round * 3)),
                (ada.key.as_str(), "updateDatasetTheme", with(&place(round + 2, round * 2), json!({ "icon": "leaf" }))),
            )
            .await;
        assert!(answers.iter().all(|answer| answer.as_ref().unwrap().errors().is_empty()));
        for place in 1..=5 {
            let rows = app.count(&format!("dataset_theme WHERE place = {place}")).await;
            assert_eq!(rows, 1, "place {place} in round {round}");
        }
    }
});
