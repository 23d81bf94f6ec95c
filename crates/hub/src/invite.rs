//! `tillbell-hub invite`: the operator gives a code out that makes an owner, or lets one in again.

use anyhow::Context;
use clap::Args;
use domain::ShopId;
use hub::Hub;
use serde_json::json;

const HOUR_MS: i64 = 3_600_000;

/// Whom the code is for.
#[derive(Args)]
pub(crate) struct Invite {
    /// A shop that it gives, by its id; may be said several times. Without any it makes an owner who has no shop yet.
    #[arg(long)]
    shop: Vec<String>,
    /// For how many days it can be taken, 31 at most.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u8).range(1..=31))]
    days: u8,
    /// Instead: for the owner of this name, who lost everything. With the code they set a new password; authenticator,
    /// recovery codes and sessions of before are gone. Good for a day.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["shop", "days"])]
    reset: Option<String>,
}

impl Invite {
    /// Makes the code and prints it.
    pub(crate) async fn give_out(self, hub: &Hub) -> anyhow::Result<()> {
        let given = match &self.reset {
            Some(name) => hub.reset_owner(name, 24 * HOUR_MS).await?,
            None => {
                let shops = self.shop.into_iter().map(ShopId::new);
                let shops = shops.collect::<Option<Vec<_>>>();
                let shops = shops.context("--shop is no id")?;
                let lasts = i64::from(self.days) * 24 * HOUR_MS;
                hub.invite_owner(&shops, lasts).await?
            }
        };
        crate::say(&json!({
            "invite": given.invite,
            "code": given.code.expose(),
            "expires_at": given.expires_at.to_string(),
        }))
    }
}
