// Facts that a page has proven for itself: each with its inclusion under a checkpoint that this browser trusts.
// Invariant: a fact is handed out only if its proof holds, it stands where it was asked for, and its author's signature
// holds; what the API merely says is used to find facts, never as one.

import { getJson } from './api.js';
import { Contradiction } from './problem.js';
import { openReceipt } from './receipt.js';

/** The most positions asked for at once. */
const AT_ONCE = 256;

const doubt = (zh, en, cause) => new Contradiction(zh, en, { cause });

async function believed(trust, seq, file) {
  let opened;
  try {
    opened = await openReceipt(file, trust.origin, trust.logKey);
  } catch (error) {
    throw doubt(`第 ${seq} 条的证明不成立:${error.zh ?? error.message}`, `the proof of entry ${seq} does not hold: ${error.message}`, error);
  }
  if (opened.entry.seq !== seq || opened.fact === null) {
    throw doubt(`平台没有给出第 ${seq} 条的完整证明`, `the platform did not give the whole proof of entry ${seq}`);
  }
  return opened;
}

/**
 * The facts at these positions, proven.
 * @param {import('./trust.js').Trust} trust
 * @param {number[]} seqs
 * @returns {Promise<import('./fact.js').Fact[]>} in the order asked for
 */
export async function proven(trust, seqs) {
  const facts = [];
  let followed = null;
  for (let rest = seqs; rest.length > 0; ) {
    const path = `/log/proofs?seqs=${rest.slice(0, AT_ONCE).join(',')}`;
    const { proofs } = await getJson(trust.address(path), { fetch: trust.fetch });
    if (!Array.isArray(proofs) || proofs.length < 1 || proofs.length > rest.length) {
      throw doubt('平台给出的证明数目不符', 'the platform gave another number of proofs than asked for');
    }
    for (const [n, file] of proofs.entries()) {
      const { fact, checkpoint } = await believed(trust, rest[n], file);
      if (checkpoint.note !== followed) {
        await trust.follow(checkpoint.note);
        followed = checkpoint.note;
      }
      facts.push(fact);
    }
    rest = rest.slice(proofs.length);
  }
  return facts;
}

/**
 * The public facts of a stream in the order of the log, all proven and all of that stream.
 * @param {import('./trust.js').Trust} trust
 * @param {string} path of the API that lists them, e.g. `/api/tenders/T1`
 * @param {string} stream e.g. `tender/T1`
 */
export async function provenHistory(trust, path, stream) {
  const { records } = await getJson(trust.address(path), { fetch: trust.fetch });
  const seqs = records.map(({ seq }) => seq);
  if (seqs.some((seq, n) => n > 0 && seq <= seqs[n - 1])) {
    throw doubt(`${stream} 的记录不按日志顺序`, `the facts of ${stream} are not in the order of the log`);
  }
  const facts = await proven(trust, seqs);
  const stranger = facts.find((fact) => fact.stream !== stream);
  if (stranger) {
    throw doubt(`第 ${stranger.seq} 条属于 ${stranger.stream},不属于 ${stream}`, `entry ${stranger.seq} is one of ${stranger.stream}, not of ${stream}`);
  }
  return facts;
}

/** The enrolment of an account, proven. @returns {Promise<object>} body of `account.enrolled` */
export async function enrolment(trust, account) {
  const { enrolled } = await getJson(trust.address(`/api/accounts/${encodeURIComponent(account)}`), { fetch: trust.fetch });
  const [fact] = await proven(trust, [enrolled]);
  if (fact.kind !== 'account.enrolled' || fact.body.account !== account) {
    throw doubt(`第 ${enrolled} 条不是账户 ${account} 的注册`, `entry ${enrolled} does not enrol ${account}`);
  }
  return fact.body;
}
