//! Variables by the types of the parameters, both ways.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use disco_sdk::Annotations;
use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use disco_sdk::protocol::completion::CompleteParams;
use serde_json::json;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Language {
    German,
    Latin,
}

impl FromStr for Language {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "de" => Ok(Self::German),
            "la" => Ok(Self::Latin),
            _ => Err("expected `de` or `la`".to_owned()),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::German { "de" } else { "la" })
    }
}

const LANGUAGES: [&str; 2] = ["de", "la"];

/// A file of a shelf.
#[resource("shelf://{shelf}/{+path}{?tags*,language}{#page}")]
fn shelved(
    shelf: u8,
    path: PathBuf,
    tags: Vec<String>,
    #[arg(complete = LANGUAGES)] language: Option<Language>,
    page: Option<u32>,
) -> String {
    format!("{shelf} {} {tags:?} {language:?} {page:?}", path.display())
}

/// What is found.
#[resource("find://all{/kinds*}{;limits*}{?query,more*}")]
fn found(
    kinds: Vec<Language>,
    limits: BTreeMap<String, u32>,
    query: String,
    more: HashMap<String, String>,
) -> String {
    let more: BTreeMap<_, _> = more.into_iter().collect();
    format!("{kinds:?} {limits:?} {query} {more:?}")
}

/// What is lent.
#[resource("loan://{book_id}{?on}")]
fn loan(#[arg(rename = "book_id")] book: u64, #[arg(rename = "on")] day: Option<String>) -> String {
    format!("{book} {day:?}")
}

/// Where a word stands.
#[resource("word://{word:1}/{word}{.kind}{?at}")]
fn word(word: String, kind: Option<String>, at: Vec<u32>) -> String {
    format!("{word} {kind:?} {at:?}")
}

/// Some bytes.
#[resource("raw://logo", size = 4, mime_type = "image/x-logo",
    annotations = Annotations::default().with_audience(Role::User).with_priority(0.25).with_last_modified("2026-01-02T03:04:05Z"))]
fn logo() -> Vec<u8> {
    vec![0, 159, 146, 150]
}

struct Notes<D>(D);

#[handlers]
impl<D: fmt::Display + Send + Sync + 'static> Notes<D> {
    /// A note.
    #[resource("note://{folder}/{id}")]
    fn note(&self, folder: String, id: u64) -> String {
        let next = Self::note_uri(&folder, id + 1);
        format!("{} {folder} {id}, then {next}", self.0)
    }

    /// Of the same name as what would be written for a resource.
    #[resource("other://{id}")]
    fn other(&self, id: u64) -> String {
        self.other_uri(id)
    }

    fn other_uri(&self, id: u64) -> String {
        format!("{} {id}", self.0)
    }
}

fn library() -> Server {
    Server::new("library", "1").with(resources![shelved, found, word, logo, loan]).with(Notes("a note"))
}

async fn text(client: &Client, uri: &str) -> Result<String> {
    let contents = client.read(uri).await?.contents.remove(0);
    assert_eq!(contents.uri, uri);
    Ok(contents.text.expect("a text"))
}

#[disco_sdk::test(server = library())]
async fn what_is_written_in_a_uri_reaches_the_handler(client: Client) -> Result<()> {
    let tags = vec!["red wool".to_owned(), "50%,&=".to_owned()];
    let uri = shelved::uri(7, "a b/ü?.txt", tags, Some(Language::Latin), Some(3));
    assert_eq!(uri, "shelf://7/a%20b/%C3%BC%3F.txt?tags=red%20wool&tags=50%25%2C%26%3D&language=la#3");
    let read = text(&client, &uri).await?;
    assert_eq!(read, r#"7 a b/ü?.txt ["red wool", "50%,&="] Some(Latin) Some(3)"#);

    let bare = shelved::uri(7, "", Vec::new(), None, None);
    assert_eq!(bare, "shelf://7/");
    assert_eq!(text(&client, &bare).await?, "7  [] None None");

    let more = HashMap::from([("a/b".to_owned(), "1".to_owned()), ("c".to_owned(), "=".to_owned())]);
    let limits = BTreeMap::from([("from".to_owned(), 1), ("to".to_owned(), 9)]);
    let uri = found::uri(vec![Language::German, Language::Latin], limits, "x", more);
    assert_eq!(uri, "find://all/de/la;from=1;to=9?query=x&a%2Fb=1&c=%3D");
    let read = text(&client, &uri).await?;
    assert_eq!(read, r#"[German, Latin] {"from": 1, "to": 9} x {"a/b": "1", "c": "="}"#);

    let uri = word::uri("élan", Some("noun.male".to_owned()), vec![1, 20]);
    assert_eq!(uri, "word://%C3%A9/%C3%A9lan.noun.male?at=1,20");
    assert_eq!(text(&client, &uri).await?, r#"élan Some("noun.male") [1, 20]"#);
    let uri = word::uri("a.b", None, Vec::new());
    assert_eq!(uri, "word://a/a%2Eb", "what could be a kind is escaped");
    assert_eq!(text(&client, &uri).await?, "a.b None []");

    assert_eq!(text(&client, &Notes::<&str>::note_uri("a/b", 1)).await?, "a note a/b 1, then note://a%2Fb/2");
    assert_eq!(text(&client, "other://4").await?, "a note 4");
    Ok(())
}

#[disco_sdk::test(server = library(), transports(memory, http))]
async fn a_path_that_leads_out_is_refused_however_it_is_spelled(client: Client) -> Result<()> {
    for path in [
        "../a",
        "a/../../b",
        "..",
        "%2e%2e/a",
        "a/%2E%2E",
        "%252e%252e/a",
        "/etc/passwd",
        "%2Fetc",
        "%00",
        "a%00b",
        "C:%5Cx",
        "%5C%5Chost",
        "c:/x",
        "C%3A/x",
        "a%5C..%5Cb",
    ] {
        let error = client.read(&format!("shelf://1/{path}")).await.unwrap_err();
        assert_eq!(error.code().0, -32602, "{path}: {error}");
        assert!(
            error.message().contains("{path}: given") && error.message().contains("a relative path"),
            "{error}"
        );
    }
    assert_eq!(text(&client, "shelf://1/a..b/...%25").await?, "1 a..b/...% [] None None");
    Ok(())
}

#[disco_sdk::test(server = library(), transports(memory))]
async fn what_is_no_value_of_its_type_is_told(client: Client) -> Result<()> {
    for (uri, words) in [
        ("shelf://300/x", r#"{shelf}: given "300", expected an integer from 0"#),
        ("shelf://1/x?language=fr", r#"{language}: given "fr", expected `de` or `la`"#),
        ("shelf://1/x?tags=a&title=b", "{tags}: given \"a,b\", `title` is no variable of this URI"),
        ("find://all", "{query}: missing"),
        ("find://all/de/fr?query=x", r#"{kinds}: given "de,fr", expected `de` or `la`"#),
        ("find://all?query=x&a=1&a=2", "{more}: given \"1,2\", `a` stands in it twice"),
        ("word://a/ab?at=1,x", r#"{at}: given "1,x", expected an integer from 0"#),
    ] {
        let error = client.read(uri).await.unwrap_err();
        assert!(error.message().contains(words), "{uri}: {error}");
    }
    for none in ["word://a/ba", "word://ab/ab", "find://all?query=1&query=2", "raw://logo?x=1"] {
        assert!(client.read(none).await.unwrap_err().message().contains("resource not found"), "{none}");
    }
    Ok(())
}

#[disco_sdk::test(server = library())]
async fn bytes_have_a_size_and_come_as_they_are(client: Client) -> Result<()> {
    let listed = client.resources().await?.remove(0);
    assert_eq!(
        (listed.uri.as_str(), listed.size, listed.mime_type.as_deref()),
        ("raw://logo", Some(4), Some("image/x-logo"))
    );
    let annotations = listed.annotations.expect("they were said");
    assert_eq!((annotations.priority, annotations.audience), (Some(0.25), Some(vec![Role::User])));
    let contents = client.read(&logo::uri()).await?.contents.remove(0);
    assert_eq!((contents.blob.as_deref(), contents.text), (Some("AJ+Slg=="), None));
    assert_eq!(contents.mime_type.as_deref(), Some("image/x-logo"));
    Ok(())
}

#[disco_sdk::test(server = library(), since = V2025_03_26)]
async fn variables_of_any_operator_are_completed(client: Client) -> Result<()> {
    let params: CompleteParams = serde_json::from_value(json!({
        "ref": {"type": "ref/resource", "uri": "shelf://{shelf}/{+path}{?tags*,language}{#page}"},
        "argument": {"name": "language", "value": "L"},
    }))?;
    assert_eq!(client.complete(&params).await?.values, ["la"]);
    Ok(())
}

#[tokio::test]
async fn a_variable_of_another_name_than_its_parameter_is_read_and_written() {
    let client = library().client().await.unwrap();
    let uri = loan::uri(7, Some("mon day".to_owned()));
    assert_eq!(uri, "loan://7?on=mon%20day");
    assert_eq!(client.read(&uri).await.unwrap().contents[0].text.as_deref(), Some("7 Some(\"mon day\")"));
}
