use disco_sdk::server::catalog::Provide;

struct Notes;

fn serve(_: impl Provide) {}

fn main() {
    serve(Notes);
}
