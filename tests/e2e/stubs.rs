//! Typed calls, over every transport and in every revision.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use disco_sdk::client::{Answers, Client};
use disco_sdk::prelude::*;
use disco_sdk::{CallError, Extension, FromCall, LogLevel, Version};
use disco_tests::Point;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Adds two numbers.
#[tool]
fn add(a: i64, #[arg(rename = "B")] b: Option<i64>) -> i64 {
    a + b.unwrap_or(1)
}

/// Which revision the caller speaks.
struct Revision(Version);

impl FromCall for Revision {
    fn from_call(cx: &Context) -> Result<Self> {
        Ok(Self(cx.version()))
    }
}

struct Greeting(&'static str);

/// Greets, with values of the call between the arguments.
#[tool(name = "say.hello")]
async fn greet(
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
enum DivideError {
    #[tool_error(message = "{0} cannot be divided by 0", suggestion = "give another", retryable)]
    ByZero(i64),
}

/// Divides.
#[tool]
fn divide(a: i64, #[arg(range(-100..=100))] b: i64) -> Result<i64, DivideError> {
    a.checked_div(b).ok_or(DivideError::ByZero(a))
}

/// Mirrors a point.
#[tool]
fn mirror(point: Point) -> Json<Point> {
    Json(Point { x: point.y, y: point.x })
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Order {
    Up,
    DownHill,
}

/// Has one member, called like the object that is put around what is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Verdict {
    result: Option<i64>,
}

/// Gives back everything.
#[tool]
fn everything(
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
fn order(is_up: bool) -> Order {
    if is_up { Order::Up } else { Order::DownHill }
}

/// Perhaps.
#[tool]
fn perhaps(verdict: Option<Verdict>) -> Option<Verdict> {
    verdict
}

/// Is an object with a member `result`.
#[tool]
fn verdict(result: Option<i64>) -> Verdict {
    Verdict { result }
}

/// Echoes text that looks like JSON.
#[tool]
fn echo(text: String) -> Cow<'static, str> {
    text.into()
}

/// Says the same each time.
#[tool]
fn motto(is_known: bool) -> Result<&'static str, fmt::Error> {
    if is_known { Ok("3") } else { Err(fmt::Error) }
}

/// Gives nothing.
#[tool]
fn nothing() {}

/// Draws.
#[tool]
fn draw(bytes: Vec<u8>) -> Image {
    Image::png(bytes)
}

/// Sings.
#[tool]
fn sing() -> Audio {
    Audio::wav([1, 2, 3])
}

/// Gives several things.
#[tool]
fn several() -> Vec<Content> {
    vec![Content::text("a"), Image::png([1]).into()]
}

/// Gives a whole resource.
#[tool]
fn whole() -> ResourceContents {
    ResourceContents::text("a://b", "text")
}

/// Points to a resource.
#[tool]
fn link() -> ResourceLink {
    ResourceLink::new("a://b", "b")
}

/// Gives what it likes.
#[tool]
fn raw() -> ToolOutput {
    ToolOutput::text("raw").with_meta("com.example/took", 12)
}

/// Asks for a name.
#[tool]
async fn meet(cx: Context) -> Result<String> {
    Ok(format!("Hello, {}!", cx.ask::<String>("What is your name?").await?))
}

/// A language, which can be read and not be printed.
struct Language(String);

impl FromStr for Language {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if name == "cobol" { Err("no longer spoken".to_owned()) } else { Ok(Self(name.to_owned())) }
    }
}

/// Asks for a review.
#[prompt]
fn review(greeting: State<Greeting>, language: Language, stars: u8, file: Option<String>) -> String {
    format!("{} Review {} in {}: {stars}", greeting.0, file.unwrap_or_default(), language.0)
}

/// Which part of a list.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
struct Page {
    #[serde(default)]
    offset: u32,
    limit: Option<u32>,
}

/// Lists, with members of a struct among its arguments.
#[tool]
fn list(
    of: String,
    #[arg(flatten)] page: Page,
    #[arg(default = "up")] order: String,
    #[arg(default, range(..9))] most: Option<u8>,
) -> String {
    format!("{of} from {} to {:?}, {order}, {most:?}", page.offset, page.limit)
}

/// Lists, with a struct that need not be given.
#[tool]
fn leaf(#[arg(flatten, default = Page { offset: 5, limit: None })] page: Page) -> u32 {
    page.offset
}

/// Takes what a layer has found out.
#[tool]
fn tenant(tenant: Extension<String>) -> String {
    (*tenant).clone()
}

/// Asks so many times.
#[prompt]
fn again(what: String, #[arg(default = 3)] times: u8) -> String {
    format!("{what} {times}")
}

trait Unit: Send + Sync + 'static {
    type Of: Serialize + for<'de> Deserialize<'de> + JsonSchema;
    fn of(&self, number: i64) -> Self::Of;
}

struct Metres;

impl Unit for Metres {
    type Of = String;

    fn of(&self, number: i64) -> String {
        format!("{number} m")
    }
}

struct Scale<U>(U);

#[handlers(client = ScaleClient)]
impl<U> Scale<U>
where
    U: Unit,
{
    /// Measures.
    #[tool(name = "scale.measure")]
    fn measure(&self, context: &Context, number: i64) -> Json<U::Of> {
        let _ = context;
        Json(self.0.of(number))
    }

    /// Where none is.
    #[tool]
    #[cfg(any())]
    fn measure(&self) {}

    /// Measures something of another scale.
    #[tool]
    async fn weigh(self: Arc<Self>, again: Option<u8>) -> Result<u8> {
        tokio::task::yield_now().await;
        again.ok_or_else(|| Error::new("nothing to weigh").with_code("NOTHING"))
    }

    /// Is read by its address.
    #[resource("scale://unit")]
    fn unit(&self) -> String {
        format!("{} m", size_of_val(&self.0))
    }

    /// Asks for a measure.
    #[prompt]
    fn ask(number: i64) -> String {
        format!("Measure {number}.")
    }
}

fn server() -> Server {
    Server::new("stubs", "1.0.0")
        .state(Greeting("Hello"))
        .with(tools![
            add, greet, divide, mirror, everything, order, perhaps, verdict, echo, motto, nothing, draw,
            sing, several, whole, link, raw, meet, list, leaf, tenant
        ])
        .with(prompts![review, again])
        .with(Scale(Metres))
}

fn ada() -> Answers {
    Answers::form(|_| json!({"value": "Ada"}))
}

#[disco_sdk::test(server = server())]
async fn a_tool_is_called_as_its_function_is(client: Client) -> Result<()> {
    assert_eq!(add::call(&client, 1, Some(2)).await?, 3);
    assert_eq!((add::call(&client, 1, None).await?, add::call(&client, 1, 5).await?), (2, 6));
    assert_eq!(greet::call(&client, "Ada", None).await?, "Hello Ada");
    assert_eq!(greet::call(&client, "Ada".to_owned(), "Lady ").await?, "Hello Lady Ada");
    assert_eq!(mirror::call(&client, Point { x: 1, y: 2 }).await?.0, Point { x: 2, y: 1 });
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn what_is_returned_comes_back_as_it_was(client: Client) -> Result<()> {
    let verdict = Verdict { result: Some(7) };
    let names = BTreeMap::from([("half".to_owned(), 0.5)]);
    let all = (Order::DownHill, verdict.clone(), vec![1, 2], names, json!({"result": 1}));
    let (order, one, numbers, by_name, any) = all.clone();
    assert_eq!(everything::call(&client, order, one, numbers, by_name, any).await?, all);
    assert_eq!(perhaps::call(&client, verdict.clone()).await?, Some(verdict.clone()));
    assert_eq!(perhaps::call(&client, None).await?, None);
    assert_eq!(verdict::call(&client, 7).await?, verdict);
    assert_eq!(
        (order::call(&client, true).await?, order::call(&client, false).await?),
        (Order::Up, Order::DownHill)
    );
    for text in ["3", "\"quoted\"", "{\"result\": 1}", "null", ""] {
        assert_eq!(echo::call(&client, text).await?, text);
    }
    assert_eq!(motto::call(&client, true).await?, "3");
    nothing::call(&client).await?;
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn content_comes_back_as_content(client: Client, version: Version) -> Result<()> {
    assert_eq!(draw::call(&client, vec![0, 255]).await?, Image::png([0, 255]));
    assert_eq!(sing::call(&client).await?, Audio::wav([1, 2, 3]));
    assert_eq!(several::call(&client).await?, several());
    assert_eq!(whole::call(&client).await?.text.as_deref(), Some("text"));
    let raw = raw::call(&client).await?;
    assert_eq!(
        (raw.content, raw.meta.unwrap()["com.example/took"].clone()),
        (vec![Content::text("raw")], json!(12))
    );
    let link = link::call(&client).await;
    if version >= Version::V2025_06_18 {
        assert_eq!(link?.uri, "a://b");
    } else {
        let words = link.unwrap_err().to_string();
        assert!(words.starts_with(r#"the answer of tool "link" is no "#), "{words}");
        assert!(words.ends_with("its content is no link; before 2025-06-18 there are none"), "{words}");
    }
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn a_failure_of_the_tool_keeps_its_code(client: Client) -> Result<()> {
    let Err(CallError::Failed(failure)) = divide::call(&client, 6, 0).await else {
        panic!("nothing can be divided by 0");
    };
    assert_eq!((failure.message(), failure.name()), ("6 cannot be divided by 0", Some("BY_ZERO")));
    assert_eq!((failure.suggestion(), &failure.data()["retryable"]), (Some("give another"), &json!(true)));
    let refused = divide::call(&client, 6, 101).await.unwrap_err();
    assert_eq!(refused.failure().and_then(Error::name), Some("INVALID_ARGUMENTS"));
    // By `?` it stays what it is.
    let failed = async || -> Result<i64> { Ok(divide::call(&client, 6, 0).await?) };
    assert_eq!(failed().await.unwrap_err().name(), Some("BY_ZERO"));
    Ok(())
}

#[disco_sdk::test(server = Server::new("another", "1.0.0").with(tools![other::add, motto]))]
async fn a_fault_and_a_wrong_answer_are_told_apart(client: Client) -> Result<()> {
    let Err(CallError::Protocol(error)) = divide::call(&client, 1, 1).await else {
        panic!("there is no such tool");
    };
    assert!(error.is_protocol() && error.message().contains(r#"no tool "divide""#), "{error}");
    let Err(CallError::Unreadable { tool, expected, reason }) = add::call(&client, 1, None).await else {
        panic!("this server adds otherwise");
    };
    assert_eq!((tool.as_str(), expected), ("add", "i64"));
    assert!(reason.contains("invalid type: map"), "{reason}");
    Ok(())
}

mod other {
    use std::collections::BTreeMap;

    use disco_sdk::prelude::*;

    /// Adds otherwise.
    #[tool]
    pub(super) fn add(a: i64) -> BTreeMap<String, i64> {
        BTreeMap::from([("sum".to_owned(), a)])
    }
}

#[disco_sdk::test(server = server(), answers = ada(), since = V2025_06_18)]
async fn what_a_tool_asks_is_answered(client: Client) -> Result<()> {
    assert_eq!(meet::call(&client).await?, "Hello, Ada!");
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn a_prompt_is_filled_in_by_type(client: Client) -> Result<()> {
    let filled = review::get(&client, "rust", 3, None).await?;
    assert_eq!(filled.messages, [PromptMessage::user("Hello Review  in rust: 3")]);
    let filled = review::get(&client, "rust", "4", "main.rs").await?;
    assert_eq!(filled.messages, [PromptMessage::user("Hello Review main.rs in rust: 4")]);
    let error = review::get(&client, "cobol", 3, Some("main.rs".to_owned())).await.unwrap_err();
    assert!(error.is_protocol() && error.message().contains("no longer spoken"), "{error}");
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn the_client_of_a_value_has_its_methods(client: Client) -> Result<()> {
    let scale = ScaleClient::<Metres>::new(&client);
    assert_eq!(scale.measure(5).await?.0, "5 m");
    assert_eq!(scale.weigh(5).await?, 5);
    let nothing = scale.weigh(None).await.unwrap_err();
    assert_eq!(nothing.failure().and_then(Error::name), Some("NOTHING"));
    assert_eq!(scale.ask(5).await?.messages, [PromptMessage::user("Measure 5.")]);
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn members_of_a_flattened_argument_are_sent_among_the_others(client: Client) -> Result<()> {
    let page = Page { offset: 2, limit: Some(9) };
    assert_eq!(
        list::call(&client, "notes", page, "down", 3).await?,
        "notes from 2 to Some(9), down, Some(3)"
    );
    assert_eq!(leaf::call(&client, Page::default()).await?, 0);
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn an_argument_that_has_a_default_can_be_left_out(client: Client) -> Result<()> {
    let listed = list::call(&client, "notes", Page::default(), None, None).await?;
    assert_eq!(listed, "notes from 0 to None, up, None");
    assert_eq!(leaf::call(&client, None).await?, 5);
    assert_eq!(again::get(&client, "Go on", None).await?.messages, [PromptMessage::user("Go on 3")]);
    assert_eq!(again::get(&client, "Go on", 4).await?.messages, [PromptMessage::user("Go on 4")]);
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn an_extension_is_no_argument_of_the_call(client: Client) -> Result<()> {
    let failed = tenant::call(&client).await.unwrap_err();
    assert!(failed.to_string().contains("String"), "{failed}");
    Ok(())
}

#[tokio::test]
async fn calls_go_on_side_by_side_and_on_other_threads() -> Result<()> {
    let client = Arc::new(server().client().await?);
    let (one, two) = tokio::join!(add::call(&client, 1, 1), add::call(&client, 2, 2));
    assert_eq!((one?, two?), (2, 4));
    let elsewhere = tokio::spawn(async move { add::call(&client, 3, 3).await });
    assert_eq!(elsewhere.await??, 6);
    Ok(())
}
