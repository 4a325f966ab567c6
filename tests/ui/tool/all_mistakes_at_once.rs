use disco_sdk::prelude::*;

#[tool(nam = "add", colour = 3, read_only, destructive)]
async unsafe fn add<T>((a, b): (i64, i64), name: &str) -> i64 {
    a + b + name.len() as i64
}

fn main() {}
