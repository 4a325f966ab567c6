//! What is told about wrong arguments.
