// A pool of experts in the registrar's browser: listing, writing anew, suspending, reinstating, importing many.
// Invariant: every entry is one act of its own, checked before it is signed; an import says of each line what became of it.

import { act } from '../act.js';
import { getJson } from '../api.js';
import { spellText } from '../canonical.js';
import { now } from '../clock.js';
import { fieldError, fill, find, h } from '../dom.js';
import { FieldFault, acts, chosen, wanted } from '../form.js';
import { Keyring } from '../keyring.js';
import { say, sayError, sayTime } from '../language.js';
import { LONGEST, dayEnd, dayStart, entriesOf, entryOf } from '../pool-entry.js';
import { browserStorage } from '../storage.js';
import { Trust } from '../trust.js';

const keyring = new Keyring(browserStorage());
const { account: me, pool, expert } = find('#pool').dataset;
const stream = `pool/${pool}`;
/** How long to wait where the platform takes no more acts for a moment, in ms, and how often. */
const PAUSE = 2_000;
const PATIENCE = 60;
/** Rows of an import that are shown; those with faults come first. */
const SHOWN = 200;

const bring = async (kind, body, options) => act({ stream, kind, body }, await keyring.account(me), options);

const done = (zh, en, { seq, at }) =>
  fill(find('#done'), h('p', { class: 'note' }, say(`${zh} 日志第 ${seq} 条,${sayTime(at)}。`, `${en} Entry ${seq} of the log, ${sayTime(at)}.`)));
const again = () => setTimeout(() => location.reload(), 1_200);
const present = (selector, work) => {
  const form = document.querySelector(selector);
  if (form) work(form);
};

present('#list', (form) =>
  acts(form, async (elements) => {
    const names = ['account', 'employer', 'specialities', 'regions', 'since', 'credentials', 'past', 'kin'];
    const typed = Object.fromEntries(names.map((name) => [name, elements[name].value]));
    const { body, faults } = entryOf({ ...typed, senior: elements.senior.checked }, pool, now());
    for (const { field, zh, en } of faults.slice(1)) fieldError(elements[field], say(zh, en));
    if (faults.length > 0) throw new FieldFault(elements[faults[0].field], faults[0].zh, faults[0].en);
    const landed = await bring('expert.listed', body);
    done(`${body.account} 已列入。`, `${body.account} is listed.`, landed);
    again();
  }),
);

/** A day of a field as an instant; `empty` where none is chosen. */
function chosenDay(field, read, empty) {
  if (field.validity.badInput) throw new FieldFault(field, '日期不完整。', 'The date is not complete.');
  return field.value ? read(field.value) : empty;
}

present('#suspend', (form) =>
  acts(form, async ({ from, until, reason }) => {
    const begins = chosenDay(from, dayStart, Math.floor(now()));
    const ends = chosenDay(until, dayEnd, undefined);
    if (ends !== undefined && ends <= begins) throw new FieldFault(until, '截止日早于起始日。', 'It ends before it begins.');
    const body = { account: expert, from: begins, pool, reason: wanted(reason), ...(ends === undefined ? {} : { until: ends }) };
    done(`${expert} 已暂停。`, `${expert} is suspended.`, await bring('expert.suspended', body));
    again();
  }),
);

present('#reinstate', (form) =>
  acts(form, async ({ reason }) => {
    const body = { account: expert, pool, reason: wanted(reason) };
    done(`${expert} 已恢复。`, `The suspension of ${expert} is lifted.`, await bring('expert.reinstated', body));
    again();
  }),
);

const STATES = {
  fresh: ['新列入', 'new'],
  anew: ['重写条目', 'written anew'],
  same: ['已一致,跳过', 'the same already, skipped'],
  wrong: ['有误', 'wrong'],
  busy: ['签名中……', 'signing …'],
  done: ['已列入', 'listed'],
  refused: ['未列入', 'not listed'],
};
const stateWord = (state) => say(...STATES[state]);

/** What a file would do to the pool as it is now. @returns {{body: object|null, state: string, note: string}[]} */
function compared(entries, known) {
  return entries.map(({ body, faults }) => {
    if (body === null) return { body, state: 'wrong', note: faults.map(({ field, zh, en }) => `${field}: ${say(zh, en)}`).join(' ') };
    const before = known.get(body.account);
    if (before === undefined) return { body, state: 'fresh', note: '' };
    return { body, state: spellText(before) === spellText(body) ? 'same' : 'anew', note: '' };
  });
}

function summary(rows) {
  const count = (state) => rows.filter((row) => row.state === state).length;
  const parts = Object.keys(STATES).map((state) => [state, count(state)]).filter(([, number]) => number > 0); // prettier-ignore
  return parts.map(([state, number]) => `${stateWord(state)} ${number}`).join(' · ');
}

/** The table of an import; `tell(at)` shows a row anew. */
function shownRows(place, rows) {
  const order = rows.map((_, at) => at).toSorted((left, right) => Number(rows[right].state === 'wrong') - Number(rows[left].state === 'wrong'));
  const shown = new Map();
  const total = h('p', { id: 'import-state', role: 'status' }, summary(rows));
  const line = (at) => {
    const state = h('td', { 'data-label': say('状态', 'State') });
    const note = h('td', { 'data-label': say('说明', 'Note') });
    shown.set(at, { state, note });
    return h('tr', { 'data-line': String(at + 1) }, h('th', { scope: 'row' }, String(at + 1)), h('td', { 'data-label': say('账户', 'Account') }, h('bdi', {}, rows[at].body?.account ?? '—')), state, note);
  };
  const body = h('tbody', {}, order.slice(0, SHOWN).map(line));
  const tell = (at) => {
    const cells = shown.get(at);
    if (!cells) return;
    fill(cells.state, stateWord(rows[at].state));
    fill(cells.note, rows[at].note);
  };
  order.slice(0, SHOWN).forEach(tell);
  const heads = [say('序号', 'No.'), say('账户', 'Account'), say('状态', 'State'), say('说明', 'Note')];
  fill(place, total,
    h('div', { class: 'table-responsive', tabindex: '0', role: 'region', 'aria-label': say('导入的条目', 'Entries of the file') }, h('table', { class: 'table cards' },
      h('caption', {}, say('导入的条目', 'Entries of the file')),
      h('thead', {}, h('tr', {}, heads.map((text) => h('th', { scope: 'col' }, text)))), body)),
    rows.length > SHOWN ? h('p', {}, say(`只显示 ${SHOWN} 行。`, `Only ${SHOWN} lines are shown.`)) : null); // prettier-ignore
  return (at) => {
    tell(at);
    fill(total, summary(rows));
  };
}

/** Signs one entry; waits where the platform takes no more for a moment. */
async function signedOne(body, trust) {
  for (let left = PATIENCE; ; left -= 1) {
    try {
      return await bring('expert.listed', body, { trust });
    } catch (error) {
      if (error.status !== 429 || left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

present('#import', (form) => {
  const button = find('#import-sign');
  let rows = [];
  let tell = () => {};
  find('#file').addEventListener('change', async ({ target }) => {
    fieldError(target, null);
    fill(find('#checked'));
    button.hidden = true;
    rows = [];
    const file = target.files[0];
    if (!file) return;
    try {
      if (file.size > LONGEST) throw new FieldFault(target, '文件过大。', 'The file is too long.');
      const entries = entriesOf(await file.text(), pool, now());
      const { experts } = await getJson(`/api/pools/${encodeURIComponent(pool)}`);
      rows = compared(entries, new Map(experts.map(({ listed }) => [listed.account, listed])));
      tell = shownRows(find('#checked'), rows);
      button.hidden = !rows.some(({ state }) => state === 'fresh' || state === 'anew') || rows.some(({ state }) => state === 'wrong');
      if (rows.some(({ state }) => state === 'wrong')) {
        throw new FieldFault(target, '请改正有误的行后重新选择文件。', 'Correct the lines that are wrong, then choose the file again.');
      }
    } catch (error) {
      fieldError(target, sayError(error));
    }
  });
  acts(form, async (elements) => {
    chosen(elements.file);
    const trust = await Trust.open();
    for (const [at, row] of rows.entries()) {
      if (row.state !== 'fresh' && row.state !== 'anew') continue;
      const before = row.state;
      row.state = 'busy';
      tell(at);
      try {
        const { seq } = await signedOne(row.body, trust);
        row.state = 'done';
        row.note = say(`日志第 ${seq} 条`, `entry ${seq} of the log`);
      } catch (error) {
        // What the law refuses is told in its line; anything else stops the import, which may be begun again.
        const isRefused = typeof error.code === 'string' && error.status < 500;
        row.state = isRefused ? 'refused' : before;
        row.note = sayError(error);
        if (!isRefused) throw error;
      } finally {
        tell(at);
      }
    }
    button.hidden = true;
  });
});

document.documentElement.dataset.ready = 'pool';
