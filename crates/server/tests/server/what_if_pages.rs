//! The trial of a method: for buyers and agents, by a form that needs no script; figures as the evaluation gives them,
//! refusals with their articles.

use crate::pages::assert_page;
use crate::people::{enrolment, key, land, sign_in};
use crate::platform::{Database, Platform};
use crate::seat_pages::Who;
use crate::web::{Answer, ask};
use facts::Role;

fn platform() -> Platform {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    land(base, &enrolment("buyer", &key("buyer"), Role::Buyer));
    land(base, &enrolment("bidder-01", &key("bidder-01"), Role::Bidder));
    platform
}

/// Sends the form as a browser does.
fn tries(base: &str, pairs: &[(&str, &str)], language: &str) -> Answer {
    let cookie = format!(
        "kaibiao-procurement={}",
        sign_in(base, "procurement", &key("buyer"))
    );
    let encoded = |text: &str| -> String {
        text.bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect()
    };
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "same-origin"),
        ("accept", "text/html"),
        ("accept-language", language),
        ("cookie", cookie.as_str()),
    ];
    ask(base, "POST", "/what-if", &headers, pairs.join("&").as_bytes())
}

/// The samples of T4 in short: a mean of the prices that remain, one point off for each per cent above, half below.
const METHOD: &str = r#"{"method":"composite","above":100,"below":50,"drop_high":1,"drop_low":0,"float_bp":0,
 "items":[{"item":"plan","max":4000,"title":"plan"}],"panel":5,"price_points":6000}"#;

#[test]
fn the_sample_is_tried_in_both_languages_without_script() {
    let platform = platform();
    let base = platform.procurement();
    let buyer = Who::signed_in(base, "procurement", "buyer");
    for language in ["zh", "en"] {
        let page = buyer.opens("/what-if", language);
        assert_eq!(page.status, 200, "{}", page.text());
        assert_page(&page, language, "/what-if");
        let html = page.text();
        assert!(
            html.contains("id=\"result\"") && html.contains("id=\"benchmark\""),
            "{html}"
        );
        assert!(!html.contains("id=\"refusals\""), "the sample is lawful: {html}");
    }
    let bidder = Who::signed_in(base, "procurement", "bidder-01");
    assert_eq!(bidder.opens("/what-if", "en").status, 403);
}

#[test]
fn a_trial_shows_benchmark_points_ranks_ties_and_what_is_left_out() {
    let platform = platform();
    let base = platform.procurement();
    let pairs = [
        ("method", METHOD),
        ("regime", "works"),
        ("estimate", "1000000"),
        ("ceiling", "1500000"),
        ("price-1", "900000"),
        ("value-1-plan", "40"),
        ("price-2", "1100000"),
        ("value-2-plan", "40"),
        ("price-3", "1400000"),
        ("value-3-plan", "10"),
        ("price-5", "900000.00"),
        ("value-5-plan", "40"),
        ("price-6", "1600000"),
    ];
    let page = tries(base, &pairs, "en");
    assert_eq!(page.status, 200, "{}", page.text());
    assert_page(&page, "en", "a trial");
    let html = page.text();
    // 900000, 900000 and 1100000 remain: their mean is 966666.666667.
    assert!(html.contains("966666.666667"), "{html}");
    let row = |sample: &str| {
        let (_, rest) = html.split_once(&format!("data-sample=\"{sample}\"")).unwrap();
        rest.split_once("</tr>").unwrap().0.to_owned()
    };
    // (966666.67 − 900000) / 966666.67 = 6.8966 %: 3.4483 points off.
    for tied in ["1", "5"] {
        let row = row(tied);
        assert!(
            row.contains("56.5517") && row.contains("96.5517") && row.contains("tied"),
            "{row}"
        );
    }
    assert!(row("3").contains("left out of the benchmark"), "{}", row("3"));
    assert!(
        row("6").contains("above the ceiling") && row("6").contains('—'),
        "{}",
        row("6")
    );
    assert!(html.contains("can stand in a notice"), "{html}");
}

#[test]
fn what_the_law_refuses_is_listed_with_its_articles_all_at_once() {
    let platform = platform();
    let base = platform.procurement();
    let method = r#"{"method":"declared","basis":"low_price_score","category":"goods","panel":4,"places":2,"min_valid":1,
      "adjustments":[],"deductions":[],"review":[],"same_brand":"ignored","ties":[],"drawn":[],
      "items":[{"item":"plan","title":"plan","max":7000,"weight_bp":10000,"steps":[]}],
      "price":{"rule":"lowest_first","points":2000}}"#;
    let pairs = [
        ("method", method),
        ("regime", "government_procurement"),
        ("estimate", "1000000"),
        ("price-1", "900000"),
    ];
    let html = tries(base, &pairs, "zh").text();
    for code in [
        "method.weights",
        "method.panel",
        "method.low_price",
        "method.min_valid",
    ] {
        assert!(html.contains(code), "{code}: {html}");
    }
    for article in [
        "87号令第五十五条",
        "87号令47",
        "财库〔2026〕2号",
        "政府采购法第三十六条",
    ] {
        assert!(html.contains(article), "{article}: {html}");
    }
    assert!(html.contains("仅供比较"), "{html}");
    let works = [
        ("method", &METHOD.replace("6000", "5000")[..]),
        ("regime", "works"),
        ("estimate", "1"),
    ];
    assert!(tries(base, &works, "zh").text().contains("notice.weights"));
}

#[test]
fn what_cannot_be_read_is_told_and_stays_as_it_was_typed() {
    let platform = platform();
    let base = platform.procurement();
    let broken = tries(base, &[("method", "{\"method\": <b>")], "en");
    assert_page(&broken, "en", "a broken method");
    let html = broken.text();
    assert!(
        html.contains("id=\"method-error\"") && html.contains("&#60;b&#62;") && !html.contains("<b>"),
        "{html}"
    );
    let pairs = [
        ("method", METHOD),
        ("regime", "free"),
        ("ceiling", "much"),
        ("price-1", "nine"),
        ("value-1-plan", "41"),
        ("price-2", "5"),
        ("price-999999", "1"),
        ("x", "y"),
    ];
    let html = tries(base, &pairs, "en").text();
    for said in [
        "value=\"much\"",
        "value=\"nine\"",
        "value=\"41\"",
        "id=\"wrong-1\"",
        "price, plan",
    ] {
        assert!(html.contains(said), "{said}: {html}");
    }
    assert!(!html.contains("id=\"result\""), "{html}");
    // Another site cannot send it.
    let cookie = format!(
        "kaibiao-procurement={}",
        sign_in(base, "procurement", &key("buyer"))
    );
    let foreign = ask(
        base,
        "POST",
        "/what-if",
        &[("sec-fetch-site", "cross-site"), ("cookie", &cookie)],
        b"method=1",
    );
    assert_eq!(foreign.status, 403);
}
