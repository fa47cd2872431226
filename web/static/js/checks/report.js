// The outcome of the checks (docs/record-format.md, section 11 and 11.1).
// Invariant: a check ends as pass, fail or na; it fails exactly if a failure was noted; all evidence is in both languages.

import { Wrong } from '../bytes.js';

/** Every check: id → [Chinese name, English name]. */
export const NAMES = new Map([
  ['01', ['卷宗齐全', 'bundle complete']],
  ['02', ['检查点签名', 'checkpoint signed by the log']],
  ['03', ['瓦片与根一致', 'tiles and root follow from the entries']],
  ['04', ['序号、链与时间', 'positions, chain and times']],
  ['05', ['与先前检查点一致', 'earlier checkpoints agree']],
  ['06', ['人员名册', 'roster']],
  ['07', ['密钥生成', 'key generation']],
  ['08', ['公钥与公开份额', 'public key and public shares']],
  ['09', ['密钥证书全员签名', 'key certificates signed by all']],
  ['10', ['公告所用密钥', 'keys of the notice']],
  ['11', ['规则哈希链', 'rules hash chain']],
  ['12', ['截止时间', 'deadline']],
  ['13', ['时段根', 'epoch roots']],
  ['14', ['时段表', 'epoch schedule']],
  ['15', ['回执与时段叶', 'receipts and epoch leaves']],
  ['16', ['时段叶清点', 'epoch leaves accounted for']],
  ['17', ['行为签名与行为人', 'act signatures and authors']],
  ['18', ['投标版本', 'revisions']],
  ['19', ['截止后无投标', 'nothing after the deadline']],
  ['20', ['截标检查点与时间', 'closing checkpoint and times']],
  ['21', ['开启清单完整', 'lists complete']],
  ['22', ['标签与信封', 'labels and envelopes']],
  ['23', ['信封头证明', 'header proofs']],
  ['24', ['R 唯一', 'no R twice']],
  ['25', ['投标人锁', 'bidder lock']],
  ['26', ['保管人份额', 'shares of custodians']],
  ['27', ['解密', 'decryption']],
  ['28', ['开标记录与明文一致', 'opening record equals plaintexts']],
  ['29', ['随机抽取重算', 'draws recomputed']],
  ['30', ['评委与回避', 'panel and conflicts']],
  ['31', ['评分先承诺后公开', 'scores committed before any was revealed']],
  ['32', ['评分与承诺一致', 'scores match commitments']],
  ['33', ['排名计算', 'arithmetic of the ranking']],
  ['34', ['职责分离', 'separation of roles']],
  ['35', ['候选人与定标', 'candidates and award']],
  ['36', ['载荷与公开', 'payloads and disclosures']],
  ['37', ['签名者所见日志头', 'heads seen by signers']],
  ['38', ['评标报告与日志一致', 'evaluation report equals the log']],
  ['39', ['公告的交易方式', 'trade method of the notice']],
  ['40', ['投诉、异议与监督指令', 'complaints, objections and orders']],
  ['41', ['预警重算', 'cards recomputed']],
]);

/** The check has no subject here; the sentences say why. */
export class NotApplicable extends Wrong {}

/** Not examined because of another check. @param {string} id */
export const dependsOn = (id) => new NotApplicable(`未检查:取决于第 ${id} 项`, `not examined: depends on ${id}`);

/**
 * A piece of evidence; `seq` is the position of the entry concerned, or null.
 * @typedef {{seq: number|null, zh: string, en: string}} Evidence
 */

/** One check while it runs. */
export class Check {
  /** @type {Evidence[]} */
  failures = [];
  /** @type {Evidence[]} */
  notes = [];
  /** @type {'pass'|'fail'|'na'|null} */
  outcome = null;

  /** @param {string} id */
  constructor(id) {
    this.id = id;
    [this.zh, this.en] = NAMES.get(id);
  }

  /** Something is wrong. */
  fail(zh, en, seq = null) {
    this.failures.push({ seq, zh, en });
  }

  /** Something worth saying. */
  note(zh, en, seq = null) {
    this.notes.push({ seq, zh, en });
  }

  /** Fails with these sentences unless the condition holds; returns whether it does. */
  expect(condition, zh, en, seq = null) {
    if (!condition) this.fail(zh, en, seq);
    return Boolean(condition);
  }

  /** Fails with what was thrown, after words that say where; those may be empty. */
  failWith(error, zh, en, seq = null) {
    const plain = String(error?.message ?? error);
    const [theirs, ours] = error instanceof Wrong ? [error.zh, error.en] : [plain, plain];
    this.fail(zh === '' ? theirs : `${zh}:${theirs}`, en === '' ? ours : `${en}: ${ours}`, seq);
  }

  /** Runs the check's function; nothing that it throws gets out. @param {(check: Check) => Promise<void>|void} examine */
  async run(examine) {
    try {
      await examine(this);
    } catch (error) {
      if (error instanceof NotApplicable) {
        if (this.failures.length === 0) {
          this.outcome = 'na';
          this.notes = [{ seq: null, zh: error.zh, en: error.en }];
          return this;
        }
      } else {
        // A hostile record must end as a sentence, whatever it is.
        this.failWith(error, '无法检查', 'could not be examined');
      }
    }
    this.outcome = this.failures.length > 0 ? 'fail' : 'pass';
    return this;
  }

  /** Failures, or else notes. @returns {Evidence[]} */
  get evidence() {
    if (this.failures.length > 0) return this.failures;
    return this.notes.length > 0 ? this.notes : [{ seq: null, zh: '成立', en: 'holds' }];
  }
}

const MAX_TEXT = 2000;

/** Text that a page or a terminal can show: control characters replaced, length bounded. @param {string} text */
export const clean = (text) => text.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?').slice(0, MAX_TEXT);

/**
 * A verdict, as plain data.
 * @typedef {{good: boolean, origin: string, size: number, tender: string, checks: {id: string, zh: string, en: string,
 *   outcome: 'pass'|'fail'|'na', evidence: Evidence[]}[]}} Verdict
 * @param {Check[]} checks @param {import('../record.js').Record} record
 * @returns {Verdict}
 */
export function verdictOf(checks, record) {
  return {
    good: checks.every((check) => check.outcome !== 'fail'),
    origin: clean(record.bundle.origin),
    size: record.size,
    tender: record.tender,
    checks: checks.map(({ id, zh, en, outcome, evidence }) => ({
      id,
      zh,
      en,
      outcome,
      evidence: evidence.map((item) => ({ seq: item.seq, zh: clean(item.zh), en: clean(item.en) })),
    })),
  };
}

/** The verdict as section 11.1 gives it. @param {Verdict} verdict @param {'zh'|'en'} [language] */
export function verdictJson(verdict, language = 'en') {
  return {
    checks: verdict.checks.map((check) => ({
      evidence: check.evidence.map((item) => ({ seq: item.seq, text: item[language] })),
      id: check.id,
      name: check[language],
      outcome: check.outcome,
    })),
    format: 'kaibiao/verdict/v1',
    good: verdict.good,
    origin: verdict.origin,
    size: verdict.size,
    tender: verdict.tender,
  };
}
