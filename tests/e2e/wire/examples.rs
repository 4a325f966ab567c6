//! The official examples of 2026-07-28: each is decoded into the type of the SDK that stands for its
//! definition, and encoded back to equal JSON.

use std::collections::BTreeSet;
use std::path::Path;

use disco_sdk::protocol::capability::{ClientCapabilities, ServerCapabilities};
use disco_sdk::protocol::completion::{CompleteParams, CompleteResult};
use disco_sdk::protocol::elicitation::{ElicitFormParams, ElicitResult, ElicitUrlParams};
use disco_sdk::protocol::form::PrimitiveSchema;
use disco_sdk::protocol::input::{InputRequest, InputRequests, InputRequired, InputResponses};
use disco_sdk::protocol::lifecycle::DiscoverResult;
use disco_sdk::protocol::message::{
    Empty, ErrorMessage, ErrorObject, NotificationMessage, Open, RequestMessage, ResultMessage, WithMeta,
};
use disco_sdk::protocol::notification::{Cancelled, LogMessage, Progress, ResourceUpdated};
use disco_sdk::protocol::page::{
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
};
use disco_sdk::protocol::request::{CallParams, PageParams, ReadParams, Wanted};
use disco_sdk::protocol::resource::{ReadResourceResult, Resource};
use disco_sdk::protocol::root::{ListRootsResult, Root};
use disco_sdk::protocol::sampling::{
    Block, CreateMessage, CreateMessageResult, ModelPreferences, SamplingMessage,
};
use disco_sdk::protocol::tool::{CallToolResult, Tool};
use disco_sdk::{Content, GetPromptResult, ResourceContents, Version};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Schema;

/// How many examples there are.
const ALL: usize = 129;

#[test]
fn every_official_example_is_read_and_written_without_a_loss() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("wire/examples");
    let (mut count, mut lossy) = (0, Vec::new());
    for definition in names(&folder) {
        for name in names(&folder.join(&definition)) {
            let text = std::fs::read_to_string(folder.join(&definition).join(&name)).expect("it can be read");
            let example: Value = serde_json::from_str(&text).expect("an example is JSON");
            Schema::of(Version::V2026_07_28).check(&definition, &example);
            count += 1;
            match again(&definition, example.clone()) {
                Ok(written) if same(&written, &example) => {}
                Ok(written) => lossy.push(format!("{definition}/{name}:\n  {example}\n  {written}")),
                Err(error) => lossy.push(format!("{definition}/{name}: {error}")),
            }
        }
    }
    assert!(lossy.is_empty(), "{} of {count}:\n{}", lossy.len(), lossy.join("\n"));
    assert_eq!(count, ALL);
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// Whether two values are the same JSON; `50` and `50.0` are one number.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| same(one, other)))
        }
        (one, other) => one == other,
    }
}

/// Decoded and encoded again.
fn through<T: Serialize + DeserializeOwned>(example: Value) -> serde_json::Result<Value> {
    serde_json::to_value(serde_json::from_value::<T>(example)?)
}

type Request<P> = RequestMessage<WithMeta<P>>;
type Notification<P> = NotificationMessage<WithMeta<P>>;
type Answer<R> = ResultMessage<Open<R>>;

fn again(definition: &str, example: Value) -> serde_json::Result<Value> {
    let read = match definition {
        "TextContent" | "ImageContent" | "AudioContent" | "EmbeddedResource" | "ResourceLink" => {
            through::<Content>
        }
        "ToolUseContent" | "ToolResultContent" => through::<Block>,
        "TextResourceContents" | "BlobResourceContents" => through::<ResourceContents>,
        "BooleanSchema"
        | "NumberSchema"
        | "StringSchema"
        | "TitledMultiSelectEnumSchema"
        | "TitledSingleSelectEnumSchema"
        | "UntitledMultiSelectEnumSchema"
        | "UntitledSingleSelectEnumSchema" => through::<PrimitiveSchema>,
        "ClientCapabilities" => through::<ClientCapabilities>,
        "ServerCapabilities" => through::<ServerCapabilities>,
        "ModelPreferences" => through::<ModelPreferences>,
        "Resource" => through::<Resource>,
        "Root" => through::<Root>,
        "SamplingMessage" => through::<SamplingMessage>,
        "Tool" => through::<Tool>,
        "CallToolRequestParams" | "GetPromptRequestParams" => through::<WithMeta<CallParams>>,
        "CompleteRequestParams" => through::<WithMeta<CompleteParams>>,
        "CreateMessageRequestParams" => through::<CreateMessage>,
        "ElicitRequestFormParams" => through::<ElicitFormParams>,
        "ElicitRequestURLParams" => through::<ElicitUrlParams>,
        "PaginatedRequestParams" => through::<WithMeta<PageParams>>,
        "CallToolRequest" | "GetPromptRequest" => through::<Request<CallParams>>,
        "CompleteRequest" => through::<Request<CompleteParams>>,
        "DiscoverRequest" => through::<Request<Empty>>,
        "ListPromptsRequest"
        | "ListResourceTemplatesRequest"
        | "ListResourcesRequest"
        | "ListToolsRequest" => through::<Request<PageParams>>,
        "ReadResourceRequest" => through::<Request<ReadParams>>,
        "SubscriptionsListenRequest" => through::<Request<Wanted>>,
        "CreateMessageRequest" | "ElicitRequest" | "ListRootsRequest" => through::<Open<InputRequest>>,
        "InputRequests" => through::<InputRequests>,
        "InputResponses" => through::<InputResponses>,
        "InputRequiredResult" => through::<Open<InputRequired>>,
        "CreateMessageResult" => through::<CreateMessageResult>,
        "ElicitResult" => through::<ElicitResult>,
        "ListRootsResult" => through::<ListRootsResult>,
        "CallToolResult" => through::<Open<CallToolResult>>,
        "CallToolResultResponse" => through::<Answer<CallToolResult>>,
        "CompleteResult" => through::<Open<CompleteResult>>,
        "CompleteResultResponse" => through::<Answer<CompleteResult>>,
        "DiscoverResult" => through::<Open<DiscoverResult>>,
        "DiscoverResultResponse" => through::<Answer<DiscoverResult>>,
        "GetPromptResult" => through::<Open<GetPromptResult>>,
        "GetPromptResultResponse" => through::<Answer<GetPromptResult>>,
        "ListPromptsResult" => through::<Open<ListPromptsResult>>,
        "ListPromptsResultResponse" => through::<Answer<ListPromptsResult>>,
        "ListResourceTemplatesResult" => through::<Open<ListResourceTemplatesResult>>,
        "ListResourceTemplatesResultResponse" => through::<Answer<ListResourceTemplatesResult>>,
        "ListResourcesResult" => through::<Open<ListResourcesResult>>,
        "ListResourcesResultResponse" => through::<Answer<ListResourcesResult>>,
        "ListToolsResult" => through::<Open<ListToolsResult>>,
        "ListToolsResultResponse" => through::<Answer<ListToolsResult>>,
        "ReadResourceResult" => through::<Open<ReadResourceResult>>,
        "ReadResourceResultResponse" => through::<Answer<ReadResourceResult>>,
        "SubscriptionsListenResult" => through::<Open<Empty>>,
        "SubscriptionsListenResultResponse" => through::<Answer<Empty>>,
        "CancelledNotification" => through::<Notification<Cancelled>>,
        "CancelledNotificationParams" => through::<WithMeta<Cancelled>>,
        "LoggingMessageNotification" => through::<Notification<LogMessage>>,
        "LoggingMessageNotificationParams" => through::<WithMeta<LogMessage>>,
        "ProgressNotification" => through::<Notification<Progress>>,
        "ProgressNotificationParams" => through::<WithMeta<Progress>>,
        "PromptListChangedNotification"
        | "ResourceListChangedNotification"
        | "ToolListChangedNotification" => through::<Notification<Empty>>,
        "ResourceUpdatedNotification" => through::<Notification<ResourceUpdated>>,
        "ResourceUpdatedNotificationParams" => through::<WithMeta<ResourceUpdated>>,
        "SubscriptionsAcknowledgedNotification" => through::<Notification<Wanted>>,
        "InternalError" | "InvalidParamsError" | "MethodNotFoundError" | "ParseError" => {
            through::<ErrorObject>
        }
        "HeaderMismatchError"
        | "MissingRequiredClientCapabilityError"
        | "UnsupportedProtocolVersionError" => through::<ErrorMessage>,
        other => panic!("no type stands for {other}"),
    };
    read(example)
}
