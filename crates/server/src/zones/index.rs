//! The first page of a zone: what this is, and where programs and people go on.

use crate::doors::Doors;
use axum::extract::State;
use axum::response::Html;

/// The page
#[utoipa::path(get, path = "/", tag = "platform",
    responses((status = 200, description = "A short page in Chinese and English", content_type = "text/html", body = String)))]
pub async fn index(State(doors): State<Doors>) -> Html<String> {
    let about = &doors.about;
    let size = doors.pen.latest().map_or(0, |latest| latest.size);
    let demo = if about.demo {
        "<p><strong>演示 · demonstration: the keys of this platform are worthless.</strong></p>"
    } else {
        ""
    };
    Html(format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>开标 Kaibiao</title>\
         <h1>开标 Kaibiao · {zone}</h1>{demo}\
         <p>{origin}: {size} entries · 日志现有 {size} 条记录</p>\
         <ul><li><a href=\"/api/tenders\">招标项目 · tenders</a> (procurement zone {procurement})</li>\
         <li><a href=\"/log/checkpoint\">检查点 · checkpoint</a></li>\
         <li><a href=\"/openapi.json\">OpenAPI 3.1</a></li></ul>\
         <p>评标区 evaluation zone: {evaluation} · 监督区 supervision zone: {supervision}</p></html>",
        zone = doors.gate.zone.word(),
        origin = about.origin,
        procurement = about.zones.procurement,
        evaluation = about.zones.evaluation,
        supervision = about.zones.supervision,
    ))
}
