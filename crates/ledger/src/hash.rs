//! The hashes of RFC 6962, section 2.1, with SHA-256: a leaf and a node can never be mistaken for
//! each other, because the first byte differs.

use ring::digest::{Context, SHA256, digest};

/// A SHA-256 value: 32 bytes.
pub type Hash = [u8; 32];

/// Thirty-two zero bytes: the `prev` of the first entry.
pub const ZERO: Hash = [0; 32];

fn fixed(digest: &ring::digest::Digest) -> Hash {
    let mut out = ZERO;
    out.copy_from_slice(digest.as_ref());
    out
}

/// SHA-256 of one byte string.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Hash {
    fixed(&digest(&SHA256, bytes))
}

/// `SHA-256(00 ‖ bytes)`.
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&[0]);
    context.update(bytes);
    fixed(&context.finish())
}

/// `SHA-256(01 ‖ left ‖ right)`.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1_u8; 65];
    let (_, pair) = bytes.split_at_mut(1);
    let (a, b) = pair.split_at_mut(32);
    a.copy_from_slice(left);
    b.copy_from_slice(right);
    sha256(&bytes)
}

/// The root of the tree without leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// The RFC 6962 root over leaf hashes, of any number.
#[must_use]
pub fn root_of(leaves: &[Hash]) -> Hash {
    // A stack of complete subtrees, the tallest at the bottom: (height, hash).
    let mut stack: Vec<(u32, Hash)> = Vec::with_capacity(16);
    for leaf in leaves {
        let (mut height, mut hash) = (0_u32, *leaf);
        while let Some((_, left)) = stack.pop_if(|(at, _)| *at == height) {
            hash = node_hash(&left, &hash);
            height = height.saturating_add(1);
        }
        stack.push((height, hash));
    }
    let Some((_, mut root)) = stack.pop() else {
        return empty_root();
    };
    while let Some((_, left)) = stack.pop() {
        root = node_hash(&left, &root);
    }
    root
}

/// Appends the lower-case hexadecimal digits of `bytes`.
pub(crate) fn push_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |four: u8| DIGITS.get(usize::from(four & 15)).copied().unwrap_or(b'0');
    let start = out.len();
    out.resize(start.saturating_add(bytes.len().saturating_mul(2)), 0);
    let (pairs, _) = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<2>();
    for (pair, byte) in pairs.iter_mut().zip(bytes) {
        *pair = [digit(byte >> 4), digit(*byte)];
    }
}

/// Appends a number in decimal.
pub(crate) fn push_number(out: &mut Vec<u8>, number: i64) {
    use std::io::Write as _;
    // Writing to a vector cannot fail.
    let _infallible = write!(out, "{number}");
}
