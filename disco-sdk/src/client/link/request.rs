//! One HTTP request on a connection of its own.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming as Body;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use super::events::Events;
use super::{Incoming, Single};
use crate::error::{Error, Result};

/// The largest answer that is read, in bytes.
const LARGEST: usize = 64 << 20;

/// Sends a request to where its URI says. When the response is dropped, the connection closes.
pub(super) async fn send(mut request: Request<Full<Bytes>>) -> Result<Response<Body>> {
    let authority = request.uri().authority().ok_or_else(|| Error::new("the URL names no server"))?.clone();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let path: Uri = path.parse()?;
    *request.uri_mut() = path;
    request.headers_mut().insert(HOST, HeaderValue::from_str(authority.as_str())?);
    let port = authority.port_u16().unwrap_or(80);
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender.send_request(request).await?)
}

/// The messages in a response: none, one, or a stream of them.
pub(super) async fn messages(response: Response<Body>) -> Result<Box<dyn Incoming>> {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("text/event-stream") {
        return Ok(Box::new(Events::new(response.into_body())));
    }
    let status = response.status();
    let body = Limited::new(response.into_body(), LARGEST).collect().await;
    let body = body.map_err(|error| Error::new(format!("the answer breaks off: {error}")))?.to_bytes();
    if body.is_empty() {
        let is_fine = status.is_success();
        return if is_fine { Ok(Box::new(Single(None))) } else { Err(Error::new(format!("HTTP {status}"))) };
    }
    let message: Value = serde_json::from_slice(&body)
        .map_err(|error| Error::new(format!("HTTP {status}, and its body is no message: {error}")))?;
    Ok(Box::new(Single(Some(message))))
}
