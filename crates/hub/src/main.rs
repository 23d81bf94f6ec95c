//! The hub alone, on a server or a spare machine.
fn main() {}
