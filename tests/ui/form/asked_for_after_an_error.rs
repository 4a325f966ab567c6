//! One mistake, one error: the form can still be asked for.

use disco_sdk::prelude::*;

#[derive(Form)]
struct Trip {
    #[form(titel = "How long?")]
    nights: u8,
    way: Way,
}

#[derive(Form)]
enum Way {
    #[form(titel = "By train")]
    Train,
    Foot,
}

/// Books.
#[tool]
async fn book(cx: Context) -> Result<u8> {
    Ok(cx.ask::<Trip>("Where to?").await?.nights)
}

fn main() {
    let _ = tools![book];
}
