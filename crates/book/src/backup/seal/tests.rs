//! What others sealed opens, what we seal opens, and nothing else does.

use super::age::{Closed, Opening, Sealing};
use domain::Secret;
use proptest::prelude::*;
use std::io::{BufReader, Read, Write};

/// Sealed by an implementation of others' for this test, and opened by the library `rage` as well.
const OTHERS: &[u8] = include_bytes!("../../fixtures/sealed.age");
const PASSPHRASE: &str = "corner shop 收款";

fn opened(sealed: &[u8], passphrase: &str, work: u8) -> Result<Vec<u8>, Closed> {
    let mut bytes = Vec::new();
    let mut opening = Opening::begin(
        BufReader::with_capacity(100, sealed),
        &Secret::new(passphrase),
        work,
    )?;
    opening.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn sealed(bytes: &[u8], pieces: usize) -> Vec<u8> {
    let mut sealing = Sealing::begin(Vec::new(), &Secret::new(PASSPHRASE), 2).expect("begun");
    for piece in bytes.chunks(pieces) {
        sealing.write_all(piece).expect("written");
    }
    sealing.finish().expect("finished")
}

#[test]
fn what_another_program_sealed_opens() {
    let expected = format!("a book of {}", "0123456789".repeat(30));
    assert_eq!(
        opened(OTHERS, PASSPHRASE, 18).expect("opened"),
        expected.as_bytes()
    );
    assert!(matches!(
        opened(OTHERS, "corner shop", 18),
        Err(Closed::Passphrase)
    ));
    assert!(
        matches!(opened(OTHERS, PASSPHRASE, 5), Err(Closed::Form(_))),
        "more work than we do"
    );
}

#[test]
fn every_length_around_a_piece_opens_to_itself() {
    for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073] {
        let bytes: Vec<u8> = (0..length).map(|at: u32| (at % 251) as u8).collect();
        let sealed = sealed(&bytes, 40_000);
        assert!(
            opened(&sealed, PASSPHRASE, 18).expect("opened") == bytes,
            "{length}"
        );
        let pieces = bytes.len().div_ceil(65_536).max(1);
        let header = sealed.len() - 16 - bytes.len() - 16 * pieces;
        assert!((100..400).contains(&header), "{length}: {header}");
    }
}

#[test]
fn a_header_of_another_kind_is_refused_in_words() {
    let good = sealed(b"x", 1);
    let text = String::from_utf8_lossy(&good[..good.len() - 33]).into_owned();
    for (from, to) in [
        ("/v1", "/v2"),
        ("-> scrypt", "-> X25519"),
        (" 2\n", " 02\n"),
        (" 2\n", " 200\n"),
        (" 2\n", " 2 3\n"),
        (" 2\n", " 19\n"),
        ("\n---", "\n-> grease\n\n---"),
    ] {
        let mut changed = text.replacen(from, to, 1).into_bytes();
        changed.extend_from_slice(&good[good.len() - 33..]);
        assert!(
            matches!(opened(&changed, PASSPHRASE, 18), Err(Closed::Form(_))),
            "{from} → {to}"
        );
    }
    for no_header in [
        &b""[..],
        b"age-encryption.org/v1\n",
        &[b'a'; 5_000],
        &[b'\n'; 5_000],
    ] {
        assert!(matches!(
            opened(no_header, PASSPHRASE, 18),
            Err(Closed::Form(_))
        ));
    }
}

#[test]
fn pieces_cannot_be_moved_dropped_or_added() {
    let bytes = vec![5; 3 * 65_536];
    let whole = sealed(&bytes, 1 << 20);
    let piece = 65_536 + 16;
    let begins = whole.len() - 3 * piece;
    let (header, body) = whole.split_at(begins);
    let part = |at: usize| &body[at * piece..(at + 1) * piece];
    for order in [
        &[1, 0, 2][..],
        &[0, 2],
        &[0, 1],
        &[0],
        &[],
        &[0, 1, 2, 2],
        &[0, 0, 1, 2],
    ] {
        let mut changed = header.to_vec();
        order
            .iter()
            .for_each(|at| changed.extend_from_slice(part(*at)));
        assert!(opened(&changed, PASSPHRASE, 18).is_err(), "{order:?}");
    }
    assert!(opened(&whole, PASSPHRASE, 18).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn one_changed_bit_is_seen(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let mut changed = sealed(b"twelve yuan eighty", 7);
        let at = at.index(changed.len());
        changed[at] ^= 1 << bit;
        prop_assert!(opened(&changed, PASSPHRASE, 6).is_err());
    }

    #[test]
    fn nothing_that_is_no_sealed_file_opens_or_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(opened(&bytes, PASSPHRASE, 6).is_err());
        let mut after = b"age-encryption.org/v1\n-> scrypt ".to_vec();
        after.extend_from_slice(&bytes);
        prop_assert!(opened(&after, PASSPHRASE, 6).is_err());
    }
}
