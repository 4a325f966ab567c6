//! `#[resource]`.

use quote::quote;

use super::expands_to;
use crate::driver::attribute;
use crate::resource::Resource;

#[test]
fn a_template() {
    let item = quote! {
        /// A user's profile.
        async fn profile(id: u64, db: State<Db>, /** Which page. */ page: Option<u32>) -> Result<Json<Profile>> {
            db.profile(id, page).await
        }
    };
    expands_to(
        "template",
        attribute::<Resource>(
            quote!("users://{id}/profile{?page}", list = everybody, watch = profiles),
            &item,
        ),
    );
}

#[test]
fn a_template_of_many_variables() {
    let item = quote! {
        /// A file.
        fn file(kind: String, path: Vec<String>, #[arg(rename = "v", default)] version: u32) -> Vec<u8> {
            bytes(&kind, &path, version)
        }
    };
    expands_to(
        "template_of_many_variables",
        attribute::<Resource>(quote!("file://{kind:3}{/path*}{?v}"), &item),
    );
}

#[test]
fn a_fixed_resource() {
    let item = quote! {
        #[doc = include_str!("about.md")]
        fn about() -> &'static str {
            include_str!("about.md")
        }
    };
    expands_to(
        "fixed_resource",
        attribute::<Resource>(
            quote! {
                "about://server", mime_type = "text/markdown", cache = Cache::public(DAY),
                annotations = Annotations::default()
            },
            &item,
        ),
    );
}

#[test]
fn a_resource_with_a_size() {
    let item = quote! {
        /// The logo.
        fn logo() -> Vec<u8> {
            LOGO.to_vec()
        }
    };
    expands_to(
        "resource_with_a_size",
        attribute::<Resource>(quote!("raw://logo", size = 4, crate = sdk), &item),
    );
}
