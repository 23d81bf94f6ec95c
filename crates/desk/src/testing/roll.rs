//! A receipt printer on the network for tests: a real socket. It answers when it is asked how it is, writes down what it
//! gets, and can have no paper, say nothing, or pull its cable in the midst of a receipt.

use devices::printer::{
    paper::{Item, Paper},
    profile::Profile,
};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

#[derive(Default)]
pub(crate) struct Inside {
    /// All bytes of receipts, in the order in which they came.
    pub(crate) bytes: Mutex<Vec<u8>>,
    pub(crate) paper_out: AtomicBool,
    pub(crate) says_nothing: AtomicBool,
    /// The cable is pulled after so many bytes of the next receipt.
    pub(crate) pulls_after: AtomicUsize,
    /// It rests so long after each read of a receipt, in milliseconds.
    pub(crate) rests_ms: AtomicUsize,
}

pub(crate) struct Roll {
    pub(crate) at: SocketAddr,
    pub(crate) inside: Arc<Inside>,
    serving: JoinHandle<()>,
}

/// One paper: the day's number on it, and its mark as a copy.
pub(crate) type Slip = (u64, Option<u32>);

impl Roll {
    pub(crate) async fn open() -> Self {
        Self::again("127.0.0.1:0".parse().unwrap(), Arc::default()).await
    }

    /// Switched on again.
    pub(crate) async fn again(at: SocketAddr, inside: Arc<Inside>) -> Self {
        let listener = TcpListener::bind(at).await.expect("a port");
        let at = listener.local_addr().expect("an address");
        inside
            .pulls_after
            .compare_exchange(0, usize::MAX, SeqCst, SeqCst)
            .ok();
        let serving = tokio::spawn({
            let inside = inside.clone();
            async move {
                // One computer at a time, as they do.
                while let Ok((stream, _)) = listener.accept().await {
                    serve(stream, &inside).await;
                }
            }
        });
        Self {
            at,
            inside,
            serving,
        }
    }

    /// Switched off.
    pub(crate) async fn off(self) -> (SocketAddr, Arc<Inside>) {
        self.serving.abort();
        let _ = self.serving.await;
        (self.at, self.inside)
    }

    pub(crate) fn address(&self) -> String {
        format!("tcp:{}", self.at)
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        lines(&self.inside)
    }

    pub(crate) fn slips(&self) -> Vec<Slip> {
        slips(&self.inside)
    }

    /// How often the drawer was opened.
    pub(crate) fn drawers(&self) -> usize {
        let bytes = self.inside.bytes.lock().unwrap();
        let paper = Paper::read(&bytes, &Profile::default());
        let is_drawer = |item: &&Item| matches!(item, Item::Drawer { .. });
        paper.items.iter().filter(is_drawer).count()
    }
}

pub(crate) fn lines(inside: &Inside) -> Vec<String> {
    let bytes = inside.bytes.lock().unwrap();
    Paper::read(&bytes, &Profile::default()).lines()
}

/// The papers that came out, as far as their number is on them.
pub(crate) fn slips(inside: &Inside) -> Vec<Slip> {
    let bytes = inside.bytes.lock().unwrap();
    let paper = Paper::read(&bytes, &Profile::default());
    let mut copy = None;
    let mut slips = Vec::new();
    for item in &paper.items {
        let Item::Line { spans, .. } = item else {
            if matches!(item, Item::Cut) {
                copy = None;
            }
            continue;
        };
        let text: String = spans.iter().map(|span| span.text.as_str()).collect();
        let last = || {
            text.trim_matches([' ', '*'])
                .rsplit(' ')
                .next()?
                .parse()
                .ok()
        };
        if text.contains("COPY") {
            copy = last();
        }
        if text.contains("Today's number") {
            slips.extend(last().map(|number: u32| (u64::from(number), copy)));
        }
    }
    slips
}

/// How often each number came out.
pub(crate) fn counts(slips: &[Slip]) -> BTreeMap<u64, usize> {
    let mut counts = BTreeMap::new();
    for (number, _) in slips {
        *counts.entry(*number).or_default() += 1;
    }
    counts
}

/// What asks a printer how it is: twelve bytes, answered by four.
const QUESTION: [u8; 12] = [16, 4, 1, 16, 4, 2, 16, 4, 3, 16, 4, 4];

async fn serve(mut stream: TcpStream, inside: &Inside) {
    let (mut buffer, mut come) = ([0; 512], Vec::new());
    loop {
        let Ok(read @ 1..) = stream.read(&mut buffer).await else {
            return;
        };
        come.extend_from_slice(&buffer[..read]);
        // A busy machine hands over a question and the receipt after it in one piece, or one of them in two.
        while !come.is_empty() && !QUESTION.starts_with(&come) {
            if let Some(rest) = come.strip_prefix(&QUESTION) {
                come = rest.to_vec();
                if !answer(&mut stream, inside).await {
                    return;
                }
                continue;
            }
            let asked = come.windows(QUESTION.len()).position(|at| at == QUESTION);
            let receipt: Vec<u8> = come.drain(..asked.unwrap_or(come.len())).collect();
            if !take(&stream, inside, &receipt) {
                return;
            }
            let rest = inside.rests_ms.load(SeqCst);
            if rest > 0 {
                tokio::time::sleep(Duration::from_millis(rest as u64)).await;
            }
        }
        if come == QUESTION {
            come.clear();
            if !answer(&mut stream, inside).await {
                return;
            }
        }
    }
}

/// Says how it is. False where nobody listens.
async fn answer(stream: &mut TcpStream, inside: &Inside) -> bool {
    let answer: &[u8] = match inside.paper_out.load(SeqCst) {
        true => &[0x1a, 0x32, 0x12, 0x7e],
        false => &[0x12; 4],
    };
    inside.says_nothing.load(SeqCst) || stream.write_all(answer).await.is_ok()
}

/// Some of a receipt. False where the cable was pulled in it.
fn take(stream: &TcpStream, inside: &Inside, come: &[u8]) -> bool {
    let left = inside.pulls_after.load(SeqCst);
    let written = &come[..come.len().min(left)];
    inside.bytes.lock().unwrap().extend_from_slice(written);
    if left <= come.len() {
        inside.pulls_after.store(usize::MAX, SeqCst);
        // Not a farewell, but a cable.
        stream.set_zero_linger().expect("no linger");
        return false;
    }
    if left < usize::MAX {
        inside.pulls_after.store(left - come.len(), SeqCst);
    }
    true
}
