//! Layers: around a server, a value and one handler, our own and those of tower.

mod builtin;
mod order;
mod stock;
