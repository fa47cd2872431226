//! The log on `SQLite` and on `PostgreSQL`: every test runs on both.
#![expect(clippy::arithmetic_side_effects, reason = "test code")]

#[cfg(test)]
mod append;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod erase;
#[cfg(test)]
mod inbox;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod origins;
#[cfg(test)]
mod place;
#[cfg(test)]
mod read;
#[cfg(test)]
mod refuse;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod speed;
#[cfg(test)]
mod subscriptions;
