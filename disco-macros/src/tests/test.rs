//! `#[disco_sdk::test]`.

use quote::quote;

use super::expands_to;

#[test]
fn a_test_of_a_few_cells() {
    let keys = quote!(server = server(), answers = ada(), transports(memory, sse), since = V2025_11_25);
    let item = quote! {
        /// Greets.
        #[ignore = "slow"]
        pub(crate) async fn greets(client: Client, version: Version) -> Result<()> {
            client.call("greet", json!({})).await.map(drop)
        }
    };
    expands_to("test_of_a_few_cells", crate::test::attribute(keys, &item));
}

#[test]
fn a_test_has_a_cell_for_every_transport_and_every_revision_that_it_carries() {
    let item = quote!(
        async fn works() {}
    );
    let all = crate::test::attribute(quote!(server = server()), &item).to_string();
    assert_eq!(all.matches(":: prelude :: v1 :: test").count(), 19);
    let one = crate::test::attribute(
        quote!(server = server(), transports(http), since = V2025_06_18, until = V2025_06_18),
        &item,
    );
    assert_eq!(one.to_string().matches(":: prelude :: v1 :: test").count(), 1);
}
