/// Does nothing.
fn nothing() {}
#[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
#[doc(hidden)]
struct nothing {}
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    impl __private::ToolFunction for nothing {
        const NAME: &'static __private::str = "nothing";
        fn tool() -> __private::Tool {
            let returned_parts = __private::Returned::<()>::ask().returned_parts();
            __private::Inputs::of("nothing", [])
                .returning(returned_parts.returned_output())
                .tool(move |output, call| {
                    __private::take!(Arguments call);
                    __private::boxed(async move { output.finish(nothing()) })
                })
                .with_description("Does nothing.")
                .with_origin(__private::origin!())
        }
    }
    __private::stubs! {
        impl nothing { __private::stub! { fn call() -> () = "nothing" } }
    }
    __private::submit!(__private::registered::tool:: < nothing > (__private::origin!()));
};
