use disco_sdk::prelude::*;

struct Name(String);

impl std::str::FromStr for Name {
    type Err = std::convert::Infallible;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Ok(Self(name.to_owned()))
    }
}

/// A note.
#[resource("note://{name}")]
async fn note(name: Name) -> String {
    note::uri(name)
}

fn main() {}
