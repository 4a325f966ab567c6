//! Templates, both ways.

mod ambiguity;
mod matching;
mod rfc;
mod round_trip;

use super::*;

fn template(text: &str) -> Template {
    Template::parse(text).unwrap()
}

fn text(text: &str) -> Value {
    text.into()
}

fn list(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| (*item).to_owned()).collect())
}

fn map(pairs: &[(&str, &str)]) -> Value {
    Value::Map(pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
}

#[test]
fn what_is_no_template_is_refused() {
    let wrong = [
        "n://{id",
        "n://id}",
        "n://{}",
        "n://{?}",
        "n://{a,}",
        "n://{a b}",
        "n://{a-b}",
        "n://{.}",
        "n://{a..b}",
        "n://{=a}",
        "n://{!a}",
        "n://{@a}",
        "n://{|a}",
        "n://{,a}",
        "n://{a:}",
        "n://{a:0}",
        "n://{a:x}",
        "n://{a:12345}",
        "n://{a:-1}",
        "n://{a:3*}",
        "n://{a*:3}",
        "n://{a**}",
        "n://{+}",
        "n://a b",
        "n://a<b",
        "n://a\\b",
        "n://50%",
        "n://%zz",
        "n://{a%}",
    ];
    for wrong in wrong {
        assert!(Template::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn names_are_told_once_and_in_order() {
    let template = template("n://{b:2}/{b}{?a,c*}");
    assert_eq!(template.names().collect::<Vec<_>>(), ["b", "a", "c"]);
    assert!(template.has_variables() && template.has_scheme());
    assert!(!Template::parse("{a}://x").unwrap().has_scheme());
    assert!(!Template::parse("1a://x").unwrap().has_scheme());
}

#[test]
fn text_that_no_uri_has_is_escaped_in_it() {
    assert_eq!(template("café://x/{id}").expand(&[("id", text("1"))]), "caf%C3%A9://x/1");
}
