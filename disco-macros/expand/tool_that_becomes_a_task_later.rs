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
            __private::Inputs::of([&parameter0, &parameter1])
                .tool(
                    "backup",
                    move |mut call| {
                        let value0 = __private::Arguments::take(
                            &mut call,
                            0usize,
                            &parameter0,
                        );
                        let value1 = __private::Arguments::take(
                            &mut call,
                            1usize,
                            &parameter1,
                        );
                        if let (
                            true,
                            __private::Some(value0),
                            __private::Some(value1),
                        ) = (__private::Arguments::is_right(&call), value0, value1) {
                            __private::boxed(async move {
                                output.finish(backup(value0, value1).await)
                            })
                        } else {
                            call.refuse()
                        }
                    },
                )
                .with_output_schema(output.schema())
                .with_description("Copies a folder.")
                .with_origin(Self::ORIGIN)
                .with_task(__private::TaskStart::Later)
        }
    }
    #[allow(
        clippy::too_many_arguments,
        dead_code,
        deprecated,
        private_bounds,
        private_interfaces
    )]
    impl backup {
        __private::call_stub! {
            (client) fn call[client : & __private::Client] (folder "folder" String) ->
            String = "backup"
        }
    }
    __private::submit! {
        __private::registered::tool:: < backup > ()
    }
};
