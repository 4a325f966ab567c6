#[allow(clippy::needless_pass_by_value)]
/// Copies a folder.
async fn backup(context: Context, folder: String) -> Result<String> {
    context.begin_task().await?;
    copy(folder).await
}
#[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
#[doc(hidden)]
struct backup {}
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    impl __private::ToolFunction for backup {
        const NAME: &'static __private::str = "backup";
        fn tool() -> __private::Tool {
            let parameter0 = __private::parameter::<Context, _>("context", "");
            let parameter1 = __private::parameter::<String, _>("folder", "");
            let returned_parts = __private::Returned::<Result<String>>::ask()
                .returned_parts();
            __private::Inputs::of("backup", [&parameter0, &parameter1])
                .returning(returned_parts.returned_output())
                .tool(move |output, mut call| {
                    __private::take!(Arguments call 0 parameter0 1 parameter1);
                    __private::boxed(async move {
                        output.finish(backup(parameter0, parameter1).await)
                    })
                })
                .with_description("Copies a folder.")
                .with_origin(__private::origin!())
                .with_single_use()
                .with_task(__private::TaskStart::Later)
        }
    }
    __private::stubs! {
        impl backup { __private::stub! { fn call(folder "folder" String) -> String =
        "backup" } }
    }
    __private::submit!(__private::registered::tool:: < backup > (__private::origin!()));
};
