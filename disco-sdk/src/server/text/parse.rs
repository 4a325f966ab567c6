//! Values of one text: read by `FromStr`, or by serde.

use std::fmt::Display;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::schema::{self, JsonSchema};
use crate::server::args::{Problem, decode, listed};

/// Reads a `T`, or says what is wrong.
pub(crate) fn parse<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| {
        let expected = match std::any::type_name::<T>() {
            "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "an integer, such as 1",
            "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "an integer from 0, such as 1",
            "f32" | "f64" => "a number, such as 0.5",
            "bool" => "true or false",
            "char" => "one character",
            _ => return error.to_string(),
        };
        format!("expected {expected}")
    })
}

/// Reads a `T` as if the text were a string of JSON, or else as JSON.
pub(crate) fn read<T: DeserializeOwned + JsonSchema>(text: &str) -> Result<T, String> {
    let string = Value::from(text).to_string();
    decode::<T>(&string).or_else(|fault| {
        decode::<T>(text).map_err(|_| Problem::inside(&fault, &schema::of_input::<T>(), &string).words(false))
    })
}

/// The words that a schema lists.
pub(super) fn choices<T: JsonSchema>() -> Vec<String> {
    let schema = schema::of_input::<T>();
    let listed = listed(&schema, &schema).unwrap_or_default();
    listed.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The words of a type of Rust.
pub(super) fn choices_of_type<T>() -> Vec<String> {
    match std::any::type_name::<T>() {
        "bool" => vec!["true".to_owned(), "false".to_owned()],
        _ => Vec::new(),
    }
}
