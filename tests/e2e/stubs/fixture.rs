//! Tools, prompts and a value with handlers, of every kind that typed calls can have.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use disco_sdk::client::Answers;
use disco_sdk::prelude::*;
use disco_sdk::{Extension, FromCall, LogLevel, Version};
use disco_tests::Point;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Adds two numbers.
#[tool]
pub(super) fn add(a: i64, #[arg(rename = "B")] b: Option<i64>) -> i64 {
    a + b.unwrap_or(1)
}

/// Which revision the caller speaks.
pub(super) struct Revision(Version);

impl FromCall for Revision {
    fn from_call(cx: &Context) -> Result<Self> {
        Ok(Self(cx.version()))
    }
}

pub(super) struct Greeting(&'static str);

/// Greets, with values of the call between the arguments.
#[tool(name = "say.hello")]
pub(super) async fn greet(
    context: &Context,
    name: String,
    #[arg(inject)] revision: Revision,
    title: Option<String>,
    greeting: State<Greeting>,
) -> String {
    tokio::task::yield_now().await;
    assert_eq!(context.version(), revision.0);
    context.log(LogLevel::Info, "greeting");
    format!("{} {}{name}", greeting.0, title.unwrap_or_default())
}

#[derive(Debug, ToolError)]
pub(super) enum DivideError {
    #[tool_error(message = "{0} cannot be divided by 0", suggestion = "give another", retryable)]
    ByZero(i64),
}

/// Divides.
#[tool]
pub(super) fn divide(a: i64, #[arg(range(-100..=100))] b: i64) -> Result<i64, DivideError> {
    a.checked_div(b).ok_or(DivideError::ByZero(a))
}

/// Mirrors a point.
#[tool]
pub(super) fn mirror(point: Point) -> Json<Point> {
    Json(Point { x: point.y, y: point.x })
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    Up,
    DownHill,
}

/// Has one member, called like the object that is put around what is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Verdict {
    pub(super) result: Option<i64>,
}

/// Gives back everything.
#[tool]
pub(super) fn everything(
    order: Order,
    verdict: Verdict,
    numbers: Vec<u8>,
    by_name: BTreeMap<String, f64>,
    any: Value,
) -> (Order, Verdict, Vec<u8>, BTreeMap<String, f64>, Value) {
    (order, verdict, numbers, by_name, any)
}

/// A list of choices is written as text, and is no text.
#[tool]
pub(super) fn order(is_up: bool) -> Order {
    if is_up { Order::Up } else { Order::DownHill }
}

/// Perhaps.
#[tool]
pub(super) fn perhaps(verdict: Option<Verdict>) -> Option<Verdict> {
    verdict
}

/// Is an object with a member `result`.
#[tool]
pub(super) fn verdict(result: Option<i64>) -> Verdict {
    Verdict { result }
}

/// Echoes text that looks like JSON.
#[tool]
pub(super) fn echo(text: String) -> Cow<'static, str> {
    text.into()
}

/// Says the same each time.
#[tool]
pub(super) fn motto(is_known: bool) -> Result<&'static str, fmt::Error> {
    if is_known { Ok("3") } else { Err(fmt::Error) }
}

/// Gives nothing.
#[tool]
pub(super) fn nothing() {}

/// Draws.
#[tool]
pub(super) fn draw(bytes: Vec<u8>) -> Image {
    Image::png(bytes)
}

/// Sings.
#[tool]
pub(super) fn sing() -> Audio {
    Audio::wav([1, 2, 3])
}

/// Gives several things.
#[tool]
pub(super) fn several() -> Vec<Content> {
    vec![Content::text("a"), Image::png([1]).into()]
}

/// Gives a whole resource.
#[tool]
pub(super) fn whole() -> ResourceContents {
    ResourceContents::text("a://b", "text")
}

/// Points to a resource.
#[tool]
pub(super) fn link() -> ResourceLink {
    ResourceLink::new("a://b", "b")
}

/// Gives what it likes.
#[tool]
pub(super) fn raw() -> ToolOutput {
    ToolOutput::text("raw").with_meta("com.example/took", 12)
}

/// Asks for a name.
#[tool]
pub(super) async fn meet(cx: Context) -> Result<String> {
    Ok(format!("Hello, {}!", cx.ask::<String>("What is your name?").await?))
}

/// A language, which can be read and not be printed.
pub(super) struct Language(String);

impl FromStr for Language {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if name == "cobol" { Err("no longer spoken".to_owned()) } else { Ok(Self(name.to_owned())) }
    }
}

/// Asks for a review.
#[prompt]
pub(super) fn review(
    greeting: State<Greeting>,
    language: Language,
    stars: u8,
    file: Option<String>,
) -> String {
    format!("{} Review {} in {}: {stars}", greeting.0, file.unwrap_or_default(), language.0)
}

/// Which part of a list.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub(super) struct Page {
    #[serde(default)]
    pub(super) offset: u32,
    pub(super) limit: Option<u32>,
}

/// Lists, with members of a struct among its arguments.
#[tool]
pub(super) fn list(
    of: String,
    #[arg(flatten)] page: Page,
    #[arg(default = "up")] order: String,
    #[arg(default, range(..9))] most: Option<u8>,
) -> String {
    format!("{of} from {} to {:?}, {order}, {most:?}", page.offset, page.limit)
}

/// Lists, with a struct that need not be given.
#[tool]
pub(super) fn leaf(#[arg(flatten, default = Page { offset: 5, limit: None })] page: Page) -> u32 {
    page.offset
}

/// Takes what a layer has found out.
#[tool]
pub(super) fn tenant(tenant: Extension<String>) -> String {
    (*tenant).clone()
}

/// Asks so many times.
#[prompt]
pub(super) fn again(what: String, #[arg(default = 3)] times: u8) -> String {
    format!("{what} {times}")
}

pub(super) trait Unit: Send + Sync + 'static {
    type Of: Serialize + for<'de> Deserialize<'de> + JsonSchema;
    fn of(&self, number: i64) -> Self::Of;
}

pub(super) struct Metres;

impl Unit for Metres {
    type Of = String;

    fn of(&self, number: i64) -> String {
        format!("{number} m")
    }
}

pub(super) struct Scale<U>(U);

#[handlers(client = ScaleClient)]
impl<U> Scale<U>
where
    U: Unit,
{
    /// Measures.
    #[tool(name = "scale.measure")]
    pub(super) fn measure(&self, context: &Context, number: i64) -> Json<U::Of> {
        let _ = context;
        Json(self.0.of(number))
    }

    /// Where none is.
    #[tool]
    #[cfg(any())]
    pub(super) fn measure(&self) {}

    /// Measures something of another scale.
    #[tool]
    pub(super) async fn weigh(self: Arc<Self>, again: Option<u8>) -> Result<u8> {
        tokio::task::yield_now().await;
        again.ok_or_else(|| Error::new("nothing to weigh").with_code("NOTHING"))
    }

    /// Is read by its address.
    #[resource("scale://unit")]
    pub(super) fn unit(&self) -> String {
        format!("{} m", size_of_val(&self.0))
    }

    /// Asks for a measure.
    #[prompt]
    pub(super) fn ask(number: i64) -> String {
        format!("Measure {number}.")
    }
}

pub(super) fn server() -> Server {
    Server::new("stubs", "1.0.0")
        .state(Greeting("Hello"))
        .with(tools![
            add, greet, divide, mirror, everything, order, perhaps, verdict, echo, motto, nothing, draw,
            sing, several, whole, link, raw, meet, list, leaf, tenant
        ])
        .with(prompts![review, again])
        .with(Scale(Metres))
}

pub(super) fn ada() -> Answers {
    Answers::form(|_| json!({"value": "Ada"}))
}
