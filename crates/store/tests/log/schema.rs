//! The two schemas say the same, and every statement is understood on both.

use crate::place::{Place, on_both};
use kaibiao_store::{Log, OpenError};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::collections::BTreeSet;

on_both!(
    every_statement_is_understood,
    opening_twice_changes_nothing,
    attaching_needs_the_schema
);

/// Table, column, whether it may be NULL, type in the words of `SQLite`.
type Column = (String, String, bool, String);

async fn every_statement_is_understood(place: Place) {
    let prepared = place.log().await.prepare_all().await.unwrap();
    assert!(prepared > 28, "{prepared}");
}

/// Versions of the schema, ascending, as the folder of migrations has them.
fn versions() -> Vec<i64> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/sqlite");
    let names = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name());
    let mut versions: Vec<i64> = names
        .map(|name| name.to_str().unwrap().split_once('_').unwrap().0.parse().unwrap())
        .collect();
    versions.sort_unstable();
    assert!(versions.len() > 3, "{versions:?}");
    versions
}

async fn opening_twice_changes_nothing(place: Place) {
    place.log().await;
    place.log().await;
    let applied = place.number("SELECT COUNT(*) FROM _sqlx_migrations").await;
    assert_eq!(usize::try_from(applied).unwrap(), versions().len());
}

async fn attaching_needs_the_schema(place: Place) {
    let empty = Log::attach(&place.url).await.unwrap_err();
    assert!(matches!(empty, OpenError::Sql(_)), "{empty:?}");
    place.log().await;
    Log::attach(&place.url).await.unwrap();
    let versions = versions();
    let [.., before, newest] = versions.as_slice() else {
        panic!("{versions:?}");
    };
    let forgotten = format!("DELETE FROM _sqlx_migrations WHERE version = {newest}");
    place.direct(&forgotten).await.unwrap();
    let old = Log::attach(&place.url).await.unwrap_err();
    assert!(
        matches!(&old, OpenError::Version { found, needed } if found == before && needed == newest),
        "{old:?}"
    );
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let Some(postgres) = Place::postgres().await else {
        return;
    };
    let sqlite = Place::sqlite();
    sqlite.log().await;
    postgres.log().await;

    let mut lite = SqliteConnection::connect(&sqlite.url).await.unwrap();
    let found: Vec<(String, String, i64, i64, String)> = sqlx::query_as(
        "SELECT m.name, c.name, c.\"notnull\", c.pk, c.type FROM sqlite_schema m, pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .fetch_all(&mut lite)
    .await
    .unwrap();
    let lite: BTreeSet<Column> = found
        .into_iter()
        .map(|(table, column, not_null, key, kind)| (table, column, not_null == 0 && key == 0, kind))
        .collect();

    let mut pg = PgConnection::connect(&postgres.url).await.unwrap();
    let found: Vec<(String, String, String, String, Option<String>)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, is_nullable::text, data_type::text, collation_name::text \
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'",
    )
    .fetch_all(&mut pg)
    .await
    .unwrap();
    let pg: BTreeSet<Column> = found
        .into_iter()
        .map(|(table, column, nullable, kind, collation)| {
            let kind = match kind.as_str() {
                "bigint" => "INTEGER",
                "bytea" => "BLOB",
                "text" => {
                    assert_eq!(
                        collation.as_deref(),
                        Some("C"),
                        "{table}.{column} sorts by a locale"
                    );
                    "TEXT"
                }
                other => panic!("{table}.{column} is {other}"),
            };
            (table, column, nullable == "YES", kind.to_owned())
        })
        .collect();
    assert_eq!(lite, pg);
    assert!(lite.len() > 20, "{lite:?}");
}

#[tokio::test]
async fn every_sqlite_table_is_strict() {
    let place = Place::sqlite();
    place.log().await;
    let loose = "SELECT COUNT(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 \
        AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '_sqlx_migrations'";
    assert_eq!(place.number(loose).await, 0);
}

#[tokio::test]
async fn no_statement_walks_a_table_that_grows() {
    let place = Place::sqlite();
    place.log().await;
    let mut connection = SqliteConnection::connect(&place.url).await.unwrap();
    let texts = kaibiao_store::statement::all().into_iter();
    let native = kaibiao_store::statement::native(true).into_iter();
    for text in texts.chain(native.flat_map(|text| text.split("; "))) {
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}")))
                .fetch_all(&mut connection)
                .await
                .unwrap();
        for (_, _, _, step) in plan {
            let values = step.contains("CONSTANT ROW") || step.contains("VALUES CLAUSE") || step == "SCAN v";
            let values =
                values || step == "SCAN era" || step == "SCAN line" || step.starts_with("SCAN pragma_");
            let walks = step.starts_with("SCAN ") && !values;
            // The head is the first step of a walk from the end.
            let allowed = text.ends_with("ORDER BY seq DESC LIMIT 1") || text.contains("_sqlx_migrations");
            // Making all notices anew reads all there are, while the server stands still.
            let allowed = allowed || text.ends_with("FROM notices ORDER BY account, zone, seq, what, at");
            assert!(!walks || allowed, "{step}: {text:.90}");
        }
    }
}

#[tokio::test]
async fn decisions_are_found_by_their_own_index() {
    let place = Place::sqlite();
    place.log().await;
    let mut connection = SqliteConnection::connect(&place.url).await.unwrap();
    let text = format!("EXPLAIN QUERY PLAN {}", kaibiao_store::statement::DECISIONS);
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(AssertSqlSafe(text))
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let steps: Vec<&str> = plan.iter().map(|(.., step)| step.as_str()).collect();
    assert!(
        steps.iter().any(|step| step.contains("entries_decided")),
        "{steps:?}"
    );
    assert!(
        !steps.iter().any(|step| step.contains("TEMP B-TREE")),
        "{steps:?}"
    );
}

#[tokio::test]
async fn addresses_that_cannot_keep_a_log_are_refused() {
    for url in ["sqlite::memory:", "sqlite://", "sqlite:file:x?mode=memory"] {
        let refused = Log::open(url).await.unwrap_err();
        assert!(
            matches!(refused, OpenError::Memory | OpenError::Sql(_)),
            "{url}: {refused:?}"
        );
    }
    let refused = Log::open("mysql://root:secret@host/db").await.unwrap_err();
    assert!(matches!(refused, OpenError::Address(_)), "{refused:?}");
    assert!(!refused.to_string().contains("secret"), "{refused}");
}

#[tokio::test]
async fn a_database_of_another_encoding_is_refused() {
    let Some(cluster) = kaibiao_tests::postgres::cluster() else {
        return;
    };
    let place = Place::postgres().await.unwrap();
    let name = format!("ascii_{}", std::process::id());
    let sql = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'");
    place.direct(&sql).await.unwrap();
    let admin = cluster.admin();
    let url = place.url.replace(
        place.url.rsplit('/').next().unwrap().split('?').next().unwrap(),
        &name,
    );
    assert_ne!(url, admin);
    let refused = Log::open(&url).await.unwrap_err();
    assert!(
        matches!(
            refused,
            OpenError::Setting {
                setting: "server_encoding",
                ..
            }
        ),
        "{refused:?}"
    );
}
