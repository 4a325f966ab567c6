//! Examples of `disco-sdk`: see the files beside this one.
