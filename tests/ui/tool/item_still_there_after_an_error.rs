use disco_sdk::prelude::*;

#[tool(titel = "Add")]
fn add(#[arg(default = 1)] a: i64, /** The second. */ b: i64) -> i64 {
    a + b
}

fn main() {
    let _: i64 = add(1, 2);
    let _ = tools![add];
}
