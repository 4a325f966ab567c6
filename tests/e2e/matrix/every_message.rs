//! The whole matrix once more in one test, which counts the kinds of messages that were checked: a kind
//! that is never sent would be a kind that is never checked.

use std::thread;

use disco_sdk::Version;
use disco_sdk::testing::{Place, Transport};

use super::{asking, changes, content, in_flight, reading, refusing, speaking};
use crate::wire::seen;

const ALWAYS: &[fn(Place)] = &[
    content::a_text_and_a_failure,
    content::pictures_sounds_and_resources,
    content::links_are_told_as_text_where_there_are_none,
    content::structured_results_are_told_as_text_too,
    content::an_argument_that_stands_in_a_header_too,
    content::a_schema_written_by_hand_arrives_as_it_was_written,
    speaking::progress_comes_before_the_answer_and_in_order,
    speaking::the_log_is_told_to_those_who_want_it,
    speaking::nobody_is_told_the_log_unasked_since_2026_07_28,
    asking::the_model_and_the_folders_are_asked_in_every_revision,
    asking::who_cannot_be_asked_is_not_asked,
    changes::a_tool_changes_the_lists_and_whoever_listens_hears_it,
    changes::what_happens_outside_of_calls_is_heard_too,
    changes::who_wants_one_kind_hears_no_other,
    in_flight::a_call_that_waits_lets_others_pass,
    in_flight::a_cancelled_call_ends_where_it_waits,
    reading::everything_is_listed,
    reading::resources_are_read_as_text_or_bytes,
    reading::prompts_are_filled_in,
    reading::arguments_are_completed,
    reading::the_server_says_what_it_is,
    refusing::what_is_not_there_is_refused_by_its_number,
    refusing::wrong_arguments_are_told_to_the_model_all_at_once,
    refusing::a_panic_is_an_error_of_its_call_alone,
];

const WITH_FORMS: &[fn(Place)] = &[
    asking::the_person_fills_in_forms,
    asking::prompts_ask_as_well,
    asking::forms_are_filled_in_already_as_far_as_the_revision_can_say_it,
    asking::every_kind_of_choice_since_2025_11_25,
    asking::a_no_is_told_to_the_model,
];

/// Not in memory, where there is nothing to stop.
const STOPPING: &[fn(Place)] = &[changes::a_server_that_stops_ends_the_stream];

/// What every revision has.
const COMMON: &[&str] = &[
    "CallToolResult",
    "CompleteResult",
    "GetPromptResult",
    "ListPromptsResult",
    "ListResourceTemplatesResult",
    "ListResourcesResult",
    "ListToolsResult",
    "LoggingMessageNotification",
    "ProgressNotification",
    "PromptListChangedNotification",
    "ReadResourceResult",
    "ResourceListChangedNotification",
    "ResourceUpdatedNotification",
    "ToolListChangedNotification",
];
/// What those have that begin with `initialize`.
const LEGACY: &[&str] = &["CreateMessageRequest", "EmptyResult", "InitializeResult", "ListRootsRequest"];
/// What 2026-07-28 has besides.
const MODERN: &[&str] = &[
    "CancelledNotification",
    "DiscoverResult",
    "InputRequiredResult",
    "InvalidParamsError",
    "MethodNotFoundError",
    "MissingRequiredClientCapabilityError",
    "SubscriptionsAcknowledgedNotification",
    "SubscriptionsListenResult",
];

#[test]
fn every_kind_of_message_was_checked_in_every_revision() {
    thread::scope(|scope| {
        for version in Version::ALL {
            scope.spawn(move || {
                for place in Place::all().filter(|place| place.version == version) {
                    let with_forms = WITH_FORMS.iter().filter(|_| version >= Version::V2025_06_18);
                    let stopping = STOPPING.iter().filter(|_| place.transport != Transport::Memory);
                    ALWAYS.iter().chain(with_forms).chain(stopping).for_each(|body| body(place));
                }
            });
        }
    });
    for version in Version::ALL {
        let checked = seen(version);
        let era = if version.is_legacy() { LEGACY } else { MODERN };
        let asks = version >= Version::V2025_06_18 && version.is_legacy();
        let form: &[_] = if asks { &["ElicitRequest"] } else { &[] };
        for name in COMMON.iter().chain(era).chain(form) {
            assert!(checked.contains(name), "{version}: no {name} was sent");
        }
    }
}
