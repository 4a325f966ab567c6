//! The one table of methods: what each is called on the wire, and in which revisions it exists.

use super::version::Version;

macro_rules! methods {
    ($(#[$meta:meta])* $kind:ident { $($(#[$doc:meta])* $name:ident = $wire:literal, $since:ident ..= $until:ident;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $kind {
            $($(#[$doc])* $name,)*
        }

        impl $kind {
            /// All of them, in the order of this table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }

            /// The one of this name, in whatever revision.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name { $($wire => Some(Self::$name),)* _ => None }
            }

            /// Whether `version` has it.
            #[must_use]
            pub fn is_in(self, version: Version) -> bool {
                let (since, until) = match self {
                    $(Self::$name => (Version::$since, Version::$until),)*
                };
                version.is_within(since, until)
            }
        }
    };
}

methods! {
    /// What a client asks of a server.
    Method {
        /// Opens a session.
        Initialize = "initialize", V2024_11_05..=V2025_11_25;
        /// Tells what the server is and offers.
        Discover = "server/discover", V2026_07_28..=V2026_07_28;
        /// Is anybody there?
        Ping = "ping", V2024_11_05..=V2025_11_25;
        /// Which tools are there?
        ListTools = "tools/list", V2024_11_05..=V2026_07_28;
        /// Runs a tool.
        CallTool = "tools/call", V2024_11_05..=V2026_07_28;
        /// Which resources are there?
        ListResources = "resources/list", V2024_11_05..=V2026_07_28;
        /// Which families of resources are there?
        ListResourceTemplates = "resources/templates/list", V2024_11_05..=V2026_07_28;
        /// Reads a resource.
        ReadResource = "resources/read", V2024_11_05..=V2026_07_28;
        /// Wants to hear when a resource changes.
        SubscribeResource = "resources/subscribe", V2024_11_05..=V2025_11_25;
        /// No longer wants to.
        UnsubscribeResource = "resources/unsubscribe", V2024_11_05..=V2025_11_25;
        /// Wants to hear of changes, for as long as the answer takes.
        Listen = "subscriptions/listen", V2026_07_28..=V2026_07_28;
        /// Which prompts are there?
        ListPrompts = "prompts/list", V2024_11_05..=V2026_07_28;
        /// Fills in a prompt.
        GetPrompt = "prompts/get", V2024_11_05..=V2026_07_28;
        /// How could this argument go on?
        Complete = "completion/complete", V2024_11_05..=V2026_07_28;
        /// How does a task stand?
        GetTask = "tasks/get", V2025_11_25..=V2026_07_28;
        /// Answers the questions of a task.
        UpdateTask = "tasks/update", V2026_07_28..=V2026_07_28;
        /// Ends a task.
        CancelTask = "tasks/cancel", V2025_11_25..=V2026_07_28;
        /// What did a task come to? Waits until it has.
        TaskResult = "tasks/result", V2025_11_25..=V2025_11_25;
        /// Which tasks are there?
        ListTasks = "tasks/list", V2025_11_25..=V2025_11_25;
        /// How much of the log is wanted?
        SetLogLevel = "logging/setLevel", V2024_11_05..=V2025_11_25;
    }
}

methods! {
    /// What a server asks of a client: by a request in the old era, in a result in the new.
    Question {
        /// Asks the client's model.
        CreateMessage = "sampling/createMessage", V2024_11_05..=V2026_07_28;
        /// Where does the person work?
        ListRoots = "roots/list", V2024_11_05..=V2026_07_28;
        /// Asks the person.
        Elicit = "elicitation/create", V2025_06_18..=V2026_07_28;
    }
}

methods! {
    /// What either side says without wanting an answer.
    Notice {
        /// The client is ready.
        Initialized = "notifications/initialized", V2024_11_05..=V2025_11_25;
        /// A request need not be answered any more.
        Cancelled = "notifications/cancelled", V2024_11_05..=V2026_07_28;
        /// How far a request has come.
        Progress = "notifications/progress", V2024_11_05..=V2026_07_28;
        /// A line of the log.
        Message = "notifications/message", V2024_11_05..=V2026_07_28;
        /// Other tools are there.
        ToolsListChanged = "notifications/tools/list_changed", V2024_11_05..=V2026_07_28;
        /// Other prompts are there.
        PromptsListChanged = "notifications/prompts/list_changed", V2024_11_05..=V2026_07_28;
        /// Other resources are there.
        ResourcesListChanged = "notifications/resources/list_changed", V2024_11_05..=V2026_07_28;
        /// A resource reads differently.
        ResourceUpdated = "notifications/resources/updated", V2024_11_05..=V2026_07_28;
        /// A subscription is open; what it hears of.
        SubscriptionAcknowledged = "notifications/subscriptions/acknowledged", V2026_07_28..=V2026_07_28;
        /// A task stands differently, as a subscription hears it.
        TaskChanged = "notifications/tasks", V2026_07_28..=V2026_07_28;
        /// A task stands differently, as a session hears it.
        TaskStatus = "notifications/tasks/status", V2025_11_25..=V2025_11_25;
        /// What was asked for by a URL has been done.
        ElicitationComplete = "notifications/elicitation/complete", V2025_11_25..=V2025_11_25;
        /// The client's roots have changed.
        RootsListChanged = "notifications/roots/list_changed", V2024_11_05..=V2025_11_25;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_finds_its_method_and_a_revision_its_methods() {
        for &method in Method::ALL {
            assert_eq!(Method::named(method.as_str()), Some(method));
        }
        assert!(Method::Ping.is_in(Version::LATEST_LEGACY) && !Method::Ping.is_in(Version::LATEST));
        assert!(Method::Discover.is_in(Version::LATEST) && !Method::Discover.is_in(Version::LATEST_LEGACY));
    }
}
