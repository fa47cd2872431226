// A person's act: built over the head of the log, signed in the browser, sent, and answered with a verified receipt.
// Invariant: an act is kept before it is sent and forgotten only when its receipt held or a refusal came; sending it
// again, also by pressing again, is sending it once. Nothing is signed over a head that forks.

import { request } from './api.js';
import { Wrong, equal, hex, random, unhex, utf8 } from './bytes.js';
import { parseText, spellText } from './canonical.js';
import { actDigest, actMessage } from './fact.js';
import { Contradiction, Refused, Unreachable } from './problem.js';
import { isAbout, openReceipt, openRefusal } from './receipt.js';
import { Trust, seenOf } from './trust.js';

/** The longest act on the wire, in bytes. */
export const MAX_ACT = 4 << 20;

const PENDING = 'pending/';
const RECEIPT = 'receipt/';
/** How long to wait before each further attempt, in ms. */
const PAUSES = [500, 2_000, 5_000, 10_000];

/**
 * What a person brings about.
 * @typedef {{stream: string, kind: string, body: object}} Brought
 * A signed act, ready to be sent any number of times.
 * @typedef {{wire: string, digest: Uint8Array}} Signed
 * What came of it: position, time (ms since 1970 UTC) and the receipt's text.
 * @typedef {{seq: number, at: number, receipt: string}} Done
 */

/**
 * Builds and signs an act over a head.
 * @param {Brought} brought
 * @param {import('./ed25519.js').Signer} key
 * @param {string} origin
 * @param {{size: number, root: Uint8Array}} seen
 * @param {Uint8Array} [nonce] 16 bytes
 * @returns {Promise<Signed>}
 */
export async function sign({ stream, kind, body }, key, origin, seen, nonce = random(16)) {
  const message = actMessage(origin, { stream, kind, body, nonce, seen });
  const sig = await key.sign(message);
  const wire = spellText({
    body,
    key: hex(key.publicKey),
    kind,
    nonce: hex(nonce),
    seen: seenOf(seen),
    sig: hex(sig),
    stream,
  });
  if (utf8(wire).length > MAX_ACT) {
    throw new Wrong(`这项操作超过 ${MAX_ACT} 字节`, `an act of more than ${MAX_ACT} bytes`);
  }
  return { wire, digest: actDigest(message, key.publicKey) };
}

/**
 * Signs a fact over the log's head, sends it and checks the receipt.
 * @param {Brought} brought
 * @param {import('./ed25519.js').Signer} key
 * @param {{trust?: Trust, pause?: (ms: number) => Promise<void>, onRetry?: (attempt: number) => void}} [options]
 * @returns {Promise<Done>}
 * @throws {Refused} with the signed refusal statement in `statement`, its signature checked
 * @throws {Unreachable} the act may have arrived: it is kept, and `resend` settles it
 * @throws {Contradiction} the platform's answer is not what it signed
 */
export async function act(brought, key, options = {}) {
  const trust = options.trust ?? (await Trust.open());
  const head = await trust.observe();
  const signed = (await unanswered(brought, key, trust)) ?? (await sign(brought, key, trust.origin, head));
  await trust.storage.update(PENDING + hex(signed.digest), () => signed.wire);
  return send(signed, { ...options, trust });
}

/** The same act, signed here before and never answered: whoever presses again sends that one, not another. */
async function unanswered({ stream, kind, body }, key, trust) {
  const same = spellText({ body, key: hex(key.publicKey), kind, stream });
  return (await pending(trust)).find((signed) => {
    const kept = readWire(signed);
    return spellText({ body: kept.body, key: kept.key, kind: kept.kind, stream: kept.stream }) === same;
  });
}

/** The acts that were signed here and never answered. @param {Trust} trust @returns {Promise<Signed[]>} */
export async function pending(trust) {
  const names = await trust.storage.names(PENDING);
  const wires = await Promise.all(names.map((name) => trust.storage.get(name)));
  return names.map((name, n) => ({ wire: wires[n], digest: unhex(name.slice(PENDING.length), 32) }));
}

/** Sends everything again that was never answered; what failed is told by its error. @param {Trust} trust */
export async function resend(trust, options = {}) {
  return Promise.allSettled((await pending(trust)).map((signed) => send(signed, { ...options, trust })));
}

/** The receipts kept here, by position. @param {Trust} trust @returns {Promise<{seq: number, receipt: string}[]>} */
export async function receipts(trust) {
  const names = await trust.storage.names(RECEIPT);
  const texts = await Promise.all(names.map((name) => trust.storage.get(name)));
  return names.map((name, n) => ({ seq: Number(name.slice(RECEIPT.length)), receipt: texts[n] }));
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Sends a signed act until it is answered.
 * @param {Signed} signed
 * @param {{trust: Trust, pause?: (ms: number) => Promise<void>, onRetry?: (attempt: number) => void}} options
 * @returns {Promise<Done>}
 */
export async function send(signed, { trust, pause = wait, onRetry = () => {} }) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await sendOnce(signed, trust);
    } catch (error) {
      const again = error instanceof Unreachable || (error instanceof Refused && error.status >= 500);
      if (!again || attempt >= PAUSES.length) throw error;
      onRetry(attempt + 1);
      await pause(PAUSES[attempt]);
    }
  }
}

async function sendOnce(signed, trust) {
  let answer;
  try {
    const response = await request(trust.address('/api/acts'), { method: 'POST', text: signed.wire, fetch: trust.fetch });
    answer = await response.json();
  } catch (error) {
    if (error instanceof Refused) await settleRefusal(error, signed, trust);
    if (error instanceof Refused || error instanceof Unreachable) throw error;
    throw new Unreachable(
      '应答在途中断。这项操作已保存,可以安全地重新提交。',
      'The answer broke off. The act is kept and may safely be sent again.',
      { cause: error },
    );
  }
  await checkReceipt(answer, signed, trust);
  await trust.storage.update(`${RECEIPT}${String(answer.seq).padStart(16, '0')}`, () => answer.receipt);
  await trust.storage.update(PENDING + hex(signed.digest), () => undefined);
  return { seq: answer.seq, at: answer.at, receipt: answer.receipt };
}

async function settleRefusal(refused, signed, trust) {
  if (refused.statement !== null) {
    let refusal;
    try {
      refusal = await openRefusal(refused.statement, trust.origin, trust.refusalKey);
    } catch (error) {
      throw new Contradiction(
        `平台拒绝了这项操作,但其拒收证明不成立:${error.zh ?? error.message}。`,
        `The platform refused the act, but its refusal statement does not hold: ${error.message}.`,
        { cause: error },
      );
    }
    if (!isAbout(refusal, signed.digest) || refusal.code !== refused.code) {
      throw new Contradiction(
        '平台的拒收证明不是针对这项操作的。',
        'The refusal statement of the platform is about another act or another reason.',
      );
    }
  }
  // What the platform could not do now it may do later; every other refusal is final.
  if (refused.status < 500) await trust.storage.update(PENDING + hex(signed.digest), () => undefined);
}

async function checkReceipt(answer, signed, trust) {
  const wrong = (zh, en, cause) =>
    new Contradiction(
      `平台已应答,但其回执不成立:${zh}。请保存这项操作并告知监督部门。`,
      `The platform answered, but its receipt does not hold: ${en}. Keep the act and tell the supervisor.`,
      { cause },
    );
  let opened;
  try {
    opened = await openReceipt(answer.receipt, trust.origin, trust.logKey);
  } catch (error) {
    throw wrong(error.zh ?? error.message, error.message, error);
  }
  if (opened.digest === null || !equal(opened.digest, signed.digest)) {
    throw wrong('它属于另一项操作', 'it is for another act than the one sent');
  }
  if (opened.entry.seq !== answer.seq || opened.entry.ts !== answer.at) {
    throw wrong('位置或时间与应答不符', 'position or time are not those of the answer');
  }
  await trust.follow(opened.checkpoint.note);
}

/** The act on the wire, taken apart; for showing what is still on its way. @param {Signed} signed */
export const readWire = (signed) => parseText(signed.wire);
