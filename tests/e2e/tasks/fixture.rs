//! A server whose calls become tasks, in every way there is.

use disco_sdk::prelude::*;
use disco_sdk::server::tool::Tool;
use tokio::sync::Notify;
use tokio::try_join;

/// Where a call waits until the test lets it go on.
#[derive(Debug, Default)]
pub(crate) struct Pit {
    reached: Notify,
    open: Notify,
    dropped: Notify,
}

impl Pit {
    /// Waits until a call is in it.
    pub(crate) async fn reached(&self) {
        self.reached.notified().await;
    }

    /// Lets one call go on.
    pub(crate) fn open(&self) {
        self.open.notify_one();
    }

    /// Waits until a call that was in it has been dropped.
    pub(crate) async fn dropped(&self) {
        self.dropped.notified().await;
    }

    async fn pass(&self) {
        struct Guard<'a>(&'a Notify, bool);
        impl Drop for Guard<'_> {
            fn drop(&mut self) {
                if !self.1 {
                    self.0.notify_one();
                }
            }
        }
        let mut guard = Guard(&self.dropped, false);
        self.reached.notify_one();
        self.open.notified().await;
        guard.1 = true;
    }
}

/// Digs a hole, and tells how deep it is before it waits.
#[tool(task)]
async fn dig(cx: Context, pit: State<Pit>, depth: Option<u32>) -> String {
    cx.progress(1.0, 2.0, "half way down");
    cx.log(disco_sdk::LogLevel::Warning, "it gets dark");
    pit.pass().await;
    format!("a hole {} m deep", depth.unwrap_or(1))
}

/// Digs, and never for those who cannot wait.
#[tool(task = "required")]
async fn excavate(pit: State<Pit>) -> &'static str {
    pit.pass().await;
    "a big hole"
}

/// Asks where to dig, and digs afterwards.
#[tool(task = "later")]
async fn dig_there(cx: Context, pit: State<Pit>) -> Result<String> {
    let place: String = cx.ask("Where?").key("place").await?;
    let permit = cx.once("permit", |key| async { Ok::<_, Error>(key) }).await?;
    cx.begin_task().await?;
    // To come to it again does nothing.
    cx.begin_task().await?;
    pit.pass().await;
    let depth: u32 = cx.ask("How deep?").key("depth").await?;
    Ok(format!("a hole in {place}, {depth} m deep, permit {}", !permit.is_empty()))
}

/// Begins while a question of it waits.
#[tool(task = "later")]
async fn hasty(cx: Context) -> Result<String> {
    let (place, ()) = try_join!(async { Ok(cx.ask::<String>("Where?").await?) }, cx.begin_task())?;
    Ok(place)
}

/// Begins a task, though its calls are none.
#[tool]
async fn unmarked(cx: Context) -> Result<String> {
    cx.begin_task().await?;
    Ok("a task".to_owned())
}

/// Asks two things at once, and one of them again.
#[tool(task)]
async fn survey(cx: Context) -> Result<String> {
    let (place, depth) = try_join!(cx.ask::<String>("Where?"), cx.ask::<u32>("How deep?"))?;
    let sure: bool = cx.ask("Where?").await?;
    Ok(format!("{place} {depth} {sure}"))
}

/// Asks in all the ways there are.
#[tool(task)]
async fn interview(cx: Context) -> Result<String> {
    let capital = cx.sample("What is the capital of France?").key("capital").await?.text();
    let roots = cx.roots().key("roots").await?.len();
    let name = cx.scope("person").ask::<String>("Your name?").key("name").optional().await?;
    Ok(format!("{capital} {roots} {name:?}"))
}

/// Waits for an answer as long as it is told.
#[tool(task)]
async fn patient(cx: Context, seconds: u64) -> Result<String> {
    let within = std::time::Duration::from_secs(seconds);
    Ok(cx.ask::<String>("Well?").within(within).await?)
}

/// Fails, as tools do.
#[tool(task)]
fn collapse() -> Result<String> {
    Err(Error::new("the hole has collapsed").with_code("COLLAPSED").with_suggestion("dig elsewhere"))
}

/// Fails, as the protocol does.
#[tool(task)]
fn forbidden() -> Result<String> {
    Err(Error::invalid_params("there is no digging here").with_data("place", "here"))
}

/// Panics.
#[tool(task)]
fn panic() -> String {
    panic!("on purpose")
}

/// Gives many bytes.
#[tool(task)]
fn heap(bytes: usize) -> String {
    "x".repeat(bytes)
}

/// Has a question and a task of its own ask it.
#[tool(task)]
async fn delegate(cx: Context) -> Result<String> {
    Ok(tokio::spawn(async move { cx.ask::<String>("Who?").await }).await??)
}

/// Has a part of it begin the task.
#[tool(task = "later")]
async fn delegate_beginning(cx: Context) -> Result<String> {
    let part = cx.clone();
    tokio::spawn(async move { part.begin_task().await }).await??;
    Ok("begun elsewhere".to_owned())
}

/// Has a second, in which a person need not answer.
#[tool(task, timeout = std::time::Duration::from_secs(1))]
async fn hurry(cx: Context, pit: State<Pit>) -> Result<String> {
    let place: String = cx.ask("Where?").await?;
    pit.pass().await;
    Ok(place)
}

/// Is never a task.
#[tool]
fn look() -> &'static str {
    "a field"
}

/// The server of tasks.
pub(crate) fn digging() -> Server {
    Server::new("digging", "1.0.0").state(Pit::default()).with(registered!(self))
}

/// The same without tasks.
pub(crate) fn looking() -> Server {
    Server::new("looking", "1.0.0").with(tools![look])
}

/// A tool made by hand.
pub(crate) fn by_hand() -> Tool {
    use disco_sdk::server::task::TaskStart;
    let call = |_: Context, _: serde_json::Value| async { Ok(ToolOutput::text("by hand")) };
    Tool::typed("by_hand", call).with_description("Is a task.").with_task(TaskStart::AtOnce)
}
