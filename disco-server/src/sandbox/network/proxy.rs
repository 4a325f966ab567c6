//! A plain HTTP proxy within the rules of its sandbox.

use std::sync::Arc;

use async_trait::async_trait;
use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};

use super::forward::{forward, words};
use super::line::{Line, Refusal};
use super::rules::Target;
use super::serve::{Answer, Porter};

/// `CONNECT` and requests with absolute URIs.
#[derive(Debug)]
pub(super) struct Forwarding;

#[async_trait]
impl Porter for Forwarding {
    async fn answer(&self, line: &Arc<Line>, request: Request<Incoming>) -> Answer {
        let done = if request.method() == Method::CONNECT {
            tunnel(line, request).await
        } else {
            pass_on(line, request).await
        };
        done.unwrap_or_else(|refusal| Answer::Response(words(&refusal)))
    }
}

async fn tunnel(line: &Line, request: Request<Incoming>) -> Result<Answer, Refusal> {
    let target = Target::of(request.uri()).ok_or_else(unclear)?;
    let stream = line.open("CONNECT", &target).await?;
    Ok(Answer::Tunnel(hyper::upgrade::on(request), stream))
}

async fn pass_on(line: &Line, request: Request<Incoming>) -> Result<Answer, Refusal> {
    let target = Target::of(request.uri()).filter(|_| request.uri().scheme_str() == Some("http"));
    let target = target.ok_or_else(unclear)?;
    let stream = line.open(request.method().as_str(), &target).await?;
    forward(stream, &target, request).await.map(Answer::Response)
}

fn unclear() -> Refusal {
    let words = "this is a proxy: ask it for `CONNECT host:port`, or for `http://host/path`";
    Refusal { status: StatusCode::BAD_REQUEST, words: words.to_owned() }
}
