//! Whether an answer is the right one.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::Result;
use crate::message::Call;

#[derive(Deserialize)]
struct Message<'a> {
    id: Option<u64>,
    method: Option<&'a str>,
    result: Option<Outcome>,
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    #[serde(default)]
    content: Vec<Content>,
    structured_content: Option<Sum>,
    #[serde(default)]
    tools: Vec<IgnoredAny>,
    #[serde(default)]
    is_error: bool,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Sum {
    sum: Option<u64>,
}

/// What a message turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// The right answer to the call of this id.
    Answer(u64),
    /// A notification of progress.
    Progress,
}

/// Reads one message and checks it.
pub fn check(message: &[u8], call: &Call<'_>, tools: usize) -> Result<Kind> {
    let wrong = |what: &str| {
        let shown = String::from_utf8_lossy(&message[..message.len().min(400)]).into_owned();
        Err(format!("{what}: {shown}").into())
    };
    let decoded: Message = match serde_json::from_slice(message) {
        Ok(decoded) => decoded,
        Err(error) => return wrong(&error.to_string()),
    };
    match decoded.method {
        Some("notifications/progress") => return Ok(Kind::Progress),
        Some(_) => return wrong("nobody asked for this"),
        None => {}
    }
    let (Some(id), Some(result), None) = (decoded.id, decoded.result, decoded.error) else {
        return wrong("not an answer");
    };
    if id == 0 {
        return Ok(Kind::Answer(0));
    }
    let is_right = match call.tool {
        "list" => result.tools.len() == tools,
        "echo" => result.content.first().is_some_and(|content| content.text == call.text),
        _ => {
            let text = result.content.first().map_or("", |content| &content.text);
            let said: Option<Sum> = serde_json::from_str(text).ok();
            let sum = Some(Call::sum(id));
            // Every server writes both: the structure and a text of it.
            said.and_then(|said| said.sum) == sum
                && result.structured_content.and_then(|said| said.sum) == sum
        }
    };
    if is_right && !result.is_error { Ok(Kind::Answer(id)) } else { wrong("a wrong answer") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Era;

    const ADD: Call<'_> = Call { era: Era::Modern, tool: "add", text: "" };

    fn checked(text: &str, structure: u64) -> Result<Kind> {
        let message = format!(
            r#"{{"jsonrpc":"2.0","id":2,"result":{{"content":[{{"type":"text","text":"{text}"}}],"structuredContent":{{"sum":{structure}}}}}}}"#
        );
        check(message.as_bytes(), &ADD, 22)
    }

    #[test]
    fn the_sum_has_to_be_right_in_the_text_and_in_the_structure() {
        assert_eq!(checked(r#"{\"sum\":6}"#, 6).unwrap(), Kind::Answer(2));
        assert!(checked(r#"{\"sum\":7}"#, 6).is_err());
        assert!(checked(r#"{\"sum\":6}"#, 7).is_err());
        assert!(checked("", 6).is_err());
    }

    #[test]
    fn an_error_is_no_answer() {
        assert!(
            check(br#"{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"no"}}"#, &ADD, 22).is_err()
        );
    }
}
