//! The pages for people, and what belongs to them. They load nothing from elsewhere, and no script stands in them.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

/// Shows what the server is doing.
pub(super) const STATUS: &str = include_str!("pages/status.html");
/// Explains REST.
pub(super) const DOCS: &str = include_str!("pages/docs.html");

/// Where the files of the pages are, what they are, and what is in them.
const FILES: [(&str, &str, &str); 5] = [
    ("/pages/style.css", "text/css; charset=utf-8", include_str!("pages/style.css")),
    ("/pages/dom.js", "text/javascript; charset=utf-8", include_str!("pages/dom.js")),
    ("/pages/status.js", "text/javascript; charset=utf-8", include_str!("pages/status.js")),
    ("/pages/docs.js", "text/javascript; charset=utf-8", include_str!("pages/docs.js")),
    ("/favicon.svg", "image/svg+xml", include_str!("pages/favicon.svg")),
];

/// What a browser may do on these pages.
const POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn page(text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
        (VARY, "accept"),
    ];
    (headers, text).into_response()
}

pub(super) fn router() -> Router {
    FILES.iter().fold(Router::new(), |router, (path, kind, text)| {
        let headers = [(CONTENT_TYPE, *kind), (CACHE_CONTROL, "no-cache")];
        router.route(path, get(move || async move { (headers, *text) }))
    })
}
