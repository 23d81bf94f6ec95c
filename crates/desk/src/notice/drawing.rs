//! Whether the cards' page keeps up with what it is told. A web view can hang, or its process be ended, while the window
//! stands there; then the cards are told otherwise, and the window is made anew. Pure: the clock is an argument.

use std::time::Duration;
use tokio::time::Instant;

/// A page that has drawn nothing for so long is not waited for: notices stand in. A slow PC's first card takes less.
const PATIENCE: Duration = Duration::from_secs(5);
/// A page that has drawn nothing for so long is given up.
const GIVEN_UP: Duration = Duration::from_secs(15);
/// Where windows that were made anew draw nothing either, the next is made so long after the last one: a web view costs
/// a second of the processor, and where nothing can draw it is spent for nothing. Anything drawn begins it afresh.
const ANEW_AFTER: [Duration; 3] = [
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(15 * 60),
];

/// What to do when its time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Late {
    /// Show notices in place of the cards.
    Notice,
    /// Make the window anew.
    Anew,
}

/// What is known of the page's drawing.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    /// Since when it owes a picture.
    owes_since: Option<Instant>,
    late: bool,
    /// So often in a row it drew nothing in time.
    in_a_row: u8,
    /// The windows that were made anew since anything was drawn: how many, and when the last one.
    anew: Option<(usize, Instant)>,
}

impl Drawing {
    /// The cards changed; `some` are on show. An empty stack owes no picture. True when the window should be made anew
    /// for the next card: twice it drew nothing while cards were there, which even a slow PC's first page does not.
    pub(super) fn told(&mut self, some: bool, now: Instant) -> bool {
        self.owes_since = some.then(|| self.owes_since.unwrap_or(now));
        let given_up = self.late && !some && self.in_a_row > 1;
        self.late &= some;
        let may = self.next_anew().is_none_or(|next| now >= next);
        if given_up && may {
            self.made_anew(now);
        }
        given_up && may
    }

    /// The page has drawn: `all` of what it was told, or something older, which shows that it lives.
    pub(super) fn drew(&mut self, all: bool, now: Instant) {
        self.owes_since = self.owes_since.filter(|_| !all).map(|_| now);
        self.late &= !all;
        self.in_a_row = 0;
        self.anew = None;
    }

    /// Before then no other window is made.
    fn next_anew(&self) -> Option<Instant> {
        let (count, last) = self.anew?;
        let wait = ANEW_AFTER.get(count - 1).or(ANEW_AFTER.last())?;
        Some(last + *wait)
    }

    fn made_anew(&mut self, now: Instant) {
        let before = self.anew.map_or(0, |(count, _)| count);
        self.anew = Some((before + 1, now));
        self.in_a_row = 0;
    }

    /// Notices stand in for the cards.
    pub(super) fn is_late(&self) -> bool {
        self.late
    }

    /// When there is something to do.
    pub(super) fn due(&self) -> Option<Instant> {
        let since = self.owes_since?;
        if !self.late {
            return Some(since + PATIENCE);
        }
        let due = since + GIVEN_UP;
        Some(self.next_anew().map_or(due, |next| next.max(due)))
    }

    /// Its time has come.
    pub(super) fn now_due(&mut self, now: Instant) -> Late {
        if !std::mem::replace(&mut self.late, true) {
            self.in_a_row = self.in_a_row.saturating_add(1);
            return Late::Notice;
        }
        self.made_anew(now);
        self.owes_since = self.owes_since.map(|_| now);
        Late::Anew
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_draws_nothing_is_stood_in_for_and_then_given_up() {
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        let mut page = Drawing::default();
        assert_eq!(page.due(), None);
        page.told(true, at(0));
        page.told(true, at(3));
        assert_eq!(
            (page.due(), page.is_late()),
            (Some(at(5)), false),
            "the first counts"
        );
        page.drew(false, at(4));
        assert_eq!(page.due(), Some(at(9)), "it lives");
        page.drew(true, at(6));
        assert_eq!(page.due(), None);

        page.told(true, at(10));
        assert_eq!((page.now_due(at(15)), page.is_late()), (Late::Notice, true));
        assert_eq!(page.due(), Some(at(25)));
        assert_eq!(page.now_due(at(25)), Late::Anew);
        assert_eq!((page.due(), page.is_late()), (Some(at(85)), true));
        page.drew(true, at(26));
        assert_eq!((page.due(), page.is_late()), (None, false));

        // Cards that leave before it is given up: the second time, the next card gets another window.
        for (seconds, given_up) in [(50, false), (60, true)] {
            assert!(!page.told(true, at(seconds)));
            assert_eq!(page.now_due(at(seconds + 5)), Late::Notice);
            assert_eq!(page.told(false, at(seconds + 8)), given_up);
            assert_eq!(
                (page.due(), page.is_late()),
                (None, false),
                "nothing to draw"
            );
        }
    }

    #[test]
    fn where_nothing_draws_windows_are_made_anew_ever_more_seldom_until_something_does() {
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        let mut page = Drawing::default();
        let mut made = vec![];
        page.told(true, at(0));
        while let Some(due) = page.due().filter(|due| *due < at(3_600)) {
            if page.now_due(due) == Late::Anew {
                made.push(due.duration_since(begun).as_secs());
            }
        }
        assert_eq!(made, [15, 75, 375, 1_275, 2_175, 3_075]);

        // The same where cards come and leave before a window is given up.
        let mut page = Drawing::default();
        let mut made = vec![];
        for second in (0..3_600).step_by(20) {
            page.told(true, at(second));
            assert_eq!(page.now_due(at(second + 5)), Late::Notice);
            if page.told(false, at(second + 8)) {
                made.push(second + 8);
            }
        }
        assert_eq!(made, [28, 88, 388, 1_288, 2_188, 3_088]);

        page.told(true, at(4_000));
        page.drew(true, at(4_001));
        for second in [4_010, 4_020] {
            page.told(true, at(second));
            page.now_due(at(second + 5));
            assert_eq!(
                page.told(false, at(second + 8)),
                second == 4_020,
                "as at first"
            );
        }
    }
}
