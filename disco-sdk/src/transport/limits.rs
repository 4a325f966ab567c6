//! The bounds that a server keeps against its peers.

use std::time::Duration;

/// Every bound of a server and its transports. Change one with `Server::limits`.
///
/// ```
/// use disco_sdk::Limits;
/// let limits = Limits { message_bytes: 1 << 20, ..Limits::default() };
/// assert_eq!(limits.depth, 128);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest message taken, in bytes. Default 16 MiB.
    pub message_bytes: usize,
    /// How deep JSON may be nested. Default 128.
    pub depth: usize,
    /// How many calls may be under way at once, over all peers. Default 1,024.
    pub calls: usize,
    /// How many HTTP streams may be open at once. Default 8,192.
    pub streams: usize,
    /// The largest head of an HTTP request, in bytes. Default 16 KiB.
    pub header_bytes: usize,
    /// How long a client may take to send the head of an HTTP request. Default 10 s.
    pub header_time: Duration,
    /// How long finding out who calls may take. Default 10 s.
    pub identify: Duration,
    /// How long a stream may be silent before it is closed. Default 1 h.
    pub idle_stream: Duration,
    /// After how long without an answer HTTP begins an event stream, so that keep-alive comments can
    /// flow; they follow at the same pace. Default 10 s.
    pub keep_alive: Duration,
    /// How many unsent notifications one call may queue; more are dropped. Default 1,024.
    pub queued_messages: usize,
    /// How many resources one session or subscription may name. Default 1,000.
    pub subscriptions: usize,
    /// How many resources may be watched at once, over all subscribers. Default 1,024.
    pub watches: usize,
    /// How many questions one call may have open at once. Default 32.
    pub questions: usize,
    /// How long the client may take to answer a question. Default 1 h.
    pub answer: Duration,
    /// In how many rounds one call may ask (since 2026-07-28). Default 10.
    pub rounds: u32,
    /// How much of a call may travel through the client and back between rounds, in bytes. Default 64 KiB.
    pub request_state: usize,
    /// The largest thing that a store (`Server::request_states`) is given, in bytes: a state that is too large
    /// to travel, or what a call of a `single_use` tool came to. Default 4 MiB.
    pub kept_state: usize,
    /// After how long without news from its process a call of a `single_use` tool counts as given up, so
    /// that another retry runs. Default 10 s.
    pub single_use: Duration,
    /// How long a handler whose questions wait may do other things before the round ends. Default 100 ms.
    pub settle: Duration,
    /// How many tasks may run at once, over all peers. Default 1,024.
    pub tasks: usize,
    /// How many tasks of one caller, or of one old-era session, may run at once. All who are anonymous since
    /// 2026-07-28 cannot be told apart: for them there is `tasks` alone. Default 128.
    pub tasks_per_caller: usize,
    /// How long a task may run and be kept, from its beginning; a client of 2025-11-25 may ask for less.
    /// Default 1 h.
    pub task_ttl: Duration,
    /// How often a client is to ask for a task. Default 1 s.
    pub task_poll: Duration,
    /// The largest result of a task, in bytes. Default 1 MiB.
    pub task_result: usize,
    /// How many entries a page of a list has. Default: all of them.
    pub page: usize,
    /// For how many sets of audiences the lists are kept that they are shown. Default 64.
    pub audiences: usize,
    /// How long calls may go on after the server was asked to stop. Default 5 s.
    pub shutdown: Duration,
    /// The longest description of a modern client, in bytes, that is remembered so that a client that says the
    /// same in its next request is not read again. Default 4 KiB.
    pub last_client: usize,
    /// How long an old-era session is valid after `initialize`. Default 7 days.
    pub session: Duration,
    /// How many old-era sessions may have something live: a call under way, a log level, a subscription.
    /// The oldest are forgotten first. Default 10,000.
    pub live_sessions: usize,
    /// How many session ids are remembered with what is in them, so that they are not opened again in each
    /// request; one that is new takes the place of an older one. Default 256.
    pub opened_sessions: usize,
    /// How many ended sessions this process remembers; the oldest are forgotten first. Default 100,000.
    pub ended_sessions: usize,
    /// How long an old-era client that went away may take to come back for the rest of a stream
    /// (`Last-Event-ID`). Then its call is cancelled. Default 1 min.
    pub replay: Duration,
    /// How many events of one stream are kept for that; the oldest are dropped first. Default 256.
    pub replay_events: usize,
    /// How many bytes of events are kept for that, over all streams. Default 64 MiB.
    pub replay_bytes: usize,
    /// How many streams may wait for their clients; the oldest are dropped first. Default 1,024.
    pub replay_streams: usize,
    /// How long a client is told to wait before it comes back for the rest of a stream (2025-11-25).
    /// Default 1 s.
    pub retry: Duration,
    /// How many messages a batch may have (2025-03-26). Default 100.
    pub batch: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 16 << 20,
            depth: 128,
            calls: 1024,
            streams: 8192,
            header_bytes: 16 << 10,
            header_time: Duration::from_secs(10),
            identify: Duration::from_secs(10),
            idle_stream: Duration::from_hours(1),
            keep_alive: Duration::from_secs(10),
            queued_messages: 1024,
            subscriptions: 1000,
            watches: 1024,
            questions: 32,
            answer: Duration::from_hours(1),
            rounds: 10,
            request_state: 64 << 10,
            kept_state: 4 << 20,
            single_use: Duration::from_secs(10),
            settle: Duration::from_millis(100),
            tasks: 1024,
            tasks_per_caller: 128,
            task_ttl: Duration::from_hours(1),
            task_poll: Duration::from_secs(1),
            task_result: 1 << 20,
            page: usize::MAX,
            audiences: 64,
            shutdown: Duration::from_secs(5),
            last_client: 4 << 10,
            session: Duration::from_hours(7 * 24),
            live_sessions: 10_000,
            opened_sessions: 256,
            ended_sessions: 100_000,
            replay: Duration::from_mins(1),
            replay_events: 256,
            replay_bytes: 64 << 20,
            replay_streams: 1024,
            retry: Duration::from_secs(1),
            batch: 100,
        }
    }
}
