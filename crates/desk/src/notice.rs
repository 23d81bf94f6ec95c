//! A notification of the system's own, where no card can be shown. It is a second channel: the system may hold it
//! back (do not disturb), so it is never the only announcement.

/// One notification, already in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The headline.
    pub title: String,
    /// What stands below; may be empty.
    pub body: String,
    /// It stays until it is dealt with, where the system can do that: listening has stopped.
    pub urgent: bool,
}

/// Shows notices on one thread of its own, since some systems block while they show one.
#[derive(Debug, Clone)]
pub struct Notices {
    #[cfg(feature = "notices")]
    queue: std::sync::mpsc::SyncSender<Notice>,
}

impl Notices {
    /// `app` is the program's identity as the system knows it: the AUMID on Windows, the bundle's id on a Mac.
    #[cfg(feature = "notices")]
    pub fn start(app: &str) -> Self {
        let (queue, notices) = std::sync::mpsc::sync_channel(real::WAITING_MAX);
        let app = app.to_owned();
        let started = std::thread::Builder::new().name("notices".into()).spawn(move || real::show_all(&app, &notices));
        if let Err(error) = started {
            tracing::warn!(%error, "no thread for notices");
        }
        Self { queue }
    }

    /// Without the feature `notices`, nothing is shown.
    #[cfg(not(feature = "notices"))]
    pub fn start(_app: &str) -> Self {
        Self {}
    }

    /// Shows one. Never blocks; when the system is stuck, further notices are left out.
    pub fn show(&self, notice: Notice) {
        #[cfg(feature = "notices")]
        if self.queue.try_send(notice).is_err() {
            tracing::debug!("a notice was left out");
        }
        #[cfg(not(feature = "notices"))]
        drop(notice);
    }
}

#[cfg(feature = "notices")]
mod real {
    use super::Notice;
    use std::{collections::VecDeque, sync::mpsc};

    /// More than a screen of notices is of no use to anybody.
    pub(super) const WAITING_MAX: usize = 8;

    pub(super) fn show_all(app: &str, notices: &mpsc::Receiver<Notice>) {
        // GNOME takes a notice away when its sender goes, so the last ones are held.
        let mut shown = VecDeque::new();
        let mut failed_before = false;
        for notice in notices {
            // The backends may panic on a broken system; a missing notice is no reason to end the thread.
            let result = std::panic::catch_unwind(|| build(app, &notice).show());
            match result {
                Ok(Ok(handle)) => {
                    failed_before = false;
                    shown.push_back(handle);
                    if shown.len() > WAITING_MAX {
                        shown.pop_front();
                    }
                }
                failure if !failed_before => {
                    failed_before = true;
                    let error = match failure {
                        Ok(Err(error)) => error.to_string(),
                        _ => "the system's notifications panicked".to_owned(),
                    };
                    tracing::warn!(error, "a notice could not be shown; further failures are not logged");
                }
                _ => {}
            }
        }
    }

    fn build(app: &str, notice: &Notice) -> notify_rust::Notification {
        let mut built = notify_rust::Notification::new();
        built.appname("Tillbell").summary(&notice.title).body(&escaped(&notice.body));
        #[cfg(target_os = "windows")]
        built.app_id(app);
        #[cfg(target_os = "linux")]
        {
            built.hint(notify_rust::Hint::DesktopEntry(app.to_owned()));
            built.urgency(if notice.urgent { notify_rust::Urgency::Critical } else { notify_rust::Urgency::Normal });
        }
        #[cfg(target_os = "macos")]
        let _ = app;
        built
    }

    /// Linux servers read the body as markup; a payer's name must stay text.
    fn escaped(text: &str) -> String {
        if cfg!(target_os = "linux") {
            text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
        } else {
            text.to_owned()
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_strangers_text_is_no_markup() {
            let notice =
                Notice { title: "微信 ¥12.50".into(), body: "<b>Tom & Co</b>".into(), urgent: false };
            let built = build("app.tillbell", &notice);
            assert_eq!(built.summary, "微信 ¥12.50");
            if cfg!(target_os = "linux") {
                assert_eq!(built.body, "&lt;b&gt;Tom &amp; Co&lt;/b&gt;");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn showing_never_blocks() {
        let notices = Notices::start("app.tillbell");
        let begun = Instant::now();
        for n in 0..100 {
            notices.show(Notice { title: format!("notice {n}"), body: String::new(), urgent: false });
        }
        assert!(begun.elapsed() < Duration::from_secs(1), "showing took {:?}", begun.elapsed());
    }
}
