//! Printers and serial servers on the network: raw bytes over TCP, port 9100 as a rule.

use super::{Broken, Port, PortError, Taken};
use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs},
    time::{Duration, Instant},
};

/// One machine on the shop's network answers at once or not at all.
const CONNECT_MAX: Duration = Duration::from_secs(4);
/// A name may stand for an IPv6 and an IPv4 number; more than these are not tried.
const NUMBERS_MAX: usize = 4;
/// At most so many bytes are handed over at once: Windows does not say how much of a longer piece left before the time
/// was over.
const PIECE: usize = 16 * 1024;

/// An open connection. Printers serve one at a time, so it is closed when there is nothing to send.
#[derive(Debug)]
pub struct Tcp {
    stream: TcpStream,
    name: String,
}

/// Connects.
pub fn open(host: &str, port: u16) -> Result<Tcp, PortError> {
    let name = format!("{host}:{port}");
    let gone = || PortError::Gone { port: name.clone() };
    let numbers: Vec<SocketAddr> = (host, port)
        .to_socket_addrs()
        .map_err(|_| gone())?
        .take(NUMBERS_MAX)
        .collect();
    let share = CONNECT_MAX / u32::try_from(numbers.len().max(1)).unwrap_or(1);
    let mut error = gone();
    for number in numbers {
        match TcpStream::connect_timeout(&number, share) {
            Ok(stream) => {
                // A picture for a display is one small packet; holding it back only delays it.
                let _ = stream.set_nodelay(true);
                return Ok(Tcp { stream, name });
            }
            // Who refuses is there: most network printers do so while they serve another computer.
            Err(why) if why.kind() == io::ErrorKind::ConnectionRefused => {
                error = PortError::Refuses { port: name.clone() };
            }
            Err(_) => {}
        }
    }
    Err(error)
}

impl Tcp {
    fn gone(&self) -> PortError {
        PortError::Gone {
            port: self.name.clone(),
        }
    }

    fn stalled(&self) -> PortError {
        PortError::Stalled {
            port: self.name.clone(),
        }
    }
}

/// Whether an error only means that the time given is over.
fn is_late(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock
    )
}

/// What is left of the time; a socket takes no zero.
fn left(until: Instant) -> Option<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    (!left.is_zero()).then_some(left)
}

impl Port for Tcp {
    fn write_all(&mut self, bytes: &[u8], within: Duration) -> Result<(), Broken> {
        let until = Instant::now() + within;
        let mut sent = 0;
        while sent < bytes.len() {
            let Some(left) = left(until) else {
                let why = self.stalled();
                return Err(Broken { sent, why });
            };
            let written = self.stream.set_write_timeout(Some(left)).and_then(|()| {
                self.stream
                    .write(&bytes[sent..bytes.len().min(sent + PIECE)])
            });
            match written {
                Ok(0) => {
                    let why = self.gone();
                    return Err(Broken { sent, why });
                }
                Ok(taken) => sent += taken,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let why = if is_late(&error) {
                        self.stalled()
                    } else {
                        self.gone()
                    };
                    return Err(Broken { sent, why });
                }
            }
        }
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8], within: Duration) -> Result<usize, PortError> {
        let until = Instant::now() + within;
        while let Some(left) = left(until) {
            let read = self
                .stream
                .set_read_timeout(Some(left))
                .and_then(|()| self.stream.read(buffer));
            match read {
                Ok(0) if !buffer.is_empty() => return Err(self.gone()),
                Ok(come) => return Ok(come),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_late(&error) => break,
                Err(_) => return Err(self.gone()),
            }
        }
        Ok(0)
    }

    /// Says that nothing more comes and waits for the other side to close: it does so when it has read everything.
    /// One that neither closes nor breaks has the bytes in its buffer, or in ours; nobody can tell.
    fn settle(&mut self, within: Duration) -> Result<Taken, PortError> {
        let until = Instant::now() + within;
        if self.stream.shutdown(Shutdown::Write).is_err() {
            return Err(self.gone());
        }
        let mut rest = [0; 256];
        while let Some(left) = left(until) {
            let read = self
                .stream
                .set_read_timeout(Some(left))
                .and_then(|()| self.stream.read(&mut rest));
            match read {
                Ok(0) => return Ok(Taken::Confirmed),
                // What a printer says unasked: its state, which nobody waits for here.
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_late(&error) => break,
                Err(_) => return Err(self.gone()),
            }
        }
        Ok(Taken::Sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{net::TcpListener, thread};

    const SOON: Duration = Duration::from_millis(300);
    const LATE: Duration = Duration::from_secs(5);

    fn listener() -> (TcpListener, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        (listener, port)
    }

    #[test]
    fn a_printer_that_reads_all_and_closes_has_the_job() {
        let (listener, port) = listener();
        let printer = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut paper = Vec::new();
            stream.read_to_end(&mut paper).unwrap();
            paper
        });
        let mut door = open("127.0.0.1", port).unwrap();
        door.write_all(b"\x1b@receipt", LATE).unwrap();
        assert_eq!(door.settle(LATE), Ok(Taken::Confirmed));
        assert_eq!(printer.join().unwrap(), b"\x1b@receipt");
    }

    #[test]
    fn a_printer_that_accepts_and_hangs_is_stalled_and_a_small_job_is_only_sent() {
        let (listener, port) = listener();
        let mut door = open("127.0.0.1", port).unwrap();
        let (_held, _) = listener.accept().unwrap();
        door.write_all(b"small", LATE).unwrap();
        let (_second, mut other) = (
            open("127.0.0.1", port).unwrap(),
            open("127.0.0.1", port).unwrap(),
        );
        let big = vec![0; 64 * 1024 * 1024];
        let broken = other.write_all(&big, SOON).unwrap_err();
        assert!(broken.sent > 0 && broken.sent < big.len(), "{broken}");
        assert!(matches!(broken.why, PortError::Stalled { .. }), "{broken}");
        assert_eq!(door.settle(SOON), Ok(Taken::Sent));
    }

    #[test]
    fn a_printer_that_breaks_off_is_gone() {
        let (listener, port) = listener();
        let mut door = open("127.0.0.1", port).unwrap();
        drop(listener.accept().unwrap());
        let mut buffer = [0; 8];
        assert!(matches!(
            door.read(&mut buffer, LATE),
            Err(PortError::Gone { .. })
        ));
    }

    #[test]
    fn nobody_there_refuses_and_an_answer_is_read() {
        let (listener, port) = listener();
        let mut door = open("127.0.0.1", port).unwrap();
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(&[0x12]).unwrap();
        let mut buffer = [0; 8];
        assert_eq!(door.read(&mut buffer, LATE), Ok(1));
        assert_eq!(door.read(&mut buffer, Duration::from_millis(20)), Ok(0));
        drop((listener, stream));
        assert!(matches!(
            open("127.0.0.1", port),
            Err(PortError::Refuses { .. })
        ));
    }
}
