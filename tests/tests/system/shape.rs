//! The shape of an answer: everything that stays when numbers, hashes and signatures are taken out.

use serde_json::Value;

/// Shortest run of hexadecimal digits that counts as a hash, a key or an identifier.
const HEX: usize = 16;
/// Shortest run of base64 that counts as one.
const BASE64: usize = 40;

/// A JSON document without its numbers and hashes; its keys, lists and words stay.
pub(crate) fn of(value: &Value) -> Value {
    match value {
        Value::Number(_) => Value::from("#"),
        Value::String(text) => Value::from(of_text(text)),
        Value::Array(items) => items.iter().map(of).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), of(value)))
            .collect(),
        other => other.clone(),
    }
}

/// A text without its numbers and hashes.
pub(crate) fn of_text(text: &str) -> String {
    let mut shape = String::new();
    let mut word = String::new();
    for letter in text.chars().chain(['\0']) {
        if letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '=') {
            word.push(letter);
            continue;
        }
        shape.push_str(&of_word(&word));
        word.clear();
        if letter != '\0' {
            shape.push(letter);
        }
    }
    shape
}

fn of_word(word: &str) -> String {
    if word.len() >= HEX && word.bytes().all(|b| b.is_ascii_hexdigit()) {
        return format!("hex{}", word.len());
    }
    if word.len() >= BASE64 && !word.contains("//") {
        return format!("base64-{}", word.len());
    }
    let mut shape = String::new();
    for letter in word.chars() {
        if !letter.is_ascii_digit() {
            shape.push(letter);
        } else if !shape.ends_with('#') {
            shape.push('#');
        }
    }
    shape
}

#[test]
fn words_stay_and_numbers_go() {
    assert_eq!(
        of_text("the log has 12 entries"),
        of_text("the log has 9 entries")
    );
    assert_ne!(of_text("3 bids"), of_text("no bids"));
    assert_eq!(of_text(&"0a".repeat(32)), "hex64");
}
