//! Reading documents (读取文件): the files of archives, the text that a file shows, and what its properties say.
//!
//! Invariant: pure, bounded and without failure. Whatever a file says of itself, no more is unfolded than the caller
//! allows, and what cannot be read as what it seems to be is plain bytes.
//!
//! Read are: plain text and markup in UTF-8 and UTF-16; the properties, XMP and text of PDF files whose streams are
//! plain or deflated and whose fonts say which character a code is; the parts of Office files and other ZIP archives.
//! Not read are pictures, encrypted files, and text in GB 18030 or in fonts without such a table.

mod document;
pub mod pdf;
pub mod text;
pub mod zip;

pub use document::{Document, Property, document};

/// Most bytes that one file may unfold to while it is read.
pub const UNFOLDED: usize = 256 << 20;
/// Largest file that is read; of a longer one only the beginning is.
pub const READ: usize = 64 << 20;
