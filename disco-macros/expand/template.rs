#[allow(clippy::needless_pass_by_value)]
/// A user's profile.
async fn profile(id: u64, db: State<Db>, page: Option<u32>) -> Result<Json<Profile>> {
    db.profile(id, page).await
}
#[allow(non_camel_case_types, dead_code, clippy::exhaustive_structs)]
#[doc(hidden)]
struct profile {}
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    impl __private::ResourceFunction for profile {
        const URI: &'static __private::str = "users://{id}/profile{?page}";
        fn resource() -> __private::Resource {
            let parameter0 = __private::variable_always_there::<
                u64,
                _,
            >(
                "id",
                "",
                (&&&&__private::Reading::<u64, __private::OfTemplate>::ask()).source(),
            );
            let parameter1 = __private::from_call::<State<Db>>("db");
            let parameter2 = __private::text_parameter::<
                Option<u32>,
                _,
            >(
                "page",
                "Which page.",
                (&&&&__private::Reading::<Option<u32>, __private::OfTemplate>::ask())
                    .source(),
            );
            let returned_parts = __private::Returned::<Result<Json<Profile>>>::ask()
                .returned_parts();
            __private::TextInputs::of([&parameter0, &parameter1, &parameter2])
                .returning(returned_parts.returned_contents())
                .resource(
                    "users://{id}/profile{?page}",
                    "profile",
                    move |output, mut call| {
                        __private::take!(
                            Texts call 0 parameter0 1 parameter1 2 parameter2
                        );
                        let uri = __private::Texts::uri(&call);
                        __private::boxed(async move {
                            output
                                .finish(
                                    &uri,
                                    profile(parameter0, parameter1, parameter2).await,
                                )
                        })
                    },
                )
                .with_description("A user's profile.")
                .with_origin(__private::origin!())
                .with_list(everybody)
                .with_watch(profiles)
        }
    }
    impl profile {
        ///The URI of such a resource.
        #[allow(
            dead_code,
            clippy::needless_pass_by_value,
            clippy::too_many_arguments,
            clippy::must_use_candidate
        )]
        fn uri<Via0, Via1>(id: u64, page: Option<u32>) -> __private::String
        where
            u64: __private::WrittenInUri<Via0>,
            Option<u32>: __private::WrittenInUri<Via1>,
        {
            __private::uri(
                "users://{id}/profile{?page}",
                __private::vec![
                    ("id", < u64 as __private::WrittenInUri < Via0 >> ::written(& id)),
                    ("page", < Option < u32 > as __private::WrittenInUri < Via1 >>
                    ::written(& page))
                ],
            )
        }
    }
    __private::submit!(
        __private::registered::resource:: < profile > (__private::origin!())
    );
};
