//! The size of answers (A5): long texts are bounded, whatever names they are asked for under.

use serde_json::json;

use crate::support::on_both;

on_both!(a5_the_long_texts_of_an_answer_are_bounded, |app| {
    let (ws, ada) = app.portal().await;
    for number in 0..4 {
        let page = app
            .page(&ws, &format!("page-{number}"), &ada, true, true)
            .await;
        let update = json!({ "id": page.to_string(), "content": "x".repeat(50_000) });
        let done = app.mutate(&ada.key, "updatePage", update).await;
        assert_eq!(done.errors(), [""; 0]);
    }
    let query = |names: usize| {
        let fields: String = (0..names)
            .map(|name| format!("a{name}: content "))
            .collect();
        format!("{{ workspace(slug: \"riverton\") {{ pages {{ nodes {{ id {fields} }} }} }} }}")
    };
    let one = app.post(None, &query(1), json!({})).await;
    let nodes = one.data()["workspace"]["pages"]["nodes"]
        .as_array()
        .unwrap();
    assert!(
        nodes
            .iter()
            .all(|page| page["a0"].as_str().unwrap().len() == 50_000)
    );
    let many = app.post(None, &query(49), json!({})).await;
    assert_eq!(many.codes()[0], "BAD_USER_INPUT");
    let message = many.body["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("8 MB"), "{message}");
    assert!(many.body.to_string().len() < 9 << 20);
    let pages = many.body["data"]["workspace"]["pages"]["nodes"]
        .as_array()
        .unwrap();
    assert_eq!(pages.len(), 4, "the rest of the answer is there");
});
