//! The hub alone, on a server or a spare machine: its command line.

mod invite;
mod signals;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use domain::wire::{FRAME_MAX, Shop};
use domain::{Currency, DayRule, ShopId, SourceConfig, SourceId, Timestamp};
use hub::{DOOR_PORT, Hub, HubConfig, MasterKey, Pages, Verified, trial};
use serde_json::json;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio_util::sync::CancellationToken;

/// Takes news of money in at its doors, stores it, and tells the shop's terminals.
///
/// Every answer is one line of JSON on standard output; logs go to standard error.
#[derive(Parser)]
#[command(name = "tillbell-hub", version)]
struct Cli {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    command: Command,
}

/// Where the hub's data lies and where it listens.
#[derive(Args)]
struct At {
    /// The folder of its database, made if there is none. One program at a time may use it.
    #[arg(
        long,
        global = true,
        env = "TILLBELL_HUB_DATA",
        default_value = "tillbell-hub-data"
    )]
    data: PathBuf,
    /// The file of the master key that seals every secret in the database; made on the first start, readable by its
    /// owner only. Default: master.key in the data folder; keep a copy elsewhere, without it the secrets are lost.
    #[arg(long, global = true, env = "TILLBELL_HUB_KEY_FILE")]
    key_file: Option<PathBuf>,
    /// The loopback address for the relay and for the doors behind a TLS proxy on this machine.
    #[arg(
        long,
        global = true,
        env = "TILLBELL_HUB_LISTEN",
        default_value = "127.0.0.1:8787"
    )]
    listen: SocketAddr,
    /// The port on which doors are opened to the local network, once the owner opens them.
    #[arg(long, global = true, env = "TILLBELL_HUB_DOOR_PORT", default_value_t = DOOR_PORT)]
    door_port: u16,
    /// What is logged, as `error`, `warn`, `info`, `debug`, or per module (`hub=debug`).
    #[arg(long, global = true, env = "TILLBELL_HUB_LOG", default_value = "info")]
    log: String,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the hub until it is told to stop (SIGINT or SIGTERM).
    Serve {
        /// The folder of the pages for clerks' phones (`ui/dist/phone` of a build).
        #[arg(long)]
        pages: Option<PathBuf>,
    },
    /// Checks that the record of what was done about clerks' phones is whole, while the hub is not running.
    Verify,
    /// Reads JSON lines on standard input, notices or recorded deliveries, and prints what the hub would make of each.
    /// Stores nothing and needs no data folder. See docs/hub.md.
    Try,
    /// Prints a code for an owner, this once, while the hub is not running.
    Invite(invite::Invite),
    /// Shops.
    #[command(subcommand)]
    Shop(ShopCommand),
    /// Sources of news, while the hub is not running.
    #[command(subcommand)]
    Source(SourceCommand),
    /// Terminals, while the hub is not running.
    #[command(subcommand)]
    Terminal(TerminalCommand),
    /// Shows where the doors for news can be reached, or opens and closes them, while the hub is not running.
    Doors(DoorsWish),
}

#[derive(Args)]
struct DoorsWish {
    /// Open them to the local network (true) or to this machine only (false).
    #[arg(long)]
    lan: Option<bool>,
    /// The https address under which platforms reach this hub; `none` if there is none.
    #[arg(long)]
    public_url: Option<String>,
    /// Also open them on this machine's public addresses (true), where the whole internet may be, or on those of its
    /// private networks only (false), as at first.
    #[arg(long)]
    other_addresses: Option<bool>,
}

#[derive(Subcommand)]
enum ShopCommand {
    /// Adds a shop.
    Add {
        /// Its name.
        #[arg(long)]
        name: String,
        /// The currency of its takings, as in ISO 4217.
        #[arg(long, default_value = "CNY")]
        currency: String,
        /// Its time zone, as in the IANA database.
        #[arg(long, default_value = "Asia/Shanghai")]
        zone: String,
        /// The hour at which its new day begins.
        #[arg(long, default_value_t = 0)]
        cutover_hour: u8,
    },
    /// Lists the shops.
    List,
}

#[derive(Args)]
struct OfShop {
    /// The shop's id; may be left out while there is one shop only.
    #[arg(long)]
    shop: Option<String>,
}

#[derive(Subcommand)]
enum SourceCommand {
    /// Adds a source; its settings come as JSON on standard input, so that no secret stands in a command line.
    Add {
        #[command(flatten)]
        of: OfShop,
        /// A name for people.
        #[arg(long)]
        name: String,
    },
    /// Changes a source; its address stays. Settings as for `add`: secrets, keys and certificates that are empty stay as
    /// they are, WeChat's keys are added, and a new secret of Stripe's stands beside the one before it.
    Change {
        #[command(flatten)]
        of: OfShop,
        /// Another name for people.
        #[arg(long)]
        name: Option<String>,
        /// The source's id.
        id: String,
    },
    /// Lists the sources.
    List {
        #[command(flatten)]
        of: OfShop,
    },
    /// Prints what must be entered at the platform or on the phone: addresses, secret, template.
    Setup {
        #[command(flatten)]
        of: OfShop,
        /// The source's id.
        id: String,
    },
    /// Removes a source; its door is closed, its payments stay.
    Remove {
        #[command(flatten)]
        of: OfShop,
        /// The source's id.
        id: String,
    },
}

#[derive(Subcommand)]
enum TerminalCommand {
    /// Adds a terminal and prints its token, this once.
    Add {
        #[command(flatten)]
        of: OfShop,
        /// A name for people.
        #[arg(long)]
        name: String,
    },
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_new(&cli.at.log).context("--log")?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    if matches!(cli.command, Command::Try) {
        return try_lines();
    }
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(run(cli))
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    std::fs::create_dir_all(&cli.at.data)
        .with_context(|| format!("cannot make {}", cli.at.data.display()))?;
    let key_file = cli
        .at
        .key_file
        .clone()
        .unwrap_or_else(|| cli.at.data.join("master.key"));
    let master = MasterKey::from_file(&key_file)?;
    let config = HubConfig {
        door_port: cli.at.door_port,
        ..HubConfig::new(&cli.at.data)
    };
    if let Command::Serve { pages } = cli.command {
        let pages = pages.as_deref().map(Pages::from_folder).transpose();
        let pages = pages.context("--pages")?;
        let config = HubConfig { pages, ..config };
        return serve(config, master, cli.at.listen).await;
    }
    let hub = Hub::open(config, master).await?;
    let done = manage(&hub, cli.command, cli.at.listen).await;
    hub.close().await;
    done
}

async fn serve(config: HubConfig, master: MasterKey, listen: SocketAddr) -> anyhow::Result<()> {
    // Refused before anything is opened, so that nothing is ever reachable for a moment.
    if !listen.ip().is_loopback() {
        return Err(hub::HubError::NotLoopback(listen).into());
    }
    let stop = CancellationToken::new();
    signals::stop_on_signals(stop.clone())?;
    let hub = Hub::open(config, master).await?;
    if hub.shops().is_empty() {
        tracing::warn!(
            "there is no shop yet: add one with `tillbell-hub shop add` while the hub is not running"
        );
    }
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}"))?;
    say(&json!({ "listening": listener.local_addr()? }))?;
    hub::serve(listener, hub, stop).await?;
    Ok(())
}

async fn manage(hub: &Hub, command: Command, listen: SocketAddr) -> anyhow::Result<()> {
    match command {
        Command::Serve { .. } | Command::Try => bail!("not a command on the data"),
        Command::Shop(ShopCommand::Add {
            name,
            currency,
            zone,
            cutover_hour,
        }) => {
            let currency =
                Currency::new(&currency).context("--currency is three letters, as in ISO 4217")?;
            let day_rule = DayRule::new(&zone, cutover_hour)
                .context("an unknown --zone, or --cutover-hour past 23")?;
            let id = hub
                .add_shop(&Shop {
                    name,
                    currency,
                    day_rule,
                })
                .await?;
            say(&json!({ "shop": id }))
        }
        Command::Shop(ShopCommand::List) => hub
            .shops()
            .into_iter()
            .try_for_each(|(id, shop)| say(&json!({ "shop": id, "is": shop }))),
        Command::Source(SourceCommand::Add { of, name }) => {
            let shop = which(hub, &of)?;
            let id = hub.add_source(&shop, &name, settings()?).await?;
            say(&json!(hub.source_setup(&shop, &id, Some(listen))?))
        }
        Command::Source(SourceCommand::Change { of, name, id }) => {
            let (shop, id) = (
                which(hub, &of)?,
                SourceId::new(id).context("that is no id")?,
            );
            let now = hub.source_setup(&shop, &id, Some(listen))?;
            let name = name.unwrap_or(now.name);
            hub.update_source(&shop, &id, &name, settings()?).await?;
            say(&json!({ "changed": id }))
        }
        Command::Source(SourceCommand::List { of }) => hub
            .sources(&which(hub, &of)?)?
            .into_iter()
            .try_for_each(|(id, name, kind)| {
                say(&json!({ "source": id, "name": name, "kind": kind }))
            }),
        Command::Source(SourceCommand::Setup { of, id }) => {
            let id = SourceId::new(id).context("that is no id")?;
            say(&json!(hub.source_setup(
                &which(hub, &of)?,
                &id,
                Some(listen)
            )?))
        }
        Command::Source(SourceCommand::Remove { of, id }) => {
            let id = SourceId::new(id).context("that is no id")?;
            hub.remove_source(&which(hub, &of)?, &id).await?;
            say(&json!({ "removed": id }))
        }
        Command::Terminal(TerminalCommand::Add { of, name }) => {
            let (id, token) = hub.add_terminal(&which(hub, &of)?, &name).await?;
            say(&json!({ "terminal": id, "token": token.expose() }))
        }
        Command::Doors(wish) => doors(hub, wish).await,
        Command::Verify => verify(hub).await,
        Command::Invite(invite) => invite.give_out(hub).await,
    }
}

/// Says whether the record is whole; where it is not, the program fails.
async fn verify(hub: &Hub) -> anyhow::Result<()> {
    let verified = hub.verify_record().await?;
    say(&json!(verified))?;
    anyhow::ensure!(
        matches!(verified, Verified::Whole { .. }),
        "the record was changed behind the hub's back"
    );
    Ok(())
}

/// A source's settings, from standard input.
fn settings() -> anyhow::Result<SourceConfig> {
    let mut text = zeroize::Zeroizing::new(String::new());
    std::io::stdin()
        .take(FRAME_MAX as u64)
        .read_to_string(&mut text)
        .context("settings on standard input")?;
    serde_json::from_str(&text).context("settings on standard input")
}

/// Shows the doors, or sets what is named and leaves the rest.
async fn doors(hub: &Hub, wish: DoorsWish) -> anyhow::Result<()> {
    let DoorsWish {
        lan, public_url, ..
    } = wish;
    let now = match wish.other_addresses {
        Some(others) => hub.set_other_addresses(others).await?,
        None => hub.doors().await,
    };
    if lan.is_none() && public_url.is_none() {
        return say(&json!(now));
    }
    let url = public_url.or(now.public_url).filter(|url| url != "none");
    say(&json!(hub.set_doors(lan.unwrap_or(now.lan), url).await?))
}

fn which(hub: &Hub, of: &OfShop) -> anyhow::Result<ShopId> {
    let shops = hub.shops();
    match (&of.shop, shops.as_slice()) {
        (Some(id), _) => ShopId::new(id.clone()).context("--shop is no id"),
        (None, [(only, _)]) => Ok(only.clone()),
        (None, []) => bail!("there is no shop yet: add one with `tillbell-hub shop add`"),
        (None, _) => bail!("there are several shops: say which with --shop"),
    }
}

fn try_lines() -> anyhow::Result<()> {
    let clock = || Timestamp(jiff::Timestamp::now().as_millisecond());
    let (input, out) = (std::io::stdin().lock(), std::io::stdout().lock());
    Ok(trial::answer_lines(input, out, clock)?)
}

fn say(answer: &serde_json::Value) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{answer}")?;
    Ok(out.flush()?)
}
