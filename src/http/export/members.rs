//! `GET /export/members.csv`: the members list as a file (MEM-7).
//!
//! Parameters: `workspace` (slug or id, required), `filter` and `orderBy` (the JSON of a
//! `MembershipFilter` and a `MembershipOrder`, with the same defaults as `Workspace.members`),
//! `separator` (`comma`, the default, `semicolon` or `tab`) and `bom` (`true` or `false`, the
//! default: a byte order mark in front, by which Excel recognises UTF-8), `format` (`OPENDATASOFT`:
//! with the header [`IMPORT_HEADER`], for `importMembers` elsewhere). Credentials and
//! permissions are those of that field: 401 without a credential or with a bad one, 403 without
//! EDIT_WORKSPACE_PROPERTIES, 404 if there is no such workspace, 400 for malformed parameters, 429
//! when the budget is used up (an export costs the time that it takes; a refusal costs nothing).
//!
//! The file is CSV according to RFC 4180, UTF-8, with the header [`HEADER`]. Instants are RFC 3339
//! in UTC; absent values are empty; groups and permissions are joined by "; ". A cell that begins
//! with = + - @, their full-width forms, a tab or a line break gets an apostrophe in front, so that
//! no spreadsheet takes it for a formula. Rows are read and sent page by page. After a failure the
//! connection breaks off: a file that ends properly is complete.
//!
//! Owns the text of the rows. Must not decide who may read them.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::State,
};
use csv::{Terminator, Writer, WriterBuilder};
use futures_util::stream;
use http::{Request, Response};

use super::{broken, file};
use crate::{
    domain::{
        audit::instant,
        formula::defuse,
        import::{ImportFormat, opendatasoft_cell},
        vocabulary::MembershipState,
    },
    graphql::{
        object::filters::{MembershipFilter, MembershipOrder},
        scope::Scope,
    },
    http::{Edge, identify::Identify, query_string},
    service::{
        Failure,
        import::groups_cell,
        member::export::{ExportRow, MemberExport},
    },
    words::message,
};

/// The path of the export.
pub(crate) const PATH: &str = "/export/members.csv";

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

/// The columns of the file that can be imported: Opendatasoft's, and behind them what it has no word
/// for.
pub const IMPORT_HEADER: [&str; 12] = [
    "username",
    "first_name",
    "last_name",
    "email",
    "is_active",
    "permissions",
    "groups",
    "date_joined",
    "last_seen",
    "role",
    "access_starts_at",
    "access_ends_at",
];

/// Answers [`PATH`].
pub(crate) async fn answer<I: Identify>(
    State(edge): State<Arc<Edge<I>>>,
    request: Request<Body>,
) -> Response<Body> {
    super::answer(edge, request, |scope, query, request_id| {
        Box::pin(open(scope, query, request_id))
    })
    .await
}

async fn open(scope: &Scope, query: &str, request_id: Arc<str>) -> Result<Response<Body>, Failure> {
    let names = [
        "workspace",
        "filter",
        "orderBy",
        "separator",
        "bom",
        "format",
    ];
    let [workspace, filter, order, separator, bom, format] =
        query_string::parameters(query, names).map_err(Failure::BadInput)?;
    let workspace = workspace.ok_or_else(|| Failure::bad_input(message::name_the_workspace()))?;
    let filter = filter
        .as_deref()
        .map(MembershipFilter::from_json)
        .transpose()?
        .unwrap_or_default();
    let order = order
        .as_deref()
        .map(MembershipOrder::from_json)
        .transpose()?;
    let order = order.unwrap_or_else(|| MembershipOrder::BY_NAME.read());
    let form = Form::read(separator.as_deref(), bom.as_deref(), format.as_deref())?;
    let mut export =
        MemberExport::open(&scope.deps, &scope.caller, &workspace, filter, order).await?;
    let mut first = form.first_writer();
    first.write_record(form.header()).map_err(unwritable)?;
    let rows = export.next().await?.unwrap_or_default();
    let first = text(form, first, &rows)?;
    let name = format!("members-{}.csv", export.slug());
    let pages = stream::try_unfold((Some(first), export), move |(first, mut export)| {
        let request_id = Arc::clone(&request_id);
        async move {
            if let Some(first) = first {
                return Ok(Some((first, (None, export))));
            }
            let page = match export.next().await {
                Ok(rows) => rows
                    .map(|rows| text(form, form.writer(), &rows))
                    .transpose(),
                Err(failure) => Err(failure),
            };
            let page = page.map_err(|failure| broken(&request_id, failure))?;
            Ok(page.map(|page| (page, (None, export))))
        }
    });
    Ok(file(
        &name,
        "text/csv; charset=utf-8; header=present",
        pages,
    ))
}

/// The format of the file, from the parameters.
#[derive(Debug, Clone, Copy)]
struct Form {
    separator: u8,
    bom: bool,
    /// Whether it has the columns of Opendatasoft's file, which `importMembers` reads.
    is_for_import: bool,
}

impl Form {
    fn read(
        separator: Option<&str>,
        bom: Option<&str>,
        format: Option<&str>,
    ) -> Result<Self, Failure> {
        let is_for_import = match format.map(ImportFormat::parse) {
            None => false,
            Some(Some(ImportFormat::Opendatasoft)) => true,
            Some(Some(ImportFormat::Socrata) | None) => {
                return Err(Failure::bad_input(message::export_format()));
            }
        };
        let separator = match separator {
            None | Some("comma") => b',',
            Some("semicolon") => b';',
            Some("tab") => b'\t',
            Some(_) => {
                return Err(Failure::bad_input(message::separators()));
            }
        };
        let bom = match bom {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(Failure::bad_input(message::byte_order_mark())),
        };
        Ok(Self {
            separator,
            bom,
            is_for_import,
        })
    }

    const fn header(self) -> &'static [&'static str] {
        if self.is_for_import {
            &IMPORT_HEADER
        } else {
            &HEADER
        }
    }

    fn cells(self, row: &ExportRow) -> Vec<String> {
        if self.is_for_import {
            import_cells(row).into()
        } else {
            cells(row).into()
        }
    }

    /// The writer of the first page.
    fn first_writer(self) -> Writer<Vec<u8>> {
        self.behind(if self.bom {
            BYTE_ORDER_MARK.to_vec()
        } else {
            Vec::new()
        })
    }

    /// The writer of any other page.
    fn writer(self) -> Writer<Vec<u8>> {
        self.behind(Vec::new())
    }

    fn behind(self, written: Vec<u8>) -> Writer<Vec<u8>> {
        WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .delimiter(self.separator)
            .from_writer(written)
    }
}

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

fn unwritable(error: impl std::fmt::Display) -> Failure {
    Failure::Internal(format!("a row could not be written: {error}"))
}

/// The text of rows, after what the writer already contains.
fn text(form: Form, mut writer: Writer<Vec<u8>>, rows: &[ExportRow]) -> Result<Bytes, Failure> {
    for row in rows {
        writer
            .write_record(form.cells(row).iter().map(|cell| defuse(cell).into_owned()))
            .map_err(unwritable)?;
    }
    writer
        .into_inner()
        .map(Bytes::from)
        .map_err(|error| unwritable(error.error()))
}

/// What `importMembers` makes the same member of: the role and the permissions that were given
/// directly, not what they come to.
fn import_cells(row: &ExportRow) -> [String; IMPORT_HEADER.len()] {
    let is_active = match row.state {
        MembershipState::Active | MembershipState::Scheduled => "true",
        MembershipState::Disabled | MembershipState::Ended => "false",
    };
    [
        row.email.clone(),
        row.given_name.clone().unwrap_or_default(),
        row.family_name.clone().unwrap_or_default(),
        row.email.clone(),
        is_active.to_owned(),
        opendatasoft_cell(row.direct_permissions),
        groups_cell(row.groups.iter().map(|title| &**title)),
        instant(row.joined_at),
        row.last_active_at.map(instant).unwrap_or_default(),
        row.role.as_deref().unwrap_or_default().to_owned(),
        instant(row.starts_at),
        row.ends_at.map(instant).unwrap_or_default(),
    ]
}

fn cells(row: &ExportRow) -> [String; HEADER.len()] {
    let groups: Vec<&str> = row.groups.iter().map(|title| &**title).collect();
    let permissions: Vec<&str> = row
        .permissions
        .iter()
        .map(|permission| permission.as_str())
        .collect();
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
