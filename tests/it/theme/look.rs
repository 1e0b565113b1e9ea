//! `updateTheme` and `Workspace.theme` (THEME-1).

use concierge::domain::{
    permission::{Permission, Preset},
    vocabulary::AccessMode,
};
use serde_json::{Value, json};

use super::with;
use crate::support::{TestApp, on_both, world::Ws};

const LOOK: &str = "query($ws: ID!) { workspace(id: $ws) { theme { colors { name value } logoUrl faviconUrl font contrast \
     contrastWarning } } }";

async fn look(app: &TestApp, credential: Option<&str>, ws: &Ws) -> Value {
    let answer = app
        .post(credential, LOOK, json!({ "ws": ws.id.to_string() }))
        .await;
    answer.data()["workspace"]["theme"].clone()
}

fn colors(colors: &[(&str, &str)]) -> Value {
    let color = |(name, value): &(&str, &str)| json!({ "name": name, "value": value });
    colors.iter().map(color).collect()
}

on_both!(theme_1_a_look_is_set_field_by_field, |app| {
    let (ws, ada) = app.portal().await;
    let empty = json!({ "colors": [], "logoUrl": null, "faviconUrl": null, "font": null, "contrast": null,
        "contrastWarning": null });
    assert_eq!(look(app, Some(&ada.key), &ws).await, empty);
    let id = ws.id.to_string();
    let all = json!({
        "workspaceId": id, "colors": colors(&[(" Text ", "#1F2933"), ("Fond d’écran", "#abcdef"), ("background", "#ffffff")]),
        "logoUrl": " https://Riverton.example/logo.svg ", "faviconUrl": "https://riverton.example/a\"b.png",
        "font": "Source  Sans 3",
    });
    let done = app.rehearsed(&ada.key, "updateTheme", all).await;
    let wanted = json!({
        "colors": colors(&[("Text", "#1f2933"), ("Fond d’écran", "#abcdef"), ("background", "#ffffff")]),
        "logoUrl": "https://riverton.example/logo.svg", "faviconUrl": "https://riverton.example/a%22b.png",
        "font": "Source Sans 3", "contrast": 14.75, "contrastWarning": null,
    });
    assert_eq!(done.0["theme"], wanted);
    assert_eq!(look(app, Some(&ada.key), &ws).await, wanted);
    let events = app.events(&ws).await;
    let last = events.last().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.subject_id.as_deref()),
        ("THEME_UPDATED", Some(id.as_str()))
    );
    // What is given changes, null clears, what is absent stays.
    let some = json!({ "workspaceId": id, "logoUrl": null, "font": "Inter" });
    let done = app.rehearsed(&ada.key, "updateTheme", some.clone()).await;
    let fields: Vec<&str> = done.0["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["logoUrl", "font"]);
    assert_eq!(
        done.0["theme"],
        with(&wanted, json!({ "logoUrl": null, "font": "Inter" }))
    );
    let before = app.footprint().await;
    let again = app.mutate(&ada.key, "updateTheme", some).await;
    assert_eq!(again.0["changes"], json!([]));
    assert_eq!(app.footprint().await, before, "nothing changes twice");
    let none = json!({ "workspaceId": id, "colors": null, "faviconUrl": "", "font": " " });
    let cleared = app.mutate(&ada.key, "updateTheme", none).await;
    assert_eq!(cleared.0["theme"], empty);
});

on_both!(
    theme_1_little_contrast_is_warned_of_and_not_refused,
    |app| {
        let (ws, ada) = app.portal().await;
        for (text, background, contrast, warns) in [
            ("#777777", "#ffffff", json!(4.47), true),
            ("#767676", "#FFFFFF", json!(4.54), false),
            ("#000000", "#ffffff", json!(21.0), false),
            ("#123456", "#123456", json!(1.0), true),
        ] {
            let input = json!({
                "workspaceId": ws.id.to_string(),
                "colors": colors(&[("TEXT", text), ("Background", background), ("primary", "#ff0000")]),
            });
            let done = app.mutate(&ada.key, "updateTheme", input).await;
            assert_eq!(done.errors(), [""; 0]);
            let theme = &done.0["theme"];
            assert_eq!(theme["contrast"], contrast, "{text} on {background}");
            assert_eq!(!theme["contrastWarning"].is_null(), warns, "{theme}");
        }
        let lonely =
            json!({ "workspaceId": ws.id.to_string(), "colors": colors(&[("text", "#777777")]) });
        let done = app.mutate(&ada.key, "updateTheme", lonely).await;
        assert_eq!(
            (
                &done.0["theme"]["contrast"],
                &done.0["theme"]["contrastWarning"]
            ),
            (&Value::Null, &Value::Null)
        );
    }
);

on_both!(theme_1_the_warning_is_in_the_viewer_s_language, |app| {
    let (ws, ada) = app.portal().await;
    let input = json!({
        "workspaceId": ws.id.to_string(), "colors": colors(&[("text", "#777777"), ("background", "#ffffff")]),
    });
    app.mutate(&ada.key, "updateTheme", input).await;
    let mut said = Vec::new();
    for locale in ["EN", "FR", "NL"] {
        let sql = "UPDATE account SET locale = $1 WHERE id = $2";
        app.sql(sql, vec![locale.into(), ada.account.0.into()])
            .await;
        let session = app.session_of(ada.account).await;
        let theme = look(app, Some(&session), &ws).await;
        said.push(theme["contrastWarning"].as_str().unwrap().to_owned());
    }
    assert!(said[0].contains("4.47") && said[0].contains("contrast between text"));
    assert!(said[1].contains("4,47") && said[1].contains("contraste"));
    assert!(said[2].contains("4,47") && said[2].contains("achtergrond"));
});

on_both!(theme_1_bad_values_are_typed_and_leave_nothing, |app| {
    let (ws, ada) = app.portal().await;
    let own = json!({ "workspaceId": ws.id.to_string(), "font": "Inter" });
    app.mutate(&ada.key, "updateTheme", own.clone()).await;
    let before = app.footprint().await;
    let url = |path: &str, url: &str| (path.to_owned(), json!({ path: url }));
    let color = |name: &str, value: &str| json!({ "colors": [{ "name": name, "value": value }] });
    let mut wrong: Vec<(String, Value)> = Vec::new();
    for value in [
        "",
        "red",
        "#fff",
        "ffffff",
        "#ffffffff",
        "#gggggg",
        "#ffffff;",
        "rgb(1,2,3)",
        "#12\u{0}345",
        "url(https://x.example)",
        "expression(alert(1))",
    ] {
        wrong.push((
            "INVALID_COLOR colors.0.value".to_owned(),
            color("text", value),
        ));
    }
    for (name, code) in [
        ("", "TOO_SHORT"),
        (" \u{200b} ", "TOO_SHORT"),
        (&"x".repeat(41), "TOO_LONG"),
        ("a\u{7}b", "INVALID_CHARACTERS"),
        ("a\nb", "INVALID_CHARACTERS"),
    ] {
        wrong.push((format!("{code} colors.0.name"), color(name, "#ffffff")));
    }
    let twice = colors(&[
        ("Text", "#ffffff"),
        ("link", "#000000"),
        ("TEXT", "#ffffff"),
    ]);
    wrong.push((
        "DUPLICATE colors.2.name".to_owned(),
        json!({ "colors": twice }),
    ));
    for path in ["logoUrl", "faviconUrl"] {
        for address in [
            "http://riverton.example/logo.svg",
            "javascript:alert(1)",
            "JavaScript://riverton.example/%0aalert(1)",
            "data:image/svg+xml,<svg/>",
            "//riverton.example/logo.svg",
            "/logo.svg",
            "logo",
            "https://",
            "https:riverton.example",
            "https://ada:secret@riverton.example/",
        ] {
            let (path, input) = url(path, address);
            wrong.push((format!("INVALID_HTTPS_URL {path}"), input));
        }
        let (_, input) = url(
            path,
            &format!("https://riverton.example/{}", "x".repeat(2_000)),
        );
        wrong.push((format!("TOO_LONG {path}"), input));
        for address in [
            "https://riverton.example/\u{0}",
            "https://river\nton.example/",
        ] {
            let (path, input) = url(path, address);
            wrong.push((format!("INVALID_CHARACTERS {path}"), input));
        }
    }
    for font in [
        "Inter; } body {",
        "\"Inter\"",
        "a\u{0}b",
        "url(x)",
        "a\\b",
        "<script>",
    ] {
        wrong.push((
            "INVALID_CHARACTERS font".to_owned(),
            json!({ "font": font }),
        ));
    }
    wrong.push((
        "TOO_LONG font".to_owned(),
        json!({ "font": "x".repeat(101) }),
    ));
    for (error, change) in wrong {
        let input = with(&own, change);
        let refused = app.mutate(&ada.key, "updateTheme", input.clone()).await;
        assert_eq!(
            (refused.errors(), &refused.0["theme"]),
            (vec![error], &Value::Null),
            "{input}"
        );
    }
    // Every fault at once.
    let all = json!({ "colors": colors(&[("", "red")]), "logoUrl": "ftp://x", "font": ";" });
    let refused = app.mutate(&ada.key, "updateTheme", with(&own, all)).await;
    let mut errors = refused.errors();
    errors.sort();
    assert_eq!(
        errors,
        [
            "INVALID_CHARACTERS font",
            "INVALID_COLOR colors.0.value",
            "INVALID_HTTPS_URL logoUrl",
            "TOO_SHORT colors.0.name"
        ]
    );
    let name = |number: usize| (format!("c{number}"), "#000000");
    let many = |number: usize| -> Value {
        let names: Vec<_> = (0..number).map(name).collect();
        let named: Vec<_> = names
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        json!({ "colors": colors(&named) })
    };
    for input in [
        with(&own, many(13)),
        json!({ "workspaceId": ada.id.to_string() }),
    ] {
        let refused = app.try_mutate(&ada.key, "updateTheme", input).await;
        assert_eq!(refused.refusal(), "BAD_USER_INPUT");
    }
    assert_eq!(app.footprint().await, before);
    let twelve = app
        .mutate(&ada.key, "updateTheme", with(&own, many(12)))
        .await;
    assert_eq!(twelve.0["theme"]["colors"].as_array().unwrap().len(), 12);
});

on_both!(theme_1_the_look_is_changed_by_who_manages_it, |app| {
    let (ws, ada) = app.portal().await;
    let other = app.workspace("lakeside").await;
    let manages = Permission::ManageWorkspaceTheme;
    let may = app.member(&ws, "Mae May").with(manages).create().await;
    let designer = app.member(&ws, "Des Igner").preset(Preset::Designer);
    let designer = designer.create().await;
    let ewp = app
        .member(&ws, "Ewa Props")
        .with(Permission::EditWorkspaceProperties);
    let ewp = ewp.create().await;
    let elsewhere = app.administrator(&other, "Otto Out").await;
    let narrowed = app
        .member(&ws, "Nar Row")
        .with(manages)
        .scoped(&[Permission::BrowseAnalytics]);
    let narrowed = narrowed.create().await;
    let stopped = app
        .member(&ws, "Dis Abled")
        .with(manages)
        .disabled()
        .create()
        .await;
    let input = json!({ "workspaceId": ws.id.to_string(), "font": "Inter", "dryRun": true });
    for key in [&ada.key, &may.key, &designer.key] {
        assert_eq!(
            app.mutate(key, "updateTheme", input.clone()).await.errors(),
            [""; 0]
        );
    }
    let (elsewhere, stopped) = (
        app.session_of(elsewhere.account).await,
        app.session_of(stopped.account).await,
    );
    for credential in [&ewp.key, &narrowed.key, &elsewhere, &stopped] {
        let refused = app
            .try_mutate(credential, "updateTheme", input.clone())
            .await;
        assert_eq!(refused.refusal(), "FORBIDDEN");
        let required = &refused.body["errors"][0]["extensions"]["requiredPermission"];
        assert_eq!(required, "MANAGE_WORKSPACE_THEME");
    }
});

on_both!(theme_1_the_look_is_seen_by_who_may_enter, |app| {
    let outsider = app.outsider("Otto Out").await;
    for (slug, mode) in [
        ("open", AccessMode::Public),
        ("closed", AccessMode::Private),
    ] {
        let ws = app.workspace_with(slug, mode, None).await;
        let ben = app.member(&ws, &format!("Ben {slug}")).create().await;
        let may = app.administrator(&ws, &format!("Ada {slug}")).await;
        let input = json!({ "workspaceId": ws.id.to_string(), "font": "Inter" });
        app.mutate(&may.key, "updateTheme", input).await;
        assert_eq!(look(app, Some(&ben.key), &ws).await["font"], "Inter");
        for (credential, code) in [(None, "UNAUTHENTICATED"), (Some(&outsider), "FORBIDDEN")] {
            let credential = credential.map(String::as_str);
            let answer = app
                .post(credential, LOOK, json!({ "ws": ws.id.to_string() }))
                .await;
            let shown = &answer.body["data"]["workspace"]["theme"];
            if mode == AccessMode::Public {
                assert_eq!(shown["font"], "Inter");
            } else {
                assert_eq!((shown, answer.codes()), (&Value::Null, vec![code]));
            }
        }
    }
});
