#[allow(clippy::needless_pass_by_value)]
/// A file.
fn file(kind: String, path: Vec<String>, version: u32) -> Vec<u8> {
    bytes(&kind, &path, version)
}
#[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
#[doc(hidden)]
struct file {}
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    impl __private::ResourceFunction for file {
        const URI: &'static __private::str = "file://{kind:3}{/path*}{?v}";
        fn resource() -> __private::Resource {
            let parameter0 = __private::variable_prefixed::<
                String,
                _,
            >(
                "kind",
                "",
                (&&&&__private::Reading::<String, __private::OfTemplate>::ask()).source(),
            );
            let parameter1 = __private::variable_exploded::<
                Vec<String>,
                _,
            >(
                "path",
                "",
                (&&&&__private::Reading::<Vec<String>, __private::OfTemplate>::ask())
                    .source(),
            );
            let parameter2 = __private::text_parameter::<
                u32,
                _,
            >(
                    "v",
                    "",
                    (&&&&__private::Reading::<u32, __private::OfTemplate>::ask())
                        .source(),
                )
                .with_default(
                    || -> u32 { __private::default() },
                    |value| __private::Written(value).written_as_json(),
                );
            let returned_parts = __private::Returned::<Vec<u8>>::ask().returned_parts();
            __private::TextInputs::of([&parameter0, &parameter1, &parameter2])
                .returning(returned_parts.returned_contents())
                .resource(
                    "file://{kind:3}{/path*}{?v}",
                    "file",
                    move |output, mut call| {
                        __private::take!(
                            Texts call 0 parameter0 1 parameter1 2 parameter2
                        );
                        let uri = __private::Texts::uri(&call);
                        __private::boxed(async move {
                            output.finish(&uri, file(parameter0, parameter1, parameter2))
                        })
                    },
                )
                .with_description("A file.")
                .with_origin(__private::origin!())
        }
    }
    impl file {
        ///The URI of such a resource.
        #[allow(
            dead_code,
            clippy::needless_pass_by_value,
            clippy::too_many_arguments,
            clippy::must_use_candidate
        )]
        fn uri<Via0, Via1, Via2>(
            kind: impl __private::Into<String>,
            path: Vec<String>,
            version: u32,
        ) -> __private::String
        where
            String: __private::WrittenInUri<Via0>,
            Vec<String>: __private::WrittenInUri<Via1>,
            u32: __private::WrittenInUri<Via2>,
        {
            let kind: String = __private::Into::into(kind);
            __private::uri(
                "file://{kind:3}{/path*}{?v}",
                __private::vec![
                    ("kind", < String as __private::WrittenInUri < Via0 >> ::written(&
                    kind)), ("path", < Vec < String > as __private::WrittenInUri < Via1
                    >> ::written(& path)), ("v", < u32 as __private::WrittenInUri < Via2
                    >> ::written(& version))
                ],
            )
        }
    }
    __private::submit!(
        __private::registered::resource:: < file > (__private::origin!())
    );
};
