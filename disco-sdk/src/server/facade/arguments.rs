//! One argument that is called otherwise outside, or is not there.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::error::Result;
use crate::protocol::jsonrpc::write_json;
use crate::server::BoxFuture;
use crate::server::args::{Problem, hint, pointer, wrong_arguments};
use crate::server::context::Context;
use crate::server::failure;
use crate::server::output::ToolOutput;
use crate::server::tool::ToolHandler;

/// What comes behind a name that is known inside, and is not outside: there it is refused like any other.
const FOREIGN: char = '\u{0}';

/// What is done to an argument.
pub(super) enum Rule {
    Rename { to: String },
    Hide { value: Option<Box<RawValue>> },
}

/// A tool with another face.
pub(super) struct Face {
    inner: Arc<dyn ToolHandler>,
    argument: Arc<Argument>,
}

/// The argument that is not what it seems.
struct Argument {
    name: String,
    rule: Rule,
    /// What all are called inside.
    inside: Vec<String>,
    /// What all are called outside.
    outside: Vec<String>,
}

impl Face {
    pub(super) fn new(inner: Arc<dyn ToolHandler>, inside: Vec<String>, name: String, rule: Rule) -> Self {
        let outside = inside.iter().filter_map(|one| match &rule {
            _ if *one != name => Some(one.clone()),
            Rule::Rename { to } => Some(to.clone()),
            Rule::Hide { .. } => None,
        });
        let outside = outside.collect();
        Self { inner, argument: Arc::new(Argument { name, rule, inside, outside }) }
    }
}

impl ToolHandler for Face {
    fn call(&self, cx: &Context, arguments: Option<&RawValue>) -> BoxFuture<'static, Result<ToolOutput>> {
        let inward = self.argument.inward(arguments);
        let future = self.inner.call(cx, inward.as_deref().or(arguments));
        let argument = Arc::clone(&self.argument);
        Box::pin(async move { future.await.map(|output| argument.outward(output)) })
    }
}

impl Argument {
    /// The arguments as the tool knows them; `None` if they are no object, which it will say itself.
    fn inward(&self, arguments: Option<&RawValue>) -> Option<Box<RawValue>> {
        let mut members = members(arguments.map_or("{}", RawValue::get))?;
        for (name, _) in &mut members {
            match &self.rule {
                Rule::Rename { to } if *name == *to => self.name.clone_into(name),
                _ if *name == self.name => name.push(FOREIGN),
                _ => {}
            }
        }
        if let Rule::Hide { value: Some(value) } = &self.rule {
            members.push((self.name.clone(), value));
        }
        let mut out = vec![b'{'];
        for (name, value) in members {
            if out.len() > 1 {
                out.push(b',');
            }
            write_json(&mut out, &name);
            out.push(b':');
            out.extend_from_slice(value.get().as_bytes());
        }
        out.push(b'}');
        RawValue::from_string(String::from_utf8(out).ok()?).ok()
    }

    /// What the tool has answered; of wrong arguments it is told in the words of outside.
    fn outward(&self, output: ToolOutput) -> ToolOutput {
        let problems = output.meta.as_ref().and_then(|meta| meta.get(failure::META_KEY)?.get("problems"));
        let Some(problems) = problems.and_then(Value::as_array).filter(|_| output.is_error) else {
            return output;
        };
        let problems: Vec<Problem> =
            problems.iter().filter_map(Value::as_object).map(|one| self.turned(one)).collect();
        failure::output(&wrong_arguments(&problems))
    }

    fn turned(&self, problem: &Map<String, Value>) -> Problem {
        let text = |key: &str| problem.get(key).and_then(Value::as_str).map(str::to_owned);
        let place = text("pointer").unwrap_or_default();
        let (said, expected) = (text("wrong").unwrap_or_default(), text("expected"));
        // What is expected is said there once more.
        let rest = expected.as_ref().and_then(|expected| said.find(&format!("expected {expected}")));
        let wrong = said[..rest.unwrap_or(said.len())].trim_end_matches(", ").to_owned();
        let mut problem =
            Problem { given: text("given"), wrong, pointer: place, expected, example: text("example") };
        let mut steps = problem.pointer.splitn(3, '/').skip(1);
        let name = steps.next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
        let rest = steps.next().map(|rest| format!("/{rest}")).unwrap_or_default();
        if name.is_empty() {
            return problem;
        }
        if name != self.name {
            if !self.inside.contains(&name) {
                let known: Vec<&str> = self.outside.iter().map(String::as_str).collect();
                let name = name.trim_end_matches(FOREIGN);
                return Problem::unknown(&pointer([name]), "argument", &hint(name, &known));
            }
            return problem;
        }
        match &self.rule {
            Rule::Rename { to } => problem.pointer = format!("{}{rest}", pointer([to.as_str()])),
            Rule::Hide { .. } => {
                let more = if problem.wrong.is_empty() { "" } else { ": " };
                problem.wrong.insert_str(0, &format!("this server has set it to that{more}"));
            }
        }
        problem
    }
}

/// The members of an object, in order, also those that stand there twice.
fn members(object: &str) -> Option<Vec<(String, &RawValue)>> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, &'de RawValue)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }

    serde_json::Deserializer::from_str(object).deserialize_map(Members).ok()
}
