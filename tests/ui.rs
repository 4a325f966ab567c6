//! What the compiler says to those who use the macros wrongly: one mistake a file, named after it.
//!
//! The words in the `.stderr` files are read in review like prose. `TRYBUILD=overwrite cargo test --test ui`
//! writes them anew; `cargo test --test ui -- ui trybuild=tool/no_description` looks at one.

#[test]
fn every_mistake_is_told_at_the_token_to_blame() {
    trybuild::TestCases::new().compile_fail("ui/*/*.rs");
}
