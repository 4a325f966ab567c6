//! A call under way: a handler's future, what it says meanwhile, and its answer.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Poll, ready};

use super::answer;
use super::aside::{Aside, Ended};
use super::ask::direct::Direct;
use super::ask::rounds::Rounds;
use super::ask::settle::{Settling, Verdict};
use super::context::Context;
use super::core::Permit;
use super::deadline::Deadline;
use super::in_flight::Entry;
use super::outbox::Said;
use super::task::{Doing, Engine, Live};
use super::work::Work;
use crate::protocol::members::Params;
use crate::protocol::method::Method;
use crate::transport::{Accepted, Answering, Event, Reply, Running};

/// After so many polls in a row others have their turn.
const POLLS_A_TURN: usize = 64;
/// A message of more bytes is let go before its handler begins: else a long text would be held three times, in it,
/// in the arguments and in the answer.
const LONG_MESSAGE: usize = 256 << 10;

/// Settles a call whose questions wait.
pub(crate) type Settle = fn(&mut Call, &Params<'_>, &mut std::task::Context<'_>) -> Poll<Ended>;

/// A call under way.
pub(crate) struct Call {
    context: Context,
    /// `None` once it has finished.
    work: Option<Work>,
    /// The answer, while what was said before it is still queued.
    reply: Option<Reply>,
    entry: Option<Entry>,
    /// The request, to whose parameters a state is bound; only while questions may come. To keep all of
    /// it is one copy; to look for the parameters first was 5,000 instructions for each call that waits.
    message: Box<[u8]>,
    /// What is done in the store, before the handler begins and after it has ended.
    aside: Aside,
    /// Once questions wait: when the handler has settled.
    settling: Option<Settling>,
    /// Once the handler waits: how long it may.
    deadline: Option<Deadline>,
    /// Whether it has become a task, which goes on by itself.
    is_task: bool,
    _permit: Permit,
}

impl Call {
    /// Polls the handler for the first time. A call that just answers costs no more than this; the others
    /// become a `Call`.
    pub(crate) fn start(
        context: Context,
        mut work: Work,
        params: &Params<'_>,
        cx: &mut std::task::Context<'_>,
        enter: impl FnOnce(&Context) -> Option<Entry>,
    ) -> Accepted {
        let aside = Aside::before(&context);
        let is_long = params.message().len() > LONG_MESSAGE;
        let mut polled = None;
        if !is_long && !aside.is_open() {
            match work.poll_caught(cx, &context) {
                Poll::Ready(reply) if context.is_quiet() => {
                    drop(work);
                    abandon(&context);
                    return Accepted::Answer(reply);
                }
                other => polled = Some(other),
            }
        }
        let mut call = Self {
            _permit: context.core().permit(),
            context,
            aside,
            work: Some(work),
            reply: None,
            entry: None,
            message: Box::default(),
            settling: None,
            deadline: None,
            is_task: false,
        };
        let done = match polled {
            Some(polled) => call.go_on_from(polled, params, cx),
            None if is_long => Poll::Pending,
            None => call.work_on(params, cx),
        };
        if done.is_ready() && !call.context.outbox().has_messages() {
            return call.reply.take().map_or(Accepted::Nothing, Accepted::Answer);
        }
        call.entry = enter(&call.context);
        let limit = call.work.as_ref().and_then(|work| work.timeout(call.context.core()));
        call.deadline = limit.map(Deadline::new);
        if call.work.is_some() && call.context.can_ask_in_rounds() {
            call.message = params.message().into();
        }
        let version = call.context.version();
        let is_waiting = !is_long && call.waits(cx);
        Accepted::Running(Running::new(call, version).waiting(is_waiting))
    }

    /// Whether nothing is to be done, after the handler was polled, until `cx` is woken. To find that out by
    /// polling it once more sets its timers again, too: 500 instructions of a call that waits.
    fn waits(&mut self, cx: &mut std::task::Context<'_>) -> bool {
        let is_settling = self.settling.is_some() || self.context.rounds().is_some_and(Rounds::is_stuck);
        self.work.is_some()
            && !self.aside.is_open()
            && !is_settling
            && self.poll_deadline(cx).is_pending()
            && self.context.outbox().is_quiet(cx)
    }

    /// Polls the handler; when it is done, or has settled on questions, `reply` is there.
    fn work_on(&mut self, params: &Params<'_>, cx: &mut std::task::Context<'_>) -> Poll<()> {
        if self.aside.is_open() {
            ready!(self.poll_aside(cx));
        }
        if self.work.is_none() {
            return Poll::Ready(());
        }
        if self.settling.is_some() {
            let settled = self.settle_if_asked(params, cx);
            return self.come_to(settled, cx);
        }
        let polled = self.poll_work(cx);
        self.go_on_from(polled, params, cx)
    }

    /// Goes on from what came of polling the handler.
    fn go_on_from(
        &mut self,
        polled: Poll<Reply>,
        params: &Params<'_>,
        cx: &mut std::task::Context<'_>,
    ) -> Poll<()> {
        let polled = match polled {
            Poll::Pending if self.context.rounds().is_some_and(Rounds::is_stuck) => {
                self.settle_if_asked(params, cx)
            }
            Poll::Pending => Poll::Pending,
            Poll::Ready(reply) => {
                self.context.rounds().inspect(|rounds| rounds.end());
                Poll::Ready((reply, None))
            }
        };
        self.come_to(polled, cx)
    }

    /// Becomes a task, or answers, if the handler has come to either.
    fn come_to(&mut self, polled: Poll<Ended>, cx: &mut std::task::Context<'_>) -> Poll<()> {
        if let Some(live) = self.context.task().cloned()
            && let Some(engine) = self.context.core().tasks.engine()
        {
            let reply = self.become_task(engine, live, polled);
            return self.end((reply, None), cx);
        }
        let (mut reply, unsaved) = ready!(polled);
        if let Some(fault) = self.context.rounds().and_then(Rounds::fault) {
            reply = answer::error(Some(self.context.request_id()), self.context.version(), &fault);
        }
        self.end((reply, unsaved), cx)
    }

    /// Goes to the store; when it has come back, the handler may begin, or `reply` is there.
    fn poll_aside(&mut self, cx: &mut std::task::Context<'_>) -> Poll<()> {
        if let Some(reply) = ready!(self.aside.poll(&self.context, cx)) {
            self.reply = Some(reply);
            self.work = None;
        }
        Poll::Ready(())
    }

    /// The handler has ended: this is the answer, as soon as the store has what it keeps of it.
    fn end(&mut self, ended: Ended, cx: &mut std::task::Context<'_>) -> Poll<()> {
        self.work = None;
        if self.aside.keeps_nothing(ended.1.as_deref()) {
            self.reply = Some(ended.0);
            return Poll::Ready(());
        }
        self.aside.end(&self.context, ended);
        self.poll_aside(cx)
    }

    fn poll_work(&mut self, cx: &mut std::task::Context<'_>) -> Poll<Reply> {
        match &mut self.work {
            Some(work) => work.poll_caught(cx, &self.context),
            None => Poll::Pending,
        }
    }

    /// Hands the handler to a task, and answers with that. Nothing of the request concerns it any more.
    fn become_task(&mut self, engine: &dyn Engine, live: Arc<Live>, polled: Poll<Ended>) -> Reply {
        self.is_task = true;
        self.entry = None;
        let reply = engine.created(&self.context, &live);
        let doing = match (polled, self.work.take()) {
            (Poll::Pending, Some(work)) => Doing::Work(work),
            (Poll::Ready((reply, _)), _) => Doing::Done(reply),
            (Poll::Pending, None) => return reply,
        };
        engine.start(self.context.clone(), live, doing);
        reply
    }

    /// Stops a handler whose time is up.
    fn poll_deadline(&mut self, cx: &mut std::task::Context<'_>) -> Poll<()> {
        let (Some(deadline), Some(work)) = (&mut self.deadline, &self.work) else {
            return Poll::Pending;
        };
        let is_asking = self.context.direct().is_some_and(Direct::is_asking);
        let error = ready!(deadline.poll(is_asking, cx));
        tracing::warn!(parent: self.context.span(), %error, "a call has taken too long");
        let reply = work.fail(&error, &self.context);
        self.end((reply, None), cx)
    }

    /// Settles what the handler has come to: by way of its journal, so that a program that never asks does not
    /// have the code of it.
    fn settle_if_asked(&mut self, params: &Params<'_>, cx: &mut std::task::Context<'_>) -> Poll<Ended> {
        match self.context.rounds().and_then(Rounds::settle) {
            Some(settle) => settle(self, params, cx),
            None => Poll::Pending,
        }
    }

    /// Polls a handler whose questions wait, until it is done or nothing but answers can move it.
    pub(super) fn settle(&mut self, params: &Params<'_>, cx: &mut std::task::Context<'_>) -> Poll<Ended> {
        let window =
            self.work.as_ref().and_then(Work::own_settle).unwrap_or(self.context.core().limits.settle);
        let mut settling = self.settling.take().unwrap_or_else(|| Settling::new(window, cx));
        let polled = self.settle_by(&mut settling, params, cx);
        self.settling = Some(settling);
        polled
    }

    fn settle_by(
        &mut self,
        settling: &mut Settling,
        params: &Params<'_>,
        cx: &mut std::task::Context<'_>,
    ) -> Poll<Ended> {
        for _ in 0..POLLS_A_TURN {
            if let Some(rounds) = self.context.rounds() {
                rounds.set_handler(settling.waker());
            }
            settling.begin(cx);
            let waker = settling.waker().clone();
            let polled = self.poll_work(&mut std::task::Context::from_waker(&waker));
            drop(waker);
            let (Poll::Pending, Some(rounds)) = (&polled, self.context.rounds()) else {
                return polled.map(|reply| (reply, None));
            };
            let verdict = match rounds.fault() {
                Some(_) => Verdict::Settled,
                None => settling.judge(rounds.standing(), cx),
            };
            match verdict {
                Verdict::PollAgain => {}
                Verdict::Wait => return Poll::Pending,
                Verdict::Settled => {
                    let method = self.work.as_ref().map_or(Method::CallTool, Work::method);
                    return Poll::Ready(rounds.suspend(self.context.core(), &self.context, (method, params)));
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Answering for Call {
    fn poll_event(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<Event> {
        let this = self.get_mut();
        if this.context.is_cancelled() && !this.is_task {
            this.work = None;
            this.aside = Aside::default();
            return Poll::Ready(Event::Gone);
        }
        if let Some(said) = this.context.outbox().take() {
            return Poll::Ready(said.into());
        }
        let message = std::mem::take(&mut this.message);
        let is_done =
            this.work_on(&Params::unread(&message), cx).is_ready() || this.poll_deadline(cx).is_ready();
        this.message = message;
        if let Some(said) = this.context.outbox().take_or_wait(cx) {
            return Poll::Ready(said.into());
        }
        match this.reply.take() {
            Some(reply) if is_done => Poll::Ready(Event::Answer(reply)),
            _ if !this.aside.is_open()
                && this.settling.is_none()
                && this.context.rounds().is_some_and(Rounds::is_stuck) =>
            {
                // A task of the handler has asked meanwhile.
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            // A cancellation that came between is seen by the waker that `take_or_wait` has left.
            _ => Poll::Pending,
        }
    }

    fn read_finished(mut self: Pin<&mut Self>) -> Option<Event> {
        self.reply.as_ref()?;
        match self.context.outbox().take() {
            Some(said) => Some(said.into()),
            None => self.reply.take().map(Event::Answer),
        }
    }
}

impl From<Said> for Event {
    fn from(said: Said) -> Self {
        match said {
            Said::Message(message) => Self::Speak(message),
            Said::Pause(retry) => Self::Pause(retry),
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        // What the list keeps of the call is no one who listens: without it, who has finished is rarely shared.
        self.entry = None;
        if !self.is_task {
            abandon(&self.context);
        }
    }
}

/// What the handler has spawned learns that nobody listens any more; mostly there is no such thing.
fn abandon(context: &Context) {
    if context.is_shared() {
        context.cancel();
    }
}
