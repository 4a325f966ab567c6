//! A task that runs in this process: how it stands, what it asks, and how it is ended.

use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::watch;

use super::super::clock::now;
use super::super::notifier::Notifier;
use super::super::outbox::Outbox;
use super::board::Board;
use super::{TaskRecord, TaskState};
use crate::protocol::method::Notice;
use crate::protocol::version::{Feature, Version};
use crate::transport::Stop;

/// How long the words on how a task stands may be.
const LONGEST_MESSAGE: usize = 1000;

/// A task that runs in this process. What it is now is here; the store follows.
#[derive(Debug)]
pub(crate) struct Live {
    version: Version,
    record: watch::Sender<Arc<TaskRecord>>,
    notifier: Notifier,
    /// The questions that wait for an answer.
    pub(super) board: Board,
    /// What the handler says meanwhile, in the old era.
    pub(super) said: Outbox,
    /// Said when the handler is polled by the task and no longer by the call.
    pub(super) started: Stop,
    /// Said when the handler is to be dropped.
    pub(super) ended: Stop,
}

impl Live {
    pub(super) fn new(version: Version, record: TaskRecord, notifier: Notifier) -> Self {
        Self {
            version,
            record: watch::Sender::new(Arc::new(record)),
            notifier,
            board: Board::default(),
            said: Outbox::default(),
            started: Stop::default(),
            ended: Stop::default(),
        }
    }

    /// How it stands.
    pub(crate) fn record(&self) -> Arc<TaskRecord> {
        Arc::clone(&self.record.borrow())
    }

    /// Tells of every change from here on.
    pub(super) fn changes(&self) -> watch::Receiver<Arc<TaskRecord>> {
        self.record.subscribe()
    }

    /// Changes how it stands, unless that is settled, and tells whoever listens.
    fn change(&self, change: impl FnOnce(&mut TaskRecord)) -> bool {
        let has_changed = self.record.send_if_modified(|record| {
            if record.is_terminal() {
                return false;
            }
            let mut next = TaskRecord::clone(record);
            change(&mut next);
            next.updated = now().max(record.updated);
            *record = Arc::new(next);
            true
        });
        if has_changed {
            self.notifier.task_changed(self.record());
        }
        has_changed
    }

    /// It waits for these answers, or for none.
    pub(super) fn ask(&self, requests: serde_json::Map<String, Value>) {
        self.change(|record| {
            record.state =
                if requests.is_empty() { TaskState::Working } else { TaskState::InputRequired { requests } };
        });
    }

    /// How far it is: the words on how it stands.
    pub(crate) fn set_progress(&self, done: f64, total: Option<f64>, message: Option<&str>) {
        let words = match (message, total) {
            (Some(message), _) => message.chars().take(LONGEST_MESSAGE).collect(),
            (None, Some(total)) => format!("{done} of {total}"),
            (None, None) => done.to_string(),
        };
        self.change(|record| record.message = Some(words));
    }

    /// What the call would have been answered with.
    pub(super) fn complete(&self, result: Box<RawValue>, is_error: bool, words: Option<String>) {
        self.change(|record| {
            record.message = words;
            record.state = TaskState::Completed { result, is_error };
        });
    }

    /// The JSON-RPC error that the call would have been answered with.
    pub(super) fn fail(&self, error: Value) {
        self.change(|record| {
            record.message = error["message"].as_str().map(ToOwned::to_owned);
            record.state = TaskState::Failed { error };
        });
    }

    /// Ends it: the handler is dropped. `false`: it has ended already.
    pub(super) fn cancel(&self, why: &str) -> bool {
        let was_running = self.change(|record| {
            record.message = Some(why.to_owned());
            record.state = TaskState::Cancelled;
        });
        self.close();
        was_running
    }

    /// Whoever still waits for an answer learns that none will come.
    pub(super) fn close(&self) {
        self.ended.now();
        self.board.close();
        self.said.close();
    }

    /// Says something on behalf of the handler, where the revision has that for tasks.
    pub(crate) fn say(&self, notice: Notice, params: Value, limit: usize) {
        if self.version.has(Feature::CoreTasks) {
            self.said.push(super::wire::related_notification(notice, params, &self.record().id), limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::protocol::task::TaskStatus;

    fn live() -> Live {
        let record = TaskRecord::new("t".into(), "o".into(), Duration::from_secs(9), Duration::from_secs(1));
        Live::new(Version::LATEST, record, Notifier::default())
    }

    fn one_question() -> serde_json::Map<String, Value> {
        serde_json::Map::from_iter([("q".to_owned(), Value::Null)])
    }

    #[test]
    fn a_task_works_asks_works_again_and_is_done() {
        let live = live();
        let status = || live.record().state.status();
        assert_eq!(status(), TaskStatus::Working);
        live.ask(one_question());
        assert_eq!(status(), TaskStatus::InputRequired);
        live.ask(serde_json::Map::new());
        assert_eq!(status(), TaskStatus::Working);
        live.complete(RawValue::from_string("{}".to_owned()).unwrap(), false, None);
        assert_eq!(status(), TaskStatus::Completed);
    }

    #[test]
    fn what_is_settled_stays_so() {
        let ways: [fn(&Live); 3] = [
            |live| live.fail(serde_json::json!({"code": 1, "message": "m"})),
            |live| live.complete(RawValue::from_string("{}".to_owned()).unwrap(), false, None),
            |live| _ = live.cancel("asked for"),
        ];
        for first in ways {
            let live = live();
            live.ask(one_question());
            first(&live);
            let settled = format!("{:?}", live.record());
            for then in &ways {
                then(&live);
            }
            live.ask(one_question());
            live.set_progress(1.0, None, Some("again"));
            assert_eq!(format!("{:?}", live.record()), settled);
        }
    }

    #[test]
    fn to_cancel_says_whether_it_still_ran() {
        let live = live();
        assert!(live.cancel("asked for") && !live.cancel("asked for"));
        assert!(live.ended.is_said());
        assert_eq!(live.record().message.as_deref(), Some("asked for"));
    }
}
