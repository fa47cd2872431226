//! Independent check, offline; binary kaibiao-verify.
