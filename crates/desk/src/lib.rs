//! Everything the front-desk PC does, without Tauri.

pub mod api;
pub mod settings;
pub mod views;
