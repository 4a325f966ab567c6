//! The registry of the program: every free function that carries `#[tool]`, `#[resource]` or `#[prompt]`.

use super::catalog::{Catalog, Origin, Provide};
use crate::__private::{PromptFunction, ResourceFunction, ToolFunction};

/// One function of the program's registry.
#[derive(Debug)]
pub struct Entry {
    /// Where it is written.
    pub origin: Origin,
    /// Adds it to a catalog.
    pub provide: fn(&mut Catalog),
}

inventory::collect!(Entry);

/// A part of the program's registry: `server.with(it)`.
#[derive(Clone, Copy, Debug)]
#[must_use = "a selection does nothing until a server is given it"]
pub struct Selection(Part);

#[derive(Clone, Copy, Debug)]
enum Part {
    Everything,
    Crate(&'static str),
    Module(&'static str),
}

/// Everything that is linked into the program.
pub fn everything() -> Selection {
    Selection(Part::Everything)
}

/// What the crate of this module has.
pub fn of_crate(module: &'static str) -> Selection {
    Selection(Part::Crate(Origin { module, line: 0 }.crate_name()))
}

/// What this very module has.
pub fn of_module(module: &'static str) -> Selection {
    Selection(Part::Module(module))
}

impl Selection {
    fn has(self, origin: &Origin) -> bool {
        match self.0 {
            Part::Everything => true,
            Part::Crate(name) => origin.crate_name() == name,
            Part::Module(module) => origin.module == module,
        }
    }
}

#[diagnostic::do_not_recommend]
impl Provide for Selection {
    fn provide(self, catalog: &mut Catalog) {
        let mut entries: Vec<&Entry> = Vec::new();
        for entry in inventory::iter::<Entry>.into_iter().filter(|entry| self.has(&entry.origin)) {
            // The linker gives them in any order; by place is how they are read. They are few: a sort would be
            // more code than a server of one tool.
            let at = entries.partition_point(|other| other.origin <= entry.origin);
            entries.insert(at, entry);
        }
        for entry in entries {
            (entry.provide)(catalog);
        }
    }
}

/// The entry of a tool.
#[must_use]
pub const fn tool<T: ToolFunction>(origin: Origin) -> Entry {
    Entry { origin, provide: |catalog| catalog.tools.push(T::tool()) }
}

/// The entry of a resource.
#[must_use]
pub const fn resource<T: ResourceFunction>(origin: Origin) -> Entry {
    Entry { origin, provide: |catalog| catalog.resources.push(T::resource()) }
}

/// The entry of a prompt.
#[must_use]
pub const fn prompt<T: PromptFunction>(origin: Origin) -> Entry {
    Entry { origin, provide: |catalog| catalog.prompts.push(T::prompt()) }
}
