#[allow(
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    clippy::fn_params_excessive_bools
)]
/// Does nothing.
fn nothing() {}
#[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
#[doc(hidden)]
struct nothing {}
const _: () = {
    #[allow(unused_imports, clippy::wildcard_imports)]
    use ::disco_sdk::__private::{self, questions::*};
    #[allow(deprecated, unused_qualifications)]
    impl __private::ToolFunction for nothing {
        const ORIGIN: __private::Origin = __private::origin!();
        const NAME: &'static __private::str = "nothing";
        fn tool() -> __private::Tool {
            let returned_parts = __private::Returned::<()>::ask().returned_parts();
            let output = returned_parts.returned_output();
            __private::Inputs::of("nothing", [])
                .tool(move |call| {
                    __private::take!(Arguments call);
                    __private::boxed(async move { output.finish(nothing()) })
                })
                .with_output_schema(output.schema())
                .with_description("Does nothing.")
                .with_origin(Self::ORIGIN)
        }
    }
    __private::stubs! {
        impl nothing { __private::call_stub! { (client) fn call[client : &
        __private::Client] () -> () = "nothing" } }
    }
    __private::submit!(__private::registered::tool:: < nothing > ());
};
