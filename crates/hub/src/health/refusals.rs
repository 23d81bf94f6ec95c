//! What refused deliveries prove: which of them mean that a source sends and is not heard, and when that is certain
//! enough to raise the alarm. Pure.

use domain::{SourceKind, Timestamp};
use serde::{Deserialize, Serialize};
use sources::Refusal;
use std::borrow::Cow;
use std::time::Duration;

/// So many hints in a row make an alarm, if they are spread over long enough.
const HINTS: u32 = 3;

/// How much a refused delivery says about who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// The right key signed it, so the source itself speaks and we did not take what it said. One is enough.
    Proof,
    /// It looks like the source's, but anybody could have sent it who learned the address: the door cannot be guessed,
    /// and yet the platform's proxies have seen it. Several, over a while in which nothing genuine came, are taken
    /// for the source: a key that was changed looks exactly like this, and hours of refused payments cost more than a
    /// card that says the truth either way (the key no longer fits, or somebody else knows the address). What
    /// somebody else sends cannot keep the alarm up: the next genuine delivery ends it.
    Hint,
    /// It says nothing: what scanners and browsers leave at a door, a probe, a test event.
    Nothing,
}

/// What a delivery was refused over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum About {
    /// Signature, key, clock, transport: nothing of the source is heard until it is mended.
    Seal,
    /// What is inside: a heartbeat, or an event that is not money, may be taken all the same.
    Content,
}

/// A refusal as it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) code: &'static str,
    pub(crate) weight: Weight,
    pub(crate) about: About,
    /// The sender's clock less ours, where that is proven.
    pub(crate) ahead_ms: Option<i64>,
}

impl Refused {
    /// Weighs a refusal. `signed`: it wears a signature, whoever's. `fits`: something was taken under the settings of
    /// now, so the merchant in them is right.
    pub(crate) fn weigh(kind: SourceKind, refusal: Refusal, signed: bool, fits: bool) -> Self {
        let hint = if signed {
            Weight::Hint
        } else {
            Weight::Nothing
        };
        let (weight, about) = match refusal {
            Refusal::Stale { .. } => (Weight::Proof, About::Seal),
            Refusal::Signature | Refusal::UnknownKey | Refusal::Unsupported(_) => {
                (hint, About::Seal)
            }
            // WeChat's second version signs no refund: only the decryption vouches for it.
            Refusal::Decrypt if kind == SourceKind::WechatV2 => (hint, About::Content),
            Refusal::Decrypt => (Weight::Proof, About::Content),
            // A service provider's address hears of all its merchants; the others' money is nobody's loss here.
            Refusal::WrongMerchant if fits => (Weight::Nothing, About::Content),
            Refusal::WrongMerchant => (Weight::Proof, About::Content),
            Refusal::Malformed(_) => (hint, About::Content),
            Refusal::SignatureProbe | Refusal::WrongDoor | Refusal::TestMode => {
                (Weight::Nothing, About::Content)
            }
        };
        let ahead_ms = match refusal {
            Refusal::Stale { ahead_ms } => Some(ahead_ms),
            _ => None,
        };
        let weight = if kind == SourceKind::Test {
            Weight::Nothing
        } else {
            weight
        };
        Self {
            code: refusal.code(),
            weight,
            about,
            ahead_ms,
        }
    }

    /// The same with the weight that a closer look gave it.
    pub(crate) fn weighing(self, weight: Weight) -> Self {
        Self { weight, ..self }
    }

    /// A phone that speaks plain HTTP to a door that takes none.
    pub(crate) fn plain_http() -> Self {
        Self {
            code: "plain_http",
            weight: Weight::Hint,
            about: About::Seal,
            ahead_ms: None,
        }
    }

    /// The same at an address that everybody on the network can find: what proves nothing says nothing there.
    pub(crate) fn where_anybody_comes(self) -> Self {
        match self.weight {
            Weight::Proof => self,
            Weight::Hint | Weight::Nothing => Self {
                weight: Weight::Nothing,
                ..self
            },
        }
    }
}

/// What was taken, by what it says of refusals before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Money, or a notice to judge, that had not come before.
    New,
    /// What had come before, or may have: some platforms sign no time, so anybody who has one old delivery can send it
    /// again. It says nothing of the key that is used today.
    Again,
    /// A heartbeat.
    Beat,
    /// Another kind of event, signed just now.
    Other,
}

/// Refusals that count, since anything of theirs was last taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// The last one's code.
    pub(crate) code: Cow<'static, str>,
    pub(crate) about: About,
    pub(crate) proven: bool,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
    pub(crate) count: u32,
}

impl Run {
    /// One more, unless it says nothing.
    pub(crate) fn grown(run: Option<Self>, refused: Refused, now: Timestamp) -> Option<Self> {
        let proof = match refused.weight {
            Weight::Nothing => return run,
            Weight::Hint => false,
            Weight::Proof => true,
        };
        let Some(run) = run else {
            return Some(Self {
                code: Cow::Borrowed(refused.code),
                about: refused.about,
                proven: proof,
                first: now,
                last: now,
                count: 1,
            });
        };
        // What is certain is not talked over by what anybody can send.
        let (code, about) = if run.proven && !proof {
            (run.code, run.about)
        } else {
            (Cow::Borrowed(refused.code), refused.about)
        };
        Some(Self {
            code,
            about,
            proven: run.proven || proof,
            // A clock that was set back meanwhile.
            first: run.first.min(now),
            last: now,
            count: run.count.saturating_add(1),
        })
    }

    /// What is left of it when something was taken.
    pub(crate) fn after_taking(run: Option<Self>, taken: Taken) -> Option<Self> {
        run.filter(|run| match taken {
            Taken::New => false,
            Taken::Again => true,
            Taken::Beat => run.about == About::Content && run.proven,
            Taken::Other => run.about == About::Content,
        })
    }

    /// Whether it is certain enough. `spread`: over how long hints must come.
    pub(crate) fn raises(&self, spread: Duration) -> bool {
        let spread = i64::try_from(spread.as_millis()).unwrap_or(i64::MAX);
        self.proven || (self.count >= HINTS && self.last.since(self.first) >= spread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPREAD: Duration = Duration::from_secs(120);
    const STALE: Refusal = Refusal::Stale { ahead_ms: 360_000 };

    #[test]
    #[allow(clippy::too_many_lines, reason = "one table, told whole")]
    fn what_a_refusal_proves_of_its_sender() {
        use About::{Content, Seal};
        use Weight::{Hint, Nothing, Proof};
        let bad = Refusal::Malformed("");
        let odd = Refusal::Unsupported("");
        // (kind, refusal, wears a signature, something was taken before) and what it says
        for (kind, refusal, signed, fits, weight, about) in [
            // The platform's own key was found good before the clock was looked at.
            (SourceKind::WechatV3, STALE, true, true, Proof, Seal),
            (SourceKind::Stripe, STALE, true, false, Proof, Seal),
            (SourceKind::SmsForwarder, STALE, true, false, Proof, Seal),
            (
                SourceKind::WechatV3,
                Refusal::Decrypt,
                true,
                true,
                Proof,
                Content,
            ),
            (
                SourceKind::WechatV2,
                Refusal::Decrypt,
                true,
                true,
                Hint,
                Content,
            ),
            (
                SourceKind::WechatV2,
                Refusal::Decrypt,
                false,
                true,
                Nothing,
                Content,
            ),
            // Another merchant's money at an address that works is nobody's loss; before that it is all of it.
            (
                SourceKind::Alipay,
                Refusal::WrongMerchant,
                true,
                true,
                Nothing,
                Content,
            ),
            (
                SourceKind::Alipay,
                Refusal::WrongMerchant,
                true,
                false,
                Proof,
                Content,
            ),
            // Anybody who has the address can send these.
            (
                SourceKind::Stripe,
                Refusal::Signature,
                true,
                true,
                Hint,
                Seal,
            ),
            (
                SourceKind::WechatV3,
                Refusal::UnknownKey,
                true,
                true,
                Hint,
                Seal,
            ),
            (SourceKind::Alipay, odd, true, true, Hint, Seal),
            (SourceKind::Forwarder, bad, true, true, Hint, Content),
            // Garbage.
            (
                SourceKind::WechatV3,
                Refusal::Signature,
                false,
                true,
                Nothing,
                Seal,
            ),
            (
                SourceKind::Stripe,
                Refusal::Signature,
                false,
                false,
                Nothing,
                Seal,
            ),
            (SourceKind::Alipay, bad, false, false, Nothing, Content),
            (
                SourceKind::Alipay,
                Refusal::WrongDoor,
                true,
                false,
                Nothing,
                Content,
            ),
            // Not alarming by its nature.
            (
                SourceKind::WechatV3,
                Refusal::SignatureProbe,
                true,
                false,
                Nothing,
                Content,
            ),
            (
                SourceKind::Stripe,
                Refusal::TestMode,
                true,
                false,
                Nothing,
                Content,
            ),
            (SourceKind::Test, STALE, true, false, Nothing, Seal),
        ] {
            let refused = Refused::weigh(kind, refusal, signed, fits);
            assert_eq!(
                (refused.weight, refused.about),
                (weight, about),
                "{kind:?} {refusal:?} {signed} {fits}"
            );
            let open = refused.where_anybody_comes().weight;
            assert_eq!(open, if weight == Proof { Proof } else { Nothing });
        }
        let ahead = |refusal| Refused::weigh(SourceKind::Stripe, refusal, true, true).ahead_ms;
        assert_eq!(
            (ahead(STALE), ahead(Refusal::Signature)),
            (Some(360_000), None)
        );
    }

    fn refused(refusal: Refusal, signed: bool) -> Refused {
        Refused::weigh(SourceKind::WechatV3, refusal, signed, true)
    }

    fn run(all: &[(Refused, i64)]) -> Option<Run> {
        all.iter().fold(None, |run, (refused, second)| {
            Run::grown(run, *refused, Timestamp(second * 1_000))
        })
    }

    #[test]
    fn one_proof_or_three_hints_over_two_minutes() {
        let proof = refused(STALE, true);
        let hint = refused(Refusal::Signature, true);
        let garbage = refused(Refusal::Signature, false);
        for (all, raises) in [
            (vec![], false),
            (vec![(proof, 0)], true),
            (vec![(hint, 0)], false),
            (vec![(hint, 0), (hint, 120)], false),
            (vec![(hint, 0), (hint, 60), (hint, 119)], false),
            (vec![(hint, 0), (hint, 60), (hint, 120)], true),
            (vec![(hint, 0), (hint, 1), (proof, 2)], true),
            ((0..1_000).map(|second| (garbage, second)).collect(), false),
            ((0..1_000).map(|_| (hint, 0)).collect(), false),
        ] {
            let run = run(&all);
            assert_eq!(run.is_some_and(|run| run.raises(SPREAD)), raises, "{all:?}");
        }
    }

    #[test]
    fn what_is_proven_is_not_talked_over() {
        let hint = refused(Refusal::Signature, true);
        let told = run(&[(hint, 1), (refused(STALE, true), 2), (hint, 3)]).unwrap();
        assert_eq!(
            (told.code.as_ref(), told.proven, told.count),
            ("stale", true, 3)
        );
        assert_eq!(
            (told.first, told.last),
            (Timestamp(1_000), Timestamp(3_000))
        );
        let changed = run(&[
            (refused(STALE, true), 2),
            (refused(Refusal::Decrypt, true), 3),
        ]);
        assert_eq!(changed.unwrap().code, "decrypt");
    }

    #[test]
    fn what_is_taken_ends_it_unless_it_says_nothing_of_the_trouble() {
        use Taken::{Again, Beat, New, Other};
        let bad = Refusal::Malformed("");
        for (refusal, taken, over) in [
            (STALE, New, true),
            (STALE, Beat, true),
            (STALE, Other, true),
            (STALE, Again, false),
            (Refusal::Signature, Beat, true),
            (Refusal::Signature, Other, true),
            // An old delivery, sent again: today's key may be another.
            (Refusal::Signature, Again, false),
            // Another kind of event is not decrypted, so it proves nothing of the key.
            (Refusal::Decrypt, Other, false),
            (Refusal::Decrypt, Beat, false),
            (Refusal::Decrypt, New, true),
            // What anybody may have sent is over when the phone itself is heard.
            (bad, Beat, true),
            (bad, Other, false),
            (bad, Again, false),
        ] {
            let run = run(&[(refused(refusal, true), 0)]);
            assert_eq!(
                Run::after_taking(run, taken).is_none(),
                over,
                "{refusal:?} {taken:?}"
            );
        }
    }
}
