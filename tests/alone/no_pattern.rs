//! Alone because of the patterns of the program, which are those of all that is linked into it: here there are none.

use disco_sdk::prelude::*;
use disco_sdk::schemars::{Schema, SchemaGenerator, json_schema};
use disco_sdk::server::tool::Tool;
use disco_sdk::{Exact, ToolOutput};
use serde::Deserialize;
use serde_json::json;

/// The code of a flight.
#[derive(Deserialize)]
struct Flight(String);

impl JsonSchema for Flight {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Flight".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[A-Z]{2}[0-9]+$"})
    }
}

/// All that is in the air.
#[derive(Deserialize, JsonSchema)]
struct Airport {
    flights: Vec<Flight>,
}

/// When flights arrive.
#[tool]
fn arrivals(flights: Vec<Flight>) -> Vec<String> {
    flights.into_iter().map(|flight| flight.0).collect()
}

/// Finds a row.
#[tool]
fn row(id: Exact<u64>) -> String {
    id.to_string()
}

#[test]
fn a_pattern_that_nothing_would_look_at_is_named_with_what_to_write() {
    let by_hand = Tool::typed("departures", async |_, Airport { flights }: Airport| {
        Ok(ToolOutput::text(format!("{} flights", flights.len())))
    });
    let server = Server::new("airport", "1.0.0").with(tools![arrivals]).with(by_hand);
    let error = server.build().unwrap_err().to_string();
    for tool in ["arrivals", "departures"] {
        let words = format!("tool `{tool}`: a type of its arguments has a pattern");
        assert!(error.contains(&words), "{error}");
    }
    assert!(error.contains("write `disco_sdk::patterns!();`"), "{error}");
}

#[tokio::test]
async fn an_exact_integer_reads_its_digits_by_itself() {
    let client = Server::new("rows", "1.0.0").with(tools![row]).client().await.unwrap();
    let answer = client.call("row", json!({"id": "18446744073709551615"})).await.unwrap();
    assert_eq!(answer.text(), "18446744073709551615");
    let answer = client.call("row", json!({"id": "12x"})).await.unwrap();
    assert!(answer.is_error && answer.text().contains("/id"), "{}", answer.text());
}
