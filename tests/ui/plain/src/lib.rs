//! What the compiler says to those who use what a feature would bring. A package of its own, because trybuild turns the
//! features of its package on: here there are those alone that everybody has.

#[cfg(test)]
mod tests {
    #[test]
    fn what_needs_a_feature_says_so() {
        trybuild::TestCases::new().compile_fail("layer/*.rs");
    }
}
