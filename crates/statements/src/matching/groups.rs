//! Groups of what has something in common, and which kinds of numbers can be compared.

/// Places by what they have in common; within a group in their own order.
pub(super) struct Groups<K> {
    keys: Vec<K>,
    places: Vec<Vec<usize>>,
}

impl<K> Groups<K> {
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

pub(super) fn groups<K: Ord + Copy>(places: impl Iterator<Item = (K, usize)>) -> Groups<K> {
    let mut keyed: Vec<(K, usize)> = places.collect();
    keyed.sort_unstable();
    let mut grouped = Groups {
        keys: Vec::new(),
        places: Vec::new(),
    };
    for group in keyed.chunk_by(|a, b| a.0 == b.0) {
        grouped.keys.push(group[0].0);
        grouped
            .places
            .push(group.iter().map(|(_, place)| *place).collect());
    }
    grouped
}

/// The groups that both sides have.
pub(super) fn meet<'g, K: Ord + Copy>(
    a: &'g Groups<K>,
    b: &'g Groups<K>,
) -> impl Iterator<Item = (&'g [usize], &'g [usize])> {
    let both = a.keys.iter().zip(&a.places);
    both.filter_map(|(key, places)| {
        let at = b.keys.binary_search(key).ok()?;
        Some((places.as_slice(), b.places[at].as_slice()))
    })
}

/// What numbers one side has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Numbers {
    order: bool,
    /// Of which kind the platform's number is; 0: there is none.
    transaction: u8,
}

impl Numbers {
    /// Stripe numbers one sale in several ways; a `pi_` says nothing about a `ch_`.
    pub(super) fn of(order: Option<&str>, transaction: Option<&str>) -> Self {
        Self {
            order: order.is_some(),
            transaction: transaction.map_or(0, Self::kind),
        }
    }

    /// Of which kind a platform's number is: Stripe's by how they begin, all others 1.
    pub(super) fn kind(id: &str) -> u8 {
        const KINDS: [(&str, u8); 4] = [("pi_", 2), ("ch_", 3), ("py_", 4), ("txn_", 5)];
        let known = KINDS.iter().find(|(begins, _)| id.starts_with(begins));
        known.map_or(1, |(_, kind)| *kind)
    }

    pub(super) fn can_be_compared(self, other: Self) -> bool {
        self.order && other.order || self.transaction != 0 && self.transaction == other.transaction
    }
}
