#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    #[automatically_derived]
    #[allow(unused_variables, deprecated)]
    impl __private::ToolError for Full {
        fn code(&self) -> &'static __private::str {
            match self {
                Self(field0, field1) => "FULL",
            }
        }
        fn suggestion(&self) -> __private::Option<__private::String> {
            match self {
                Self(field0, field1) => __private::None,
            }
        }
        fn is_retryable(&self) -> __private::bool {
            match self {
                Self(field0, field1) => true,
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables, deprecated)]
    impl __private::Display for Full {
        fn fmt(&self, f: &mut __private::Formatter<'_>) -> __private::FmtResult {
            match self {
                Self(field0, field1) => {
                    __private::write!(
                        f, "{field0} of {MOST} are used, {{all}} {field1:?}"
                    )
                }
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables, deprecated)]
    impl __private::StdError for Full {
        fn source(&self) -> __private::Option<&(dyn __private::StdError + 'static)> {
            match self {
                Self(field0, field1) => __private::Some(field1),
            }
        }
    }
    __private::submit! {
        __private::KnownError::of:: < Full > ()
    }
};
