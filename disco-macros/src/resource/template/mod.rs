//! URI templates, as far as their mistakes can be seen here. The SDK takes them apart once more.

mod expression;

use expression::{Expression, Modifier};

/// A template taken apart.
pub(crate) struct Template {
    pub(crate) variables: Vec<Variable>,
    shape: String,
}

/// A variable, and what its type has to be for that.
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) role: Role,
}

/// How a variable stands in its template.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// In every URI.
    AlwaysThere,
    /// Not in all of them.
    Perhaps,
    /// With `*`.
    Exploded,
    /// With `:3`, and nowhere whole.
    Prefixed,
}

impl Role {
    /// The function of `__private` that demands the right type.
    pub(crate) fn function(self) -> &'static str {
        match self {
            Self::AlwaysThere => "variable_always_there",
            Self::Perhaps => "text_parameter",
            Self::Exploded => "variable_exploded",
            Self::Prefixed => "variable_prefixed",
        }
    }
}

/// What is wrong, and what to write.
pub(super) type Mistake = (String, String);

/// The part of a URI that is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    Query,
    Fragment,
}

impl Template {
    pub(crate) fn parse(text: &str) -> Result<Self, Mistake> {
        check_scheme(text)?;
        let mut template = Self { variables: Vec::new(), shape: String::new() };
        let (mut rest, mut place) = (text, Place::Path);
        while let Some((before, after)) = rest.split_once('{') {
            place = template.text(before, place)?;
            let Some((inside, after)) = after.split_once('}') else {
                return mistake("a `{` in the template has no `}`", "close it, as in `note://{id}`");
            };
            let expression = Expression::parse(inside)?;
            place = check_place(&expression, place, before.is_empty(), inside)?;
            template.add(&expression)?;
            rest = after;
        }
        template.text(rest, place)?;
        Ok(template)
    }

    fn text(&mut self, text: &str, place: Place) -> Result<Place, Mistake> {
        if text.contains('}') {
            return mistake("a `}` in the template has no `{`", "open it, as in `note://{id}`");
        }
        let is_wrong = |c: &char| c.is_whitespace() || c.is_control() || "\"<>\\^`|".contains(*c);
        if let Some(wrong) = text.chars().find(is_wrong) {
            let bytes = wrong.to_string().into_bytes();
            let escape: Vec<String> = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
            let escape = escape.concat();
            return mistake(
                format!("the template contains {wrong:?}"),
                format!("it does not stand in a URI: write `{escape}`, or another character"),
            );
        }
        let is_escape =
            |digits: &str| digits.len() >= 2 && digits.bytes().take(2).all(|b| b.is_ascii_hexdigit());
        if text.split('%').skip(1).any(|digits| !is_escape(digits)) {
            return mistake(
                "the template contains a `%` that begins no escape",
                "write `%25` for a percent sign",
            );
        }
        let goes_on = text.is_empty() || text.starts_with('#') || text.starts_with('&');
        if place == Place::Fragment && !text.is_empty()
            || place == Place::Query && !goes_on && self.ends_in_query()
        {
            return behind_the_end(place);
        }
        self.shape.push_str(text);
        Ok(match place {
            _ if text.contains('#') => Place::Fragment,
            Place::Path if text.contains('?') => Place::Query,
            place => place,
        })
    }

    /// Whether the last piece so far was `{?..}` or `{&..}`.
    fn ends_in_query(&self) -> bool {
        self.shape.ends_with("?}") || self.shape.ends_with("&}")
    }

    fn add(&mut self, expression: &Expression) -> Result<(), Mistake> {
        for spec in &expression.specs {
            let role = match spec.modifier {
                Modifier::Prefix => Role::Prefixed,
                Modifier::Explode => Role::Exploded,
                Modifier::None if expression.operator.is_some_and(|operator| operator != '+') => {
                    Role::Perhaps
                }
                Modifier::None => Role::AlwaysThere,
            };
            match self.variables.iter_mut().find(|known| known.name == spec.name) {
                Some(known) if known.role == Role::Prefixed => known.role = role,
                Some(_) if role == Role::Prefixed => {}
                Some(_) => {
                    return mistake(
                        format!("`{}` stands in the template twice", spec.name),
                        "give each its own name",
                    );
                }
                None => self.variables.push(Variable { name: spec.name.clone(), role }),
            }
        }
        self.shape.push_str(&expression.shape());
        Ok(())
    }

    /// The variable of this name.
    pub(crate) fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().find(|variable| variable.name == name)
    }

    /// Its spelling with all variables called the same: two of one shape fit the same URIs.
    pub(crate) fn shape(&self) -> String {
        self.shape.clone()
    }
}

/// Whether an expression may stand here, and where it leads.
fn check_place(expression: &Expression, place: Place, touches: bool, inside: &str) -> Result<Place, Mistake> {
    match (expression.operator, place) {
        (_, Place::Fragment) | (Some('.' | '/' | ';'), Place::Query) if touches => behind_the_end(place),
        (Some('?'), Place::Query) => mistake(
            format!("a query has begun before `{{{inside}}}`"),
            format!("go on with it: write `{{&{}}}`", &inside[1..]),
        ),
        (Some('&'), Place::Path) => mistake(
            format!("no query has begun before `{{{inside}}}`"),
            format!("begin one: write `{{?{}}}`", &inside[1..]),
        ),
        (None | Some('+'), _) if touches => mistake(
            format!("nothing stands before `{{{inside}}}` to tell where it begins"),
            "put a `/` or another text between the two variables",
        ),
        (Some('?' | '&'), _) => Ok(Place::Query),
        (Some('#'), _) => Ok(Place::Fragment),
        _ => Ok(place),
    }
}

fn behind_the_end<T>(place: Place) -> Result<T, Mistake> {
    if place == Place::Fragment {
        return mistake(
            "something stands behind the fragment",
            "a fragment is the end of a URI: move `{#...}` there",
        );
    }
    mistake("something stands behind `{?...}`", "a query is the end of a URI: move `{?...}` there")
}

fn check_scheme(text: &str) -> Result<(), Mistake> {
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    let is_right = scheme.is_some_and(|scheme| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_scheme)
    });
    if is_right {
        return Ok(());
    }
    mistake(format!("`{text}` is not a URI template"), "a scheme comes first, as in `note://{id}`")
}

fn mistake<T>(wrong: impl Into<String>, help: impl Into<String>) -> Result<T, Mistake> {
    Err((wrong.into(), help.into()))
}
