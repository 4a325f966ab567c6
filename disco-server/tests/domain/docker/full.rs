//! Files that the server itself writes are bounded in a container's workspace too.

use disco_server::error::ErrorCode;
use disco_server::files::{Encoding, WriteRequest, aside, mkdir, write};

use super::{Bench, limits};

#[tokio::test]
async fn files_are_refused_that_the_workspace_has_no_room_for() {
    let Some(bench) = Bench::new(limits(|limits| limits.disk_mb = Some(2))).await else { return };
    let file = |path: &str| WriteRequest {
        path: path.to_owned(),
        content: "x".repeat(900 << 10),
        encoding: Encoding::Utf8,
        create_dirs: true,
        expected_sha256: None,
        dry_run: false,
    };
    for (path, done) in [("one", Ok(())), ("two", Ok(())), ("three", Err(ErrorCode::DiskFull))] {
        let request = file(path);
        let written = aside(&*bench.sandbox, move |root| write(root, &request)).await;
        assert_eq!(written.map(drop).map_err(|error| error.code), done, "{path}");
    }
    let deep = aside(&*bench.sandbox, |root| mkdir(root, &"d/".repeat(200))).await;
    assert_eq!(deep.unwrap_err().code, ErrorCode::DiskFull);
    bench.text("rm one").await;
    let request = file("three");
    aside(&*bench.sandbox, move |root| write(root, &request)).await.unwrap();
}
