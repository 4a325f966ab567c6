//! What the tools of a server cost in tokens, counted.

use crate::server::Service;
use crate::server::budget::{costs, table};

/// What each tool of a server costs every client, in tokens of OpenAI's `o200k_base`, the most expensive
/// first: its name, its description and its input schema, as the server's dialect shows it.
///
/// ```
/// use disco_sdk::prelude::*;
/// use disco_sdk::testing;
///
/// /// Adds two numbers.
/// #[tool]
/// fn add(a: i64, b: i64) -> i64 {
///     a + b
/// }
///
/// # fn main() -> Result<()> {
/// let service = Server::new("demo", "1.0.0").with(tools![add]).build()?;
/// let (tool, tokens) = &testing::token_costs(&service)[0];
/// assert!(tool == "add" && *tokens < 100);
/// # Ok(()) }
/// ```
#[must_use]
pub fn token_costs(service: &Service) -> Vec<(String, usize)> {
    let tokenizer = tiktoken_rs::o200k_base_singleton();
    let offer = service.0.registry.everything();
    costs(offer.shown(service.0.settings.dialect.usual()), |text| tokenizer.encode_ordinary(text).len())
}

/// Prints what each tool costs, and fails the test if all of them cost more than `most` tokens.
///
/// ```
/// use disco_sdk::prelude::*;
/// use disco_sdk::testing;
///
/// /// Adds two numbers.
/// #[tool]
/// fn add(a: i64, b: i64) -> i64 {
///     a + b
/// }
///
/// # fn main() -> Result<()> {
/// testing::token_budget(&Server::new("demo", "1.0.0").with(tools![add]).build()?, 100);
/// # Ok(()) }
/// ```
///
/// # Panics
/// When they cost more.
#[track_caller]
#[expect(clippy::print_stdout, reason = "the test shows what it has counted")]
pub fn token_budget(service: &Service, most: usize) {
    let costs = token_costs(service);
    let sum: usize = costs.iter().map(|cost| cost.1).sum();
    let table = table(&costs);
    println!("{table}\n{sum:6}  of {most} tokens");
    assert!(sum <= most, "the tools cost {sum} tokens, and the budget is {most}:\n{table}");
}

#[cfg(test)]
mod tests {
    use crate::server::budget::estimated;

    #[test]
    fn an_estimate_is_within_a_tenth_of_what_is_counted() {
        let tokenizer = tiktoken_rs::o200k_base_singleton();
        let texts = [
            include_str!("../docs/form.md"),
            include_str!("../docs/resource.md"),
            include_str!("../docs/tool.md"),
            include_str!("../../Cargo.toml"),
            r#"{"name":"add","inputSchema":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}}"#,
        ];
        for text in texts {
            let (estimated, counted) = (estimated(text), tokenizer.encode_ordinary(text).len());
            assert!(estimated.abs_diff(counted) * 10 <= counted, "{estimated} for {counted}: {text}");
        }
    }
}
