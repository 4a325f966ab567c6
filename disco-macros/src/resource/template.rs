//! URI templates, as far as their mistakes can be seen here. The SDK takes them apart once more.

/// A template taken apart.
pub(crate) struct Template {
    pub(crate) variables: Vec<String>,
    /// How many of them stand before the query.
    in_path: usize,
    shape: String,
}

/// What is wrong, and what to write.
type Mistake = (String, String);

impl Template {
    pub(crate) fn parse(text: &str) -> Result<Self, Mistake> {
        check_scheme(text)?;
        let mut template = Self { variables: Vec::new(), in_path: 0, shape: String::new() };
        let mut rest = text;
        let mut has_query = false;
        while let Some((before, after)) = rest.split_once('{') {
            template.text(before)?;
            let Some((inside, after)) = after.split_once('}') else {
                return mistake("a `{` in the template has no `}`", "close it, as in `note://{id}`");
            };
            if has_query || (inside.starts_with('?') && !after.is_empty()) {
                return mistake(
                    "something stands behind `{?...}`",
                    "a query is the end of a URI: move `{?...}` there",
                );
            }
            has_query = inside.starts_with('?');
            if before.is_empty() && !has_query {
                return mistake(
                    format!("nothing stands before `{{{inside}}}` to tell where it begins"),
                    "put a `/` or another text between the two variables",
                );
            }
            template.expression(inside)?;
            rest = after;
        }
        template.text(rest)?;
        Ok(template)
    }

    fn text(&mut self, text: &str) -> Result<(), Mistake> {
        if text.contains('}') {
            return mistake("a `}` in the template has no `{`", "open it, as in `note://{id}`");
        }
        if let Some(wrong) = text.chars().find(|c| c.is_whitespace() || c.is_control()) {
            return mistake(
                format!("the template contains {wrong:?}"),
                "a URI has no blanks: write `%20`, or another character",
            );
        }
        self.shape.push_str(text);
        Ok(())
    }

    fn expression(&mut self, inside: &str) -> Result<(), Mistake> {
        let names = if let Some(names) = inside.strip_prefix('?') {
            names.split(',').collect()
        } else if let Some(name) = inside.strip_prefix('+') {
            self.shape.push_str("{+}");
            vec![name]
        } else {
            self.shape.push_str("{}");
            vec![inside]
        };
        for name in names {
            let is_name = |c: char| c.is_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(is_name) {
                return mistake(
                    format!("`{{{inside}}}` is not a variable"),
                    "write `{name}` for one segment, `{+path}` for many, `{?a,b}` for a query",
                );
            }
            if self.variables.iter().any(|known| known == name) {
                return mistake(format!("`{name}` stands in the template twice"), "give each its own name");
            }
            self.variables.push(name.to_owned());
            self.in_path += usize::from(!inside.starts_with('?'));
        }
        Ok(())
    }

    /// Those before the query.
    pub(crate) fn in_path(&self) -> &[String] {
        self.variables.get(..self.in_path).unwrap_or_default()
    }

    /// Its spelling with all variables called the same: two of one shape fit the same URIs.
    pub(crate) fn shape(&self) -> String {
        self.shape.clone()
    }
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
