//! What a server asks a client's model. Specification: client/sampling.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::content::{MediaContent, Role, TextContent};
use super::tool::Tool;

/// The parameters of `sampling/createMessage`: what the model reads, and how it should answer.
///
/// ```
/// use disco_sdk::protocol::sampling::CreateMessage;
/// let question = CreateMessage::new("What is the capital of France?").max_tokens(50).system("Be brief.");
/// assert_eq!(question.messages.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateMessage {
    /// The conversation.
    pub messages: Vec<SamplingMessage>,
    /// The longest answer, in tokens.
    pub max_tokens: u64,
    /// How the model should behave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
    /// Which model would be best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_preferences: Option<ModelPreferences>,
    /// How free the answer may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Where the answer ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_sequences: Option<Vec<String>>,
    /// `none`, `thisServer` or `allServers`: what else the model reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_context: Option<String>,
    /// Facts for the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// Tools that the model may use (since 2025-11-25).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<Tool>>,
    /// Whether it has to use one (since 2025-11-25).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<ToolChoice>,
}

impl CreateMessage {
    /// Asks `text`, as the person would. At most 1,000 tokens come back, unless that is changed.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let messages = vec![SamplingMessage::new(Role::User, text)];
        Self { messages, max_tokens: 1000, ..Self::default() }
    }

    /// The longest answer, in tokens.
    #[must_use]
    pub fn max_tokens(mut self, tokens: u64) -> Self {
        self.max_tokens = tokens;
        self
    }

    /// How the model should behave.
    #[must_use]
    pub fn system(mut self, prompt: impl Into<String>) -> Self {
        self.system_prompt = Some(prompt.into());
        self
    }
}

impl From<&str> for CreateMessage {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for CreateMessage {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// Which model would be best: names, and what matters from 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelPreferences {
    /// Names or parts of names, best first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hints: Option<Vec<ModelHint>>,
    /// How much a low price matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_priority: Option<f64>,
    /// How much speed matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed_priority: Option<f64>,
    /// How much ability matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intelligence_priority: Option<f64>,
}

/// A name of a model, or a part of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelHint {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Whether the model has to use a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolChoice {
    /// `auto`, `required` or `none`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
}

/// One message of the conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplingMessage {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: Blocks,
    /// Extra facts (since 2025-11-25).
    #[serde(rename = "_meta", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Map<String, Value>>,
}

impl SamplingMessage {
    /// A text, said by `role`.
    #[must_use]
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        let text = TextContent { text: text.into(), ..TextContent::default() };
        Self { role, content: Blocks::One(Block::Text(text)), meta: None }
    }
}

/// One block, or several (since 2025-11-25).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Blocks {
    /// One.
    One(Block),
    /// Several.
    Many(Vec<Block>),
}

impl Blocks {
    /// All of them.
    #[must_use]
    pub fn as_slice(&self) -> &[Block] {
        match self {
            Self::One(block) => std::slice::from_ref(block),
            Self::Many(blocks) => blocks,
        }
    }

    /// The text of all text blocks, joined by line ends.
    #[must_use]
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self
            .as_slice()
            .iter()
            .filter_map(|block| match block {
                Block::Text(text) => Some(text.text.as_str()),
                _ => None,
            })
            .collect();
        texts.join("\n")
    }
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Block {
    /// Text.
    Text(TextContent),
    /// A picture.
    Image(MediaContent),
    /// Sound (since 2025-03-26).
    Audio(MediaContent),
    /// The model wants to use a tool (since 2025-11-25).
    ToolUse(ToolUse),
    /// What came of it (since 2025-11-25).
    ToolResult(ToolResult),
}

/// The model wants to use a tool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ToolUse {
    /// What the result will name.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Its arguments.
    pub input: Map<String, Value>,
    /// Extra facts.
    #[serde(rename = "_meta", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Map<String, Value>>,
}

/// What came of a tool that the model used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolResult {
    /// Which use it answers.
    pub tool_use_id: String,
    /// What the model reads.
    pub content: Vec<super::content::Content>,
    /// The same facts for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub structured_content: Option<Value>,
    /// Whether the tool failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
    /// Extra facts.
    #[serde(rename = "_meta", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Map<String, Value>>,
}

/// The answer to `sampling/createMessage`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateMessageResult {
    /// Who says it: the model.
    pub role: Role,
    /// What it says.
    pub content: Blocks,
    /// Which model it was.
    pub model: String,
    /// Why it stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_reason: Option<String>,
    /// Extra facts.
    #[serde(rename = "_meta", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Map<String, Value>>,
}

impl CreateMessageResult {
    /// The text of all text blocks, joined by line ends.
    #[must_use]
    pub fn text(&self) -> String {
        self.content.text()
    }
}
