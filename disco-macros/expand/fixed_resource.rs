#[doc = include_str!("about.md")]
fn about() -> &'static str {
    include_str!("about.md")
}
#[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
#[doc(hidden)]
struct about {}
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    impl __private::ResourceFunction for about {
        const URI: &'static __private::str = "about://server";
        fn resource() -> __private::Resource {
            let returned_parts = __private::Returned::<&'static str>::ask()
                .returned_parts();
            __private::TextInputs::of([])
                .returning(
                    returned_parts.returned_contents().with_mime_type("text/markdown"),
                )
                .resource(
                    "about://server",
                    "about",
                    move |output, call| {
                        __private::take!(Texts call);
                        let uri = __private::Texts::uri(&call);
                        __private::boxed(async move { output.finish(&uri, about()) })
                    },
                )
                .with_description(__private::concat!(include_str!("about.md")))
                .with_origin(__private::origin!())
                .with_annotations(Annotations::default())
                .with_cache(Cache::public(DAY))
        }
    }
    impl about {
        ///The URI of such a resource.
        #[allow(
            dead_code,
            clippy::needless_pass_by_value,
            clippy::too_many_arguments,
            clippy::must_use_candidate
        )]
        fn uri() -> __private::String {
            __private::uri("about://server", __private::vec![])
        }
    }
    __private::submit!(
        __private::registered::resource:: < about > (__private::origin!())
    );
};
