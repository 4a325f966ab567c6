//! A host of git repositories: `git http-backend` behind a small HTTP server that demands a password.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::http::response::Builder;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What the host wants as a password.
pub(super) const SECRET: &str = "s3cret-t0ken";
/// `git:` and the password, in Base64.
const BASIC: &str = "Basic Z2l0OnMzY3JldC10MGtlbg==";

/// One request, as it came.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) path: String,
    pub(super) authorization: Option<String>,
}

/// A host with an empty repository `repo.git`, which demands the password, and `moved.git`, which is elsewhere.
pub(super) struct Host {
    pub(super) address: SocketAddr,
    /// The certificate, in PEM, if it speaks TLS.
    pub(super) certificate: Option<String>,
    shared: Arc<Shared>,
}

struct Shared {
    folder: TempDir,
    elsewhere: Mutex<String>,
    seen: Mutex<Vec<Seen>>,
}

impl Host {
    pub(super) async fn start() -> Self {
        Self::start_with(None).await
    }

    pub(super) async fn start_with_tls() -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Self { certificate: Some(cert.pem()), ..Self::start_with(Some(acceptor)).await }
    }

    async fn start_with(tls: Option<TlsAcceptor>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let init = ["init", "-q", "--bare", "-b", "main", "repo.git"];
        let made = Command::new("git").args(init).current_dir(folder.path()).status().await.unwrap();
        assert!(made.success());
        let shared = Arc::new(Shared { folder, elsewhere: Mutex::default(), seen: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(accept(listener, tls, shared.clone()));
        Self { address, certificate: None, shared }
    }

    /// The URL of one of its repositories.
    pub(super) fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// Where `moved.git` is said to be.
    pub(super) fn redirect_to(&self, url: &str) {
        url.clone_into(&mut self.shared.elsewhere.lock().unwrap());
    }

    /// What it was asked for.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, shared) = (tls.clone(), shared.clone());
        tokio::spawn(async move {
            match tls {
                None => serve(stream, shared).await,
                // A client that does not trust the certificate goes away here.
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, shared).await;
                    }
                }
            }
        });
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, shared: Arc<Shared>) {
    let answer = |request| async { Ok::<_, Infallible>(answer(&shared, request).await) };
    http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)).await.ok();
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let authorization =
        request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let path = request.uri().path().to_owned();
    shared.seen.lock().unwrap().push(Seen { path: path.clone(), authorization: authorization.clone() });
    if path.starts_with("/moved.git") {
        let query = request.uri().query().unwrap_or_default();
        let to =
            shared.elsewhere.lock().unwrap().clone() + path.trim_start_matches("/moved.git") + "?" + query;
        return response(302).header("location", to).body(Full::default()).unwrap();
    }
    if authorization.as_deref() != Some(BASIC) {
        let challenge = response(401).header("www-authenticate", "Basic realm=\"git\"");
        return challenge.body(Full::default()).unwrap();
    }
    backend(shared.folder.path(), request).await
}

fn response(status: u16) -> Builder {
    Response::builder().status(StatusCode::from_u16(status).unwrap())
}

/// Runs `git http-backend` as RFC 3875 wants it.
async fn backend(folder: &Path, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let header = |name: &str| {
        request.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    let mut child = Command::new("git")
        .args(["-c", "safe.directory=*", "http-backend"])
        .env("GIT_PROJECT_ROOT", folder)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REMOTE_USER", "git")
        .env("REMOTE_ADDR", "127.0.0.1")
        .env("REQUEST_METHOD", request.method().as_str())
        .env("PATH_INFO", request.uri().path())
        .env("QUERY_STRING", request.uri().query().unwrap_or_default())
        .env("CONTENT_TYPE", header("content-type"))
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
        .env("GIT_PROTOCOL", header("git-protocol"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let mut input = child.stdin.take().unwrap();
    let write = async move { input.write_all(&body).await.ok() };
    let (_, done) = tokio::join!(write, child.wait_with_output());
    let output = done.unwrap().stdout;
    let end = output.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("headers");
    let mut response = Response::builder();
    for line in std::str::from_utf8(&output[..end]).unwrap().lines() {
        let (name, value) = line.split_once(": ").unwrap();
        response = match name {
            "Status" => response.status(value[..3].parse::<u16>().unwrap()),
            _ => response.header(name, value),
        };
    }
    response.body(Full::from(output[end + 4..].to_vec())).unwrap()
}
