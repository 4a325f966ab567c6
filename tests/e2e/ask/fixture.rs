//! A server that asks, in every way there is.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use disco_sdk::prelude::*;
use disco_sdk::protocol::capability::Ability;
use disco_sdk::protocol::sampling::CreateMessage;
use disco_tests::Gate;
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use tokio::{join, select};

/// What was done, and how often.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    /// How often a handler was begun.
    pub(crate) runs: AtomicUsize,
    /// How often the effect happened.
    pub(crate) done: AtomicUsize,
    /// The idempotency keys of effects that were begun.
    pub(crate) keys: Mutex<Vec<String>>,
    /// What a slow effect waits for.
    pub(crate) gate: Gate,
}

/// How big it is to be.
#[derive(Debug, Form)]
#[form(rename_all = "lowercase")]
pub(crate) enum Size {
    /// Fits children.
    Small,
    /// Fits everybody.
    Large,
}

/// What somebody orders.
#[derive(Debug, Form)]
pub(crate) struct Order {
    /// How many.
    #[form(range(1..=9))]
    pub(crate) count: u8,
    /// How big.
    pub(crate) size: Size,
    /// What else to say.
    pub(crate) note: Option<String>,
}

/// Asks once.
#[tool]
async fn order(ctx: Context) -> Result<String> {
    let order: Order = ctx.ask("What would you like?").key("order").await?;
    Ok(format!("{} {:?} {}", order.count, order.size, order.note.unwrap_or_default()))
}

/// Asks twice, one after the other.
#[tool]
pub(super) async fn in_a_row(ctx: Context) -> Result<String> {
    let first: String = ctx.ask("Your first name?").await?;
    let last: String = ctx.ask("Your last name?").await?;
    Ok(format!("{first} {last}"))
}

/// Asks whether so long a text is meant.
#[tool]
pub(super) async fn meant(text: String, ctx: Context) -> Result<String> {
    let is_meant: bool = ctx.ask("All of it?").await?;
    Ok(format!("{}: {is_meant}", text.len()))
}

/// Asks the same three times.
#[tool]
pub(super) async fn in_a_loop(ctx: Context) -> Result<u64> {
    let mut sum = 0;
    for _ in 0..3 {
        sum += ctx.ask::<u64>("How many?").await?;
    }
    Ok(sum)
}

/// Asks three things of three kinds at once.
#[tool]
pub(super) async fn together(ctx: Context) -> Result<String> {
    let (name, capital, roots) = join!(
        ctx.ask::<String>("Your name?").key("user_name"),
        ctx.sample(CreateMessage::new("The capital of France?").max_tokens(100)).key("capital"),
        ctx.roots().key("client_roots"),
    );
    Ok(format!("{}, {}, {}", name?, capital?.text(), roots?.len()))
}

/// Does not need an answer.
#[tool]
async fn optional(ctx: Context) -> Result<String> {
    let name = ctx.ask::<String>("Your name?").optional().await?;
    Ok(name.unwrap_or_else(|| "nobody".into()))
}

/// Goes on if nobody answers.
#[tool]
async fn patient(ctx: Context, milliseconds: u64) -> Result<String> {
    match ctx.ask::<String>("Your name?").within(Duration::from_millis(milliseconds)).await {
        Err(AskError::TimedOut { .. }) => Ok("nobody".into()),
        other => Ok(other?),
    }
}

/// Sends the person somewhere.
#[tool]
async fn visit(ctx: Context) -> Result<&'static str> {
    ctx.ask_url("Sign in there.", "https://example.com/sign-in").await?;
    Ok("gone there")
}

/// Sends the person somewhere, and tells when they are done.
#[tool]
async fn connect(ctx: Context) -> Result<String> {
    let link = ctx.elicitation("bank")?;
    link.ask("Sign in to your bank.", format!("https://bank.example/{}", link.id())).await?;
    link.complete();
    Ok(link.id().to_owned())
}

/// Does nothing before the person was somewhere.
#[tool]
async fn balance(ctx: Context, effects: State<Effects>) -> Result<&'static str> {
    effects.run();
    if effects.runs.load(Ordering::Relaxed) == 1 {
        let link = ctx.elicitation("bank")?;
        link.require("Sign in to your bank.", format!("https://bank.example/{}", link.id())).await?;
        link.complete();
    }
    Ok("a lot")
}

/// Sends the person nowhere.
#[tool]
async fn nowhere(ctx: Context) -> Result<()> {
    Ok(ctx.ask_url("Go there.", "over there").await?)
}

/// Asks only who can be asked.
#[tool]
async fn careful(ctx: Context) -> Result<String> {
    if !ctx.client().supports(Ability::Form) {
        return Ok("cannot be asked".into());
    }
    Ok(ctx.ask::<String>("Your name?").await?)
}

/// Chooses several.
#[tool]
async fn several(ctx: Context) -> Result<usize> {
    #[derive(Form)]
    struct Sizes {
        sizes: Vec<Size>,
    }
    Ok(ctx.ask::<Sizes>("Which sizes?").await?.sizes.len())
}

/// Takes whichever answer comes first.
#[tool]
async fn either(ctx: Context) -> Result<String> {
    let winner = select! {
        left = ctx.ask::<String>("Left?") => format!("left {}", left?),
        right = ctx.ask::<String>("Right?") => format!("right {}", right?),
    };
    let sure = ctx.ask::<bool>("Sure?").await?;
    Ok(format!("{winner} {sure}"))
}

/// Asks, does something, and asks again.
#[tool]
async fn buy(ctx: Context, effects: State<Effects>) -> Result<String> {
    effects.run();
    let what: String = ctx.ask("What shall it be?").await?;
    let receipt = ctx.once("charge", |key| async { Ok::<_, Error>((effects.happen(), key)) }).await?;
    let address: String = ctx.ask("Where shall it go?").await?;
    if !ctx.ask::<bool>("Is it a present?").await? {
        return Ok(format!("{what} to {address}, paid {} time", receipt.0));
    }
    Ok(receipt.1)
}

/// Asks where it must not.
#[tool]
async fn asks_inside(ctx: Context) -> Result<String> {
    ctx.once("inside", |_| async { ctx.ask::<String>("Your name?").await }).await
}

/// Asks something else each time, on the way to another question.
#[tool]
async fn fickle(ctx: Context, effects: State<Effects>) -> Result<String> {
    effects.run();
    let run = effects.runs.load(Ordering::Relaxed);
    if run >= 3 {
        let other: String = ctx.ask("What is your quest?").await?;
        return Ok(other);
    }
    let name: String = ctx.ask("Your name?").await?;
    let sure: bool = ctx.ask(format!("Sure, {name}?")).await?;
    Ok(sure.to_string())
}

/// Asks with other words in every round.
#[tool]
async fn ticking(ctx: Context, effects: State<Effects>) -> Result<String> {
    effects.run();
    let run = effects.runs.load(Ordering::Relaxed);
    Ok(ctx.ask::<String>(format!("It is {run} o'clock. Who are you?")).key("who").await?)
}

/// Asks a number of times.
#[tool]
async fn often(ctx: Context, times: usize) -> Result<usize> {
    for turn in 0..times {
        ctx.ask::<()>(format!("Go on after {turn}?")).await?;
    }
    Ok(times)
}

/// Asks one thing at once and another after a little work.
#[tool]
async fn behind_work(ctx: Context) -> Result<String> {
    let (quick, slow) = join!(ctx.ask::<String>("Quick?"), async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        ctx.ask::<String>("Slow?").await
    });
    Ok(format!("{} {}", quick?, slow?))
}

/// Does something slow beside a question.
#[tool]
async fn slow_effect(ctx: Context, effects: State<Effects>) -> Result<String> {
    let (name, done) = join!(
        ctx.ask::<String>("Your name?"),
        ctx.once("slow", |_| async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            Ok::<_, Error>(effects.happen())
        }),
    );
    Ok(format!("{} {}", name?, done?))
}

/// Fails once, and asks what to do.
#[tool]
async fn card(ctx: Context, effects: State<Effects>) -> Result<String> {
    let charged = ctx.once("charge", |_| async {
        effects.happen();
        Err::<(), _>(Error::new("no money").with_code("DECLINED_CARD"))
    });
    let Err(error) = charged.await else {
        return Ok("paid".into());
    };
    let other: String = ctx.ask(format!("{error}. Another card?")).await?;
    Ok(format!("{} {other}", error.name().unwrap_or_default()))
}

/// Asks many at once, by a future that keeps its waker.
#[tool]
async fn crowd(ctx: Context, size: usize) -> Result<usize> {
    let questions = (0..size).map(|number| ctx.ask::<bool>(format!("Is {number} fine?")));
    let answers = join_all(questions).await;
    answers.into_iter().try_fold(0, |count, answer| Ok(count + usize::from(answer?)))
}

/// Asks two at once, and takes the answers as they come.
#[tool]
async fn as_they_come(ctx: Context) -> Result<String> {
    let questions = ["Left?", "Right?"].map(|words| ctx.ask::<String>(words));
    let mut answers = questions.into_iter().collect::<FuturesUnordered<_>>();
    let mut all = Vec::new();
    while let Some(answer) = answers.next().await {
        all.push(answer?);
    }
    Ok(all.join(" "))
}

/// Asks, and does something that takes a while.
#[tool]
async fn slow_charge(ctx: Context, effects: State<Effects>) -> Result<String> {
    let what: String = ctx.ask("What shall it be?").await?;
    let charged = ctx.once("charge", |key| async {
        effects.begin(&key);
        effects.gate.pass().await;
        Ok::<_, Error>(key)
    });
    Ok(format!("{what} {}", charged.await?))
}

/// Panics at an answer that it does not expect.
#[tool]
async fn touchy(ctx: Context) -> Result<String> {
    let word: String = ctx.ask("Say something.").await?;
    assert_ne!(word, "boo");
    Ok(word)
}

/// Asks nothing in the second run, though something was answered.
#[tool]
async fn forgetful(ctx: Context, effects: State<Effects>) -> Result<String> {
    effects.run();
    if effects.runs.load(Ordering::Relaxed) > 2 {
        return Ok("never mind".into());
    }
    let name: String = ctx.ask("Your name?").await?;
    Ok(ctx.ask::<String>(format!("Really, {name}?")).await?)
}

/// Asks beside work that is longer than the settle window of the server, but not than its own.
#[tool(settle = Duration::from_secs(2))]
async fn leisurely(ctx: Context) -> Result<String> {
    let (quick, slow) = join!(ctx.ask::<String>("Quick?"), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        ctx.ask::<String>("Slow?").await
    });
    Ok(format!("{} {}", quick?, slow?))
}

/// Asks in a task of its own.
#[tool]
async fn from_a_task(ctx: Context) -> Result<String> {
    let task = tokio::spawn(async move { ctx.ask::<String>("Your name?").await });
    Ok(task.await.map_err(|error| Error::new(error.to_string()))??)
}

/// Asks the same about several things at once.
#[tool]
async fn scoped(ctx: Context) -> Result<String> {
    let (one, two) = (ctx.scope("one"), ctx.scope("two"));
    let (one, two) = join!(one.ask::<String>("Its name?"), two.ask::<String>("Its name?"));
    Ok(format!("{} {}", one?, two?))
}

/// Gives two questions one key.
#[tool]
async fn twins(ctx: Context) -> Result<String> {
    let (one, two) = join!(ctx.ask::<String>("One?").key("k"), ctx.ask::<String>("Two?").key("k"));
    Ok(format!("{} {}", one?, two?))
}

/// Tells how far it is, and asks.
#[tool]
async fn chatty(ctx: Context) -> Result<String> {
    ctx.progress(1.0, 2.0, "before");
    let name: String = ctx.ask("Your name?").await?;
    ctx.progress(2.0, 2.0, "after");
    Ok(name)
}

/// A letter to somebody.
#[resource("letter://{to}", mime_type = "text/plain")]
async fn letter(to: String, ctx: Context) -> Result<String> {
    Ok(format!("Dear {to}, {}", ctx.ask::<String>("What shall it say?").await?))
}

/// Asks for what it is about.
#[prompt]
async fn about(ctx: Context) -> Result<String> {
    Ok(format!("Tell me about {}.", ctx.ask::<String>("About what?").key("topic").await?))
}

/// The server that asks.
pub(crate) fn asking() -> Server {
    Server::new("asking", "1.0.0").state(Effects::default()).with(registered!(self))
}

impl Effects {
    /// Counts a run.
    pub(crate) fn run(&self) {
        self.runs.fetch_add(1, Ordering::Relaxed);
    }

    /// Begins what is to be done once.
    pub(crate) fn begin(&self, key: &str) {
        self.keys.lock().expect("nobody panics with it").push(key.to_owned());
    }

    /// Does what is to be done once.
    pub(crate) fn happen(&self) -> usize {
        self.done.fetch_add(1, Ordering::Relaxed) + 1
    }
}
