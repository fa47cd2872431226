// What can go wrong between a page and the platform.
// Invariant: every failure says in both languages what is wrong and what to do, and a refusal keeps its stable code.

/** A failure with a sentence in each language. */
export class Failure extends Error {
  /** @param {string} zh @param {string} en @param {ErrorOptions} [options] */
  constructor(zh, en, options) {
    super(en, options);
    this.name = new.target.name;
    this.zh = zh;
    this.en = en;
  }
}

/** The platform refused: the code, both sentences and, for an act, the signed refusal statement (拒收证明). */
export class Refused extends Failure {
  /** @param {Record<string, unknown>} document an RFC 9457 document */
  constructor(document) {
    super(String(document.zh ?? document.detail), String(document.detail ?? document.zh));
    /** The stable code. @type {string} */
    this.code = document.code;
    /** The HTTP status. @type {number} */
    this.status = document.status;
    /** The id of the operation, for enquiries. @type {string|null} */
    this.operation = document.operation ?? null;
    /** The refusal statement, not verified here: `receipt.js` does that. @type {string|null} */
    this.statement = document.refusal ?? null;
  }
}

/** No answer came, or one that is not the platform's: what was sent may or may not have arrived. */
export class Unreachable extends Failure {}

/** What the platform showed contradicts what it signed or what was seen before. */
export class Contradiction extends Failure {}

/** The log shown is not a continuation of the one seen before: rewritten or forked (日志分叉). */
export class Fork extends Contradiction {
  /**
   * @param {string} kept the checkpoint kept before
   * @param {string} shown the checkpoint shown now
   * @param {number} keptSize @param {number} shownSize
   */
  constructor(kept, shown, keptSize, shownSize) {
    super(
      `平台此时出示的日志(${shownSize} 条)不是本浏览器先前见过的日志(${keptSize} 条)的延续:历史被改写,或者给您看的与给别人看的不同。请保存两份检查点并告知监督部门;本页不会再签名。`,
      `The log shown now (${shownSize} entries) does not continue the log that this browser saw before (${keptSize} entries): history was rewritten, or you are shown another log than others. Keep both checkpoints and tell the supervisor; nothing will be signed here.`,
    );
    /** Both checkpoint notes, as evidence. */
    this.evidence = { kept, shown };
  }
}
