//! Who is polled, who keeps others waiting, and how calls end.

use std::pin::{Pin, pin};
use std::sync::atomic::AtomicUsize;

use super::*;
use crate::protocol::Version;
use crate::transport::{Answering, Reply};

/// What a call does when it is polled.
struct Acts<F>(F, Arc<AtomicBool>);

impl<F: FnMut(&mut Context<'_>) -> Poll<Event> + Send + Unpin> Answering for Acts<F> {
    fn poll_event(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Event> {
        if self.1.load(Ordering::Relaxed) {
            return Poll::Ready(Event::Gone);
        }
        (self.0)(cx)
    }

    fn wind_down(self: Pin<&mut Self>) {
        self.1.store(true, Ordering::Relaxed);
    }
}

fn acts(act: impl FnMut(&mut Context<'_>) -> Poll<Event> + Send + Unpin + 'static) -> Running {
    Running::new(Acts(act, Arc::default()), Version::LATEST)
}

fn lasts(act: impl FnMut(&mut Context<'_>) -> Poll<Event> + Send + Unpin + 'static) -> Running {
    Running::lasting(Acts(act, Arc::default()), Version::LATEST)
}

fn answer(words: &str) -> Poll<Event> {
    Poll::Ready(Event::Answer(Reply { body: words.into(), ..Reply::default() }))
}

/// The task that polls: how often it was woken.
#[derive(Default)]
struct Task(AtomicUsize);

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// What is said in one turn.
fn turn(calls: &mut Calls, task: &Arc<Task>) -> Vec<String> {
    let mut said = Vec::new();
    let waker = Waker::from(Arc::clone(task));
    calls.poll(&mut Context::from_waker(&waker), |words| said.push(String::from_utf8_lossy(words).into()));
    said
}

/// A call that waits until its waker, which is kept here, is woken.
fn waits(kept: &Arc<Mutex<Option<Waker>>>, words: &'static str) -> Running {
    let kept = Arc::clone(kept);
    acts(move |cx| match kept.lock().unwrap().replace(cx.waker().clone()) {
        None => Poll::Pending,
        Some(_) => answer(words),
    })
}

fn wake(kept: &Arc<Mutex<Option<Waker>>>) {
    kept.lock().unwrap().clone().expect("it has been polled").wake();
}

#[test]
fn a_call_speaks_answers_and_leaves_its_place_to_the_next() {
    let (mut calls, task) = (Calls::new(), Arc::default());
    for words in ["one", "two"] {
        let mut events = vec![answer(words), Poll::Ready(Event::Speak(b"hm".into()))];
        calls.push(acts(move |_| events.pop().expect("it is not polled after its answer")));
        assert_eq!(calls.len(), 1);
        assert_eq!(turn(&mut calls, &task), ["hm", words]);
        assert!(calls.is_empty());
        assert_eq!(calls.places.len(), 2);
    }
}

#[test]
fn nobody_is_polled_but_who_was_woken() {
    let (mut calls, task) = (Calls::new(), Arc::default());
    let (first, second) = (Arc::default(), Arc::default());
    calls.push(waits(&first, "first"));
    calls.push(waits(&second, "second"));
    assert!(turn(&mut calls, &task).is_empty());
    wake(&second);
    assert_eq!(task.0.load(Ordering::Relaxed), 1);
    assert_eq!(turn(&mut calls, &task), ["second"]);
    assert!(turn(&mut calls, &task).is_empty());
    wake(&first);
    wake(&first);
    assert_eq!(turn(&mut calls, &task), ["first"]);
    assert!(calls.is_empty());
}

#[test]
fn a_call_that_was_polled_with_its_waker_is_left_alone_until_that_is_woken() {
    let (mut calls, task) = (Calls::new(), Arc::default());
    let waker = calls.waker().clone();
    calls.push(acts(|_| answer("late")).waiting(true));
    assert!(turn(&mut calls, &task).is_empty());
    waker.wake_by_ref();
    assert_eq!(turn(&mut calls, &task), ["late"]);
    // One that wakes it before it takes its place is polled at once.
    calls.waker().wake_by_ref();
    calls.push(acts(|_| answer("early")).waiting(true));
    assert_eq!(turn(&mut calls, &task), ["early"]);
}

#[test]
fn who_wakes_a_call_that_has_answered_disturbs_nobody() {
    let (mut calls, task) = (Calls::new(), Arc::default());
    let gone = Arc::default();
    calls.push(waits(&gone, "gone"));
    turn(&mut calls, &task);
    wake(&gone);
    assert_eq!(turn(&mut calls, &task), ["gone"]);
    wake(&gone);
    let stays = Arc::default();
    calls.push(waits(&stays, "stays"));
    assert!(turn(&mut calls, &task).is_empty());
    wake(&gone);
    wake(&stays);
    assert_eq!(turn(&mut calls, &task), ["stays"]);
}

#[test]
fn a_busy_call_is_polled_once_a_turn() {
    let (mut calls, task) = (Calls::new(), Arc::default());
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&polls);
    calls.push(acts(move |cx| {
        counted.fetch_add(1, Ordering::Relaxed);
        cx.waker().wake_by_ref();
        Poll::Pending
    }));
    for turns in 1..4 {
        calls.push(acts(|_| answer("fast")));
        assert_eq!(turn(&mut calls, &task), ["fast"]);
        assert_eq!(polls.load(Ordering::Relaxed), turns);
        assert_eq!(task.0.load(Ordering::Relaxed), turns, "the task is woken for the next turn");
    }
}

/// Takes all that the runtime allows a task in one turn.
fn takes_all(cx: &mut Context<'_>) -> Poll<Event> {
    while coop::has_budget_remaining() {
        let _ = pin!(coop::consume_budget()).poll(cx);
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

#[tokio::test]
async fn who_comes_behind_a_call_that_takes_all_time_is_first_in_the_next_turn() {
    let (mut calls, task) = (Calls::new(), Arc::default());
    calls.push(acts(takes_all));
    calls.push(acts(|_| answer("behind")));
    assert!(turn(&mut calls, &task).is_empty());
    assert!(task.0.load(Ordering::Relaxed) > 0, "there is a next turn");
    tokio::task::yield_now().await;
    assert_eq!(turn(&mut calls, &task), ["behind"]);
    assert_eq!(calls.len(), 1);
}

#[test]
fn a_call_that_panics_ends_and_no_other() {
    let (mut calls, task) = (Calls::new(), Arc::default());
    let other = Arc::default();
    calls.push(waits(&other, "other"));
    calls.push(acts(|_| panic!("it was meant to")));
    calls.push(acts(|_| answer("third")));
    assert_eq!(turn(&mut calls, &task), ["third"]);
    assert_eq!(calls.len(), 1);
    wake(&other);
    assert_eq!(turn(&mut calls, &task), ["other"]);
    assert!(calls.is_empty());
}

#[test]
fn winding_down_ends_what_lasts_and_lets_calls_finish() {
    let (mut calls, task) = (Calls::new(), Arc::default());
    let call = Arc::default();
    calls.push(lasts(|_| Poll::Pending));
    calls.push(waits(&call, "finished"));
    turn(&mut calls, &task);
    calls.wind_down();
    assert_eq!(task.0.load(Ordering::Relaxed), 1);
    assert!(turn(&mut calls, &task).is_empty());
    assert_eq!(calls.len(), 1);
    wake(&call);
    assert_eq!(turn(&mut calls, &task), ["finished"]);
    // To say it again does nothing.
    calls.wind_down();
    assert!(calls.is_empty());
}
