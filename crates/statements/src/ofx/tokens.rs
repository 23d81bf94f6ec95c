//! The marks and values of an OFX file. A mark is `<NAME>`, and only that: an unescaped `<` or `&` in a text stays text.

/// Values longer than this are cut: no field of a statement is as long.
const VALUE_MAX: usize = 4 * 1024;
/// No element's name is longer.
const NAME_MAX: usize = 40;

/// A piece of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// An element that holds others begins, at a line of the file.
    Begin { tag: &'t str, line: u32 },
    /// An element with a text.
    Value { tag: &'t str, text: String },
    /// An element was closed.
    End { tag: &'t str },
    /// A document type: refused.
    Doctype,
}

/// Walks through a file.
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    counted: usize,
}

impl<'t> Tokens<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            counted: 0,
        }
    }

    /// The line in which a place lies; places are asked for in order.
    fn line_of(&mut self, at: usize) -> u32 {
        let lines = self.text[self.counted..at].bytes().filter(|b| *b == b'\n');
        self.line = self
            .line
            .saturating_add(u32::try_from(lines.count()).unwrap_or(u32::MAX));
        self.counted = at;
        self.line
    }
}

/// The name of a mark at the start of a text, whether it closes, and its length.
fn mark(text: &str) -> Option<(&str, bool, usize)> {
    let inner = text.strip_prefix('<')?;
    let (closes, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let length = inner
        .bytes()
        .take(NAME_MAX)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'))
        .count();
    let (name, rest) = inner.split_at(length);
    // An empty element of XML.
    let rest = rest
        .strip_prefix(" /")
        .or_else(|| rest.strip_prefix('/'))
        .unwrap_or(rest);
    let rest = rest.strip_prefix('>')?;
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    starts.then_some((name, closes, text.len() - rest.len()))
}

/// Where the next mark, comment, instruction or CDATA begins.
fn next_mark(text: &str) -> usize {
    let mut from = 0;
    while let Some(at) = text[from..].find('<') {
        let at = from + at;
        let rest = &text[at..];
        if mark(rest).is_some() || rest.starts_with("<?") || rest.starts_with("<!") {
            return at;
        }
        from = at + 1;
    }
    text.len()
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        loop {
            self.at += next_mark(&self.text[self.at..]);
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                return None;
            }
            let Some((tag, closes, length)) = mark(rest) else {
                let is = |word: &str| {
                    rest.get(..word.len())
                        .is_some_and(|t| t.eq_ignore_ascii_case(word))
                };
                if is("<!doctype") {
                    self.at = self.text.len();
                    return Some(Token::Doctype);
                }
                let end = if rest.starts_with("<!--") { "-->" } else { ">" };
                self.at += rest.find(end).map_or(rest.len(), |at| at + end.len());
                continue;
            };
            let begins = self.at;
            self.at += length;
            if closes {
                return Some(Token::End { tag });
            }
            let text = self.value();
            if text.is_empty() {
                let line = self.line_of(begins);
                return Some(Token::Begin { tag, line });
            }
            return Some(Token::Value { tag, text });
        }
    }
}

impl Tokens<'_> {
    /// The text up to the next mark, with what CDATA holds, trimmed and unescaped.
    fn value(&mut self) -> String {
        let mut value = String::new();
        loop {
            let rest = &self.text[self.at..];
            let end = next_mark(rest);
            push(&mut value, &unescaped(&rest[..end]));
            self.at += end;
            let Some(inner) = rest[end..].strip_prefix("<![CDATA[") else {
                return value.trim().to_owned();
            };
            let close = inner.find("]]>");
            push(&mut value, &inner[..close.unwrap_or(inner.len())]);
            self.at += "<![CDATA[".len() + close.map_or(inner.len(), |at| at + "]]>".len());
        }
    }
}

fn push(value: &mut String, piece: &str) {
    let room = VALUE_MAX.saturating_sub(value.len());
    value.extend(piece.chars().take(room));
}

/// The entities that are known; what else begins with `&` stays as it is.
fn unescaped(text: &str) -> String {
    const KNOWN: [(&str, &str); 6] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    let mut out = String::with_capacity(text.len().min(VALUE_MAX));
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let from = &rest[at..];
        let named = KNOWN.iter().find(|(name, _)| from.starts_with(name));
        let (piece, length) = match named {
            Some((name, letter)) => ((*letter).to_owned(), name.len()),
            None => numbered(from).unwrap_or_else(|| ("&".to_owned(), 1)),
        };
        out.push_str(&piece);
        rest = &from[length..];
    }
    out.push_str(rest);
    out
}

/// `&#233;` or `&#xE9;`, and its length.
fn numbered(text: &str) -> Option<(String, usize)> {
    let body = text.strip_prefix("&#")?;
    let end = body.bytes().take(8).position(|b| b == b';')?;
    let digits = &body[..end];
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((char::from_u32(number)?.to_string(), end + 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let say = |token: Token<'_>| match token {
            Token::Begin { tag, line } => format!("{tag}@{line}"),
            Token::Value { tag, text } => format!("{tag}={text}"),
            Token::End { tag } => format!("/{tag}"),
            Token::Doctype => "!".to_owned(),
        };
        Tokens::of(text).map(say).collect()
    }

    #[test]
    fn reads_marks_closed_or_not() {
        for (text, tokens) in [
            ("<A><B>1<C>2</A>", &["A@1", "B=1", "C=2", "/A"][..]),
            (
                "<A>\n<B>1</B>\n<C>\n</A>",
                &["A@1", "B=1", "/B", "C@3", "/A"],
            ),
            ("<M>Tom & Jerry < Co &amp; <b", &["M=Tom & Jerry < Co & <b"]),
            ("<M><![CDATA[a<b>c]]> d", &["M=a<b>c d"]),
            (
                "<M>caf&#233; &#x4e2d;&#xD800;</M>",
                &["M=café 中&#xD800;", "/M"],
            ),
            ("<?xml version='1.0'?><?OFX X?><!-- <A> --><A>1", &["A=1"]),
            ("<!DOCTYPE a [<!ENTITY x 'y'>]><A>1", &["!"]),
            ("<A/><B />", &["A@1", "B@1"]),
            ("<", &[]),
            ("<M><![CDATA[open", &["M=open"]),
        ] {
            assert_eq!(told(text), tokens, "{text}");
        }
    }
}
