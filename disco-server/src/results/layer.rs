//! The net beneath all tools: no answer is longer than the bound.

use disco_sdk::layer::{self, Call, CallLayer, Next, Outcome};
use disco_sdk::prelude::*;
use serde_json::{Map, Value, json};

use super::ends::ends;
use super::shrink::{Small, shrink, written};
use super::{Kept, Kind, Outputs, owner};

/// Room for the words about what was left out, and for the link.
const WORDS: usize = 1500;
/// The member that tells what was left out.
const MEMBER: &str = "shortened";

/// The layer that shortens what is too long, and keeps the whole.
#[must_use]
pub fn layer(outputs: Outputs, most: usize) -> impl CallLayer {
    layer::from_fn(move |call: Call, next: Next| {
        let net = Net { outputs: outputs.clone(), most };
        async move {
            let owner = owner(call.caller());
            match next.run(call).await? {
                Outcome::Tool(output) if net.is_too_long(&output) => {
                    net.shorten(output, &owner).await.map(Outcome::Tool)
                }
                done => Ok(done),
            }
        }
    })
}

struct Net {
    outputs: Outputs,
    most: usize,
}

impl Net {
    fn is_too_long(&self, output: &ToolOutput) -> bool {
        let content: usize = output.content.iter().map(weight).sum();
        let structured = output.structured.as_ref().map_or(0, |json| json.get().len());
        // Without a text beside it, structured content is told again as one.
        let is_told_again = output.content.iter().all(|block| text(block).is_none());
        content + if is_told_again { structured } else { 0 } > self.most || structured > self.most
    }

    async fn shorten(&self, mut output: ToolOutput, owner: &str) -> Result<ToolOutput> {
        let Some(structured) = output.structured.take() else {
            return self.shorten_content(output, owner).await;
        };
        let kept = self.keep(owner, Kind::Json, structured.get()).await;
        let whole: Value = serde_json::from_str(structured.get())?;
        // A text beside it tells the same facts, and is made of them again.
        let mut room = self.most / 4;
        output.content.retain(|block| {
            let fits = text(block).is_none() && weight(block) <= room;
            room -= if fits { weight(block) } else { 0 };
            fits
        });
        let beside = self.most / 4 - room;
        let short = self.small(&whole, (structured.get().len(), beside), kept.as_ref()).ok_or_else(|| {
            let place = kept.as_ref().map_or("ask for less", |kept| kept.uri.as_str());
            Error::new(format!("the answer has {} bytes and cannot be shortened", structured.get().len()))
                .with_code("RESULT_TOO_LARGE")
                .with_suggestion(format!("the tool has done its work; all of the answer: {place}"))
        })?;
        output.content.extend(kept.as_ref().map(link));
        output.structured = ToolOutput::structured(&short)?.structured;
        Ok(output)
    }

    /// The value of so many bytes with its long parts shortened, and a member that tells so; beside it stand links.
    fn small(&self, whole: &Value, (bytes, beside): (usize, usize), kept: Option<&Kept>) -> Option<Value> {
        let room = self.most.saturating_sub(WORDS + beside);
        let tries = [room, room / 4 * 3, room / 2, room / 4];
        let small =
            tries.into_iter().map(|room| shrink(whole, room)).find(|small| written(&small.value) <= room)?;
        let Small { mut value, left_out } = small;
        if let Value::Object(members) = &mut value {
            let left_out: Vec<String> = left_out.iter().map(|place| ends(place, 100)).collect();
            let uri = kept.map(|kept| &kept.uri);
            members.insert(MEMBER.to_owned(), json!({"bytes": bytes, "left_out": left_out, "uri": uri}));
        }
        Some(value)
    }

    /// An answer without structured content: words, or a failure.
    async fn shorten_content(&self, mut output: ToolOutput, owner: &str) -> Result<ToolOutput> {
        let texts: Vec<&str> = output.content.iter().filter_map(text).collect();
        let kept = self.keep(owner, Kind::Text, &texts.join("\n")).await;
        let room = self.most.saturating_sub(WORDS) / texts.len().max(1);
        output.content.retain(|block| text(block).is_some() || weight(block) < WORDS);
        for block in &mut output.content {
            if let Content::Text(text) = block {
                text.text = shorter(&text.text, room);
            }
        }
        if let Some(meta) = &mut output.meta {
            shorten_meta(meta, room);
        }
        output.content.extend(kept.as_ref().map(link));
        Ok(output)
    }

    /// What cannot be kept is lost, and the answer is told nevertheless: the tool has done its work.
    async fn keep(&self, owner: &str, kind: Kind, text: &str) -> Option<Kept> {
        let kept = self.outputs.keep(owner, kind, text.to_owned()).await;
        kept.inspect_err(|error| tracing::warn!(%error, "an output is not kept")).ok().flatten()
    }
}

/// A failure is told as JSON, which stays JSON.
fn shorter(words: &str, room: usize) -> String {
    match serde_json::from_str::<Value>(words) {
        Ok(value) if value.is_object() => shrink(&value, room).value.to_string(),
        _ => ends(words, room),
    }
}

fn shorten_meta(meta: &mut Map<String, Value>, room: usize) {
    for value in meta.values_mut() {
        *value = shrink(value, room).value;
    }
}

fn link(kept: &Kept) -> Content {
    kept.link("whole answer", "All of the answer, for a while.")
}

fn text(block: &Content) -> Option<&str> {
    match block {
        Content::Text(text) => Some(&text.text),
        _ => None,
    }
}

/// How much of an answer a block is. Pictures and sound are no text, and bounded where they are made.
fn weight(block: &Content) -> usize {
    match block {
        Content::Text(text) => text.text.len(),
        Content::Image(_) | Content::Audio(_) => 0,
        other => written(other),
    }
}
