//! The same handlers and the same answers in every revision.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use disco_sdk::Version;
use disco_sdk::client::{Answers, Question};
use serde_json::{Value, json};

use super::fixture::{Effects, in_a_loop, in_a_row, together};
use super::{accept, asking, capabilities, client, with_forms};

#[tokio::test]
async fn a_struct_is_asked_for_by_one_flat_form() {
    for version in with_forms() {
        let client = client(version, move |question| {
            assert_eq!(question.method, "elicitation/create");
            assert_eq!(question.message(), "What would you like?");
            let schema = &question.params["requestedSchema"];
            assert_eq!(schema["required"], json!(["count", "size"]));
            assert_eq!(schema["properties"]["count"]["maximum"], 9);
            let size = &schema["properties"]["size"];
            if version >= Version::V2025_11_25 {
                assert_eq!(question.params["mode"], "form");
                assert_eq!(size["oneOf"][0], json!({"const": "small", "title": "Fits children."}));
            } else {
                assert_eq!(question.params.get("mode"), None);
                assert_eq!(size["enum"], json!(["small", "large"]));
                assert_eq!(size["enumNames"], json!(["Fits children.", "Fits everybody."]));
            }
            accept(&json!({"count": 2, "size": "large", "note": "please"}))
        });
        let result = client.await.call("order", json!({})).await.unwrap();
        assert_eq!(result.text(), "2 Large please", "{version}");
    }
}

#[tokio::test]
async fn questions_come_one_after_the_other_or_together() {
    for version in with_forms() {
        let client = client(version, |question| match question.message() {
            "Your first name?" | "Your name?" => accept(&json!({"value": "Ada"})),
            "Your last name?" => accept(&json!({"value": "Lovelace"})),
            "How many?" => accept(&json!({"value": 2})),
            _ if question.method == "roots/list" => Some(json!({"roots": [{"uri": "file:///home"}]})),
            _ => {
                Some(json!({"role": "assistant", "content": {"type": "text", "text": "Paris"}, "model": "m"}))
            }
        });
        let client = client.await;
        assert_eq!(in_a_row::call(&client).await.unwrap(), "Ada Lovelace", "{version}");
        assert_eq!(in_a_loop::call(&client).await.unwrap(), 6, "{version}");
        assert_eq!(together::call(&client).await.unwrap(), "Ada, Paris, 1", "{version}");
    }
}

#[tokio::test]
async fn prompts_and_resources_ask_too() {
    for version in with_forms() {
        let client = client(version, |_| accept(&json!({"value": "bees"}))).await;
        let prompt = client.prompt("about", json!({})).await.unwrap();
        assert_eq!(prompt.messages[0].content, disco_sdk::Content::text("Tell me about bees."));
        let letter = client.read("letter://Ada").await.unwrap();
        assert_eq!(letter.contents[0].text.as_deref(), Some("Dear Ada, bees"), "{version}");
    }
}

#[tokio::test]
async fn a_no_is_an_error_that_names_the_question_unless_it_is_expected() {
    for version in with_forms() {
        for (action, code) in [("decline", "DECLINED"), ("cancel", "DISMISSED")] {
            let client = client(version, move |_| Some(json!({"action": action}))).await;
            let result = client.call("order", json!({})).await.unwrap();
            assert!(result.is_error, "{version}");
            assert!(result.text().contains(code), "{}", result.text());
            assert!(result.text().contains("What would you like?"), "{}", result.text());
            assert_eq!(client.call("optional", json!({})).await.unwrap().text(), "nobody", "{version}");
            let error = client.prompt("about", json!({})).await.unwrap_err();
            assert_eq!(error.data()["code"], code, "{version}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_asked_for_again_three_times_at_most() {
    for version in with_forms() {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let first = client(version, move |question| {
            match count.fetch_add(1, Ordering::Relaxed) {
                0 => assert_eq!(question.message(), "What would you like?"),
                _ => assert!(question.message().contains("must be at most 9"), "{}", question.message()),
            }
            let count = if count.load(Ordering::Relaxed) < 3 { 12 } else { 1 };
            accept(&json!({"count": count, "size": "small"}))
        });
        let result = first.await.call("order", json!({})).await.unwrap();
        assert_eq!(result.text(), "1 Small ", "{version}");
        assert_eq!(asked.load(Ordering::Relaxed), 3);

        let stubborn = client(version, |_| accept(&json!({"count": 12, "size": "small"}))).await;
        let result = stubborn.call("order", json!({})).await.unwrap();
        assert!(result.is_error && result.text().contains("INVALID_ANSWER"), "{}", result.text());
        assert!(result.text().contains("at most 9"), "{}", result.text());
    }
}

#[tokio::test]
async fn a_client_that_cannot_be_asked_is_not_asked() {
    for version in Version::ALL {
        let service = asking().build().unwrap();
        let client = service.client_in(version).await.unwrap();
        for (tool, required) in
            [("order", json!({"elicitation": {"form": {}}})), ("visit", json!({"elicitation": {"url": {}}}))]
        {
            if version.is_legacy() {
                let result = client.call(tool, json!({})).await.unwrap();
                assert!(result.is_error && result.text().contains("elicitation"), "{}", result.text());
            } else {
                let error = client.call(tool, json!({})).await.unwrap_err();
                assert_eq!(error.code().0, -32021);
                assert_eq!(error.data()["requiredCapabilities"], required);
            }
        }
        assert_eq!(client.call("careful", json!({})).await.unwrap().text(), "cannot be asked");

        // What a revision does not have, no client can do, whatever it says.
        let answers = Answers::new(capabilities(), |_| accept(&json!({"value": "Ada"})));
        let client = service.client_with(version, answers).await.unwrap();
        let careful = client.call("careful", json!({})).await.unwrap().text();
        let has_forms = version >= Version::V2025_06_18;
        assert_eq!(careful, if has_forms { "Ada" } else { "cannot be asked" }, "{version}");
        let visit = client.call("visit", json!({})).await.unwrap();
        assert_eq!(visit.is_error, version < Version::V2025_11_25, "{version}: {}", visit.text());
    }
}

#[tokio::test]
async fn a_field_that_a_revision_cannot_show_is_named() {
    for version in with_forms() {
        let client = client(version, |_| accept(&json!({"sizes": ["small"]}))).await;
        let several = client.call("several", json!({})).await;
        if version >= Version::V2025_11_25 {
            assert_eq!(several.unwrap().text(), "1", "{version}");
        } else {
            let error = several.unwrap_err();
            assert!(error.message().contains("`sizes`"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_url_is_named_where_the_revision_has_names_for_it() {
    for version in with_forms().filter(|&version| version >= Version::V2025_11_25) {
        let client = client(version, move |question| {
            assert_eq!(question.params["mode"], "url");
            assert_eq!(question.params["url"], "https://example.com/sign-in");
            let has_id = question.params["elicitationId"].is_string();
            assert_eq!(has_id, version == Version::V2025_11_25);
            Some(json!({"action": "accept"}))
        });
        assert_eq!(client.await.call("visit", json!({})).await.unwrap().text(), "gone there", "{version}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_question_fits_the_schema_of_its_revision() {
    for version in with_forms() {
        let schema = crate::wire::Schema::of(version);
        let seen: Arc<std::sync::Mutex<Vec<Value>>> = Arc::default();
        let keep = Arc::clone(&seen);
        let client = client(version, move |question| {
            let mut message = json!({"method": question.method, "params": question.params});
            if version.is_legacy() && version >= Version::V2025_11_25 {
                message["jsonrpc"] = json!("2.0");
                message["id"] = json!(1);
            }
            keep.lock().unwrap().push(message);
            None
        })
        .await;
        for tool in ["order", "together", "visit", "several"] {
            // Nobody answers; the call is dropped when the questions were seen.
            let call = client.call(tool, json!({}));
            let _ = tokio::time::timeout(std::time::Duration::from_millis(50), call).await;
        }
        for message in seen.lock().unwrap().iter() {
            let name = match message["method"].as_str().unwrap() {
                "elicitation/create" => "ElicitRequest",
                "roots/list" => "ListRootsRequest",
                _ => "CreateMessageRequest",
            };
            schema.check(name, message);
        }
        assert!(seen.lock().unwrap().len() >= 4);
    }
}

#[tokio::test]
async fn an_effect_happens_once_however_often_the_handler_runs() {
    for version in with_forms() {
        let effects = Arc::new(Effects::default());
        let service = asking().shared_state(Arc::clone(&effects)).build().unwrap();
        let hook = |question: &Question| match question.message() {
            "Is it a present?" => accept(&json!({"value": false})),
            "Where shall it go?" => accept(&json!({"value": "Rome"})),
            _ => accept(&json!({"value": "a hat"})),
        };
        let client = service.client_with(version, Answers::new(capabilities(), hook)).await.unwrap();
        let bought = client.call("buy", json!({})).await.unwrap();
        assert_eq!(bought.text(), "a hat to Rome, paid 1 time", "{version}");
        assert_eq!(effects.done.load(Ordering::Relaxed), 1, "{version}");
        let runs = if version.is_legacy() { 1 } else { 4 };
        assert_eq!(effects.runs.load(Ordering::Relaxed), runs, "{version}");
    }
}

#[tokio::test]
async fn a_question_inside_an_effect_is_refused_at_once() {
    for version in with_forms() {
        let client = client(version, |_| accept(&json!({"value": "Ada"}))).await;
        let error = client.call("asks_inside", json!({})).await.unwrap_err();
        assert!(error.message().contains("inside `once`"), "{version}: {error}");
    }
}
