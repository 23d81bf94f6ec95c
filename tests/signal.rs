//! Telling a program of ours to end, by its id, on every system.

#[cfg(unix)]
pub use rustix::process::Signal;

/// Sends it. A program that is gone already is as good.
#[cfg(unix)]
pub fn send(id: u32, signal: Signal) {
    if let Some(id) = i32::try_from(id)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
    {
        let _ = rustix::process::kill_process(id, signal);
    }
}

/// What can be asked of a program, by the names that it has elsewhere.
#[cfg(not(unix))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal(bool);

#[cfg(not(unix))]
impl Signal {
    /// Kindly.
    pub const TERM: Self = Self(false);
    /// Kindly, as Ctrl-C would.
    pub const INT: Self = Self(false);
    /// At once.
    pub const KILL: Self = Self(true);
}

/// Sends it. A program that is gone already is as good.
#[cfg(not(unix))]
pub fn send(id: u32, signal: Signal) {
    let mut ask = std::process::Command::new("taskkill");
    ask.args(["/PID", &id.to_string()]);
    if signal == Signal::KILL {
        ask.arg("/F");
    }
    let _ = ask.output();
}
