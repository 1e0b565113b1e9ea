//! Leases: one node at a time does a job, and the next takes over when that one is gone.

use std::time::Duration;

use concierge::service::lease;

use crate::support::on_both;

on_both!(
    time_6_one_node_has_the_lease_and_the_next_takes_it_when_it_ran_out,
    |app| {
        let (one, other) = (
            app.app.deps.ids.uuid(app.now()),
            app.app.deps.ids.uuid(app.now()),
        );
        let deps = &app.app.deps;
        let minute = Duration::from_secs(60);
        assert!(lease::claim(deps, "sweeper", one, minute).await.unwrap());
        assert!(!lease::claim(deps, "sweeper", other, minute).await.unwrap());
        assert!(
            lease::claim(deps, "pruning", other, minute).await.unwrap(),
            "each job has its own"
        );
        app.pass(chrono::Duration::seconds(59));
        assert!(
            lease::claim(deps, "sweeper", one, minute).await.unwrap(),
            "prolonged"
        );
        app.pass(chrono::Duration::seconds(59));
        assert!(!lease::claim(deps, "sweeper", other, minute).await.unwrap());
        app.pass(chrono::Duration::seconds(1));
        assert!(lease::claim(deps, "sweeper", other, minute).await.unwrap());
        lease::release(deps, "sweeper", one).await.unwrap();
        assert!(
            !lease::claim(deps, "sweeper", one, minute).await.unwrap(),
            "who lost it cannot give it back"
        );
        lease::release(deps, "sweeper", other).await.unwrap();
        assert!(lease::claim(deps, "sweeper", one, minute).await.unwrap());
    }
);

on_both!(threads: time_6_of_many_claims_at_once_one_succeeds, |app| {
    let claims = (0..8).map(|_| {
        let deps = app.app.deps.clone();
        let holder = deps.ids.uuid(app.now());
        tokio::spawn(async move { lease::claim(&deps, "sweeper", holder, Duration::from_secs(60)).await.unwrap() })
    });
    let mut won = 0;
    for claim in claims.collect::<Vec<_>>() {
        won += u32::from(claim.await.unwrap());
    }
    assert_eq!(won, 1);
});
