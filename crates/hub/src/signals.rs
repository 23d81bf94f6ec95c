//! Being told to stop, by the signals of each system.

use tokio_util::sync::CancellationToken;

#[cfg(unix)]
pub(crate) fn stop_on_signals(stop: CancellationToken) -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        stop.cancel();
    });
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn stop_on_signals(stop: CancellationToken) -> anyhow::Result<()> {
    tokio::spawn(async move {
        match tokio::signal::ctrl_c().await {
            Ok(()) => stop.cancel(),
            Err(error) => tracing::error!(%error, "cannot hear Ctrl-C; end the process instead"),
        }
    });
    Ok(())
}
