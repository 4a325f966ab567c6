//! What `#[derive(ToolError)]` writes.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::ToolError;
use crate::place::ours;

pub(super) fn implementation(error: &ToolError) -> TokenStream {
    let ident = &error.ident;
    let patterns: Vec<_> = error.cases.iter().map(|case| &case.pattern).collect();
    let codes = error.cases.iter().map(|case| &case.code);
    let retryable = error.cases.iter().map(|case| case.is_retryable);
    let suggestions = error.cases.iter().map(|case| {
        let words = case.suggestion.as_ref().map(|text| ours!(__private::format!(#text)));
        option(words)
    });
    let printed = error.has_messages().then(|| printed(error));
    ours! {
        #[automatically_derived]
        #[allow(unused_variables, deprecated)]
        impl __private::ToolError for #ident {
            fn code(&self) -> &'static __private::str {
                match self {
                    #(#patterns => #codes,)*
                }
            }

            fn suggestion(&self) -> __private::Option<__private::String> {
                match self {
                    #(#patterns => #suggestions,)*
                }
            }

            fn is_retryable(&self) -> __private::bool {
                match self {
                    #(#patterns => #retryable,)*
                }
            }
        }

        #printed

        __private::submit! { __private::KnownError::of::<#ident>() }
    }
}

/// The same without what they do, so that those who use the type do not fail as well.
pub(super) fn refused(error: &ToolError) -> TokenStream {
    let ident = &error.ident;
    let froms = error.cases.iter().filter_map(|case| case.from.as_ref()).map(|(ty, _)| {
        ours! {
            impl __private::From<#ty> for #ident {
                fn from(_: #ty) -> Self {
                    __private::refused()
                }
            }
        }
    });
    ours! {
        impl __private::ToolError for #ident {
            fn code(&self) -> &'static __private::str {
                __private::refused()
            }
        }

        impl __private::Display for #ident {
            fn fmt(&self, _: &mut __private::Formatter<'_>) -> __private::FmtResult {
                __private::refused()
            }
        }

        impl __private::StdError for #ident {}

        #(#froms)*
    }
}

/// The same as an expression.
fn option(tokens: Option<impl ToTokens>) -> TokenStream {
    let tokens = tokens.into_iter();
    let some = ours!(#(__private::Some(#tokens))*);
    if some.is_empty() { ours!(__private::None) } else { some }
}

/// `Display`, `Error` and `From`, for those who have no other derive that writes them.
fn printed(error: &ToolError) -> TokenStream {
    let ident = &error.ident;
    let patterns: Vec<_> = error.cases.iter().map(|case| &case.pattern).collect();
    let messages = error.cases.iter().filter_map(|case| case.message.as_ref());
    let sources = error.cases.iter().map(|case| option(case.source.as_ref()));
    let froms = error.cases.iter().filter_map(|case| case.from.as_ref()).map(|(ty, make)| {
        ours! {
            #[automatically_derived]
            impl __private::From<#ty> for #ident {
                fn from(source: #ty) -> Self {
                    #make
                }
            }
        }
    });
    ours! {
        #[automatically_derived]
        #[allow(unused_variables, deprecated)]
        impl __private::Display for #ident {
            fn fmt(&self, f: &mut __private::Formatter<'_>) -> __private::FmtResult {
                match self {
                    #(#patterns => __private::write!(f, #messages),)*
                }
            }
        }

        #[automatically_derived]
        #[allow(unused_variables, deprecated)]
        impl __private::StdError for #ident {
            fn source(&self) -> __private::Option<&(dyn __private::StdError + 'static)> {
                match self {
                    #(#patterns => #sources,)*
                }
            }
        }

        #(#froms)*
    }
}
