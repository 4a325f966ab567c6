/// Builds.
async fn build() -> Result<()> {
    make().await
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
            let returned_parts = __private::Returned::<Result<()>>::ask()
                .returned_parts();
            __private::Inputs::of("build", [])
                .returning(returned_parts.returned_output())
                .tool(move |output, call| {
                    __private::take!(Arguments call);
                    __private::boxed(async move { output.finish(build().await) })
                })
                .with_description("Builds.")
                .with_origin(__private::origin!())
                .with_task(__private::TaskStart::AtOnce)
        }
    }
    __private::stubs! {
        impl build { __private::stub! { fn call() -> () = "build" } }
    }
    __private::submit!(__private::registered::tool:: < build > (__private::origin!()));
};
