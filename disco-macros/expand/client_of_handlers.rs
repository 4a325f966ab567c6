///Calls the handlers of a server by the names of their methods.
#[allow(
    dead_code,
    missing_debug_implementations,
    missing_copy_implementations,
    unreachable_pub
)]
pub struct NotesClient<'__client, D: Db>(
    ::disco_sdk::__private::Stubs<'__client, Notes<D>>,
);
#[allow(deprecated, unused_imports, unused_qualifications, clippy::wildcard_imports)]
const _: () = {
    use ::disco_sdk::__private::{self, questions::*};
    #[allow(
        clippy::too_many_arguments,
        dead_code,
        deprecated,
        private_bounds,
        private_interfaces
    )]
    impl<'__client, D: Db> NotesClient<'__client, D> {
        ///Calls over `client`.
        pub fn new(client: &'__client __private::Client) -> Self {
            NotesClient(__private::Stubs::new(client))
        }
        __private::stub! {
            (self.0.client) pub (crate) fn read[& self] (id "id" u64) -> Note = "read"
        }
        #[cfg(feature = "join")]
        __private::stub! {
            (self.0.client) pub fn join[& self] (other "other" Notes < D >, how "how"
            Option < String >) -> Vec < Notes < D > > = "join"
        }
        __private::get_stub! {
            (self.0.client) fn summary[& self] (words __Via0 "words" u8) = "summary"
        }
    }
};
