impl<D: Db> Notes<D> {
    /// Reads a note.
    async fn read(&self, id: u64) -> Result<Note> {
        self.db.read(id).await
    }
    /// A note.
    #[cfg(feature = "resources")]
    async fn note(self: Arc<Self>, id: u64) -> Result<String> {
        self.db.text(id).await
    }
    /// Asks for a summary.
    fn summary() -> &'static str {
        "Sum up my notes."
    }
    fn no_handler(&self) {}
}
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    impl<D: Db> Notes<D> {
        #[cfg(feature = "resources")]
        ///The URI of such a resource.
        #[allow(
            dead_code,
            clippy::needless_pass_by_value,
            clippy::too_many_arguments,
            clippy::must_use_candidate
        )]
        fn note_uri<Via0>(id: u64) -> __private::String
        where
            u64: __private::WrittenInUri<Via0>,
        {
            __private::uri(
                "note://{id}",
                __private::vec![
                    ("id", < u64 as __private::WrittenInUri < Via0 >> ::written(& id))
                ],
            )
        }
    }
    #[allow(deprecated, unused_qualifications)]
    impl<D: Db> __private::Handlers for Notes<D>
    where
        Notes<D>: __private::Shared,
    {
        fn handlers(self: __private::Arc<Self>, catalog: &mut __private::Catalog) {
            {
                let handler = {
                    let this = __private::share(&self);
                    let _ = __private::Receiver::<Self>::taken().read_only_parameter();
                    let parameter0 = __private::parameter::<u64, _>("id", "")
                        .read_only_parameter();
                    let returned_parts = __private::Returned::<Result<Note>>::ask()
                        .returned_parts();
                    __private::Inputs::of("read", [&parameter0])
                        .returning(returned_parts.returned_output())
                        .tool(move |output, mut call| {
                            __private::take!(Arguments call 0 parameter0);
                            let this = __private::share(&this);
                            __private::boxed(async move {
                                output.finish(Self::read(&*this, parameter0).await)
                            })
                        })
                        .with_description("Reads a note.")
                        .with_origin(__private::origin!())
                        .with_annotations(|hints| {
                            hints.read_only_hint = __private::Some(true);
                        })
                };
                __private::Vec::push(&mut catalog.tools, handler);
            }
            #[cfg(feature = "resources")]
            {
                let handler = {
                    let this = __private::share(&self);
                    let parameter0 = __private::variable_always_there::<
                        u64,
                        _,
                    >(
                        "id",
                        "",
                        (&&&&__private::Reading::<u64, __private::OfTemplate>::ask())
                            .source(),
                    );
                    let returned_parts = __private::Returned::<Result<String>>::ask()
                        .returned_parts();
                    __private::TextInputs::of([&parameter0])
                        .returning(returned_parts.returned_contents())
                        .resource(
                            "note://{id}",
                            "note",
                            move |output, mut call| {
                                __private::take!(Texts call 0 parameter0);
                                let this = __private::share(&this);
                                let uri = __private::Texts::uri(&call);
                                __private::boxed(async move {
                                    output.finish(&uri, Self::note(this, parameter0).await)
                                })
                            },
                        )
                        .with_description("A note.")
                        .with_origin(__private::origin!())
                };
                __private::Vec::push(&mut catalog.resources, handler);
            }
            {
                let handler = {
                    let returned_parts = __private::Returned::<&'static str>::ask()
                        .returned_parts();
                    __private::TextInputs::of([])
                        .returning(returned_parts.returned_prompt())
                        .prompt(
                            "summary",
                            move |output, call| {
                                __private::take!(Texts call);
                                __private::boxed(async move {
                                    output.finish(Self::summary())
                                })
                            },
                        )
                        .with_description("Asks for a summary.")
                        .with_origin(__private::origin!())
                };
                __private::Vec::push(&mut catalog.prompts, handler);
            }
        }
    }
};
