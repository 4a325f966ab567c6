//! What is written in a URI is read from it again, whatever it is.

use super::{template, text};
use crate::server::resource::template::Value;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }

    /// A text of all that is awkward in a URI.
    fn text(&mut self) -> String {
        const PIECES: &[&str] = &[
            "a",
            "Z",
            "0",
            "2",
            "F",
            "/",
            "?",
            "#",
            "&",
            "=",
            ";",
            ",",
            ".",
            "..",
            "-",
            "~",
            "_",
            "%",
            "%2F",
            "+",
            " ",
            ":",
            "@",
            "!",
            "*",
            "'",
            "(",
            "é",
            "日",
            "\u{1F600}",
            "\\",
            "\"",
            "\n",
            "{",
            "}",
            "[",
            "|",
            "blob",
            "x",
        ];
        (0..=self.below(6)).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }

    fn value(&mut self, kind: char, index: usize) -> Option<Value> {
        let optional = kind.is_uppercase() && self.below(3) == 0;
        (!optional).then(|| match kind.to_ascii_lowercase() {
            'l' => Value::List((0..=self.below(4)).map(|_| self.text()).collect()),
            'm' => Value::Map(
                // No name of another variable, and none twice.
                (0..=self.below(3)).map(|at| (format!("{}!{index}{at}", self.text()), self.text())).collect(),
            ),
            _ => Value::Text(self.text()),
        })
    }
}

/// Templates, with what stands at each variable: a text, list or map; large if it may be missing.
const TEMPLATES: &[(&str, &str)] = &[
    ("n://{a}", "t"),
    ("n://{+a}", "t"),
    ("n://{a}/{b}", "tt"),
    ("n://{a}.{b}", "tt"),
    ("n://{a}-{b}.{c}", "ttt"),
    ("n://{a}2{b}", "tt"),
    ("n://{a}x{b}", "tt"),
    ("n://{a,b}", "tt"),
    ("n://{+a}/blob/{b}", "tt"),
    ("n://{+a}/{b}{?c}", "ttT"),
    ("n://{+a,b}", "tt"),
    ("n://x{.a}", "T"),
    ("n://x{.a}/{b}{#c}", "TtT"),
    ("n://x{/a}/y", "T"),
    ("n://x{;a,b}", "TT"),
    ("n://{a}{;b,c}/y", "tTT"),
    ("n://x{?a,b,c}", "TTT"),
    ("n://x?y=1{&a,b}", "TT"),
    ("n://x{?a}{&b}{#c}", "TTT"),
    ("n://x{#a}", "T"),
    ("n://{a}", "l"),
    ("n://{a*}", "l"),
    ("n://{+a*}", "l"),
    ("n://x{/a*}", "L"),
    ("n://x{.a*}", "L"),
    ("n://x{;a*,b}", "LT"),
    ("n://x{?a*,b}", "LT"),
    ("n://x{?a,b*}", "LL"),
    ("n://x{#a*}", "L"),
    ("n://{a}", "m"),
    ("n://{a*}", "m"),
    ("n://x{/a*}", "M"),
    ("n://x{?a,b*}", "TM"),
    ("n://x{;a}{?b*}", "MM"),
    ("n://x{/a*,b}", "lt"),
    ("n://x{/a:1,a}", "T"),
    ("n://{a:3}/{a}{?b}", "tT"),
];

#[test]
fn what_is_written_in_a_uri_is_read_again() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for (spelling, kinds) in TEMPLATES {
        let template = template(spelling);
        let names: Vec<&str> = template.names().collect();
        assert_eq!(names.len(), kinds.len(), "{spelling}");
        for _ in 0..500 {
            let values: Vec<(&str, Value)> = names
                .iter()
                .zip(kinds.chars())
                .enumerate()
                .filter_map(|(index, (name, kind))| Some((*name, dice.value(kind, index)?)))
                .collect();
            let uri = template.uri(&values);
            let read = template.match_uri(&uri);
            let read = read.unwrap_or_else(|| panic!("{spelling}: {values:?} became {uri}"));
            for (name, value) in &values {
                let same = match value {
                    Value::Text(text) => read.text(name).as_ref() == Some(text),
                    Value::List(items) => read.list(name).as_ref() == Some(items),
                    Value::Map(pairs) => read.map(name).as_ref() == Some(pairs),
                };
                assert!(same, "{spelling}: {value:?} became {uri}, which is read as {read:?}");
            }
            assert!(read.names().all(|name| values.iter().any(|(given, _)| *given == name)), "{uri}");
            let is_uri = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
            assert!(uri.chars().all(is_uri), "{uri}");
        }
    }
}

#[test]
fn no_more_is_escaped_than_has_to_be() {
    let uri = |spelling: &str, value: &str| template(spelling).uri(&[("a", text(value))]);
    assert_eq!(uri("f:///{+a}", "src/a b?.rs"), "f:///src/a%20b%3F.rs");
    assert_eq!(uri("w://{+a}", "https://example.org/a"), "w://https://example.org/a");
    assert_eq!(uri("n://{a}.txt", "a.b"), "n://a.b.txt");
    assert_eq!(uri("n://{a}", "a/b é"), "n://a%2Fb%20%C3%A9");
}
