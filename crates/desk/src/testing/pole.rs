//! A customer display for tests: a real pseudo-terminal, read by the decoder of its command set, which can be pulled
//! out, plugged in elsewhere, or stop taking anything; and a made-up list of what is plugged in.

use crate::plugged::Finders;
use devices::{
    PortAddress,
    display::{
        Display,
        decode::{Decoder, Shown},
    },
    find::{Found, Guess, Listing, Reason, What},
};
use futures_util::StreamExt;
use rustix::{
    fs::{OFlags, fcntl_setfl},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
};
use std::{
    fs::File,
    io::Read,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};
use tokio::sync::watch;

/// What the device's own thread and the test share.
struct Glass {
    decoder: Mutex<Decoder>,
    taken: AtomicUsize,
    deaf: AtomicBool,
    gone: AtomicBool,
}

/// A display on a cable.
pub(crate) struct Pole {
    pub(crate) path: String,
    display: Display,
    glass: Arc<Glass>,
    running: Option<thread::JoinHandle<()>>,
}

impl Pole {
    pub(crate) fn plug_in(display: &Display) -> Self {
        Self::plug(display, false)
    }

    /// One that never takes a byte.
    pub(crate) fn dead(display: &Display) -> Self {
        Self::plug(display, true)
    }

    fn plug(display: &Display, deaf: bool) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&master).expect("granted");
        unlockpt(&master).expect("unlocked");
        let path = ptsname(&master, Vec::new()).expect("a name");
        fcntl_setfl(&master, OFlags::NONBLOCK).expect("without blocking");
        let glass = Arc::new(Glass {
            decoder: Mutex::new(Decoder::new(display)),
            taken: AtomicUsize::new(0),
            deaf: AtomicBool::new(deaf),
            gone: AtomicBool::new(false),
        });
        let (shared, mut master) = (glass.clone(), File::from(master));
        let running = thread::spawn(move || {
            let mut buffer = [0; 256];
            while !shared.gone.load(SeqCst) {
                let deaf = shared.deaf.load(SeqCst);
                match (!deaf).then(|| master.read(&mut buffer)) {
                    Some(Ok(come)) if come > 0 => {
                        shared.decoder.lock().unwrap().feed(&buffer[..come]);
                        shared.taken.fetch_add(come, SeqCst);
                    }
                    // Nothing came, or nobody has the port open.
                    _ => thread::sleep(Duration::from_millis(2)),
                }
            }
        });
        Self {
            path: path.into_string().expect("text"),
            display: display.clone(),
            glass,
            running: Some(running),
        }
    }

    pub(crate) fn shown(&self) -> Shown {
        self.glass.decoder.lock().unwrap().shown()
    }

    /// A row without the blanks around its words.
    pub(crate) fn row(&self, row: usize) -> String {
        self.shown().rows[row].trim().to_owned()
    }

    /// How many bytes it took.
    pub(crate) fn taken(&self) -> usize {
        self.glass.taken.load(SeqCst)
    }

    /// It takes nothing any more, or again.
    pub(crate) fn deafen(&self, deaf: bool) {
        self.glass.deaf.store(deaf, SeqCst);
    }

    /// Its power failed for a moment: it forgot everything.
    pub(crate) fn forget(&self) {
        *self.glass.decoder.lock().unwrap() = Decoder::new(&self.display);
    }

    /// Its address by the path alone.
    pub(crate) fn address(&self) -> String {
        PortAddress::serial(&self.path).to_string()
    }

    /// Its address as a USB device with that serial number.
    pub(crate) fn usb(&self, serial: &str) -> PortAddress {
        let text = format!("serial:{}?usb=1a86:7523&sn={serial}", self.path);
        text.parse().expect("an address")
    }

    /// Pulls the plug.
    pub(crate) fn pull(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.glass.gone.store(true, SeqCst);
        if let Some(running) = self.running.take() {
            running.join().expect("no panic");
        }
    }
}

impl Drop for Pole {
    fn drop(&mut self) {
        self.end();
    }
}

/// What a computer has plugged in, made up.
pub(crate) struct Sockets {
    listing: Arc<Mutex<Listing>>,
    plugs: watch::Sender<u32>,
}

impl Sockets {
    pub(crate) fn new() -> Self {
        Self {
            listing: Arc::default(),
            plugs: watch::channel(0).0,
        }
    }

    pub(crate) fn finders(&self) -> Finders {
        let (listing, plugs) = (self.listing.clone(), self.plugs.subscribe());
        Finders {
            list: Arc::new(move || listing.lock().unwrap().clone()),
            bluetooth: Arc::new(|_| Ok(vec![])),
            plugs: Arc::new(move || {
                futures_util::stream::unfold(plugs.clone(), |mut plugs| async move {
                    plugs.changed().await.ok()?;
                    Some(((), plugs))
                })
                .boxed()
            }),
        }
    }

    /// From now on these are plugged in, and the system says so.
    pub(crate) fn hold(&self, addresses: &[PortAddress]) {
        let found = |address: &PortAddress| Found {
            name: address.name(),
            address: address.clone(),
            maker: None,
            guess: Guess {
                what: What::Unknown,
                why: Reason::Bridge,
                model: None,
            },
        };
        self.listing.lock().unwrap().found = addresses.iter().map(found).collect();
        self.plugs.send_modify(|number| *number += 1);
    }
}
