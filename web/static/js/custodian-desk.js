// What waits for a custodian: ceremonies, keys to prove ready, lists to answer; found by the API, proven by the log.
// Invariant: what the API lists is only where to look; every step is decided from facts that were proven here.

import { act } from './act.js';
import { getJson } from './api.js';
import { equal, hex } from './bytes.js';
import { nextStep, readiness, viewOf } from './custody.js';
import { answerList, checkList } from './custody-opening.js';
import { provenHistory } from './proven.js';

const OVER = new Set(['awarded', 'failed', 'terminated']);
const PAGE = 200;

/** Everything that a listing of the API has, page by page. */
async function listed(trust, path, member, stream) {
  const all = [];
  for (let after = ''; ; ) {
    const page = (await getJson(trust.address(`${path}?limit=${PAGE}${after}`), { fetch: trust.fetch }))[member];
    all.push(...page);
    if (page.length < PAGE) return all;
    after = `&after=${encodeURIComponent(stream(page.at(-1)))}`;
  }
}

/**
 * A key of a tender of which the custodian holds a share.
 * @typedef {{tender: string, title: string, stage: string, ceremony: string, slot: number, keyId: string, index: number,
 *   phase: string, noticed: boolean, settled: boolean, over: boolean, gave: boolean, proved: string|null,
 *   envelopes: number, until: number|null}} Duty
 */

/** A custodian at a desk. */
export class Desk {
  #views = new Map();

  /** @param {import('./trust.js').Trust} trust @param {import('./custodian.js').Custodian} custodian */
  constructor(trust, custodian) {
    this.trust = trust;
    this.custodian = custodian;
    this.signer = hex(custodian.signer.publicKey);
  }

  /** The ceremonies that list this custodian, newest first. @returns {Promise<object[]>} bodies of `ceremony.called` */
  async ceremonies() {
    const all = await listed(this.trust, '/api/ceremonies', 'ceremonies', ({ ceremony }) => `ceremony/${ceremony}`);
    return all.filter(({ members }) => members.some(({ signer }) => signer === this.signer)).reverse();
  }

  /** A ceremony, every step proven. @param {string} ceremony @returns {Promise<import('./custody.js').View>} */
  async view(ceremony) {
    const path = `/api/ceremonies/${encodeURIComponent(ceremony)}`;
    return viewOf(await provenHistory(this.trust, path, `ceremony/${ceremony}`));
  }

  async #finished(ceremony) {
    if (!this.#views.has(ceremony)) this.#views.set(ceremony, await this.view(ceremony));
    return this.#views.get(ceremony);
  }

  /** What comes next in a ceremony. @param {string} ceremony */
  async next(ceremony) {
    const view = await this.view(ceremony);
    return { view, step: await nextStep(this.custodian, view) };
  }

  /** Signs a step that `next` named. */
  async take(ceremony, { kind, body }) {
    return act({ stream: `ceremony/${ceremony}`, kind, body }, this.custodian.signer, { trust: this.trust });
  }

  /** The keys of tenders that are not over, of which this custodian holds shares. @returns {Promise<Duty[]>} */
  async duties(ceremonies) {
    const mine = new Map(ceremonies.map((called) => [called.ceremony, called]));
    const tenders = await listed(this.trust, '/api/tenders', 'tenders', ({ tender }) => `tender/${tender}`);
    const duties = [];
    for (const { tender, phase, title } of tenders) {
      if (!tender || OVER.has(phase)) continue;
      const { records } = await getJson(this.trust.address(`/api/tenders/${encodeURIComponent(tender)}`), { fetch: this.trust.fetch });
      for (const { kind, body } of records) {
        const called = kind === 'key.assigned' ? mine.get(body.ceremony) : null;
        if (called) duties.push(this.#duty({ tender, phase, title, records, key: body, called }));
      }
    }
    return duties;
  }

  #duty({ tender, phase, title, records, key, called }) {
    const { index } = called.members.find(({ signer }) => signer === this.signer);
    const of = (kind) => records.filter((one) => one.kind === kind && one.body.stage === key.stage);
    const settled = of('list.settled')[0]?.body;
    const proved = records.filter(({ kind, body }) => kind === 'key.proved' && body.index === index && body.key_id === key.key_id);
    return {
      tender, title, phase, stage: key.stage, ceremony: key.ceremony, slot: key.slot, keyId: key.key_id, index,
      noticed: records.some(({ kind }) => kind === 'tender.noticed'),
      settled: settled !== undefined,
      envelopes: settled?.submissions.length ?? 0,
      until: settled?.until ?? null,
      over: of('opening.recorded').length > 0 || of('opening.failed').length > 0,
      gave: of('share.given').some(({ body }) => body.index === index),
      proved: proved.at(-1)?.body.date ?? null,
    }; // prettier-ignore
  }

  /** Proves for a date that the share of a key is alive. @param {Duty} duty @param {string} date */
  async prove({ tender, ceremony, slot }, date) {
    const body = await readiness(this.custodian, await this.#finished(ceremony), slot, date);
    return act({ stream: `tender/${tender}`, kind: 'key.proved', body }, this.custodian.signer, { trust: this.trust });
  }

  async #question({ tender, stage, ceremony, slot }, now, onChecked) {
    const facts = await provenHistory(this.trust, `/api/tenders/${encodeURIComponent(tender)}`, `tender/${tender}`);
    const view = await this.view(ceremony);
    return { tender, stage, facts, view, slot, now, onChecked };
  }

  /**
   * Checks the whole list of a duty and multiplies nothing.
   * @param {Duty} duty @param {number} now this machine's own clock
   * @param {(done: number, of: number) => void} onChecked
   */
  async check(duty, now, onChecked) {
    const { opening, targets } = await checkList(await this.#question(duty, now, onChecked));
    return { list: opening.settled.body.list, closesAt: opening.closesAt, envelopes: targets.length };
  }

  /** Gives the share: the list is fetched, proven and checked once more, and must be the one that the person saw. */
  async give(duty, now, seen, onChecked) {
    const body = await answerList(this.custodian, await this.#question(duty, now, onChecked));
    if (body.list !== seen.list) throw new Error(`the list is now ${body.list}`);
    return act({ stream: `tender/${duty.tender}`, kind: 'share.given', body }, this.custodian.signer, { trust: this.trust });
  }
}

/** Whether the seed kept here is the one under which the account is enrolled. @param {string} account */
export async function isEnrolled(account, custodian) {
  const { custody } = await getJson(`/api/accounts/${encodeURIComponent(account)}`);
  return Boolean(custody) && equal(Uint8Array.from(custody.signer.match(/../g), (pair) => parseInt(pair, 16)), custodian.signer.publicKey);
}

/** The date in the time of China. @param {number} now ms @returns {string} `YYYY-MM-DD` */
export const dateOf = (now) => new Date(now + 8 * 3_600_000).toISOString().slice(0, 10);
