//! Working days: to be filled.
