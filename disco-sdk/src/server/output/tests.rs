//! Which results are typed, and which are text.
