//! The domain in a real sandbox: nothing here is imitated.

mod everyday;
mod hostile;
mod ordinary_user;
mod registry;
mod support;
