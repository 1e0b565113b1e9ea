//! The catalogue of permissions (PERM-1).

use concierge::domain::permission::Permission;
use serde_json::json;

use crate::support::on_both;

on_both!(perm_1_the_catalogue_in_three_languages, |app| {
    let query = "query ($l: Locale) { permissionCatalogue(locale: $l) { group label color icon permissions { permission label description sections } } }";
    let mut labels = Vec::new();
    for locale in [json!("EN"), json!("FR"), json!("NL"), json!(null)] {
        let answer = app.post(None, query, json!({ "l": locale })).await;
        let groups = answer.data()["permissionCatalogue"].as_array().unwrap();
        let names: Vec<&str> = groups
            .iter()
            .map(|group| group["group"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["DOMAIN", "DATASET", "PAGE", "ANALYTICS", "REUSES"]);
        let all: Vec<&str> = groups
            .iter()
            .flat_map(|group| group["permissions"].as_array().unwrap())
            .map(|info| info["permission"].as_str().unwrap())
            .collect();
        assert_eq!(
            all,
            Permission::ALL
                .iter()
                .map(|permission| permission.as_str())
                .collect::<Vec<_>>()
        );
        labels.push(groups[2]["permissions"][1]["label"].clone());
        assert_eq!(
            groups[2]["permissions"][1]["sections"],
            json!(["PAGES", "ASSETS"])
        );
    }
    assert_eq!(
        labels,
        [
            "Edit all pages",
            "Modifier toutes les pages",
            "Alle pagina's bewerken",
            "Edit all pages"
        ]
    );
});

on_both!(perm_1_the_catalogue_speaks_the_viewers_language, |app| {
    let ws = app.workspace("riverton").await;
    let bob = app.member(&ws, "Bob Bare").create().await;
    app.sql(
        "UPDATE account SET locale = 'NL' WHERE id = $1",
        vec![bob.account.0.into()],
    )
    .await;
    let query = "{ permissionCatalogue { permissions { label } } }";
    for credential in [bob.key.clone(), app.session(bob.account).await] {
        let answer = app.post(Some(&credential), query, json!({})).await;
        assert_eq!(
            answer.data()["permissionCatalogue"][2]["permissions"][1]["label"],
            "Alle pagina's bewerken"
        );
    }
});
