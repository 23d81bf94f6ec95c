//! Who speaks: of those that share a room the first that can be heard there, every other one for itself.

use super::registry::{Linked, Terminal, Terminals};
use crate::shop::Shop;
use domain::TerminalId;
use std::sync::PoisonError;
use std::time::Instant;

/// How well a terminal could speak for its room, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Able {
    /// It is not linked.
    Away,
    /// It is linked, and was not heard for a while: it may be gone without a word.
    Quiet,
    /// It is there, and says that nobody can hear it.
    Mute,
    /// It can be heard.
    Loud,
}

impl Terminals {
    pub(crate) fn voice(&self, shop: &Shop) -> Option<Vec<TerminalId>> {
        self.read().voices.get(&shop.key).cloned()
    }

    pub(crate) fn set_voice(&self, shop: &Shop, list: Option<Vec<TerminalId>>) {
        {
            let mut inside = self.write();
            match list {
                Some(list) => inside.voices.insert(shop.key, list),
                None => inside.voices.remove(&shop.key),
            };
        }
        self.choose_voice(shop);
    }

    /// Chooses who speaks, and tells the owner that something changed.
    pub(crate) fn choose_voice(&self, shop: &Shop) {
        self.settle_voice(shop);
        shop.terminals_changed();
    }

    /// Chooses anew where somebody in a room was not heard for a while.
    pub(crate) fn look_for_silence(&self, shop: &Shop) {
        if self.voice(shop).is_some() && self.settle_voice(shop) {
            shop.terminals_changed();
        }
    }

    /// Who speaks now. Where nobody in a room can be heard, the one that is likeliest to be: it shows that it is to speak.
    /// Answers whether that changed.
    fn settle_voice(&self, shop: &Shop) -> bool {
        // Whoever looks last has seen the newest: two at once would leave what the slower one saw.
        let _one_at_a_time = self.choosing.lock().unwrap_or_else(PoisonError::into_inner);
        let room = self.voice(shop).unwrap_or_default();
        let all = self.all_of(shop.key);
        let may = |terminal: &Terminal| {
            let state = terminal.state.borrow();
            state.revoked_at.is_none() && state.permission.may.hear
        };
        let (now, within) = (Instant::now(), self.voice_within);
        let able: Vec<(&TerminalId, Able)> = room
            .iter()
            .filter_map(|id| {
                let terminal = all.iter().find(|one| one.id == *id && may(one))?;
                Some((id, terminal.able(now, within)))
            })
            .collect();
        let best = able.iter().map(|(_, able)| *able).max();
        let best = best.filter(|best| *best > Able::Away);
        let first = able.iter().find(|(_, able)| Some(*able) == best);
        let first = first.map(|(id, _)| *id);
        let mut changed = false;
        for terminal in &all {
            let in_turn = !room.contains(&terminal.id) || first == Some(&terminal.id);
            let speaks = in_turn && may(terminal);
            changed |= terminal
                .state
                .send_if_modified(|state| std::mem::replace(&mut state.speaks, speaks) != speaks);
        }
        changed
    }
}

impl Linked<'_> {
    /// It said something of its own, and perhaps whether it can be heard.
    pub(crate) fn said(&self, hearable: Option<bool>) {
        if self.note(hearable) && self.terminals.settle_voice(&self.shop) {
            self.shop.terminals_changed();
        }
    }
}
