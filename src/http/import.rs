//! `POST /import/members.csv`: a file of members of another system, imported in blocks of 500 lines
//! (IMPORT-3).
//!
//! Parameters: `workspace` (slug or id) and `format` (`OPENDATASOFT` or `SOCRATA`), both required;
//! `createGroups`, `dryRun` (`true` or `false`, the default) and `onExisting` (`REPORT`, the default,
//! or `APPLY`), as in `importMembers`. The body is the file, at most [`MOST_BYTES`], as `text/csv` in
//! UTF-8 and not compressed. Credentials, permissions and refusals are those of the exports; besides,
//! 400 with INVALID_CSV and the line if the file cannot be read, 413 if it is too large, 415 for
//! another media type, 429 while the same account's import is under way, 503 while the node imports
//! as many files as it can.
//!
//! The answer is NDJSON, one object for each line of the file with the fields of
//! `ImportMembersResult`. Each block is committed before its results are sent. After a failure the
//! connection breaks off: what was answered is done, and the file can be imported again. In a dry
//! run each block is rehearsed by itself: seats and limits of a day are counted from anew.
//!
//! Who may not import sends no body: the permission is asked for before it is read. A body has ten
//! seconds, and one more for each [`BYTES_A_SECOND`] of it that came, so that one that is withheld
//! keeps a connection no longer than elsewhere. Files are in memory while they are imported:
//! [`MOST_IMPORTS`] at a time on a node, one for each account.
//!
//! Owns bodies, statuses and the text of the answer. Must not know what is in a file, nor who may
//! import.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::State,
};
use bytes::BytesMut;
use futures_util::{StreamExt, stream};
use http::{
    HeaderMap, HeaderValue, Request, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
};
use tokio::time::{Instant, timeout_at};

use super::{
    Edge,
    csrf::is_csv,
    export,
    identify::{Caller, Identify},
    log::Logged,
    negotiate::Media,
    query_string,
    respond::{self, Detail},
};
use crate::{
    domain::{clock::Clock, outcome::OnExistingMember, vocabulary::Locale},
    graphql::{
        admission::{Admission, code},
        scope::Scope,
    },
    service::{
        Access, Failure,
        export::open as open_workspace,
        failure::Rate,
        import::{Import, ImportFile, ImportFormat, ImportOptions, Imported, InvalidCsv},
    },
    words::message::{self, Message},
};

/// The path of the import.
pub(crate) const PATH: &str = "/import/members.csv";

/// The largest file, in bytes.
pub(crate) const MOST_BYTES: usize = 20 << 20;

/// How long a body is waited for, whatever comes of it.
const PATIENCE: Duration = Duration::from_secs(10);

/// How fast a body has to come after its first seconds.
const BYTES_A_SECOND: u64 = 256 << 10;

/// How many files a node imports at a time: they are in memory.
const MOST_IMPORTS: usize = 4;

/// Seconds to wait while other files are imported.
const BUSY: u64 = 5;

/// The imports in progress on a node, by account.
#[derive(Debug, Clone, Default)]
pub(super) struct ImportSlots(Arc<Mutex<HashSet<String>>>);

/// The slot of one import. Freed when dropped.
#[derive(Debug)]
struct ImportSlot {
    slots: ImportSlots,
    account: String,
}

impl ImportSlots {
    fn accounts(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a slot for a file of the account.
    fn take(&self, account: String) -> Result<ImportSlot, Failure> {
        let mut accounts = self.accounts();
        if accounts.contains(&account) {
            return Err(Failure::RateLimited {
                rate: Rate::Calls,
                retry_after: BUSY,
            });
        }
        if accounts.len() >= MOST_IMPORTS {
            return Err(Failure::Unavailable);
        }
        accounts.insert(account.clone());
        Ok(ImportSlot {
            slots: self.clone(),
            account,
        })
    }
}

impl Drop for ImportSlot {
    fn drop(&mut self) {
        self.slots.accounts().remove(&self.account);
    }
}

/// Why no line is imported.
enum Refused {
    /// As an export would be.
    Failed(Failure),
    /// The body is none that can be read.
    Body(StatusCode, Message),
    /// The file cannot be read.
    Invalid(InvalidCsv),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Answers [`PATH`].
pub(crate) async fn answer<I: Identify>(
    State(edge): State<Arc<Edge<I>>>,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let (caller, request_id) = match export::identified(&edge, &parts).await {
        Ok(identified) => identified,
        Err(response) => return response,
    };
    let logged = Logged::of(&caller);
    let locale = caller.locale;
    let charged = Charged {
        admission: Arc::clone(&edge.admission),
        budget_key: caller.budget_key.clone(),
    };
    let begun = begin(&edge.imports, &charged, &caller, &parts, body).await;
    let response = match begun {
        Ok(import) => results(import, charged.clone(), locale, Arc::clone(&request_id.0)),
        Err(refused) => refusal(&refused, locale, &request_id.0),
    };
    let cost = charged.admission.budget(&charged.budget_key, caller.now);
    export::finished(response, &cost, logged)
}

/// Who pays for the import.
#[derive(Clone)]
struct Charged {
    admission: Arc<Admission>,
    budget_key: String,
}

/// An import whose file is there, its clock and its slot.
struct Begun {
    import: Import,
    clock: Arc<dyn Clock>,
    slot: ImportSlot,
}

/// Asks whether the caller may import, then reads the file.
async fn begin(
    slots: &ImportSlots,
    charged: &Charged,
    caller: &Caller,
    parts: &http::request::Parts,
    body: Body,
) -> Result<Begun, Refused> {
    let Charged {
        admission,
        budget_key,
    } = charged;
    let (budget_key, now) = (budget_key.as_str(), caller.now);
    if let Err(state) = admission.may_begin(budget_key, now) {
        return Err(Refused::Failed(Failure::RateLimited {
            rate: Rate::Calls,
            retry_after: state.resets_in,
        }));
    }
    let scope = caller
        .data
        .get::<Arc<Scope>>()
        .ok_or_else(|| Failure::Internal("a request without a scope".to_owned()))?;
    let mut stopwatch = admission.stopwatch();
    let (access, format, options) = asked(scope, parts.uri.query().unwrap_or_default()).await?;
    admission.charge_time(budget_key, now, stopwatch.lap());
    let slot = slots.take(scope.caller.lane_actor())?;
    let file = read_body(&parts.headers, body, PATIENCE).await;
    // The bytes arrived even if nothing can be done with them.
    let bytes = file.as_ref().map_or_else(|(bytes, _)| *bytes, Bytes::len);
    admission.charge_bytes(budget_key, now, bytes);
    let file = file.map_err(|(_, refused)| refused)?;
    let mut stopwatch = admission.stopwatch();
    let file = ImportFile::read(file, format).map_err(Refused::Invalid);
    admission.charge_time(budget_key, now, stopwatch.lap());
    let import = Import::begin(&scope.deps, &scope.caller, &access, options, file?)?;
    Ok(Begun {
        import,
        clock: Arc::clone(&scope.deps.clock),
        slot,
    })
}

/// What the parameters ask for, of a workspace that the caller may import into.
async fn asked(
    scope: &Scope,
    query: &str,
) -> Result<(Access, ImportFormat, ImportOptions), Failure> {
    let names = [
        "workspace",
        "format",
        "createGroups",
        "onExisting",
        "dryRun",
    ];
    let [workspace, format, create_groups, on_existing, dry_run] =
        query_string::parameters(query, names).map_err(Failure::BadInput)?;
    let workspace = workspace.ok_or_else(|| Failure::bad_input(message::name_the_workspace()))?;
    let wrong = || Failure::bad_input(message::import_parameters());
    let switch = |text: Option<String>| match text.as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(wrong()),
    };
    let format = format.as_deref().and_then(ImportFormat::parse);
    let on_existing = match on_existing {
        None => OnExistingMember::Report,
        Some(text) => OnExistingMember::parse(&text).ok_or_else(wrong)?,
    };
    let options = ImportOptions {
        create_groups: switch(create_groups)?,
        on_existing,
        join: false,
        dry_run: switch(dry_run)?,
        mails_per_hour: None,
    };
    let format = format.ok_or_else(wrong)?;
    let access = open_workspace(&scope.deps, &scope.caller, &workspace).await?;
    Ok((access, format, options))
}

/// The file, or how many bytes came and why it is none.
async fn read_body(
    headers: &HeaderMap,
    body: Body,
    patience: Duration,
) -> Result<Bytes, (usize, Refused)> {
    let compressed = headers
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| encoding != "identity");
    if compressed || !is_csv(headers) {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err((0, Refused::Body(status, message::csv_body())));
    }
    let too_large = || {
        Refused::Body(
            StatusCode::PAYLOAD_TOO_LARGE,
            message::body_size(MOST_BYTES),
        )
    };
    let declared = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > MOST_BYTES) {
        return Err((0, too_large()));
    }
    let begun = Instant::now();
    let mut pieces = body.into_data_stream();
    let mut file = BytesMut::new();
    loop {
        let until = begun + patience + more_time(file.len());
        let refused = match timeout_at(until, pieces.next()).await {
            Ok(None) => return Ok(file.freeze()),
            Ok(Some(Ok(piece))) if file.len() + piece.len() <= MOST_BYTES => {
                file.extend_from_slice(&piece);
                continue;
            }
            Ok(Some(Ok(_))) => too_large(),
            Ok(Some(Err(_))) => Refused::Body(StatusCode::BAD_REQUEST, message::body_incomplete()),
            Err(_) => Refused::Body(StatusCode::BAD_REQUEST, message::body_late()),
        };
        return Err((file.len(), refused));
    }
}

/// How much longer a body is waited for of which so many bytes came.
fn more_time(bytes: usize) -> Duration {
    Duration::from_secs(bytes as u64 / BYTES_A_SECOND)
}

/// The results, block by block; each block is charged by the time it took.
fn results(begun: Begun, charged: Charged, locale: Locale, request_id: Arc<str>) -> Response<Body> {
    let blocks = stream::try_unfold((begun, charged), move |(mut begun, charged)| {
        let request_id = Arc::clone(&request_id);
        async move {
            let mut stopwatch = charged.admission.stopwatch();
            let block = begun.import.next().await;
            let now = begun.clock.now();
            charged
                .admission
                .charge_time(&charged.budget_key, now, stopwatch.lap());
            match block {
                Ok(None) => {
                    drop(begun.slot);
                    Ok(None)
                }
                Ok(Some(lines)) => Ok(Some((text(&lines, locale), (begun, charged)))),
                Err(failure) => {
                    tracing::error!(%request_id, %failure, "an import was interrupted");
                    Err(failure)
                }
            }
        }
    });
    let mut response = Response::new(Body::from_stream(blocks));
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-ndjson; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn text(lines: &[Imported], locale: Locale) -> Bytes {
    let mut text = String::new();
    for line in lines {
        text.push_str(&line.to_json(locale).to_string());
        text.push('\n');
    }
    text.into()
}

fn refusal(refused: &Refused, locale: Locale, request_id: &str) -> Response<Body> {
    match refused {
        Refused::Failed(failure) => export::refused(failure, locale, request_id),
        Refused::Body(status, message) => respond::error(
            Media::Json,
            *status,
            code::BAD_USER_INPUT,
            message,
            locale,
            Detail::default(),
        ),
        Refused::Invalid(invalid) => respond::error(
            Media::Json,
            StatusCode::BAD_REQUEST,
            "INVALID_CSV",
            &message::invalid_csv(invalid.line),
            locale,
            Detail {
                line: Some(invalid.line),
                ..Detail::default()
            },
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn import_3_an_account_imports_one_file_at_a_time_and_a_node_four() {
        let slots = ImportSlots::default();
        let take = |account: usize| slots.take(format!("account {account}"));
        let taken: Vec<ImportSlot> = (0..MOST_IMPORTS).filter_map(|one| take(one).ok()).collect();
        assert_eq!(taken.len(), MOST_IMPORTS);
        assert!(matches!(take(0), Err(Failure::RateLimited { .. })));
        assert!(matches!(take(MOST_IMPORTS), Err(Failure::Unavailable)));
        drop(taken);
        assert!(take(MOST_IMPORTS).is_ok(), "slots are free again");
    }

    #[tokio::test]
    async fn import_3_a_body_that_is_withheld_is_not_waited_for() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv"));
        let piece = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"email\n"))]);
        let withheld = Body::from_stream(piece.chain(stream::pending()));
        let read = read_body(&headers, withheld, Duration::from_millis(20)).await;
        assert!(matches!(
            read,
            Err((6, Refused::Body(StatusCode::BAD_REQUEST, _)))
        ));
        let seconds = [0, 256 << 10, MOST_BYTES].map(|bytes| more_time(bytes).as_secs());
        assert_eq!(seconds, [0, 1, 80], "one that keeps coming has longer");
    }
}
