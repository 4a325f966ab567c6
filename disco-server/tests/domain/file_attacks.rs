//! What commands can do to the tools that change files: links, races, pipes, endless trees.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use disco_server::error::{ErrorCode, Result};
use disco_server::files::{
    Changes, DeleteRequest, MoveRequest, UploadRequest, delete, look, mkdir, move_file, stat, upload,
};
use disco_server::sandbox::{LimitsWish, RelPath, Root};

use crate::support::Bench;

async fn bench() -> Bench {
    Bench::new(LimitsWish::default()).await
}

fn request(from: &str, to: &str) -> MoveRequest {
    MoveRequest { from: from.into(), to: to.into(), overwrite: true, create_dirs: true, dry_run: false }
}

fn part(path: &str, offset: u64) -> UploadRequest {
    UploadRequest { path: path.into(), content: BASE64.encode("x"), offset, is_last: true, sha256: None }
}

fn remove(root: &Root, path: &str) -> Result<()> {
    let request = DeleteRequest { paths: vec![path.into()], glob: None, recursive: true };
    delete(root, &request, &look(root, &request)?).map(|_| ())
}

fn code<T: std::fmt::Debug>(done: Result<T>) -> ErrorCode {
    done.unwrap_err().code
}

#[tokio::test]
async fn nothing_is_moved_made_deleted_or_put_through_a_link_that_leads_out() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("kept"), "x").unwrap();
    let bench = bench().await;
    let root = bench.sandbox.root();
    bench.text(&format!("ln -s {} out; ln -s ../../../.. up; echo x > file", outside.path().display())).await;
    for link in ["out", "up"] {
        let inside = format!("{link}/new");
        assert_eq!(code(mkdir(root, &inside)), ErrorCode::PathOutsideWorkspace);
        assert_eq!(code(move_file(root, &request("file", &inside))), ErrorCode::PathOutsideWorkspace);
        assert_eq!(code(upload(root, &part(&inside, 0))), ErrorCode::PathOutsideWorkspace);
    }
    assert_eq!(code(move_file(root, &request("out/kept", "mine"))), ErrorCode::PathOutsideWorkspace);
    assert_eq!(code(remove(root, "out/kept")), ErrorCode::PathOutsideWorkspace);
    assert_eq!(code(stat(root, "out/kept")), ErrorCode::PathOutsideWorkspace);
    // The links themselves are ordinary entries.
    assert_eq!(move_file(root, &request("out", "moved")).unwrap().to, "moved");
    remove(root, "moved").unwrap();
    remove(root, "up").unwrap();
    assert_eq!(bench.text("ls -A").await, "file");
    assert!(outside.path().join("kept").exists());
}

#[tokio::test]
async fn a_folder_that_becomes_a_link_in_the_middle_gains_nothing() {
    let outside = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        std::fs::create_dir(outside.path().join(name)).unwrap();
        std::fs::write(outside.path().join(name).join("kept"), "x").unwrap();
    }
    let bench = bench().await;
    let root = bench.sandbox.root().clone();
    // A folder and a link change their names with each other, at once.
    let swap = format!(
        "mkdir -p d/a d/b; touch d/a/kept; ln -s {} l; python3 -c \"import ctypes, os\nlibc = ctypes.CDLL(None)\n\
         while not os.path.lexists('stop'): assert libc.renameat2(-100, b'd', -100, b'l', 2) == 0\"",
        outside.path().display()
    );
    let attack = tokio::task::spawn_blocking(move || {
        let (mut inside, mut refused) = (0, 0);
        for round in 0.. {
            // Whether these find a folder or a link is chance, so it goes on until both were found often.
            match mkdir(&root, &format!("d/a/made{round}")) {
                Ok(_) => inside += 1,
                Err(_) => refused += 1,
            }
            upload(&root, &part(&format!("d/b/up{round}"), 0)).ok();
            move_file(&root, &request("d/a/kept", &format!("d/b/moved{round}"))).ok();
            remove(&root, "d/a").ok();
            if (inside > 50 && refused > 50) || round == 100_000 {
                break;
            }
        }
        assert!(inside > 50 && refused > 50, "{inside} inside, {refused} refused");
        upload(&root, &part("stop", 0)).unwrap();
    });
    let (done, attacked) = tokio::join!(bench.run(&swap), attack);
    attacked.unwrap();
    assert_eq!(done.exit_code, Some(0), "{done:?}");
    for name in ["a", "b"] {
        let entries: Vec<_> = outside.path().join(name).read_dir().unwrap().flatten().collect();
        assert_eq!(entries.len(), 1, "{entries:?}");
        assert_eq!(entries[0].file_name(), "kept");
    }
    assert_eq!(outside.path().read_dir().unwrap().count(), 2);
}

#[tokio::test]
async fn what_waits_for_an_upload_is_no_link_no_pipe_and_no_second_name() {
    let bench = bench().await;
    let root = bench.sandbox.root();
    let begin = UploadRequest { is_last: false, ..part("file", 0) };
    upload(root, &begin).unwrap();
    let hidden = bench.text("ls -A").await;
    assert!(hidden.starts_with(".disco-upload-"), "{hidden}");
    for plant in ["ln -s /etc/passwd", "mkfifo", "ln victim", "mkdir"] {
        bench.text(&format!("echo secret > victim; rm -f {hidden}; {plant} {hidden}")).await;
        assert!(upload(root, &part("file", 1)).is_err(), "{plant}");
        if plant != "mkdir" {
            upload(root, &part("file", 0)).unwrap();
            assert_eq!(bench.text("cat file victim; rm -f file victim").await, "xsecret", "{plant}");
        }
    }
}

#[tokio::test]
async fn a_tree_of_any_depth_and_without_rights_is_deleted() {
    let bench = bench().await;
    let root = bench.sandbox.root();
    let deep = "import os\nfor n in range(200):\n os.mkdir('x' * 9)\n os.chdir('x' * 9)\nopen('leaf', 'w')";
    bench.text(&format!("mkdir deep && cd deep && python3 -c \"{deep}\"")).await;
    let request = DeleteRequest { paths: vec!["deep".into()], glob: None, recursive: true };
    let looked = look(root, &request).unwrap();
    assert!(looked.question.contains("more than"), "{}", looked.question);
    delete(root, &request, &looked).unwrap();
    bench.text("mkdir -p shut/in; touch shut/in/file; chmod 0 shut/in shut").await;
    remove(root, "shut").unwrap();
    assert_eq!(bench.text("ls -A").await, "");
}

#[tokio::test]
async fn what_has_grown_since_somebody_agreed_is_not_deleted() {
    let bench = bench().await;
    let root = bench.sandbox.root();
    bench.text("mkdir d; touch d/one").await;
    let request = DeleteRequest { paths: vec!["d".into()], glob: None, recursive: true };
    let agreed = look(root, &request).unwrap();
    bench.text("touch d/two").await;
    assert_eq!(code(delete(root, &request, &agreed)), ErrorCode::FileChanged);
    let all = DeleteRequest { paths: Vec::new(), glob: Some("*".into()), recursive: false };
    let agreed = look(root, &all).unwrap();
    bench.text("rm d/two; touch d/other").await;
    assert_eq!(code(delete(root, &all, &agreed)), ErrorCode::FileChanged);
    assert_eq!(bench.text("ls d").await, "one\nother");
}

#[tokio::test]
async fn nothing_outside_is_watched_and_links_inside_are() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("file"), "x").unwrap();
    let bench = bench().await;
    let root = bench.sandbox.root();
    let lines =
        format!("ln -s {} out; mkdir real; echo 1 > real/file; ln -s real in", outside.path().display());
    bench.text(&lines).await;
    let _out = Changes::of(root.clone(), RelPath::parse("out/file").unwrap()).unwrap();
    for path in [outside.path().to_owned(), outside.path().join("file"), root.host_path().join("..")] {
        assert!(!is_watched(&path), "{}", path.display());
    }
    let mut inside = Changes::of(root.clone(), RelPath::parse("in/file").unwrap()).unwrap();
    assert!(is_watched(&root.host_path().join("real")));
    // A file that takes its place, where the link leads.
    let (_, ()) = tokio::join!(bench.text("echo 2 > real/new; mv real/new real/file"), inside.next());
    let deep = RelPath::parse(&"a/".repeat(100)).unwrap();
    assert_eq!(code(Changes::of(root.clone(), deep)), ErrorCode::InvalidPath);
}

/// Whether this process watches this file or folder: the kernel lists the inodes.
fn is_watched(path: &Path) -> bool {
    let word = format!(" ino:{:x} ", std::fs::metadata(path).unwrap().ino());
    let descriptors = std::fs::read_dir("/proc/self/fdinfo").unwrap().flatten();
    descriptors.filter_map(|one| std::fs::read_to_string(one.path()).ok()).any(|told| told.contains(&word))
}
