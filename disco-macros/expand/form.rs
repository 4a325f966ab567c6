#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    #[allow(deprecated, unused_qualifications)]
    impl __private::Form for Trip {
        fn schema() -> __private::FormSchema {
            __private::FormSchema::new()
                .with(
                    "city",
                    <String as __private::Field>::field().with_description("Where to?"),
                )
                .with(
                    "nights",
                    <Option<u8> as __private::Field>::field()
                        .with_title("How long?")
                        .with_range(1..=14)
                        .with_default(
                            &{
                                let default: Option<u8> = 2;
                                default
                            },
                        ),
                )
        }
        #[allow(unused_variables)]
        fn read(
            mut content: __private::JsonMap,
        ) -> __private::StdResult<Self, __private::String> {
            __private::Ok(Self {
                city: __private::filled_in(
                    "city",
                    <String as __private::Field>::read(content.remove("city")),
                )?,
                nights: __private::filled_in(
                    "nights",
                    <Option<u8> as __private::Field>::read(content.remove("nights")),
                )?,
            })
        }
    }
};
