//! Reading the rows that fit: which index to begin with, and what is asked of it.

use super::{FEW, Span, Wanted};
use crate::{
    classes::Class,
    search::{self, How},
};
use rusqlite::{Connection, params_from_iter, types::Value};

/// A question in the making: its text, and what is put into it.
#[derive(Default)]
struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    fn add(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    fn value(&mut self, value: &str) {
        self.values.push(Value::Text(value.to_owned()));
    }

    fn ids(&self, db: &Connection) -> rusqlite::Result<Vec<i64>> {
        let mut query = db.prepare(&self.text)?;
        query
            .query_map(params_from_iter(&self.values), |row| row.get(0))?
            .collect()
    }
}

impl Wanted {
    /// The rows that fit, among the classes that fit.
    pub(super) fn among(
        mut self,
        all: &[Class],
        fits: impl Fn(&Class) -> bool,
        db: &Connection,
    ) -> rusqlite::Result<Vec<i64>> {
        let fitting: Vec<i64> = all
            .iter()
            .filter(|class| fits(class))
            .map(|class| class.id)
            .collect();
        if fitting.is_empty() {
            return Ok(Vec::new());
        }
        // Amounts are found by class: there every class is named.
        if fitting.len() < all.len() || self.minor.is_some() {
            self.tighten(db, &fitting)?;
            self.classes = Some(fitting);
        }
        if let Some(How::Window { .. }) = self.text {
            let sql = "SELECT ifnull(max(id), 0) FROM lines";
            let newest: i64 = db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
            let last = self.span.last.min(newest);
            self.span.first = self.span.first.max(last.saturating_sub(search::WINDOW));
        }
        match self.smallest(db)? {
            Some(few) => self.picked(db, few),
            None => self.streamed(db),
        }
    }

    /// Looks no further than the first and the last row of these classes: a platform that was given up long ago is not
    /// sought among all that came since.
    fn tighten(&mut self, db: &Connection, classes: &[i64]) -> rusqlite::Result<()> {
        let (mut first, mut last) = (i64::MAX, 0);
        for (end, edge) in [("min", &mut first), ("max", &mut last)] {
            let sql =
                format!("SELECT {end}(id) FROM lines INDEXED BY lines_class WHERE class = ?1");
            let mut query = db.prepare_cached(&sql)?;
            for class in classes {
                let found: Option<i64> = query.query_row([class], |row| row.get(0))?;
                let further = |id: i64| {
                    if end == "min" {
                        id.min(*edge)
                    } else {
                        id.max(*edge)
                    }
                };
                *edge = found.map_or(*edge, further);
            }
        }
        self.span.first = self.span.first.max(first);
        self.span.last = self.span.last.min(last);
        Ok(())
    }

    /// The rows of the index that holds the fewest, if it holds few.
    fn smallest(&self, db: &Connection) -> rusqlite::Result<Option<Vec<i64>>> {
        let mut smallest = self.of_its_days(db)?;
        // A class is sought from a day's first row to its last, and one that came late is at the end of the book.
        let by_class = smallest.is_none();
        for mut sql in self.indexes(by_class) {
            sql.add(&format!(" LIMIT {}", FEW + 1));
            let rows = sql.ids(db)?;
            if rows.len() <= FEW && smallest.as_ref().is_none_or(|had| rows.len() < had.len()) {
                smallest = Some(rows);
            }
        }
        Ok(smallest)
    }

    /// The rows of the days that are asked for, if they are few: wherever in the book they are.
    pub(super) fn of_its_days(&self, db: &Connection) -> rusqlite::Result<Option<Vec<i64>>> {
        let Some((from, to)) = &self.span.days else {
            return Ok(None);
        };
        let mut sql = Sql::default();
        sql.add("SELECT id FROM lines INDEXED BY lines_day WHERE day BETWEEN ? AND ?")
            .value(from);
        sql.value(to);
        sql.add(&format!(" LIMIT {}", FEW + 1));
        let rows = sql.ids(db)?;
        Ok((rows.len() <= FEW).then_some(rows))
    }

    /// For each condition the rows that fit it, by its index alone.
    fn indexes(&self, by_class: bool) -> Vec<Sql> {
        let Span { first, last, .. } = self.span;
        let mut all = Vec::new();
        if let (true, Some(classes)) = (by_class, &self.classes) {
            let index = if self.minor.is_some() {
                "lines_minor"
            } else {
                "lines_class"
            };
            let mut sql = Sql::default();
            sql.add(&format!(
                "SELECT id FROM lines INDEXED BY {index} WHERE class IN ({})",
                list(classes)
            ));
            self.narrow(&mut sql, "lines", false);
            all.push(sql);
        }
        if let Some(special) = self.special {
            let (index, holds) = (special.index(), special.holds("lines"));
            let mut sql = Sql::default();
            sql.add(&format!(
                "SELECT id FROM lines INDEXED BY {index} WHERE {holds} AND id BETWEEN {first} AND {last}"
            ));
            all.push(sql);
        }
        for tag in &self.tags {
            let mut sql = Sql::default();
            sql.add("SELECT line FROM line_tags WHERE tag = ?")
                .value(tag);
            sql.add(&format!(" AND line BETWEEN {first} AND {last}"));
            all.push(sql);
        }
        if let Some(How::Index { table, phrase, .. }) = &self.text {
            let mut sql = Sql::default();
            sql.add(&format!("SELECT rowid FROM {table} WHERE {table} MATCH ?"))
                .value(phrase);
            sql.add(&format!(" AND rowid BETWEEN {first} AND {last}"));
            all.push(sql);
        }
        all
    }

    /// Of these rows those that fit everything, as far as the page goes.
    fn picked(&self, db: &Connection, mut rows: Vec<i64>) -> rusqlite::Result<Vec<i64>> {
        rows.sort_unstable();
        rows.dedup();
        if !self.up {
            rows.reverse();
        }
        let mut sql = Sql::default();
        sql.add("SELECT 1 FROM lines WHERE lines.id = ?");
        sql.values.push(Value::Null);
        self.narrow(&mut sql, "lines", true);
        self.wide(&mut sql, "lines", true);
        let mut query = db.prepare(&sql.text)?;
        let mut found = Vec::new();
        for row in rows {
            sql.values[0] = Value::Integer(row);
            if query.exists(params_from_iter(&sql.values))? {
                found.push(row);
                if found.len() == self.limit {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// The rows that fit, read in order until the page is full.
    fn streamed(&self, db: &Connection) -> rusqlite::Result<Vec<i64>> {
        match (&self.text, self.special, &self.classes) {
            (Some(How::Index { table, phrase, .. }), _, _) => {
                let mut sql = Sql::default();
                sql.add(&format!("SELECT base.rowid FROM {table} AS base"));
                self.beside(&mut sql, "base.rowid");
                sql.add(&format!(" WHERE {table} MATCH ?")).value(phrase);
                self.rest(&mut sql, "base.rowid");
                sql.ids(db)
            }
            (_, Some(special), _) => {
                let (index, holds) = (special.index(), special.holds("base"));
                let mut sql = Sql::default();
                sql.add(&format!(
                    "SELECT base.id FROM lines AS base INDEXED BY {index}"
                ));
                self.beside(&mut sql, "base.id");
                sql.add(&format!(" WHERE {holds}"));
                self.rest(&mut sql, "base.id");
                sql.ids(db)
            }
            (_, None, Some(classes)) => self.by_class(db, classes),
            (_, None, None) => {
                let mut sql = Sql::default();
                sql.add("SELECT base.id FROM lines AS base");
                self.beside(&mut sql, "base.id");
                sql.add(" WHERE 1");
                self.rest(&mut sql, "base.id");
                sql.ids(db)
            }
        }
    }

    /// Each class is read in order by itself; together they have the page.
    fn by_class(&self, db: &Connection, classes: &[i64]) -> rusqlite::Result<Vec<i64>> {
        let mut sql = Sql::default();
        sql.add("SELECT base.id FROM lines AS base INDEXED BY lines_class");
        if self.is_wide() {
            sql.add(" CROSS JOIN lines AS wide ON wide.id = base.id");
        }
        sql.add(" WHERE base.class = ?");
        sql.values.push(Value::Null);
        self.narrow(&mut sql, "base", false);
        self.wide(&mut sql, "wide", false);
        self.order(&mut sql, "base.id");
        let mut query = db.prepare(&sql.text)?;
        let mut found: Vec<i64> = Vec::new();
        for class in classes {
            sql.values[0] = Value::Integer(*class);
            let rows = query.query_map(params_from_iter(&sql.values), |row| row.get(0))?;
            for row in rows {
                found.push(row?);
            }
        }
        Ok(found)
    }

    /// The tables beside the one that is read in order: a narrow one for what indexes hold, the whole row for the rest.
    fn beside(&self, sql: &mut Sql, id: &str) {
        if self.classes.is_some() || self.span.days.is_some() || self.minor.is_some() {
            sql.add(&format!(
                " CROSS JOIN lines AS narrow INDEXED BY lines_narrow ON narrow.id = {id}"
            ));
        }
        if self.is_wide() {
            sql.add(&format!(" CROSS JOIN lines AS wide ON wide.id = {id}"));
        }
    }

    /// What else must hold, and the order.
    fn rest(&self, sql: &mut Sql, id: &str) {
        let Span { first, last, .. } = self.span;
        sql.add(&format!(" AND {id} BETWEEN {first} AND {last}"));
        if self.classes.is_some() || self.span.days.is_some() || self.minor.is_some() {
            self.narrow(sql, "narrow", true);
        }
        self.wide(sql, "wide", false);
        self.order(sql, id);
    }

    fn order(&self, sql: &mut Sql, id: &str) {
        let way = if self.up { "ASC" } else { "DESC" };
        sql.add(&format!(" ORDER BY {id} {way} LIMIT {}", self.limit));
    }

    /// The conditions that indexes hold.
    fn narrow(&self, sql: &mut Sql, table: &str, with_class: bool) {
        let Span { first, last, days } = &self.span;
        sql.add(&format!(" AND {table}.id BETWEEN {first} AND {last}"));
        if let (true, Some(classes)) = (with_class, &self.classes) {
            sql.add(&format!(" AND {table}.class IN ({})", list(classes)));
        }
        if let Some((from, to)) = days {
            sql.add(&format!(" AND {table}.day BETWEEN ? AND ?"))
                .value(from);
            sql.value(to);
        }
        if let Some((least, most)) = self.minor {
            sql.add(&format!(" AND {table}.minor BETWEEN {least} AND {most}"));
        }
    }

    /// Whether a row must be read to tell whether it fits.
    fn is_wide(&self) -> bool {
        self.special.is_some() || !self.tags.is_empty() || self.like(false).is_some()
    }

    /// What must be found in the row itself: whatever is looked for, unless an index finds it without doubt.
    fn like(&self, without_index: bool) -> Option<&str> {
        match &self.text {
            Some(How::Index { sure: true, .. }) if !without_index => None,
            Some(How::Index { like, .. } | How::Window { like }) => Some(like),
            None => None,
        }
    }

    /// The conditions that only the row itself answers.
    fn wide(&self, sql: &mut Sql, table: &str, without_index: bool) {
        if let Some(special) = self.special {
            sql.add(&format!(" AND {}", special.holds(table)));
        }
        for tag in &self.tags {
            sql.add(&format!(
                " AND EXISTS (SELECT 1 FROM line_tags WHERE line_tags.tag = ? AND line_tags.line = {table}.id)"
            ))
            .value(tag);
        }
        if let Some(like) = self.like(without_index) {
            let columns = ["payer", "note", "remarks", "ord", "trade"];
            let any = columns.map(|column| format!("{table}.{column} LIKE ? ESCAPE '\\'"));
            sql.add(&format!(" AND ({})", any.join(" OR ")));
            for _ in columns {
                sql.value(like);
            }
        }
    }
}

fn list(classes: &[i64]) -> String {
    let all: Vec<String> = classes.iter().map(i64::to_string).collect();
    all.join(",")
}
