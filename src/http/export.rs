//! `GET /export/members.csv`: the members list as a file (MEM-7).
//!
//! Parameters: `workspace` (slug or id, needed), `filter` and `orderBy` (the JSON of a `MembershipFilter` and a
//! `MembershipOrder`, with the same defaults as `Workspace.members`). Credentials and guard are those of that field: 401 without
//! a credential or with a bad one, 403 without EDIT_WORKSPACE_PROPERTIES, 404 where there is no such workspace, 400 for
//! parameters of a wrong form, 429 when the budget is used up (an export costs as much as the dearest request).
//!
//! The file is CSV as RFC 4180 has it, UTF-8 without a byte order mark, with the header [`HEADER`]. Instants are RFC 3339 in UTC;
//! what is absent is empty; groups and permissions are joined by "; ". A cell that begins with = + - @, a tab or a line break gets
//! an apostrophe in front, so that no spreadsheet takes it for a formula. Rows are read and sent page by page; if that fails on
//! the way the connection breaks off: a file that ends well is whole.
//!
//! Owns the text of rows. Must not decide who may read them.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{ConnectInfo, State},
};
use csv::{Terminator, Writer, WriterBuilder};
use futures_util::stream;
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, VARY, WWW_AUTHENTICATE},
};

use super::{
    Edge, graphql,
    identify::Identify,
    log::{Logged, RequestId},
    negotiate::Media,
    query_string,
    respond::{self, Detail},
};
use crate::{
    domain::audit::instant,
    graphql::{
        admission::code,
        object::filters::{MembershipFilter, MembershipOrder},
        scope::Scope,
    },
    service::{
        Failure,
        member_export::{ExportRow, MemberExport},
    },
};

/// Where it is.
pub(super) const PATH: &str = "/export/members.csv";

/// The columns.
pub const HEADER: [&str; 14] = [
    "id",
    "givenName",
    "familyName",
    "displayName",
    "email",
    "state",
    "role",
    "groups",
    "permissions",
    "accessStartsAt",
    "accessEndsAt",
    "joinedAt",
    "lastActiveAt",
    "origin",
];

/// Answers [`PATH`].
pub(super) async fn members<I: Identify>(State(edge): State<Arc<Edge<I>>>, request: Request<Body>) -> Response<Body> {
    let (parts, _) = request.into_parts();
    let request_id = parts.extensions.get::<RequestId>().cloned().unwrap_or_default();
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let caller = match edge.identify.identify(&parts, peer, &request_id.0).await {
        Ok(caller) => caller,
        Err(refusal) => return graphql::refused(Media::Json, refusal, &request_id.0),
    };
    let logged = Logged { actor: caller.log_actor.clone(), statements: caller.statements.clone(), ..Logged::default() };
    let cost = edge.admission.charge(&caller.budget_key, caller.now);
    let answer = match (&cost, caller.data.get::<Arc<Scope>>()) {
        (Err(state), _) => Err(Failure::RateLimited { retry_after: state.resets_in }),
        (Ok(_), None) => Err(Failure::Internal("a request without a scope".to_owned())),
        (Ok(_), Some(scope)) => begin(scope, parts.uri.query().unwrap_or_default()).await,
    };
    let mut response = match answer {
        Ok((export, first)) => file(export, first, request_id.0),
        Err(failure) => refused(&failure, &request_id.0),
    };
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("origin, cookie, authorization, x-api-key"));
    graphql::budget_headers(headers, &cost.unwrap_or_else(|state| state));
    response.extensions_mut().insert(Arc::new(logged));
    response
}

/// Reads the parameters and the first page: what is refused or fails until then still has a status.
async fn begin(scope: &Scope, query: &str) -> Result<(MemberExport, Bytes), Failure> {
    let parameters = query_string::parameters(query, ["workspace", "filter", "orderBy"]).map_err(Failure::BadInput)?;
    let [workspace, filter, order] = parameters;
    let workspace = workspace.ok_or_else(|| Failure::bad_input("name the workspace: ?workspace=<slug or id>"))?;
    let filter = filter.as_deref().map(MembershipFilter::from_json).transpose()?.unwrap_or_default();
    let order = order.as_deref().map(MembershipOrder::from_json).transpose()?;
    let order = order.unwrap_or_else(|| MembershipOrder::BY_NAME.read());
    let mut export = MemberExport::open(&scope.deps, &scope.caller, &workspace, filter, order).await?;
    let mut writer = writer();
    writer.write_record(HEADER).map_err(unwritable)?;
    let rows = export.next().await?.unwrap_or_default();
    let first = text(writer, &rows)?;
    Ok((export, first))
}

/// The whole file, each page read when the one before it was taken.
fn file(export: MemberExport, first: Bytes, request_id: Arc<str>) -> Response<Body> {
    let name = format!("attachment; filename=\"members-{}.csv\"", export.slug());
    let pages = stream::try_unfold((Some(first), export), move |(first, mut export)| {
        let request_id = Arc::clone(&request_id);
        async move {
            if let Some(first) = first {
                return Ok(Some((first, (None, export))));
            }
            let next = match export.next().await {
                Ok(rows) => rows.map(|rows| text(writer(), &rows)).transpose(),
                Err(failure) => Err(failure),
            };
            match next {
                Ok(page) => Ok(page.map(|page| (page, (None, export)))),
                Err(failure) => {
                    tracing::error!(request_id = &*request_id, %failure, "an export broke off");
                    Err(failure)
                }
            }
        }
    });
    let mut response = Response::new(Body::from_stream(pages));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::try_from(name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    response
}

fn writer() -> Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new())
}

fn unwritable(error: impl std::fmt::Display) -> Failure {
    Failure::Internal(format!("a row could not be written: {error}"))
}

/// The text of rows, behind what the writer has already.
fn text(mut writer: Writer<Vec<u8>>, rows: &[ExportRow]) -> Result<Bytes, Failure> {
    for row in rows {
        writer.write_record(cells(row).iter().map(|cell| defused(cell))).map_err(unwritable)?;
    }
    writer.into_inner().map(Bytes::from).map_err(|error| unwritable(error.error()))
}

fn cells(row: &ExportRow) -> [String; HEADER.len()] {
    let groups: Vec<&str> = row.groups.iter().map(|title| &**title).collect();
    let permissions: Vec<&str> = row.permissions.iter().map(|permission| permission.as_str()).collect();
    [
        row.id.to_string(),
        row.given_name.clone().unwrap_or_default(),
        row.family_name.clone().unwrap_or_default(),
        row.display_name.clone(),
        row.email.clone(),
        row.state.as_str().to_owned(),
        row.role.as_deref().unwrap_or_default().to_owned(),
        groups.join("; "),
        permissions.join("; "),
        instant(row.starts_at),
        row.ends_at.map(instant).unwrap_or_default(),
        instant(row.joined_at),
        row.last_active_at.map(instant).unwrap_or_default(),
        row.origin.as_str().to_owned(),
    ]
}

/// A cell that no spreadsheet takes for a formula.
fn defused(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell.to_owned() }
}

fn refused(failure: &Failure, request_id: &str) -> Response<Body> {
    let is_internal = matches!(failure, Failure::Internal(_));
    if is_internal {
        tracing::error!(request_id, %failure, "an export failed");
    }
    let mut detail = Detail { request_id: is_internal.then_some(request_id), ..Detail::default() };
    let status = match failure {
        Failure::Unauthenticated => StatusCode::UNAUTHORIZED,
        Failure::Forbidden { required, .. } => {
            detail.required_permission = required.map(|permission| permission.as_str());
            StatusCode::FORBIDDEN
        }
        Failure::NotFound => StatusCode::NOT_FOUND,
        Failure::BadInput(_) => StatusCode::BAD_REQUEST,
        Failure::RateLimited { retry_after } => {
            detail.retry_after = Some(*retry_after);
            StatusCode::TOO_MANY_REQUESTS
        }
        Failure::Unavailable | Failure::Conflict | Failure::IdempotencyConflict => {
            detail.retry_after = Some(1);
            StatusCode::SERVICE_UNAVAILABLE
        }
        Failure::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let message = if is_internal { "internal error".to_owned() } else { failure.to_string() };
    let code = if is_internal { code::INTERNAL } else { failure.code() };
    let mut response = respond::error(Media::Json, status, code, &message, detail);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mem_7_cells_that_a_spreadsheet_would_run_are_defused() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"] {
            assert_eq!(defused(cell), format!("'{cell}"));
        }
        for cell in ["", "a=1", "'=1", "Ada", " =1"] {
            assert_eq!(defused(cell), cell);
        }
    }
}
