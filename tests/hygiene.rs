//! tmp
#![allow(missing_docs)]
use disco_sdk::prelude::*;
use std::sync::Arc;

#[derive(Clone, serde::Serialize, serde::Deserialize, JsonSchema)]
struct Profile {
    id: u64,
}
struct Db;
impl Db {
    async fn profile(&self, id: u64) -> Result<Json<Profile>> {
        Ok(Json(Profile { id }))
    }
}

/// Adds two numbers.
#[tool(read_only)]
async fn add(
    /// The first number.
    a: i64,
    /// The second number.
    #[arg(default = 1, range(0..=100))]
    b: i64,
) -> i64 {
    a + b
}

/// A user's profile.
#[resource("users://{id}/profile")]
async fn profile(id: u64, db: State<Db>) -> Result<Json<Profile>> {
    db.profile(id).await
}

/// Asks for a review.
#[prompt]
fn review(
    /** Language of the code. */
    language: String,
    code: Option<String>,
    #[arg(complete = ids)] n: Option<u8>,
) -> String {
    let _ = n;
    format!("Review this {language} code: {}", code.unwrap_or_default())
}

async fn ids(typed: String, db: State<Db>) -> Vec<String> {
    let _ = db;
    vec![typed]
}

trait Store: Send + Sync {
    fn get(&self, k: &str) -> impl Future<Output = String> + Send;
}
struct Notes<D> {
    db: D,
}

#[handlers]
impl<D: Store> Notes<D> {
    /// Reads.
    #[tool]
    async fn read(&self, key: String) -> String {
        self.db.get(&key).await
    }
    /// Reads.
    #[tool]
    async fn read2(self: Arc<Self>, cx: Context, key: String) -> Result<String> {
        let _ = cx;
        Ok(self.db.get(&key).await)
    }
    /// Reads.
    #[tool]
    fn read3(self: &Self, places: Vec<Profile>) -> Vec<Profile> {
        places
    }
    /// Notes.
    #[resource("note://{key}{?page}", mime_type = "text/markdown")]
    async fn note(&self, key: String, page: Option<u32>, #[arg(inject)] cx: Context) -> String {
        let _ = (page, cx);
        self.db.get(&key).await
    }
    /// Ask.
    #[prompt]
    fn ask(self: &Arc<Self>, about: String, cx: &Context) -> Vec<PromptMessage> {
        let _ = cx;
        vec![PromptMessage::user(about)]
    }
    /// Static.
    #[tool(name = "static")]
    #[cfg(feature = "nothing")]
    fn statics(x: i32) -> i32 {
        x
    }
    /// Static.
    #[tool(name = "static")]
    #[cfg(not(feature = "nothing"))]
    fn statics(x: i32) -> i32 {
        x
    }
}
struct Mem;
impl Store for Mem {
    async fn get(&self, k: &str) -> String {
        k.to_owned()
    }
}

#[test]
fn it_works() {
    use disco_sdk::server::catalog::{Catalog, Provide};
    let mut catalog = Catalog::default();
    tools![add].provide(&mut catalog);
    resources![profile].provide(&mut catalog);
    prompts![review].provide(&mut catalog);
    Notes { db: Mem }.provide(&mut catalog);
    println!("{:#?}", catalog);
    let mut catalog = Catalog::default();
    registered!(self).provide(&mut catalog);
    println!("{:#?}", catalog);
}
