//! The cookies of owners' browsers: which there are, how they are read, how they are given.
//!
//! By TLS they are `__Host-` cookies: no other host, and no page of plain HTTP, can plant one. Without TLS, which is on
//! this machine only, browsers refuse such names, so they have plain ones.

use super::own_name::OwnName;
use ::accounts::session;
use axum::http::{HeaderMap, HeaderValue, header};

/// What a cookie is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// The owner is signed in.
    Session,
    /// The password was right; the second factor is awaited.
    Half,
    /// The owner signed in from here before.
    Device,
}

impl Cookie {
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-tillbell-session",
            (Self::Half, true) => "__Host-tillbell-half",
            (Self::Device, true) => "__Host-tillbell-device",
            (Self::Session, false) => "tillbell-session",
            (Self::Half, false) => "tillbell-half",
            (Self::Device, false) => "tillbell-device",
        }
    }

    /// For how long browsers keep it, in seconds. What it is good for, and how long, the hub decides.
    fn kept_s(self) -> u32 {
        const DAY: u32 = 86_400;
        match self {
            Self::Session => 31 * DAY,
            Self::Half => 600,
            Self::Device => 400 * DAY,
        }
    }

    /// What is stored under `key` of the token in this cookie. One that came twice is none: only one of them can be ours.
    pub(crate) fn read(
        self,
        headers: &HeaderMap,
        own: &OwnName,
        key: &[u8; 32],
    ) -> Option<[u8; 32]> {
        let name = self.name(own.secure);
        let lines = headers.get_all(header::COOKIE).iter();
        let pairs = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'));
        let mut found = pairs.filter_map(|pair| {
            let (told, value) = pair.trim().split_once('=')?;
            (told == name).then_some(value)
        });
        let (value, None) = (found.next()?, found.next()) else {
            return None;
        };
        session::kept(key, value)
    }

    /// Gives it.
    pub(crate) fn give(self, token: &str, own: &OwnName) -> Option<HeaderValue> {
        self.line(token, self.kept_s(), own)
    }

    /// Takes it back.
    pub(crate) fn take_back(self, own: &OwnName) -> Option<HeaderValue> {
        self.line("", 0, own)
    }

    fn line(self, value: &str, kept_s: u32, own: &OwnName) -> Option<HeaderValue> {
        let (name, secure) = (
            self.name(own.secure),
            if own.secure { "; Secure" } else { "" },
        );
        let line =
            format!("{name}={value}; Path=/{secure}; HttpOnly; SameSite=Strict; Max-Age={kept_s}");
        let mut line = HeaderValue::from_str(&line).ok()?;
        line.set_sensitive(true);
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(secure: bool) -> OwnName {
        OwnName {
            host: "shop.example".to_owned(),
            secure,
        }
    }

    #[test]
    fn given_as_browsers_must_keep_them() {
        let token = session::text(&[7; 32]);
        for cookie in [Cookie::Session, Cookie::Half, Cookie::Device] {
            for secure in [true, false] {
                let line = cookie.give(&token, &own(secure)).expect("a line");
                let line = line.to_str().expect("text");
                let (name, rest) = line.split_once('=').expect("a name");
                assert_eq!(name.starts_with("__Host-"), secure, "{line}");
                assert_eq!(rest.contains("; Secure"), secure, "{line}");
                assert!(rest.starts_with(&*token), "{line}");
                for part in ["; Path=/", "; HttpOnly", "; SameSite=Strict"] {
                    assert!(rest.contains(part), "{line}");
                }
                assert!(!rest.contains("Domain"), "{line}");
            }
        }
        let gone = Cookie::Session.take_back(&own(true)).expect("a line");
        assert!(gone.to_str().expect("text").ends_with("Max-Age=0"));
    }

    #[test]
    fn read_once_under_the_right_name() {
        let (token, other) = (session::text(&[7; 32]), session::text(&[8; 32]));
        let (token, other) = (token.as_str(), other.as_str());
        let good = session::kept(&[1; 32], token);
        let secure = "__Host-tillbell-session";
        for (secured, lines, expected) in [
            (true, vec![format!("{secure}={token}")], good),
            (true, vec![format!("a=b; {secure}={token}; c=d")], good),
            (
                true,
                vec!["a=b".to_owned(), format!("{secure}={token}")],
                good,
            ),
            (true, vec![format!("tillbell-session={token}")], None),
            (false, vec![format!("tillbell-session={token}")], good),
            (false, vec![format!("{secure}={token}")], None),
            (
                true,
                vec![format!("{secure}={token}; {secure}={other}")],
                None,
            ),
            (
                true,
                vec![format!("{secure}={token}"), format!("{secure}={other}")],
                None,
            ),
            (true, vec![format!("{secure}=")], None),
            (true, vec![format!("{secure}={token}{other}")], None),
            (true, vec![], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in &lines {
                headers.append(header::COOKIE, line.parse().expect("value"));
            }
            let read = Cookie::Session.read(&headers, &own(secured), &[1; 32]);
            assert_eq!(read, expected, "{lines:?}");
        }
    }
}
