//! What is shown of a result that is too long, and the whole of it.

use crate::error::Error;
use crate::protocol::content::{Content, ResourceContents, ResourceLink};
use crate::server::failure;
use crate::server::output::ToolOutput;

/// Where the whole is, and how much of it there is.
pub(super) struct Place<'a> {
    pub(super) uri: &'a str,
    pub(super) bytes: usize,
    pub(super) most: usize,
}

/// What is shown, before it is known whether the whole is kept.
pub(super) struct Shown {
    output: ToolOutput,
    /// The type of the whole, if it is one.
    mime_type: Option<String>,
    has_schema: bool,
}

/// How many bytes a result has, as the model gets it.
pub(super) fn size(output: &ToolOutput) -> usize {
    let content: usize = output.content.iter().map(weight).sum();
    content + output.structured.as_ref().map_or(0, |structured| structured.get().len())
}

fn weight(content: &Content) -> usize {
    match content {
        Content::Text(text) => text.text.len(),
        Content::Image(media) | Content::Audio(media) => media.data.len(),
        Content::Resource(embedded) => {
            let ResourceContents { text, blob, .. } = &embedded.resource;
            [text, blob].into_iter().flatten().map(String::len).sum()
        }
        Content::ResourceLink(_) => 0,
    }
}

/// Shows of each block what still fits: of a text its beginning and its end, of anything else all or nothing.
pub(super) fn cut(
    mut output: ToolOutput,
    has_schema: bool,
    place: &Place<'_>,
) -> (Shown, Vec<ResourceContents>) {
    let mut content = std::mem::take(&mut output.content);
    let structured = output.structured.take();
    let mut whole = Vec::new();
    if let Some(structured) = structured {
        // A text beside it tells the same facts.
        content.retain(|block| !matches!(block, Content::Text(_)));
        let told = Content::text(structured.get());
        let json = ResourceContents::text(place.uri, String::from(Box::<str>::from(structured)));
        whole.push(json.with_mime_type("application/json"));
        whole.extend(content.iter().filter_map(|block| contents(block, place.uri)));
        content.insert(0, told);
    } else {
        whole.extend(content.iter().filter_map(|block| contents(block, place.uri)));
    }
    let mut left = place.most;
    content.retain_mut(|block| {
        let weight = weight(block);
        if let Content::Text(text) = block
            && weight > left
        {
            text.text = shortened(&text.text, left);
            left = 0;
            return true;
        }
        let fits = weight <= left;
        left -= if fits { weight } else { 0 };
        fits
    });
    let mime_type = match whole.as_slice() {
        [only] => only.mime_type.clone(),
        _ => None,
    };
    let is_error = output.is_error;
    output.content = content;
    (Shown { output, mime_type, has_schema: has_schema && !is_error }, whole)
}

/// A block as the contents of a resource.
fn contents(block: &Content, uri: &str) -> Option<ResourceContents> {
    let contents = match block {
        Content::Text(text) => ResourceContents::text(uri, &*text.text).with_mime_type("text/plain"),
        Content::Image(media) | Content::Audio(media) => ResourceContents {
            uri: uri.to_owned(),
            mime_type: Some(media.mime_type.clone()),
            blob: Some(media.data.clone()),
            ..ResourceContents::default()
        },
        Content::Resource(embedded) => ResourceContents { uri: uri.to_owned(), ..embedded.resource.clone() },
        Content::ResourceLink(_) => return None,
    };
    Some(contents)
}

/// The beginning and the end of a text: `most` bytes of it, and what was left out.
fn shortened(text: &str, most: usize) -> String {
    let tail = most / 4;
    let head = text.floor_char_boundary(most - tail);
    let tail = text.ceil_char_boundary(text.len() - tail);
    let (start, end) = (&text[..head], &text[tail..]);
    format!("{start}\n[... {} bytes are left out here ...]\n{end}", tail - head)
}

impl Shown {
    /// With a link to the whole.
    pub(super) fn with_link(self, place: &Place<'_>) -> ToolOutput {
        let Place { uri, bytes, most } = place;
        let mut link = ResourceLink::new(*uri, "result").with_size(*bytes as u64);
        link.mime_type.clone_from(&self.mime_type);
        let link = link.with_description("The whole result.");
        let words = format!(
            "The result has {bytes} bytes, and {most} are told at once. All of it is the resource {uri}, for a while."
        );
        self.finish(words, Some(link.into()), "read that resource, or ask for less")
    }

    /// Where the whole is lost.
    pub(super) fn without_link(self, place: &Place<'_>) -> ToolOutput {
        let Place { bytes, most, .. } = place;
        let words = format!(
            "The result has {bytes} bytes, and {most} are told at once. It is too large to be kept: the rest is lost."
        );
        self.finish(words, None, "ask for less")
    }

    fn finish(self, words: String, link: Option<Content>, suggestion: &str) -> ToolOutput {
        let mut output = self.output;
        if self.has_schema {
            // 2025-06-18, server/tools: a result that is no failure fits its schema.
            let error = Error::new(format!("The tool has done its work. {words}"))
                .with_code("RESULT_TOO_LARGE")
                .with_suggestion(suggestion);
            let failed = failure::output(&error);
            output.is_error = true;
            output.meta = failed.meta;
            output.content.splice(0..0, failed.content);
        } else {
            output.content.push(Content::text(words));
        }
        output.content.extend(link);
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_and_keeps_its_two_ends() {
        let text = "äöü".repeat(100);
        let short = shortened(&text, 41);
        assert!(short.starts_with("äöüäöüäöüäöüäöü\n[... 560 bytes are left out here ...]\n"), "{short}");
        assert!(short.ends_with("here ...]\nöüäöü"), "{short}");
        assert_eq!(shortened("abcdef", 0), "\n[... 6 bytes are left out here ...]\n");
    }
}
