//! Small files of each form, some of which name their bidder.

#![expect(clippy::arithmetic_side_effects, reason = "test code")]

use super::{Names, Place, places};
use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};
use std::fmt::Write as _;

const NAME: &str = "青川第一建设集团有限公司";

fn found(file: &[u8]) -> Vec<Place> {
    places(file, &Names::new([NAME, "bidder-01", "王工", "x"]))
        .into_iter()
        .collect()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// A PDF without a table of references: readers repair such files, and so must this.
fn pdf(objects: &[(&str, Option<Vec<u8>>)]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    for (number, (dictionary, stream)) in (1..).zip(objects) {
        out.extend(format!("{number} 0 obj\n{dictionary}\n").bytes());
        if let Some(stream) = stream {
            out.extend(b"stream\n");
            out.extend(stream);
            out.extend(b"\nendstream\n");
        }
        out.extend(b"endobj\n");
    }
    out.extend(b"trailer <</Root 1 0 R>>\n%%EOF\n");
    out
}

fn zip(files: &[(&str, &str)], deflated: bool) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let (at, name) = (u32::try_from(out.len()).unwrap(), name.as_bytes());
        let packed = if deflated {
            compress_to_vec(text.as_bytes(), 6)
        } else {
            text.as_bytes().to_vec()
        };
        let method = u16::from(deflated) * 8;
        let mut middle = [0_u8; 22];
        middle[4..6].copy_from_slice(&method.to_le_bytes());
        middle[14..18].copy_from_slice(&u32::try_from(packed.len()).unwrap().to_le_bytes());
        middle[18..22].copy_from_slice(&u32::try_from(text.len()).unwrap().to_le_bytes());
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        out.extend(b"PK\x03\x04");
        out.extend(&middle);
        out.extend(length);
        out.extend([0, 0]);
        out.extend(name);
        out.extend(&packed);
        directory.extend(b"PK\x01\x02\0\0");
        directory.extend(&middle);
        directory.extend(length);
        directory.extend([0; 12]);
        directory.extend(at.to_le_bytes());
        directory.extend(name);
    }
    let at = u32::try_from(out.len()).unwrap();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0\0\0\0\0");
    out.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

#[test]
fn plain_text_in_any_width_and_broken_over_lines() {
    assert_eq!(found("施工组织设计".as_bytes()), []);
    assert_eq!(
        found("由青川第一建\n  设集团有限公司编制".as_bytes()),
        [Place::Text]
    );
    assert_eq!(
        found("<p>青川第一<b>建设</b>集团有限公司</p>".as_bytes()),
        [Place::Text]
    );
    assert_eq!(found("BIDDER-01".as_bytes()), [Place::Text]);
    assert_eq!(found("bidder-02 x".as_bytes()), []);
    assert_eq!(found(&utf16(NAME)), [Place::Text]);
    assert_eq!(found(b"&#x738B;&#24037;<br>"), [Place::Text]);
    assert_eq!(found(b""), []);
}

#[test]
fn properties_of_a_pdf() {
    let mut hex = String::new();
    for byte in utf16(&format!("\u{feff}{NAME}")) {
        let _ = write!(hex, "{byte:02x}");
    }
    assert_eq!(
        found(&pdf(&[(&format!("<</Author <{hex}>>>"), None)])),
        [Place::Metadata]
    );
    assert_eq!(
        found(&pdf(&[("<</Producer (made by bidder\\05501)>>", None)])),
        [Place::Metadata]
    );
    let xmp = compress_to_vec_zlib(format!("<dc:creator>{NAME}</dc:creator>").as_bytes(), 6);
    let packed = (
        "<</Type /Metadata /Subtype /XML /Filter /FlateDecode>>",
        Some(xmp),
    );
    assert_eq!(found(&pdf(&[packed])), [Place::Metadata]);
    assert_eq!(found(&pdf(&[("<</Producer (a word processor)>>", None)])), []);
}

#[test]
fn text_of_a_pdf_through_the_tables_of_its_fonts() {
    let page = |text: &str| compress_to_vec_zlib(text.as_bytes(), 6);
    let plain = page("BT /F1 12 Tf [(bid) 20 (der-01)] TJ ET");
    assert_eq!(
        found(&pdf(&[("<</Filter /FlateDecode>>", Some(plain))])),
        [Place::Text]
    );
    // 王 is code 3, 工 is code 4 of the font.
    let table = b"begincmap 1 beginbfrange\n<0003> <0003> <738B>\nendbfrange\n1 beginbfchar\n<0004> <5DE5>\nendbfchar endcmap";
    let shown = page("BT /F1 12 Tf [<0003> -10 <0004>] TJ ET");
    let with = pdf(&[
        ("<</Filter /FlateDecode>>", Some(shown.clone())),
        ("<</Length 9>>", Some(table.to_vec())),
    ]);
    assert_eq!(found(&with), [Place::Text]);
    assert_eq!(found(&pdf(&[("<</Filter /FlateDecode>>", Some(shown))])), []);
    let torn = pdf(&[("<</Filter /FlateDecode>>", Some(vec![0x78, 0x9c, 1, 2, 3]))]);
    assert_eq!(found(&torn), []);
}

#[test]
fn parts_of_office_files() {
    for deflated in [false, true] {
        let office =
            |name: &str, text: &str| found(&zip(&[("word/styles.xml", "<w/>"), (name, text)], deflated));
        let runs = "<w:t>青川第一</w:t><w:t>建设集团有限公司</w:t>";
        assert_eq!(office("word/document.xml", runs), [Place::Text]);
        assert_eq!(
            office("docProps/core.xml", "<dc:creator>王工</dc:creator>"),
            [Place::Metadata]
        );
        assert_eq!(
            office("word/header1.xml", runs),
            [Place::Within("word/header1.xml".to_owned())]
        );
        assert_eq!(office("青川第一建设集团有限公司.txt", "施工"), [Place::Name]);
        assert_eq!(office("word/document.xml", "<w:t>施工</w:t>"), []);
    }
}

#[test]
fn damaged_and_hostile_files_end() {
    let whole = zip(&[("word/document.xml", NAME)], true);
    for end in 0..whole.len() {
        let _searched = found(&whole[..end]);
    }
    let bomb = compress_to_vec_zlib(&vec![b'a'; 1 << 20], 9);
    let objects: Vec<_> = (0..64)
        .map(|_| ("<</Filter /FlateDecode>>", Some(bomb.clone())))
        .collect();
    assert_eq!(found(&pdf(&objects)), []);
    assert_eq!(found(b"%PDF-(((((((<<<<<<<"), []);
    assert_eq!(
        found(b"PK\x03\x04PK\x05\x06\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
        []
    );
    assert!(places(NAME.as_bytes(), &Names::new(["", "x", "王"])).is_empty());
}

#[test]
fn words_of_the_api_hold_no_name_that_was_found() {
    assert_eq!(
        Place::Within("word/header1.xml".to_owned()).word(),
        "within:word/header1.xml"
    );
    assert_eq!(
        [Place::Metadata, Place::Text, Place::Name].map(|place| place.word()),
        ["metadata", "text", "name"]
    );
}
