//! The `age` format, version 1, with a passphrase: its header, and its payload of pieces that each say whether they are
//! whole and which one is the last. By the public description of the format (age-encryption.org/v1); the library of that
//! name would bring sixty packages for kinds of keys that a backup has no use for.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use domain::Secret;
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey},
    hkdf, hmac,
    rand::{SecureRandom, SystemRandom},
};
use std::io::{self, BufRead, Read, Write};
use zeroize::Zeroizing;

/// The first line.
pub(super) const MARK: &[u8] = b"age-encryption.org/v1\n";
/// What the salt of a passphrase begins with.
const SALTED: &[u8] = b"age-encryption.org/v1/scrypt";
/// Bytes of the payload that are sealed together.
const PIECE: usize = 64 * 1024;
/// What sealing adds to each.
const TAG: usize = 16;
/// No header of ours is longer.
const HEADER_MAX: u64 = 1_024;

type Key = Zeroizing<[u8; 32]>;

/// Why a sealed file does not open.
#[derive(Debug)]
pub(super) enum Closed {
    /// It cannot be read.
    Io(io::Error),
    /// The passphrase is another one.
    Passphrase,
    /// It is not sealed with a passphrase, asks for more work than we do, or is not whole.
    Form(&'static str),
}

impl From<io::Error> for Closed {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => {
                Self::Form("its beginning is cut or changed")
            }
            _ => Self::Io(error),
        }
    }
}

fn random<const N: usize>() -> io::Result<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    let filled = SystemRandom::new().fill(&mut *bytes);
    filled.map_err(|_| io::Error::other("the system gives no random numbers"))?;
    Ok(bytes)
}

/// The key that a passphrase comes to; takes 2 to the power of `work` rounds.
fn wrapping(passphrase: &Secret, salt: &[u8; 16], work: u8) -> io::Result<Key> {
    let salt = [SALTED, salt].concat();
    let mut key = Zeroizing::new([0; 32]);
    let refused = || io::Error::other("no key can be made with so much work");
    let params = scrypt::Params::new(work, 8, 1, 32).map_err(|_| refused())?;
    scrypt::scrypt(passphrase.expose().as_bytes(), &salt, &params, &mut *key)
        .map_err(|_| refused())?;
    Ok(key)
}

fn derived(file_key: &[u8; 16], salt: &[u8], info: &[u8]) -> io::Result<Key> {
    let mut key = Zeroizing::new([0; 32]);
    let salted = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(file_key);
    let info = [info];
    let expanded = salted.expand(&info, hkdf::HKDF_SHA256);
    let filled = expanded.and_then(|expanded| expanded.fill(&mut *key));
    filled.map_err(|_| io::Error::other("no key could be derived"))?;
    Ok(key)
}

fn cipher(key: &[u8; 32]) -> io::Result<LessSafeKey> {
    let key = UnboundKey::new(&CHACHA20_POLY1305, key);
    key.map(LessSafeKey::new)
        .map_err(|_| io::Error::other("no key"))
}

/// Seals what is written to it. Nothing is whole before [`Sealing::finish`].
pub(super) struct Sealing<W> {
    out: W,
    key: LessSafeKey,
    piece: Zeroizing<Vec<u8>>,
    count: u64,
}

impl<W: Write> Sealing<W> {
    /// Writes the header.
    pub(super) fn begin(mut out: W, passphrase: &Secret, work: u8) -> io::Result<Self> {
        let (file_key, salt, nonce) = (random::<16>()?, random::<16>()?, random::<16>()?);
        let mut wrapped = file_key.to_vec();
        cipher(&*wrapping(passphrase, &salt, work)?)?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key([0; 12]),
                Aad::empty(),
                &mut wrapped,
            )
            .map_err(|_| io::Error::other("the key could not be sealed"))?;
        let mut header = MARK.to_vec();
        let (salt, wrapped) = (BASE64.encode(*salt), BASE64.encode(&wrapped));
        header.extend_from_slice(format!("-> scrypt {salt} {work}\n{wrapped}\n---").as_bytes());
        let mac = hmac::sign(&header_key(&file_key)?, &header);
        header.extend_from_slice(format!(" {}\n", BASE64.encode(mac.as_ref())).as_bytes());
        out.write_all(&header)?;
        out.write_all(&*nonce)?;
        Ok(Self {
            out,
            key: cipher(&*derived(&file_key, &*nonce, b"payload")?)?,
            piece: Zeroizing::new(Vec::with_capacity(PIECE + TAG)),
            count: 0,
        })
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let nonce = nonce(self.count, last);
        self.key
            .seal_in_place_append_tag(nonce, Aad::empty(), &mut *self.piece)
            .map_err(|_| io::Error::other("a piece could not be sealed"))?;
        self.out.write_all(&self.piece)?;
        self.piece.clear();
        self.count += 1;
        Ok(())
    }

    /// Writes the end.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Only when more comes it is known that a full piece is not the last.
        if self.piece.len() == PIECE && !bytes.is_empty() {
            self.seal(false)?;
        }
        let room = (PIECE - self.piece.len()).min(bytes.len());
        self.piece
            .extend_from_slice(bytes.get(..room).unwrap_or_default());
        Ok(room)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A piece's number and whether it is the last: no two pieces under one key have the same.
fn nonce(count: u64, last: bool) -> Nonce {
    let mut bytes = [0; 12];
    bytes[3..11].copy_from_slice(&count.to_be_bytes());
    bytes[11] = u8::from(last);
    Nonce::assume_unique_for_key(bytes)
}

fn header_key(file_key: &[u8; 16]) -> io::Result<hmac::Key> {
    Ok(hmac::Key::new(
        hmac::HMAC_SHA256,
        &*derived(file_key, &[], b"header")?,
    ))
}

/// Reads what was sealed; a piece that was changed, or an end that is missing, reads as invalid data.
pub(super) struct Opening<R> {
    from: R,
    key: LessSafeKey,
    /// The piece that is being read, opened, and how much of it was taken.
    piece: Zeroizing<Vec<u8>>,
    taken: usize,
    count: u64,
    ended: bool,
}

impl<R: BufRead> Opening<R> {
    /// Reads the header.
    pub(super) fn begin(mut from: R, passphrase: &Secret, work_max: u8) -> Result<Self, Closed> {
        let mut header = Vec::new();
        let mut lines = Vec::new();
        while lines.len() < 4 {
            let begins = header.len();
            let room = HEADER_MAX - u64::try_from(begins).unwrap_or(HEADER_MAX);
            (&mut from).take(room).read_until(b'\n', &mut header)?;
            let line = header
                .get(begins..)
                .and_then(|line| line.strip_suffix(b"\n"));
            let line = line.ok_or(Closed::Form("its beginning is cut or too long"))?;
            let text =
                std::str::from_utf8(line).map_err(|_| Closed::Form("its beginning is damaged"))?;
            lines.push(text.to_owned());
        }
        let (salt, work) =
            asked(&lines).ok_or(Closed::Form("it is not sealed with a passphrase alone"))?;
        if work > work_max {
            return Err(Closed::Form("it asks for more work than is reasonable"));
        }
        let file_key = unwrapped(&lines, passphrase, &salt, work)?;
        let stated = lines.get(3).and_then(|line| line.strip_prefix("--- "));
        let stated = stated.and_then(|mac| BASE64.decode(mac).ok());
        let until = header.len() - lines.get(3).map_or(0, String::len) - 1 + "---".len();
        let told = header.get(..until).unwrap_or_default();
        hmac::verify(&header_key(&file_key)?, told, &stated.unwrap_or_default())
            .map_err(|_| Closed::Form("its beginning was changed"))?;
        let mut nonce = [0; 16];
        from.read_exact(&mut nonce)?;
        Ok(Self {
            from,
            key: cipher(&*derived(&file_key, &nonce, b"payload")?)?,
            piece: Zeroizing::default(),
            taken: 0,
            count: 0,
            ended: false,
        })
    }

    fn next(&mut self) -> io::Result<()> {
        let bad = || io::Error::from(io::ErrorKind::InvalidData);
        self.piece.clear();
        self.taken = 0;
        let most = u64::try_from(PIECE + TAG).unwrap_or(u64::MAX);
        (&mut self.from).take(most).read_to_end(&mut self.piece)?;
        let last = self.from.fill_buf()?.is_empty();
        let opened = self
            .key
            .open_in_place(nonce(self.count, last), Aad::empty(), &mut self.piece)
            .map_err(|_| bad())?
            .len();
        self.piece.truncate(opened);
        // Only an empty file has an empty piece: one more at the end was put there.
        if opened == 0 && self.count > 0 {
            return Err(bad());
        }
        self.count += 1;
        self.ended = last;
        Ok(())
    }
}

impl<R: BufRead> Read for Opening<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.piece.len() {
            if self.ended {
                return Ok(0);
            }
            self.next()?;
        }
        let rest = self.piece.get(self.taken..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        let (Some(to), Some(from)) = (buffer.get_mut(..length), rest.get(..length)) else {
            return Ok(0);
        };
        to.copy_from_slice(from);
        self.taken += length;
        Ok(length)
    }
}

/// The salt and the work, of a header with a passphrase and nothing else.
fn asked(lines: &[String]) -> Option<([u8; 16], u8)> {
    if lines.first()?.as_bytes() != MARK.strip_suffix(b"\n")? {
        return None;
    }
    let mut words = lines.get(1)?.strip_prefix("-> scrypt ")?.split(' ');
    let (salt, work) = (words.next()?, words.next()?);
    let plain = !work.starts_with('0') && work.bytes().all(|byte| byte.is_ascii_digit());
    let salt: [u8; 16] = BASE64.decode(salt).ok()?.try_into().ok()?;
    (plain && words.next().is_none()).then_some((salt, work.parse().ok()?))
}

fn unwrapped(
    lines: &[String],
    passphrase: &Secret,
    salt: &[u8; 16],
    work: u8,
) -> Result<Zeroizing<[u8; 16]>, Closed> {
    let wrapped = lines.get(2).and_then(|line| BASE64.decode(line).ok());
    let mut wrapped = wrapped
        .filter(|wrapped| wrapped.len() == 16 + TAG)
        .ok_or(Closed::Form("its beginning is damaged"))?;
    let nonce = Nonce::assume_unique_for_key([0; 12]);
    let key = cipher(&*wrapping(passphrase, salt, work)?)?;
    let opened = key.open_in_place(nonce, Aad::empty(), &mut wrapped);
    let opened = opened.map_err(|_| Closed::Passphrase)?;
    let mut file_key = Zeroizing::new([0; 16]);
    file_key.copy_from_slice(opened);
    Ok(file_key)
}
