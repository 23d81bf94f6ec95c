//! Who gave the right password and not the second factor yet: in memory only, few, and not for long.

use super::rows::Judged;
use domain::Timestamp;
use std::collections::HashMap;

/// How many may stand between password and second factor; only who knows a password stands there.
const HALVES: usize = 256;
/// The same of one account.
const HALVES_OF_ONE: usize = 4;

/// Who gave the right password, by the hash of a token.
#[derive(Default)]
pub(super) struct Halves {
    all: HashMap<[u8; 32], Half>,
}

/// Somebody between password and second factor.
#[derive(Debug, Clone)]
pub(super) struct Half {
    pub(super) judged: Judged,
    pub(super) since: Timestamp,
    pub(super) wrong: u32,
}

impl Halves {
    pub(super) fn add(&mut self, token: [u8; 32], half: Half, lasts: i64) {
        let now = half.since;
        self.all.retain(|_, one| is_open(one, now, lasts));
        let of_one = self
            .all
            .values()
            .filter(|one| one.judged.account.key == half.judged.account.key);
        if of_one.count() >= HALVES_OF_ONE {
            self.remove_oldest(|one| one.judged.account.key == half.judged.account.key);
        }
        if self.all.len() >= HALVES {
            self.remove_oldest(|_| true);
        }
        self.all.insert(token, half);
    }

    fn remove_oldest(&mut self, of: impl Fn(&Half) -> bool) {
        let mut those = self.all.iter().filter(|(_, half)| of(half));
        let first = those.next();
        let oldest = those.fold(first, |oldest, one| match oldest {
            Some(older) if older.1.since <= one.1.since => Some(older),
            _ => Some(one),
        });
        if let Some(token) = oldest.map(|(token, _)| *token) {
            self.all.remove(&token);
        }
    }

    pub(super) fn find(&self, token: &[u8; 32], now: Timestamp, lasts: i64) -> Option<Half> {
        let half = self.all.get(token).filter(|half| is_open(half, now, lasts));
        half.cloned()
    }

    pub(super) fn was_wrong(&mut self, token: &[u8; 32], most: u32) {
        if let Some(half) = self.all.get_mut(token) {
            half.wrong = half.wrong.saturating_add(1);
            if half.wrong >= most {
                self.all.remove(token);
            }
        }
    }

    pub(super) fn remove(&mut self, token: &[u8; 32]) {
        self.all.remove(token);
    }

    /// All of one account: its password changed.
    pub(super) fn remove_all_of(&mut self, account: i64) {
        self.all
            .retain(|_, half| half.judged.account.key != account);
    }
}

fn is_open(half: &Half, now: Timestamp, lasts: i64) -> bool {
    now.since(half.since).saturating_abs() < lasts
}

#[cfg(test)]
mod tests {
    use super::super::rows::Account;
    use super::*;

    fn half(account: i64, since: i64) -> Half {
        Half {
            judged: Judged {
                account: Account {
                    key: account,
                    id: format!("account_{account}"),
                    name: "li".to_owned(),
                },
                password_at: Timestamp(0),
            },
            since: Timestamp(since),
            wrong: 0,
        }
    }

    fn token(n: i64) -> [u8; 32] {
        let mut token = [0; 32];
        token[..8].copy_from_slice(&n.to_be_bytes());
        token
    }

    #[test]
    fn few_and_not_for_long() {
        let mut halves = Halves::default();
        for n in 0..6 {
            halves.add(token(n), half(1, n), 1_000);
        }
        let there =
            |halves: &Halves, n, now| halves.find(&token(n), Timestamp(now), 1_000).is_some();
        let left: Vec<i64> = (0..6).filter(|n| there(&halves, *n, 6)).collect();
        assert_eq!(left, [2, 3, 4, 5], "the oldest of one account give way");
        assert!(there(&halves, 5, 1_004) && !there(&halves, 5, 1_005));
        for n in 100..1_000 {
            halves.add(token(n), half(n, n), 1_000);
        }
        assert!(halves.all.len() <= HALVES);
        assert!(there(&halves, 999, 999) && !there(&halves, 700, 999));
        for _ in 0..2 {
            halves.was_wrong(&token(999), 3);
            assert!(there(&halves, 999, 999));
        }
        halves.was_wrong(&token(999), 3);
        assert!(!there(&halves, 999, 999), "wrong too often");
        halves.remove_all_of(998);
        assert!(!there(&halves, 998, 999) && there(&halves, 997, 999));
    }
}
