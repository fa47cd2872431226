//! The body digest of either suite behind one type.

use ring::digest;

use crate::suite::Suite;
use crate::treehash::TreeHasher;

/// Hashes a sealed body (salt, commitment and chunks) that arrives in order.
pub struct BodyHasher(Inner);

enum Inner {
    Tree(TreeHasher),
    Plain(digest::Context),
}

impl BodyHasher {
    /// An empty body of that suite.
    #[must_use]
    pub fn new(suite: Suite) -> Self {
        Self(match suite {
            Suite::Tree64k => Inner::Tree(TreeHasher::new()),
            Suite::Plain => Inner::Plain(digest::Context::new(&digest::SHA256)),
        })
    }

    /// Adds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            Inner::Tree(tree) => tree.update(bytes),
            Inner::Plain(context) => context.update(bytes),
        }
    }

    /// The body digest.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        match self.0 {
            Inner::Tree(tree) => tree.finish(),
            Inner::Plain(context) => {
                let mut out = [0; 32];
                out.copy_from_slice(context.finish().as_ref());
                out
            }
        }
    }
}

/// Digest of a body that is in memory as a whole.
#[must_use]
pub fn body_digest(suite: Suite, body: &[u8]) -> [u8; 32] {
    let mut hasher = BodyHasher::new(suite);
    hasher.update(body);
    hasher.finish()
}
