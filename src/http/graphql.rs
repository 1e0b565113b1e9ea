//! GraphQL over HTTP: one request in, one answer out.
//!
//! Owns methods, media types, the body's size and format, and the status. Identification comes
//! first, so that a bad credential is always 401. Admission decides everything about GraphQL. Must
//! not name the engine.

use std::{sync::Arc, sync::atomic::Ordering};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::State,
};
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode,
    header::{
        ALLOW, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, SET_COOKIE, VARY,
        WWW_AUTHENTICATE,
    },
    request::Parts,
};

use super::{
    Edge,
    client::peer,
    csrf::is_json,
    held,
    identify::{Caller, Identify, Refusal},
    language,
    log::{Logged, RequestId},
    negotiate::{Media, negotiate},
    query_string,
    respond::{self, Detail, ErrorCode},
};
use crate::{
    domain::vocabulary::Locale,
    graphql::admission::{
        Admission, Asking, GraphqlRequest, GraphqlResponse, LoggedCode, NoTurn, OperationKind,
        RefusalKind, RequestCost, ResponseHeaders, WINDOW_SECONDS, code,
    },
    words::message::{self, Message},
};

/// A refusal before admission.
struct Rejection {
    status: StatusCode,
    code: &'static str,
    message: Message,
    retry_after: Option<u64>,
}

fn reject(status: StatusCode, message: Message) -> Rejection {
    Rejection {
        status,
        code: code::BAD_USER_INPUT,
        message,
        retry_after: None,
    }
}

/// The request's turn did not come.
fn no_turn(reason: NoTurn) -> Rejection {
    let (status, code, message) = match reason {
        NoTurn::Full => (
            StatusCode::TOO_MANY_REQUESTS,
            code::RATE_LIMITED,
            message::too_many_at_once(),
        ),
        NoTurn::Late => (
            StatusCode::SERVICE_UNAVAILABLE,
            code::UNAVAILABLE,
            message::unavailable(),
        ),
    };
    Rejection {
        status,
        code,
        message,
        retry_after: Some(1),
    }
}

/// Answers `/graphql`.
pub(super) async fn handle<I: Identify>(
    State(edge): State<Arc<Edge<I>>>,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let request_id = parts
        .extensions
        .get::<RequestId>()
        .cloned()
        .unwrap_or_default();
    let media = negotiate(&parts.headers);
    let shown = media.unwrap_or(Media::GraphqlResponse);
    if !matches!(parts.method, Method::GET | Method::HEAD | Method::POST) {
        return not_allowed(shown, requested_locale(&parts.headers), "GET, POST");
    }
    let peer = peer(&parts.extensions);
    let (caller, bad_cookie) = match edge.identify.identify(&parts, peer, &request_id.0).await {
        Ok(caller) => (caller, None),
        Err(Refusal::BadCookie { clear, visitor }) => (*visitor, Some(clear)),
        Err(refusal) => {
            return refused(
                shown,
                refusal,
                requested_locale(&parts.headers),
                &request_id.0,
            );
        }
    };
    let mut logged = Logged::of(&caller);
    let locale = caller.locale;
    let read = match media {
        Some(_) => read(&edge, &parts, body, &caller).await,
        None => Err(reject(StatusCode::NOT_ACCEPTABLE, message::media_types())),
    };
    // A cookie is sent with every request, and signing in sets another one.
    if let Some(clear) = bad_cookie
        && !signs_in(&edge, read.as_ref().ok()).await
    {
        return bad_cookie_refused(shown, clear, locale);
    }
    let mut response = match read {
        Ok(request) => {
            run(
                &edge,
                &parts,
                shown,
                request,
                caller,
                &request_id.0,
                &mut logged,
            )
            .await
        }
        Err(rejection) => rejected(&edge, &parts, shown, &caller, rejection),
    };
    let headers = response.headers_mut();
    headers.insert(
        VARY,
        HeaderValue::from_static(
            "accept, accept-language, origin, cookie, authorization, x-api-key",
        ),
    );
    headers.insert(
        CONTENT_LANGUAGE,
        HeaderValue::from_static(language::tag(locale)),
    );
    response.extensions_mut().insert(Arc::new(logged));
    response
}

/// Answers a request that could not be read, and charges for its bytes.
fn rejected<I>(
    edge: &Edge<I>,
    parts: &Parts,
    media: Media,
    caller: &Caller,
    Rejection {
        status,
        code,
        message,
        retry_after,
    }: Rejection,
) -> Response<Body> {
    let mut response = respond::error(
        media,
        status,
        code,
        &message,
        caller.locale,
        Detail {
            retry_after,
            ..Detail::default()
        },
    );
    // The bytes arrived even if they could not be read.
    let bytes = declared_length(&parts.headers)
        .map_or(0, |length| length.min(edge.options.body_limit as u64)) as usize;
    let cost = edge
        .admission
        .charge_bytes(&caller.budget_key, caller.now, bytes);
    budget_headers(response.headers_mut(), &cost);
    response
}

/// Whether the request does nothing but sign in.
async fn signs_in<I>(edge: &Edge<I>, request: Option<&GraphqlRequest>) -> bool {
    let Some(request) = request else { return false };
    edge.admission
        .root_fields(request)
        .await
        .is_some_and(|fields| fields.len() == 1 && fields[0] == "signIn")
}

async fn run<I: Identify>(
    edge: &Edge<I>,
    parts: &Parts,
    media: Media,
    request: GraphqlRequest,
    caller: Caller,
    request_id: &str,
    logged: &mut Logged,
) -> Response<Body> {
    let headers = ResponseHeaders::default();
    let Caller {
        budget_key,
        now,
        mut data,
        locale,
        is_by_cookie,
        ..
    } = caller;
    data.insert(headers.clone());
    let logged_code = LoggedCode::default();
    data.insert(logged_code.clone());
    let read_only = parts.method != Method::POST;
    let asking = Asking {
        budget_key: &budget_key,
        now,
        data,
        locale,
        request_id,
        read_only,
        persisted_only: is_by_cookie && edge.options.persisted_only,
    };
    let GraphqlResponse {
        body,
        refused,
        code,
        operation,
        cost,
    } = edge.admission.execute(request, asking).await;
    logged.complexity = cost.complexity;
    logged.operation = operation;
    let ok_for_document = media == Media::OnlyJson && edge.options.ok_for_json_only;
    let status = status_of(refused, ok_for_document);
    let is_mutation = logged
        .operation
        .as_ref()
        .is_some_and(|operation| operation.kind == OperationKind::Mutation);
    let mut response = match held::hold(body, is_mutation) {
        Some(body) => respond::json(media, status, body),
        None => unavailable(media, locale),
    };
    if let Some(code) = code.or_else(|| logged_code.get().map(str::to_owned)) {
        response.extensions_mut().insert(ErrorCode(code));
    }
    let out = response.headers_mut();
    budget_headers(out, &cost);
    refusal_headers(out, refused);
    for (name, value) in headers.take() {
        out.append(name, value);
    }
    response
}

/// Too many answers wait to be sent.
fn unavailable(media: Media, locale: Locale) -> Response<Body> {
    let detail = Detail {
        retry_after: Some(1),
        ..Detail::default()
    };
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let message = message::unavailable();
    respond::error(media, status, code::UNAVAILABLE, &message, locale, detail)
}

fn refusal_headers(headers: &mut HeaderMap, refused: Option<RefusalKind>) {
    match refused {
        Some(RefusalKind::MutationOverGet) => {
            headers.insert(ALLOW, HeaderValue::from_static("POST"));
        }
        Some(RefusalKind::RateLimited { retry_after }) => {
            headers.insert(http::header::RETRY_AFTER, HeaderValue::from(retry_after));
        }
        _ => {}
    }
}

/// The status of an answer. `ok_for_document` is for clients that expect 200 with an invalid
/// document.
const fn status_of(refused: Option<RefusalKind>, ok_for_document: bool) -> StatusCode {
    match refused {
        None => StatusCode::OK,
        Some(RefusalKind::Document) if ok_for_document => StatusCode::OK,
        Some(RefusalKind::Document | RefusalKind::Request | RefusalKind::TooComplex) => {
            StatusCode::BAD_REQUEST
        }
        Some(RefusalKind::MutationOverGet) => StatusCode::METHOD_NOT_ALLOWED,
        Some(RefusalKind::RateLimited { .. }) => StatusCode::TOO_MANY_REQUESTS,
    }
}

/// Reads the request from the query string or the body.
async fn read<I>(
    edge: &Edge<I>,
    parts: &Parts,
    body: Body,
    caller: &Caller,
) -> Result<GraphqlRequest, Rejection> {
    let turn = async |bytes: usize| {
        edge.admission
            .wait_for_turn(&caller.budget_key, caller.now, bytes)
            .await
            .map(Some)
            .map_err(no_turn)
    };
    if parts.method != Method::POST {
        let query = parts.uri.query().unwrap_or_default();
        let turn = turn(query.len()).await?;
        return query_string::read(query)
            .map(|request| GraphqlRequest { turn, ..request })
            .map_err(|message| reject(StatusCode::BAD_REQUEST, message));
    }
    if !is_json(&parts.headers) {
        return Err(reject(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            message::json_body(),
        ));
    }
    if parts
        .headers
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| encoding != "identity")
    {
        return Err(reject(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            message::compressed_body(),
        ));
    }
    let bytes = read_body(edge, &parts.headers, body, caller.is_signed_in).await?;
    let turn = turn(bytes.len()).await?;
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(reject(StatusCode::BAD_REQUEST, message::one_request()));
    }
    Admission::read(&bytes)
        .map(|request| GraphqlRequest { turn, ..request })
        .map_err(|reason| reject(StatusCode::BAD_REQUEST, message::body_form(reason)))
}

/// Reads the body within the caller's limit and the time-out of requests.
async fn read_body<I>(
    edge: &Edge<I>,
    headers: &HeaderMap,
    body: Body,
    is_signed_in: bool,
) -> Result<Bytes, Rejection> {
    let all = edge.options.body_limit;
    let limit = if is_signed_in {
        all
    } else {
        all.min(edge.options.anonymous_body_limit)
    };
    let too_large = || {
        let message = if limit < all {
            message::body_size_signed_out(limit, all)
        } else {
            message::body_size(limit)
        };
        reject(StatusCode::PAYLOAD_TOO_LARGE, message)
    };
    if declared_length(headers).is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    let late = || reject(StatusCode::BAD_REQUEST, message::body_late());
    let arriving = tokio::time::timeout(edge.admission.limits().timeout, to_bytes(body, limit));
    arriving.await.map_err(|_| late())?.map_err(|error| {
        if is_limit(&error) {
            too_large()
        } else {
            reject(StatusCode::BAD_REQUEST, message::body_incomplete())
        }
    })
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_limit(error: &axum::Error) -> bool {
    let mut source: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = source {
        if error.to_string() == "length limit exceeded" {
            return true;
        }
        source = error.source();
    }
    false
}

fn not_allowed(media: Media, locale: Locale, allow: &'static str) -> Response<Body> {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let mut response = respond::error(
        media,
        status,
        code::BAD_USER_INPUT,
        &message::get_or_post(),
        locale,
        Detail::default(),
    );
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(allow));
    response
}

/// The requested language, while nobody is known.
pub(super) fn requested_locale(headers: &HeaderMap) -> Locale {
    language::accepted(headers).unwrap_or(Locale::En)
}

fn unauthenticated(media: Media, message: &Message, locale: Locale) -> Response<Body> {
    let detail = Detail::default();
    let mut response = respond::error(
        media,
        StatusCode::UNAUTHORIZED,
        code::UNAUTHENTICATED,
        message,
        locale,
        detail,
    );
    response
        .headers_mut()
        .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer, Apikey"));
    response
}

fn bad_cookie_refused(media: Media, clear: String, locale: Locale) -> Response<Body> {
    let mut response = unauthenticated(media, &message::session_ended(), locale);
    if let Ok(clear) = HeaderValue::try_from(clear) {
        response.headers_mut().append(SET_COOKIE, clear);
    }
    response
}

pub(super) fn refused(
    media: Media,
    refusal: Refusal,
    locale: Locale,
    request_id: &str,
) -> Response<Body> {
    let say = |status, code, message: Message, retry_after| {
        let request_id = (code == code::INTERNAL).then_some(request_id);
        respond::error(
            media,
            status,
            code,
            &message,
            locale,
            Detail {
                request_id,
                retry_after,
                ..Detail::default()
            },
        )
    };
    match refusal {
        Refusal::BadCredential => unauthenticated(media, &message::bad_credential(), locale),
        Refusal::BadScheme => unauthenticated(media, &message::credential_form(), locale),
        Refusal::BadCookie { clear, visitor } => bad_cookie_refused(media, clear, visitor.locale),
        Refusal::RateLimited { retry_after } => say(
            StatusCode::TOO_MANY_REQUESTS,
            code::RATE_LIMITED,
            message::too_many_calls(retry_after),
            Some(retry_after),
        ),
        Refusal::Unavailable { retry_after } => say(
            StatusCode::SERVICE_UNAVAILABLE,
            code::UNAVAILABLE,
            message::unavailable(),
            Some(retry_after),
        ),
        Refusal::Internal => say(
            StatusCode::INTERNAL_SERVER_ERROR,
            code::INTERNAL,
            message::internal(),
            None,
        ),
    }
}

/// The budget in the form of the IETF draft "RateLimit header fields for HTTP".
pub(super) fn budget_headers(headers: &mut HeaderMap, cost: &RequestCost) {
    let state = format!("\"complexity\";r={};t={}", cost.remaining, cost.resets_in);
    let policy = format!("\"complexity\";q={};w={WINDOW_SECONDS}", cost.limit);
    for (name, value) in [("ratelimit", state), ("ratelimit-policy", policy)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
}

impl Logged {
    /// The log line of a request from `caller`.
    pub(super) fn of(caller: &Caller) -> Self {
        Self {
            actor: caller.log_actor.clone(),
            statements: caller.statements.clone(),
            ..Self::default()
        }
    }

    /// The number of SQL statements so far.
    pub(super) fn statement_count(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }
}
