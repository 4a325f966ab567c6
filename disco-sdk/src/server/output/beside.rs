//! A typed result, and content beside it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{Json, ToolOutput, Typed};
use crate::error::Result;
use crate::protocol::content::Content;
use crate::schema;

/// A typed result with content beside it, such as a picture or a link to more: [`Json::with_content`].
///
/// ```
/// use disco_sdk::prelude::*;
/// use serde::Serialize;
///
/// #[derive(Serialize, JsonSchema)]
/// struct Shelf {
///     books: usize,
/// }
///
/// /// Looks at a shelf.
/// #[tool(read_only)]
/// fn shelf() -> WithContent<Shelf> {
///     Json(Shelf { books: 300 }).with_content([ResourceLink::new("shelf://1", "the books").into()])
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let client = Server::new("library", "1.0.0").with(tools![shelf]).client().await?;
/// let answer = client.call("shelf", serde_json::json!({})).await?;
/// assert_eq!(answer.structured_content.unwrap()["books"], 300);
/// assert!(matches!(answer.content[..], [Content::Text(_), Content::ResourceLink(_)]));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct WithContent<T> {
    /// The value.
    pub value: T,
    /// What is shown beside it.
    pub content: Vec<Content>,
}

impl<T> Json<T> {
    /// Shows this beside the value, which is told as text first.
    pub fn with_content(self, content: impl IntoIterator<Item = Content>) -> WithContent<T> {
        WithContent { value: self.0, content: content.into_iter().collect() }
    }
}

/// Says that a [`Typed`] has content beside it.
#[derive(Debug)]
pub struct ViaContent;

#[diagnostic::do_not_recommend]
impl<T: Serialize + JsonSchema> Typed<ViaContent> for WithContent<T> {
    fn schema() -> Value {
        schema::of_output::<T>()
    }

    fn into_typed_output(self) -> Result<ToolOutput> {
        Ok(ToolOutput { content: self.content, ..ToolOutput::structured(&self.value)? })
    }
}
