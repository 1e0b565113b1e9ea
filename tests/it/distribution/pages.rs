//! Pages: their copies are read there, and follow in everything (DIST-2).

use serde_json::{Value, json};

use super::{Family, change, id, input, pages, pairs};
use crate::support::on_both;

on_both!(dist_2_a_page_follows_in_everything, |app| {
    let family = Family::of(app).await;
    let (world, tess) = (&family.world, &family.tess);
    let about = app
        .page(&world.main, "about", &world.ada, true, true)
        .await
        .to_string();
    let input_of = pairs(std::slice::from_ref(&about), &[&family.harbour]);
    let done = app
        .rehearsed(&world.ada.key, "distributePages", input_of.clone())
        .await;
    assert_eq!(done.became(), ["DISTRIBUTED"]);
    let copy = pages(app, tess, &family.harbour).await.remove(0);
    assert_eq!(
        (&copy["slug"], &copy["isPublished"]),
        (&json!("about"), &json!(true))
    );
    assert_eq!(
        (&copy["isDistributed"], &copy["owner"]),
        (&json!(true), &Value::Null)
    );
    let text = json!({ "title": "About us", "content": "# Hello", "published": false });
    change(app, &world.ada, "updatePage", &about, text).await;
    let copy = pages(app, tess, &family.harbour).await.remove(0);
    assert_eq!(
        (&copy["title"], &copy["content"]),
        (&json!("About us"), &json!("# Hello"))
    );
    assert_eq!(copy["isPublished"], false);
    let security = json!({ "security": "RESTRICTED" });
    change(app, &world.ada, "setPageSecurity", &about, security).await;
    assert_eq!(
        pages(app, tess, &family.harbour).await[0]["security"],
        "RESTRICTED"
    );
    // Nothing of it is edited there; it is deleted there, or withdrawn.
    let before = app.footprint().await;
    let copy = id(&copy);
    for (mutation, more) in [
        ("updatePage", json!({ "title": "Ours" })),
        ("updatePage", json!({ "published": true })),
        ("setPageSecurity", json!({ "security": "OPEN" })),
    ] {
        let done = app.mutate(&tess.key, mutation, input(&copy, more)).await;
        assert_eq!(done.errors(), ["COPY id"], "{mutation}");
    }
    assert_eq!(app.footprint().await, before);
    let done = app
        .rehearsed(&world.ada.key, "withdrawPages", input_of.clone())
        .await;
    assert_eq!(done.became(), ["WITHDRAWN"]);
    app.mutate(&world.ada.key, "distributePages", input_of.clone())
        .await;
    let copy = id(&pages(app, tess, &family.harbour).await[0]);
    change(app, tess, "deletePage", &copy, json!({})).await;
    assert_eq!(pages(app, tess, &family.harbour).await, Vec::<Value>::new());
    // A slug that is taken there.
    app.page(&family.harbour, "contact", tess, true, true).await;
    let contact = app
        .page(&world.main, "contact", &world.ada, true, true)
        .await
        .to_string();
    let done = family
        .call(app, "distributePages", &[contact], &[&family.harbour])
        .await;
    assert_eq!(done.became(), ["TAKEN"]);
});
