#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    #[automatically_derived]
    #[allow(unused_variables, deprecated)]
    impl __private::ToolError for NoteError {
        fn code(&self) -> &'static __private::str {
            match self {
                Self::NotFound { id } => "NOT_FOUND",
                Self::InUse(field0) => "LOCKED",
                Self::Io(field0) => "IO",
            }
        }
        fn suggestion(&self) -> __private::Option<__private::String> {
            match self {
                Self::NotFound { id } => {
                    __private::Some(__private::format!("call `list`, not {id}"))
                }
                Self::InUse(field0) => __private::None,
                Self::Io(field0) => __private::None,
            }
        }
        fn is_retryable(&self) -> __private::bool {
            match self {
                Self::NotFound { id } => false,
                Self::InUse(field0) => true,
                Self::Io(field0) => false,
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables, deprecated)]
    impl __private::Display for NoteError {
        fn fmt(&self, f: &mut __private::Formatter<'_>) -> __private::FmtResult {
            match self {
                Self::NotFound { id } => __private::write!(f, "there is no note {id}"),
                Self::InUse(field0) => __private::write!(f, "{field0} is writing"),
                Self::Io(field0) => __private::write!(f, "not read"),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables, deprecated)]
    impl __private::StdError for NoteError {
        fn source(&self) -> __private::Option<&(dyn __private::StdError + 'static)> {
            match self {
                Self::NotFound { id } => __private::None,
                Self::InUse(field0) => __private::None,
                Self::Io(field0) => __private::Some(field0),
            }
        }
    }
    #[automatically_derived]
    impl __private::From<io::Error> for NoteError {
        fn from(source: io::Error) -> Self {
            Self::Io(source)
        }
    }
    __private::submit! {
        __private::KnownError::of:: < NoteError > ()
    }
};
