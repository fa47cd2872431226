// The buyer's page of a panel: draws asked for, hours set, representatives named; draws followed as they come.
// Invariant: what is signed is what the form shows; the page asks about numbers and states, and is told no name.

import { act } from '../act.js';
import { getJson } from '../api.js';
import { now } from '../clock.js';
import { fill, find, h } from '../dom.js';
import { FieldFault, acts, identifier, wanted } from '../form.js';
import { Keyring } from '../keyring.js';
import { say, sayError, sayTime } from '../language.js';
import { instant, local } from '../notice-draft.js';
import { freshSeats, listOf } from '../panel-form.js';
import { pulse } from '../pulse.js';
import { reload } from '../reload.js';
import { browserStorage } from '../storage.js';

const keyring = new Keyring(browserStorage());
const { account: me, tender, running } = find('#owner').dataset;
const stream = `evaluation/${tender}`;
const HOUR = 3_600_000;

async function sign(kind, body) {
  const landed = await act({ stream, kind, body }, await keyring.account(me));
  fill(find('#done'), h('p', { class: 'note' }, say(`已签名,日志第 ${landed.seq} 条,${sayTime(landed.at)}。`, `Signed: entry ${landed.seq} of the log, ${sayTime(landed.at)}.`)));
  setTimeout(() => location.reload(), 1_200);
}

const present = (selector, work) => {
  const form = document.querySelector(selector);
  if (form) work(form);
};

/** A whole number of a field within its bounds. */
function number(field) {
  const value = Number(wanted(field));
  if (!Number.isInteger(value) || value < Number(field.min) || (field.max !== '' && value > Number(field.max))) {
    throw new FieldFault(field, `应为 ${field.min} 至 ${field.max} 的整数。`, `Write a whole number from ${field.min} to ${field.max}.`);
  }
  return value;
}

present('#draw-experts', (form) =>
  acts(form, async ({ draw, pool, seats, specialities, regions, minutes, consultants }) => {
    wanted(specialities);
    const { after } = form.dataset;
    const subject = {
      for: 'experts',
      ...(after === undefined ? {} : { after }),
      answer_minutes: number(minutes),
      consultants: listOf(consultants.value, /\n/),
      pool: identifier(pool),
      regions: listOf(regions.value),
      seats: number(seats),
      specialities: listOf(specialities.value),
    };
    await sign('draw.requested', { draw: identifier(draw), subject, tender });
  }),
);

/** Coefficients and order are drawn once: the draw has the name of what is drawn. */
for (const what of ['coefficients', 'order']) {
  present(`#draw-${what}`, (form) => acts(form, () => sign('draw.requested', { draw: what, subject: { for: what }, tender })));
}

present('#hours', (form) => {
  const { from, until } = form.elements;
  from.value = local(Number(from.dataset.at ?? now()));
  until.value = local(Number(until.dataset.at ?? now() + 24 * HOUR));
  acts(form, async () => {
    const [begins, ends] = [from, until].map((field) => instant(wanted(field)));
    if (ends <= begins) throw new FieldFault(until, '结束早于开始。', 'It ends before it begins.');
    await sign('hours.set', { from: begins, tender, until: ends });
  });
});

/** The accounts of a field, one a line. */
function accountsOf(field) {
  wanted(field);
  const accounts = listOf(field.value);
  const wrong = accounts.find((account) => !/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(account));
  if (wrong) throw new FieldFault(field, `“${wrong}”不是账户名称。`, `“${wrong}” is no name of an account.`);
  return accounts;
}

const words = (text) => text.split(' ').filter(Boolean);

present('#representatives', (form) =>
  acts(form, async ({ accounts }) => {
    const { named, vacant } = form.dataset;
    await sign('representatives.named', { seats: freshSeats(accountsOf(accounts), words(vacant), words(named), 'buyer'), tender });
  }),
);

present('#appoint', (form) =>
  acts(form, async ({ accounts, reason }) => {
    const vacant = words(form.dataset.vacant);
    const seats = freshSeats(accountsOf(accounts), vacant, [], 'seat');
    const why = reason.required ? wanted(reason) : reason.value.trim();
    await sign('panel.appointed', { ...(why ? { reason: why } : {}), seats, tender });
  }),
);

/** Shows how far the draws are; a draw that the page does not show yet is a reason to load it anew. */
async function look() {
  const standing = await getJson(`/panels/${encodeURIComponent(tender)}/state`);
  fill(find('#step'), standing.step);
  fill(find('#filled'), String(standing.filled));
  fill(find('#lacking'), String(standing.lacking));
  // An order was used up while the page was open: the form for a further draw comes with the page.
  if (standing.stranded > 0 && !document.querySelector('#draw-experts') && document.querySelector('form :focus') === null) reload();
  for (const { draw, cells } of standing.draws) {
    const row = document.querySelector(`[data-draw="${CSS.escape(draw)}"]`);
    if (!row) {
      // What is typed stays: a page with a form under way is not loaded anew.
      if (document.querySelector('form :focus') === null) reload();
      return;
    }
    for (const [name, text] of Object.entries(cells)) {
      const cell = row.querySelector(`[data-cell="${name}"]`);
      if (cell && cell.textContent !== text) fill(cell, text);
    }
  }
}

if (running !== undefined) {
  const line = document.querySelector('#line');
  const tell = (text) => line && fill(line, text);
  const looked = async () => {
    try {
      await look();
      tell('');
    } catch (error) {
      tell(sayError(error));
    }
  };
  pulse({ onGrown: looked, onLine: (state) => tell(state === 'lost' ? say('连接中断,正在重连……', 'The line is lost; trying again …') : '') });
}
document.documentElement.dataset.ready = 'panel';
