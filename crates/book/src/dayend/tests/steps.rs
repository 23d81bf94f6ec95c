//! What may happen in a shop, for properties: in any order, as often as it likes.

use proptest::prelude::*;

/// What happens. Numbers choose among what is there.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// News of a payment of that day; days before the last closing come late.
    Pay {
        day: u8,
        minor: Option<i64>,
        dollars: bool,
        refund: bool,
        test: bool,
    },
    /// The platform tells the amount of a payment.
    Confirm {
        which: u8,
        minor: i64,
    },
    Correct {
        which: u8,
        how: u8,
    },
    Undo {
        which: u8,
    },
    /// The next day that is due, or a shift of it.
    Close {
        shift: bool,
    },
    CorrectClosing {
        which: u8,
    },
    Cash {
        minor: i64,
    },
    /// The clock goes on by a day.
    Night,
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let minor = prop_oneof![4 => (1_i64..50_000).prop_map(Some), 1 => Just(None)];
    prop_oneof![
        8 => (0_u8..6, minor, prop::bool::weighted(0.2), prop::bool::weighted(0.15), prop::bool::weighted(0.05))
            .prop_map(|(day, minor, dollars, refund, test)| Step::Pay { day, minor, dollars, refund, test }),
        2 => (any::<u8>(), 1_i64..50_000).prop_map(|(which, minor)| Step::Confirm { which, minor }),
        3 => (any::<u8>(), 0_u8..6).prop_map(|(which, how)| Step::Correct { which, how }),
        1 => any::<u8>().prop_map(|which| Step::Undo { which }),
        2 => prop::bool::weighted(0.4).prop_map(|shift| Step::Close { shift }),
        1 => any::<u8>().prop_map(|which| Step::CorrectClosing { which }),
        1 => (1_i64..9_000).prop_map(|minor| Step::Cash { minor }),
        1 => Just(Step::Night),
    ]
}
