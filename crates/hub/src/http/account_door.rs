//! The routes of owners' accounts. [`own_name`](super::own_name) stands before all of them; what changes something is a
//! `POST` of JSON with our own `Origin`, so that no other site's page can make a browser send one.

use super::account_door_cookies::Cookie;
use super::own_name::OwnName;
use super::{App, Reached};
use crate::accounts::bodies::{
    ChangePassword, Confirm, Done, Enrol, Nothing, RecordBefore, RecoveryCodes, Refused, Reset,
    SecondFactor, SignIn, SignUp, State as SignState, StateIs, TakeInvite,
};
use crate::accounts::{Caller, Entered, Opened, Refusal};
use ::accounts::{Unfit, device};
use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

/// The largest body: a password that nobody types, and some.
const BODY_MAX: usize = 8 * 1024;

type Answer = Result<Response, Refusal>;

/// Whoever asks.
pub(crate) struct Here {
    caller: Caller,
    own: OwnName,
}

/// Whoever asks for a change, and for which.
pub(crate) struct Asked<T> {
    here: Here,
    body: T,
}

impl FromRequestParts<App> for Here {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let reached = parts.extensions.get::<Reached>();
        let (reached, own) = reached
            .zip(parts.extensions.get::<OwnName>())
            .ok_or(Refusal::Invalid)?;
        let (headers, key) = (&parts.headers, app.hub.inner.accounts.token_key());
        let agent = headers.get(header::USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok());
        let caller = Caller {
            // Everybody who comes through a proxy is "this machine": nobody is told apart there.
            address: (!reached.peer.is_loopback()).then_some(reached.peer),
            session: Cookie::Session.read(headers, own, key),
            half: Cookie::Half.read(headers, own, key),
            device: Cookie::Device.read(headers, own, key),
            words: device::words(agent.unwrap_or_default()),
        };
        let own = own.clone();
        Ok(Self { caller, own })
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let here = Here::from_request_parts(&mut parts, app).await?;
        if here.own.same_origin(&parts.headers) != Some(true) || !is_json(&parts.headers) {
            return Err(Refusal::Invalid);
        }
        let body = axum::body::to_bytes(body, BODY_MAX);
        let body = match timeout(app.hub.inner.limits.body_within, body).await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) | Err(_) => return Err(Refusal::Invalid),
        };
        // A list of the fields in their order would be understood, too. Only what is described is.
        if body.trim_ascii_start().first() != Some(&b'{') {
            return Err(Refusal::Invalid);
        }
        let body = serde_json::from_slice(&body).map_err(|_| Refusal::Invalid)?;
        Ok(Self { here, body })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code) = told(self);
        let mut response = (status, Json(Refused { code })).into_response();
        if let Self::Slow(wait) = self {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        private(response)
    }
}

fn told(refusal: Refusal) -> (StatusCode, &'static str) {
    match refusal {
        Refusal::Invalid => (StatusCode::BAD_REQUEST, "invalid"),
        Refusal::Wrong => (StatusCode::UNAUTHORIZED, "wrong"),
        Refusal::SignedOut => (StatusCode::UNAUTHORIZED, "signed_out"),
        Refusal::Confirm => (StatusCode::FORBIDDEN, "confirm"),
        Refusal::NotFound => (StatusCode::NOT_FOUND, "not_found"),
        Refusal::NameTaken => (StatusCode::CONFLICT, "name_taken"),
        Refusal::TooMany => (StatusCode::CONFLICT, "too_many"),
        Refusal::Invite => (StatusCode::GONE, "invite"),
        Refusal::Unfit(unfit) => {
            let code = match unfit {
                Unfit::Short => "password_short",
                Unfit::Long => "password_long",
                Unfit::Common => "password_common",
                Unfit::Name => "password_name",
            };
            (StatusCode::UNPROCESSABLE_ENTITY, code)
        }
        Refusal::Slow(_) => (StatusCode::TOO_MANY_REQUESTS, "slow"),
        Refusal::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        Refusal::Storage => (StatusCode::SERVICE_UNAVAILABLE, "storage"),
    }
}

/// For one browser and for nobody's cache, and readable by our own pages only.
fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("same-origin"),
    );
    response
}

fn answer(body: impl Serialize) -> Response {
    private(Json(body).into_response())
}

fn done(_: ()) -> Response {
    answer(Done { done: true })
}

fn with_cookies(
    mut response: Response,
    cookies: impl IntoIterator<Item = Option<HeaderValue>>,
) -> Response {
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The browser is given its session, and its device's token if it is new here.
fn opened(opened: &Opened, own: &OwnName, response: Response) -> Response {
    let device = opened.device.as_ref();
    let cookies = [
        Cookie::Session.give(&opened.session, own),
        device.and_then(|token| Cookie::Device.give(token, own)),
        Cookie::Half.take_back(own),
    ];
    with_cookies(response, cookies)
}

fn state(state: SignState) -> Response {
    answer(StateIs { state })
}

/// `POST /v1/account/sign-up`.
pub(crate) async fn sign_up(State(app): State<App>, asked: Asked<SignUp>) -> Answer {
    let Here { caller, own } = asked.here;
    let (session, recovery_codes) = app.hub.sign_up(asked.body, &caller).await?;
    let response = answer(RecoveryCodes { recovery_codes });
    Ok(opened(&session, &own, response))
}

/// `POST /v1/account/reset`.
pub(crate) async fn reset(State(app): State<App>, asked: Asked<Reset>) -> Answer {
    let recovery_codes = app.hub.reset(asked.body).await?;
    Ok(answer(RecoveryCodes { recovery_codes }))
}

/// `POST /v1/account/sign-in`.
pub(crate) async fn sign_in(State(app): State<App>, asked: Asked<SignIn>) -> Answer {
    let Here { caller, own } = asked.here;
    Ok(match app.hub.sign_in(asked.body, &caller).await? {
        Entered::In(session) => opened(&session, &own, state(SignState::SignedIn)),
        Entered::Half(token) => {
            let half = Cookie::Half.give(&token, &own);
            with_cookies(state(SignState::SecondFactor), [half])
        }
    })
}

/// `POST /v1/account/second-factor`.
pub(crate) async fn second_factor(State(app): State<App>, asked: Asked<SecondFactor>) -> Answer {
    let Here { caller, own } = asked.here;
    let session = app.hub.second_factor(asked.body, &caller).await?;
    Ok(opened(&session, &own, state(SignState::SignedIn)))
}

/// `POST /v1/account/sign-out`.
pub(crate) async fn sign_out(State(app): State<App>, asked: Asked<Nothing>) -> Answer {
    let Here { caller, own } = asked.here;
    app.hub.sign_out(&caller).await?;
    let cookies = [Cookie::Session, Cookie::Half].map(|cookie| cookie.take_back(&own));
    Ok(with_cookies(state(SignState::SignedOut), cookies))
}

/// `GET /v1/account`.
pub(crate) async fn me(State(app): State<App>, here: Here) -> Answer {
    Ok(answer(app.hub.me(&here.caller).await?))
}

/// `GET /v1/account/shops`.
pub(crate) async fn shops(State(app): State<App>, here: Here) -> Answer {
    Ok(answer(app.hub.own_shops(&here.caller).await?))
}

/// `GET /v1/account/shops/<shop>`.
pub(crate) async fn shop(State(app): State<App>, here: Here, Path(shop): Path<String>) -> Answer {
    Ok(answer(app.hub.own_shop(&shop, &here.caller).await?))
}

/// `GET /v1/account/sessions`.
pub(crate) async fn sessions(State(app): State<App>, here: Here) -> Answer {
    Ok(answer(app.hub.sessions(&here.caller).await?))
}

/// `POST /v1/account/sessions/<session>/end`.
pub(crate) async fn end_one(
    State(app): State<App>,
    Path(session): Path<String>,
    asked: Asked<Nothing>,
) -> Answer {
    let ended = app.hub.end_session(session, &asked.here.caller).await;
    ended.map(done)
}

/// `POST /v1/account/sessions/end-others`.
pub(crate) async fn end_others(State(app): State<App>, asked: Asked<Nothing>) -> Answer {
    app.hub.end_others(&asked.here.caller).await.map(done)
}

/// `GET /v1/account/record`.
pub(crate) async fn record(
    State(app): State<App>,
    here: Here,
    query: Result<Query<RecordBefore>, axum::extract::rejection::QueryRejection>,
) -> Answer {
    let Query(ask) = query.map_err(|_| Refusal::Invalid)?;
    let page = app.hub.account_record(ask.before, &here.caller).await?;
    Ok(answer(page))
}

/// `POST /v1/account/confirm`.
pub(crate) async fn confirm(State(app): State<App>, asked: Asked<Confirm>) -> Answer {
    let confirmed = app.hub.confirm(asked.body, &asked.here.caller).await;
    confirmed.map(done)
}

/// `POST /v1/account/totp/offer`.
pub(crate) async fn offer_totp(State(app): State<App>, asked: Asked<Nothing>) -> Answer {
    Ok(answer(app.hub.offer_totp(&asked.here.caller).await?))
}

/// `POST /v1/account/totp/enrol`.
pub(crate) async fn enrol_totp(State(app): State<App>, asked: Asked<Enrol>) -> Answer {
    let enrolled = app.hub.enrol_totp(asked.body, &asked.here.caller).await;
    enrolled.map(done)
}

/// `POST /v1/account/totp/remove`.
pub(crate) async fn remove_totp(State(app): State<App>, asked: Asked<Nothing>) -> Answer {
    app.hub.remove_totp(&asked.here.caller).await.map(done)
}

/// `POST /v1/account/recovery-codes`.
pub(crate) async fn recovery_codes(State(app): State<App>, asked: Asked<Nothing>) -> Answer {
    let recovery_codes = app.hub.new_recovery_codes(&asked.here.caller).await?;
    Ok(answer(RecoveryCodes { recovery_codes }))
}

/// `POST /v1/account/password`.
pub(crate) async fn password(State(app): State<App>, asked: Asked<ChangePassword>) -> Answer {
    let changed = app
        .hub
        .change_password(asked.body, &asked.here.caller)
        .await;
    changed.map(done)
}

/// `POST /v1/account/invites/take`.
pub(crate) async fn take_invite(State(app): State<App>, asked: Asked<TakeInvite>) -> Answer {
    let taken = app
        .hub
        .take_invite(&asked.body.invite, &asked.here.caller)
        .await;
    taken.map(done)
}
