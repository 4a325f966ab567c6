//! One HTTP request, sent on over a connection of its own.

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{
    CONNECTION, CONTENT_TYPE, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::line::Refusal;
use super::rules::Target;

/// What an answer carries.
pub(crate) type Body = BoxBody<Bytes, hyper::Error>;

/// Sends a request on, and gives the answer as it comes. `target` becomes its `Host`.
pub(crate) async fn forward<S>(
    stream: S,
    target: &Target,
    request: Request<Incoming>,
) -> Result<Response<Body>, Refusal>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let failed = |error: &dyn std::fmt::Display| Refusal::failed(format!("{target}: {error}"));
    let request = outgoing(target, request).map_err(|error| failed(&error))?;
    let shaken = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = shaken.map_err(|error| failed(&error))?;
    // It ends when the answer has been read or let go of, or when the bounds of the stream end it.
    tokio::spawn(connection);
    let mut response = sender.send_request(request).await.map_err(|error| failed(&why(&error)))?;
    drop_hop_by_hop(response.headers_mut());
    Ok(response.map(BodyExt::boxed))
}

/// The innermost reason: the outer ones say only where it was met.
fn why(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .last()
        .map_or_else(String::new, ToString::to_string)
}

fn outgoing(target: &Target, request: Request<Incoming>) -> Result<Request<Incoming>, hyper::http::Error> {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = path.parse::<Uri>()?;
    parts.version = hyper::Version::HTTP_11;
    drop_hop_by_hop(&mut parts.headers);
    parts.headers.remove(EXPECT);
    let host = if target.port == 80 || target.port == 443 {
        let full = target.to_string();
        full.rsplit_once(':').map_or(full.clone(), |(host, _)| host.to_owned())
    } else {
        target.to_string()
    };
    parts.headers.insert(HOST, HeaderValue::try_from(host)?);
    Ok(Request::from_parts(parts, body))
}

/// Removes what is meant for the next hop alone, and what is meant for a proxy.
fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let listed: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let proxy = ["proxy-connection", "proxy-authorization", "proxy-authenticate", "keep-alive"];
    let names = [CONNECTION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE].into_iter();
    for name in names.chain(proxy.map(HeaderName::from_static)).chain(listed) {
        headers.remove(name);
    }
}

/// An answer of the proxy itself.
pub(crate) fn words(refusal: &Refusal) -> Response<Body> {
    let text = format!("disco: {}\n", refusal.words);
    let body = Full::new(Bytes::from(text)).map_err(|never| match never {}).boxed();
    let mut response = Response::new(body);
    *response.status_mut() = refusal.status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    // `curl` shows the headers of an answer to CONNECT, but not its body.
    if let Ok(words) = HeaderValue::from_str(&refusal.words) {
        response.headers_mut().insert(HeaderName::from_static("x-disco-refused"), words);
    }
    response
}
