impl Shelf {
    /// A book.
    #[allow(clippy::needless_pass_by_value)]
    fn book(self: &Arc<Self>, title: String) -> String {
        self.text(&title)
    }
    async fn titles(&self) -> Vec<ResourceLink> {
        self.links()
    }
    fn changes(self: Arc<Self>) -> Changes {
        self.changed()
    }
    fn titles_like(&self, text: String) -> Vec<String> {
        self.like(&text)
    }
}
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    impl Shelf {
        ///The URI of such a resource.
        #[allow(
            dead_code,
            clippy::needless_pass_by_value,
            clippy::too_many_arguments,
            clippy::must_use_candidate
        )]
        fn book_uri<Via0>(title: impl __private::Into<String>) -> __private::String
        where
            String: __private::WrittenInUri<Via0>,
        {
            let title: String = __private::Into::into(title);
            __private::uri(
                "book://{title}",
                __private::vec![
                    ("title", < String as __private::WrittenInUri < Via0 >> ::written(&
                    title))
                ],
            )
        }
    }
    #[allow(deprecated, unused_qualifications)]
    impl __private::Handlers for Shelf
    where
        Shelf: __private::Shared,
    {
        fn handlers(self: __private::Arc<Self>, catalog: &mut __private::Catalog) {
            let (outer, catalog) = (catalog, &mut __private::Catalog::default());
            {
                let handler = {
                    let this = __private::share(&self);
                    let parameter0 = __private::variable_always_there::<
                        String,
                        _,
                    >(
                        "title",
                        "",
                        (&&&&__private::Reading::<String, __private::OfTemplate>::ask())
                            .source(),
                    );
                    let returned_parts = __private::Returned::<String>::ask()
                        .returned_parts();
                    __private::TextInputs::of([&parameter0])
                        .returning(returned_parts.returned_contents())
                        .resource(
                            "book://{title}",
                            "book",
                            move |output, mut call| {
                                __private::take!(Texts call 0 parameter0);
                                let this = __private::share(&this);
                                let uri = __private::Texts::uri(&call);
                                __private::boxed(async move {
                                    output.finish(&uri, Self::book(&this, parameter0))
                                })
                            },
                        )
                        .with_description("A book.")
                        .with_origin(__private::origin!())
                        .with_list({
                            let this = __private::share(&self);
                            move || {
                                let this = __private::share(&this);
                                async move { Self::titles(&*this).await }
                            }
                        })
                        .with_watch({
                            let this = __private::share(&self);
                            move || {
                                let this = __private::share(&this);
                                async move { Self::changes(this) }
                            }
                        })
                        .with_completer(
                            "title",
                            {
                                let this = __private::share(&self);
                                move |argument0: String| {
                                    let this = __private::share(&this);
                                    async move { Self::titles_like(&*this, argument0) }
                                }
                            },
                        )
                };
                __private::Vec::push(&mut catalog.resources, handler);
            }
            __private::surround(outer, catalog, &__private::layer(limited()));
        }
    }
};
