//! Makes a JSON value small enough, and keeps its shape: long texts lose their middles, long lists too.

use serde::Serialize;
use serde_json::Value;

use super::ends::ends;

/// In a list of so few items all are kept and each is made smaller; a longer one loses items.
const FEW: usize = 16;
/// Room for the words in the place of what was left out.
const WORDS: usize = 40;
/// How many places are named where something was left out.
const PLACES: usize = 8;

/// A value made small, and what of it is not there.
pub(super) struct Small {
    pub(super) value: Value,
    pub(super) left_out: Vec<String>,
}

/// The value in about `most` bytes. Members of objects are never left out, so it may come out longer.
pub(super) fn shrink(value: &Value, most: usize) -> Small {
    let mut left_out = Vec::new();
    let value = shrunk(value, most, "", &mut left_out);
    left_out.truncate(PLACES);
    Small { value, left_out }
}

fn shrunk(value: &Value, most: usize, at: &str, left_out: &mut Vec<String>) -> Value {
    if written(value) <= most {
        return value.clone();
    }
    match value {
        Value::String(text) => {
            left_out.push(format!("{at}: the middle of {} bytes", text.len()));
            Value::String(ends(text, most.saturating_sub(WORDS)))
        }
        Value::Array(items) if items.len() > FEW => both_ends(items, most, at, left_out),
        Value::Array(items) => {
            let shares = shares(items.iter().map(written), most.saturating_sub(2 * items.len()));
            let each = items.iter().zip(shares).enumerate();
            each.map(|(index, (item, share))| shrunk(item, share, &format!("{at}/{index}"), left_out))
                .collect()
        }
        Value::Object(members) => {
            let names: usize = members.keys().map(|name| name.len() + 4).sum();
            let shares = shares(members.values().map(written), most.saturating_sub(names + 2));
            let each = members.iter().zip(shares);
            each.map(|((name, value), share)| {
                (name.clone(), shrunk(value, share, &format!("{at}/{name}"), left_out))
            })
            .collect()
        }
        short => short.clone(),
    }
}

/// The first items and the last: three quarters of the room for the first.
fn both_ends(items: &[Value], most: usize, at: &str, left_out: &mut Vec<String>) -> Value {
    let largest = most / 8;
    let small = |item: &Value| shrunk(item, largest, at, &mut Vec::new());
    let fitting = |items: &mut dyn Iterator<Item = &Value>, mut room: usize| {
        let mut kept = Vec::new();
        for item in items {
            let item = small(item);
            let size = written(&item) + 1;
            if size > room {
                break;
            }
            room -= size;
            kept.push(item);
        }
        kept
    };
    let mut kept = fitting(&mut items.iter(), most / 4 * 3);
    let (head, rest) = (kept.len(), &items[kept.len()..]);
    let mut tail = fitting(&mut rest.iter().rev(), most / 4);
    tail.reverse();
    left_out.push(format!(
        "{at}: all but the first {head} and the last {} of {} items",
        tail.len(),
        items.len()
    ));
    kept.append(&mut tail);
    Value::Array(kept)
}

/// Divides `room`: what needs little gets all it needs, the others get the same.
fn shares(sizes: impl Iterator<Item = usize>, room: usize) -> Vec<usize> {
    let sizes: Vec<usize> = sizes.collect();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|index| sizes[*index]);
    let (mut shares, mut room) = (vec![0; sizes.len()], room);
    for (done, index) in order.into_iter().enumerate() {
        shares[index] = sizes[index].min(room / (sizes.len() - done));
        room -= shares[index];
    }
    shares
}

/// How long it is as JSON.
pub(super) fn written(value: &impl Serialize) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    serde_json::to_writer(&mut count, value).map_or(usize::MAX, |()| count.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn long_texts_and_lists_lose_their_middles_and_the_shape_stays() {
        let value = json!({
            "path": "a",
            "text": format!("begin{}end", "\u{1}".repeat(50_000)),
            "items": (0..5000).map(|number| json!({"number": number})).collect::<Vec<_>>(),
            "few": [{"out": "x".repeat(9000)}, {"out": "y"}],
        });
        let Small { value, left_out } = shrink(&value, 10_000);
        assert!(written(&value) < 10_500, "{}", written(&value));
        assert_eq!(value["path"], "a");
        let text = value["text"].as_str().unwrap();
        assert!(text.starts_with("begin") && text.ends_with("end"), "{text}");
        let items = value["items"].as_array().unwrap();
        assert_eq!((&items[0]["number"], &items[items.len() - 1]["number"]), (&json!(0), &json!(4999)));
        assert_eq!(value["few"][1]["out"], "y");
        assert!(left_out.iter().any(|place| place.starts_with("/items: all but the first")), "{left_out:?}");
    }

    #[test]
    fn what_is_short_enough_stays_as_it_is() {
        let value = json!({"a": [1, 2, 3]});
        assert_eq!(shrink(&value, 100).value, value);
    }
}
