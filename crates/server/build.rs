//! Has a release built again when a file that it embeds is added or changed; a debug build reads them when asked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../../web/static");
    }
}
