//! What the macros write passes under hostile names and the strictest lints, and is silent.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    future_incompatible,
    let_underscore,
    missing_docs,
    nonstandard_style,
    rust_2018_idioms,
    unused,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    meta_variable_misuse,
    missing_copy_implementations,
    missing_debug_implementations,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]

/// Names of the standard library and of our own, all taken; no prelude.
#[expect(dead_code, unused_macros, reason = "the names only have to be in the way")]
#[expect(clippy::wrong_self_convention, clippy::unused_async, reason = "nobody calls them")]
mod hostile {
    #![no_implicit_prelude]
    #![allow(nonstandard_style, reason = "the names have to be those that expansions could use")]

    pub(super) mod alloc {}
    pub(super) mod core {}
    pub(super) mod disco_macros {}
    pub(super) mod disco_sdk {}
    pub(super) mod inventory {}
    pub(super) mod private {}
    pub(super) mod schemars {}
    pub(super) mod serde {}
    pub(super) mod serde_json {}
    pub(super) mod std {}

    pub(super) struct Arc;
    pub(super) struct Box;
    pub(super) struct Option;
    pub(super) struct Result;
    pub(super) struct String;
    pub(super) struct Vec;
    pub(super) struct str;
    pub(super) struct bool;
    pub(super) struct usize;
    pub(super) struct Tool;
    pub(super) struct Context;
    pub(super) trait Default {}
    pub(super) trait From {}
    pub(super) trait Future {}
    pub(super) trait Into {}
    pub(super) trait Send {}
    pub(super) trait Sync {}
    pub(super) fn Err() {}
    pub(super) fn None() {}
    pub(super) fn Ok() {}
    pub(super) fn Some() {}

    macro_rules! concat {
        () => {};
    }
    macro_rules! line {
        () => {};
    }
    macro_rules! module_path {
        () => {};
    }
    macro_rules! vec {
        () => {};
    }

    pub(super) struct Client;
    pub(super) struct Stubs;

    /// Methods that every type has, by value, so that they come first.
    pub(super) trait Everything: ::core::marker::Sized {
        fn ask(self) {}
        fn clone(self) {}
        fn finish(self) {}
        fn into(self) {}
        fn into_json(self) {}
        fn into_text(self) {}
        fn is_right(self) {}
        fn prompt(self) {}
        fn push(self) {}
        fn read(self) {}
        fn read_only(self) {}
        fn refuse(self) {}
        fn resource(self) {}
        fn schema(self) {}
        fn take(self) {}
        fn tool(self) {}
        fn with_description(self) {}
        fn with_output_schema(self) {}
    }

    impl<T> Everything for T {}

    /// Counts letters.
    #[::disco_sdk::tool(read_only, idempotent, open_world, title = "Count")]
    pub(super) async fn count(
        /// Some text.
        text: ::std::string::String,
        #[arg(default = 1, range(0..=9))] times: ::core::primitive::usize,
        /// More text.
        more: ::core::option::Option<::std::string::String>,
        context: &::disco_sdk::Context,
    ) -> ::core::result::Result<::core::primitive::usize, ::disco_sdk::Error> {
        let _ = (&context, &more);
        ::core::result::Result::Ok(text.len() * times)
    }

    /// A text.
    #[::disco_sdk::resource("text://{name}{?page}", mime_type = "text/markdown")]
    pub(super) fn text(
        name: ::std::string::String,
        page: ::core::option::Option<::core::primitive::u32>,
    ) -> ::std::string::String {
        let _ = page;
        name
    }

    /// Asks for a text.
    #[::disco_sdk::prompt]
    pub(super) async fn ask(
        #[arg(complete = names)] name: ::std::string::String,
        #[arg(default = "short")] length: ::std::string::String,
    ) -> ::std::string::String {
        let _ = &length;
        name
    }

    /// Is tested as well.
    #[::disco_sdk::test(server = server(), answers = <::disco_sdk::client::Answers as ::core::default::Default>::default(), until = V2024_11_05)]
    pub(super) async fn works(
        client: ::disco_sdk::client::Client,
        version: ::disco_sdk::Version,
    ) -> ::core::result::Result<(), ::disco_sdk::Error> {
        ::core::assert_eq!(client.tools().await?.len(), 1, "{version}");
        ::core::result::Result::Ok(())
    }

    fn server() -> ::disco_sdk::Server {
        ::disco_sdk::Server::new("hostile", "1.0.0").with(::disco_sdk::tools![count])
    }

    fn names(typed: ::std::string::String) -> ::std::vec::Vec<::std::string::String> {
        ::std::vec![typed]
    }

    pub(super) struct Value<T>(pub(super) T);

    #[::disco_sdk::handlers(client = ValueClient)]
    impl<T: ::core::clone::Clone> Value<T>
    where
        T: ::core::convert::Into<::core::primitive::i64>,
    {
        /// Gets the number.
        #[tool]
        pub(super) fn get(&self) -> ::core::primitive::i64 {
            ::core::convert::Into::into(::core::clone::Clone::clone(&self.0))
        }

        /// Gets the number.
        #[resource("value://number")]
        pub(super) async fn number(self: ::std::sync::Arc<Self>) -> ::std::string::String {
            ::std::string::ToString::to_string(&Value::get(&self))
        }

        /// Asks for a number.
        #[prompt]
        pub(super) fn number_prompt(&self) -> ::std::string::String {
            ::std::string::ToString::to_string(&self.get())
        }
    }
}

/// Functions and parameters that are called like the locals of expansions.
mod like_locals {
    use disco_sdk::prelude::*;

    /// Is called `output`.
    #[tool]
    pub(crate) fn output(output: i64, call: i64, value0: i64, parameter0: i64) -> i64 {
        output + call + value0 + parameter0
    }

    /// Is called `call`.
    #[tool]
    pub(crate) fn call(#[arg(default = this::handler())] call: i64) -> i64 {
        call
    }

    /// Is called `uri`.
    #[resource("uri://{uri}{?this,values*}", list = written, watch = known)]
    pub(crate) fn uri(uri: String, this: Option<u8>, values: Vec<std::path::PathBuf>) -> String {
        uri::uri(uri, this, values)
    }

    fn written() -> Vec<ResourceLink> {
        Vec::new()
    }

    async fn known(_: disco_sdk::server::resource::Watched) {}

    /// Is called `value0`.
    #[prompt]
    pub(crate) fn value0(value0: String) -> String {
        value0
    }

    mod this {
        pub(super) fn handler() -> i64 {
            7
        }
    }
}

/// The crate under another name.
mod renamed {
    pub(crate) use ::disco_sdk as sdk;

    /// Adds two numbers.
    #[sdk::tool(crate = sdk)]
    pub(crate) fn add(a: i64, #[arg(default = 2)] b: i64) -> i64 {
        a + b
    }

    /// A place.
    #[derive(Debug, serde::Serialize, serde::Deserialize, sdk::JsonSchema)]
    #[schemars(crate = "sdk::schemars")]
    pub(crate) struct Place {
        /// How far.
        pub(crate) far: u8,
    }

    /// Notes.
    #[derive(Debug, Clone, Default)]
    pub(crate) struct Notes {
        far: u8,
        log: Vec<u8>,
    }

    #[sdk::handlers(crate = crate::renamed::sdk)]
    impl Notes {
        /// Goes there.
        #[tool]
        pub(crate) fn go(&self, to: Place) -> Place {
            let log = self.log.first().copied().unwrap_or_default();
            Place { far: to.far + self.far + log }
        }
    }
}

/// What `macro_rules!` writes can be a tool.
mod written_by_a_macro {
    use disco_sdk::prelude::*;

    macro_rules! echo {
        ($name:ident: $type:ty) => {
            /// Echoes.
            #[tool]
            pub(crate) fn $name(value: $type, cx: Context) -> $type {
                let _ = &cx;
                value
            }
        };
    }

    echo!(echo_text: String);
    echo!(echo_number: Option<i64>);
}

/// Everything is public and documented, as in a library.
pub mod library {
    use disco_sdk::prelude::*;

    /// Adds two numbers.
    #[tool]
    #[deprecated = "use another"]
    #[must_use]
    pub fn add(a: i64, b: i64) -> i64 {
        a + b
    }

    /// Asks for a review.
    #[prompt]
    #[must_use]
    pub fn review(code: String) -> String {
        code
    }

    /// A note.
    #[resource("note://{id}")]
    #[must_use]
    pub fn note(id: u64) -> String {
        id.to_string()
    }

    /// A place.
    #[derive(Clone, Copy, Debug, JsonSchema, serde::Deserialize, serde::Serialize)]
    pub struct Place<T> {
        /// How far.
        pub far: T,
        /// What kind it is.
        pub kind: Kind,
    }

    /// The kind of a place.
    #[derive(Clone, Copy, Debug, JsonSchema, serde::Deserialize, serde::Serialize)]
    pub enum Kind {
        /// A town.
        Town,
        /// The wilderness, of some degree.
        Wild(u8),
    }

    /// Goes there.
    #[tool]
    #[must_use]
    pub fn go(to: Place<u8>) -> Place<u8> {
        to
    }

    /// What is only read.
    #[derive(Clone, Copy, Debug, JsonSchema, serde::Deserialize)]
    pub struct Order {
        /// How many.
        pub count: u8,
    }

    /// What is only written.
    #[derive(Clone, Copy, Debug, JsonSchema, serde::Serialize)]
    pub struct Bill {
        /// How much.
        pub sum: u8,
    }

    /// Takes what cannot be sent by type, and gives what cannot be got.
    #[tool]
    #[must_use]
    pub fn order(order: Order) -> Bill {
        Bill { sum: order.count }
    }

    /// A till.
    #[derive(Clone, Copy, Debug, JsonSchema, serde::Deserialize, serde::Serialize)]
    pub struct Till {
        /// What is in it.
        pub sum: u8,
    }

    #[handlers(client = TillClient)]
    impl Till {
        /// Takes and gives the same.
        #[tool]
        #[must_use]
        pub fn pay(&self, order: Order) -> Bill {
            Bill { sum: order.count }
        }

        /// Empties another one.
        #[tool]
        #[must_use]
        pub fn join(&self, others: Vec<Self>) -> Option<Self> {
            others.first().map(|other| Self { sum: self.sum + other.sum })
        }
    }

    /// A function inside a function is a tool too.
    #[must_use]
    pub fn inner() -> usize {
        /// Is inside.
        #[tool(type = Inside)]
        fn inside() {}
        inside();
        tools![Inside].len()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use disco_sdk::prelude::*;
    use disco_sdk::server::catalog::{Catalog, Provide};

    use super::{hostile, library, like_locals, renamed};

    #[test]
    fn functions_are_still_functions() {
        assert_eq!(like_locals::output(1, 2, 3, 4), 10);
        assert_eq!(like_locals::call(1), 1);
        assert_eq!(renamed::add(1, 2), 3);
        assert_eq!(hostile::Value(3_i8).get(), 3);
        assert_eq!(library::inner(), 1);
    }

    #[tokio::test]
    async fn functions_are_called_by_type() -> Result<()> {
        let server = Server::new("hygiene", "1.0.0")
            .with(tools![hostile::count, like_locals::output, like_locals::call, renamed::add, library::go])
            .with(prompts![hostile::ask, like_locals::value0])
            .with(hostile::Value(3_i8))
            .with(library::Till { sum: 1 });
        let client = server.client().await?;
        assert_eq!(hostile::count::call(&client, "abc", 2, None).await?, 6);
        assert_eq!(hostile::ask::get(&client, "abc", "long").await?.messages.len(), 1);
        assert_eq!(hostile::ValueClient::<i8>::new(&client).get().await?, 3);
        assert_eq!(hostile::ValueClient::<i8>::new(&client).number_prompt().await?.messages.len(), 1);
        assert_eq!(like_locals::output::call(&client, 1, 2, 3, 4).await?, 10);
        assert_eq!(like_locals::call::call(&client, 7).await?, 7);
        assert_eq!(like_locals::value0::get(&client, "a").await?.messages.len(), 1);
        assert_eq!(renamed::add::call(&client, 1, 2).await?, 3);
        let there = library::Place { far: 1, kind: library::Kind::Wild(2) };
        assert_eq!(library::go::call(&client, there).await?.far, 1);
        let till = library::TillClient::new(&client);
        assert_eq!(till.join(vec![library::Till { sum: 2 }]).await?.map(|till| till.sum), Some(3));
        Ok(())
    }

    #[test]
    fn everything_is_registered_and_can_be_listed() {
        let mut catalog = Catalog::default();
        registered!().provide(&mut catalog);
        let registered: BTreeSet<String> =
            catalog.tools.iter().map(|tool| tool.info().name.clone()).collect();
        for name in ["count", "output", "call", "add", "echo_text", "echo_number", "inside"] {
            assert!(registered.contains(name), "{name}");
        }
        hostile::Value(1_i32).provide(&mut catalog);
        renamed::Notes::default().provide(&mut catalog);
        assert_eq!(tools![hostile::count, renamed::add].len(), 2);
        assert_eq!(resources![hostile::text, like_locals::uri].len(), 2);
        assert_eq!(prompts![hostile::ask, like_locals::value0].len(), 2);
    }

    #[test]
    fn a_module_has_its_own_and_no_other() {
        let mut catalog = Catalog::default();
        registered!(self).provide(&mut catalog);
        assert!(catalog.tools.is_empty());
    }
}
