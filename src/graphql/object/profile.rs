//! What only the person sees of themselves.

use std::sync::Arc;

use async_graphql::{Context, Object};

use crate::service::list::Position;
use crate::{
    domain::vocabulary::Locale,
    graphql::{
        connection::{Connection, Counter, List, ListRow, PageArguments, any_key},
        error::{Nullable, nullable},
        object::{
            invitation::{self, Invitation},
            membership::Membership,
            resource::{Dataset, Resource},
            second_factor::SecondFactor,
            session::Session,
        },
        plain::AtHand,
        scalar::{EmailAddress, Instant},
        scope::{Scope, WorkspaceView, timed},
    },
    service::{
        Failure,
        follow::{Followed, list as follows},
        profile as service, second_factor,
    },
};

/// The name of the list in cursors.
const LIST: &str = "own memberships";

/// The name of the list of followed datasets in cursors.
const FOLLOWED: &str = "followed datasets";

/// The private data of the viewer's account.
#[derive(Debug, Clone)]
pub struct Profile(service::Profile);

impl Profile {
    /// The caller's profile; `None` for anonymous visitors and keys.
    pub async fn of(ctx: &Context<'_>) -> Result<Option<Self>, Failure> {
        let scope = Scope::of(ctx)?;
        Ok(service::own(&scope.deps, &scope.caller).await?.map(Self))
    }

    async fn codes_left(&self, ctx: &Context<'_>) -> Result<Option<i32>, Failure> {
        let scope = Scope::of(ctx)?;
        let left =
            second_factor::recovery_codes_left(&scope.deps, &scope.caller, self.0.id).await?;
        Ok(left.map(|left| i32::try_from(left).unwrap_or(i32::MAX)))
    }

    async fn removal_at(&self, ctx: &Context<'_>) -> Result<Option<Instant>, Failure> {
        let scope = Scope::of(ctx)?;
        let at = second_factor::removal::scheduled_at(&scope.deps, &scope.caller, self.0.id);
        Ok(at.await?.map(Instant))
    }

    async fn membership_page(
        &self,
        ctx: &Context<'_>,
        arguments: &PageArguments,
    ) -> Result<Connection<AtHand<Membership>>, Failure> {
        let scope = Scope::of(ctx)?;
        let (account, now) = (self.0.id, scope.caller.now);
        let counter = Counter::new(
            (scope.deps.clone(), account, now),
            |(deps, account, now)| Box::pin(service::count_memberships(deps, *account, *now)),
        );
        List::new(scope, format!("{LIST} of {account}"), now)
            .connection(arguments, any_key, counter, async |request| {
                let mut page = service::memberships(&scope.deps, account, &request, now).await?;
                let mut rows = Vec::with_capacity(page.rows.len());
                for row in std::mem::take(&mut page.rows) {
                    if let Some(access) = scope.open_id(row.workspace_id).await? {
                        let position = Position::of_id(row.id.0);
                        let membership = Membership::new(&WorkspaceView::from(access), row);
                        rows.push(ListRow::new(position, membership));
                    }
                }
                Ok(page.with_rows(rows))
            })
            .await
    }

    async fn followed_page(
        &self,
        ctx: &Context<'_>,
        arguments: &PageArguments,
    ) -> Result<Connection<Dataset>, Failure> {
        let scope = Scope::of(ctx)?;
        let account = self.0.id;
        let counter = Counter::new(
            (scope.deps.clone(), Arc::clone(&scope.caller), account),
            |(deps, caller, account)| Box::pin(follows::count(deps, caller, *account)),
        );
        List::new(scope, format!("{FOLLOWED} of {account}"), scope.caller.now)
            .connection(arguments, any_key, counter, async |request| {
                let mut page = follows::page(&scope.deps, &scope.caller, account, &request).await?;
                let row = |followed: Followed| {
                    let position = Position::of_id(followed.row.facts.id.uuid());
                    let view = WorkspaceView::from(followed.access);
                    let dataset = Resource::of(&view, Arc::new(followed.row)).dataset()?;
                    Some(ListRow::new(position, dataset))
                };
                let rows = std::mem::take(&mut page.rows);
                Ok(page.with_rows(rows.into_iter().filter_map(row).collect()))
            })
            .await
    }
}

/// The private data of the viewer's account, which nobody else sees. Null for API keys.
#[Object]
impl Profile {
    /// The e-mail address for signing in, as it was typed.
    async fn email(&self) -> EmailAddress {
        EmailAddress(self.0.email.clone())
    }

    /// When the e-mail address was confirmed; null if it is not confirmed.
    async fn email_verified_at(&self) -> Option<Instant> {
        self.0.email_verified_at.map(Instant)
    }

    /// The language of messages and e-mails.
    async fn locale(&self) -> Locale {
        self.0.locale
    }

    /// When the account was created.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }

    /// The time of the last sign-in; null if there was none.
    async fn last_sign_in_at(&self) -> Option<Instant> {
        self.0.last_sign_in_at.map(Instant)
    }

    /// When the account will be deleted; null if no deletion is scheduled.
    async fn deletion_scheduled_at(&self) -> Option<Instant> {
        self.0.deletion_scheduled_at.map(Instant)
    }

    /// Whether the viewer is an operator of the whole installation.
    async fn is_operator(&self) -> bool {
        self.0.is_operator
    }

    /// The viewer's memberships that have not ended, in all workspaces, oldest first.
    async fn memberships(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The number of items to return from the start, 1 to `serviceLimits.maxPageSize`. Default: 20, if `last` is not given either."
        )]
        first: Option<i32>,
        #[graphql(desc = "Returns items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "The number of items to return from the end, 1 to `serviceLimits.maxPageSize`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Returns items before this cursor.")] before: Option<String>,
    ) -> Nullable<Connection<AtHand<Membership>>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        nullable(self.membership_page(ctx, &arguments).await.map(Some))
    }

    /// The datasets that the viewer follows and may browse, in all workspaces, oldest first.
    async fn followed_datasets(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The number of items to return from the start, 1 to `serviceLimits.maxPageSize`. Default: 20, if `last` is not given either."
        )]
        first: Option<i32>,
        #[graphql(desc = "Returns items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "The number of items to return from the end, 1 to `serviceLimits.maxPageSize`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Returns items before this cursor.")] before: Option<String>,
    ) -> Nullable<Connection<Dataset>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        // How many were read to find those that the viewer may browse, no price can know before.
        nullable(
            timed(ctx, self.followed_page(ctx, &arguments))
                .await
                .map(Some),
        )
    }

    /// The pending invitations to the viewer's confirmed e-mail address, newest first; at most 100.
    async fn invitations(&self, ctx: &Context<'_>) -> Nullable<Vec<Invitation>> {
        nullable(invitation::own(ctx).await.map(Some))
    }

    /// The viewer's second factors, oldest first: at most one authenticator app.
    async fn second_factors(&self, ctx: &Context<'_>) -> Nullable<Vec<SecondFactor>> {
        nullable(SecondFactor::own(ctx).await.map(Some))
    }

    /// How many recovery codes can still be used; null if there is no second factor.
    async fn recovery_codes_left(&self, ctx: &Context<'_>) -> Nullable<i32> {
        nullable(self.codes_left(ctx).await)
    }

    /// When an operator's removal of all second factors takes effect; null if none is scheduled. Cancel
    /// it with `cancelFactorRemoval`.
    async fn factor_removal_at(&self, ctx: &Context<'_>) -> Nullable<Instant> {
        nullable(self.removal_at(ctx).await)
    }

    /// The viewer's sessions, newest first; at most 50.
    async fn sessions(&self, ctx: &Context<'_>) -> Nullable<Vec<Session>> {
        nullable(Session::own(ctx).await.map(Some))
    }
}
