//! What a server knows of a tool, a resource or a prompt, and clients do not see.

use super::catalog::Origin;
use super::param::Need;

/// What a server knows of a tool, a resource or a prompt, and clients do not see.
#[derive(Clone, Debug, Default)]
pub(crate) struct Particulars {
    pub(crate) origin: Origin,
    pub(crate) needs: Vec<Need>,
    pub(crate) audiences: Vec<String>,
    pub(crate) faults: Vec<String>,
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

            /// State that it needs.
            #[must_use]
            pub fn with_needs(
                mut self,
                needs: impl IntoIterator<Item = $crate::server::param::Need>,
            ) -> Self {
                self.particulars.needs.extend(needs);
                self
            }

            /// Where it is written.
            #[must_use]
            pub fn with_origin(mut self, origin: $crate::server::catalog::Origin) -> Self {
                self.particulars.origin = origin;
                self
            }

            /// What is wrong with what is said of it; `build()` tells.
            pub(crate) fn with_faults(mut self, faults: Vec<String>) -> Self {
                self.particulars.faults.extend(faults);
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
        }
    };
}

pub(crate) use has_particulars;
