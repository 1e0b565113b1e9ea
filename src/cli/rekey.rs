//! `concierge rekey`: after a change of the secret key, seals anew what the old one sealed (BASE-3).

use std::process::ExitCode;

use super::Failure;
use crate::{
    app::{self, Migrate},
    config::Settings,
};

pub(super) async fn run(settings: Settings) -> Result<ExitCode, Failure> {
    let app = app::open(&settings, Migrate::Never).await?;
    let resealed = app.rekey().await?;
    println!(
        "{}: {} values sealed anew, {} under the current key",
        settings.database.shown(),
        resealed.anew,
        resealed.current
    );
    if resealed.unreadable == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "concierge: {} values open under neither key: is `secret_key_previous` the key that they were sealed with?",
        resealed.unreadable
    );
    Ok(ExitCode::FAILURE)
}
