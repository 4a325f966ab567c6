//! The book's chapters, whose programs are run as the documentation tests of this module.

/// Takes chapters in.
macro_rules! chapters {
    ($($name:ident)+) => {
        $(
            #[doc = include_str!(concat!("../book/src/guide/", stringify!($name), ".md"))]
            mod $name {}
        )+
    };
}

chapters! { asking callers calls layers prompts resources tasks testing tools transports }
