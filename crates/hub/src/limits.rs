//! Every bound of the hub in one table, each with its reason. Tests shorten the times.

use std::{net::IpAddr, time::Duration};

/// The bounds. `Default` is what a shop gets.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at once, over both listeners: a shop has a handful; 512 leaves a server's proxy room and keeps
    /// memory below 64 MiB at the largest header buffer.
    pub connections: usize,
    /// Connections at once from one address of the local network: a phone needs two, a hostile device gets no more.
    pub connections_per_peer: usize,
    /// Requests per second that one address of the local network may make, in the long run; three times as many
    /// at once. A busy phone forwards a few a minute.
    pub requests_per_peer: u32,
    /// Bytes of request line and headers: the platforms send below 3 KiB.
    pub head_bytes: usize,
    /// For a request's line and headers to arrive.
    pub head_within: Duration,
    /// For a body to arrive: the largest takes below a second on a phone's worst link.
    pub body_within: Duration,
    /// For a delivery to become durable. WeChat and Alipay hang up after 5 s; before that the platform is told
    /// "not stored, send again", and when it was stored after all the repeat is recognised.
    pub store_within: Duration,
    /// Deliveries that wait to be written: past this many the platform is told to come again, rather than kept
    /// waiting until it hangs up.
    pub queue: usize,
    /// Deliveries written in one transaction at most: one fsync for all of them, and still well below
    /// `store_within` on a slow disk.
    pub group: usize,
    /// Terminals linked at once.
    pub links: usize,
    /// For a terminal's first frame.
    pub hello_within: Duration,
    /// How often a terminal is told that the hub is there.
    pub heartbeat: Duration,
    /// After this long without a frame (or with one that cannot be sent) a link is dead.
    pub dead: Duration,
    /// Sources per shop: real shops have below ten.
    pub sources: usize,
    /// How long a stop waits for what is under way.
    pub stop_within: Duration,
    /// How long a source that beats may be silent; `None`: what its kind says.
    pub silent_after: Option<Duration>,
    /// Over how long refused deliveries that prove nothing of their sender must come, with nothing genuine between,
    /// before they raise the alarm: longer than one burst of a platform's repeats or of somebody's mischief.
    pub refusals_over: Duration,
    /// Linked terminals of one shop that are not cut off. With what each may at its largest, all of them still fit
    /// into one frame.
    pub terminals: usize,
    /// How many of them are shown to the owner.
    pub terminals_shown: usize,
    /// Invitations of one shop that nobody took yet.
    pub invitations: usize,
    /// Links of linked terminals at once, over all shops. With `knocks` they fit into the half of `connections` that
    /// the local network has.
    pub terminal_links: usize,
    /// Links that have not proved themselves at once: past that the oldest gives way.
    pub knocks: usize,
    /// The same from one address of the local network. A phone needs one at a time.
    pub knocks_per_peer: usize,
    /// For a link's proof: a phone of years ago signs in a tenth of a second.
    pub proved_within: Duration,
    /// A linked terminal that said nothing for so long does not speak for the others in its room.
    pub voice_within: Duration,
    /// Frames that a linked terminal may send in one second. It has one to say every ten.
    pub frames_per_second: u32,
    /// Links of one linked terminal at once, for a page that is open twice; past that the oldest ends.
    pub links_per_terminal: usize,
    /// Wrong codes of invitations that one address may try within `wrong_codes_within`.
    pub wrong_codes: u32,
    /// See `wrong_codes`.
    pub wrong_codes_within: Duration,
    /// The addresses of this machine on which doors may be opened to the network; empty: those of its private
    /// networks, and the others if the owner lets them.
    pub door_addresses: Vec<IpAddr>,
    /// The port on which it is said on the local network that doors are open there; tests have one of their own.
    pub mdns_port: u16,
    /// Those of owners' accounts.
    pub accounts: crate::AccountBounds,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            connections_per_peer: 32,
            requests_per_peer: 50,
            head_bytes: 32 * 1024,
            head_within: Duration::from_secs(10),
            body_within: Duration::from_secs(10),
            store_within: Duration::from_millis(4_000),
            queue: 2_048,
            group: 256,
            links: 64,
            hello_within: Duration::from_secs(10),
            heartbeat: Duration::from_millis(domain::wire::HEARTBEAT_MS),
            dead: Duration::from_millis(domain::wire::DEAD_MS),
            sources: 64,
            stop_within: Duration::from_secs(5),
            silent_after: None,
            refusals_over: Duration::from_secs(120),
            terminals: 64,
            terminals_shown: 64,
            invitations: 16,
            terminal_links: 192,
            knocks: 32,
            knocks_per_peer: 4,
            proved_within: Duration::from_secs(3),
            voice_within: Duration::from_secs(12),
            frames_per_second: 20,
            links_per_terminal: 3,
            wrong_codes: 10,
            wrong_codes_within: Duration::from_secs(600),
            door_addresses: Vec::new(),
            mdns_port: 5353,
            accounts: crate::AccountBounds::default(),
        }
    }
}
