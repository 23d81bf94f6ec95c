//! What a printer says of itself when it is asked, and how it is asked.

use crate::{Script, Step};
use serde::Serialize;
use std::time::Duration;

/// A printer that has not answered by then does not answer: cheap ones never do. The receipt goes on.
pub const PATIENCE: Duration = Duration::from_millis(300);

/// Asks for the four kinds of status at once. Put it before a receipt, never into one.
pub fn question() -> Script {
    let ask = (1..=4).flat_map(|n| [0x10, 0x04, n]).collect();
    Script::new([
        Step::Send(ask),
        Step::Hear {
            most: 16,
            within: PATIENCE,
        },
    ])
}

/// How a printer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Status {
    /// It takes nothing now.
    pub offline: bool,
    /// Its cover is open.
    pub cover_open: bool,
    /// There is no paper.
    pub paper_out: bool,
    /// There is not much paper left.
    pub paper_low: bool,
    /// The knife is stuck.
    pub knife_stuck: bool,
    /// Something else is wrong; switching it off and on may help.
    pub fault: bool,
    /// The line of the drawer's switch. Which way is open depends on the drawer.
    pub drawer_line: bool,
}

/// The one thing to tell a person first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// Put paper in.
    PaperOut,
    /// Close the cover.
    CoverOpen,
    /// Free the knife.
    KnifeStuck,
    /// Switch it off and on.
    Fault,
    /// It is offline and does not say why.
    Offline,
}

impl Status {
    /// From what was heard after [`question`]. `None` where four answers did not come: fewer may be to any of the
    /// questions. Whatever is no answer (flow control, noise) is passed over.
    pub fn parse(heard: &[u8]) -> Option<Self> {
        let mut answers = heard.iter().copied().filter(|byte| is_answer(*byte));
        let (printer, offline) = (answers.next()?, answers.next()?);
        let (error, roll) = (answers.next()?, answers.next()?);
        let has = |byte: u8, bits: u8| byte & bits != 0;
        Some(Self {
            offline: has(printer, 0x08),
            drawer_line: has(printer, 0x04),
            cover_open: has(offline, 0x04),
            paper_out: has(offline, 0x20) || has(roll, 0x60),
            paper_low: has(roll, 0x0c),
            knife_stuck: has(error, 0x08),
            fault: has(error, 0x64),
        })
    }

    /// What keeps it from printing; `None` when nothing does. Little paper is no trouble yet.
    pub fn trouble(self) -> Option<Trouble> {
        // An open cover also reads as no paper: the cover is what a person sees.
        [
            (self.cover_open, Trouble::CoverOpen),
            (self.paper_out, Trouble::PaperOut),
            (self.knife_stuck, Trouble::KnifeStuck),
            (self.fault, Trouble::Fault),
            (self.offline, Trouble::Offline),
        ]
        .into_iter()
        .find_map(|(is, trouble)| is.then_some(trouble))
    }
}

/// Bits 1 and 4 of an answer are set, 0 and 7 are not.
fn is_answer(byte: u8) -> bool {
    byte & 0x93 == 0x12
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn says_what_keeps_it_from_printing() {
        let fine = Some(Status::default());
        let trouble = |heard: &[u8]| Status::parse(heard).map(Status::trouble);
        assert_eq!(Status::parse(&[0x12; 4]), fine);
        for (heard, expected) in [
            (&[0x12, 0x12, 0x12, 0x12][..], Some(None)),
            // Near its end, but it prints.
            (&[0x12, 0x12, 0x12, 0x1e], Some(None)),
            (&[0x1a, 0x32, 0x12, 0x7e], Some(Some(Trouble::PaperOut))),
            (&[0x1a, 0x16, 0x12, 0x12], Some(Some(Trouble::CoverOpen))),
            (&[0x1a, 0x36, 0x12, 0x72], Some(Some(Trouble::CoverOpen))),
            (&[0x1a, 0x52, 0x1a, 0x12], Some(Some(Trouble::KnifeStuck))),
            (&[0x1a, 0x52, 0x32, 0x12], Some(Some(Trouble::Fault))),
            (&[0x1a, 0x12, 0x12, 0x12], Some(Some(Trouble::Offline))),
            // Flow control and noise between the answers.
            (
                &[0x13, 0x12, 0x11, 0x12, 0xff, 0x12, 0x00, 0x12],
                Some(None),
            ),
            // It does not answer, or not to everything.
            (&[], None),
            (&[0x1a, 0x12, 0x12], None),
        ] {
            assert_eq!(trouble(heard), expected, "{heard:02x?}");
        }
        assert!(
            Status::parse(&[0x16, 0x12, 0x12, 0x12])
                .unwrap()
                .drawer_line
        );
        assert!(Status::parse(&[0x12, 0x12, 0x12, 0x1e]).unwrap().paper_low);
    }

    #[test]
    fn the_question_waits_no_longer_than_it_should() {
        let question = question();
        let [Step::Send(ask), Step::Hear { within, .. }] = question.steps() else {
            panic!("{question:?}");
        };
        assert_eq!(ask, &[0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 3, 0x10, 4, 4]);
        assert_eq!(*within, PATIENCE);
    }

    proptest! {
        #[test]
        fn any_noise_is_taken(heard in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = Status::parse(&heard);
        }
    }
}
