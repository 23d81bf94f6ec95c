//! SAPI 5, the older of Windows's two ways to voices. Voices that a shop bought are known to it only, and it speaks on
//! Windows editions without media features, where the newer way does not open. COM objects live on a thread of their
//! own, which asks after a sentence while it is spoken: SAPI's own callbacks would need a window.

use super::{
    Fault, InstalledVoice, Utterance,
    engine::{Engine, Event, Lost, Mark, Tell},
    sapi_scale::{self as scale, Found},
};
use std::{
    collections::HashMap,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel},
    time::Duration,
};
use windows::{
    Win32::{
        Media::Speech::{
            ISpObjectToken, ISpObjectTokenCategory, ISpVoice, SPCAT_VOICES, SPF_ASYNC,
            SPF_IS_NOT_XML, SPF_PURGEBEFORESPEAK, SPRS_DONE, SPRS_IS_SPEAKING, SPVOICESTATUS,
            SpObjectTokenCategory, SpVoice,
        },
        System::Com::{
            CLSCTX_ALL, COINIT_MULTITHREADED, CoCreateInstance, CoInitializeEx, CoTaskMemFree,
        },
    },
    core::{HSTRING, PCWSTR, PWSTR, w},
};

/// Before the token's id, so that a voice's id says whose it is.
const PREFIX: &str = "sapi:";
/// While a sentence is spoken, how often SAPI is asked whether it began and ended.
const ASK_EVERY: Duration = Duration::from_millis(30);
/// So long the voice's thread waits for the engine's.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// More voices than anybody installs.
const VOICES_MAX: u32 = 256;

enum Order {
    Voices(SyncSender<Result<Vec<InstalledVoice>, Lost>>),
    Say {
        what: Utterance,
        voice: String,
        mark: Mark,
        taken: SyncSender<Result<(), Fault>>,
    },
    Stop,
}

/// The engine's handle; its thread ends with it.
pub(super) struct Sapi {
    orders: SyncSender<Order>,
    said: u64,
}

impl Sapi {
    pub(super) fn open(tell: &Tell) -> Result<Self, Lost> {
        let (orders, given) = sync_channel(4);
        let (opened, opens) = channel();
        let tell = tell.clone();
        std::thread::Builder::new()
            .name("sapi".to_owned())
            .spawn(move || match Speaking::open(tell) {
                Ok(mut speaking) => {
                    let _ = opened.send(Ok(()));
                    speaking.serve(&given);
                }
                Err(error) => drop(opened.send(Err(Lost::new(error)))),
            })
            .map_err(Lost::new)?;
        opens.recv_timeout(ANSWER_WITHIN).map_err(Lost::new)??;
        Ok(Self { orders, said: 0 })
    }

    fn order(&self, order: Order) -> Result<(), Lost> {
        self.orders.try_send(order).map_err(Lost::new)
    }
}

impl Engine for Sapi {
    fn name(&self) -> &'static str {
        "sapi"
    }

    fn voices(&mut self, _anew: bool) -> Result<Vec<InstalledVoice>, Lost> {
        let (reply, answer) = sync_channel(1);
        self.order(Order::Voices(reply))?;
        answer.recv_timeout(ANSWER_WITHIN).map_err(Lost::new)?
    }

    fn prepare(&mut self, _voice: &str) -> Result<(), Lost> {
        Ok(())
    }

    fn say(&mut self, what: &Utterance, voice: &str) -> Result<Result<Option<Mark>, Fault>, Lost> {
        self.said += 1;
        let mark = format!("sapi-{}", self.said);
        let (taken, answer) = sync_channel(1);
        self.order(Order::Say {
            what: what.clone(),
            voice: voice.to_owned(),
            mark: mark.clone(),
            taken,
        })?;
        let answer = answer.recv_timeout(ANSWER_WITHIN).map_err(Lost::new)?;
        Ok(answer.map(|()| Some(mark)))
    }

    fn stop(&mut self) -> Result<(), Lost> {
        self.order(Order::Stop)
    }
}

/// What is being said.
struct Saying {
    mark: Mark,
    /// The number that SAPI gave to it: a state of another sentence says nothing of this one.
    stream: u32,
    began: bool,
}

/// What the engine's thread owns.
struct Speaking {
    voice: ISpVoice,
    tokens: HashMap<String, ISpObjectToken>,
    tell: Tell,
    now: Option<Saying>,
}

impl Speaking {
    #[allow(unsafe_code, reason = "COM")]
    fn open(tell: Tell) -> windows::core::Result<Self> {
        // SAFETY: this thread is ours and uses COM in this way only.
        unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) }.ok()?;
        // SAFETY: COM was just initialised on this thread.
        let voice = unsafe { CoCreateInstance(&SpVoice, None, CLSCTX_ALL) }?;
        Ok(Self {
            voice,
            tokens: HashMap::new(),
            tell,
            now: None,
        })
    }

    fn serve(&mut self, orders: &Receiver<Order>) {
        loop {
            let order = match self.now {
                Some(_) => orders.recv_timeout(ASK_EVERY),
                None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match order {
                Ok(Order::Voices(reply)) => drop(reply.send(self.voices().map_err(Lost::new))),
                Ok(Order::Say {
                    what,
                    voice,
                    mark,
                    taken,
                }) => {
                    let said = self.say(&what, &voice).map(|stream| {
                        let began = false;
                        self.now = Some(Saying {
                            mark,
                            stream,
                            began,
                        });
                    });
                    let _ = taken.send(said);
                }
                Ok(Order::Stop) => self.stop(),
                Err(RecvTimeoutError::Timeout) => self.look(),
                Err(RecvTimeoutError::Disconnected) => return self.stop(),
            }
        }
    }

    #[allow(unsafe_code, reason = "COM")]
    fn voices(&mut self) -> windows::core::Result<Vec<InstalledVoice>> {
        let mut found = Vec::new();
        let mut count = 0;
        // SAFETY: COM is initialised on this thread; every pointer is to a place that outlives its call.
        let tokens = unsafe {
            let category: ISpObjectTokenCategory =
                CoCreateInstance(&SpObjectTokenCategory, None, CLSCTX_ALL)?;
            category.SetId(SPCAT_VOICES, false)?;
            let tokens = category.EnumTokens(PCWSTR::null(), PCWSTR::null())?;
            tokens.GetCount(&mut count)?;
            tokens
        };
        self.tokens.clear();
        for at in 0..count.min(VOICES_MAX) {
            // SAFETY: as above. A broken entry of one voice is no reason to offer none.
            let read = unsafe { tokens.Item(at) }.and_then(|token| Ok((described(&token)?, token)));
            if let Ok((voice, token)) = read {
                self.tokens.insert(voice.id.clone(), token);
                found.push(voice);
            }
        }
        Ok(found)
    }

    #[allow(unsafe_code, reason = "COM")]
    fn say(&mut self, what: &Utterance, voice: &str) -> Result<u32, Fault> {
        let token = self.tokens.get(voice).ok_or(Fault::NoVoiceForLanguage)?;
        let text = HSTRING::from(&what.text);
        let flags = SPF_ASYNC.0 | SPF_IS_NOT_XML.0 | SPF_PURGEBEFORESPEAK.0;
        let mut stream = 0;
        // SAFETY: COM is initialised on this thread; the text ends with a zero, SAPI copies it in the call, and the
        // number's place outlives the call.
        let said = unsafe {
            self.voice
                .SetVoice(token)
                .and_then(|()| self.voice.SetRate(scale::rate(what.rate)))
                .and_then(|()| self.voice.SetVolume(u16::from(what.volume.min(100))))
                .and_then(|()| self.voice.Speak(&text, flags as u32, Some(&mut stream)))
        };
        said.map(|()| stream).map_err(|error| {
            tracing::warn!(%error, "SAPI does not speak");
            scale::fault(error.code().0)
        })
    }

    /// Tells what became of the sentence since it was asked last.
    #[allow(unsafe_code, reason = "COM")]
    fn look(&mut self) {
        let Some(now) = &mut self.now else {
            return;
        };
        let mut status = SPVOICESTATUS::default();
        // SAFETY: as above; no text of a bookmark is asked for.
        let asked = unsafe { self.voice.GetStatus(&mut status, std::ptr::null_mut()) };
        let found = match asked {
            Err(error) => Found::Failed(error.code().0),
            Ok(()) => scale::found(
                now.stream,
                scale::Status {
                    current: status.ulCurrentStream,
                    last: status.ulLastStreamQueued,
                    speaks: status.dwRunningState & SPRS_IS_SPEAKING.0 as u32 != 0,
                    done: status.dwRunningState & SPRS_DONE.0 as u32 != 0,
                    result: status.hrLastResult.0,
                },
            ),
        };
        if matches!(found, Found::Speaks | Found::Ended) && !now.began {
            now.began = true;
            (self.tell)(Event::Began(now.mark.clone()));
        }
        match found {
            Found::Waits | Found::Speaks => return,
            Found::Ended => (self.tell)(Event::Ended(now.mark.clone())),
            Found::Failed(result) => {
                tracing::warn!(result, "SAPI stopped speaking");
                (self.tell)(Event::Failed(now.mark.clone(), scale::fault(result)));
            }
        }
        self.now = None;
    }

    #[allow(unsafe_code, reason = "COM")]
    fn stop(&mut self) {
        let flags = SPF_ASYNC.0 | SPF_PURGEBEFORESPEAK.0;
        // SAFETY: no text, and what is being said is thrown away.
        let _ = unsafe { self.voice.Speak(PCWSTR::null(), flags as u32, None) };
        if let Some(now) = self.now.take() {
            (self.tell)(Event::Ended(now.mark));
        }
    }
}

/// A voice as its entry describes it.
#[allow(unsafe_code, reason = "COM")]
fn described(token: &ISpObjectToken) -> windows::core::Result<InstalledVoice> {
    // SAFETY: the token is alive, and each text that is handed out is ours to take over.
    unsafe {
        let id = taken(token.GetId()?);
        let attributes = token.OpenKey(w!("Attributes"))?;
        let language = attributes
            .GetStringValue(w!("Language"))
            .map(|text| taken(text));
        let name = token.GetStringValue(PCWSTR::null()).map(|text| taken(text));
        Ok(InstalledVoice {
            name: name.unwrap_or_else(|_| id.clone()),
            language: scale::language(&language.unwrap_or_default()),
            id: format!("{PREFIX}{id}"),
        })
    }
}

/// The text, and its memory given back.
///
/// # Safety
/// The text ends with a zero and was allocated by COM for whoever takes it.
#[allow(unsafe_code, reason = "COM hands out memory")]
unsafe fn taken(text: PWSTR) -> String {
    // SAFETY: by the caller.
    unsafe {
        let read = text.to_string().unwrap_or_default();
        CoTaskMemFree(Some(text.as_ptr().cast()));
        read
    }
}
