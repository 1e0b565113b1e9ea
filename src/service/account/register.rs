//! `createAccount` (ACC-2): a registration that waits for its address, an account made by an
//! operator, or, with an invitation's token, one that is made and joins at once.

use super::{
    super::{
        Caller, Deps, Failure, UserError,
        caller::ActorAccount,
        invitation::newcomer::{Arrival, Unsaid, accept_with_new_account, opened},
        session::{
            SessionTransport, SignedIn, device_name,
            slowing::{Attempt, admit_mail},
        },
        step_up,
    },
    add,
    allowance::{Purpose, Source, may_send},
    check::{self, CheckedIdentity, Identity},
    even::pad_response_time,
    reset,
    write::retried,
};
use crate::service::hasher::Urgency;
use crate::{
    domain::{
        error_code::ErrorCode,
        id::{MembershipId, WorkspaceId},
        joining::Answer,
        keyed_hash::KeyedHash,
        mail::MailKind,
        password::Password,
        second_factor::StepUp,
        secret::DeviceToken,
        vocabulary::Locale,
    },
    store::{
        StoreError,
        account::{self, NewRow, SignInRow},
        outbox::{self, NewMail, Receiver},
        registration::{self, Registration},
        workspace,
    },
    words::message,
};

use crate::store::DatabaseTransaction;
use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// What is given to register.
#[derive(Clone)]
pub struct Register {
    /// The address, as typed.
    pub email: String,
    /// The password; only operators may leave it out.
    pub password: Option<Password>,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// The language; absent: that of the answer.
    pub locale: Option<Locale>,
    /// An invitation to be accepted in the same step.
    pub invited: Option<Invited>,
    /// How the token of the session is to travel that begins with it.
    pub transport: SessionTransport,
}

/// An invitation to be accepted, with what its workspace asks of newcomers.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The token of its link.
    pub token: String,
    /// What was filled into the form.
    pub answers: Vec<Answer>,
    /// The version of the terms that was accepted.
    pub terms_version: Option<i32>,
}

/// What came of it.
pub enum Registered {
    /// A mail is on its way, to whoever has the address.
    Sent {
        /// The cookie of this browser, if it brought none.
        device: Option<DeviceToken>,
    },
    /// An operator made the account.
    Made(ActorAccount),
    /// The account was made, and is a member.
    Joined(Box<Joined>),
}

/// An account that was made and joined.
pub struct Joined {
    /// The workspace that was joined.
    pub workspace_id: WorkspaceId,
    /// The new membership.
    pub membership_id: MembershipId,
    /// The session that began with it, and the account.
    pub signed_in: SignedIn,
}

/// Registers. Without a token the answer is the same, and takes as long, whether the address has an
/// account or not (ACC-4).
pub async fn register(
    deps: &Deps,
    caller: &Caller,
    input: Register,
) -> Result<Registered, Failure> {
    check::no_key(caller)?;
    let began = Instant::now();
    let by_operator = caller.is_operator();
    if by_operator && input.invited.is_some() {
        return Err(Failure::bad_input(message::invitation_of_other()));
    }
    if !by_operator && input.password.is_none() {
        return Err(Failure::bad_input(message::password_by_operator()));
    }
    if by_operator {
        step_up::require(deps, caller, StepUp::Strongest).await?;
    }
    let identity = Identity {
        email: &input.email,
        given_name: &input.given_name,
        family_name: &input.family_name,
    };
    let checked = check::new_account(&identity)?;
    // Before the password is judged and hashed: whoever calls too often, or with any token, must
    // not keep that from others.
    let mut context = checked.password_context();
    match &input.invited {
        Some(invited) => {
            let invitation = opened(deps, &invited.token).await?;
            let attempt = Attempt::of_link(deps, invitation.id.0);
            retried(|| attempt.begin(deps, None)).await?;
            let names = workspace::names::names(deps.db.reader(), invitation.workspace_id).await?;
            context = check::with_workspaces(context, &names);
        }
        None if by_operator => {}
        None => retried(|| admit(deps, caller)).await?,
    }
    let password_hash = match &input.password {
        Some(password) => {
            deps.hasher.admit(caller)?;
            check::new_password(deps, password, context, "password").await?;
            Some(deps.hasher.hash(password, Urgency::Other).await?)
        }
        None => None,
    };
    let unsaid = Unsaid {
        given_name: input.given_name.is_none(),
        family_name: input.family_name.is_none(),
        locale: input.locale.is_none(),
    };
    let locale = input.locale.unwrap_or_else(|| caller.locale());
    match (password_hash, input.invited) {
        (password_hash, None) if by_operator => {
            make(deps, caller, &checked, password_hash, locale).await
        }
        (Some(password_hash), Some(invited)) => {
            let row = checked.row(deps, Some(password_hash), locale, false);
            join(deps, caller, (row, unsaid), invited, input.transport).await
        }
        (Some(password_hash), None) => {
            let device = wait(deps, caller, checked, password_hash, locale).await?;
            pad_response_time(began).await;
            Ok(Registered::Sent { device })
        }
        (None, _) => Err(Failure::bad_input(message::password_by_operator())),
    }
}

/// Makes the account and accepts the invitation in one step (JOIN-9): the invitation's token proves
/// the address. The token and the workspace's rules are `service::invitation`'s.
async fn join(
    deps: &Deps,
    caller: &Caller,
    (row, unsaid): (NewRow, Unsaid),
    invited: Invited,
    transport: SessionTransport,
) -> Result<Registered, Failure> {
    let arrival = Arrival {
        token: &invited.token,
        row,
        unsaid,
        answers: invited.answers,
        accepted_terms_version: invited.terms_version,
        transport,
    };
    let (workspace_id, membership_id, signed_in) =
        accept_with_new_account(deps, caller, arrival).await?;
    Ok(Registered::Joined(Box::new(Joined {
        workspace_id,
        membership_id,
        signed_in,
    })))
}

/// An operator makes the account: it counts at once, and its owner gets a link to set the password.
async fn make(
    deps: &Deps,
    caller: &Caller,
    new: &CheckedIdentity,
    password_hash: Option<String>,
    locale: Locale,
) -> Result<Registered, Failure> {
    let row = new.row(deps, password_hash, locale, false);
    let account = retried(|| async {
        let Some(mut write) = add(deps, caller, deps.db.begin().await?, row.clone()).await? else {
            return Err(UserError::at(ErrorCode::Taken, "email").into());
        };
        write.by_operator();
        registration::discard(write.db(), &row.email_canonical).await?;
        reset::welcome(deps, write.db(), row.id, write.now).await?;
        Ok(ActorAccount::from(write.commit().await?))
    })
    .await?;
    Ok(Registered::Made(account))
}

/// Counts the call; RATE_LIMITED if the client makes too many.
async fn admit(deps: &Deps, caller: &Caller) -> Result<(), Failure> {
    let db = deps.db.begin().await?;
    admit_mail(deps, caller, &db).await?;
    Ok(db.commit().await.map_err(StoreError::from)?)
}

/// Lets a registration wait, and sends its link; to an address that has an account, its owner is
/// told instead. Both write the same rows. Answers the cookie of this browser, if it brought none.
async fn wait(
    deps: &Deps,
    caller: &Caller,
    new: CheckedIdentity,
    password_hash: String,
    locale: Locale,
) -> Result<Option<DeviceToken>, Failure> {
    let cookie = if caller.device.is_none() {
        Some(DeviceToken::generate(&deps.ids))
    } else {
        None
    };
    let device = cookie
        .as_ref()
        .map(device_name)
        .or_else(|| caller.device.clone());
    let waiting = Registration {
        id: deps.ids.uuid(deps.clock.now()),
        email: new.email.typed,
        email_canonical: new.email.canonical,
        given_name: new.given_name,
        family_name: new.family_name,
        locale,
        password_hash,
        generation: 1,
        device_hash: device.map(|device| device_hash(deps, &device).current.to_vec()),
        verified_at: None,
    };
    let waiting = &waiting;
    retried(|| async move {
        let db = deps.db.begin().await?;
        let now = deps.clock.now();
        let may_send = may_send(
            deps,
            caller,
            &db,
            (Purpose::Registration, Source::Network),
            &waiting.email_canonical,
        )
        .await?;
        registration::clear(&db, now).await?;
        let owner = account::for_sign_in(&db, &waiting.email_canonical).await?;
        registration::insert(&db, waiting.clone(), (now, expires_at(deps, now))).await?;
        if may_send {
            send(deps, &db, waiting, owner.as_ref(), now).await?;
        } else {
            account::touch_nothing(&db, 1).await?;
        }
        Ok(db.commit().await.map_err(StoreError::from)?)
    })
    .await?;
    Ok(cookie)
}

/// Queues the mail about a registration.
pub(super) async fn send(
    deps: &Deps,
    db: &DatabaseTransaction,
    waiting: &Registration,
    owner: Option<&SignInRow>,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let key = deps.secret.mail_key(&waiting.email_canonical);
    let kind = if owner.is_some() {
        MailKind::AddressInUse
    } else {
        MailKind::Registration
    };
    let id = deps.ids.uuid(now);
    let mail = match owner {
        Some(owner) => NewMail::new(id, kind, Receiver::Account(owner.id))
            .about(owner.id)
            .counted_under(key),
        None => {
            let to = Receiver::Address {
                email: waiting.email.clone(),
                key,
                locale: waiting.locale,
            };
            NewMail::new(id, kind, to)
                .about(waiting.id)
                .generation(waiting.generation)
        }
    };
    Ok(outbox::queue(db, vec![mail], now).await?)
}

/// Until when a registration waits that is mailed at `now`.
pub(super) fn expires_at(deps: &Deps, now: DateTime<Utc>) -> DateTime<Utc> {
    now + deps.limits.registration
}

/// What a registration keeps of its browser.
pub(super) fn device_hash(deps: &Deps, device: &str) -> KeyedHash {
    deps.secret
        .keyed_hashes("registration device", device.as_bytes())
}
