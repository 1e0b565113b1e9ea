//! What inputs, results and payloads of a workspace's mutations have in common, declared once: how
//! a call is to be made, what it changed, and the result of each item. Must not know any mutation.

/// Declares an input of a workspace's mutation: its own fields, and how the call is to be made.
/// With `bulk` before the name also `atomic`.
macro_rules! input {
    (bulk $(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }) => {
        $crate::graphql::mutation::payload::input! {
            $(#[$meta])*
            $name {
                $($(#[$field_meta])* $field: $type,)*
                /// Whether one failed item undoes all; absent: no, failed items are skipped.
                atomic: Option<bool>,
            }
        }
    };
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, async_graphql::InputObject)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
            /// Do everything but keep it: the answer says what would change.
            pub dry_run: Option<bool>,
            /// Your name for this call, 1 to 255 characters: the same call again within 24 hours is
            /// answered as the first was.
            pub idempotency_key: Option<String>,
        }

        impl $name {
            /// How the call is to be made.
            fn options(&self) -> $crate::service::write::CallOptions {
                $crate::graphql::mutation::options(self.dry_run, self.idempotency_key.clone())
            }
        }
    };
}

/// Declares the payload of a workspace's mutation: its own fields, then what went wrong and what
/// changed.
macro_rules! payload {
    ($(#[$meta:meta])* $name:ident, $error:ty { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, async_graphql::SimpleObject)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
            /// What is wrong about the input; nothing was changed then.
            pub errors: Vec<$error>,
            /// What changed, or with `dryRun` would change.
            #[graphql(flatten)]
            pub changes: $crate::graphql::mutation::Changes,
            /// Whose rights, limits or keys changed, or would change, as of now.
            #[graphql(flatten)]
            pub effects: $crate::graphql::mutation::Effects,
            /// Whether this is the answer to an earlier call with the same `idempotencyKey`.
            pub replayed: bool,
        }
    };
}

/// Declares the result of one member, and the payload, of a mutation over `membershipIds`; makes
/// them of a service's answer. `$codes` says why an item may fail.
macro_rules! member_results {
    ($payload:ident, $result:ident, $outcome:ty, $error:ident, $codes:literal) => {
        /// What became of one item.
        #[derive(Debug, async_graphql::SimpleObject)]
        pub struct $result {
            /// The item's place in `membershipIds`, from 0.
            pub index: i32,
            /// The member's id.
            pub target_id: Option<async_graphql::ID>,
            /// What was done; null if the item failed.
            pub outcome: Option<$outcome>,
            #[doc = $codes]
            pub code: Option<String>,
            /// The same for people, in your language.
            pub message: Option<String>,
            /// The member as it is now; null for what you may not see.
            pub membership: Option<$crate::graphql::object::membership::Membership>,
        }

        $crate::graphql::mutation::payload::payload! {
            /// What became of the call.
            $payload, $error {
                /// One result for each item, in order; empty if `errors` has any.
                results: Vec<$result>,
            }
        }

        impl $payload {
            /// Looks again after the commit, and answers.
            async fn of<O: Into<$outcome>>(
                ctx: &async_graphql::Context<'_>,
                mut committed: $crate::service::write::Committed<
                    Vec<$crate::service::bulk::Item<$crate::domain::id::MembershipId, O>>,
                >,
            ) -> async_graphql::Result<Self> {
                let named = committed
                    .output
                    .iter()
                    .filter(|item| item.is_shown())
                    .map(|item| item.id)
                    .collect();
                let after =
                    $crate::graphql::mutation::Aftermath::of(ctx, &mut committed, named).await?;
                let locale = $crate::graphql::scope::Scope::of(ctx)?.caller.locale();
                let result = |(place, item): (usize, $crate::service::bulk::Item<_, O>)| {
                    let membership = after
                        .members
                        .get(&item.id)
                        .filter(|_| item.is_shown())
                        .cloned();
                    let (code, message) =
                        $crate::graphql::mutation::told_of(item.code, item.limit, locale);
                    $result {
                        index: $crate::graphql::mutation::index(place),
                        target_id: Some(async_graphql::ID(item.id.to_string())),
                        outcome: item.outcome.map(Into::into),
                        code,
                        message,
                        membership,
                    }
                };
                Ok(Self {
                    results: committed
                        .output
                        .into_iter()
                        .enumerate()
                        .map(result)
                        .collect(),
                    errors: $error::all(committed.errors, locale),
                    changes: after.changes,
                    effects: after.effects,
                    replayed: after.replayed,
                })
            }
        }
    };
}

pub(crate) use {input, member_results, payload};
