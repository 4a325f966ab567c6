use disco_sdk::prelude::*;

async fn changes(cx: Context) {
    cx.notifier().resource_updated(note::uri());
}

/// The note.
#[resource("note://1", watch = changes)]
async fn note() -> &'static str {
    "a note"
}

fn main() {}
