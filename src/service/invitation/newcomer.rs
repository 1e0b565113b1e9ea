//! An invitation accepted by who has no account yet (ACC-2, JOIN-9): the account is made, its
//! address confirmed by the invitation's token, it joins and signs in, all in the workspace's one
//! write.

use std::sync::{Mutex, PoisonError};

use super::{
    accept::{check_pending, filled, start, under_lock},
    by_token,
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        error_code::ErrorCode,
        id::{InvitationId, MembershipId, WorkspaceId},
        joining::Answer,
        name::has_link,
        second_factor::Shown,
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        account::{creation, write::AccountChain},
        caller::ActorAccount,
        joining::{self, Start},
        session::{self, NewSession, SessionTransport, SignedIn},
        sign_up::{self, Filled},
        write::{self, Affects, CallOptions, Event, Transaction, UseCase, Verdict},
    },
    store::{
        StoreError,
        account::{self, NewRow},
        email_change,
        invitation::InvitationRow,
        joining::Newcomer,
    },
};

/// The input field that brings the token.
const PATH: &str = "invitationToken";

/// Who comes in, and by which token.
pub(crate) struct Arrival<'a> {
    /// The token of the invitation's mail.
    pub(crate) token: &'a str,
    /// The account to create.
    pub(crate) row: NewRow,
    /// What of it its owner said nothing about.
    pub(crate) unsaid: Unsaid,
    /// What was filled into the form, where the invited fill it in.
    pub(crate) answers: Vec<Answer>,
    /// The version of the terms that is accepted.
    pub(crate) accepted_terms_version: Option<i32>,
    /// How the session's token is to travel.
    pub(crate) transport: SessionTransport,
}

/// What of an account its owner said nothing about: there the account starts with what the inviter
/// said (JOIN-16).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unsaid {
    pub(crate) given_name: bool,
    pub(crate) family_name: bool,
    pub(crate) locale: bool,
}

/// What came of it: where they are a member, as what, and their session.
pub(crate) type Admission = (WorkspaceId, MembershipId, SignedIn);

/// The invitation that the token opens: looked up before a password is judged or hashed for it.
pub(crate) async fn opened(deps: &Deps, token: &str) -> Result<InvitationRow, Failure> {
    super::check_token(token)?;
    by_token(deps, token)
        .await?
        .ok_or_else(|| UserError::at(ErrorCode::InvalidToken, PATH).into())
}

/// Makes the account and accepts. Whatever waits for the same address is discarded: the token has
/// proved whose it is (ACC-2).
pub(crate) async fn accept_with_new_account(
    deps: &Deps,
    caller: &Caller,
    arrival: Arrival<'_>,
) -> Result<Admission, Failure> {
    sign_up::check_size(&arrival.answers)?;
    let row = opened(deps, arrival.token).await?;
    let use_case = AcceptAsNewcomer {
        id: row.id,
        generation: row.generation,
        arrival,
        signed_in: Mutex::new(None),
    };
    let done = write::run(
        deps,
        caller,
        row.workspace_id,
        &CallOptions::default(),
        &use_case,
    )
    .await?;
    let signed_in = use_case
        .signed_in
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    match (done.output, signed_in) {
        (Some(membership_id), Some(signed_in)) if done.errors.is_empty() => {
            Ok((row.workspace_id, membership_id, signed_in))
        }
        _ => Err(done.errors.into()),
    }
}

struct AcceptAsNewcomer<'a> {
    id: InvitationId,
    generation: i32,
    arrival: Arrival<'a>,
    /// The session with its token, which no kept result may hold (AUD-5).
    signed_in: Mutex<Option<SignedIn>>,
}

impl UseCase for AcceptAsNewcomer<'_> {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::RIGHTS;
    const ACCEPTS_OFFER: bool = true;
    type Output = Option<MembershipId>;

    fn mutation(&self) -> &'static str {
        "createAccount"
    }

    /// The token is looked at again under the lock.
    fn authorize(&self, _: &Access, _: &Caller) -> Result<(), Failure> {
        Ok(())
    }

    async fn run(
        &self,
        tx: &mut Transaction<'_>,
    ) -> Result<Verdict<Option<MembershipId>>, Failure> {
        let refuse = |code, path: &str| Err(UserError::at(code, path).into());
        let invitation = under_lock(tx, self.id).await?;
        if let Err(code) = check_pending(&invitation, Some(self.generation), tx.now) {
            return refuse(code, PATH);
        }
        let row = &self.row(&invitation);
        if invitation.email_canonical != row.email_canonical {
            return refuse(ErrorCode::InvitationEmailMismatch, "email");
        }
        let Filled {
            answers,
            terms_version,
        } = filled(
            tx,
            &self.arrival.answers,
            self.arrival.accepted_terms_version,
        )
        .await?;
        // No account has this address, so that the answer must not say one does: it is kept for the
        // one that gave it up (ACC-8).
        if email_change::is_kept(tx.db(), &row.email_canonical, row.id, tx.now).await? {
            return refuse(ErrorCode::Taken, "email");
        }
        match account::insert(tx.db(), row.clone()).await {
            Err(StoreError::Duplicate) => return refuse(ErrorCode::AccountExists, "email"),
            other => other?,
        }
        self.sign_in(tx, row).await?;
        tx.acts_as(row.id);
        let newcomer = Newcomer {
            account_id: row.id,
            email: row.email.clone(),
            email_canonical: row.email_canonical.clone(),
            given_name: row.given_name.clone(),
            family_name: row.family_name.clone(),
            locale: row.locale,
        };
        let start = Start {
            answers,
            terms_version,
            ..start(tx, &invitation, newcomer)
        };
        Ok(Verdict::keep(Some(joining::begin(tx, start).await?)))
    }
}

impl AcceptAsNewcomer<'_> {
    /// The account to create: what its owner said, and else what the inviter did.
    fn row(&self, invitation: &InvitationRow) -> NewRow {
        let Arrival { row, unsaid, .. } = &self.arrival;
        let mut row = row.clone();
        // A name of before names with links were refused is not taken over (MAIL-3).
        let said = |name: &Option<String>| name.clone().filter(|name| !has_link(name));
        if unsaid.given_name {
            row.given_name = said(&invitation.given_name);
        }
        if unsaid.family_name {
            row.family_name = said(&invitation.family_name);
        }
        if unsaid.locale {
            row.locale = invitation.offer.locale;
        }
        row
    }

    /// The first events of the account's own chain, and its first session.
    async fn sign_in(&self, tx: &Transaction<'_>, row: &NewRow) -> Result<(), Failure> {
        let (deps, caller) = (tx.deps, tx.caller);
        let mut chain = AccountChain::lock(deps, caller, row.id, tx.db())
            .await?
            .ok_or(Failure::NotFound)?;
        chain.by_itself();
        chain.record(Event::new(
            AuditEventKind::AccountCreated,
            row.id,
            creation(row),
        ));
        let NewSession {
            session,
            token,
            device,
        } = session::begin(
            deps,
            caller,
            &mut chain,
            tx.db(),
            (self.arrival.transport, Shown::password(tx.now)),
        )
        .await?;
        account::signed_in(tx.db(), row.id, chain.now).await?;
        let account = ActorAccount::from(chain.append(tx.db()).await?);
        let signed_in = SignedIn {
            session,
            token,
            account,
            device,
        };
        *self
            .signed_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(signed_in);
        Ok(())
    }
}
