//! The fields of a file of messages: tags at lines' starts, with the lines that go on.

/// How much text a field may have: the longest that banks send, and room.
const FIELD_MAX: usize = 8 * 1024;

/// A line without the envelope that some banks leave around the message.
pub(super) fn unwrapped(line: &str) -> &str {
    let line = line.trim_start_matches('\u{feff}').trim_start();
    match line.split_once("{4:") {
        Some((_, rest)) => rest.trim_start(),
        None => line,
    }
}

/// What stands in a message.
pub(super) enum Field<'t> {
    Tag {
        tag: &'t str,
        /// With the lines that go on.
        text: String,
        /// Its line in the file, from 1.
        line: u32,
    },
    /// The message's end.
    End,
}

/// Walks through the fields of a file.
pub(super) struct Fields<'t> {
    lines: Box<dyn Iterator<Item = (u32, &'t str)> + 't>,
    next: Option<Field<'t>>,
}

impl<'t> Fields<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let lines = (1_u32..).zip(text.lines());
        Self {
            lines: Box::new(lines.map(|(at, line)| (at, line.trim_end_matches('\r')))),
            next: None,
        }
    }

    /// The tag at a line's start, and what follows it.
    fn tag(line: &'t str) -> Option<(&'t str, &'t str)> {
        let (tag, rest) = unwrapped(line).strip_prefix(':')?.split_once(':')?;
        let plain = matches!(tag.len(), 2 | 3)
            && tag
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        plain.then_some((tag, rest))
    }
}

impl<'t> Iterator for Fields<'t> {
    type Item = Field<'t>;

    fn next(&mut self) -> Option<Field<'t>> {
        let mut open = self.next.take();
        if matches!(open, Some(Field::End)) {
            return open;
        }
        for (at, raw) in self.lines.by_ref() {
            let found = match (raw.trim(), Self::tag(raw)) {
                ("-" | "-}" | "}", _) => Some(Field::End),
                (end, None) if end.starts_with("-}") => Some(Field::End),
                (_, Some((tag, rest))) => Some(Field::Tag {
                    tag,
                    text: rest.to_owned(),
                    line: at,
                }),
                _ => None,
            };
            match (found, &mut open) {
                (Some(found), Some(_)) => {
                    self.next = Some(found);
                    return open;
                }
                (Some(Field::End), None) => return Some(Field::End),
                (Some(found), None) => open = Some(found),
                (None, Some(Field::Tag { text, .. })) if text.len() < FIELD_MAX => {
                    text.push('\n');
                    text.extend(raw.chars().take(FIELD_MAX));
                }
                // Before the first field, or beyond what a field may hold.
                (None, _) => {}
            }
        }
        open
    }
}
