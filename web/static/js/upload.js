// Resumable uploads by tus 1.0: core, creation, checksum, termination, expiration; a client of our own.
// Invariant: a byte counts as arrived only if the server's Upload-Offset says so; after every failure the server is asked.

import { Wrong, base64, hex, utf8 } from './bytes.js';
import { sha256 } from './hash.js';
import { Failure, Refused, Unreachable } from './problem.js';

const TUS = '1.0.0';
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const MISMATCH = 460;

/** The upload is no longer there: finished, ended, or removed because nothing arrived for too long. */
export class UploadGone extends Failure {}

/**
 * How an upload talks, waits and is stopped.
 * @typedef {object} Means
 * @property {typeof fetch} [fetch]
 * @property {Record<string, string>} [headers] sent with every request
 * @property {AbortSignal} [signal] ends the upload where it stands
 * @property {(ms: number, signal?: AbortSignal) => Promise<void>} [pause] waits before another attempt
 * @property {(why: Failure, ms: number) => void} [onTrouble] called before every wait
 */

/** Waits; a browser that comes back online ends the waiting. */
function pauseFor(ms, signal) {
  return new Promise((resolve, reject) => {
    const done = (settle) => () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', wake);
      signal?.removeEventListener('abort', stop);
      settle(signal?.reason);
    };
    const wake = done(resolve);
    const stop = done(reject);
    const timer = setTimeout(wake, ms);
    globalThis.addEventListener?.('online', wake);
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
  });
}

async function answerOf(address, method, headers, body, means) {
  const { fetch: send = globalThis.fetch, headers: own = {}, signal } = means;
  try {
    return await send(address, {
      method,
      body,
      headers: { 'tus-resumable': TUS, ...own, ...headers },
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable('连接中断，正在等待恢复。', 'The connection is lost; waiting for it to come back.', { cause: error });
  }
}

async function failure(answer) {
  let document = null;
  try {
    document = await answer.json();
  } catch {
    // No problem document; the status alone speaks.
  }
  if (typeof document?.code === 'string') return new Refused({ ...document, status: answer.status });
  return new Unreachable(
    `平台的应答无法理解（状态 ${answer.status}）。`,
    `The answer could not be understood (status ${answer.status}).`,
  );
}

/** Whether another attempt may succeed: no answer, a server in trouble, too many requests, a locked upload. */
const mayPass = (status) => status === undefined || status >= 500 || status === 429 || status === 423 || status === 408;

/** What the server's uploads can do. @returns {Promise<{extensions: Set<string>, checksums: Set<string>, maxSize: number}>} */
export async function capabilities(endpoint, means = {}) {
  const answer = await answerOf(endpoint, 'OPTIONS', {}, undefined, means);
  const list = (name) => new Set((answer.headers.get(name) ?? '').split(',').filter(Boolean));
  const maxSize = Number(answer.headers.get('tus-max-size') ?? Infinity);
  return { extensions: list('tus-extension'), checksums: list('tus-checksum-algorithm'), maxSize };
}

/**
 * Refuses what is longer than the platform takes, before a byte of it is sealed or sent.
 * @param {number} length of what would be uploaded @param {number} maxSize @param {string} name of the file
 */
export function mustFit(length, maxSize, name) {
  if (length <= maxSize) return;
  throw new Wrong(
    `文件 ${name} 上传时为 ${length} 字节，平台每份至多接受 ${maxSize} 字节；未发送任何内容`,
    `${name} would be ${length} bytes when uploaded; the platform takes at most ${maxSize}. Nothing was sent`,
  );
}

/** One upload. */
export class Upload {
  #means;
  /** Where it is. @type {string} */
  address;
  /** Bytes that the server has. @type {number} */
  offset = 0;
  /** The digest that the server states when all has arrived, in hex. @type {string|null} */
  digest = null;
  /** When the server removes it if nothing arrives, as it says. @type {string|null} */
  expires = null;
  /** Whether every part goes with its SHA-256. */
  checksum = false;

  /** An upload that was begun before. @param {string} address @param {Means} [means] */
  constructor(address, means = {}) {
    this.address = address;
    this.#means = means;
  }

  /**
   * Begins an upload; nothing is sent if it is longer than the server allows.
   * @param {string} endpoint
   * @param {{length: number, metadata: Record<string, string>}} what
   * @param {Means} [means]
   * @returns {Promise<Upload>}
   */
  static async begin(endpoint, { length, metadata }, means = {}) {
    const pairs = Object.entries(metadata).map(([name, value]) => `${name} ${base64(utf8(value))}`);
    const headers = { 'upload-length': String(length), 'upload-metadata': pairs.join(',') };
    const upload = new Upload(endpoint, means);
    const answer = await upload.#persist('POST', endpoint, headers);
    if (answer.status !== 201) throw await failure(answer);
    const location = answer.headers.get('location') ?? '';
    const base = answer.url || globalThis.location?.href;
    upload.address = base ? new URL(location, base).href : location;
    upload.expires = answer.headers.get('upload-expires');
    return upload;
  }

  /** Asks again while the trouble may pass. */
  async #persist(method, address, headers, body) {
    for (let wait = FIRST_PAUSE; ; wait = Math.min(2 * wait, LONGEST_PAUSE)) {
      let trouble;
      let delay = wait;
      try {
        const answer = await answerOf(address, method, headers, body, this.#means);
        if (!mayPass(answer.status)) return answer;
        trouble = await failure(answer);
        delay = Math.max(wait, 1000 * (Number(answer.headers.get('retry-after')) || 0));
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        trouble = error;
      }
      this.#means.onTrouble?.(trouble, delay);
      await (this.#means.pause ?? pauseFor)(delay, this.#means.signal);
    }
  }

  #take(answer) {
    const offset = Number(answer.headers.get('upload-offset') ?? NaN);
    if (!Number.isSafeInteger(offset)) {
      throw new Unreachable('平台未说明已收到多少字节。', 'The platform does not say how many bytes have arrived.');
    }
    this.offset = offset;
    this.digest = answer.headers.get('kaibiao-digest');
    this.expires = answer.headers.get('upload-expires') ?? this.expires;
  }

  #gone(answer) {
    if (answer.status !== 404 && answer.status !== 410) return;
    throw new UploadGone(
      '该上传任务已不存在：可能已过期或已终止，请重新开始。',
      'There is no such upload any more: it expired or was ended. Begin anew.',
    );
  }

  /** Asks how far it has come. @returns {Promise<number>} bytes that are safe */
  async ask() {
    const answer = await this.#persist('HEAD', this.address, {});
    this.#gone(answer);
    if (!answer.ok) throw await failure(answer);
    this.#take(answer);
    return this.offset;
  }

  /**
   * Sends the bytes of one part, as often and from where it is needed, until all of them have arrived.
   * @param {number} start where the part stands in the whole; at most `offset`
   * @param {Uint8Array} bytes
   */
  async send(start, bytes) {
    while (this.offset < start + bytes.length) {
      const rest = bytes.subarray(this.offset - start);
      const headers = { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(this.offset) };
      if (this.checksum) headers['upload-checksum'] = `sha256 ${base64(await sha256(rest))}`;
      let trouble;
      let delay = FIRST_PAUSE;
      try {
        // A Blob, because browsers send it without copying it through the page's process once more.
        const answer = await answerOf(this.address, 'PATCH', headers, new Blob([rest]), this.#means);
        if (answer.ok) {
          this.#take(answer);
          continue;
        }
        this.#gone(answer);
        trouble = await failure(answer);
        const again = answer.status === 409 || answer.status === MISMATCH || trouble.code === 'upload.broken';
        if (!again && !mayPass(answer.status)) throw trouble;
        delay = Math.max(delay, 1000 * (Number(answer.headers.get('retry-after')) || 0));
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        trouble = error;
      }
      this.#means.onTrouble?.(trouble, delay);
      await (this.#means.pause ?? pauseFor)(delay, this.#means.signal);
      await this.ask();
      if (this.offset < start) {
        throw new Unreachable(
          `平台丢失了已确认收到的数据（从 ${this.offset} 字节起）。`,
          `The platform lost bytes that it had acknowledged (from byte ${this.offset}).`,
        );
      }
    }
  }

  /** Ends it; what had arrived is removed. */
  async terminate() {
    const answer = await this.#persist('DELETE', this.address, {});
    if (!answer.ok && answer.status !== 404 && answer.status !== 410) throw await failure(answer);
  }
}

/** Whether the server's digest is the one expected. @param {Upload} upload @param {Uint8Array} digest */
export const digestIs = (upload, digest) => upload.digest === hex(digest);

/**
 * Reads ranges of a body that lies at an address; only an answer with exactly the range asked for counts.
 * @param {string} address
 * @param {Means} [means]
 * @returns {import('./cobblestone.js').ReadRange}
 */
export const rangesAt = (address, means = {}) => async (start, end) => {
  const answer = await answerOf(address, 'GET', { range: `bytes=${start}-${end - 1}` }, undefined, means);
  if (!answer.ok) throw await failure(answer);
  const bytes = answer.status === 206 ? new Uint8Array(await answer.arrayBuffer()) : new Uint8Array(0);
  if (bytes.length === end - start) return bytes;
  throw new Unreachable('平台没有按要求给出密文的一段。', 'The platform did not give the range of the body that was asked for.');
};
