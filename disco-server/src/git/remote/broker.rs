//! Stands between git in a sandbox and one remote: adds the credential, and lets nothing else through.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, COOKIE, HeaderValue, LOCATION, SET_COOKIE, WWW_AUTHENTICATE};
use hyper::{Method, Request, Response, StatusCode};
use tokio_rustls::TlsConnector;

use super::address::Place;
use super::credentials::Credential;
use super::tls;
use crate::error::Result;
use crate::sandbox::network::{
    Access, Allowed, Answer, Body, Line, Porter, Refusal, Rules, Target, forward, words,
};

/// What git wants of the remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// To read.
    Fetch,
    /// To write.
    Push,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Self::Fetch => "git-upload-pack",
            Self::Push => "git-receive-pack",
        }
    }
}

/// What the broker has met that git itself tells badly. The first counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The remote wants another credential, or one at all.
    Unauthorized(StatusCode),
    /// The remote says that there is nothing here.
    NotFound,
    /// The remote points elsewhere.
    Redirect(String),
    /// The rules forbid the remote.
    Refused(String),
    /// The remote cannot be reached.
    Unreachable(String),
}

/// Answers the requests of one run of git.
#[derive(Debug)]
pub(crate) struct Broker {
    place: Place,
    service: Service,
    authorization: Option<HeaderValue>,
    tls: Option<Tls>,
    seen: Mutex<Option<Seen>>,
}

struct Tls(TlsConnector);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

impl Broker {
    pub(crate) fn new(
        place: Place,
        service: Service,
        credential: Option<&Credential>,
        ca_file: Option<&Path>,
    ) -> Result<Arc<Self>> {
        let authorization = credential.map(Credential::header).transpose()?;
        let tls = place.is_https.then(|| tls::connector(ca_file).map(Tls)).transpose()?;
        Ok(Arc::new(Self { place, service, authorization, tls, seen: Mutex::default() }))
    }

    /// The network that leads here and nowhere else.
    pub(crate) fn access(self: &Arc<Self>, allowed: &Allowed) -> Access {
        Access { rules: Rules::only(&self.place.target, allowed), porter: self.clone() }
    }

    /// What it has met.
    pub(crate) fn seen(&self) -> Option<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, seen: Seen) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(seen);
    }

    /// Whether a request is one that git's protocol makes for this repository and this purpose.
    fn is_ours(&self, request: &Request<Incoming>) -> bool {
        let (uri, service) = (request.uri(), self.service.name());
        let Some(path) = uri.path().strip_prefix(&self.place.path) else { return false };
        let here = uri.scheme_str() == Some("http") && Target::of(uri).as_ref() == Some(&self.place.target);
        here && match *request.method() {
            Method::GET => {
                path == "/info/refs"
                    && uri.query().and_then(|query| query.strip_prefix("service=")) == Some(service)
            }
            Method::POST => path.strip_prefix('/') == Some(service) && uri.query().is_none(),
            _ => false,
        }
    }

    async fn pass_on(&self, line: &Line, mut request: Request<Incoming>) -> Result<Response<Body>, Refusal> {
        if !self.is_ours(&request) {
            let url = &self.place.url;
            return Err(Refusal::forbidden(format!("only git's own requests to {url} are let through here")));
        }
        let headers = request.headers_mut();
        headers.remove(AUTHORIZATION);
        headers.remove(COOKIE);
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        let target = &self.place.target;
        let sent = async {
            let stream = line.open(request.method().as_str(), target).await?;
            match &self.tls {
                Some(Tls(connector)) => {
                    forward(tls::secure(connector, target, stream).await?, target, request).await
                }
                None => forward(stream, target, request).await,
            }
        };
        let response = sent.await.inspect_err(|refusal| {
            let words = refusal.words.clone();
            let is_refused = refusal.status == StatusCode::FORBIDDEN;
            self.note(if is_refused { Seen::Refused(words) } else { Seen::Unreachable(words) });
        })?;
        self.judge(response)
    }

    /// Passes on what git should see. A challenge is none of its business: it could only ask the repository's helpers.
    fn judge(&self, mut response: Response<Body>) -> Result<Response<Body>, Refusal> {
        let status = response.status();
        let refuse = |seen: Seen, words: &str| {
            self.note(seen);
            Err(Refusal::forbidden(format!("{}: {words}", self.place.url)))
        };
        if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
            return refuse(Seen::Unauthorized(status), "the remote refuses the credential, or wants one");
        }
        if status.is_redirection() {
            let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
            let location = location.unwrap_or("nowhere").chars().take(500).collect();
            return refuse(
                Seen::Redirect(location),
                "the remote is elsewhere, and redirects are not followed",
            );
        }
        if status == StatusCode::NOT_FOUND {
            self.note(Seen::NotFound);
        }
        response.headers_mut().remove(SET_COOKIE);
        response.headers_mut().remove(WWW_AUTHENTICATE);
        Ok(response)
    }
}

#[async_trait]
impl Porter for Broker {
    async fn answer(&self, line: &Arc<Line>, request: Request<Incoming>) -> Answer {
        Answer::Response(self.pass_on(line, request).await.unwrap_or_else(|refusal| words(&refusal)))
    }
}
