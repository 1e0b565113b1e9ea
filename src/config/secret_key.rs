//! The secret key: 32 bytes that sign links, key hashes and encrypt second factors. Read from the
//! settings, or stored in a file in the data folder that only its owner can read.

use std::{fs, io, io::Write, path::Path, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use rand::{TryRng, rngs::SysRng};
use secrecy::{ExposeSecret, SecretBox, zeroize::Zeroize};
use serde::{Deserialize, Deserializer, de::Error};

use super::{ConfigFault, private};

const FILE: &str = "secret_key";

/// The secret key. Printing it shows nothing.
#[derive(Debug, Clone)]
pub struct SecretKey(Arc<SecretBox<[u8; 32]>>);

impl SecretKey {
    /// The 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }

    fn new(mut bytes: [u8; 32]) -> Self {
        let kept = Self(Arc::new(SecretBox::init_with_mut(
            |target: &mut [u8; 32]| target.copy_from_slice(&bytes),
        )));
        bytes.zeroize();
        kept
    }

    /// Parses 64 hexadecimal digits, or base64 of 32 bytes.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = if text.len() == 64 {
            from_hex(text)
        } else {
            STANDARD.decode(text).ok()
        };
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self::new)
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?))
        .collect()
}

/// The configured key. An empty text means none.
pub(super) fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SecretKey>, D::Error> {
    let mut text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    let key = SecretKey::parse(&text)
        .ok_or_else(|| Error::custom("not 32 bytes as 64 hexadecimal digits or base64"));
    text.zeroize();
    key.map(Some)
}

/// The key in `data_dir`, generated if missing. Two processes that start at once agree on one.
pub(super) fn kept_in(data_dir: &Path) -> Result<SecretKey, ConfigFault> {
    let path = data_dir.join(FILE);
    let fault =
        |error: io::Error| ConfigFault::new(format!("the secret key {}: {error}", path.display()));
    if !path.try_exists().map_err(fault)? {
        make(&path).map_err(fault)?;
    }
    let mut text = fs::read_to_string(&path).map_err(fault)?;
    let key = SecretKey::parse(&text);
    text.zeroize();
    key.ok_or_else(|| {
        ConfigFault::new(format!(
            "{} does not hold 32 bytes as 64 hexadecimal digits or base64",
            path.display()
        ))
    })
}

/// Checks that the key exists and is private.
pub(super) fn inspect(data_dir: &Path) -> Result<&'static str, ConfigFault> {
    let path = data_dir.join(FILE);
    if !path.exists() {
        return Err(ConfigFault::new(format!(
            "there is no {} yet: `serve` or `migrate` makes it",
            path.display()
        )));
    }
    kept_in(data_dir)?;
    if private::is_open_to_others(&path) {
        return Err(ConfigFault::new(format!(
            "others can read {0}: chmod 600 {0}",
            path.display()
        )));
    }
    Ok("in the data folder")
}

/// Writes a new key to a temporary file, then renames it unless somebody else was faster.
fn make(path: &Path) -> io::Result<()> {
    let mut bytes = [0_u8; 32];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(io::Error::other)?;
    let mut text = bytes
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    bytes.zeroize();
    text.push('\n');
    let draft = path.with_extension(format!(
        "draft-{:08x}",
        SysRng.try_next_u32().map_err(io::Error::other)?
    ));
    if let Some(folder) = path.parent() {
        private::make_folder(folder)?;
    }
    let written = private::new_file(&draft).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    text.zeroize();
    let named = written.and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft).ok();
    match named {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.exists() => Ok(()),
        other => other,
    }
}
