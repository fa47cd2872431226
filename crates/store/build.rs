//! Tells Cargo that the embedded migrations are sources too: a migration that changed rebuilds the crate.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
