//! A notification of the system's own, where no card can be shown. It is a second channel: the system may hold it
//! back (do not disturb), so it is never the only announcement.

use crate::{
    settings::Language,
    views::{CardFace, CardId, CardsView, Listening, ListeningView, PaymentView},
    words,
};
use domain::{Kind, Trust};

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

impl Notice {
    /// What a card would have shown. The payer is left out: notices may stand on a lock screen.
    pub fn of_card(language: Language, face: &CardFace) -> Self {
        match face {
            CardFace::Payment { payment } => Self::of_payment(language, payment),
            CardFace::Summary {
                count,
                totals,
                since_clock,
                ..
            } => {
                let (count, totals) = (count.to_string(), totals.join(" · "));
                Self {
                    title: words::text(language, "notice.summary", &[("count", &count)]),
                    body: words::text(
                        language,
                        "notice.summary_body",
                        &[("clock", since_clock), ("totals", &totals)],
                    ),
                    urgent: false,
                }
            }
            CardFace::Listening { view } => Self::of_listening(language, view),
        }
    }

    fn of_payment(language: Language, payment: &PaymentView) -> Self {
        let name = format!("platform.{}", payment.platform);
        let platform = match words::has(&name) {
            true => words::text(language, &name, &[]),
            false => payment.platform.to_string(),
        };
        let not_given = || words::text(language, "notice.amount_not_given", &[]);
        let amount = payment.amount_text.clone().unwrap_or_else(not_given);
        let key = match (payment.kind, payment.trust) {
            _ if payment.test => "notice.test",
            (Kind::Payment, Trust::Confirmed) => "notice.payment",
            (Kind::Payment, Trust::Reported) => "notice.payment_reported",
            (Kind::Refund, Trust::Confirmed) => "notice.refund",
            (Kind::Refund, Trust::Reported) => "notice.refund_reported",
        };
        let number = |n: u32| words::text(language, "notice.number", &[("number", &n.to_string())]);
        Self {
            title: words::text(
                language,
                key,
                &[("platform", &platform), ("amount", &amount)],
            ),
            body: payment.number.map(number).unwrap_or_default(),
            urgent: false,
        }
    }

    fn of_listening(language: Language, view: &ListeningView) -> Self {
        let back = view.state == Listening::Listening;
        let key = if back {
            "notice.back"
        } else {
            "notice.stopped"
        };
        let clock = [("clock", view.since_clock.as_deref().unwrap_or("–"))];
        Self {
            title: words::text(language, key, &clock),
            body: match view.state {
                Listening::SourceRefusing => words::text(language, "notice.refused_body", &clock),
                _ => words::text(language, &format!("{key}_body"), &clock),
            },
            urgent: !back,
        }
    }
}

/// Shows notices on one thread of its own, since some systems block while they show one.
#[derive(Debug, Clone)]
pub struct Notices {
    #[cfg(feature = "notices")]
    queue: std::sync::mpsc::SyncSender<Notice>,
    /// Whether the system refused the last one.
    refused: tokio::sync::watch::Receiver<bool>,
}

impl Notices {
    /// `app` is the program's identity as the system knows it: the AUMID on Windows, the bundle's id on a Mac.
    #[cfg(feature = "notices")]
    pub fn start(app: &str) -> Self {
        let (queue, notices) = std::sync::mpsc::sync_channel(real::WAITING_MAX);
        let (tell_refused, refused) = tokio::sync::watch::channel(false);
        let app = app.to_owned();
        let started = std::thread::Builder::new()
            .name("notices".into())
            .spawn(move || real::show_all(&app, &notices, &tell_refused));
        if let Err(error) = started {
            tracing::warn!(%error, "no thread for notices");
        }
        Self { queue, refused }
    }

    /// Without the feature `notices`, nothing is shown.
    #[cfg(not(feature = "notices"))]
    pub fn start(_app: &str) -> Self {
        Self {
            refused: tokio::sync::watch::channel(false).1,
        }
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

/// Notices in place of cards that cannot be shown: each card once.
#[derive(Debug)]
pub struct InPlaceOfCards {
    notices: Notices,
    newest: std::sync::Mutex<Option<CardId>>,
}

impl Default for InPlaceOfCards {
    /// As the installed program.
    fn default() -> Self {
        Self {
            notices: Notices::start(crate::system::IDENTITY),
            newest: std::sync::Mutex::default(),
        }
    }
}

impl InPlaceOfCards {
    /// Shows a notice for every card that had none yet.
    pub fn show(&self, language: Language, cards: &CardsView) {
        for notice in self.missing(language, cards) {
            self.notices.show(notice);
        }
    }

    /// Whether the system refuses notices too; changes as they are shown.
    pub fn refused(&self) -> tokio::sync::watch::Receiver<bool> {
        self.notices.refused.clone()
    }

    fn missing(&self, language: Language, cards: &CardsView) -> Vec<Notice> {
        let mut newest = self
            .newest
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let new = cards.cards.iter().filter(|card| Some(card.id) > *newest);
        let notices = new
            .map(|card| Notice::of_card(language, &card.face))
            .collect();
        *newest = cards
            .cards
            .iter()
            .map(|card| Some(card.id))
            .fold(*newest, Option::max);
        notices
    }
}

#[cfg(feature = "notices")]
mod real {
    use super::Notice;
    use std::{collections::VecDeque, sync::mpsc};

    /// More than a screen of notices is of no use to anybody.
    pub(super) const WAITING_MAX: usize = 8;

    pub(super) fn show_all(
        app: &str,
        notices: &mpsc::Receiver<Notice>,
        refused: &tokio::sync::watch::Sender<bool>,
    ) {
        // GNOME takes a notice away when its sender goes, so the last ones are held.
        let mut shown = VecDeque::new();
        let mut failed_before = false;
        for notice in notices {
            // The backends may panic on a broken system; a missing notice is no reason to end the thread.
            let result = std::panic::catch_unwind(|| build(app, &notice).show());
            let failed = !matches!(result, Ok(Ok(_)));
            refused.send_if_modified(|before| std::mem::replace(before, failed) != failed);
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
                    tracing::warn!(
                        error,
                        "a notice could not be shown; further failures are not logged"
                    );
                }
                _ => {}
            }
        }
    }

    fn build(app: &str, notice: &Notice) -> notify_rust::Notification {
        let mut built = notify_rust::Notification::new();
        built
            .appname("Tillbell")
            .summary(&notice.title)
            .body(&escaped(&notice.body));
        #[cfg(target_os = "windows")]
        built.app_id(app);
        #[cfg(target_os = "linux")]
        {
            built.hint(notify_rust::Hint::DesktopEntry(app.to_owned()));
            built.urgency(if notice.urgent {
                notify_rust::Urgency::Critical
            } else {
                notify_rust::Urgency::Normal
            });
        }
        #[cfg(target_os = "macos")]
        let _ = app;
        built
    }

    /// Linux servers read the body as markup; a payer's name must stay text.
    fn escaped(text: &str) -> String {
        if cfg!(target_os = "linux") {
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
        } else {
            text.to_owned()
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_strangers_text_is_no_markup() {
            let notice = Notice {
                title: "微信 ¥12.50".into(),
                body: "<b>Tom & Co</b>".into(),
                urgent: false,
            };
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

    fn payment(kind: Kind, trust: Trust, amount: Option<&str>) -> CardFace {
        let minor = amount.and_then(|_| domain::Money::new(1250, domain::Currency::CNY));
        CardFace::Payment {
            payment: PaymentView {
                line: crate::views::LineId(1),
                seq: domain::Seq(1),
                day: domain::BusinessDay::parse("2026-11-22").expect("a day"),
                number: Some(23),
                kind,
                trust,
                platform: domain::Platform::WECHAT,
                amount: minor,
                amount_text: amount.map(str::to_owned),
                payer: Some("李*芳".into()),
                note: None,
                order: None,
                test: false,
                at: domain::Timestamp(0),
                clock: "14:02:00".into(),
            },
        }
    }

    #[test]
    fn each_card_that_cannot_be_shown_is_noticed_once() {
        let card = |id| crate::views::CardView {
            id: CardId(id),
            stays_ms: None,
            gone_ms: 0,
            face: payment(Kind::Payment, Trust::Confirmed, Some("¥12.50")),
        };
        let view = |ids: &[u64]| CardsView {
            cards: ids.iter().map(|id| card(*id)).collect(),
            ..CardsView::default()
        };
        let instead = InPlaceOfCards::default();
        for (ids, noticed) in [
            (&[1][..], 1),
            (&[1, 2, 3], 2),
            (&[3], 0),
            (&[], 0),
            (&[3, 4], 1),
        ] {
            assert_eq!(
                instead.missing(Language::En, &view(ids)).len(),
                noticed,
                "{ids:?}"
            );
        }
    }

    #[test]
    fn a_card_becomes_a_notice_without_the_payer() {
        use Kind::{Payment, Refund};
        use Trust::{Confirmed, Reported};
        for (face, language, title) in [
            (
                payment(Payment, Confirmed, Some("¥12.50")),
                Language::En,
                "WeChat Pay ¥12.50",
            ),
            (
                payment(Payment, Reported, Some("¥12.50")),
                Language::En,
                "The phone reports: WeChat Pay ¥12.50",
            ),
            (
                payment(Payment, Reported, None),
                Language::En,
                "The phone reports: WeChat Pay amount not given",
            ),
            (
                payment(Refund, Confirmed, Some("−¥12.50")),
                Language::ZhCn,
                "微信支付 退款 −¥12.50",
            ),
            (
                payment(Refund, Reported, Some("−¥12.50")),
                Language::ZhCn,
                "手机通知退款：微信支付 −¥12.50",
            ),
        ] {
            let notice = Notice::of_card(language, &face);
            assert_eq!((notice.title.as_str(), notice.urgent), (title, false));
            assert!(!notice.body.contains('李'), "{}", notice.body);
        }
        let view = |state| ListeningView {
            state,
            since: None,
            since_clock: Some("14:02".into()),
            sources: Vec::new(),
            heard_at: None,
            muted_until: None,
            muted_until_clock: None,
            voice_problem: None,
            clock_ahead_ms: None,
            back: None,
        };
        let stopped = Notice::of_card(
            Language::En,
            &CardFace::Listening {
                view: view(Listening::HubLost),
            },
        );
        assert_eq!(
            (stopped.title.as_str(), stopped.urgent),
            ("Not listening since 14:02", true)
        );
        let back = Notice::of_card(
            Language::En,
            &CardFace::Listening {
                view: view(Listening::Listening),
            },
        );
        assert_eq!(
            (back.title.as_str(), back.urgent),
            ("Listening again", false)
        );
    }

    #[test]
    fn showing_never_blocks() {
        let notices = Notices::start("app.tillbell");
        let begun = Instant::now();
        for n in 0..100 {
            notices.show(Notice {
                title: format!("notice {n}"),
                body: String::new(),
                urgent: false,
            });
        }
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "showing took {:?}",
            begun.elapsed()
        );
    }
}
