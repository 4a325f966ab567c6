use disco_sdk::prelude::*;

struct Notes(std::rc::Rc<str>);

#[handlers]
impl Notes {
    /// Reads.
    #[tool]
    fn read(&self) -> String {
        self.0.to_string()
    }
}

fn main() {}
