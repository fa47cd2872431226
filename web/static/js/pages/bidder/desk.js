// What every page of a bidder begins with: the browser's keys, the trust in the log, the bidder's own facts.
// Invariant: one's own facts count only by their receipts, checked here; what is kept of a bid on its way is kept in
// IndexedDB under `bidding/<tender>`, so a closed tab loses nothing.

import { act } from '../../act.js';
import { getJson } from '../../api.js';
import { ownOf } from '../../bid.js';
import { missing, wayOut } from '../../browser.js';
import { fill, find, h } from '../../dom.js';
import { Keyring } from '../../keyring.js';
import { say, sayError } from '../../language.js';
import { Contradiction } from '../../problem.js';
import { openReceipt } from '../../receipt.js';
import { browserStorage } from '../../storage.js';
import { Trust } from '../../trust.js';

/**
 * A bid on its way, as it is kept.
 * @typedef {{bid: string, lots: string[], slots: Record<string, string>, letters: Record<string, object>,
 *   files: Record<string, {name: string, size: number, sha256: string}>, bytes: Record<string, Uint8Array>}} Draft
 */

/** A draft with nothing in it. @returns {Draft} */
export const emptyDraft = (bid) => ({ bid, lots: [], slots: {}, letters: {}, files: {}, bytes: {} });

/** Bidder, tender and what this browser has for them. */
export class Desk {
  storage = browserStorage();
  keyring = new Keyring(this.storage);
  /** @type {Trust} */
  trust;

  /** @param {string} tender @param {string} account */
  constructor(tender, account) {
    this.tender = tender;
    this.account = account;
  }

  /** Reads the log's head; refuses a platform that forked its log. */
  async open() {
    this.trust = await Trust.open({ storage: this.storage });
    return this;
  }

  /** One's own facts of this tender, each with the receipt that was checked. */
  async mine() {
    const shown = await getJson(`/api/tenders/${encodeURIComponent(this.tender)}/bids/mine`);
    const facts = [];
    for (const { seq, receipt } of shown.facts) {
      const { fact, entry, checkpoint } = await openReceipt(receipt, this.trust.origin, this.trust.logKey);
      if (!fact || entry.seq !== seq || fact.stream !== `tender/${this.tender}`) {
        throw new Contradiction(`平台给出的第 ${seq} 条回执不成立`, `the receipt of entry ${seq} does not hold`);
      }
      facts.push({ kind: fact.kind, body: fact.body, seq, at: entry.ts, receipt, checkpoint });
    }
    const own = ownOf(facts);
    if (own.bid !== shown.bid) throw new Contradiction('平台给出的投标编号与回执不符', 'the platform names another bid than the receipts');
    return { ...own, facts };
  }

  /** Signs a fact of this tender. @param {string} kind @param {object} body @param {import('../../ed25519.js').Signer} key */
  act(kind, body, key) {
    return act({ stream: `tender/${this.tender}`, kind, body: { ...body, tender: this.tender } }, key, { trust: this.trust });
  }

  get #name() {
    return `bidding/${this.tender}`;
  }

  /** What is kept of the bid on its way. @returns {Promise<Draft|undefined>} */
  draft() {
    return this.storage.get(this.#name);
  }

  /** Changes what is kept. @param {(draft: Draft|undefined) => Draft|undefined} change */
  keep(change) {
    return this.storage.update(this.#name, change);
  }
}

/** Tells a failure at the top of the page. */
export function trouble(error) {
  const place = find('#trouble');
  place.hidden = false;
  fill(place, sayError(error));
  place.scrollIntoView({ block: 'nearest' });
}

/** Takes the last failure away. */
export function clearTrouble() {
  find('#trouble').hidden = true;
}

/** Runs a page: says what the browser lacks, tells every failure, marks the page as ready. */
export async function page(work) {
  try {
    const lacking = await missing();
    if (lacking.length > 0) {
      const place = find('#missing');
      place.hidden = false;
      fill(place, h('ul', {}, lacking.map(({ what }) => h('li', {}, what))), h('p', {}, wayOut()));
      return;
    }
    await work();
  } catch (error) {
    trouble(error);
  } finally {
    document.documentElement.dataset.ready = 'bidder';
  }
}

/** A field with its label, hint and the place of its error. */
export function field(label, attributes, { hint, tag = 'input', value } = {}) {
  const { id } = attributes;
  const described = hint ? { 'aria-describedby': `${id}-hint` } : {};
  const input = h(tag, { class: 'form-control', name: id, ...described, ...attributes });
  if (value !== undefined) input.value = value;
  return h('div', { class: 'mb-3' },
    h('label', { class: 'form-label', for: id }, label), input,
    hint && h('div', { class: 'form-hint', id: `${id}-hint` }, hint),
  ); // prettier-ignore
}

/** A form with the place of its trouble. */
export const form = (attributes, ...children) =>
  h('form', { novalidate: true, ...attributes }, h('div', { 'data-trouble': true, class: 'note', role: 'alert', hidden: true }), ...children);

/** The button that sends a form. */
export const submit = (zh, en, kind = 'btn-primary') => h('button', { class: `btn ${kind}`, type: 'submit' }, say(zh, en));

/** A size as people read it, with the bytes. @param {number} bytes */
export function sizeOf(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024;
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit]} (${bytes} B)`;
}
