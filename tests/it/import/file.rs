//! Files that cannot be read, and lines that cannot (IMPORT-4). The reader's own tests have the rest.

use serde_json::json;

use super::{OPENDATASOFT, import, of_file};
use crate::support::on_both;

on_both!(import_4_a_file_of_another_form_is_refused_whole, |app| {
    let (ws, ada) = app.portal().await;
    let before = app.footprint().await;
    for (csv, line) in [
        ("", "1"),
        ("name,mail\nAda,a@example.org\n", "1"),
        ("email,permission,groups\na@example.org,,\n", "1"),
        ("email|permissions|groups\na@example.org||\n", "1"),
        ("\r\n\r\nemail,role\r\n", "3"),
        (
            "email,permissions,groups\na@example.org,,\nb\u{0}@example.org,,\n",
            "3",
        ),
    ] {
        let done = import(app, &ada.key, &ws, csv, json!({})).await;
        let error = &done.0["errors"][0];
        assert_eq!(
            (&error["code"], &error["path"]),
            (&json!("INVALID_CSV"), &json!(["csv", line])),
            "{csv:?}"
        );
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(&format!("line {line} ")), "{message}");
        assert_eq!(done.0["results"], json!([]));
    }
    assert!(app.footprint().await == before);
});

on_both!(import_4_every_usual_form_is_read, |app| {
    let (ws, ada) = app.portal().await;
    for (index, (delimiter, end, mark)) in [
        (",", "\n", ""),
        (";", "\r\n", "\u{feff}"),
        ("\t", "\r\n", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let header = OPENDATASOFT.replace(',', delimiter);
        let cells = [
            "ida",
            "\"Ida \"\"the\"\" first\"",
            "Holm",
            &format!("\"ida{index}@example.org\""),
            "\"edit_page, edit_reuse\"",
            "",
            "",
            "",
        ];
        let csv = format!("{mark}{header}{end}{}{end}", cells.join(delimiter));
        let done = import(app, &ada.key, &ws, &csv, json!({})).await;
        assert_eq!(done.became(), ["INVITED"], "{csv:?}");
        let invitation = &done.0["results"][0]["invitation"];
        assert_eq!(invitation["givenName"], "Ida \"the\" first");
    }
});

on_both!(import_4_a_bad_line_stops_no_other, |app| {
    let (ws, ada) = app.portal().await;
    let csv = "email,first_name,permissions,groups,access_ends_at,is_active\n\
               a@example.org,,,,,\n\
               b@example.org,too,few\n\
               c@example.org,,fly,,,\n\
               nobody,,,,,\n\
               d@example.org,www.evil.example,,,,\n\
               e@example.org,,,,tomorrow,\n\
               f@example.org,,,,2020-01-01T00:00:00Z,\n\
               g@example.org,,,,,false\n\
               h@example.org,=1+1,,,,\n\
               +i@example.org,@i,,,,true\n\
               j@example.org,,,\"open\n\
               k@example.org,,,,,\n";
    let done = import(app, &ada.key, &ws, csv, json!({})).await;
    let expected = [
        "INVITED",
        "INVALID_CSV",
        "UNKNOWN_PERMISSION",
        "INVALID_EMAIL",
        "CONTAINS_LINK",
        "INVALID_DATE",
        "ENDS_IN_PAST",
        "NOT_ACTIVE",
        "INVITED",
        "INVITED",
        "INVALID_CSV",
    ];
    assert_eq!(done.became(), expected);
    let results = done.0["results"].as_array().unwrap();
    assert_eq!(
        (&results[1]["line"], &results[10]["line"]),
        (&json!(3), &json!(12))
    );
    for item in results {
        assert_eq!(
            item["message"].is_string(),
            item["code"].is_string(),
            "{item}"
        );
    }
    // Cells are text: nothing is done to them on the way in.
    assert_eq!(results[8]["invitation"]["givenName"], "=1+1");
    assert_eq!(results[9]["invitation"]["email"], "+i@example.org");
    assert_eq!(app.count("invitation").await, 3);
});

on_both!(import_3_a_call_takes_a_thousand_lines, |app| {
    let (ws, ada) = app.portal().await;
    let file = |lines: usize| {
        let lines: String = (0..lines)
            .map(|number| format!("p{number}@example.org,,\n"))
            .collect();
        format!("email,permissions,groups\n{lines}")
    };
    let refused = app
        .try_mutate(
            &ada.key,
            "importMembers",
            of_file(&ws, &file(1_001), json!({})),
        )
        .await;
    assert_eq!(refused.codes(), ["BAD_USER_INPUT"]);
    assert_eq!(app.count("invitation").await, 0);
    let done = import(app, &ada.key, &ws, &file(1_000), json!({})).await;
    assert!(done.became().iter().all(|became| *became == "INVITED"));
    assert_eq!(app.count("invitation").await, 1_000);
});
