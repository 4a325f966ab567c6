//! What a server knows of a tool, a resource or a prompt, and clients do not see.

use std::sync::Arc;
use std::time::Duration;

use super::ask::rounds::{CanAsk, Resume};
use super::catalog::Origin;
#[cfg(feature = "layers")]
use super::layer::Chain;
use super::mount::Home;
use super::param::{Describe, Need, Rich};

/// What a server knows of a tool, a resource or a prompt, and clients do not see.
#[derive(Clone, Debug, Default)]
pub(crate) struct Particulars {
    pub(crate) origin: Origin,
    pub(crate) needs: Vec<Need>,
    pub(crate) audiences: Vec<String>,
    pub(crate) tags: Vec<String>,
    /// The prefixes of the servers that it was mounted with, the outermost first.
    pub(crate) mounts: Vec<String>,
    /// The one that it is at home in, if that was mounted.
    pub(crate) home: Option<Arc<Home>>,
    /// Whether one of its layers says how the resources of the server that it was mounted with last are called.
    pub(crate) has_border: bool,
    /// The time limit of the server that it was mounted with.
    pub(crate) timeout: Option<Duration>,
    pub(crate) faults: Vec<String>,
    /// Whether its handler can ask.
    pub(crate) can_ask: Option<CanAsk>,
    /// What its arguments need, if they are not plain.
    pub(crate) rich: Option<&'static Rich>,
    #[cfg(feature = "layers")]
    pub(crate) layers: Chain,
    /// Whether those of the server are among them.
    #[cfg(feature = "layers")]
    pub(crate) has_servers_layers: bool,
}

impl Particulars {
    /// Those of a handler with these parameters.
    pub(super) fn of(parameters: &[&dyn Describe]) -> Self {
        Self {
            needs: parameters.iter().flat_map(|parameter| parameter.needs()).collect(),
            faults: parameters.iter().filter_map(|parameter| parameter.fault()).collect(),
            can_ask: parameters.iter().find_map(|parameter| parameter.can_ask()),
            rich: parameters.iter().find_map(|parameter| parameter.rich()),
            ..Self::default()
        }
    }

    /// Those of a handler that is written by hand: it is given the call.
    pub(super) fn by_hand() -> Self {
        Self { can_ask: Some(CanAsk::YES), rich: Some(Rich::YES), ..Self::default() }
    }

    /// How its calls go on, if it or a layer around it can ask.
    pub(super) fn resume(&self) -> Option<Resume> {
        #[cfg(feature = "layers")]
        if !self.layers.is_empty() {
            return Some(CanAsk::YES.resume());
        }
        self.can_ask.map(CanAsk::resume)
    }
}

/// Writes what all three kinds can be told, and tell, of their `particulars`.
macro_rules! has_particulars {
    ($kind:ident) => {
        impl $kind {
            /// Shows it to this audience only, and to others that are named so too. For everybody else
            /// there is no such thing. [`Server::audiences`](crate::Server::audiences) says who belongs to
            /// which.
            #[must_use]
            pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
                self.particulars.audiences.push(audience.into());
                self
            }

            /// A group that it belongs to, by which it can be chosen:
            /// [`Server::toolsets`](crate::Server::toolsets).
            #[must_use]
            pub fn with_tag(mut self, tag: impl Into<String>) -> Self {
                self.particulars.tags.push(tag.into());
                self
            }

            /// The groups that it belongs to.
            #[must_use]
            pub fn tags(&self) -> &[String] {
                &self.particulars.tags
            }

            /// State that it needs.
            #[must_use]
            pub fn with_needs(
                mut self,
                needs: impl IntoIterator<Item = $crate::server::param::Need>,
            ) -> Self {
                self.particulars.needs.extend(needs);
                self
            }

            /// Puts a layer around it, inside of those that are there.
            #[cfg(feature = "layers")]
            #[must_use]
            pub fn with_layer(mut self, layer: impl $crate::server::layer::CallLayer) -> Self {
                self.particulars.layers.push(layer.wrapped());
                self
            }

            #[cfg(feature = "layers")]
            #[doc(hidden)]
            #[must_use]
            pub fn with_wrapped(mut self, layer: $crate::server::layer::Wrapped) -> Self {
                self.particulars.layers.push(layer);
                self
            }

            /// Where it is written.
            #[must_use]
            pub fn with_origin(mut self, origin: $crate::server::catalog::Origin) -> Self {
                self.particulars.origin = origin;
                self
            }

            /// Where it is written.
            #[must_use]
            pub fn origin(&self) -> &$crate::server::catalog::Origin {
                &self.particulars.origin
            }

            /// The audiences that see it; all of them if it names none.
            #[must_use]
            pub fn audiences(&self) -> &[String] {
                &self.particulars.audiences
            }

            /// The state that it needs.
            #[must_use]
            pub fn needs(&self) -> &[$crate::server::param::Need] {
                &self.particulars.needs
            }

            pub(crate) fn particulars(&self) -> &$crate::server::particulars::Particulars {
                &self.particulars
            }

            pub(crate) fn particulars_mut(&mut self) -> &mut $crate::server::particulars::Particulars {
                &mut self.particulars
            }
        }
    };
}

pub(crate) use has_particulars;
