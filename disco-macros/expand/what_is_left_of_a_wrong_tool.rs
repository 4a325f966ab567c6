#[allow(clippy::needless_pass_by_value)]
fn add(a: i64, b: &str) -> i64 {
    a + b.len()
}
#[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
#[doc(hidden)]
struct add {}
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    impl __private::ToolFunction for add {
        const NAME: &'static __private::str = "add";
        fn tool() -> __private::Tool {
            __private::refused()
        }
    }
    __private::stubs! {
        impl add { __private::stub! { fn call(a "a" i64, b "b" __private::String) -> i64
        = "add" } }
    }
    __private::submit!(__private::registered::tool:: < add > (__private::origin!()));
};
::core::compile_error! {
    "unknown key `nam` in `#[tool]`\nhelp: did you mean `name`?"
}
::core::compile_error! {
    "unknown key `defualt` in `#[arg]`\nhelp: did you mean `default`?"
}
::core::compile_error! {
    "a tool parameter must be owned\nhelp: it is decoded from the request: use `String`"
}
::core::compile_error! {
    "tool `add` has no description\nhelp: the model chooses tools by their description: write a `///` comment above it"
}
