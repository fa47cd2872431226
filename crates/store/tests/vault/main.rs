//! The vault on a folder.

#[cfg(test)]
mod checksums;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod resume;
#[cfg(test)]
mod room;
