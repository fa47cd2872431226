// The member files of a POSIX tar (ustar), found without reading their contents (docs/record-format.md, section 9).
// Invariant: regular files and directories only; whatever else a tar can hold makes it unreadable as a whole.

import { Wrong } from './bytes.js';

const BLOCK = 512;
const WINDOW = 4 << 20;
/** The most files of a dossier. */
export const MAX_FILES = 2_000_000;

const LATIN1 = new TextDecoder('latin1');

const tarWrong = (zh, en) => new Wrong(`tar:${zh}`, `tar: ${en}`);

/** Reads a blob with one window ahead, so that many small neighbours cost one read. */
export class Window {
  #blob;
  #start = 0;
  #bytes = new Uint8Array(0);

  /** @param {Blob} blob */
  constructor(blob) {
    this.#blob = blob;
  }

  /** The bytes from `start` to `end`; fewer where the blob ends. @returns {Promise<Uint8Array>} */
  async bytes(start, end) {
    if (start < this.#start || end > this.#start + this.#bytes.length) {
      if (end - start > WINDOW) return load(this.#blob, start, end);
      this.#bytes = await load(this.#blob, start, start + WINDOW);
      this.#start = start;
    }
    return this.#bytes.subarray(start - this.#start, end - this.#start);
  }
}

async function load(blob, start, end) {
  try {
    return new Uint8Array(await blob.slice(start, end).arrayBuffer());
  } catch (error) {
    throw new Wrong(
      `文件读取失败:${error.message}`,
      `the file cannot be read, or changed while it was read: ${error.message}`,
    );
  }
}

function octal(bytes, zh, en) {
  const text = LATIN1.decode(bytes).replace(/[\0 ]+$/, '').replace(/^ +/, '');
  const value = /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : NaN;
  if (!Number.isSafeInteger(value)) throw tarWrong(`${zh}不是八进制数`, `the ${en} is not an octal number`);
  return value;
}

const untilZero = (bytes) => {
  const end = bytes.indexOf(0);
  return LATIN1.decode(end < 0 ? bytes : bytes.subarray(0, end));
};

function header(block) {
  if (LATIN1.decode(block.subarray(257, 265)) !== 'ustar\x0000') throw tarWrong('文件头不是 ustar', 'a header is not ustar');
  let sum = 8 * 32;
  block.forEach((byte, at) => {
    if (at < 148 || at >= 156) sum += byte;
  });
  if (sum !== octal(block.subarray(148, 156), '校验和', 'checksum')) {
    throw tarWrong('文件头的校验和不符', "a header's checksum is wrong");
  }
  const [name, prefix] = [untilZero(block.subarray(0, 100)), untilZero(block.subarray(345, 500))];
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    size: octal(block.subarray(124, 136), '长度', 'size'),
    type: String.fromCharCode(block[156]),
  };
}

/**
 * Finds the files of a tar.
 * @param {Blob} blob
 * @returns {Promise<Map<string, {start: number, size: number}>>} path → where its contents lie
 */
export async function listTar(blob) {
  const window = new Window(blob);
  const files = new Map();
  let at = 0;
  for (;;) {
    const block = await window.bytes(at, at + BLOCK);
    if (block.length < BLOCK) throw tarWrong('不完整，或没有结尾', 'cut short, or without its end');
    at += BLOCK;
    if (block.every((byte) => byte === 0)) break;
    const { path, size, type } = header(block);
    if (type === '5') continue;
    const shown = JSON.stringify(path.slice(0, 120));
    if (type !== '0' && type !== '\0') throw tarWrong(`${shown} 不是普通文件`, `${shown} is not a regular file`);
    if (at + size > blob.size) throw tarWrong(`${shown} 不完整`, `${shown} is cut short`);
    if (files.has(path)) throw tarWrong(`${shown} 出现两次`, `${shown} occurs twice`);
    if (files.size >= MAX_FILES) throw tarWrong('文件过多', 'more files than a dossier may have');
    files.set(path, { start: at, size });
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
  while (at < blob.size) {
    const rest = await window.bytes(at, Math.min(at + WINDOW, blob.size));
    if (rest.some((byte) => byte !== 0)) throw tarWrong('结尾之后还有内容', 'something follows the end');
    at += rest.length;
  }
  return files;
}
