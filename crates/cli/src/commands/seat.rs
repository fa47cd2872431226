//! The evaluation room: hours, representatives, coming in and going out, the chair, words, replacements.

use crate::failure::Failure;
use crate::machine::Machine;
use clap::{Subcommand, ValueEnum};
use facts::body::seat::{
    ChairVoted, HoursSet, Leaving, PanelSaid, RepresentativesNamed, SeatVacated, Vacancy,
};
use facts::id::SeatId;
use facts::record::Body;
use facts::{AccountId, Instant, Stream, TenderId};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What to do in the room.
#[derive(Subcommand)]
pub enum Seat {
    /// Name who sits for the buyer (招标人代表), at most a third of the panel; buyers, agents
    Represent {
        /// The tender
        tender: TenderId,
        /// seat=account, each
        #[arg(required = true)]
        seats: Vec<String>,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Set the hours of the room; buyers, agents
    Hours {
        /// The tender
        tender: TenderId,
        /// From when, RFC 3339
        #[arg(long, value_parser = crate::clock::parse)]
        from: Instant,
        /// Until when
        #[arg(long, value_parser = crate::clock::parse)]
        until: Instant,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Come in from this machine
    Enter {
        /// The tender
        tender: TenderId,
        /// Your seat
        #[arg(long)]
        seat: SeatId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Go out
    Leave {
        /// The tender
        tender: TenderId,
        /// Your seat
        #[arg(long)]
        seat: SeatId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Vote for a chair (推选评标委员会主任)
    Vote {
        /// The tender
        tender: TenderId,
        /// Your seat
        #[arg(long)]
        seat: SeatId,
        /// Whom
        #[arg(long)]
        candidate: SeatId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Say something to the panel
    Say {
        /// The tender
        tender: TenderId,
        /// Your seat
        #[arg(long)]
        seat: SeatId,
        /// What
        text: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Replace a member who cannot go on; the member, the buyer, its agent
    Vacate {
        /// The tender
        tender: TenderId,
        /// The seat
        #[arg(long)]
        seat: SeatId,
        /// The lawful cause
        #[arg(long, value_enum)]
        cause: Cause,
        /// Why, in words
        #[arg(long)]
        reason: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

/// Lawful causes of a replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Cause {
    /// A conflict of interest (回避)
    Conflict,
    /// Stays away or does not act (擅离职守)
    Absent,
    /// Health (健康)
    Ill,
}

fn send<B: Body>(
    machine: &Machine,
    key: &Path,
    tender: TenderId,
    body: &B,
    what: &str,
) -> Result<(), Failure> {
    let key = machine.key(key)?;
    let done = machine.connect()?.act(&key, Stream::Evaluation(tender), body)?;
    machine.done(what, &done);
    Ok(())
}

/// Does it.
pub fn run(machine: &Machine, command: Seat) -> Result<(), Failure> {
    match command {
        Seat::Represent { tender, seats, key } => {
            let body = RepresentativesNamed {
                seats: pairs(&seats)?,
                tender: tender.clone(),
            };
            send(machine, &key, tender, &body, "representatives named")
        }
        Seat::Hours {
            tender,
            from,
            until,
            key,
        } => {
            let body = HoursSet {
                from,
                tender: tender.clone(),
                until,
            };
            send(machine, &key, tender, &body, "hours set")
        }
        Seat::Enter { tender, seat, key } => {
            let key = machine.key(&key)?;
            let done = machine.connect()?.enter(&key, &tender, &seat)?;
            machine.done("you are in the room", &done);
            Ok(())
        }
        Seat::Leave { tender, seat, key } => {
            let key = machine.key(&key)?;
            let done = machine.connect()?.leave(&key, &tender, &seat, Leaving::Left)?;
            machine.done("you left the room", &done);
            Ok(())
        }
        Seat::Vote {
            tender,
            seat,
            candidate,
            key,
        } => {
            let body = ChairVoted {
                candidate,
                seat,
                tender: tender.clone(),
            };
            send(machine, &key, tender, &body, "vote given")
        }
        Seat::Say {
            tender,
            seat,
            text,
            key,
        } => {
            let body = PanelSaid {
                seat,
                tender: tender.clone(),
                text,
            };
            send(machine, &key, tender, &body, "said")
        }
        Seat::Vacate {
            tender,
            seat,
            cause,
            reason,
            key,
        } => {
            let body = SeatVacated {
                cause: match cause {
                    Cause::Conflict => Vacancy::Conflict,
                    Cause::Absent => Vacancy::Absent,
                    Cause::Ill => Vacancy::Ill,
                },
                reason,
                seat,
                tender: tender.clone(),
            };
            send(machine, &key, tender, &body, "seat vacated")
        }
    }
}

fn pairs(texts: &[String]) -> Result<BTreeMap<SeatId, AccountId>, Failure> {
    let pair = |text: &String| {
        let (seat, account) = text
            .split_once('=')
            .ok_or_else(|| format!("{text:?}: write seat=account"))?;
        let seat = SeatId::parse(seat).map_err(|e| e.to_string())?;
        let account = AccountId::parse(account).map_err(|e| e.to_string())?;
        Ok((seat, account))
    };
    texts
        .iter()
        .map(pair)
        .collect::<Result<_, String>>()
        .map_err(Failure::Input)
}
