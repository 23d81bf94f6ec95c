//! A report as it stands on paper, whatever the paper is: texts that are ready to be read, part by part.

/// A report, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paper {
    /// The shop's name.
    pub shop: String,
    /// What it is.
    pub title: String,
    /// Which one: the day.
    pub day: String,
    /// What nobody may overlook: "not closed", "copy 2".
    pub marks: Vec<String>,
    /// What stands on it.
    pub parts: Vec<Part>,
    /// A short line at the foot of every page.
    pub foot: String,
    /// The words of a page's number, with `{page}` and `{pages}`.
    pub page: String,
    /// The language, as a tag (`zh-CN`).
    pub language: String,
    /// When it was made, in milliseconds since 1970.
    pub made_at: i64,
}

/// One part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// What follows is about this.
    Heading(String),
    /// Something on the left and something on the right.
    Pairs(Vec<Pair>),
    /// A table.
    Table(Table),
    /// A sentence or two.
    Note(String),
    /// Lines to sign on, each with whose it is.
    Signatures(Vec<String>),
}

/// Something on the left and something on the right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// On the left.
    pub left: String,
    /// On the right.
    pub right: String,
    /// Whether both are bold.
    pub bold: bool,
}

/// A table whose first column is words; of the others each is words or figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The heads, and whether figures stand below, which line up at the right.
    pub heads: Vec<(String, bool)>,
    /// The rows; each has a cell for every head.
    pub rows: Vec<Vec<String>>,
    /// The sums below, where there are some.
    pub sums: Vec<Vec<String>>,
}

impl Pair {
    /// A plain one.
    pub fn new(left: impl Into<String>, right: impl Into<String>) -> Self {
        Self {
            left: left.into(),
            right: right.into(),
            bold: false,
        }
    }

    /// A bold one.
    pub fn bold(left: impl Into<String>, right: impl Into<String>) -> Self {
        Self {
            bold: true,
            ..Self::new(left, right)
        }
    }
}
