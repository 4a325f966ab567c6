//! Which of several templates a URI means.

use disco_sdk::prelude::*;

/// One page.
#[resource("page://new")]
fn new() -> &'static str {
    "new"
}

/// A page.
#[resource("page://{id}")]
fn by_id(id: String) -> String {
    format!("id {id}")
}

/// A page in a language.
#[resource("page://{id}{?language}")]
fn translated(id: String, language: Option<String>) -> String {
    format!("{id} in {language:?}")
}

/// The notes on a page.
#[resource("page://{id}/notes")]
fn notes(id: String) -> String {
    format!("notes of {id}")
}

/// A part of a page.
#[resource("page://{id}/{part}")]
fn part(id: String, part: String) -> String {
    format!("{part} of {id}")
}

/// Whatever else there is.
#[resource("page://{+rest}")]
fn rest(rest: String) -> String {
    format!("rest {rest}")
}

/// Fits what `part` fits, now and then.
#[resource("page://notes/{part}")]
fn notes_of(part: String) -> String {
    part
}

/// Fits what `by_id` fits.
#[resource("page://{name:9}")]
fn by_name(name: String) -> String {
    name
}

#[tokio::test]
async fn the_template_that_says_most_is_meant() {
    // The last first: their order does not matter.
    let server = Server::new("pages", "1").with(resources![rest, part, notes, translated, by_id, new]);
    let client = server.client().await.unwrap();
    for (uri, text) in [
        ("page://new", "new"),
        ("page://7", "id 7"),
        ("page://7?language=la", "7 in Some(\"la\")"),
        ("page://7/notes", "notes of 7"),
        ("page://7/8", "8 of 7"),
        ("page://7/8/9", "rest 7/8/9"),
    ] {
        let read = client.read(uri).await.unwrap();
        assert_eq!(read.contents[0].text.as_deref(), Some(text), "{uri}");
    }
}

#[test]
fn two_that_say_as_much_of_one_uri_are_both_named() {
    let words = |server: Server| server.build().unwrap_err().to_string();
    let first = words(Server::new("pages", "1").with(resources![notes, notes_of, part, by_id]));
    let expected = "resources `page://{id}/notes` (e2e::uris::meaning) and `page://notes/{part}` \
                    (e2e::uris::meaning) both fit `page://notes/notes`, and neither says more of it";
    assert!(first.contains(expected), "{first}");
    assert_eq!(first.matches("both fit").count(), 1, "{first}");
    let second = words(Server::new("pages", "1").with(resources![by_id, by_name, rest]));
    assert!(second.contains("`page://{id}`") && second.contains("`page://{name:9}`"), "{second}");
    assert_eq!(second.matches("both fit").count(), 1, "{second}");
    let twice = words(Server::new("pages", "1").with(resources![new]).with(resources![new]));
    assert!(twice.contains("both fit `page://new`"), "{twice}");
}

#[tokio::test]
async fn what_would_be_ambiguous_is_not_added_to_a_server_either() {
    let service = Server::new("pages", "1").with(resources![by_id]).build().unwrap();
    let refused = service.registry().add(resources![by_name]).unwrap_err();
    assert!(refused.message().contains("`page://{name:9}`"), "{refused}");
    service.registry().add(resources![part]).unwrap();
    assert_eq!(service.client().await.unwrap().resource_templates().await.unwrap().len(), 2);
}
