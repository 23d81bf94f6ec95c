//! How passwords are kept: argon2id, as a PHC string that says how it was made.

use crate::Password;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

/// The dearest hash that is ever computed, whatever a stored string asks for.
const MEMORY_KIB_MAX: u32 = 256 * 1_024;
const PASSES_MAX: u32 = 16;
const LANES_MAX: u32 = 4;

/// How dear one try is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// How often it is gone over.
    pub passes: u32,
    /// How many threads could share the work.
    pub lanes: u32,
}

impl Default for Cost {
    /// What OWASP recommends: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            passes: 2,
            lanes: 1,
        }
    }
}

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the password; `cheap`: kept at less than today's cost, so it is to be hashed anew.
    Right {
        /// To be hashed anew.
        cheap: bool,
    },
    /// It is not.
    Wrong,
}

/// A hash cannot be made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password's hash cannot be made or read")]
pub struct HashError;

impl Cost {
    /// The password's hash as a PHC string. Takes some tens of milliseconds and `memory_kib`: never on an async thread.
    pub fn hash(&self, password: &Password, salt: [u8; 16]) -> Result<String, HashError> {
        let salt = SaltString::encode_b64(&salt).map_err(|_| HashError)?;
        let hash = self
            .argon2()?
            .hash_password(password.bytes(), &salt)
            .map_err(|_| HashError)?;
        Ok(hash.to_string())
    }

    /// Whether `stored` is this password's; as dear as [`hash`](Self::hash), right or wrong.
    pub fn verify(&self, password: &Password, stored: &str) -> Result<Verdict, HashError> {
        let stored = PasswordHash::new(stored).map_err(|_| HashError)?;
        if stored.algorithm != argon2::ARGON2ID_IDENT || stored.hash.is_none() {
            return Err(HashError);
        }
        let kept = Params::try_from(&stored).map_err(|_| HashError)?;
        let kept = Self {
            memory_kib: kept.m_cost(),
            passes: kept.t_cost(),
            lanes: kept.p_cost(),
        };
        if !kept.is_bearable() {
            return Err(HashError);
        }
        // The parameters are those of the string; the comparison takes the same time wherever two hashes differ.
        match kept.argon2()?.verify_password(password.bytes(), &stored) {
            Ok(()) => Ok(Verdict::Right {
                cheap: kept.memory_kib < self.memory_kib || kept.passes < self.passes,
            }),
            Err(argon2::password_hash::Error::Password) => Ok(Verdict::Wrong),
            Err(_) => Err(HashError),
        }
    }

    /// A hash that is nobody's, out of random bytes: a name that there is not is as dear as one that there is.
    pub fn nobodys(&self, random: &[u8; 48]) -> String {
        let (salt, hash) = random.split_at(16);
        format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            self.memory_kib,
            self.passes,
            self.lanes,
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(hash)
        )
    }

    fn is_bearable(&self) -> bool {
        self.memory_kib <= MEMORY_KIB_MAX && self.passes <= PASSES_MAX && self.lanes <= LANES_MAX
    }

    fn argon2(&self) -> Result<Argon2<'static>, HashError> {
        if !self.is_bearable() {
            return Err(HashError);
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32));
        let params = params.map_err(|_| HashError)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };

    fn password(text: &str) -> Password {
        Password::typed(text).expect("password")
    }

    #[test]
    fn right_wrong_and_grown_dearer() {
        let (right, wrong) = (
            password("river stone window"),
            password("river stone windoW"),
        );
        let stored = CHEAP.hash(&right, [7; 16]).expect("hash");
        assert!(
            stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"),
            "{stored}"
        );
        assert_ne!(stored, CHEAP.hash(&right, [8; 16]).expect("hash"));
        let verdict = |cost: Cost, password| cost.verify(password, &stored);
        assert_eq!(verdict(CHEAP, &right), Ok(Verdict::Right { cheap: false }));
        assert_eq!(verdict(CHEAP, &wrong), Ok(Verdict::Wrong));
        for dearer in [
            Cost {
                memory_kib: 128,
                ..CHEAP
            },
            Cost { passes: 2, ..CHEAP },
        ] {
            assert_eq!(verdict(dearer, &right), Ok(Verdict::Right { cheap: true }));
            assert_eq!(verdict(dearer, &wrong), Ok(Verdict::Wrong));
        }
    }

    #[test]
    fn what_is_kept_may_not_ask_for_the_world() {
        let right = password("river stone window");
        let good = CHEAP.hash(&right, [7; 16]).expect("hash");
        for (was, bad) in [
            ("m=64", "m=4194304"),
            ("t=1", "t=4000"),
            ("p=1", "p=200"),
            ("argon2id", "argon2i"),
            ("argon2id", "scrypt"),
            ("$v=19", "$v=99"),
        ] {
            let bent = good.replace(was, bad);
            assert_ne!(bent, good);
            assert_eq!(CHEAP.verify(&right, &bent), Err(HashError), "{bad}");
        }
        for nonsense in ["", "$", "river stone window", "$argon2id$v=19$m=64,t=1,p=1"] {
            assert_eq!(CHEAP.verify(&right, nonsense), Err(HashError), "{nonsense}");
        }
        let dear = Cost {
            memory_kib: 1 << 30,
            ..CHEAP
        };
        assert_eq!(dear.hash(&right, [7; 16]), Err(HashError));
    }

    #[test]
    fn nobodys_is_read_like_anybodys_and_never_right() {
        let nobodys = CHEAP.nobodys(&[9; 48]);
        let somebodys = CHEAP.hash(&password("river stone window"), [9; 16]);
        assert_eq!(nobodys.len(), somebodys.expect("hash").len());
        for typed in ["", "river stone window"] {
            assert_eq!(CHEAP.verify(&password(typed), &nobodys), Ok(Verdict::Wrong));
        }
    }

    #[test]
    fn the_defaults_are_what_is_recommended() {
        let cost = Cost::default();
        assert_eq!((cost.memory_kib, cost.passes, cost.lanes), (19_456, 2, 1));
    }
}
