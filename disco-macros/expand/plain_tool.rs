#[allow(clippy::needless_pass_by_value)]
/// Adds two numbers.
pub async fn add(a: i64, b: Option<i64>) -> i64 {
    a + b.unwrap_or_default()
}
#[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
#[doc(hidden)]
pub struct add {}
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    impl __private::ToolFunction for add {
        const NAME: &'static __private::str = "add";
        fn tool() -> __private::Tool {
            let parameter0 = __private::parameter::<i64, _>("a", "the first");
            let parameter1 = __private::parameter::<Option<i64>, _>("b", "");
            let returned_parts = __private::Returned::<i64>::ask().returned_parts();
            __private::Inputs::of("add", [&parameter0, &parameter1])
                .returning(returned_parts.returned_output())
                .tool(move |output, mut call| {
                    __private::take!(Arguments call 0 parameter0 1 parameter1);
                    __private::boxed(async move {
                        output.finish(add(parameter0, parameter1).await)
                    })
                })
                .with_description("Adds two numbers.")
                .with_origin(__private::origin!())
        }
    }
    __private::stubs! {
        impl add { __private::stub! { pub fn call(a "a" i64, b "b" Option < i64 >) -> i64
        = "add" } }
    }
    __private::submit!(__private::registered::tool:: < add > (__private::origin!()));
};
