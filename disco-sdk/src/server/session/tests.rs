//! What a session id tells, and what it is refused for.

use super::*;
use crate::transport::Limits;

fn params(capabilities: &serde_json::Value) -> InitializeParams {
    named("inspector", capabilities)
}

fn named(name: &str, capabilities: &serde_json::Value) -> InitializeParams {
    serde_json::from_value(serde_json::json!({
        "protocolVersion": Version::LATEST_LEGACY.as_str(),
        "capabilities": capabilities,
        "clientInfo": {"name": name, "version": name},
    }))
    .unwrap()
}

fn sessions_with(key: u8, limits: &Limits) -> Sessions {
    let keys = KeyRing::new(vec![[key; 32].into()]).unwrap();
    Sessions::new(&keys, "home".into(), limits)
}

fn sessions(key: u8) -> Sessions {
    sessions_with(key, &Limits::default())
}

fn nobody() -> Caller {
    Caller::anonymous()
}

fn opened(sessions: &Sessions) -> String {
    sessions.open(Version::LATEST_LEGACY, &params(&serde_json::json!({"sampling": {}})), &nobody()).unwrap()
}

#[test]
fn another_replica_with_the_key_opens_a_session() {
    let token = opened(&sessions(1));
    let session = sessions(1).resume(&token, &nobody()).unwrap();
    assert_eq!(session.version, Version::LATEST_LEGACY);
    assert_eq!(session.client.implementation().unwrap().name, "inspector");
    assert!(session.client.capabilities().sampling.is_some());
    assert!(session.place.unwrap().is_home);
    assert!(sessions(2).resume(&token, &nobody()).is_none());
    let away = Sessions { home: "elsewhere".into(), ..sessions(1) };
    assert!(!away.resume(&token, &nobody()).unwrap().place.unwrap().is_home);
}

#[test]
fn a_session_that_is_tampered_with_or_ended_or_expired_is_refused() {
    let here = sessions(1);
    let token = opened(&here);
    assert!(here.resume(&format!("{token}A"), &nobody()).is_none());
    assert!(here.resume("", &nobody()).is_none());
    let place = here.resume(&token, &nobody()).unwrap().place.unwrap();
    here.end(&place);
    here.end(&place);
    assert!(here.resume(&token, &nobody()).is_none());

    let params = params(&serde_json::json!({}));
    let old = Sealed::new([1; 16], "home", now() - 1, Version::LATEST_LEGACY, &params);
    let expired = here.seal.seal(&old.within(400).unwrap(), "").unwrap();
    assert!(here.resume(&expired, &nobody()).is_none());
}

#[test]
fn an_id_that_was_opened_before_is_still_good_for_its_own_caller_only() {
    let here = sessions(1);
    let (ada, eve) = (Caller::new("issuer", "ada"), Caller::new("issuer", "eve"));
    let client = params(&serde_json::json!({"sampling": {}}));
    let token = here.open(Version::LATEST_LEGACY, &client, &ada).unwrap();
    for _ in 0..2 {
        assert!(here.resume(&token, &ada).unwrap().client.capabilities().sampling.is_some());
        assert!(here.resume(&token, &eve).is_none() && here.resume(&token, &nobody()).is_none());
        assert!(here.resume(&format!("B{}", &token[1..]), &ada).is_none(), "only its end is the same");
    }
}

#[test]
fn a_session_id_stays_short_whatever_a_client_says() {
    let here = sessions(1);
    let long = "\"\u{1F980}\u{0}".repeat(1000);
    let huge: serde_json::Map<_, _> = (0..500).map(|at| (format!("x{at}"), serde_json::json!({}))).collect();
    let all = serde_json::json!({
        "roots": {"listChanged": true, "more": long},
        "sampling": {"tools": {}, "context": {}, "more": long},
        "elicitation": {"form": {}, "url": {}, "more": long},
        "experimental": huge,
        "extensions": huge,
    });
    let modest = serde_json::json!({"extensions": {"a": {}}, "experimental": huge});
    for (capabilities, keeps_extensions) in [(all, false), (modest, true)] {
        let token = here.open(Version::LATEST_LEGACY, &named(&long, &capabilities), &nobody()).unwrap();
        assert!(token.len() <= LONGEST_TOKEN, "{}", token.len());
        assert!(token.bytes().all(|byte| byte.is_ascii_graphic()));
        let session = here.resume(&token, &nobody()).unwrap();
        let kept = session.client.capabilities();
        assert!(kept.experimental.is_none());
        let known =
            Sealed::read(&here.seal.open(&token, &nobody().principal()).unwrap()).unwrap().capabilities;
        assert_eq!(known.extensions.is_some(), keeps_extensions);
        if !keeps_extensions {
            assert!(kept.sampling.as_ref().unwrap().contains_key("tools"));
            assert!(kept.elicitation.as_ref().unwrap().contains_key("url"));
        }
        assert!(session.client.implementation().unwrap().name.starts_with("\"\u{1F980}"));
    }
}

#[test]
fn what_is_live_is_bounded_and_idle_sessions_are_forgotten_first() {
    let here = sessions_with(1, &Limits { live_sessions: 2, ended_sessions: 2, ..Limits::default() });
    let places: Vec<Place> =
        (0..4).map(|_| here.resume(&opened(&here), &nobody()).unwrap().place.unwrap()).collect();
    here.keep(&places[0]).set_log_level(LogLevel::Debug);
    for place in &places[1..] {
        here.keep(place);
    }
    assert_eq!(here.keep(&places[0]).log_level(), Some(LogLevel::Debug));
    assert!(lock(&here.table).live.len() <= 2);
    // A session whose stream is open goes last.
    let stream = here.keep(&places[0]).begin_stream();
    here.keep(&places[1]).set_log_level(LogLevel::Debug);
    here.keep(&places[2]).set_log_level(LogLevel::Error);
    assert!(!stream.is_said());
    assert_eq!(here.keep(&places[2]).log_level(), Some(LogLevel::Error));
    for place in &places {
        here.end(place);
    }
    let table = lock(&here.table);
    assert_eq!((table.live.len(), table.order.len()), (0, 0));
    assert_eq!((table.ended.len(), table.ended_order.len()), (2, 2));
}
