/// The logo.
fn logo() -> Vec<u8> {
    LOGO.to_vec()
}
#[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
#[doc(hidden)]
struct logo {}
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use sdk::__private::{self, questions::*};
    impl __private::ResourceFunction for logo {
        const URI: &'static __private::str = "raw://logo";
        fn resource() -> __private::Resource {
            let returned_parts = __private::Returned::<Vec<u8>>::ask().returned_parts();
            __private::TextInputs::of([])
                .returning(returned_parts.returned_contents())
                .resource(
                    "raw://logo",
                    "logo",
                    move |output, call| {
                        __private::take!(Texts call);
                        let uri = __private::Texts::uri(&call);
                        __private::boxed(async move { output.finish(&uri, logo()) })
                    },
                )
                .with_description("The logo.")
                .with_origin(__private::origin!())
                .with_size(4)
        }
    }
    impl logo {
        ///The URI of such a resource.
        #[allow(
            dead_code,
            clippy::needless_pass_by_value,
            clippy::too_many_arguments,
            clippy::must_use_candidate
        )]
        fn uri() -> __private::String {
            __private::uri("raw://logo", __private::vec![])
        }
    }
    __private::submit!(
        __private::registered::resource:: < logo > (__private::origin!())
    );
};
