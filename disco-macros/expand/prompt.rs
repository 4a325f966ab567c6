#[allow(clippy::needless_pass_by_value)]
/// Asks for a review.
fn review(language: String, code: Option<String>) -> String {
    format!("Review this {language} code: {code:?}")
}
#[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
#[doc(hidden)]
struct review {}
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    impl __private::PromptFunction for review {
        const NAME: &'static __private::str = "review";
        fn prompt() -> __private::Prompt {
            let parameter0 = __private::text_parameter::<
                String,
                _,
            >(
                "language",
                "Language of the code.",
                (&&&&__private::Reading::<String, __private::OfPrompt>::ask()).source(),
            );
            let parameter1 = __private::text_parameter::<
                Option<String>,
                _,
            >(
                "code",
                "",
                (&&&&__private::Reading::<Option<String>, __private::OfPrompt>::ask())
                    .source(),
            );
            let returned_parts = __private::Returned::<String>::ask().returned_parts();
            __private::TextInputs::of([&parameter0, &parameter1])
                .returning(returned_parts.returned_prompt())
                .prompt(
                    "review",
                    move |output, mut call| {
                        __private::take!(Texts call 0 parameter0 1 parameter1);
                        __private::boxed(async move {
                            output.finish(review(parameter0, parameter1))
                        })
                    },
                )
                .with_description("Asks for a review.")
                .with_origin(__private::origin!())
                .with_completer("language", languages)
        }
    }
    __private::stubs! {
        impl review { __private::get_stub! { fn get(language __Via0 "language" String,
        code __Via1 "code" Option < String >) = "review" } }
    }
    __private::submit!(
        __private::registered::prompt:: < review > (__private::origin!())
    );
};
