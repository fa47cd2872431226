//! Tables: cells wrapped in their columns, borders, the head again on every page.
//!
//! Invariant: a row is broken between two lines only if it is longer than a page.

use crate::layout::{Cursor, LEADING, Mark, SIDE};
use crate::model::{Align, Table};
use crate::wrap::lines;

const SIZE: f32 = 9.0;
/// Between a border and what it encloses.
const PAD: (f32, f32) = (4.0, 3.0);
const LINE: f32 = SIZE * LEADING;
/// Between a table and what follows.
const AFTER: f32 = 8.0;

/// A row, wrapped.
type Row = Vec<Vec<String>>;

pub(crate) fn set(cursor: &mut Cursor<'_>, table: &Table) {
    let edges = edges(table);
    let head: Row = wrapped(
        cursor,
        &edges,
        table.columns.iter().map(|column| column.head.as_str()),
    );
    let rows: Vec<Row> = table
        .rows
        .iter()
        .map(|row| wrapped(cursor, &edges, row.iter().map(String::as_str)))
        .collect();
    let first = rows.first().map_or(0.0, height);
    if cursor.room() < height(&head) + first.min(4.0 * LINE) {
        cursor.new_page();
    }
    draw(cursor, table, &edges, &head, true);
    for row in rows {
        let mut left = row;
        loop {
            if height(&left) <= cursor.room() {
                draw(cursor, table, &edges, &left, false);
                break;
            }
            let fresh = Cursor::height_of_page() - height(&head);
            if height(&left) <= fresh || cursor.room() < 2.0 * PAD.1 + 3.0 * LINE {
                cursor.new_page();
                draw(cursor, table, &edges, &head, true);
                if height(&left) <= cursor.room() {
                    continue;
                }
            }
            let fits = fitting(cursor.room());
            let rest = left
                .iter_mut()
                .map(|cell| cell.split_off(fits.min(cell.len())))
                .collect();
            draw(cursor, table, &edges, &left, false);
            left = rest;
        }
    }
    cursor.y += AFTER;
}

/// How many lines fit into a room, at least one.
fn fitting(room: f32) -> usize {
    let mut fits = 1_usize;
    let mut used = 2.0 * PAD.1 + 2.0 * LINE;
    while used <= room {
        used += LINE;
        fits = fits.saturating_add(1);
    }
    fits
}

fn edges(table: &Table) -> Vec<f32> {
    let total: f32 = table.columns.iter().map(|column| f32::from(column.share)).sum();
    let mut at = SIDE;
    let mut found = vec![at];
    for column in &table.columns {
        at += Cursor::width() * f32::from(column.share) / total;
        found.push(at);
    }
    found
}

fn wrapped<'a>(cursor: &Cursor<'_>, edges: &[f32], cells: impl Iterator<Item = &'a str>) -> Row {
    let between = edges.iter().zip(edges.iter().skip(1));
    cells
        .zip(between)
        .map(|(text, (left, right))| lines(cursor.face, text, SIZE, right - left - 2.0 * PAD.0))
        .collect()
}

fn height(row: &Row) -> f32 {
    let mut tall = 2.0 * PAD.1;
    for _ in 0..row.iter().map(Vec::len).max().unwrap_or(0) {
        tall += LINE;
    }
    tall
}

fn draw(cursor: &mut Cursor<'_>, table: &Table, edges: &[f32], row: &Row, head: bool) {
    let (top, tall) = (cursor.y, height(row));
    let below = top + tall;
    let (Some(first), Some(last)) = (edges.first().copied(), edges.last().copied()) else {
        return;
    };
    if head {
        cursor.put(Mark::Ground {
            x: first,
            y: top,
            width: last - first,
            height: tall,
        });
    }
    for y in [top, below] {
        cursor.put(Mark::Rule {
            from: (first, y),
            to: (last, y),
        });
    }
    for x in edges {
        cursor.put(Mark::Rule {
            from: (*x, top),
            to: (*x, below),
        });
    }
    let between = edges.iter().zip(edges.iter().skip(1));
    for ((cell, column), (left, right)) in row.iter().zip(&table.columns).zip(between) {
        let inside = (left + PAD.0, right - PAD.0);
        let mut y = top + PAD.1;
        for line in cell {
            let align = if head { Align::Middle } else { column.align };
            cursor.line(inside, y, SIZE, head, align, line.clone());
            y += LINE;
        }
    }
    cursor.y = below;
}
