use disco_sdk::prelude::*;

#[derive(serde::Serialize)]
struct Sum(i64);

/// Adds two numbers.
#[tool]
async fn add(a: i64, b: i64) -> Result<Vec<Sum>> {
    Ok(vec![Sum(a + b)])
}

fn main() {}
