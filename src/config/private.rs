//! Files and folders that only their owner may read: the database contains addresses and hashes,
//! and the secret key signs every link.
//!
//! Owns the modes. Existing files keep theirs: somebody may have chosen it, and `doctor` reports
//! it.

use std::{fs, io, path::Path};

/// Creates a folder, and missing ones above it, for its owner only (0700).
pub fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Creates an empty file for its owner only (0600), if it does not exist.
pub fn make_file(path: &Path) -> io::Result<()> {
    match new_file(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result.map(drop),
    }
}

/// Creates a file for its owner only (0600). Fails if it exists.
pub(super) fn new_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether anybody but the owner may read, write or enter it. False if it does not exist.
#[cfg(unix)]
pub(super) fn is_open_to_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| {
        std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0
    })
}

/// Other systems have other rules, which are not checked.
#[cfg(not(unix))]
pub(super) fn is_open_to_others(_path: &Path) -> bool {
    false
}
