//! Which tools are served: all of them, or those of chosen sets.

use std::collections::BTreeSet;

use super::builder::Server;
use super::catalog::Catalog;
use super::mount;
use super::nearest::nearest;

/// The sets that a server knows, and those that are chosen.
#[derive(Default)]
pub(super) struct Toolsets {
    sets: Vec<(String, Vec<String>)>,
    /// `None`: everything is served.
    chosen: Option<Vec<String>>,
}

impl Server {
    /// Names a set of tools, by their names or by tags that they have, so that it can be chosen by
    /// [`Server::toolsets`]. A tag by itself is a set already, and so is the prefix of a mounted server.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// /// Reads a file.
    /// #[tool(read_only, tags("files"))]
    /// fn read(path: String) -> String {
    ///     path
    /// }
    ///
    /// /// Runs a program.
    /// #[tool(tags("programs"))]
    /// fn run(program: String) -> String {
    ///     program
    /// }
    ///
    /// let server = Server::new("demo", "1.0.0")
    ///     .with(tools![read, run])
    ///     .toolset("everyday", ["files", "run"])
    ///     .toolsets(["files"]);
    /// ```
    pub fn toolset<S: Into<String>>(
        mut self,
        name: impl Into<String>,
        tools: impl IntoIterator<Item = S>,
    ) -> Self {
        self.toolsets.sets.push((name.into(), tools.into_iter().map(Into::into).collect()));
        self
    }

    /// Serves only the tools of these sets or tags; the others are not there. Resources and prompts that have
    /// tags are chosen likewise, those without any stay. What is added to the
    /// [`Registry`](crate::Registry) later is not looked at.
    ///
    /// Of a program that calls [`Server::run`], `--toolsets` and `DISCO_TOOLSETS` say otherwise.
    pub fn toolsets<S: Into<String>>(mut self, chosen: impl IntoIterator<Item = S>) -> Self {
        self.toolsets.chosen = Some(chosen.into_iter().map(Into::into).collect());
        self
    }
}

impl Toolsets {
    /// Takes in those of a server that is mounted, with all that it has chosen.
    pub(super) fn mount(&mut self, inside: Self, prefix: &str, catalog: &mut Catalog) {
        let known = Words::of(catalog);
        for (name, words) in inside.sets {
            let words = words.into_iter().filter_map(|word| match () {
                () if known.tools.contains(&word) => Some(mount::prefixed(prefix, &word)),
                () => known.tags.contains(&word).then_some(word),
            });
            self.sets.push((mount::prefixed(prefix, &name), words.collect()));
        }
    }

    /// Takes away what is not chosen, and says what is wrong with the choice.
    pub(super) fn choose(&self, catalog: &mut Catalog) {
        let known = Words::of(catalog);
        for (set, words) in &self.sets {
            let stray =
                words.iter().filter(|word| !known.tools.contains(*word) && !known.tags.contains(*word));
            catalog.faults.extend(
                stray.map(|word| format!("the toolset `{set}` names `{word}`, which is no tool and no tag")),
            );
        }
        let Some(chosen) = &self.chosen else {
            return;
        };
        let mut words = Vec::new();
        for word in chosen {
            let sets: Vec<&Vec<String>> =
                self.sets.iter().filter(|(name, _)| name == word).map(|(_, set)| set).collect();
            if sets.is_empty() && !known.tags.contains(word) {
                let known = self.sets.iter().map(|(name, _)| name).chain(&known.tags);
                catalog.faults.push(no_such_set(word, known.map(String::as_str)));
            }
            words.push(word.as_str());
            words.extend(sets.into_iter().flatten().map(String::as_str));
        }
        let has = |tags: &[String]| tags.iter().any(|tag| words.contains(&tag.as_str()));
        catalog.tools.retain(|tool| words.contains(&tool.info().name.as_str()) || has(tool.tags()));
        catalog.resources.retain(|resource| resource.tags().is_empty() || has(resource.tags()));
        catalog.prompts.retain(|prompt| prompt.tags().is_empty() || has(prompt.tags()));
    }
}

/// What a set can be made of.
struct Words {
    tools: Vec<String>,
    tags: Vec<String>,
}

impl Words {
    fn of(catalog: &mut Catalog) -> Self {
        let tools = catalog.tools.iter().map(|tool| tool.info().name.clone()).collect();
        Self { tools, tags: catalog.particulars_mut().flat_map(|one| one.tags.iter().cloned()).collect() }
    }
}

fn no_such_set<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(word, known.clone()) {
        return format!("there is no toolset or tag `{word}`: did you mean `{near}`?");
    }
    let mut sorted = BTreeSet::new();
    sorted.extend(known.map(|name| format!("`{name}`")));
    let known: Vec<String> = sorted.into_iter().collect();
    let there_are = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    format!("there is no toolset or tag `{word}`; there are {there_are}")
}
