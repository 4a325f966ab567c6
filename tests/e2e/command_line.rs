//! `.run()` as a command line.

use std::process::Output;

use tokio::process::Command;

async fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_disco-fixture"));
    command.args(arguments).output().await.expect("the fixture runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it prints text")
}

#[tokio::test]
async fn it_tells_its_version_and_how_it_is_used() {
    assert_eq!(text(&run(&["--version"]).await.stdout), "fixture 1.0.0\n");
    let help = text(&run(&["--help"]).await.stdout);
    for flag in ["--http", "--list", "--call", "--log", "--version"] {
        assert!(help.contains(flag), "{help}");
    }
}

#[tokio::test]
async fn it_lists_what_it_offers_with_the_crate_it_comes_from() {
    let list = text(&run(&["--list"]).await.stdout);
    for word in ["tools:", "add", "disco_tests", "Adds two numbers.", "note://{id}", "review"] {
        assert!(list.contains(word), "{list}");
    }
}

#[tokio::test]
async fn it_calls_one_tool() {
    let sum = run(&["--call", "add", "a=1", "b=2"]).await;
    assert!(sum.status.success());
    assert_eq!(text(&sum.stdout), "3\n");
    assert_eq!(text(&run(&["--call", "echo", "text=17"]).await.stdout), "17\n");
    let failed = run(&["--call", "fail", "why=paper"]).await;
    assert!(!failed.status.success());
    assert!(text(&failed.stderr).contains("paper"));
}

#[tokio::test]
async fn a_wrong_command_line_is_named() {
    let wrong = run(&["--htpp", "127.0.0.1:0"]).await;
    assert!(!wrong.status.success());
    assert!(text(&wrong.stderr).contains("--htpp"), "{}", text(&wrong.stderr));
}
