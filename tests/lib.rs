//! A server that offers a little of everything, for the tests of Disco.

#[cfg(doctest)]
mod chapters;
mod people;
pub mod support;

use disco_sdk::prelude::*;
use disco_sdk::{Audio, Image, LogLevel, ResourceLink};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

pub use people::people;

/// A gate that a test opens, so that a call waits for exactly as long as the test wants.
#[derive(Debug, Default)]
pub struct Gate {
    open: Notify,
    waiting: Notify,
}

impl Gate {
    /// Lets one waiting call go on.
    pub fn open(&self) {
        self.open.notify_one();
    }

    /// Waits until a call waits.
    pub async fn reached(&self) {
        self.waiting.notified().await;
    }

    /// Waits until it is opened.
    pub async fn pass(&self) {
        self.waiting.notify_one();
        self.open.notified().await;
    }
}

/// How many calls were dropped before they were done.
#[derive(Debug, Default)]
pub struct Dropped(pub Notify);

/// A point of the plane.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// To the right.
    pub x: i64,
    /// Up.
    pub y: i64,
}

/// Adds two numbers.
#[tool(read_only, tags("sums"))]
fn add(
    /// The first.
    a: i64,
    /** The second. */
    b: Option<i64>,
) -> i64 {
    a + b.unwrap_or(1)
}

/// Gives a text back.
#[tool(tags("echoes"))]
fn echo(text: String) -> String {
    text
}

/// Mirrors a point.
#[tool(read_only, idempotent)]
fn mirror(point: Point) -> Json<Point> {
    Json(Point { x: point.y, y: point.x })
}

/// Counts up to a number.
#[tool]
fn count(to: u32) -> Vec<u32> {
    (1..=to).collect()
}

/// Gives a link, a sound and a picture.
#[tool]
fn gallery() -> Vec<Content> {
    vec![
        ResourceLink::new("note://1", "first").into(),
        Audio::new(b"RIFF", "audio/wav").into(),
        Image::new(b"PNG", "image/png").into(),
    ]
}

/// Tells three steps of progress and one line of the log.
#[tool]
fn steps(cx: Context) -> &'static str {
    for step in 1..=3 {
        cx.progress(f64::from(step), 3.0, "on the way");
    }
    cx.log(LogLevel::Warning, "nearly there");
    "done"
}

/// Says that a resource has changed, or else all lists.
#[tool]
fn touch(cx: Context, uri: Option<String>) -> &'static str {
    let notifier = cx.notifier();
    if let Some(uri) = uri {
        notifier.resource_updated(uri);
    } else {
        notifier.tools_list_changed();
        notifier.prompts_list_changed();
        notifier.resources_list_changed();
    }
    "touched"
}

/// Waits until the test lets it go on.
#[tool]
async fn wait(gate: State<Gate>, dropped: State<Dropped>) -> &'static str {
    struct Guard(State<Dropped>, bool);
    impl Drop for Guard {
        fn drop(&mut self) {
            if !self.1 {
                self.0.0.notify_one();
            }
        }
    }
    let mut guard = Guard(dropped, false);
    gate.pass().await;
    guard.1 = true;
    "waited"
}

/// Prints to standard output, which is not its to print to.
#[tool]
#[expect(clippy::print_stdout, reason = "that is what is tested")]
fn print() -> &'static str {
    println!("this is no message of the protocol");
    "printed"
}

/// Fails.
#[tool]
fn fail(why: String) -> Result<String> {
    Err(Error::new(why).with_code("NO_LUCK").with_suggestion("try again"))
}

/// Panics.
#[tool]
fn panic() -> String {
    panic!("on purpose")
}

/// A note.
#[resource("note://{id}", mime_type = "text/plain")]
fn note(id: u64) -> Result<String> {
    match id {
        1 => Ok("the first note".into()),
        _ => Err(Error::resource_not_found(&note::uri(id))),
    }
}

/// What is configured.
#[resource("config://server")]
fn config() -> String {
    "all is well".into()
}

const LANGUAGES: [&str; 3] = ["python", "ruby", "rust"];

/// Asks for a review.
#[prompt]
fn review(
    /// The language of the code.
    #[arg(complete = LANGUAGES)]
    language: String,
    code: Option<String>,
) -> String {
    format!("Review this {language} code: {}", code.unwrap_or_default())
}

/// The fixture, with its gate and the count of dropped calls.
pub fn fixture() -> Server {
    Server::new("fixture", "1.0.0")
        .title("The fixture")
        .instructions("Offers a little of everything.")
        .state(Gate::default())
        .state(Dropped::default())
        .with(registered!(self))
}
