//! What the environment says about serving HTTP. What the program says in code goes before it.

use std::ffi::OsString;
use std::fs;

use crate::error::{Error, Result};
use crate::server::{Key, Server};

/// Keys, separated by commas or blanks: the first seals, all of them open.
pub(in crate::server) const KEY: &str = "DISCO_KEY";
/// A file with such keys.
const KEY_FILE: &str = "DISCO_KEY_FILE";
/// The name of this replica.
const REPLICA: &str = "DISCO_REPLICA";

/// What the environment says about serving HTTP.
impl Server {
    /// The variables that [`Server::environment`] reads.
    pub const ENVIRONMENT: [&'static str; 5] =
        [KEY, KEY_FILE, REPLICA, crate::transport::ALLOWED_HOSTS, crate::transport::ALLOWED_ORIGINS];

    /// Takes over what the environment says about serving HTTP at `address`: `DISCO_KEY` or
    /// `DISCO_KEY_FILE`, `DISCO_REPLICA`, `DISCO_ALLOWED_HOSTS`, `DISCO_ALLOWED_ORIGINS`. Keys and a name
    /// that are set in code go before it. `.run()` does so by itself.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// # fn main() -> Result<()> {
    /// let server = Server::new("demo", "1.0.0").environment("127.0.0.1:3000")?;
    /// # let _ = server; Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Names the variable that cannot be read.
    pub fn environment(self, address: &str) -> Result<Self> {
        settings(self, address, &|name| std::env::var_os(name))
    }
}

/// The server with what the environment says.
fn settings(server: Server, address: &str, variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Server> {
    let text = |name: &str| match variable(name).map(OsString::into_string) {
        None => Ok(None),
        Some(Ok(text)) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
        Some(Err(_)) => Err(Error::new(format!("{name} is not UTF-8"))),
    };
    let mut server = server;
    if server.replicas.keys.is_empty() {
        for key in keys(text(KEY)?, text(KEY_FILE)?)? {
            server = server.key(key);
        }
    }
    if server.replicas.name.is_none() {
        server.replicas.name = text(REPLICA)?.or_else(|| lasting_name(address));
    }
    for host in list(text(crate::transport::ALLOWED_HOSTS)?) {
        server = server.allow_host(host);
    }
    for origin in list(text(crate::transport::ALLOWED_ORIGINS)?) {
        server = server.allow_origin(origin);
    }
    Ok(server)
}

fn keys(inline: Option<String>, file: Option<String>) -> Result<Vec<Key>> {
    let (name, text) = match (inline, file) {
        (None, None) => return Ok(Vec::new()),
        (Some(_), Some(_)) => {
            return Err(Error::new(format!("{KEY} and {KEY_FILE} are both set"))
                .with_suggestion("set one of the two"));
        }
        (Some(text), None) => (KEY, text),
        (None, Some(path)) => {
            let text = fs::read_to_string(&path)
                .map_err(|error| Error::new(format!("{KEY_FILE} names {path}: {error}")))?;
            (KEY_FILE, text)
        }
    };
    let keys: Result<Vec<Key>> = list(Some(text)).map(|key| key.parse()).collect();
    let keys = keys.map_err(|error| {
        let suggestion = error.suggestion().unwrap_or_default().to_owned();
        Error::new(format!("{name}: {error}")).with_suggestion(suggestion)
    })?;
    if keys.is_empty() {
        return Err(Error::new(format!("{name} has no key in it")));
    }
    Ok(keys)
}

/// The words of a list that is separated by commas or blanks.
fn list(text: Option<String>) -> impl Iterator<Item = String> {
    let text = text.unwrap_or_default();
    let words: Vec<String> =
        text.split([',', ' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.into_iter()
}

/// A server that comes back at the same address of the same host is the same replica. A free port is
/// another one every time.
fn lasting_name(address: &str) -> Option<String> {
    if address.ends_with(":0") {
        return None;
    }
    let host = fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(format!("{} {address}", host.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(variables: &[(&str, &str)]) -> Result<Server> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        settings(Server::new("test", "1"), "127.0.0.1:0", &variable)
    }

    #[test]
    fn keys_hosts_origins_and_the_name_are_read() {
        let (new, old) = ("11".repeat(32), "22".repeat(32));
        let server = set(&[
            ("DISCO_KEY", &format!("{new}, {old}")),
            ("DISCO_REPLICA", "a"),
            ("DISCO_ALLOWED_HOSTS", "a.example,b.example"),
            ("DISCO_ALLOWED_ORIGINS", "https://a.example"),
        ]);
        let server = server.unwrap();
        assert_eq!(server.replicas.keys, [Key::from([0x11; 32]), Key::from([0x22; 32])]);
        assert_eq!(server.replicas.name.as_deref(), Some("a"));
        assert_eq!(server.access().hosts, ["a.example", "b.example"]);
        assert_eq!(server.access().origins, ["https://a.example"]);
    }

    #[test]
    fn a_setting_that_is_wrong_is_named() {
        let words = |variables| set(variables).unwrap_err().to_string();
        assert!(words(&[("DISCO_KEY", "password")]).starts_with("DISCO_KEY: a key is 32 bytes"));
        assert!(words(&[("DISCO_KEY", "a"), ("DISCO_KEY_FILE", "b")]).contains("both set"));
        assert!(words(&[("DISCO_KEY_FILE", "/no/such/file")]).contains("/no/such/file"));
        assert!(set(&[("DISCO_KEY", "")]).unwrap().replicas.keys.is_empty(), "empty is not set");
    }

    #[test]
    fn what_the_program_says_goes_first() {
        let server = Server::new("test", "1").key([3; 32]).replica("mine");
        let variable = |name: &str| (name == KEY).then(|| OsString::from("11".repeat(32)));
        let server = settings(server, "127.0.0.1:3000", &variable).unwrap();
        assert_eq!(server.replicas.keys, [Key::from([3; 32])]);
        assert_eq!(server.replicas.name.as_deref(), Some("mine"));
    }
}
