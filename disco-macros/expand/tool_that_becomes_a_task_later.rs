#[allow(
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    clippy::fn_params_excessive_bools
)]
/// Copies a folder.
async fn backup(context: Context, folder: String) -> Result<String> {
    context.begin_task().await?;
    copy(folder).await
}
#[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
#[doc(hidden)]
struct backup {}
const _: () = {
    #[allow(unused_imports, clippy::wildcard_imports)]
    use ::disco_sdk::__private::{self, questions::*};
    #[allow(deprecated, unused_qualifications)]
    impl __private::ToolFunction for backup {
        const ORIGIN: __private::Origin = __private::origin!();
        const NAME: &'static __private::str = "backup";
        fn tool() -> __private::Tool {
            let parameter0 = __private::parameter::<Context, _>("context", "");
            let parameter1 = __private::parameter::<String, _>("folder", "");
            let returned_parts = __private::Returned::<Result<String>>::ask()
                .returned_parts();
            let output = returned_parts.returned_output();
            __private::Inputs::of("backup", [&parameter0, &parameter1])
                .tool(move |mut call| {
                    __private::take!(
                        Arguments call 0 value0 parameter0 1 value1 parameter1
                    );
                    __private::boxed(async move {
                        output.finish(backup(value0, value1).await)
                    })
                })
                .with_output_schema(output.schema())
                .with_description("Copies a folder.")
                .with_origin(Self::ORIGIN)
                .with_single_use()
                .with_task(__private::TaskStart::Later)
        }
    }
    __private::stubs! {
        impl backup { __private::call_stub! { (client) fn call[client : &
        __private::Client] (folder "folder" String) -> String = "backup" } }
    }
    __private::submit!(__private::registered::tool:: < backup > ());
};
