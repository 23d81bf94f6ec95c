//! The flat fields of a forwarder's delivery, from JSON or a form. Bounded, and no field twice: whoever sends one
//! twice means that two readers see different ones.

use crate::{Refusal, delivery::BODY_MAX};
use domain::Timestamp;
use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::{borrow::Cow, fmt};

/// More fields than any forwarder has.
const FIELDS_MAX: usize = 64;

/// Fields by name; names compare without regard to case.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, Value)>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    Number(i64),
    Flag(bool),
    Null,
    /// A list, an object, a fraction.
    Other,
}

impl Fields {
    /// From a JSON object.
    pub(super) fn from_json(body: &str) -> Result<Self, Refusal> {
        serde_json::from_str(body)
            .map_err(|_| Refusal::Malformed("the body is no plain JSON object"))
    }

    /// From a form or a query.
    pub(super) fn from_form(text: &str) -> Result<Self, Refusal> {
        if text.len() > BODY_MAX {
            return Err(Refusal::Malformed("the form is too large"));
        }
        let mut fields = Self::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            fields
                .push(name.into_owned(), Value::Text(value.into_owned()))
                .map_err(Refusal::Malformed)?;
        }
        Ok(fields)
    }

    /// Adds a text field.
    pub(super) fn add(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        self.push(name.to_owned(), Value::Text(value.to_owned()))
            .map_err(Refusal::Malformed)
    }

    fn push(&mut self, name: String, value: Value) -> Result<(), &'static str> {
        if self.0.len() == FIELDS_MAX {
            return Err("it has too many fields");
        }
        if self.value(&name).is_some() {
            return Err("a field comes twice");
        }
        self.0.push((name, value));
        Ok(())
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The first of these fields that holds text (or a whole number, as text).
    pub(super) fn text(&self, names: &[&str]) -> Result<Option<Cow<'_, str>>, Refusal> {
        for name in names {
            match self.value(name) {
                Some(Value::Text(text)) if !text.is_empty() => {
                    return Ok(Some(Cow::Borrowed(text)));
                }
                Some(Value::Number(number)) => return Ok(Some(Cow::Owned(number.to_string()))),
                Some(Value::Other) => {
                    return Err(Refusal::Malformed("a field is of the wrong type"));
                }
                Some(Value::Text(_) | Value::Flag(_) | Value::Null) | None => {}
            }
        }
        Ok(None)
    }

    /// As [`Fields::text`], owned.
    pub(super) fn owned(&self, names: &[&str]) -> Result<Option<String>, Refusal> {
        Ok(self.text(names)?.map(Cow::into_owned))
    }

    /// Whether a flag is set.
    pub(super) fn flag(&self, name: &str) -> bool {
        match self.value(name) {
            Some(Value::Flag(flag)) => *flag,
            Some(Value::Text(text)) => text == "true" || text == "1",
            Some(Value::Number(number)) => *number == 1,
            _ => false,
        }
    }

    /// The first of these fields that is a time: seconds or milliseconds since 1970, or RFC 3339. Times without a
    /// zone are none: nobody knows when that was.
    pub(super) fn time(&self, names: &[&str]) -> Option<Timestamp> {
        names.iter().find_map(|name| match self.value(name)? {
            Value::Number(number) => epoch(*number),
            Value::Text(text) => match text.parse::<i64>() {
                Ok(number) => epoch(number),
                Err(_) => Timestamp::parse_rfc3339(text),
            },
            _ => None,
        })
    }
}

/// Seconds or milliseconds: 10^11 seconds are the year 5138, 10^11 milliseconds are 1973.
fn epoch(number: i64) -> Option<Timestamp> {
    match number {
        ..=0 => None,
        1..100_000_000_000 => Some(Timestamp::from_seconds(number)),
        _ => Some(Timestamp(number)),
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Fields::default();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    fields.push(name, value).map_err(de::Error::custom)?;
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;
        impl<'de> Visitor<'de> for Scalar {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
                Ok(Value::Number(number))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
                Ok(i64::try_from(number).map_or(Value::Other, Value::Number))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
                Ok(Value::Flag(flag))
            }
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Value::Other)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Value::Other)
            }
        }
        deserializer.deserialize_any(Scalar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_flat_objects_only() {
        let fields = Fields::from_json(
            r#"{"Title":"a","n":5,"yes":true,"x":null,"list":[[[]]],"o":{"title":1},"f":1.5}"#,
        )
        .expect("an object");
        assert_eq!(fields.text(&["title"]).expect("text").as_deref(), Some("a"));
        assert_eq!(
            fields.text(&["x", "n"]).expect("text").as_deref(),
            Some("5")
        );
        assert!(fields.flag("yes") && !fields.flag("title"));
        for wrong in ["list", "o", "f"] {
            assert_eq!(
                fields.text(&[wrong]),
                Err(Refusal::Malformed("a field is of the wrong type")),
                "{wrong}"
            );
        }
        for bad in [
            "",
            "[]",
            "\"a\"",
            "{",
            r#"{"a":1,"a":2}"#,
            r#"{"a":1,"A":2}"#,
            r#"{"a":1} {}"#,
        ] {
            assert!(
                matches!(Fields::from_json(bad), Err(Refusal::Malformed(_))),
                "{bad}"
            );
        }
        let many: Vec<String> = (0..=FIELDS_MAX).map(|i| format!("\"k{i}\":1")).collect();
        assert!(Fields::from_json(&format!("{{{}}}", many.join(","))).is_err());
        assert!(Fields::from_form("a=1&b=2&a=3").is_err());
    }

    #[test]
    fn deep_json_is_survived() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(30_000), "]".repeat(30_000));
        let _ = Fields::from_json(&deep);
        let open = format!("{{\"a\":{}", "{\"a\":".repeat(10_000));
        assert!(Fields::from_json(&open).is_err());
    }

    #[test]
    fn times_in_seconds_milliseconds_and_text() {
        let fields = Fields::from_json(
            r#"{"s":1777599015,"ms":1777599015123,"t":"1777599015","r":"2026-05-01T09:30:15+08:00","local":"2026-05-01 09:30:15","no":-1}"#,
        )
        .expect("an object");
        let whole = Some(Timestamp::from_seconds(1_777_599_015));
        for (name, expected) in [
            ("s", whole),
            ("ms", Some(Timestamp(1_777_599_015_123))),
            ("t", whole),
            ("r", whole),
            ("local", None),
            ("no", None),
        ] {
            assert_eq!(fields.time(&[name]), expected, "{name}");
        }
    }
}
