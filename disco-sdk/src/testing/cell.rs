//! A server that is served over one transport, and clients of one revision for it.

use std::any::TypeId;
use std::net::SocketAddr;
use std::pin::Pin;

use tokio::io::{duplex, split};
use tokio::net::TcpListener;

use super::{Place, Transport};
use crate::client::{Answers, Client, Profile};
use crate::error::{Error, Result};
use crate::protocol::version::Version;
use crate::server::state::State;
use crate::server::{Notifier, Service};
use crate::transport::{Connect as _, Stop, Wire, line};

/// How many bytes a pipe holds.
const PIPE: usize = 64 << 10;

/// A served server, in one cell of the matrix. It stops when this is dropped.
#[derive(Debug)]
pub struct Cell {
    place: Place,
    service: Service,
    profile: Profile,
    address: Option<SocketAddr>,
    stop: Stop,
}

impl Drop for Cell {
    fn drop(&mut self) {
        self.stop.now();
    }
}

impl Cell {
    pub(super) async fn start(place: Place, service: Service, profile: Profile) -> Result<Self> {
        let mut cell = Self { place, service, profile, address: None, stop: Stop::default() };
        if matches!(place.transport, Transport::Http | Transport::Sse) {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            cell.address = Some(listener.local_addr()?);
            let (service, stop) = (cell.service.clone(), cell.stop.clone());
            tokio::spawn(async move { service.serve_http(listener, &stop).await });
        }
        Ok(cell)
    }

    /// The transport and the revision.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// How the messages travel.
    #[must_use]
    pub fn transport(&self) -> Transport {
        self.place.transport
    }

    /// Which revision they speak.
    #[must_use]
    pub fn version(&self) -> Version {
        self.place.version
    }

    /// The server.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Tells clients of changes.
    #[must_use]
    pub fn notifier(&self) -> Notifier {
        self.service.notifier()
    }

    /// The URL of a path such as `/mcp`, if the server is served over HTTP here.
    #[must_use]
    pub fn url(&self, path: &str) -> Option<String> {
        self.address.map(|address| format!("http://{address}{path}"))
    }

    /// Asks the server to stop; what is under way may finish.
    pub fn stop(&self) {
        self.stop.now();
    }

    /// One more client.
    ///
    /// # Errors
    /// The server refuses it.
    pub async fn client(&self) -> Result<Client> {
        self.connect(self.profile.clone()).await
    }

    /// One more client, which answers in another way.
    ///
    /// # Errors
    /// The server refuses it.
    pub async fn client_with(&self, answers: Answers) -> Result<Client> {
        self.connect(self.profile.clone().answers(answers)).await
    }

    async fn connect(&self, profile: Profile) -> Result<Client> {
        match self.place.transport {
            Transport::Memory => {
                Client::connect(self.service.conversation(Wire::Memory).await?, profile).await
            }
            Transport::Stdio => {
                let (here, there) = duplex(PIPE);
                let peer = self.service.conversation(Wire::Stdio).await?;
                let (service, stop) = (self.service.clone(), self.stop.clone());
                tokio::spawn(async move {
                    let (input, output) = split(there);
                    let (input, output) = (Box::new(input), Box::new(output));
                    line::serve(peer, input, output, service.limits(), &stop).await
                });
                let (input, output) = split(here);
                Client::connect_lines(Box::new(input), Box::new(output), profile).await
            }
            Transport::Http => Client::connect_http(&self.url_of("/mcp")?, profile).await,
            Transport::Sse => Client::connect_sse(&self.url_of("/sse")?, profile).await,
        }
    }

    fn url_of(&self, path: &str) -> Result<String> {
        self.url(path).ok_or_else(|| Error::new("the server is not served over HTTP here"))
    }
}

/// What the body of a test can take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given to the body of a test",
    label = "not part of a cell",
    note = "take `Client`, `&Cell`, `Version`, `Notifier`, `State<T>`, or implement `FromCell`"
)]
pub trait FromCell<'a>: Sized {
    /// Takes it from the cell.
    ///
    /// # Errors
    /// It cannot be had; the test fails with these words.
    fn from_cell(cell: &'a Cell) -> impl Future<Output = Result<Self>>;
}

impl<'a> FromCell<'a> for Client {
    async fn from_cell(cell: &'a Cell) -> Result<Self> {
        cell.client().await
    }
}

impl<'a> FromCell<'a> for &'a Cell {
    async fn from_cell(cell: &'a Cell) -> Result<Self> {
        Ok(cell)
    }
}

impl<'a, T: Send + Sync + 'static> FromCell<'a> for State<T> {
    async fn from_cell(cell: &'a Cell) -> Result<Self> {
        let state = cell.service.0.state.get(&TypeId::of::<T>()).cloned();
        let state = state.and_then(|state| state.downcast::<T>().ok());
        state
            .map(Self::from)
            .ok_or_else(|| Error::new(format!("the server has no State<{}>", std::any::type_name::<T>())))
    }
}

impl<'a> FromCell<'a> for Version {
    async fn from_cell(cell: &'a Cell) -> Result<Self> {
        Ok(cell.version())
    }
}

impl<'a> FromCell<'a> for Transport {
    async fn from_cell(cell: &'a Cell) -> Result<Self> {
        Ok(cell.transport())
    }
}

impl<'a> FromCell<'a> for Notifier {
    async fn from_cell(cell: &'a Cell) -> Result<Self> {
        Ok(cell.notifier())
    }
}

/// What the body of a test takes. The future is a box, so that rustc complains of `T` once.
///
/// # Panics
/// It cannot be had; that fails the test.
#[must_use]
pub fn given<'a, T: FromCell<'a> + 'a>(cell: &'a Cell) -> Pin<Box<dyn Future<Output = T> + 'a>> {
    Box::pin(async { T::from_cell(cell).await.unwrap_or_else(|error| panic!("{}: {error:?}", cell.place)) })
}
