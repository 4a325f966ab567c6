//! What `build()` and the selections of the registry do.

use disco_sdk::prelude::*;

struct Db;

/// Reads something.
#[tool]
fn read(db: State<Db>) -> &'static str {
    let _ = db;
    "read"
}

mod inner {
    use disco_sdk::prelude::*;

    /// Also called `read`.
    #[tool]
    pub(super) fn read() -> &'static str {
        "inner"
    }

    /// A page.
    #[resource("page://{number}")]
    fn page(number: u32) -> String {
        number.to_string()
    }

    pub(super) fn server() -> Server {
        Server::new("inner", "1").with(registered!(self))
    }
}

mod search {
    /// The type's name is taken by this module, so the tool names its own.
    #[disco_sdk::tool(type = SearchTool)]
    pub(super) fn find() -> &'static str {
        "found"
    }
}

/// A page by its title.
#[resource("page://{title}")]
fn titled(title: String) -> String {
    title
}

fn words(server: Server) -> String {
    server.build().unwrap_err().to_string()
}

#[test]
fn a_pattern_that_is_none_is_named() {
    /// Matches nothing.
    #[tool]
    fn odd(#[arg(pattern = "(")] code: String) -> String {
        code
    }
    /// Asks for nothing.
    #[prompt(type = OddPrompt)]
    fn odd_prompt(#[arg(pattern = "[")] code: String) -> String {
        code
    }
    let words = words(Server::new("a", "1").with(tools![odd]).with(prompts![OddPrompt]));
    assert!(words.contains("tool `odd`: argument `code`: `(` is no pattern"), "{words}");
    assert!(words.contains("prompt `odd_prompt`: argument `code`: `[` is no pattern"), "{words}");
}

#[test]
fn a_default_or_an_example_that_its_own_bounds_refuse_is_named() {
    const MANY: u8 = 100;
    /// Contradicts itself.
    #[tool]
    fn short(#[arg(len(2..), default = "x")] name: String) -> String {
        name
    }
    /// Contradicts itself.
    #[tool]
    fn few(#[arg(range(1..=9), default = MANY)] count: u8) -> u8 {
        count
    }
    /// Contradicts itself.
    #[tool]
    fn odd(#[arg(pattern = "^[a-z]+$", example = "A1")] code: String) -> String {
        code
    }
    /// Does not.
    #[tool]
    fn even(
        #[arg(one_of(2, 4), default = 2, example = 4)] count: u8,
        #[arg(len(2..), default)] name: Option<String>,
    ) -> u8 {
        let _ = name;
        count
    }
    let words = words(Server::new("a", "1").with(tools![short, few, odd]));
    assert!(
        words.contains("tool `short`: argument `name`: its default is not a string of at least 2"),
        "{words}"
    );
    assert!(
        words.contains("tool `few`: argument `count`: its default is not a number from 1 to 9"),
        "{words}"
    );
    assert!(words.contains("tool `odd`: argument `code`: its example is not a string that fits"), "{words}");
    Server::new("a", "1").with(tools![even]).build().unwrap();
}

#[test]
fn missing_state_is_named_with_who_needs_it() {
    let words = words(Server::new("a", "1").with(tools![read]));
    assert!(words.contains("tool `read` needs State<e2e::building::Db>"), "{words}");
    assert!(words.contains(".state("), "{words}");
    Server::new("a", "1").with(tools![read]).state(Db).build().unwrap();
}

#[test]
fn equal_names_are_named_with_both_modules_and_all_faults_come_at_once() {
    let server = Server::new("a", "1").with(tools![read]).with(tools![inner::read]);
    let words = words(server.with(resources![titled]).with(registered!()));
    assert!(words.contains("`read`: e2e::building e2e::building::inner"), "{words}");
    assert!(words.contains("page://"), "{words}");
    assert!(words.contains("needs State"), "{words}");
}

#[tokio::test]
async fn a_module_a_crate_and_the_program_can_be_selected() {
    let of_module = inner::server().client().await.unwrap();
    let names = |tools: Vec<disco_sdk::protocol::tool::Tool>| -> Vec<String> {
        tools.into_iter().map(|tool| tool.name).collect()
    };
    assert_eq!(names(of_module.tools().await.unwrap()), ["read"]);
    assert_eq!(of_module.call("read", serde_json::json!({})).await.unwrap().text(), "inner");
    assert_eq!(of_module.resource_templates().await.unwrap().len(), 1);

    // The fixture's crate has its own tools and none of this one's.
    let of_crate = disco_tests::fixture().client().await.unwrap();
    let tools = names(of_crate.tools().await.unwrap());
    assert!(tools.contains(&"add".to_owned()) && !tools.contains(&"read".to_owned()), "{tools:?}");

    // The whole program has both, and so two of one name.
    let words = words(Server::new("all", "1").registered());
    assert!(words.contains("`read`"), "{words}");
}

#[test]
fn a_function_stays_callable_and_may_name_its_type() {
    assert_eq!(inner::read(), "inner");
    assert_eq!(search::find(), "found");
    assert_eq!(tools![search::SearchTool][0].info().name, "find");
    assert_eq!(titled("x".into()), "x");
}
