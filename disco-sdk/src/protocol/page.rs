//! Pages of lists. Specification: server/utilities/pagination.

use serde::{Deserialize, Serialize};

use super::prompt::Prompt;
use super::resource::{Resource, ResourceTemplate};
use super::tool::Tool;

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident { $(#[$items_doc:meta])* $items:ident: $item:ty })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
            #[serde(rename_all = "camelCase")]
            pub struct $name {
                $(#[$items_doc])*
                pub $items: Vec<$item>,
                /// Where the next page begins; none after the last.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub next_cursor: Option<String>,
            }
        )*
    };
}

pages! {
    /// The answer to `tools/list`.
    ListToolsResult {
        /// The tools.
        tools: Tool
    }
    /// The answer to `resources/list`.
    ListResourcesResult {
        /// The resources.
        resources: Resource
    }
    /// The answer to `resources/templates/list`.
    ListResourceTemplatesResult {
        /// The templates.
        resource_templates: ResourceTemplate
    }
    /// The answer to `prompts/list`.
    ListPromptsResult {
        /// The prompts.
        prompts: Prompt
    }
}
