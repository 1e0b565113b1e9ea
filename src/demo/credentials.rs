//! How to sign in to the demo: public constants, the same in every demo portal.

use serde::Serialize;

/// What a person or a script needs to use the demo portal as its administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// The main workspace's slug.
    pub workspace: &'static str,
    /// The administrator's address.
    pub email: &'static str,
    /// Their password.
    pub password: &'static str,
    /// Their API key, with all of their permissions and without an end.
    pub api_key: &'static str,
}

/// The demo administrator. Public: do not keep anything that matters in a demo portal.
pub const CREDENTIALS: Credentials = Credentials {
    workspace: "riverton",
    email: "ines.lindqvist@riverton.example",
    password: "lantern-nine-bridges-copper",
    api_key: "cck_RivertonDemo0AdministratorKey00PUjsZ",
};

impl Credentials {
    /// `{"workspace": …, "email": …, "password": …, "apiKey": …}`.
    pub fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    #[test]
    fn key_2_the_demo_key_has_the_form_of_a_key() {
        let secret = CREDENTIALS.api_key.strip_prefix("cck_").unwrap();
        let (random, checksum) = secret.split_at(30);
        assert!(secret.bytes().all(|byte| DIGITS.contains(&byte)));
        let mut sum = crc32fast::hash(random.as_bytes()) as usize;
        let mut wanted = Vec::new();
        for _ in 0..6 {
            wanted.insert(0, DIGITS[sum % 62]);
            sum /= 62;
        }
        assert_eq!(checksum.as_bytes(), wanted);
    }

    #[test]
    fn acc_3_the_demo_password_is_one_that_would_be_taken() {
        let Credentials {
            email, password, ..
        } = CREDENTIALS;
        assert!(password.len() >= 15);
        assert!(
            !password.contains("concierge") && !password.contains(email.split('@').next().unwrap())
        );
    }

    #[test]
    fn the_json_has_the_four_values() {
        let json: serde_json::Value = serde_json::from_str(&CREDENTIALS.to_json()).unwrap();
        let mut keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["apiKey", "email", "password", "workspace"]);
        assert_eq!(json["apiKey"], CREDENTIALS.api_key);
    }
}
