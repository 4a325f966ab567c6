//! Which of two templates is meant.

use super::template;

fn ambiguity(one: &str, other: &str) -> Option<String> {
    let (one, other) = (template(one), template(other));
    let found = one.ambiguity(&other);
    assert_eq!(found, other.ambiguity(&one));
    if let Some(uri) = &found {
        assert!(one.match_uri(uri).is_some() && other.match_uri(uri).is_some(), "{uri}");
    }
    found
}

#[test]
fn two_templates_that_fit_one_uri_are_told_apart_or_found() {
    assert_eq!(ambiguity("n://{id}/x", "n://{name}/x").as_deref(), Some("n://x/x"));
    assert_eq!(ambiguity("a://{x}/b", "a://b/{x}").as_deref(), Some("a://b/b"));
    assert_eq!(ambiguity("a://x{?p}", "a://x{?q}").as_deref(), Some("a://x"));
    assert_eq!(ambiguity("a://{x,y}", "a://{z}").as_deref(), Some("a://x,"));
    assert_eq!(ambiguity("a://x{/p*}", "a://x{/q,r}").as_deref(), Some("a://x"));
    assert_eq!(ambiguity("a://{x}ab", "a://ab{x}").as_deref(), Some("a://abab"));
    assert_eq!(ambiguity("a://{+x}#{y}", "a://{x}{#y}"), None, "the first spells `#`");
    // No URI fits both.
    assert_eq!(ambiguity("a://{x}", "b://{x}"), None);
    assert_eq!(ambiguity("a://x/{y}", "a://{y}"), None);
    assert_eq!(ambiguity("a://{x}/b", "a://{x}/c"), None);
    // One says more.
    assert_eq!(ambiguity("a://{x}", "a://{+x}"), None);
    assert_eq!(ambiguity("a://{x}", "a://{x}{?q}"), None);
    assert_eq!(ambiguity("a://{x}/new", "a://{x}/{y}"), None);
}

#[test]
fn the_template_that_says_more_is_the_greater() {
    let order = ["a://{x}/new", "a://{x}/{y}", "a://{x}", "a://{x}{?q}", "a://{+x}", "a://{+x}{?q}"];
    for pair in order.windows(2) {
        assert!(template(pair[0]).rank() > template(pair[1]).rank(), "{pair:?}");
    }
}
