//! How many datasets of how many records there may be (QUOTA-6).

use async_graphql::futures_util::future::join_all;
use concierge::domain::{
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::{AccessMode, QuotaScope as S, QuotaType as Q},
};
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

const DATASETS: (Q, Option<concierge::domain::vocabulary::QuotaPeriod>) = (Q::Datasets, None);
const RECORDS: (Q, Option<concierge::domain::vocabulary::QuotaPeriod>) =
    (Q::RecordsPerDataset, None);

/// Makes a dataset; what is wrong about it.
async fn make(
    app: &TestApp,
    ws: &Ws,
    member: &Member,
    identifier: &str,
    records: i64,
) -> Vec<String> {
    let input = json!({ "workspaceId": ws.id.to_string(), "identifier": identifier, "title": "T", "recordCount": records });
    app.mutate(&member.key, "createDataset", input)
        .await
        .errors()
}

const FULL: &str = "QUOTA_EXCEEDED workspaceId";
const TOO_MANY: &str = "QUOTA_EXCEEDED recordCount";

on_both!(
    quota_6_a_members_own_limit_of_datasets_counts_what_exists,
    |app| {
        let (ws, ada) = app.portal().await;
        let ed = app
            .member(&ws, "Ed Itor")
            .preset(Preset::Editor)
            .create()
            .await;
        app.quota(&ws, S::Default, None, DATASETS, 1).await;
        assert_eq!(make(app, &ws, &ed, "one", 0).await, [""; 0]);
        let before = app.footprint().await;
        assert_eq!(make(app, &ws, &ed, "two", 0).await, [FULL]);
        assert_eq!(app.footprint().await, before);
        // A group's value replaces the default, the member's own replaces both.
        let group = app.group(&ws, "Wardens", &[]).await;
        app.put_into(&ws, group, &ed, Interval::from(app.now()))
            .await;
        app.quota(&ws, S::Group, Some(group.0), DATASETS, 2).await;
        assert_eq!(make(app, &ws, &ed, "two", 0).await, [""; 0]);
        assert_eq!(make(app, &ws, &ed, "three", 0).await, [FULL]);
        app.quota(&ws, S::Member, Some(ed.id.0), DATASETS, 0).await;
        assert_eq!(make(app, &ws, &ed, "three", 0).await, [FULL]);
        // Those of others do not count for the member, nor do deleted ones or those given away.
        assert_eq!(make(app, &ws, &ada, "adas", 0).await, [""; 0]);
        assert_eq!(make(app, &ws, &ada, "adas-second", 0).await, [FULL]);
        let adas = "SELECT id FROM dataset WHERE identifier = 'adas'";
        app.sql(
            &format!("UPDATE dataset SET deleted_at = created_at WHERE id IN ({adas})"),
            vec![],
        )
        .await;
        assert_eq!(make(app, &ws, &ada, "adas-second", 0).await, [""; 0]);
    }
);

on_both!(
    quota_6_cap_and_license_count_local_and_family_datasets,
    |app| {
        let main = app.workspace("riverton").await;
        let second = app
            .workspace_with("riverton-transit", AccessMode::Public, Some(&main))
            .await;
        let ada = app.administrator(&main, "Ada Veldkamp").await;
        let sal = app.administrator(&second, "Sal Second").await;
        app.quota(&second, S::WorkspaceCap, None, DATASETS, 1).await;
        app.quota(&main, S::License, None, DATASETS, 3).await;
        app.bump(&second).await;
        assert_eq!(make(app, &second, &sal, "one", 0).await, [""; 0]);
        assert_eq!(make(app, &second, &sal, "two", 0).await, [FULL], "the cap");
        assert_eq!(make(app, &main, &ada, "one", 0).await, [""; 0]);
        assert_eq!(make(app, &main, &ada, "two", 0).await, [""; 0]);
        assert_eq!(
            make(app, &main, &ada, "three", 0).await,
            [FULL],
            "the license"
        );
    }
);

on_both!(
    quota_6_records_of_one_dataset_are_bounded_and_may_always_be_fewer,
    |app| {
        let ws = app.workspace("riverton").await;
        let ed = app
            .member(&ws, "Ed Itor")
            .preset(Preset::Editor)
            .create()
            .await;
        let ben = app
            .member(&ws, "Ben Okafor")
            .with(Permission::EditAllDatasets)
            .create()
            .await;
        app.quota(&ws, S::Member, Some(ed.id.0), RECORDS, 2_000)
            .await;
        assert_eq!(make(app, &ws, &ed, "big", 2_001).await, [TOO_MANY]);
        let input = json!({ "workspaceId": ws.id.to_string(), "identifier": "trees", "title": "T", "recordCount": 2000 });
        let id = app.mutate(&ed.key, "createDataset", input).await.0["dataset"]["id"].clone();
        let count = async |who: &Member, records: i64| {
            let done = app
                .mutate(
                    &who.key,
                    "updateDataset",
                    json!({ "id": id, "recordCount": records }),
                )
                .await;
            (done.errors(), done.0["dataset"]["recordCount"].clone())
        };
        // The owner's limit counts, whoever sets the number.
        for who in [&ed, &ben] {
            assert_eq!(
                count(who, 2_001).await,
                (vec![TOO_MANY.to_owned()], Value::Null)
            );
        }
        app.sql("UPDATE dataset SET record_count = 5000", vec![])
            .await;
        assert_eq!(count(&ed, 5_001).await.0, [TOO_MANY]);
        assert_eq!(count(&ed, 4_000).await, (vec![], json!(4_000)));
        assert_eq!(count(&ed, 0).await, (vec![], json!(0)));
        app.quota(&ws, S::License, None, RECORDS, 1_000).await;
        assert_eq!(count(&ed, 1_001).await.0, [TOO_MANY], "the license");
        assert_eq!(count(&ed, 1_000).await.1, 1_000);
    }
);

on_both!(
    quota_6_of_two_creations_at_the_limit_exactly_one_wins,
    |app| {
        let main = app.workspace("riverton").await;
        let second = app
            .workspace_with("riverton-transit", AccessMode::Public, Some(&main))
            .await;
        let ada = app.administrator(&main, "Ada Veldkamp").await;
        let sal = app.administrator(&second, "Sal Second").await;
        app.quota(&main, S::License, None, DATASETS, 1).await;
        app.bump(&second).await;
        let attempts = [
            (&main, &ada, "one"),
            (&main, &ada, "two"),
            (&second, &sal, "one"),
            (&second, &sal, "two"),
        ];
        let results =
            join_all(attempts.map(|(ws, member, name)| make(app, ws, member, name, 0))).await;
        assert_eq!(
            results.iter().filter(|errors| errors.is_empty()).count(),
            1,
            "{results:?}"
        );
        assert_eq!(
            results.iter().filter(|errors| **errors == [FULL]).count(),
            3,
            "{results:?}"
        );
    }
);

on_both!(
    ws_4_of_two_creations_of_one_identifier_exactly_one_wins,
    |app| {
        let (ws, ada) = app.portal().await;
        let results = join_all((0..2).map(|_| make(app, &ws, &ada, "trees", 0))).await;
        assert_eq!(
            results.iter().filter(|errors| errors.is_empty()).count(),
            1,
            "{results:?}"
        );
        assert_eq!(
            results
                .iter()
                .filter(|errors| **errors == ["TAKEN identifier"])
                .count(),
            1,
            "{results:?}"
        );
    }
);
