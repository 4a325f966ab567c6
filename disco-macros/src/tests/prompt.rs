//! `#[prompt]`.

use quote::quote;

use super::expands_to;
use crate::driver::attribute;
use crate::prompt::Prompt;

#[test]
fn a_prompt() {
    let item = quote! {
        /// Asks for a review.
        fn review(
            /// Language of the code.
            #[arg(complete = languages)]
            language: String,
            code: Option<String>,
        ) -> String {
            format!("Review this {language} code: {code:?}")
        }
    };
    expands_to("prompt", attribute::<Prompt>(quote!(), &item));
}
