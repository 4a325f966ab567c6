//! What fits a template, and what is read from it.

use super::{list, template};
use crate::server::resource::template::{Template, Value};

/// All variables of one text that stand in the URI.
fn matched(spelling: &str, uri: &str) -> Option<Vec<(String, String)>> {
    let variables = template(spelling).match_uri(uri)?;
    let mut texts: Vec<_> =
        variables.names().filter_map(|name| Some((name.to_owned(), variables.text(name)?))).collect();
    texts.sort();
    Some(texts)
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what may not match")]
fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Option<Vec<(String, String)>> {
    Some(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
}

#[test]
fn a_variable_is_one_segment() {
    assert_eq!(matched("note://{id}", "note://7"), pairs([("id", "7")]));
    assert_eq!(matched("note://{id}", "note://7/8"), None);
    assert_eq!(matched("note://{id}", "note://"), None);
    assert_eq!(matched("note://{id}/body", "note://7/body"), pairs([("id", "7")]));
    assert_eq!(matched("note://{id}", "other://7"), None);
    assert_eq!(matched("note://{id}", "note://ann@example.org,x"), pairs([("id", "ann@example.org,x")]));
}

#[test]
fn a_rest_has_slashes_and_may_be_empty() {
    assert_eq!(matched("file:///{+path}", "file:///a/b"), pairs([("path", "a/b")]));
    assert_eq!(matched("file:///{+path}", "file:///"), pairs([("path", "")]));
    assert_eq!(matched("file:///{+path}", "file:///a?b"), None);
    let both = "git://{+path}/blob/{name}";
    assert_eq!(matched(both, "git://a/blob/b/blob/c"), pairs([("name", "c"), ("path", "a/blob/b")]));
}

#[test]
fn segments_and_labels_that_are_missing_are_the_last() {
    let path = "a://x{/one,two}";
    assert_eq!(matched(path, "a://x"), pairs([]));
    assert_eq!(matched(path, "a://x/1"), pairs([("one", "1")]));
    assert_eq!(matched(path, "a://x/1/2"), pairs([("one", "1"), ("two", "2")]));
    assert_eq!(matched(path, "a://x/1/2/3"), None);
    assert_eq!(matched("a://x{/one}/y", "a://x/y"), pairs([]));
    assert_eq!(matched("a://x{.kind,rest}", "a://x.1.2.3"), pairs([("kind", "1"), ("rest", "2.3")]));
}

#[test]
fn a_query_comes_in_any_order_or_not_at_all() {
    let template = "search://{index}{?q,page}";
    assert_eq!(matched(template, "search://x"), pairs([("index", "x")]));
    assert_eq!(matched(template, "search://x?"), pairs([("index", "x")]));
    let read = pairs([("index", "x"), ("page", "2"), ("q", "a b&")]);
    assert_eq!(matched(template, "search://x?page=2&q=a+b%26"), read);
    assert_eq!(matched(template, "search://x?other=1"), None);
    assert_eq!(matched(template, "search://x?q=1&q=2"), None);
    assert_eq!(matched("a://x?fixed=1{&q}", "a://x?fixed=1&q=2"), pairs([("q", "2")]));
    assert_eq!(matched("a://x?fixed=1{&q}", "a://x?q=2&fixed=1"), None);
    assert_eq!(
        matched("a://x{?q}{&r}{#s}", "a://x?q=1&r=2#/3?"),
        pairs([("q", "1"), ("r", "2"), ("s", "/3?")])
    );
}

#[test]
fn parameters_of_a_segment_come_in_any_order() {
    assert_eq!(matched("a://{id}{;x,y}/z", "a://1;y=3;x/z"), pairs([("id", "1"), ("x", ""), ("y", "3")]));
    assert_eq!(matched("a://{id}{;x,y}/z", "a://1/z"), pairs([("id", "1")]));
}

#[test]
fn an_exploded_variable_has_as_many_items_as_there_are() {
    let list_of = |spelling: &str, uri: &str| template(spelling).match_uri(uri)?.list("all");
    let some = |items: &[&str]| match list(items) {
        Value::List(items) => Some(items),
        _ => None,
    };
    assert_eq!(list_of("a://x{/all*}", "a://x/1/2%2F/3"), some(&["1", "2/", "3"]));
    assert_eq!(list_of("a://x{/all*,last}", "a://x/1/2/3"), some(&["1", "2"]));
    assert_eq!(list_of("a://x{/all*,last}", "a://x/1"), None, "it is the last that is there");
    assert_eq!(list_of("a://x{?all*,page}", "a://x?all=1&page=2&all=3"), some(&["1", "3"]));
    assert_eq!(list_of("a://x{?all}", "a://x?all=1,2%2C3"), some(&["1", "2,3"]));
    assert_eq!(list_of("a://{all*}", "a://1,2"), some(&["1", "2"]));
    assert_eq!(list_of("a://x{?all*}", "a://x?other=1"), None, "that is a map");

    let map_of = |spelling: &str, uri: &str| template(spelling).match_uri(uri)?.map("all");
    let pairs = Some(vec![("a".to_owned(), "1".to_owned()), ("b c".to_owned(), "=".to_owned())]);
    assert_eq!(map_of("a://x{?page,all*}", "a://x?a=1&page=7&b+c=%3D"), pairs);
    assert_eq!(map_of("a://x{/all*}", "a://x/a=1/b%20c=%3D"), pairs);
    assert_eq!(map_of("a://x{?all}", "a://x?all=a,1,b+c,%3D"), pairs);
    assert_eq!(map_of("a://x{?all}", "a://x?all=a,1,b"), None);
}

#[test]
fn a_prefix_is_as_long_as_it_may_be_and_begins_the_whole() {
    assert_eq!(matched("a://{id:2}", "a://%C3%A9x"), pairs([("id", "éx")]));
    assert_eq!(matched("a://{id:2}", "a://123"), None);
    assert_eq!(matched("a://{id:2}/{id}", "a://12/123"), pairs([("id", "123")]));
    assert_eq!(matched("a://{id}/{id:2}", "a://1/1"), pairs([("id", "1")]));
    for wrong in ["a://12/132", "a://1/123", "a://12/1"] {
        assert_eq!(matched("a://{id:2}/{id}", wrong), None, "{wrong}");
    }
    assert_eq!(matched("a://{id}/{id}", "a://1/1"), pairs([("id", "1")]));
    assert_eq!(matched("a://{id}/{id}", "a://1/2"), None);
}

#[test]
fn escapes_are_undone_and_wrong_ones_do_not_fit() {
    assert_eq!(matched("n://{id}", "n://a%2Fb%C3%A9"), pairs([("id", "a/bé")]));
    for wrong in ["n://%", "n://%4", "n://%zz", "n://%ff"] {
        assert_eq!(matched("n://{id}", wrong), None, "{wrong}");
    }
    assert_eq!(matched("n://{a}2{b}", "n://x%2Fy2z"), pairs([("a", "x/y"), ("b", "z")]));
}

#[test]
fn two_variables_share_a_segment_by_what_stands_between() {
    assert_eq!(matched("v://{major}.{minor}", "v://1.2"), pairs([("major", "1"), ("minor", "2")]));
    assert_eq!(matched("v://{major}.{minor}", "v://1.2.3"), pairs([("major", "1"), ("minor", "2.3")]));
    assert_eq!(matched("v://{major}.{minor}", "v://12"), None);
}

#[test]
fn a_long_uri_takes_no_long_time() {
    let template = Template::parse("x://{a}-{b}-{c}-{d}-{e}-{f}-{g}!").unwrap();
    let uri = format!("x://{}", "-".repeat(8000));
    assert_eq!(template.match_uri(&uri), None);
    assert_eq!(template.match_uri(&"x".repeat(1 << 20)), None);
}
