//! Who may try again, and when. Strangers wait longer with each wrong try; a device that signed in before has tries of
//! its own, which nobody else can use up, so that guessing never locks the owner out.
//!
//! Names and addresses of strangers are counted in tables of a fixed size, found by a keyed hash: an account that there
//! is and one that there is not are counted alike, nothing grows, and nothing has to be forgotten to make room.

use ring::hmac;
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Places in each table of strangers. Two that share one share its tries, too; strangers only.
const PLACES: usize = 16_384;
/// How many known devices are kept in mind at most; past that those that have nothing against them are forgotten.
const KNOWN: usize = 8_192;

/// What is guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A password.
    Password,
    /// A code of the second factor.
    Code,
}

/// Who tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guesser<'a> {
    /// Somebody who shows nothing, for the account of this name.
    Stranger {
        /// The name, whether there is such an account or not.
        name: &'a str,
        /// From where; `None` where nobody is told apart (behind a proxy, on this machine).
        address: Option<IpAddr>,
    },
    /// A device from which this account's owner signed in before.
    Known(i64),
    /// Whoever has one of this account's recovery codes in hand.
    Holder(i64),
}

/// How tries are slowed down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Wrong tries that cost nothing.
    pub free: u32,
    /// The wait after those; it doubles with each further one.
    pub first: Duration,
    /// The longest wait.
    pub most: Duration,
    /// After so long without a try all is forgotten.
    pub forgotten: Duration,
}

impl Pace {
    /// For one account, from strangers: 48 tries a day in the long run.
    pub const ACCOUNT: Self = Self {
        free: 8,
        first: Duration::from_secs(2),
        most: Duration::from_secs(1_800),
        forgotten: Duration::from_secs(86_400),
    };
    /// For one address, whatever account: several people may share it.
    pub const ADDRESS: Self = Self {
        free: 30,
        first: Duration::from_secs(2),
        most: Duration::from_secs(900),
        forgotten: Duration::from_secs(3_600),
    };
    /// For a known device.
    pub const KNOWN: Self = Self {
        free: 10,
        first: Duration::from_secs(1),
        most: Duration::from_secs(300),
        forgotten: Duration::from_secs(3_600),
    };

    fn wait_after(&self, tries: u32) -> Duration {
        let Some(further) = tries.checked_sub(self.free) else {
            return Duration::ZERO;
        };
        let doubled = 1_u32.checked_shl(further).unwrap_or(u32::MAX);
        self.first.saturating_mul(doubled).min(self.most)
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Tries {
    count: u32,
    last: Option<Instant>,
}

impl Tries {
    /// How long to wait before the next one; zero: none.
    fn wait(&self, pace: &Pace, now: Instant) -> Duration {
        let Some(last) = self.last else {
            return Duration::ZERO;
        };
        let passed = now.saturating_duration_since(last);
        if passed >= pace.forgotten {
            return Duration::ZERO;
        }
        pace.wait_after(self.count).saturating_sub(passed)
    }

    fn add(&mut self, pace: &Pace, now: Instant) {
        let old = self
            .last
            .is_some_and(|last| now.saturating_duration_since(last) >= pace.forgotten);
        self.count = if old { 1 } else { self.count.saturating_add(1) };
        self.last = Some(now);
    }

    fn is_forgotten(&self, pace: &Pace, now: Instant) -> bool {
        self.last
            .is_none_or(|last| now.saturating_duration_since(last) >= pace.forgotten)
    }
}

#[derive(PartialEq, Eq, Hash, Clone, Copy)]
enum Own {
    Known(Kind, i64),
    Holder(Kind, i64),
}

/// Every try that counts.
pub struct Guesses {
    key: hmac::Key,
    names: Vec<Tries>,
    addresses: Vec<Tries>,
    own: HashMap<Own, Tries>,
}

impl Guesses {
    /// Nobody tried anything yet. `key` is random, so that nobody can tell who shares a place with whom.
    pub fn new(key: &[u8; 32]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
            names: vec![Tries::default(); PLACES],
            addresses: vec![Tries::default(); PLACES],
            own: HashMap::new(),
        }
    }

    /// Takes a try before it is known whether it is right, so that a thousand at once are a thousand; or says how long
    /// to wait, and counts nothing.
    pub fn take(&mut self, kind: Kind, who: Guesser<'_>, now: Instant) -> Result<(), Duration> {
        match who {
            Guesser::Stranger { name, address } => {
                let name = self.name_place(kind, name);
                let address = address.map(|address| self.address_place(address));
                let waits = [
                    self.names[name].wait(&Pace::ACCOUNT, now),
                    address.map_or(Duration::ZERO, |at| {
                        self.addresses[at].wait(&Pace::ADDRESS, now)
                    }),
                ];
                refuse_within(waits.into_iter().max().unwrap_or_default())?;
                self.names[name].add(&Pace::ACCOUNT, now);
                if let Some(at) = address {
                    self.addresses[at].add(&Pace::ADDRESS, now);
                }
                Ok(())
            }
            Guesser::Known(_) | Guesser::Holder(_) => {
                self.make_room(now);
                let Some(own) = own(kind, who) else {
                    return Ok(());
                };
                let tries = self.own.entry(own).or_default();
                refuse_within(tries.wait(&Pace::KNOWN, now))?;
                tries.add(&Pace::KNOWN, now);
                Ok(())
            }
        }
    }

    /// The try was right: who proved to be the owner has nothing against them. What strangers did to the name stays.
    pub fn right(&mut self, kind: Kind, who: Guesser<'_>) {
        match own(kind, who) {
            Some(own) => {
                self.own.remove(&own);
            }
            None => self.untried(kind, who),
        }
    }

    /// The try could not be judged: this one is given back, and none before it.
    pub fn untried(&mut self, kind: Kind, who: Guesser<'_>) {
        match who {
            Guesser::Stranger { name, address } => {
                let name = self.name_place(kind, name);
                self.names[name].count = self.names[name].count.saturating_sub(1);
                if let Some(address) = address {
                    let at = self.address_place(address);
                    self.addresses[at].count = self.addresses[at].count.saturating_sub(1);
                }
            }
            Guesser::Known(_) | Guesser::Holder(_) => {
                let tries = own(kind, who).and_then(|own| self.own.get_mut(&own));
                if let Some(tries) = tries {
                    tries.count = tries.count.saturating_sub(1);
                }
            }
        }
    }

    fn name_place(&self, kind: Kind, name: &str) -> usize {
        let kind = match kind {
            Kind::Password => b"p",
            Kind::Code => b"c",
        };
        self.place(&[b"name", kind, name.as_bytes()])
    }

    /// An address of the newer kind counts with the whole network that it came from: one household has as many of them
    /// as it likes.
    fn address_place(&self, address: IpAddr) -> usize {
        match address.to_canonical() {
            IpAddr::V4(v4) => self.place(&[b"v4", &v4.octets()]),
            IpAddr::V6(v6) => self.place(&[b"v6", &v6.octets()[..8]]),
        }
    }

    fn place(&self, parts: &[&[u8]]) -> usize {
        let mut tag = hmac::Context::with_key(&self.key);
        for part in parts {
            tag.update(part);
            tag.update(b"\n");
        }
        let tag = tag.sign();
        let four = tag.as_ref().iter().take(4);
        four.fold(0, |number: usize, byte| number * 256 + usize::from(*byte)) % PLACES
    }

    fn make_room(&mut self, now: Instant) {
        if self.own.len() >= KNOWN {
            self.own
                .retain(|_, tries| !tries.is_forgotten(&Pace::KNOWN, now));
        }
        // More than that are not devices of owners; a hub has no so many.
        if self.own.len() >= KNOWN {
            self.own.clear();
        }
    }
}

fn own(kind: Kind, who: Guesser<'_>) -> Option<Own> {
    match who {
        Guesser::Stranger { .. } => None,
        Guesser::Known(device) => Some(Own::Known(kind, device)),
        Guesser::Holder(account) => Some(Own::Holder(kind, account)),
    }
}

fn refuse_within(wait: Duration) -> Result<(), Duration> {
    if wait.is_zero() { Ok(()) } else { Err(wait) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stranger<'a>(name: &'a str, last: u8) -> Guesser<'a> {
        Guesser::Stranger {
            name,
            address: Some([203, 0, 113, last].into()),
        }
    }

    #[test]
    fn each_wrong_try_costs_a_longer_wait_up_to_a_bound() {
        let pace = Pace {
            free: 3,
            first: Duration::from_secs(2),
            most: Duration::from_secs(60),
            forgotten: Duration::from_secs(3_600),
        };
        for (tries, seconds) in [
            (0, 0),
            (2, 0),
            (3, 2),
            (4, 4),
            (5, 8),
            (7, 32),
            (8, 60),
            (30, 60),
            (40, 60),
            (u32::MAX, 60),
        ] {
            assert_eq!(pace.wait_after(tries).as_secs(), seconds, "{tries}");
        }
    }

    #[test]
    fn a_name_is_counted_whoever_tries_and_whether_it_is_there() {
        let mut guesses = Guesses::new(&[1; 32]);
        let start = Instant::now();
        for n in 0..8 {
            let who = stranger("li", n);
            assert_eq!(guesses.take(Kind::Password, who, start), Ok(()), "{n}");
        }
        let refused = guesses.take(Kind::Password, stranger("li", 99), start);
        assert_eq!(refused, Err(Duration::from_secs(2)));
        // Being refused costs nothing, or nobody who tries again and again would ever be let in.
        let later = start + Duration::from_secs(2);
        assert_eq!(
            guesses.take(Kind::Password, stranger("li", 99), later),
            Ok(())
        );
        assert_eq!(
            guesses.take(Kind::Password, stranger("li", 99), later),
            Err(Duration::from_secs(4))
        );
        for (kind, name) in [(Kind::Password, "wang"), (Kind::Code, "li")] {
            assert_eq!(guesses.take(kind, stranger(name, 99), later), Ok(()));
        }
        let next_day = later + Duration::from_secs(86_400);
        for n in 0..8 {
            let who = stranger("li", n);
            assert_eq!(guesses.take(Kind::Password, who, next_day), Ok(()), "{n}");
        }
    }

    #[test]
    fn an_address_is_counted_whatever_name_it_tries() {
        let mut guesses = Guesses::new(&[1; 32]);
        let now = Instant::now();
        let names: Vec<String> = (0..40).map(|n| format!("owner{n}")).collect();
        let granted = |guesses: &mut Guesses, address: &str| {
            let address = Some(address.parse().expect("address"));
            let mut names = names.iter();
            names
                .position(|name| {
                    let who = Guesser::Stranger { name, address };
                    guesses.take(Kind::Password, who, now).is_err()
                })
                .unwrap_or(names.len())
        };
        assert_eq!(granted(&mut guesses, "203.0.113.9"), 30);
        assert_eq!(granted(&mut guesses, "203.0.113.9"), 0);
        assert_eq!(granted(&mut guesses, "::ffff:203.0.113.9"), 0, "the same");
        let mut guesses = Guesses::new(&[1; 32]);
        assert_eq!(granted(&mut guesses, "2001:db8:1:2::1"), 30);
        assert_eq!(
            granted(&mut guesses, "2001:db8:1:2:ffff::9"),
            0,
            "one house"
        );
    }

    #[test]
    fn a_thousand_at_once_are_a_thousand() {
        let mut guesses = Guesses::new(&[1; 32]);
        let now = Instant::now();
        let granted = (0..1_000)
            .filter(|_| guesses.take(Kind::Code, Guesser::Known(1), now).is_ok())
            .count();
        assert_eq!(granted, 10);
        guesses.right(Kind::Code, Guesser::Known(1));
        assert_eq!(guesses.take(Kind::Code, Guesser::Known(1), now), Ok(()));
    }

    /// A hub that is busy is no way round the pace: the tries before stay counted.
    #[test]
    fn what_could_not_be_judged_is_one_try_less_and_no_more() {
        let now = Instant::now();
        for who in [Guesser::Known(1), Guesser::Holder(1), stranger("li", 1)] {
            let free = match who {
                Guesser::Stranger { .. } => Pace::ACCOUNT.free,
                _ => Pace::KNOWN.free,
            };
            let mut guesses = Guesses::new(&[1; 32]);
            for _ in 1..free {
                assert_eq!(guesses.take(Kind::Password, who, now), Ok(()));
            }
            guesses.untried(Kind::Password, who);
            for _ in 0..2 {
                assert_eq!(guesses.take(Kind::Password, who, now), Ok(()));
            }
            let told = guesses.take(Kind::Password, who, now);
            assert!(told.is_err(), "{who:?}");
        }
    }

    #[test]
    fn a_right_try_of_a_stranger_is_given_back_and_no_other() {
        let mut guesses = Guesses::new(&[1; 32]);
        let now = Instant::now();
        for _ in 0..7 {
            let _ = guesses.take(Kind::Password, stranger("li", 1), now);
        }
        for _ in 0..100 {
            assert_eq!(guesses.take(Kind::Password, stranger("li", 2), now), Ok(()));
            guesses.right(Kind::Password, stranger("li", 2));
        }
        let _ = guesses.take(Kind::Password, stranger("li", 1), now);
        assert!(
            guesses
                .take(Kind::Password, stranger("li", 2), now)
                .is_err()
        );
    }

    #[derive(Debug, Clone)]
    enum Step {
        Stranger {
            kind: bool,
            name: u8,
            address: u8,
        },
        Owner {
            kind: bool,
            holder: bool,
            right: bool,
        },
        Passes(u32),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (any::<bool>(), 0..4_u8, 0..6_u8)
                .prop_map(|(kind, name, address)| Step::Stranger { kind, name, address }),
            2 => (any::<bool>(), any::<bool>(), any::<bool>())
                .prop_map(|(kind, holder, right)| Step::Owner { kind, holder, right }),
            1 => (0..4_000_u32).prop_map(Step::Passes),
        ]
    }

    proptest! {
        /// Whatever strangers do, a known device of the owner, and who has a recovery code, is told the same as in a world
        /// without strangers.
        #[test]
        fn strangers_never_delay_the_owner(steps in prop::collection::vec(step(), 1..300)) {
            let (mut with, mut without) = (Guesses::new(&[1; 32]), Guesses::new(&[1; 32]));
            let mut now = Instant::now();
            let of = |kind| if kind { Kind::Password } else { Kind::Code };
            for step in steps {
                match step {
                    Step::Passes(seconds) => now += Duration::from_secs(seconds.into()),
                    Step::Stranger { kind, name, address } => {
                        let name = ["owner", "li", "nobody", ""][usize::from(name)];
                        let _ = with.take(of(kind), stranger(name, address), now);
                    }
                    Step::Owner { kind, holder, right } => {
                        let who = if holder { Guesser::Holder(7) } else { Guesser::Known(7) };
                        let told = with.take(of(kind), who, now);
                        prop_assert_eq!(told, without.take(of(kind), who, now));
                        if told.is_ok() && right {
                            with.right(of(kind), who);
                            without.right(of(kind), who);
                        }
                    }
                }
            }
        }

        /// In the long run a stranger gets no more tries than the pace allows, however they are spread.
        #[test]
        fn strangers_get_few_tries(gaps in prop::collection::vec(0..3_000_u32, 1..400)) {
            let mut guesses = Guesses::new(&[1; 32]);
            let start = Instant::now();
            let (mut now, mut granted) = (start, 0_u64);
            for (n, gap) in (0_u8..=255).cycle().zip(gaps) {
                now += Duration::from_secs(gap.into());
                granted += u64::from(guesses.take(Kind::Password, stranger("owner", n), now).is_ok());
            }
            // The waits that double (2 s to 1,024 s) are ten; then one for each half hour.
            let most = 8 + 10 + now.duration_since(start).as_secs() / 1_800 + 1;
            prop_assert!(granted <= most, "{granted} > {most}");
        }
    }
}
