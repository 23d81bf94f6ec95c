//! Pairs times on a line, one to one: as many pairs as there can be within the limit, and of all such pairings one in
//! which the distances together are least.
//!
//! Both sides are walked together in time. Let `s` be how many payments so far wait for a later row (negative: rows that
//! wait for a later payment). What it costs at least to stand at `s` is a convex function: walking on by a gap adds `|s|`
//! times the gap, and each payment or row adds one slope. So two sorted sets hold all slopes, those below `s = 0` and
//! those above, and 100,000 equal amounts cost so many steps in a tree, not their square.
//!
//! The limit bounds `s`: not more can wait than came within it. What then falls off the ends of the function has found
//! its fate. (Would an older payment wait beyond its limit while a younger one stays alone, exchanging the two would cost
//! less; so the cheapest way never does.)

use std::collections::BTreeSet;

/// Beyond this no time is real, and sums below stay far from overflowing.
const FAR: i64 = 1 << 50;
/// What it costs to leave a payment alone: more than all distances of any two.
const ALONE: i64 = 1 << 55;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Slope {
    /// The slope, less what has been added to its set.
    at: i64,
    /// The place in the walk: equal slopes always fall the same way.
    place: u32,
    /// A payment (`true`) or a row.
    heard: bool,
    index: u32,
}

/// The slopes on both sides of zero, and what has been decided.
#[derive(Default)]
struct Walk {
    below: BTreeSet<Slope>,
    above: BTreeSet<Slope>,
    /// What walking has added to all slopes above, and taken from all below.
    walked: i64,
    heard: Vec<u32>,
    rows: Vec<u32>,
}

impl Walk {
    /// A payment may wait (one step up), or stay alone at a price.
    fn take_heard(&mut self, place: usize, index: usize) {
        self.below
            .insert(slope(self.walked - ALONE, place, true, index));
        if let Some(top) = self.below.pop_last() {
            let at = top.at - 2 * self.walked;
            self.above.insert(Slope { at, ..top });
        }
    }

    /// A row may serve (one step down), or stay alone, which costs nothing by itself.
    fn take_row(&mut self, place: usize, index: usize) {
        self.above.insert(slope(-self.walked, place, false, index));
        if let Some(least) = self.above.pop_first() {
            let at = least.at + 2 * self.walked;
            self.below.insert(Slope { at, ..least });
        }
    }

    /// No more than so many can wait on each side.
    fn bound(&mut self, heard: usize, rows: usize) {
        while self.above.len() > heard
            && let Some(last) = self.above.pop_last()
        {
            self.stays_down(last);
        }
        while self.below.len() > rows
            && let Some(first) = self.below.pop_first()
        {
            self.goes_up(first);
        }
    }

    /// A step up that is taken: a payment is paired, a row stays alone.
    fn goes_up(&mut self, slope: Slope) {
        if slope.heard {
            self.heard.push(slope.index);
        }
    }

    /// One that is not: a payment stays alone, a row is paired.
    fn stays_down(&mut self, slope: Slope) {
        if !slope.heard {
            self.rows.push(slope.index);
        }
    }
}

fn slope(at: i64, place: usize, heard: bool, index: usize) -> Slope {
    Slope {
        at,
        place: u32::try_from(place).unwrap_or(u32::MAX),
        heard,
        index: u32::try_from(index).unwrap_or(u32::MAX),
    }
}

/// The pairs, as indices into `heard` and `rows`, which both ascend. No pair is farther apart than `limit`, no two
/// pairs cross, and no index comes twice.
pub(super) fn pair(heard: &[i64], rows: &[i64], limit: i64) -> Vec<(usize, usize)> {
    if heard.is_empty() || rows.is_empty() || limit < 0 {
        return Vec::new();
    }
    let limit = limit.min(2 * FAR);
    let (heard_at, rows_at) = (
        |h: usize| heard[h].clamp(-FAR, FAR),
        |r: usize| rows[r].clamp(-FAR, FAR),
    );
    let mut walk = Walk::default();
    let (mut h, mut r, mut last) = (0, 0, None);
    // The first of each side that is still within the limit.
    let (mut oldest_heard, mut oldest_row) = (0, 0);
    while h < heard.len() || r < rows.len() {
        let takes_heard = r == rows.len() || h < heard.len() && heard_at(h) <= rows_at(r);
        let time = if takes_heard { heard_at(h) } else { rows_at(r) };
        walk.walked += time - last.unwrap_or(time);
        last = Some(time);
        while oldest_heard < h && heard_at(oldest_heard) < time - limit {
            oldest_heard += 1;
        }
        while oldest_row < r && rows_at(oldest_row) < time - limit {
            oldest_row += 1;
        }
        walk.bound(h - oldest_heard, r - oldest_row);
        if takes_heard {
            walk.take_heard(h + r, h);
            h += 1;
        } else {
            walk.take_row(h + r, r);
            r += 1;
        }
    }
    // Nobody waits at the end: what lies below was taken, what lies above was not.
    for slope in std::mem::take(&mut walk.below) {
        walk.goes_up(slope);
    }
    for slope in std::mem::take(&mut walk.above) {
        walk.stays_down(slope);
    }
    walk.heard.sort_unstable();
    walk.rows.sort_unstable();
    let pairs = walk.heard.into_iter().zip(walk.rows);
    pairs.map(|(h, r)| (h as usize, r as usize)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// How many pairs at most, and what they cost at least, by the plain square of a table.
    fn best(heard: &[i64], rows: &[i64], limit: i64) -> (usize, i64) {
        let better =
            |a: (usize, i64), b: (usize, i64)| if (a.0, -a.1) >= (b.0, -b.1) { a } else { b };
        let mut before = vec![(0, 0); rows.len() + 1];
        for h in heard {
            let mut now = vec![(0, 0)];
            for (j, r) in rows.iter().enumerate() {
                let alone = better(before[j + 1], now[j]);
                let apart = (h - r).abs();
                let paired = (before[j].0 + 1, before[j].1 + apart);
                now.push(if apart <= limit {
                    better(paired, alone)
                } else {
                    alone
                });
            }
            before = now;
        }
        before[rows.len()]
    }

    #[test]
    fn pairs_as_many_as_can_be_and_the_nearest_of_them() {
        for (heard, rows, limit, pairs) in [
            (&[10][..], &[12][..], 5, &[(0, 0)][..]),
            (&[10], &[15], 5, &[(0, 0)]),
            (&[10], &[16], 5, &[]),
            (&[10], &[10], 0, &[(0, 0)]),
            (&[0, 10], &[11], 20, &[(1, 0)]),
            (&[0, 10], &[1, 11], 5, &[(0, 0), (1, 1)]),
            // Both, though 4 and 5 alone would lie nearest.
            (&[0, 4], &[5, 9], 6, &[(0, 0), (1, 1)]),
            // Notices that come three minutes late, of sales that come every three minutes.
            (&[3, 6, 9], &[0, 3, 6], 5, &[(0, 0), (1, 1), (2, 2)]),
            (&[0, 100, 200], &[100, 200, 300], 99, &[(1, 0), (2, 1)]),
            (&[], &[1], 5, &[]),
            (&[i64::MIN, i64::MAX], &[i64::MAX], 5, &[(1, 0)]),
        ] {
            assert_eq!(pair(heard, rows, limit), pairs, "{heard:?} {rows:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn is_as_good_as_trying_everything(
            mut heard in prop::collection::vec(0_i64..60, 0..14),
            mut rows in prop::collection::vec(0_i64..60, 0..14),
            limit in 0_i64..30,
        ) {
            heard.sort_unstable();
            rows.sort_unstable();
            let pairs = pair(&heard, &rows, limit);
            let apart: i64 = pairs.iter().map(|(h, r)| (heard[*h] - rows[*r]).abs()).sum();
            prop_assert_eq!((pairs.len(), apart), best(&heard, &rows, limit));
            for window in pairs.windows(2) {
                prop_assert!(window[0].0 < window[1].0 && window[0].1 < window[1].1, "nothing crosses or comes twice");
            }
            for (h, r) in &pairs {
                prop_assert!((heard[*h] - rows[*r]).abs() <= limit);
            }
        }
    }
}
