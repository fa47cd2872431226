//! The stable codes of problems, as a list: programs decide by them, translators translate them.
//!
//! Invariant: the list is what the code can say, no more and no less; a test reads the code and compares. Written anew
//! with `KAIBIAO_GOLDEN=write cargo test -p kaibiao-server codes`.

/// One code a line, ascending.
const LIST: &str = include_str!("codes.txt");

/// The codes.
pub(super) fn all() -> Vec<&'static str> {
    LIST.lines().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    /// What stands before a code.
    const BEFORE: [&str; 7] = [
        "Refusal::new(",
        "R::new(",
        "no(",
        "short(",
        "not_found(",
        "bad_request(",
        "forbidden(",
    ];

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs")
                && path.file_stem().is_some_and(|s| s != "tests")
            {
                found.push(path);
            }
        }
    }

    fn is_code(text: &str) -> bool {
        let words: Vec<&str> = text.split('.').collect();
        words.len() == 2
            && words
                .iter()
                .all(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
    }

    /// The codes in one file.
    fn codes(path: &Path, found: &mut BTreeSet<String>) {
        let text = std::fs::read_to_string(path).unwrap();
        let text = text.split("#[cfg(test)]\nmod").next().unwrap();
        let parts: Vec<&str> = text.split('"').collect();
        for pair in parts.windows(2).filter(|pair| is_code(pair[1])) {
            let before = pair[0].trim_end();
            let line = before.rsplit('\n').next().unwrap();
            let is_status = line.trim_start().starts_with("StatusCode::") || line.contains("(StatusCode::");
            let is_arm = before.ends_with("=>") && path.ends_with("desk/src/front.rs");
            let is_plain = before.ends_with('(') && path.ends_with("server/src/zones/problem.rs");
            let is_called = BEFORE.iter().any(|call| before.ends_with(call));
            if is_called || is_arm || is_plain || (is_status && before.ends_with(',')) {
                found.insert(pair[1].to_owned());
            }
        }
    }

    #[test]
    fn the_list_of_codes_is_that_of_the_code() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut files = Vec::new();
        for name in [
            "facts",
            "desk",
            "procure",
            "evaluate",
            "rules",
            "supervise",
            "server",
        ] {
            sources(&crates.join(name).join("src"), &mut files);
        }
        let mut found = BTreeSet::from(["platform.outage".to_owned()]);
        for file in &files {
            codes(file, &mut found);
        }
        // A mark that exists already is refused under its own name.
        let marks = std::fs::read_to_string(crates.join("desk/src/mark.rs")).unwrap();
        let names = marks
            .lines()
            .filter_map(|line| line.strip_prefix("pub const ")?.split('"').nth(1));
        found.extend(names.map(|name| format!("taken.{name}")));
        assert!(found.len() > 100, "the code was not found");
        let list = found.into_iter().collect::<Vec<_>>().join("\n") + "\n";
        if std::env::var("KAIBIAO_GOLDEN").is_ok_and(|wish| wish == "write") {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/zones/openapi/codes.txt");
            std::fs::write(path, list).unwrap();
            return;
        }
        assert_eq!(LIST, list, "run it again with KAIBIAO_GOLDEN=write");
    }
}
