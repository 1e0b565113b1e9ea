//! A software authenticator: makes and shows passkeys as a browser with a security key would
//! (WebAuthn Level 3; ES256, attestation `none`).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn base64_url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// One item of CBOR: a head and what follows.
fn head(major: u8, length: usize) -> Vec<u8> {
    match u8::try_from(length) {
        Ok(length @ 0..=23) => vec![major << 5 | length],
        Ok(length) => vec![major << 5 | 24, length],
        Err(_) => {
            let length = u16::try_from(length).unwrap().to_be_bytes();
            vec![major << 5 | 25, length[0], length[1]]
        }
    }
}

fn bytes(value: &[u8]) -> Vec<u8> {
    [head(2, value.len()), value.to_vec()].concat()
}

fn text(value: &str) -> Vec<u8> {
    [head(3, value.len()), value.as_bytes().to_vec()].concat()
}

/// A passkey in an authenticator.
#[derive(Clone)]
pub struct Authenticator {
    key: SigningKey,
    credential_id: Vec<u8>,
    user_handle: Vec<u8>,
    /// Counts how often it was used.
    pub counter: u32,
    /// Whether the name of its user is kept with it.
    pub resident: bool,
    /// Whether it verifies its user: a finger, a PIN.
    pub verifies: bool,
    /// Whether the page is in a frame of another site's page.
    pub framed: bool,
    /// The page that asks.
    pub origin: &'static str,
    /// The host that it is asked for.
    pub host: &'static str,
}

impl Authenticator {
    /// A new one with the key of this number.
    pub fn new(number: u8) -> Self {
        Self {
            key: SigningKey::from_slice(&[number; 32]).unwrap(),
            credential_id: vec![number; 24],
            user_handle: Vec::new(),
            counter: 0,
            resident: true,
            verifies: true,
            framed: false,
            origin: "http://localhost",
            host: "localhost",
        }
    }

    fn flags(&self, attested: u8) -> u8 {
        // User present, user verified, attested data.
        1 | u8::from(self.verifies) << 2 | attested << 6
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        json!({
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": self.framed,
        })
        .to_string()
        .into_bytes()
    }

    /// `navigator.credentials.create`.
    pub fn create(&mut self, options: &Value) -> Value {
        let handle = options["user"]["id"].as_str().unwrap();
        self.user_handle = URL_SAFE_NO_PAD.decode(handle).unwrap();
        let point = self.key.verifying_key().to_sec1_point(false);
        let point = point.as_bytes();
        let cose = [
            head(5, 5),
            // kty: EC2, alg: ES256, crv: P-256, x, y.
            vec![0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21],
            bytes(&point[1..33]),
            vec![0x22],
            bytes(&point[33..65]),
        ]
        .concat();
        let length = u16::try_from(self.credential_id.len()).unwrap();
        let data = [
            Sha256::digest(self.host).to_vec(),
            vec![self.flags(1)],
            self.counter.to_be_bytes().to_vec(),
            vec![0; 16],
            length.to_be_bytes().to_vec(),
            self.credential_id.clone(),
            cose,
        ]
        .concat();
        let attestation = [
            head(5, 3),
            text("fmt"),
            text("none"),
            text("attStmt"),
            head(5, 0),
            text("authData"),
            bytes(&data),
        ]
        .concat();
        let id = base64_url(&self.credential_id);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "cross-platform",
            "clientExtensionResults": { "credProps": { "rk": self.resident } },
            "response": {
                "attestationObject": base64_url(&attestation),
                "clientDataJSON": base64_url(&self.client_data("webauthn.create", options)),
                "transports": ["usb"],
            },
        })
    }

    /// `navigator.credentials.get`.
    pub fn get(&mut self, options: &Value) -> Value {
        self.counter += 1;
        let data = [
            Sha256::digest(self.host).to_vec(),
            vec![self.flags(0)],
            self.counter.to_be_bytes().to_vec(),
        ]
        .concat();
        let client_data = self.client_data("webauthn.get", options);
        let signed = [data.clone(), Sha256::digest(&client_data).to_vec()].concat();
        let signature: Signature = self.key.sign(&signed);
        let id = base64_url(&self.credential_id);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "cross-platform",
            "clientExtensionResults": {},
            "response": {
                "authenticatorData": base64_url(&data),
                "clientDataJSON": base64_url(&client_data),
                "signature": base64_url(signature.to_der().as_bytes()),
                "userHandle": self.resident.then(|| base64_url(&self.user_handle)),
            },
        })
    }
}
