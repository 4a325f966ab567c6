//! How a tool's failure looks to the model that called it.

use serde_json::{Map, Value};

use super::output::ToolOutput;
use crate::error::{Error, Result};
use crate::protocol::content::Content;
use crate::protocol::tool::CallToolResult;

/// The key in `_meta` under which programs find what the text block says.
pub const META_KEY: &str = "dev.disco/error";

/// A fault of the protocol stays one; every other failure is a result that the model reads.
pub(crate) fn outcome(error: Error) -> Result<ToolOutput> {
    if error.is_protocol() { Err(error) } else { Ok(output(&error)) }
}

/// The result of a tool that failed: words, or one JSON object `{code, message, suggestion}` when there
/// is more than words. Never in the structured content: that has to fit the output schema.
pub(crate) fn output(error: &Error) -> ToolOutput {
    let output = telling(error, &[]);
    let caused = (!error.causes().is_empty()).then(|| error.clone());
    ToolOutput { caused, ..output }
}

/// The same with its causes, where callers may know them; without, they are for the log alone.
pub(crate) fn with_causes(mut output: ToolOutput, tells: bool) -> ToolOutput {
    match output.caused.take() {
        Some(error) => {
            log(&error);
            if tells { telling(&error, error.causes()) } else { output }
        }
        None => output,
    }
}

/// An error of the protocol, with its causes where callers may know them.
pub(crate) fn error_with_causes(error: Error, tells: bool) -> Error {
    if error.causes().is_empty() {
        return error;
    }
    log(&error);
    let causes = error.causes().to_vec();
    if tells { error.with_data("causes", causes) } else { error }
}

fn log(error: &Error) {
    tracing::warn!(%error, causes = error.causes().join(": "), "a handler has failed");
}

fn telling(error: &Error, causes: &[String]) -> ToolOutput {
    let mut facts = Map::new();
    let mut put = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            facts.insert(key.to_owned(), value.into());
        }
    };
    put("code", error.name());
    put("message", Some(error.message()));
    put("suggestion", error.suggestion());
    if !causes.is_empty() {
        facts.insert("causes".to_owned(), causes.into());
    }
    let is_bare = facts.len() == 1;
    let text = if is_bare { error.message().to_owned() } else { Value::Object(facts.clone()).to_string() };
    for (key, value) in error.data() {
        facts.entry(key.clone()).or_insert_with(|| value.clone());
    }
    let meta =
        (!is_bare || facts.len() > 1).then(|| Map::from_iter([(META_KEY.to_owned(), Value::Object(facts))]));
    ToolOutput { content: vec![Content::text(text)], is_error: true, meta, ..ToolOutput::default() }
}

/// What a tool has failed with, as far as its result tells.
pub(crate) fn read(result: &CallToolResult) -> Error {
    let text = result.text();
    let facts = match result.meta.as_ref().and_then(|meta| meta.get(META_KEY)) {
        Some(Value::Object(facts)) => facts.clone(),
        _ => serde_json::from_str(&text).unwrap_or_default(),
    };
    let word = |key: &str| facts.get(key).and_then(Value::as_str);
    let Some(message) = word("message") else {
        return Error::new(text);
    };
    let mut error = Error::new(message);
    if let Some(code) = word("code") {
        error = error.with_code(code);
    }
    if let Some(suggestion) = word("suggestion") {
        error = error.with_suggestion(suggestion);
    }
    let data = facts.iter().filter(|(key, _)| !["code", "message", "suggestion"].contains(&key.as_str()));
    data.fold(error, |error, (key, value)| error.with_data(key, value.clone()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(output: &ToolOutput) -> &str {
        match output.content.as_slice() {
            [Content::Text(text)] => &text.text,
            other => panic!("not one text: {other:?}"),
        }
    }

    #[test]
    fn plain_words_stay_plain_words() {
        let output = output(&Error::new("no such note"));
        assert_eq!(text(&output), "no such note");
        assert!(output.is_error && output.meta.is_none() && output.structured.is_none());
    }

    #[test]
    fn a_code_makes_it_one_object_in_text_and_meta() {
        let error = Error::new("locked").with_code("LOCKED").with_suggestion("wait");
        let output = output(&error);
        let facts = json!({"code": "LOCKED", "message": "locked", "suggestion": "wait"});
        assert_eq!(serde_json::from_str::<Value>(text(&output)).unwrap(), facts);
        assert_eq!(output.meta.unwrap()[META_KEY], facts);
    }

    #[test]
    fn a_failure_is_read_as_it_was_written() {
        let bare = Error::new("no such note");
        let rich = bare.clone().with_code("LOCKED").with_suggestion("wait").with_data("retryable", true);
        for error in [bare, rich] {
            let ToolOutput { content, meta, .. } = output(&error);
            let mut result = CallToolResult { content, meta, is_error: true, ..CallToolResult::default() };
            assert_eq!(read(&result).to_saved(), error.to_saved());
            result.meta = None;
            let told = read(&result);
            assert_eq!((told.message(), told.name()), (error.message(), error.name()));
            assert_eq!(told.suggestion(), error.suggestion());
        }
    }

    #[test]
    fn a_failure_in_json_of_another_kind_is_just_words() {
        for words in ["{\"code\": 7}", "[1]", "null", "7", ""] {
            let result = CallToolResult { content: vec![Content::text(words)], ..CallToolResult::default() };
            assert_eq!(read(&result).message(), words);
        }
    }

    #[test]
    fn a_fault_of_the_protocol_is_no_result() {
        assert!(outcome(Error::invalid_params("no")).is_err());
        assert!(outcome(Error::new("no")).is_ok());
    }
}
