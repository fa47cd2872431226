// Tables on a wall display: long ones turn their pages by themselves, because nobody can scroll a wall.
// Invariant: every row is shown in turn, and the caption of the hall says which page is on.

import { say } from '../language.js';

const ROWS = 8;
const EVERY = 8_000;
let page = 0;
let timer = null;

function turn(place) {
  for (const table of place.querySelectorAll('table[data-pages]')) {
    const rows = [...table.tBodies[0].rows];
    const pages = Math.max(1, Math.ceil(rows.length / ROWS));
    const on = page % pages;
    rows.forEach((row, at) => {
      row.hidden = Math.floor(at / ROWS) !== on;
    });
    let foot = table.tFoot;
    if (pages > 1) {
      foot ??= table.createTFoot();
      const cell = foot.rows[0]?.cells[0] ?? foot.insertRow().insertCell();
      cell.colSpan = table.tHead.rows[0].cells.length;
      cell.textContent = say(`第 ${on + 1} / ${pages} 页`, `page ${on + 1} of ${pages}`);
    }
  }
}

/** Shows the page that is on, and goes on turning. @param {HTMLElement} place */
export function turning(place) {
  turn(place);
  timer ??= setInterval(() => {
    page += 1;
    turn(place);
  }, EVERY);
}
