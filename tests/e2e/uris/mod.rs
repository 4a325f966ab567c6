//! Typed URIs, over every transport and in every revision: what is read from them and written in them,
//! which members a family has, and what runs while somebody is subscribed; in mounted servers, too.

mod choices;
mod lists;
mod meaning;
mod mounted;
mod typed;
mod watches;
