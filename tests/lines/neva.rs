//! The program of `examples/hello.rs`, with neva: closures as in its documentation, a line shorter than with its macros.

use neva::prelude::*;

fn main() {
    let mut app = App::new().with_options(|opt| opt.with_stdio());
    app.map_tool("add", |a: i64, b: i64| a + b)
        .with_description("Adds two numbers.")
        .with_arg_names(["a", "b"]);
    app.map_resource("greeting://{name}", "greeting", |uri: Uri, name: String| {
        (uri, format!("Hello, {name}!"))
    });
    app.map_prompt("review", |language: String, code: String| {
        (format!("Review this {language} code:\n{code}"), "user")
    })
    .with_args(["language", "code"]);
    app.run_blocking();
}
