#[allow(clippy::needless_pass_by_value)]
fn build(what: String) -> Result<()> {
    make(&what)
}
#[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
#[doc(hidden)]
struct build {}
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    impl __private::ToolFunction for build {
        const NAME: &'static __private::str = "build";
        fn tool() -> __private::Tool {
            let parameter0 = __private::parameter::<String, _>("what", "What to build.")
                .with_default(
                    || -> String { __private::default() },
                    |value| __private::Written(value).written_as_json(),
                );
            let returned_parts = __private::Returned::<Result<()>>::ask()
                .returned_parts();
            __private::Inputs::of("build", [&parameter0])
                .returning(returned_parts.returned_output())
                .tool(move |output, mut call| {
                    __private::take!(Arguments call 0 parameter0);
                    __private::boxed(async move { output.finish(build(parameter0)) })
                })
                .with_description("Builds.")
                .with_origin(__private::origin!())
                .with_annotations(|hints| {
                    hints.open_world_hint = __private::Some(true);
                })
                .with_task(__private::TaskStart::Required)
        }
    }
    __private::stubs! {
        impl build { __private::stub! { fn call(what "what" __private::Option < String >)
        -> () = "build" } }
    }
    __private::submit!(__private::registered::tool:: < build > (__private::origin!()));
};
