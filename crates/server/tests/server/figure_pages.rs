//! Statistics and the monthly report: as pages in both languages, as CSV that begins no formula, as a PDF with text.

use crate::overseen::{opens, platform};
use crate::pages::assert_page;
use facts::body::card::{CardIssued, Colour};
use facts::body::opening::TenderFailed;
use facts::body::tender::{Regime, TenderRegistered};
use facts::calendar::day_of;
use facts::{AccountId, Draft, Hex, Instant, Stream, TenderId};
use serde_json::Value;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// A tender that failed, whose title tries to be a formula.
fn failed() -> Vec<Draft> {
    let tender = || TenderId::parse("T2").unwrap();
    let registered = TenderRegistered {
        agent: Some(AccountId::parse("agent").unwrap()),
        buyer: AccountId::parse("buyer").unwrap(),
        regime: Regime::Free,
        tender: tender(),
        title: "=HYPERLINK(\"http://x\")".to_owned(),
    };
    let failed = TenderFailed {
        basis: "招标投标法28".to_owned(),
        cause: "bidders_few".to_owned(),
        tender: tender(),
    };
    vec![
        Draft::platform(Stream::Tender(tender()), &registered).unwrap(),
        Draft::platform(Stream::Tender(tender()), &failed).unwrap(),
    ]
}

fn text_of(pdf: &[u8]) -> Option<String> {
    let mut child = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(pdf).ok()?;
    String::from_utf8(child.wait_with_output().ok()?.stdout).ok()
}

#[test]
fn figures_and_reports_are_for_supervisors_as_page_csv_and_pdf() {
    let mut platform = platform();
    platform.write(failed());
    let zone = platform.addresses().supervision.clone();
    let json: Value = opens(&zone, "supervisor", "/api/statistics?by=agent", "en").json();
    assert_eq!(
        (
            json["total"]["procedures"].as_u64(),
            json["total"]["failed"].as_u64()
        ),
        (Some(2), Some(1)),
        "{json}"
    );
    let now = json["at"].as_i64().unwrap();
    let date = day_of(Instant(now));
    let month = format!("{:04}-{:02}", date.year(), date.month());
    let report = format!("/reports/{month}");
    for path in ["/statistics", "/statistics?by=month&from=2026-01&until=", &report] {
        for language in ["zh", "en"] {
            let page = opens(&zone, "supervisor", path, language);
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            assert_page(&page, language, path);
            assert!(!page.text().contains("<script>alert"), "{path}");
        }
        assert_eq!(opens(&zone, "bidder-04", path, "en").status, 403, "{path}");
    }
    for wrong in [
        "/statistics?by=colour",
        "/statistics?from=11-2026",
        "/statistics?from=2026-05&until=2026-04",
    ] {
        assert_eq!(opens(&zone, "supervisor", wrong, "en").status, 422, "{wrong}");
    }
    for wrong in ["/reports/2026-13", "/reports/9999-01"] {
        assert_eq!(opens(&zone, "supervisor", wrong, "en").status, 404, "{wrong}");
    }

    let csv = opens(&zone, "supervisor", "/statistics.csv?by=agent", "zh");
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        csv.body.starts_with("\u{feff}代理机构,登记项目,".as_bytes()),
        "{}",
        csv.text()
    );
    assert!(csv.text().contains("\r\nagent,1,0,0,—,1,"), "{}", csv.text());
    assert!(csv.text().contains("\r\n合计,2,0,0,—,1,"), "{}", csv.text());

    let csv = opens(&zone, "supervisor", &format!("{report}/report.csv"), "zh").text();
    assert!(csv.starts_with("\u{feff}电子监察月报 "), "{csv}");
    assert!(csv.contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{csv}");
    for line in csv.trim_start_matches('\u{feff}').lines() {
        for cell in line.split(',') {
            let cell = cell.trim_start_matches('"');
            assert!(!cell.starts_with(['=', '+', '@']), "{line}");
        }
    }

    let pdf = opens(&zone, "supervisor", &format!("{report}/report.pdf"), "zh");
    assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
    assert!(pdf.body.starts_with(b"%PDF-1.7"));
    let again = opens(&zone, "supervisor", &format!("{report}/report.pdf"), "zh");
    assert!(again.body.starts_with(b"%PDF-1.7"));
    assert_eq!(
        opens(&zone, "bidder-04", &format!("{report}/report.pdf"), "zh").status,
        403
    );
    if let Some(text) = text_of(&pdf.body) {
        for part in ["电子监察月报", "一、本月概况", "登记项目", "五、流标与终止", "T2"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    let english = opens(&zone, "supervisor", &format!("{report}/report.pdf"), "en");
    if let Some(text) = text_of(&english.body) {
        for part in [
            "Monthly report of supervision",
            "Page 1 of ",
            "Procedures",
            "Complaints",
            "The month is not over",
            "No version of the rules",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        // The titles of tenders are their buyers' own words.
        for sign in ['第', '页', '共', '牌', '截', '项'] {
            assert!(!text.contains(sign), "{sign}: {text}");
        }
    }
    if let Ok(path) = std::env::var("KAIBIAO_PRINT_SAMPLE") {
        std::fs::write(format!("{path}-en.pdf"), &english.body).unwrap();
        std::fs::write(path, &pdf.body).unwrap();
    }
}

/// A card as the platform writes it.
fn card(tender: &str, zh: &str, en: &str) -> Draft {
    let tender = TenderId::parse(tender).unwrap();
    let card = CardIssued {
        about: String::new(),
        ahead: None,
        at: Instant(0),
        basis: vec!["招标投标法47".to_owned()],
        colour: Colour::Red,
        due: None,
        en: en.to_owned(),
        facts: vec![],
        follows: None,
        raised: Instant(0),
        rule: "A19".to_owned(),
        since: 0,
        size: 1,
        tender: tender.clone(),
        told: vec!["supervisors".to_owned()],
        version: Hex([7; 32]),
        zh: zh.to_owned(),
    };
    Draft::platform(Stream::Supervision(tender), &card).unwrap()
}

#[test]
fn a_card_counts_when_it_is_in_the_log_and_is_told_in_the_language_of_the_page() {
    let mut platform = platform();
    let red = |platform: &crate::platform::Platform| -> Value {
        let zone = &platform.addresses().supervision;
        opens(zone, "supervisor", "/api/statistics?by=trade", "en").json()
    };
    platform.write(failed());
    assert_eq!(red(&platform)["total"]["red"], 0, "{}", red(&platform));
    platform.write(vec![card(
        "T2",
        "逾期未提交书面报告",
        "The written report is late",
    )]);
    let counted = red(&platform);
    assert_eq!(counted["total"]["red"], 1, "{counted}");
    let zone = platform.addresses().supervision.clone();
    let at = Instant(counted["at"].as_i64().unwrap());
    let month = format!("{:04}-{:02}", day_of(at).year(), day_of(at).month());
    for (language, said) in [("zh", "逾期未提交书面报告"), ("en", "The written report is late")] {
        let page = opens(&zone, "supervisor", &format!("/reports/{month}"), language).text();
        assert!(page.contains(said) && page.contains("A19"), "{page}");
    }
    let cockpit: Value = opens(&zone, "supervisor", "/api/cockpit", "en").json();
    assert!(cockpit["counts"]["unissued"].is_u64(), "{cockpit}");
}
