#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    #[allow(deprecated, unused_qualifications)]
    impl __private::Form for Person {
        fn schema() -> __private::FormSchema {
            __private::FormSchema::new()
                .with(
                    "firstName",
                    <String as __private::Field>::field()
                        .with_length(1..=80)
                        .with_default(
                            &{
                                let default: String = __private::from_text("Ada");
                                default
                            },
                        ),
                )
                .with("mail", <String as __private::Field>::field().with_format("email"))
        }
        #[allow(unused_variables)]
        fn read(
            mut content: __private::JsonMap,
        ) -> __private::StdResult<Self, __private::String> {
            __private::Ok(Self {
                first_name: __private::filled_in(
                    "firstName",
                    <String as __private::Field>::read(content.remove("firstName")),
                )?,
                address: __private::filled_in(
                    "mail",
                    <String as __private::Field>::read(content.remove("mail")),
                )?,
            })
        }
    }
};
