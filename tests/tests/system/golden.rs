//! Golden files: what was true when somebody last looked, line by line.

use std::path::Path;

/// Compares a text with a golden file of `tests/golden`, or writes it if `KAIBIAO_GOLDEN=write`.
pub(crate) fn compare(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
    if std::env::var("KAIBIAO_GOLDEN").is_ok_and(|wish| wish == "write") {
        std::fs::write(&path, found).unwrap();
        return;
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    if wanted == found {
        return;
    }
    let mut differences = Vec::new();
    for line in wanted
        .lines()
        .filter(|line| !found.lines().any(|other| other == *line))
    {
        differences.push(format!("- {line}"));
    }
    for line in found
        .lines()
        .filter(|line| !wanted.lines().any(|other| other == *line))
    {
        differences.push(format!("+ {line}"));
    }
    panic!("{name} differs from the golden file:\n{}", differences.join("\n"));
}
