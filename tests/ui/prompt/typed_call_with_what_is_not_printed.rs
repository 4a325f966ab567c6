use disco_sdk::client::Client;
use disco_sdk::prelude::*;

#[derive(Clone, Copy)]
struct Stars(u8);

impl std::str::FromStr for Stars {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Asks for a review.
#[prompt]
fn review(stars: Stars) -> String {
    "*".repeat(stars.0.into())
}

async fn use_it(client: &Client) {
    let _ = review::get(client, Stars(3)).await;
    let _ = review::get(client, "3").await;
}

fn main() {}
