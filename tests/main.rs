//! One test binary, linked once: whole paths, faults, house rules, the real app.

mod tidy;
