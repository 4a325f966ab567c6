#[allow(dead_code)]
/// Greets.
pub(crate) fn greets(place: ::disco_sdk::__private::Place) {
    use ::disco_sdk::__private;
    async fn greets(client: Client, version: Version) -> Result<()> {
        client.call("greet", json!({})).await.map(drop)
    }
    let setup = __private::Setup::new(server(), place).answers(ada());
    __private::run(
        place,
        setup,
        async |cell| {
            let value0 = __private::given::<Client>(cell).await;
            let value1 = __private::given::<Version>(cell).await;
            let verdict = greets(value0, value1).await;
            __private::judge::<Result<()>>(place, verdict);
        },
    );
}
mod greets {
    #[::core::prelude::v1::test]
    #[ignore = "slow"]
    fn memory_2025_11_25() {
        super::greets(
            ::disco_sdk::__private::Place::new(
                ::disco_sdk::__private::Transport::Memory,
                ::disco_sdk::__private::Version::V2025_11_25,
            ),
        );
    }
    #[::core::prelude::v1::test]
    #[ignore = "slow"]
    fn memory_2026_07_28() {
        super::greets(
            ::disco_sdk::__private::Place::new(
                ::disco_sdk::__private::Transport::Memory,
                ::disco_sdk::__private::Version::V2026_07_28,
            ),
        );
    }
    #[::core::prelude::v1::test]
    #[ignore = "slow"]
    fn sse_2025_11_25() {
        super::greets(
            ::disco_sdk::__private::Place::new(
                ::disco_sdk::__private::Transport::Sse,
                ::disco_sdk::__private::Version::V2025_11_25,
            ),
        );
    }
}
