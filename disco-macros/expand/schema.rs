const _: () = {
    #[allow(dead_code, unreachable_pub, clippy::struct_excessive_bools)]
    #[derive(::disco_sdk::__private::schemars::JsonSchema)]
    /// A page of things.
    #[serde(rename_all = "camelCase")]
    #[schemars(crate = "::disco_sdk::__private::schemars")]
    #[schemars(rename = "Page")]
    struct PageSchema<T> {
        /// The things.
        things: Vec<T>,
        next_page: Option<u32>,
    }
    #[automatically_derived]
    #[allow(private_bounds)]
    impl<T> ::disco_sdk::__private::schemars::JsonSchema for Page<T>
    where
        PageSchema<T>: ::disco_sdk::__private::schemars::JsonSchema,
    {
        fn inline_schema() -> ::core::primitive::bool {
            <PageSchema<
                T,
            > as ::disco_sdk::__private::schemars::JsonSchema>::inline_schema()
        }
        fn schema_name() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
            <PageSchema<
                T,
            > as ::disco_sdk::__private::schemars::JsonSchema>::schema_name()
        }
        fn schema_id() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
            <PageSchema<T> as ::disco_sdk::__private::schemars::JsonSchema>::schema_id()
        }
        fn json_schema(
            generator: &mut ::disco_sdk::__private::schemars::SchemaGenerator,
        ) -> ::disco_sdk::__private::schemars::Schema {
            <PageSchema<
                T,
            > as ::disco_sdk::__private::schemars::JsonSchema>::json_schema(generator)
        }
    }
};
