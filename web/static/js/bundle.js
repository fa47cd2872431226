// A dossier (卷宗) as a set of named files with its manifest (docs/record-format.md, section 9).
// Invariant: nothing is read into memory without a bound, and every name occurs once.

import { Wrong, hex, unhex } from './bytes.js';
import { parse } from './canonical.js';
import { sha256 } from './hash.js';
import { sha256 as streamed } from './noble.js';
import { isId } from './schema.js';
import { MAX_FILES, Window, listTar } from './tar.js';

/** The name of the manifest. */
export const MANIFEST = 'manifest.json';
const MAX_MANIFEST = 64 << 20;
/** Up to here a file is hashed in one piece. */
const AT_ONCE = 32 << 20;
const PIECE = 4 << 20;

/** Whether a path is one that section 9 allows. @param {string} path */
export const isClean = (path) =>
  /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(path) && !path.split('/').some((part) => part === '.' || part === '..');

/**
 * Files by name.
 * @typedef {object} Source
 * @property {Map<string, number>} files path → bytes
 * @property {(path: string, start: number, end: number) => Promise<Uint8Array>} bytes
 */

/** The files of a tar. @param {Blob} blob @returns {Promise<Source>} */
export async function tarSource(blob) {
  const places = await listTar(blob);
  const window = new Window(blob);
  return {
    files: new Map([...places].map(([path, { size }]) => [path, size])),
    bytes: (path, start, end) => {
      const place = places.get(path);
      return window.bytes(place.start + start, place.start + Math.min(end, place.size));
    },
  };
}

/** The files of a folder. @param {Iterable<[string, Blob]>} entries path below the folder → contents @returns {Source} */
export function folderSource(entries) {
  const blobs = new Map(entries);
  if (blobs.size > MAX_FILES) throw new Wrong('文件过多', 'more files than a dossier may have');
  return {
    files: new Map([...blobs].map(([path, blob]) => [path, blob.size])),
    bytes: async (path, start, end) => {
      try {
        return new Uint8Array(await blobs.get(path).slice(start, end).arrayBuffer());
      } catch (error) {
        throw new Wrong(`${path} 读取失败:${error.message}`, `${path} cannot be read: ${error.message}`);
      }
    },
  };
}

const members = (value) =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).sort().join(' ') : '';
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;

function readManifest(value) {
  const wrong = (zh, en) => new Wrong(`manifest.json:${zh}`, `manifest.json: ${en}`);
  if (members(value) !== 'files format origin size tender') throw wrong('成员不是规定的五个', 'not its five members');
  if (value.format !== 'kaibiao/dossier/v1') throw wrong('是另一种格式', 'of another format');
  if (typeof value.origin !== 'string' || !isCount(value.size)) throw wrong('origin 或 size 类型不对', 'origin or size is of another type');
  if (!isId(value.tender)) throw wrong('tender 不是编号', 'tender is not an id');
  if (!Array.isArray(value.files) || value.files.length > MAX_FILES) throw wrong('files 不是数组或过长', 'files is not an array, or too long');
  const listed = value.files.map((row) => {
    if (members(row) !== 'bytes path sha256') throw wrong('文件项的成员不是规定的三个', 'a file does not have its three members');
    if (!isCount(row.bytes) || typeof row.path !== 'string') throw wrong('文件项成员类型不对', "a file's members are of another type");
    return { path: row.path, bytes: row.bytes, sha256: unhex(row.sha256, 32) };
  });
  return { listed, origin: value.origin, size: value.size, tender: value.tender };
}

/** The files of a dossier, its manifest read. */
export class Bundle {
  #source;
  #digests = new Map();
  /** How many bytes were hashed so far; for showing progress. @type {(bytes: number) => void} */
  onHashed = () => {};

  /** @param {Source} source @returns {Promise<Bundle>} */
  static async of(source) {
    const bundle = new Bundle();
    bundle.#source = source;
    if (!source.files.has(MANIFEST)) throw new Wrong('卷宗里没有 manifest.json', 'the dossier has no manifest.json');
    const value = parse(await bundle.read(MANIFEST, MAX_MANIFEST));
    return Object.assign(bundle, readManifest(value));
  }

  /** Path → bytes of every file that is there. @returns {Map<string, number>} */
  get files() {
    return this.#source.files;
  }

  /** @param {string} path */
  has(path) {
    return this.files.has(path);
  }

  /** The bytes of a file of at most `limit` bytes; the caller owns them. @returns {Promise<Uint8Array>} */
  async read(path, limit) {
    if (!this.has(path)) throw new Wrong(`缺少 ${path}`, `${path} is missing`);
    const size = this.files.get(path);
    if (size > limit) throw new Wrong(`${path} 超过 ${limit} 字节`, `${path} has more than ${limit} bytes`);
    const bytes = await this.#source.bytes(path, 0, size);
    if (bytes.length !== size) throw new Wrong(`${path} 读取时发生变化`, `${path} changed while it was read`);
    return bytes.slice();
  }

  /** Reads ranges of a file. @param {string} path @returns {(start: number, end: number) => Promise<Uint8Array>} */
  ranges(path) {
    return (start, end) => this.#source.bytes(path, start, end);
  }

  /** The pieces of a file in order. @param {string} path */
  async *pieces(path) {
    const size = this.files.get(path);
    for (let at = 0; at < size; at += PIECE) {
      yield (await this.#source.bytes(path, at, Math.min(at + PIECE, size))).slice();
    }
  }

  /** SHA-256 of a file as text. @param {string} path @returns {Promise<string>} */
  async digest(path) {
    if (!this.#digests.has(path)) {
      const size = this.files.get(path);
      let digest;
      if (size <= AT_ONCE) {
        digest = await sha256(await this.read(path, AT_ONCE));
      } else {
        const running = streamed.create();
        for await (const piece of this.pieces(path)) running.update(piece);
        digest = running.digest();
      }
      this.onHashed(size);
      this.#digests.set(path, hex(digest));
    }
    return this.#digests.get(path);
  }
}
