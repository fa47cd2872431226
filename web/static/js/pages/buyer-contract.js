// Deposits that arrived; after a tender contract, publication, filing, supplement, written report, deposits; each form
// is one act.
// Invariant: a file never leaves the browser, only its digest, its name and its length do, nor who paid a deposit; the terms of a contract are
// those that the platform showed, which are those of the bid.

import { act } from '../act.js';
import { amountOf } from '../bid.js';
import { hex } from '../bytes.js';
import { endOf } from '../days.js';
import { fill, find, h } from '../dom.js';
import { FieldFault, acts, chosen, wanted } from '../form.js';
import { sha256 } from '../hash.js';
import { Keyring } from '../keyring.js';
import { say, sayTime } from '../language.js';
import { instant, local } from '../notice-draft.js';
import { numbered } from '../payers.js';
import { browserStorage } from '../storage.js';

const keyring = new Keyring(browserStorage());
const DAY = 86_400_000;

/** The first instant of the China day in a field of type date. */
function dayStart(field) {
  const day = Math.floor(Date.parse(`${wanted(field)}T00:00:00Z`) / DAY);
  if (!Number.isSafeInteger(day)) throw new FieldFault(field, '请填写日期。', 'Choose a day.');
  return endOf(day - 1);
}

/** Money of a field; a fault beside it if it is none. */
function money(field, currency) {
  try {
    return amountOf(wanted(field), currency);
  } catch (error) {
    if (error instanceof FieldFault) throw error;
    throw new FieldFault(field, error.zh, error.message);
  }
}

async function digested(field) {
  const file = chosen(field);
  if (file.size === 0) throw new FieldFault(field, '文件为空。', 'The file is empty.');
  return { bytes: file.size, name: file.name, sha256: hex(await sha256(new Uint8Array(await file.arrayBuffer()))) };
}

/** A member that is left out when its field is empty. */
const optional = (name, field, read) => (field.value.trim() ? { [name]: read(field) } : {});

/** Who paid the deposit of a row; null for a guarantee, which nobody has paid in. */
function payer({ account, form, name, own }) {
  if (form.value !== 'guarantee') return { account: account.value, name: wanted(name), own: own.checked };
  const typed = [name, account].find((field) => field.value.trim());
  if (typed) throw new FieldFault(typed, '保函没有付款人,请清空。', 'A guarantee has no payer; leave this empty.');
  return null;
}

/** A row of the list of deposits that arrived, with the payer as typed. */
function arrival(row) {
  const field = (name) => find(`[data-field=${name}]`, row);
  const [account, at, form, name, own] = ['account', 'at', 'form', 'name', 'own'].map(field);
  const time = instant(wanted(at));
  if (time === null) throw new FieldFault(at, '请填写到账时间。', 'Say when it arrived.');
  const { bid, currency, lot } = row.dataset;
  return {
    amount: money(field('amount'), currency), bid, form: form.value, lot,
    payer: payer({ account, form, name, own }), received_at: time,
  };
} // prettier-ignore

/** The body of each kind from its form, without the tender. */
const BODIES = {
  'contract.signed': async ({ day, bond, file, differs, added }, { bid, currency, days, lot, minor, quality, winner }) => ({
    account: winner, bid, contract: await digested(file), lot, period_days: Number(days),
    price: { currency, minor: Number(minor) }, quality, signed_at: dayStart(day),
    ...optional('added', added, wanted), ...optional('differs', differs, wanted),
    ...optional('bond', bond, (field) => money(field, currency)),
  }),
  'contract.published': async ({ file, medium, url }, { lot }) => ({
    lot, medium: wanted(medium), sha256: (await digested(file)).sha256, url: wanted(url),
  }),
  'contract.filed': async ({ office, receipt }, { lot }) => ({ lot, office: wanted(office), receipt: wanted(receipt) }),
  'contract.supplemented': async ({ change, file, reason }, { currency, lot }) => ({
    change: money(change, currency), lot, reason: wanted(reason), supplement: await digested(file),
  }),
  'award.reported': async ({ file, office }) => ({ office: wanted(office), report: await digested(file) }),
  'deposits.received': async (_, __, form) => {
    const rows = [...form.querySelectorAll('[data-received]')];
    const came = rows.filter((row) => find('[data-field=came]', row).checked);
    if (came.length === 0) throw new FieldFault(find('[data-field=came]', form), '请勾选已到账的保证金。', 'Tick the deposits that arrived.');
    return { deposits: numbered(came.map(arrival)) };
  },
  'deposits.returned': async ({ day }, { noticed }, form) => {
    const rows = [...form.querySelectorAll('tr[data-bid]')];
    const ticked = rows.filter((row) => find('input[type=checkbox]', row).checked);
    if (rows.length > 0 && ticked.length === 0) {
      throw new FieldFault(day, '请勾选已退还的保证金。', 'Tick the deposits that went back.');
    }
    const sum = (row, name) => money(find(`[data-sum=${name}]`, row), row.dataset.currency);
    return {
      paid_at: Math.max(dayStart(day), Number(noticed)),
      returned: ticked.map((row) => ({ amount: sum(row, 'amount'), bid: row.dataset.bid, interest: sum(row, 'interest'), lot: row.dataset.lot })),
    };
  },
  'deposit.kept': async ({ amount, bid, ground, reason }) => {
    wanted(bid);
    const { currency, lot } = bid.selectedOptions[0].dataset;
    return { amount: money(amount, currency), bid: bid.value, ground: wanted(ground), lot, reason: wanted(reason) };
  },
}; // prettier-ignore

for (const field of document.querySelectorAll('[data-ms]')) field.value = local(Number(field.dataset.ms));

for (const form of document.querySelectorAll('form[data-act]')) {
  const { account, act: kind, tender } = form.dataset;
  acts(form, async (elements) => {
    const body = { ...(await BODIES[kind](elements, form.dataset, form)), tender };
    const landed = await act({ stream: `tender/${tender}`, kind, body }, await keyring.account(account));
    fill(find('#done'), h('p', { class: 'note' }, say(`已签名,日志第 ${landed.seq} 条,${sayTime(landed.at)}。`, `Signed: entry ${landed.seq} of the log, ${sayTime(landed.at)}.`)));
    setTimeout(() => location.reload(), 1_200);
  });
}
document.documentElement.dataset.ready = 'contract';
