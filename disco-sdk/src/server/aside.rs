//! What a call does in the store of request states: before its handler begins, and after it has ended.

use std::future;
use std::sync::Arc;
use std::task::{Context as Polling, Poll, ready};

use super::ask::begin::{Beginning, Begun, needed};
use super::ask::kept::Unsaved;
use super::ask::rounds::Rounds;
use super::ask::single_use::Hold;
use super::context::Context;
use super::core::Core;
use super::{BoxFuture, answer};
use crate::transport::Reply;

/// An answer, and what has to be in the store before it is given.
pub(crate) type Ended = (Reply, Option<Box<Unsaved>>);

/// What a call does in the store. Most calls do nothing there. To drop it gives up what was claimed.
#[derive(Default)]
pub(crate) struct Aside {
    doing: Option<Doing>,
    /// The right to run, if no other retry of the same state may.
    hold: Option<Hold>,
}

enum Doing {
    Begin(Beginning),
    End(BoxFuture<'static, Reply>),
}

impl Aside {
    /// What there is to do before the handler of this call begins.
    pub(crate) fn before(context: &Context) -> Self {
        Self { doing: needed(context.core(), context).map(Doing::Begin), hold: None }
    }

    /// Whether the handler has to wait, or its answer.
    pub(crate) fn is_open(&self) -> bool {
        self.doing.is_some()
    }

    /// Takes an answer, which is to be given when the store has what it keeps of it.
    pub(crate) fn end(&mut self, context: &Context, ended: Ended) {
        let core = context.core();
        // An answer of the client that is none was no use of the state.
        let is_used = !context.rounds().is_some_and(Rounds::is_malformed);
        let hold = self.hold.take().filter(|_| is_used);
        self.doing = Some(Doing::End(match &core.request_states {
            Some(store) => (store.end)(Arc::clone(core), context.clone(), hold, ended),
            None => Box::pin(future::ready(ended.0)),
        }));
    }

    /// Whether there is nothing to keep of an answer.
    pub(crate) fn keeps_nothing(&self, unsaved: Option<&Unsaved>) -> bool {
        self.hold.is_none() && unsaved.is_none()
    }

    /// Ready when what is to be done is done: with the answer, if there is one.
    pub(crate) fn poll(&mut self, context: &Context, cx: &mut Polling<'_>) -> Poll<Option<Reply>> {
        let reply = match &mut self.doing {
            None => None,
            Some(Doing::End(ending)) => Some(ready!(ending.as_mut().poll(cx))),
            Some(Doing::Begin(beginning)) => match ready!(beginning.as_mut().poll(cx)) {
                Ok(Begun::Yes(hold)) => {
                    self.hold = hold;
                    None
                }
                Ok(Begun::Told(reply)) => Some(reply),
                Err(error) => Some(answer::error(Some(context.request_id()), context.version(), &error)),
            },
        };
        self.doing = None;
        Poll::Ready(reply)
    }
}

/// Has an answer kept before it is given.
pub(super) fn keep(
    core: Arc<Core>,
    context: Context,
    hold: Option<Hold>,
    (reply, unsaved): Ended,
) -> BoxFuture<'static, Reply> {
    Box::pin(async move {
        let saved = match unsaved {
            Some(unsaved) => unsaved.save(&core).await,
            None => Ok(()),
        };
        let failed = |error| answer::error(Some(context.request_id()), context.version(), &error);
        let reply = saved.map_or_else(failed, |()| reply);
        if let Some(hold) = hold {
            hold.answer(&reply).await;
        }
        reply
    })
}
