//! Printing on real ports and files.
