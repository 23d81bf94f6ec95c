//! One worker for each device: a display gets the newest picture, a printer every job in order.

pub mod script;
