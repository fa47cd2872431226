//! What is asked: the routes that all zones have, and those of each.

use super::*;

pub(super) fn common(scene: &Scene, zone: Zone) -> Vec<Route> {
    let base = base(&scene.platform, zone);
    let get = |template: &'static str, path: &str| Route {
        method: "GET",
        template,
        remark: "",
        request: ask(base, "GET", path),
    };
    let unsigned = json!({ "challenge": Hex([1; 32]), "key": Hex([2; 32]), "sig": Hex([3; 64]) });
    let post = |template: &'static str, body: &Value| Route {
        method: "POST",
        template,
        remark: "",
        request: ask(base, "POST", template).json(body),
    };
    vec![
        get("/", "/"),
        get("/health", "/health"),
        get("/openapi.json", "/openapi.json"),
        get("/api/platform", "/api/platform"),
        get("/log/checkpoint", "/log/checkpoint"),
        get("/log/tile/{*path}", "/log/tile/0/000.p/1"),
        get("/log/tile/{*path}", "/log/tile/entries/000.p/1"),
        get("/log/entry/{seq}", "/log/entry/0"),
        get("/log/proof/{seq}", "/log/proof/0"),
        get("/log/proofs", "/log/proofs?seqs=0,1"),
        get("/log/consistency", "/log/consistency?from=1&to=2"),
        get("/api/log/events", "/api/log/events"),
        get("/api/operator", "/api/operator"),
        get("/api/notices", "/api/notices"),
        post("/api/session/challenge", &json!({})),
        post("/api/session", &unsigned),
        post("/api/acts", &json!({})),
        post("/api/enrolments", &json!({})),
        post("/api/enrolments/standing", &json!({ "ticket": Hex([4; 32]) })),
    ]
}

pub(super) fn own(scene: &Scene, zone: Zone) -> Vec<Route> {
    let base = base(&scene.platform, zone);
    let get = |template: &'static str| {
        let (sha256, submission) = ("ab".repeat(32), "cd".repeat(16));
        let names = "account=buyer ceremony=ceremony-T1 tender=T1 stage=open code=code-1 part=technical pool=county \
                     rule=B01 access=A9 complaint=C9";
        let named = names.split(' ').filter_map(|pair| pair.split_once('='));
        let named = named.chain([("sha256", sha256.as_str()), ("submission", submission.as_str())]);
        let path = named.fold(template.to_owned(), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), value)
        });
        Route {
            method: "GET",
            template,
            remark: "",
            request: ask(base, "GET", &path),
        }
    };
    let bare = |method: &'static str, template: &'static str| Route {
        method,
        template,
        remark: "",
        request: ask(base, method, template),
    };
    let upload = |method: &'static str| Route {
        method,
        template: "/api/uploads/{id}",
        remark: " (the bidder's)",
        request: ask(base, method, &scene.upload).header("tus-resumable", "1.0.0"),
    };
    match zone {
        Zone::Procurement => {
            let started = |content: &'static str, remark: &'static str| Route {
                method: "POST",
                template: "/api/uploads",
                remark,
                request: begin(&scene.platform, content),
            };
            let mut patch = upload("PATCH");
            patch.request = patch
                .request
                .header("upload-offset", "0")
                .header("content-type", "application/offset+octet-stream")
                .body("four");
            let enrolment = |method: &'static str, template: &'static str| Route {
                method,
                template,
                remark: "",
                request: ask(base, method, &template.replace("{id}", &"ef".repeat(32)))
                    .json(&json!({ "reason": "证件不符" })),
            };
            let mut upload_by_post = upload("POST");
            upload_by_post.request = upload_by_post.request.header("x-http-method-override", "HEAD");
            vec![
                get("/api/accounts/{account}"),
                get("/api/enrolments"),
                enrolment("DELETE", "/api/enrolments/{id}"),
                enrolment("POST", "/api/enrolments/{id}/refusal"),
                get("/api/ceremonies"),
                get("/api/ceremonies/{ceremony}"),
                get("/api/tenders"),
                get("/api/decisions"),
                get("/api/tenders/{tender}"),
                get("/api/tenders/{tender}/events"),
                get("/api/tenders/{tender}/documents/{sha256}"),
                get("/api/tenders/{tender}/bids/mine"),
                get("/api/tenders/{tender}/bids/mine/bodies/{submission}"),
                get("/api/tenders/{tender}/bids/mine/readings"),
                get("/api/tenders/{tender}/qualification"),
                get("/api/tenders/{tender}/qualification/{submission}"),
                get("/api/tenders/{tender}/questions"),
                get("/api/tenders/{tender}/objections"),
                get("/api/access/{tender}/{access}"),
                get("/api/tenders/{tender}/report"),
                get("/api/tenders/{tender}/report.pdf"),
                get("/api/tenders/{tender}/envelopes/{stage}"),
                get("/api/tenders/{tender}/bodies/{submission}"),
                get("/api/tenders/{tender}/dossier"),
                started("body", " (a sealed body)"),
                started("document", " (a document)"),
                bare("OPTIONS", "/api/uploads"),
                upload("OPTIONS"),
                upload("HEAD"),
                upload("GET"),
                patch,
                upload_by_post,
                upload("DELETE"),
            ]
        }
        Zone::Evaluation => vec![
            get("/api/evaluations"),
            get("/api/evaluations/{tender}"),
            get("/api/evaluations/{tender}/calls"),
            get("/api/evaluations/{tender}/draws"),
            get("/api/evaluations/{tender}/steps"),
            get("/api/evaluations/{tender}/files/{code}/{part}"),
            get("/api/evaluations/{tender}/files/{code}/{part}/names"),
            get("/api/evaluations/{tender}/result"),
            get("/api/evaluations/{tender}/report"),
            get("/api/evaluations/{tender}/report.pdf"),
            get("/api/pools/{pool}"),
        ],
        Zone::Supervision => vec![
            get("/api/cockpit"),
            get("/api/docket"),
            get("/api/docket/{tender}"),
            get("/api/docket/{tender}/deviations"),
            get("/api/docket/{tender}/report"),
            get("/api/docket/{tender}/report.pdf"),
            get("/api/docket/{tender}/cards"),
            get("/api/cards"),
            get("/api/cards/issued"),
            get("/api/rules"),
            get("/api/rules/adoption"),
            bare("POST", "/api/rules/adoption"),
            get("/api/rules/file"),
            get("/api/rules/{rule}"),
            get("/api/audit"),
            get("/api/complaints"),
            get("/api/complaints/{tender}/{complaint}"),
            bare("POST", "/api/tracking"),
            get("/api/flags"),
            get("/api/screens"),
            get("/api/screens/{tender}"),
            get("/api/statistics"),
        ],
    }
}

pub(super) fn sign_out(scene: &Scene, zone: Zone) -> Route {
    let request = ask(base(&scene.platform, zone), "DELETE", "/api/session");
    Route {
        method: "DELETE",
        template: "/api/session",
        remark: "",
        request,
    }
}
