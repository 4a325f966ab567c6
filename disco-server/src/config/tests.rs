//! Settings from files and variables.

use super::*;

fn from_file(text: &str) -> Result<Config> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("disco.toml");
    std::fs::write(&path, text).unwrap();
    Config::from_table(read(&path)?)
}

#[test]
fn a_file_sets_what_it_names_and_no_more() {
    let config = from_file("data_dir = '/data'\nmemory_mb = 100\ncpus = 1.5").unwrap();
    assert_eq!(config.workspace, Path::new("/data/default"));
    assert_eq!((config.limits.memory_mb, config.limits.processes), (100, 512));
}

#[test]
fn flags_win_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    std::fs::write(&path, "data_dir = '/data'\nmemory_mb = 100\nprocesses = 9").unwrap();
    let given = Given { config: Some(path), memory_mb: Some(200), ..Given::default() };
    let config = Config::load(&given).unwrap();
    assert_eq!((config.limits.memory_mb, config.limits.processes), (200, 9));
}

#[test]
fn unknown_keys_and_variables_are_named_with_the_nearest() {
    let error = from_file("memory_mib = 1").unwrap_err();
    assert!(error.message.ends_with("there is no key `memory_mib`"), "{}", error.message);
    assert_eq!(error.suggestion, "did you mean `memory_mb`?");
    let error = check_variables(["DISCO_WORKSPCE".to_owned()].into_iter()).unwrap_err();
    assert_eq!(error.suggestion, "did you mean `DISCO_WORKSPACE`?");
    check_variables(["DISCO_LISTEN".to_owned(), "OTHER".to_owned()].into_iter()).unwrap();
}

#[test]
fn values_out_of_bounds_are_refused() {
    for text in [
        "memory_mb = 1",
        "cpus = 0",
        "processes = -1",
        "max_running = 0",
        "audit_entries = 9",
        "tools = ['x']",
        "listen = 3",
    ] {
        let text = format!("data_dir = '/data'\n{text}");
        assert_eq!(from_file(&text).unwrap_err().code, ErrorCode::InvalidConfig, "{text}");
    }
}

#[test]
fn only_loopback_is_listened_on() {
    let listen =
        |listen: &str| from_file(&format!("data_dir = '/d'\nlisten = '{listen}'")).unwrap().listen_address();
    for address in ["127.0.0.1:0", "[::1]:3000", "localhost:80", "127.9.9.9:1"] {
        listen(address).unwrap();
    }
    for address in ["0.0.0.0:3000", "[::]:3000", "192.0.2.1:3000", "nonsense"] {
        assert_eq!(listen(address).unwrap_err().code, ErrorCode::InvalidConfig, "{address}");
    }
}

#[test]
fn every_key_is_a_flag_and_a_variable() {
    let table = toml::Table::try_from(Config::default()).unwrap();
    let mut keys: Vec<_> = table.keys().cloned().collect();
    let mut known = keys::all();
    keys.sort_unstable();
    known.sort_unstable();
    assert_eq!(keys, known);
    let variables: Vec<_> = keys::variables().collect();
    for key in known {
        assert!(variables.contains(&format!("DISCO_{}", key.to_ascii_uppercase())), "{key}");
    }
}

#[test]
fn every_setting_is_told_with_its_source_and_the_lines_are_a_file_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    std::fs::write(&path, "data_dir = '/data'\nmemory_mb = 100\nprocesses = 9").unwrap();
    let given =
        Given { config: Some(path.clone()), memory_mb: Some(200), cpus: Some(1.5), ..Given::default() };
    let source = |key: &str| match key {
        "memory_mb" => Some(clap::parser::ValueSource::CommandLine),
        "cpus" => Some(clap::parser::ValueSource::EnvVariable),
        _ => None,
    };
    let settings = Config::explain(&given, source).unwrap();
    let told = |key: &str| {
        let setting = settings.iter().find(|setting| setting.key == key).unwrap();
        (setting.value.to_string(), setting.source.clone())
    };
    assert_eq!(told("memory_mb"), ("200".into(), "--memory-mb".into()));
    assert_eq!(told("cpus"), ("1.5".into(), "DISCO_CPUS".into()));
    assert_eq!(told("processes"), ("9".into(), path.display().to_string()));
    assert_eq!(told("open_files"), ("4096".into(), "default".into()));
    assert_eq!(told("workspace").0, "\"/data/default\"");

    let lines = settings.iter().map(Setting::to_string).collect::<Vec<_>>().join("\n");
    std::fs::write(&path, lines).unwrap();
    let again = Config::load(&Given { config: Some(path), ..Given::default() }).unwrap();
    assert_eq!(again, Config::load(&given).unwrap());
}
