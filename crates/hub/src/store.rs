//! The rows around the log: the hub itself, its shops, sources, terminals, settings. SQLite only, for now.

use crate::HubError;
use crate::doors::Wanted;
use crate::health::Kept;
use domain::{Currency, DayRule, HubId, Seq, ShopId, SourceId, TerminalId, Timestamp, wire};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sqlite::Db;

/// The schema, oldest step first.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_start.sql"),
    include_str!("../migrations/0002_refusals.sql"),
    include_str!("../migrations/0003_fits.sql"),
    include_str!("../migrations/0004_terminals.sql"),
    include_str!("../migrations/0005_phones.sql"),
    include_str!("../migrations/0006_accounts.sql"),
];

type Result<T> = std::result::Result<T, HubError>;

/// The database of one hub.
#[derive(Clone)]
pub(crate) struct Store {
    pub(crate) db: Db,
}

/// The hub's own row.
pub(crate) struct HubRow {
    pub(crate) id: HubId,
    pub(crate) seal_check: Vec<u8>,
    pub(crate) wanted: Wanted,
}

/// A shop's row.
pub(crate) struct ShopRow {
    pub(crate) key: i64,
    pub(crate) id: ShopId,
    pub(crate) face: wire::Shop,
    pub(crate) newest: Seq,
}

/// A source's row; the config is sealed.
#[derive(Clone)]
pub(crate) struct SourceRow {
    pub(crate) shop: i64,
    pub(crate) id: SourceId,
    pub(crate) name: String,
    pub(crate) door: String,
    pub(crate) config: Vec<u8>,
    pub(crate) kept: Kept,
}

/// A sign of life to keep: which source, and what.
pub(crate) type SignOfLife = (SourceId, Kept);

impl Store {
    /// Work on the connection, in a blocking task.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.call(work).await
    }

    pub(crate) async fn hub(&self) -> Result<Option<HubRow>> {
        self.call(|db| {
            let row = db.query_row(
                "SELECT id, seal_check, lan, public_url, terminals_lan, lan_others FROM hub",
                [],
                |row| {
                    Ok((
                        row.get::<_, String>(0)?,
                        row.get(1)?,
                        Wanted {
                            lan: row.get(2)?,
                            public_url: row.get(3)?,
                            terminals: row.get(4)?,
                            others: row.get(5)?,
                        },
                    ))
                },
            );
            let Some((id, seal_check, wanted)) = row.optional()? else {
                return Ok(None);
            };
            let id = HubId::new(id).ok_or_else(|| damaged("hub"))?;
            Ok(Some(HubRow {
                id,
                seal_check,
                wanted,
            }))
        })
        .await
    }

    pub(crate) async fn add_hub(&self, id: &HubId, seal_check: Vec<u8>) -> Result<()> {
        let id = id.to_string();
        self.call(move |db| {
            db.execute(
                "INSERT INTO hub (one, id, seal_check) VALUES (1, ?1, ?2)",
                params![id, seal_check],
            )?;
            Ok(())
        })
        .await
    }

    /// Remembers what is wanted of the doors, and `also` in the same transaction.
    pub(crate) async fn set_doors(
        &self,
        wanted: Wanted,
        also: impl FnOnce(&Connection) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        self.call(move |db| {
            let both = sqlite::begin(db)?;
            both.execute(
                "UPDATE hub SET lan = ?1, public_url = ?2, terminals_lan = ?3, lan_others = ?4",
                params![
                    wanted.lan,
                    wanted.public_url,
                    wanted.terminals,
                    wanted.others
                ],
            )?;
            also(&both)?;
            Ok(both.commit()?)
        })
        .await
    }

    /// The hub's certificate and its sealed key.
    pub(crate) async fn certificate(&self) -> Result<Option<(Vec<u8>, Vec<u8>)>> {
        self.call(|db| {
            let (certificate, key): (Option<_>, Option<_>) =
                db.query_row("SELECT certificate, certificate_key FROM hub", [], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?;
            Ok(certificate.zip(key))
        })
        .await
    }

    pub(crate) async fn set_certificate(
        &self,
        certificate: Vec<u8>,
        sealed_key: Vec<u8>,
    ) -> Result<()> {
        self.call(move |db| {
            db.execute(
                "UPDATE hub SET certificate = ?1, certificate_key = ?2",
                params![certificate, sealed_key],
            )?;
            Ok(())
        })
        .await
    }

    pub(crate) async fn shops(&self) -> Result<Vec<ShopRow>> {
        self.call(|db| {
            let mut statement =
                db.prepare("SELECT key, id, name, currency, zone, cutover_hour, last_seq FROM shops ORDER BY key")?;
            let rows = statement.query_map([], |row| {
                let (zone, hour): (String, u8) = (row.get(4)?, row.get(5)?);
                Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get::<_, String>(3)?, DayRule::new(&zone, hour), crate::accept::seq(row, 6)?))
            })?;
            rows.map(|row| {
                let (key, id, name, currency, rule, newest) = row?;
                let id = ShopId::new(id).ok_or_else(|| damaged("shop"))?;
                let currency = Currency::new(&currency).ok_or_else(|| damaged("shop"))?;
                let face = wire::Shop { name, currency, day_rule: rule.unwrap_or_default() };
                Ok(ShopRow { key, id, face, newest })
            })
            .collect()
        })
        .await
    }

    /// Adds a shop together with its first source; answers the shop's key.
    pub(crate) async fn add_shop(
        &self,
        id: ShopId,
        face: wire::Shop,
        test: SourceRow,
    ) -> Result<i64> {
        self.call(move |db| {
            let both = sqlite::begin(db)?;
            both.execute(
                "INSERT INTO shops (id, name, currency, zone, cutover_hour) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![id.as_str(), face.name, face.currency.code(), face.day_rule.zone, face.day_rule.cutover_hour],
            )?;
            let key = both.last_insert_rowid();
            insert_source(&both, &SourceRow { shop: key, ..test })?;
            both.commit()?;
            Ok(key)
        })
        .await
    }

    pub(crate) async fn set_shop(&self, key: i64, face: wire::Shop) -> Result<()> {
        self.call(move |db| {
            db.execute(
                "UPDATE shops SET name = ?2, currency = ?3, zone = ?4, cutover_hour = ?5 WHERE key = ?1",
                params![key, face.name, face.currency.code(), face.day_rule.zone, face.day_rule.cutover_hour],
            )?;
            Ok(())
        })
        .await
    }

    pub(crate) async fn sources(&self) -> Result<Vec<SourceRow>> {
        self.call(|db| {
            let mut statement = db.prepare(
                "SELECT shop, id, name, door, config, beats, last_heard, refusals, fits FROM sources ORDER BY key",
            )?;
            let rows = statement.query_map([], source_row)?;
            rows.map(|row| row?.ok_or_else(|| damaged("source")))
                .collect()
        })
        .await
    }

    pub(crate) async fn add_source(&self, row: SourceRow) -> Result<()> {
        self.call(move |db| Ok(insert_source(db, &row)?)).await
    }

    /// Changes a source; answers whether there was one. `other_settings`: more than its name, so nothing that was taken
    /// or refused says anything of them.
    pub(crate) async fn update_source(
        &self,
        id: SourceId,
        name: String,
        config: Vec<u8>,
        other_settings: bool,
    ) -> Result<bool> {
        self.call(move |db| {
            let changed = db.execute(
                "UPDATE sources SET name = ?2, config = ?3, fits = fits AND NOT ?4,
                   refusals = CASE WHEN ?4 THEN NULL ELSE refusals END WHERE id = ?1",
                params![id.as_str(), name, config, other_settings],
            )?;
            Ok(changed > 0)
        })
        .await
    }

    pub(crate) async fn remove_source(&self, id: SourceId) -> Result<()> {
        self.call(move |db| {
            db.execute("DELETE FROM sources WHERE id = ?1", [id.as_str()])?;
            Ok(())
        })
        .await
    }

    pub(crate) async fn save_signs_of_life(&self, signs: Vec<SignOfLife>) -> Result<()> {
        self.call(move |db| {
            let all = sqlite::begin(db)?;
            for (id, kept) in signs {
                let refusals = kept.refusals.as_ref().map(serde_json::to_string);
                let refusals = refusals.transpose().map_err(|_| damaged("source"))?;
                all.execute(
                    "UPDATE sources SET last_heard = ?2, beats = ?3, refusals = ?4, fits = ?5 WHERE id = ?1",
                    params![
                        id.as_str(),
                        kept.last_heard.map(|t| t.0),
                        kept.beats,
                        refusals,
                        kept.fits
                    ],
                )?;
            }
            Ok(all.commit()?)
        })
        .await
    }

    pub(crate) async fn sweep(&self, now: Timestamp) -> Result<usize> {
        self.call(move |db| Ok(crate::accept::sweep(db, now)?))
            .await
    }

    pub(crate) async fn add_terminal(
        &self,
        id: TerminalId,
        shop: i64,
        name: String,
        token: [u8; 32],
        now: Timestamp,
    ) -> Result<()> {
        self.call(move |db| {
            db.execute(
                "INSERT INTO terminals (id, shop, name, token_sha256, added_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![id.as_str(), shop, name, token.as_slice(), now.0],
            )?;
            Ok(())
        })
        .await
    }

    /// The terminal with this token's digest, and its shop. The token has 192 random bits, so finding its digest by
    /// index tells nobody anything about another one.
    pub(crate) async fn terminal(&self, token: [u8; 32]) -> Result<Option<(TerminalId, ShopId)>> {
        self.call(move |db| {
            let found = db
                .query_row(
                    "SELECT t.id, s.id FROM terminals AS t JOIN shops AS s ON s.key = t.shop WHERE t.token_sha256 = ?1",
                    [token.as_slice()],
                    |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
                )
                .optional()?;
            Ok(found.and_then(|(terminal, shop)| TerminalId::new(terminal).zip(ShopId::new(shop))))
        })
        .await
    }
}

fn insert_source(db: &Connection, row: &SourceRow) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO sources (shop, id, name, door, config) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![row.shop, row.id.as_str(), row.name, row.door, row.config],
    )
    .map(drop)
}

fn source_row(row: &Row<'_>) -> rusqlite::Result<Option<SourceRow>> {
    let Some(id) = SourceId::new(row.get::<_, String>(1)?) else {
        return Ok(None);
    };
    Ok(Some(SourceRow {
        shop: row.get(0)?,
        id,
        name: row.get(2)?,
        door: row.get(3)?,
        config: row.get(4)?,
        kept: Kept {
            beats: row.get(5)?,
            last_heard: row.get::<_, Option<i64>>(6)?.map(Timestamp),
            // What cannot be read is not worth a hub that does not start: the next refusal raises it again.
            refusals: row
                .get::<_, Option<String>>(7)?
                .and_then(|json| serde_json::from_str(&json).ok()),
            fits: row.get(8)?,
        },
    }))
}

fn damaged(what: &str) -> HubError {
    HubError::Storage(format!("the row of a {what} is damaged"))
}

#[cfg(test)]
mod tests;
