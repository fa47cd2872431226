//! The description of a zone's HTTP API (`OpenAPI` 3.1), served at `/openapi.json`.
//!
//! Invariant: one table makes the routes and their description, so a route exists exactly if it is described; the
//! bodies of acts are described as the code of `facts` reads them.

mod acts;
mod codes;
mod shape;

use crate::doors::Doors;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use desk::Zone;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The methods that a path of the description may have.
pub const METHODS: [&str; 7] = ["get", "head", "post", "put", "patch", "delete", "options"];

#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(desk::problem::Document)))]
struct Base;

#[derive(Clone)]
struct Text(Arc<str>);

/// The router of a zone with its description. `desk` describes routes that the caller merges afterwards.
pub fn served(zone: Zone, table: OpenApiRouter<Doors>, desk: Option<OpenApi>) -> Router<Doors> {
    let (router, api) = table.routes(routes!(description)).split_for_parts();
    let text = document(zone, api, desk).to_string();
    router.layer(Extension(Text(text.into())))
}

/// This description
#[utoipa::path(
    get, path = "/openapi.json", tag = "platform",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json", body = Object))
)]
async fn description(Extension(Text(text)): Extension<Text>) -> Response {
    (
        [
            (CONTENT_TYPE, "application/json"),
            (CACHE_CONTROL, "public, max-age=300"),
        ],
        text.to_string(),
    )
        .into_response()
}

/// The description of a zone.
#[must_use]
pub fn document(zone: Zone, api: OpenApi, desk: Option<OpenApi>) -> Value {
    let mut whole = Base::openapi();
    whole.merge(api);
    let mut value = serde_json::to_value(whole).unwrap_or_default();
    if let Some(desk) = desk {
        merge(&mut value, &serde_json::to_value(desk).unwrap_or_default(), zone);
    }
    let shapes = value.pointer("/components/schemas").cloned().unwrap_or_default();
    if let Some(paths) = value.get_mut("paths").and_then(Value::as_object_mut) {
        let whole =
            |(path, item): (&String, &Value)| (path.replace("{*", "{"), completed(item.clone(), &shapes));
        *paths = paths.iter().map(whole).collect();
    }
    let (schemas, act) = acts::schemas(zone);
    if let Some(known) = value
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        known.extend(schemas);
    }
    if let Some(body) =
        value.pointer_mut("/paths/~1api~1acts/post/requestBody/content/application~1json/schema")
    {
        *body = act;
    }
    if let Some(code) = value
        .pointer_mut("/components/schemas/Document/properties/code")
        .and_then(Value::as_object_mut)
    {
        // No enum: a client must live with a code that it does not know yet.
        code.insert("pattern".to_owned(), json!("^[a-z_]+\\.[a-z_-]+$"));
        code.insert("examples".to_owned(), codes::all().into());
    }
    if let Some(top) = value.as_object_mut() {
        top.insert("info".to_owned(), info(zone));
        top.insert("tags".to_owned(), tags(top));
        top.insert("externalDocs".to_owned(), json!({
            "description": "The record format: entries, payloads, acts, every kind of fact with its members",
            "url": acts::FORMAT,
        }));
        // Relative to where this document was fetched.
        top.insert("servers".to_owned(), json!([{ "url": "/" }]));
    }
    if let Some(components) = value.get_mut("components").and_then(Value::as_object_mut) {
        components.insert(
            "securitySchemes".to_owned(),
            json!({ "session": {
            "type": "http", "scheme": "bearer",
            "description": "The token of POST /api/session; it opens this zone and no other",
        } }),
        );
        components.insert("responses".to_owned(), json!({ "Problem": problem() }));
    }
    value
}

/// Adds the paths and schemas of a context's own desk; all of them need a session.
fn merge(whole: &mut Value, desk: &Value, zone: Zone) {
    for part in ["/paths", "/components/schemas"] {
        let Some(more) = desk.pointer(part).and_then(Value::as_object).cloned() else {
            continue;
        };
        let Some(known) = whole.pointer_mut(part).and_then(Value::as_object_mut) else {
            continue;
        };
        for (name, mut item) in more {
            if part == "/paths" {
                for operation in operations(&mut item) {
                    operation.insert("tags".to_owned(), json!([zone.word()]));
                    operation.insert("security".to_owned(), json!([{ "session": [] }]));
                }
            }
            known.insert(name, item);
        }
    }
}

fn operations(item: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let methods = item.as_object_mut().into_iter().flatten();
    methods
        .filter(|(method, _)| METHODS.contains(&method.as_str()))
        .filter_map(|(_, op)| op.as_object_mut())
}

/// Every operation may answer with a problem, and every answer has a description: that of its schema, if it is
/// not described itself.
fn completed(mut item: Value, shapes: &Value) -> Value {
    for operation in operations(&mut item) {
        let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
            continue;
        };
        for (status, response) in responses.iter_mut() {
            if status.starts_with('4') || status.starts_with('5') {
                let said = response.get("description").cloned().unwrap_or_default();
                *response = problem();
                if let Some(response) = response.as_object_mut() {
                    response.insert("description".to_owned(), said);
                }
            } else if response
                .get("description")
                .and_then(Value::as_str)
                .is_none_or(str::is_empty)
            {
                let said = said_of(response, shapes);
                if let Some(response) = response.as_object_mut() {
                    response.insert("description".to_owned(), said.into());
                }
            }
        }
        responses.insert(
            "default".to_owned(),
            json!({ "$ref": "#/components/responses/Problem" }),
        );
    }
    item
}

/// What is said of the schema of an answer.
fn said_of(response: &Value, shapes: &Value) -> String {
    let schema = response.pointer("/content/application~1json/schema");
    let name = schema
        .map(|schema| schema.get("items").unwrap_or(schema))
        .and_then(|schema| schema.get("$ref"));
    let name = name
        .and_then(Value::as_str)
        .and_then(|reference| reference.rsplit('/').next());
    let said = name
        .and_then(|name| shapes.get(name))
        .and_then(|shape| shape.get("description"));
    said.and_then(Value::as_str).unwrap_or("Done").to_owned()
}

fn problem() -> Value {
    json!({
        "description": "A problem (RFC 9457): a stable `code`, the sentence in English (`detail`) and Chinese (`zh`), \
            the id of the operation, for a refused act the signed refusal statement. 401 without a session, 403 not for \
            this role, key or zone, 404 unknown, 409 the state of the log forbids it, 410 erased, 413 too large, 422 \
            malformed, 429 too many, 503 the platform's clock is behind (`clock.behind`) or the answer took too long.",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Document" } } },
    })
}

fn info(zone: Zone) -> Value {
    let (en, zh) = match zone {
        Zone::Procurement => ("procurement zone", "交易区"),
        Zone::Evaluation => ("evaluation zone", "评标区"),
        Zone::Supervision => ("supervision zone", "监督区"),
    };
    json!({
        "title": format!("Kaibiao 开标 · {en} {zh}"),
        "version": env!("CARGO_PKG_VERSION"),
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        "description": format!(
            "Sealed bidding that anybody can verify. This is the {en}; each zone has its own address, its own sessions \
             and this description of its own routes. Everything a person does is a signed act sent to `POST /api/acts`; \
             everything else reads. Times are milliseconds since 1970 UTC, bytes are lower-case hexadecimal, money is \
             in minor units. Errors are problem documents (RFC 9457).\n\n\
             可由任何人验证的密封投标平台。本文件描述{zh}的接口;各分区有各自的地址与会话。个人的每一行为都是签名操作,\
             经 `POST /api/acts` 提交;其余接口均为读取。时间为自 1970 年起的毫秒数(UTC),字节以小写十六进制书写,\
             金额以最小货币单位计;错误以 RFC 9457 问题文档返回。"
        ),
    })
}

fn tags(document: &Map<String, Value>) -> Value {
    const TAGS: [(&str, &str); 14] = [
        ("platform", "The platform itself 平台"),
        ("sessions", "Signing in 登录"),
        ("acts", "Signed acts 签名操作"),
        ("log", "The public log 公开日志"),
        ("accounts", "Accounts 账户"),
        ("ceremonies", "Key ceremonies 密钥仪式"),
        ("tenders", "Tenders 招标项目"),
        ("bids", "A bidder's own bid 投标"),
        ("uploads", "Resumable uploads, tus 1.0 断点续传"),
        ("opening", "The opening 开标"),
        ("evaluation", "Evaluation 评标"),
        ("supervision", "Supervision 监督"),
        (
            "complaints",
            "Complaints and access in an emergency 投诉与应急查阅",
        ),
        ("procurement", "Procurement 交易"),
    ];
    let mut paths = document.get("paths").cloned().unwrap_or_default();
    let items = paths
        .as_object_mut()
        .into_iter()
        .flat_map(|paths| paths.values_mut());
    let used: Vec<Value> = items
        .flat_map(operations)
        .filter_map(|operation| operation.get("tags").and_then(Value::as_array).cloned())
        .flatten()
        .collect();
    let used = TAGS.iter().filter(|(name, _)| used.iter().any(|tag| tag == name));
    used.map(|(name, description)| json!({ "name": name, "description": description }))
        .collect()
}

#[cfg(test)]
mod tests;
