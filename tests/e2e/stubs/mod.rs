//! Typed calls, over every transport and in every revision.

mod fixture;

use std::collections::BTreeMap;
use std::sync::Arc;

use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use disco_sdk::{CallError, Version};
use disco_tests::Point;
use serde_json::json;

use fixture::{
    Metres, Order, Page, ScaleClient, Verdict, ada, add, again, divide, draw, echo, everything, greet, leaf,
    link, list, meet, mirror, motto, nothing, order, perhaps, raw, review, server, several, sing, tenant,
    verdict, whole,
};

#[disco_sdk::test(server = server())]
async fn a_tool_is_called_as_its_function_is(client: Client) -> Result<()> {
    assert_eq!(add::call(&client, 1, Some(2)).await?, 3);
    assert_eq!((add::call(&client, 1, None).await?, add::call(&client, 1, 5).await?), (2, 6));
    assert_eq!(greet::call(&client, "Ada", None).await?, "Hello Ada");
    assert_eq!(greet::call(&client, "Ada".to_owned(), "Lady ").await?, "Hello Lady Ada");
    assert_eq!(mirror::call(&client, Point { x: 1, y: 2 }).await?.0, Point { x: 2, y: 1 });
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn what_is_returned_comes_back_as_it_was(client: Client) -> Result<()> {
    let verdict = Verdict { result: Some(7) };
    let names = BTreeMap::from([("half".to_owned(), 0.5)]);
    let all = (Order::DownHill, verdict.clone(), vec![1, 2], names, json!({"result": 1}));
    let (order, one, numbers, by_name, any) = all.clone();
    assert_eq!(everything::call(&client, order, one, numbers, by_name, any).await?, all);
    assert_eq!(perhaps::call(&client, verdict.clone()).await?, Some(verdict.clone()));
    assert_eq!(perhaps::call(&client, None).await?, None);
    assert_eq!(verdict::call(&client, 7).await?, verdict);
    assert_eq!(
        (order::call(&client, true).await?, order::call(&client, false).await?),
        (Order::Up, Order::DownHill)
    );
    for text in ["3", "\"quoted\"", "{\"result\": 1}", "null", ""] {
        assert_eq!(echo::call(&client, text).await?, text);
    }
    assert_eq!(motto::call(&client, true).await?, "3");
    nothing::call(&client).await?;
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn content_comes_back_as_content(client: Client, version: Version) -> Result<()> {
    assert_eq!(draw::call(&client, vec![0, 255]).await?, Image::png([0, 255]));
    assert_eq!(sing::call(&client).await?, Audio::wav([1, 2, 3]));
    assert_eq!(several::call(&client).await?, several());
    assert_eq!(whole::call(&client).await?.text.as_deref(), Some("text"));
    let raw = raw::call(&client).await?;
    assert_eq!(
        (raw.content, raw.meta.unwrap()["com.example/took"].clone()),
        (vec![Content::text("raw")], json!(12))
    );
    let link = link::call(&client).await;
    if version >= Version::V2025_06_18 {
        assert_eq!(link?.uri, "a://b");
    } else {
        let words = link.unwrap_err().to_string();
        assert!(words.starts_with(r#"the answer of tool "link" is no "#), "{words}");
        assert!(words.ends_with("its content is no link; before 2025-06-18 there are none"), "{words}");
    }
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn a_failure_of_the_tool_keeps_its_code(client: Client) -> Result<()> {
    let Err(CallError::Failed(failure)) = divide::call(&client, 6, 0).await else {
        panic!("nothing can be divided by 0");
    };
    assert_eq!((failure.message(), failure.name()), ("6 cannot be divided by 0", Some("BY_ZERO")));
    assert_eq!((failure.suggestion(), &failure.data()["retryable"]), (Some("give another"), &json!(true)));
    let refused = divide::call(&client, 6, 101).await.unwrap_err();
    assert_eq!(refused.failure().and_then(Error::name), Some("INVALID_ARGUMENTS"));
    // By `?` it stays what it is.
    let failed = async || -> Result<i64> { Ok(divide::call(&client, 6, 0).await?) };
    assert_eq!(failed().await.unwrap_err().name(), Some("BY_ZERO"));
    Ok(())
}

#[disco_sdk::test(server = Server::new("another", "1.0.0").with(tools![other::add, motto]))]
async fn a_fault_and_a_wrong_answer_are_told_apart(client: Client) -> Result<()> {
    let Err(CallError::Protocol(error)) = divide::call(&client, 1, 1).await else {
        panic!("there is no such tool");
    };
    assert!(error.is_protocol() && error.message().contains(r#"no tool "divide""#), "{error}");
    let Err(CallError::Unreadable { tool, expected, reason }) = add::call(&client, 1, None).await else {
        panic!("this server adds otherwise");
    };
    assert_eq!((tool.as_str(), expected), ("add", "i64"));
    assert!(reason.contains("invalid type: map"), "{reason}");
    Ok(())
}

mod other {
    use std::collections::BTreeMap;

    use disco_sdk::prelude::*;

    /// Adds otherwise.
    #[tool]
    pub(super) fn add(a: i64) -> BTreeMap<String, i64> {
        BTreeMap::from([("sum".to_owned(), a)])
    }
}

#[disco_sdk::test(server = server(), answers = ada(), since = V2025_06_18)]
async fn what_a_tool_asks_is_answered(client: Client) -> Result<()> {
    assert_eq!(meet::call(&client).await?, "Hello, Ada!");
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn a_prompt_is_filled_in_by_type(client: Client) -> Result<()> {
    let filled = review::get(&client, "rust", 3, None).await?;
    assert_eq!(filled.messages, [PromptMessage::user("Hello Review  in rust: 3")]);
    let filled = review::get(&client, "rust", "4", "main.rs").await?;
    assert_eq!(filled.messages, [PromptMessage::user("Hello Review main.rs in rust: 4")]);
    let error = review::get(&client, "cobol", 3, Some("main.rs".to_owned())).await.unwrap_err();
    assert!(error.is_protocol() && error.message().contains("no longer spoken"), "{error}");
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn the_client_of_a_value_has_its_methods(client: Client) -> Result<()> {
    let scale = ScaleClient::<Metres>::new(&client);
    assert_eq!(scale.measure(5).await?.0, "5 m");
    assert_eq!(scale.weigh(5).await?, 5);
    let nothing = scale.weigh(None).await.unwrap_err();
    assert_eq!(nothing.failure().and_then(Error::name), Some("NOTHING"));
    assert_eq!(scale.ask(5).await?.messages, [PromptMessage::user("Measure 5.")]);
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn members_of_a_flattened_argument_are_sent_among_the_others(client: Client) -> Result<()> {
    let page = Page { offset: 2, limit: Some(9) };
    assert_eq!(
        list::call(&client, "notes", page, "down", 3).await?,
        "notes from 2 to Some(9), down, Some(3)"
    );
    assert_eq!(leaf::call(&client, Page::default()).await?, 0);
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn an_argument_that_has_a_default_can_be_left_out(client: Client) -> Result<()> {
    let listed = list::call(&client, "notes", Page::default(), None, None).await?;
    assert_eq!(listed, "notes from 0 to None, up, None");
    assert_eq!(leaf::call(&client, None).await?, 5);
    assert_eq!(again::get(&client, "Go on", None).await?.messages, [PromptMessage::user("Go on 3")]);
    assert_eq!(again::get(&client, "Go on", 4).await?.messages, [PromptMessage::user("Go on 4")]);
    Ok(())
}

#[disco_sdk::test(server = server())]
async fn an_extension_is_no_argument_of_the_call(client: Client) -> Result<()> {
    let failed = tenant::call(&client).await.unwrap_err();
    assert!(failed.to_string().contains("String"), "{failed}");
    Ok(())
}

#[tokio::test]
async fn calls_go_on_side_by_side_and_on_other_threads() -> Result<()> {
    let client = Arc::new(server().client().await?);
    let (one, two) = tokio::join!(add::call(&client, 1, 1), add::call(&client, 2, 2));
    assert_eq!((one?, two?), (2, 4));
    let elsewhere = tokio::spawn(async move { add::call(&client, 3, 3).await });
    assert_eq!(elsewhere.await??, 6);
    Ok(())
}
