//! tmp
#![allow(missing_docs)]
use disco_sdk::prelude::*;

struct Db;

/// Adds two numbers.
#[tool(read_only, title = "Add")]
async fn add(
    /// The first number.
    a: i64,
    /// The second number.
    #[arg(default = 1, range(0..=100))]
    b: i64,
) -> i64 {
    a + b
}

type Perhaps<T> = Option<T>;

/// Tells.
#[tool]
fn tell(cx: &Context, db: State<Db>, who: Perhaps<String>, #[arg(default = "x")] mark: String) -> Result<String> {
    let _ = (cx, db);
    Ok(who.unwrap_or(mark))
}


/// Sums.
#[tool]
async fn sum(cx: Context, n: Vec<i64>) -> Result<Json<i64>, std::io::Error> {
    let _ = cx;
    Ok(Json(n.iter().sum()))
}

/// Nothing.
#[tool]
fn nothing() {}

#[test]
fn it_works() {
    let tools = tools![add, tell, sum, nothing];
    println!("{}", serde_json::to_string_pretty(&tools.iter().map(|t| t.info().clone()).collect::<Vec<_>>()).unwrap());
    println!("{:?}", tools);
}
