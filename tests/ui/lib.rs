//! What the compiler says to those who use the macros wrongly: one mistake a file, named after it.
//!
//! The words in the `.stderr` files are read in review like prose. `TRYBUILD=overwrite cargo test -p disco-ui`
//! writes them anew; `cargo test -p disco-ui -- every trybuild=no_description` looks at one.
//!
//! A package of its own, because trybuild builds the dependencies of its package once more, and these are few.

#[cfg(test)]
mod reference;

#[cfg(test)]
mod tests {
    #[test]
    fn every_mistake_is_told_at_the_token_to_blame() {
        trybuild::TestCases::new().compile_fail("*/*.rs");
    }
}
