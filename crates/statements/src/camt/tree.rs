//! One element of an XML file with all that is in it, by local names. Bounded in depth and number; document types and
//! entities of one's own are refused, so nothing is ever fetched or expanded.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use std::borrow::Cow;

/// No statement's elements lie deeper in each other.
const DEPTH_MAX: usize = 40;
/// No entry has more, not even a batch of thousands of payments.
const NODES_MAX: usize = 500_000;

/// Why XML is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    Xml,
    Doctype,
    Large,
    Cut,
}

impl Broken {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::Doctype => "doctype",
            Self::Large => "too_large",
            Self::Cut => "cut",
        }
    }
}

/// An element.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) name: String,
    /// Its attribute `Ccy`.
    pub(super) currency: Option<String>,
    pub(super) text: String,
    pub(super) children: Vec<Node>,
}

impl Node {
    /// The first child of a name.
    pub(super) fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|node| node.name == name)
    }

    /// Every child of a name.
    pub(super) fn all<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n Node> {
        self.children.iter().filter(move |node| node.name == name)
    }

    /// What lies at a path of first children.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, name| node.child(name))
    }

    /// The text at a path, trimmed; empty where there is none.
    pub(super) fn text_at(&self, path: &[&str]) -> &str {
        self.at(path).map_or("", |node| node.text.trim())
    }
}

/// Where a walk through the file stands.
#[derive(Debug)]
pub(super) enum Found {
    /// An element begins that is not kept whole.
    Into(String),
    /// It ends.
    OutOf(String),
    /// An element that was asked for.
    Whole(Node),
    /// The file's end.
    End,
}

/// Walks through a file.
pub(super) struct Walk<'t> {
    reader: Reader<&'t [u8]>,
    depth: usize,
}

impl<'t> Walk<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, depth: 0 }
    }

    /// The next thing; elements whose name is asked for come whole.
    pub(super) fn next(&mut self, whole: impl Fn(&str) -> bool) -> Result<Found, Broken> {
        loop {
            match self.event()? {
                Event::Start(tag) => {
                    let node = begin(&tag)?;
                    if whole(&node.name) {
                        return self.fill(node).map(Found::Whole);
                    }
                    self.depth += 1;
                    if self.depth > DEPTH_MAX {
                        return Err(Broken::Large);
                    }
                    return Ok(Found::Into(node.name));
                }
                Event::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Found::OutOf(local(tag.local_name().as_ref())?));
                }
                Event::Eof if self.depth == 0 => return Ok(Found::End),
                Event::Eof => return Err(Broken::Cut),
                _ => {}
            }
        }
    }

    /// Reads the rest of an element.
    fn fill(&mut self, node: Node) -> Result<Node, Broken> {
        let mut open = vec![node];
        let mut nodes = 0_usize;
        loop {
            let piece: Cow<'_, str> = match self.event()? {
                Event::Start(tag) => {
                    nodes += 1;
                    if open.len() >= DEPTH_MAX || nodes > NODES_MAX {
                        return Err(Broken::Large);
                    }
                    open.push(begin(&tag)?);
                    continue;
                }
                Event::End(_) => {
                    let done = open.pop().ok_or(Broken::Xml)?;
                    match open.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => return Ok(done),
                    }
                    continue;
                }
                Event::Text(text) => text.decode().map_err(|_| Broken::Xml)?.into_owned().into(),
                Event::CData(text) => text.decode().map_err(|_| Broken::Xml)?.into_owned().into(),
                Event::GeneralRef(name) => {
                    let known = match name.resolve_char_ref() {
                        Ok(Some(letter)) => Some(letter),
                        Ok(None) => named(&name),
                        Err(_) => None,
                    };
                    known.ok_or(Broken::Xml)?.to_string().into()
                }
                Event::Eof => return Err(Broken::Cut),
                _ => continue,
            };
            if let Some(last) = open.last_mut() {
                last.text.push_str(&piece);
            }
        }
    }

    fn event(&mut self) -> Result<Event<'t>, Broken> {
        match self.reader.read_event() {
            Ok(Event::DocType(_)) => Err(Broken::Doctype),
            Ok(event) => Ok(event),
            // What the reader calls wrong syntax is a mark that nothing closes.
            Err(quick_xml::Error::Syntax(_)) => Err(Broken::Cut),
            Err(_) => Err(Broken::Xml),
        }
    }
}

/// The five entities that XML itself has.
fn named(name: &[u8]) -> Option<char> {
    match name {
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"amp" => Some('&'),
        b"apos" => Some('\''),
        b"quot" => Some('"'),
        _ => None,
    }
}

fn begin(tag: &BytesStart<'_>) -> Result<Node, Broken> {
    let currency = tag.try_get_attribute("Ccy").map_err(|_| Broken::Xml)?;
    Ok(Node {
        name: local(tag.local_name().as_ref())?,
        currency: currency.map(|a| String::from_utf8_lossy(&a.value).into_owned()),
        ..Node::default()
    })
}

fn local(name: &[u8]) -> Result<String, Broken> {
    std::str::from_utf8(name)
        .map(str::to_owned)
        .map_err(|_| Broken::Xml)
}
