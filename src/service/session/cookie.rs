//! The two cookies as text: the session's (ACC-6) and the known device's (ACC-5). Read where
//! credentials are read, set where somebody signs in or out.
//!
//! Owns names and attributes. Whether a cookie counts for a request is decided at the edge.

use std::time::Duration;

use crate::{
    domain::secret::{DeviceToken, SessionToken},
    service::Deps,
};

/// How long a device is known: 180 days (ACC-5).
pub const DEVICE_LIFETIME: Duration = Duration::from_secs(180 * 86_400);

/// The names and forms of the cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cookies {
    secure: bool,
}

impl Cookies {
    /// With `secure`, browsers send them over TLS only, and no other host can have set them
    /// (`__Host-`).
    pub const fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// The cookies as the configuration wants them.
    pub const fn of(deps: &Deps) -> Self {
        Self::new(deps.cookie_secure)
    }

    /// The name of the session's cookie.
    pub const fn session_name(self) -> &'static str {
        if self.secure {
            "__Host-session"
        } else {
            "session"
        }
    }

    /// The name of the device's cookie.
    pub const fn device_name(self) -> &'static str {
        if self.secure {
            "__Host-device"
        } else {
            "device"
        }
    }

    /// Sets the session's cookie for as long as the session can live.
    pub fn set_session(self, token: &SessionToken, deps: &Deps) -> String {
        self.set(
            self.session_name(),
            token.expose(),
            deps.limits.session_absolute,
        )
    }

    /// Takes the session's cookie back.
    pub fn clear_session(self) -> String {
        self.set(self.session_name(), "", Duration::ZERO)
    }

    /// Sets the device's cookie.
    pub fn set_device(self, token: &DeviceToken) -> String {
        self.set(self.device_name(), token.expose(), DEVICE_LIFETIME)
    }

    fn set(self, name: &str, value: &str, lifetime: Duration) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!(
            "{name}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
            lifetime.as_secs()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acc_6_cookies_are_out_of_reach_of_scripts_and_other_sites() {
        assert_eq!(
            Cookies::new(false).clear_session(),
            "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
        );
        assert_eq!(
            Cookies::new(true).clear_session(),
            "__Host-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
        );
        let token = DeviceToken::generate(&crate::domain::id::IdSource::seeded(1));
        let wanted = format!(
            "device={}; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax",
            token.expose()
        );
        assert_eq!(Cookies::new(false).set_device(&token), wanted);
    }
}
