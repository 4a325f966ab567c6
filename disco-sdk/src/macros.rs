//! Lists of handlers, parts of the program's registry, and a whole program.

/// A list of tools, by the names of their functions.
///
/// Two tools of one name do not compile.
///
/// ```
/// use disco_sdk::prelude::*;
///
/// /// Adds two numbers.
/// #[tool]
/// fn add(a: i64, b: i64) -> i64 {
///     a + b
/// }
///
/// assert_eq!(tools![add][0].info().name, "add");
/// ```
#[macro_export]
macro_rules! tools {
    ($($tool:ty),* $(,)?) => {{
        const _: () = $crate::__private::assert_distinct(
            &[$(<$tool as $crate::__private::ToolFunction>::NAME),*],
            "two tools in this list have the same name",
        );
        $crate::__private::list([$(<$tool as $crate::__private::ToolFunction>::tool()),*])
    }};
}

/// A list of resources, by the names of their functions.
///
/// Two resources of one URI do not compile.
///
/// ```
/// use disco_sdk::prelude::*;
///
/// /// What this server is.
/// #[resource("about://server")]
/// fn about() -> &'static str {
///     "A server."
/// }
///
/// assert_eq!(resources![about][0].spelling(), "about://server");
/// ```
#[macro_export]
macro_rules! resources {
    ($($resource:ty),* $(,)?) => {{
        const _: () = $crate::__private::assert_distinct(
            &[$(<$resource as $crate::__private::ResourceFunction>::URI),*],
            "two resources in this list have the same URI",
        );
        $crate::__private::list([$(<$resource as $crate::__private::ResourceFunction>::resource()),*])
    }};
}

/// A list of prompts, by the names of their functions.
///
/// Two prompts of one name do not compile.
///
/// ```
/// use disco_sdk::prelude::*;
///
/// /// Asks for a greeting.
/// #[prompt]
/// fn greet(name: String) -> String {
///     format!("Greet {name}.")
/// }
///
/// assert_eq!(prompts![greet][0].info().name, "greet");
/// ```
#[macro_export]
macro_rules! prompts {
    ($($prompt:ty),* $(,)?) => {{
        const _: () = $crate::__private::assert_distinct(
            &[$(<$prompt as $crate::__private::PromptFunction>::NAME),*],
            "two prompts in this list have the same name",
        );
        $crate::__private::list([$(<$prompt as $crate::__private::PromptFunction>::prompt()),*])
    }};
}

/// A part of the program's registry: `registered!()` is what this crate has, `registered!(self)` what
/// this module has.
///
/// `Server::registered` takes everything. A crate that nothing names in code is not linked, and so
/// offers nothing.
///
/// ```
/// use disco_sdk::prelude::*;
/// let of_this_crate = registered!();
/// let of_this_module = registered!(self);
/// ```
#[macro_export]
macro_rules! registered {
    () => {
        $crate::__private::registered::of_crate($crate::__private::module_path!())
    };
    (self) => {
        $crate::__private::registered::of_module($crate::__private::module_path!())
    };
}

/// A whole program around a server: `fn main`, a runtime, and the command line of
/// [`Server::run`](crate::Server::run). What goes wrong is printed, and the exit code is 1.
///
/// On stdio one thread serves the one client: what computes for long, or blocks, belongs into
/// `tokio::task::spawn_blocking`. Over HTTP every core serves. A program that wants other threads, or
/// needs a `main` of its own, calls `.run().await` in it, on a tokio runtime with every driver enabled.
///
/// ```no_run
/// use disco_sdk::prelude::*;
///
/// /// Adds two numbers.
/// #[tool]
/// fn add(a: i64, b: i64) -> i64 {
///     a + b
/// }
///
/// disco_sdk::main!(Server::new("demo", "1.0.0").registered());
/// ```
#[macro_export]
macro_rules! main {
    ($server:expr $(,)?) => {
        fn main() -> $crate::__private::ExitCode {
            $crate::__private::program(|| $server)
        }
    };
}

/// Lets the program look at the patterns of schemas that neither `#[arg(pattern = "..")]` nor
/// [`JsonSchema`](crate::JsonSchema) has written: those of a type with the derive of another crate, or with an
/// `impl JsonSchema` by hand. What reads patterns is linked into programs that have some, so it has to be said.
///
/// [`Server::build`](crate::Server::build) refuses a tool whose patterns nothing would look at.
///
/// ```
/// use std::borrow::Cow;
///
/// use disco_sdk::prelude::*;
/// use disco_sdk::schemars::{Schema, SchemaGenerator, json_schema};
///
/// disco_sdk::patterns!();
///
/// /// The code of a flight.
/// #[derive(serde::Deserialize)]
/// struct Flight(String);
///
/// impl JsonSchema for Flight {
///     fn schema_name() -> Cow<'static, str> {
///         "Flight".into()
///     }
///
///     fn json_schema(_: &mut SchemaGenerator) -> Schema {
///         json_schema!({"type": "string", "pattern": "^[A-Z]{2}[0-9]+$"})
///     }
/// }
///
/// /// When a flight arrives.
/// #[tool(read_only)]
/// fn arrival(flight: Flight) -> String {
///     format!("{} arrives at noon", flight.0)
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let client = Server::new("airport", "1.0.0").with(tools![arrival]).client().await?;
/// assert!(client.call("arrival", serde_json::json!({"flight": "one"})).await?.is_error);
/// # Ok(()) }
/// ```
#[macro_export]
macro_rules! patterns {
    () => {
        $crate::__private::submit! { $crate::__private::Patterns::new() }
    };
}
