//! Support for the tests of Disco.
