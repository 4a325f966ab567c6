#[allow(clippy::needless_pass_by_value)]
/// Finds files.
///
/// Below a folder.
fn find(
    folder: String,
    order: Option<String>,
    most: u32,
    page: Page,
    caller: Caller,
    context: &Context,
) -> Result<Vec<File>, io::Error> {
    search(&folder, most, caller, context)
}
#[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
#[doc(hidden)]
struct Find {}
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    impl __private::ToolFunction for Find {
        const NAME: &'static __private::str = "files.find";
        fn tool() -> __private::Tool {
            let parameter0 = __private::parameter::<String, _>("in", "Where to look.")
                .with_length(1..=80)
                .with_pattern({
                    __private::patterns!();
                    "^[a-z./]*$"
                })
                .with_default(
                    || -> String { __private::from_text(".") },
                    |value| __private::Written(value).written_as_json(),
                )
                .with_example(
                    || -> String { __private::from_text("src") },
                    |value| __private::Written(value).written_as_json(),
                )
                .read_only_parameter();
            let parameter1 = __private::parameter::<Option<String>, _>("order", "")
                .with_one_of([
                    __private::from_text("name"),
                    __private::from_text("size"),
                ])
                .read_only_parameter();
            let parameter2 = __private::parameter::<u32, _>("most", "How many at most.")
                .with_range(1..=100)
                .with_default(
                    || -> u32 { 10 },
                    |value| __private::Written(value).written_as_json(),
                )
                .with_header("Most")
                .read_only_parameter();
            let parameter3 = __private::parameter::<Page, _>("page", "")
                .flattened()
                .read_only_parameter();
            let parameter4 = __private::from_call::<Caller>("caller")
                .read_only_parameter();
            let parameter5 = __private::from_call::<Context>("context")
                .read_only_parameter();
            let returned_parts = __private::Returned::<
                Result<Vec<File>, io::Error>,
            >::ask()
                .returned_parts();
            __private::Inputs::of(
                    "files.find",
                    [
                        &parameter0,
                        &parameter1,
                        &parameter2,
                        &parameter3,
                        &parameter4,
                        &parameter5,
                    ],
                )
                .returning(returned_parts.returned_output())
                .tool(move |output, mut call| {
                    __private::take!(
                        Arguments call 0 parameter0 1 parameter1 2 parameter2 3
                        parameter3 4 parameter4 5 parameter5
                    );
                    __private::boxed(async move {
                        output
                            .finish(
                                find(
                                    parameter0,
                                    parameter1,
                                    parameter2,
                                    parameter3,
                                    parameter4,
                                    &parameter5,
                                ),
                            )
                    })
                })
                .with_title("Find files")
                .with_description("Finds files.\n\nBelow a folder.")
                .with_icon("https://example.org/find.png")
                .with_audience(FINDERS)
                .with_tag("files")
                .with_tag("search")
                .with_wrapped(__private::layer(limited()))
                .with_origin(__private::origin!())
                .with_annotations(|hints| {
                    hints.read_only_hint = __private::Some(true);
                    hints.idempotent_hint = __private::Some(true);
                })
                .with_alias("search")
                .with_deprecated("use `files.glob`")
                .with_timeout(Duration::from_secs(5))
                .with_settle(Duration::from_millis(50))
        }
    }
    __private::stubs! {
        impl Find { __private::stub! { fn call(folder "in" __private::Option < String >,
        order "order" Option < String >, most "most" __private::Option < u32 >, page
        flatten Page) -> Vec < File > = "files.find" } }
    }
    __private::submit!(__private::registered::tool:: < Find > (__private::origin!()));
};
