//! Sign-ins with the right password that wait for a second factor (MFA-5): five minutes, on the
//! device where the password was given, for one session.

use super::sign_in::Awaited;
use crate::{
    domain::{
        keyed_hash::KeyedHash, network::network, second_factor::CHALLENGE, secret::ChallengeToken,
    },
    service::{Caller, Deps, Failure, account::write::AccountWrite, second_factor::kinds},
    store::second_factor::{self as rows, Challenge, FactorRow},
};

/// Lets a sign-in to the locked account wait. The transaction must be committed.
pub(super) async fn begin(
    deps: &Deps,
    caller: &Caller,
    write: &AccountWrite<'_>,
    factors: &[FactorRow],
) -> Result<Awaited, Failure> {
    let (account, now) = (write.account.id, write.now);
    let token = ChallengeToken::generate(&deps.ids);
    let mark = client_mark(deps, caller);
    let challenge = Challenge {
        id: deps.ids.uuid(now),
        account,
        device_hash: mark.device.map(|hash| hash.current.to_vec()),
        client_hash: mark.client.current.to_vec(),
        created_at: now,
    };
    rows::begin_challenge(write.db(), challenge, &token.hash(), now + CHALLENGE).await?;
    let codes = rows::recovery_codes_left(write.db(), account).await?;
    Ok(Awaited {
        challenge: token,
        kinds: kinds(factors, codes),
    })
}

/// The sign-in with this token that waits, if it is the caller's device that began it.
pub(in crate::service) async fn find(
    deps: &Deps,
    caller: &Caller,
    token: &str,
) -> Result<Option<(ChallengeToken, Challenge)>, Failure> {
    let Some(token) = ChallengeToken::parse(token.trim()) else {
        return Ok(None);
    };
    let now = deps.clock.now();
    let challenge = rows::challenge(deps.db.latest(), &token.hash(), now).await?;
    Ok(challenge
        .filter(|challenge| {
            let device = challenge.device_hash.as_deref();
            client_mark(deps, caller).is(device, &challenge.client_hash)
        })
        .map(|challenge| (token, challenge)))
}

/// By what a client is known again that has no session yet.
pub(in crate::service) struct ClientMark {
    /// Keyed hash of the device's cookie, if it has one.
    pub(in crate::service) device: Option<KeyedHash>,
    /// Keyed hash of its network and what it calls itself.
    pub(in crate::service) client: KeyedHash,
}

impl ClientMark {
    /// Whether it is the client with these hashes: by the cookie that the device had then, else by
    /// network and name.
    pub(in crate::service) fn is(&self, device: Option<&[u8]>, client: &[u8]) -> bool {
        match device {
            Some(hash) => self.device.as_ref().is_some_and(|device| device.is(hash)),
            None => self.client.is(client),
        }
    }
}

/// By what the caller is known again.
pub(in crate::service) fn client_mark(deps: &Deps, caller: &Caller) -> ClientMark {
    let network = caller.client.map(network).unwrap_or_default();
    let agent = caller.user_agent.as_deref().unwrap_or_default();
    let device = caller.device.as_ref().map(|device| {
        deps.secret
            .keyed_hashes("challenge device", device.as_bytes())
    });
    let client = format!("{network} {agent}");
    ClientMark {
        device,
        client: deps
            .secret
            .keyed_hashes("challenge client", client.as_bytes()),
    }
}
