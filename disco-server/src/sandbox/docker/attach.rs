//! The bytes of a terminal, as the engine sends them.
//!
//! The client of the engine's API cuts every stream into frames; that of a terminal has none, and its bytes may look like
//! one. So this request goes over a connection of its own.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST, UPGRADE};
use hyper::upgrade::Upgraded;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;

use super::engine::Engine;
use crate::error::{Error, ErrorCode, Result};

/// A terminal of a container. Dropping it does not end its command.
pub(super) type Terminal = TokioIo<Upgraded>;

/// Starts a command that was prepared to run on a terminal.
pub(super) async fn start(engine: &Engine, exec: &str) -> Result<Terminal> {
    let failed = |why: &dyn std::fmt::Display| {
        Error::new(ErrorCode::SandboxFailed, format!("the terminal cannot be opened: {why}"))
            .suggest("run `disco doctor` on the server's machine: it tells what the engine can do")
    };
    let stream = UnixStream::connect(&engine.socket).await.map_err(|error| failed(&error))?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
    // It ends with the terminal, or with the sender if there will be none.
    tokio::spawn(connection.with_upgrades());
    let request = Request::post(format!("/v{}/exec/{exec}/start", engine.api_version))
        .header(HOST, "docker")
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "tcp")
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from_static(br#"{"Detach":false,"Tty":true}"#)))
        .map_err(|error| failed(&error))?;
    let answer = sender.send_request(request).await.map_err(|error| failed(&error))?;
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        let upgraded = hyper::upgrade::on(answer).await.map_err(|error| failed(&error))?;
        return Ok(TokioIo::new(upgraded));
    }
    let status = answer.status();
    let words =
        answer.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Err(failed(&format!("{status}: {}", String::from_utf8_lossy(&words).trim())))
}
