// One envelope on its way: sealed and uploaded part by part, and gone on with after a pause, a lost connection or a
// closed tab.
// Invariant: the leaves of a part are kept before its first byte is sent, and are compared before a part is sent again;
// so no other plaintext ever goes out under the same key and nonces, whatever happened to the file in between.

import { Wrong, equal, hex, random, unhex } from './bytes.js';
import { SALT, bodyLength } from './cobblestone.js';
import { fingerprint } from './ed25519.js';
import { checkOpens, envelopeHash } from './envelope.js';
import { encapsulate, headerBytes, proveHeader, readHeader } from './kem.js';
import { scalarName } from './keyring.js';
import { NO_LOCK, fits, labelDigest, lockOf } from './label.js';
import { TREE64K } from './oracle.js';
import { announced, paddedLength } from './padding.js';
import { partPool } from './part-pool.js';
import { pointBytes, randomSecret, readPoint, readSecret, scalarBytes } from './ristretto.js';
import { PART } from './sealing.js';
import { Subtrees } from './tree64k.js';
import { Upload, UploadGone, capabilities, mustFit } from './upload.js';

const ENDPOINT = '/api/uploads';
const jobName = (bid, submission) => `sealing/${bid}/${submission}`;
const leavesName = (job, number) => `${jobName(job.bid, job.submission)}/leaves/${String(number).padStart(6, '0')}`;

/**
 * What is kept of an envelope on its way.
 * @typedef {object} Job
 * @property {string} bid
 * @property {string} submission hex
 * @property {object} label fields as in label.js
 * @property {Uint8Array} y the opening key
 * @property {Uint8Array} salt
 * @property {object} scalar r, wrapped
 * @property {{name: string, size: number, modified: number}} file
 * @property {string|null} address of the upload
 * @property {object|null} done header, body_digest, body_length, envelope_hash
 */

const aboutFile = ({ name, size, lastModified }) => ({ name, size, modified: lastModified });

/** Bytes of a sealed file, framing and tags counted. @param {number} size of the file */
export const sealedLength = (size) => bodyLength(paddedLength(size));

/**
 * Prepares an envelope: a fresh submission, a fresh scalar, a fresh salt; nothing is sealed yet.
 * @param {{keyring: import('./keyring.js').Keyring, storage: import('./storage.js').Storage}} kept
 * @param {{bid: string, label: object, y: object, locked: boolean, file: File, maxBytes?: number}} what
 *   label: without `submission`, `signer` and `blk`
 * @returns {Promise<Job>}
 */
export async function prepare({ keyring, storage }, { bid, label, y, locked, file, maxBytes = Infinity }) {
  if (file.size > maxBytes) {
    throw new Wrong(
      `文件 ${file.name} 有 ${file.size} 字节，此部分至多 ${maxBytes} 字节；未加密任何内容`,
      `${file.name} has ${file.size} bytes; this part takes at most ${maxBytes}. Nothing was sealed`,
    );
  }
  paddedLength(file.size);
  const { publicKey } = await keyring.bid(bid);
  const { submission, beta } = await keyring.takeSubmission(bid);
  const blk = locked ? lockOf(TREE64K, submission, beta) : NO_LOCK;
  const whole = { ...label, submission, signer: fingerprint(publicKey), blk };
  const job = {
    bid,
    submission: hex(submission),
    label: whole,
    y: pointBytes(y),
    salt: random(SALT),
    scalar: await keyring.wrap(scalarName(bid, submission), scalarBytes(randomSecret())),
    file: aboutFile(file),
    address: null,
    done: null,
  };
  await storage.update(jobName(bid, job.submission), () => job);
  return job;
}

/** The envelopes of a bid that are on their way or done. @returns {Promise<Job[]>} */
export async function jobs(storage, bid) {
  const names = await storage.names(`sealing/${bid}/`);
  return Promise.all(names.filter((name) => name.split('/').length === 3).map((name) => storage.get(name)));
}

/** Forgets an envelope that will not be handed in; its upload, if there is one, is ended. */
export async function discard(storage, job, means = {}) {
  if (job.address && !job.done) await new Upload(job.address, means).terminate();
  for (const name of await storage.names(jobName(job.bid, job.submission))) await storage.update(name, () => undefined);
}

/** Refuses a file that cannot be the one chosen at first; its bytes are compared while it is sealed again. */
export function sameFile(job, file) {
  const { size, modified } = aboutFile(file);
  if (size === job.file.size && modified === job.file.modified) return;
  throw new Wrong(
    `这不是先前选择的文件 ${job.file.name}（大小或修改时间不同）。请选择原文件，或放弃后重新加密`,
    `this is not the file ${job.file.name} that was chosen before (its size or time of change differs). Choose that file, or discard this envelope and seal anew`,
  );
}

/** What a job's key follows from. */
export async function secretsOf(keyring, job) {
  const { label } = job;
  const secret = readSecret(await keyring.unwrap(scalarName(job.bid, label.submission), job.scalar));
  const beta = equal(label.blk, NO_LOCK) ? undefined : await keyring.lock(job.bid, label.submission);
  if (!fits(TREE64K, label, beta)) throw new Wrong('保存的解密密钥与信封不符', 'the lock that was kept does not fit the envelope');
  return { secret, beta };
}

/** Goes on where an upload stands, or begins one. */
async function uploadFor(storage, job, total, means) {
  const update = (address) =>
    storage.update(jobName(job.bid, job.submission), (kept) => (kept ? { ...kept, address } : kept));
  const { extensions, checksums, maxSize } = await capabilities(means.endpoint ?? ENDPOINT, means);
  mustFit(total, maxSize, job.file.name);
  let upload = null;
  if (job.address) {
    upload = new Upload(job.address, means);
    try {
      await upload.ask();
    } catch (error) {
      if (!(error instanceof UploadGone)) throw error;
      upload = null;
    }
  }
  if (!upload) {
    upload = await Upload.begin(means.endpoint ?? ENDPOINT, { length: total, metadata: { kind: 'body' } }, means);
    job.address = upload.address;
    await update(upload.address);
  }
  upload.checksum = extensions.has('checksum') && checksums.has('sha256');
  return upload;
}

async function sameLeaves(storage, job, number, leaves) {
  const name = leavesName(job, number);
  const kept = await storage.update(name, (before) => before ?? leaves);
  if (equal(kept, leaves)) return;
  throw new Wrong(
    `文件 ${job.file.name} 的内容已改变。为了安全，此信封不能继续：请放弃后重新加密`,
    `the contents of ${job.file.name} have changed. This envelope cannot go on safely: discard it and seal anew`,
  );
}

/**
 * Seals and uploads; may be run again at any time with the same file, and goes on where it stood.
 * @param {{keyring: object, storage: object}} kept
 * @param {Job} job
 * @param {File} file
 * @param {import('./upload.js').Means & {endpoint?: string, width?: number, gate?: () => Promise<void>,
 *   onProgress?: (at: {sealed: number, sent: number, total: number}) => void}} [means]
 *   gate: awaited before every part, so that a person can pause
 * @returns {Promise<object>} `done` of the job
 */
export async function run({ keyring, storage }, job, file, means = {}) {
  if (job.done) return job.done;
  sameFile(job, file);
  const { secret, beta } = await secretsOf(keyring, job);
  const y = readPoint(job.y);
  const label = labelDigest(TREE64K, job.label);
  const { r, key } = encapsulate(TREE64K, { label, y, beta, secret });
  const total = bodyLength(paddedLength(file.size));
  const upload = await uploadFor(storage, job, total, means);
  const pool = await partPool({ key, salt: job.salt, label, file }, means.width);
  const tree = new Subtrees();
  const ahead = [];
  const count = Math.ceil(total / PART);
  let asked = 0;
  const fill = () => {
    for (; asked < count && ahead.length <= pool.width; asked += 1) {
      const part = pool.part(asked);
      // Failures are met where the part is taken; until then they are nobody's.
      part.catch(() => {});
      ahead.push(part);
    }
  };
  try {
    for (let number = 0; number < count; number += 1) {
      await means.gate?.();
      means.signal?.throwIfAborted();
      fill();
      const part = await ahead.shift();
      const { offset, bytes, leaves } = part;
      fill();
      await sameLeaves(storage, job, number, leaves);
      for (let at = 0; at < leaves.length; at += 32) tree.push(leaves.slice(at, at + 32));
      if (upload.offset < offset + bytes.length) await upload.send(offset, bytes);
      means.onProgress?.({ sealed: offset + bytes.length, sent: upload.offset, total });
      pool.giveBack(part);
    }
  } finally {
    pool.end();
  }
  const bodyDigest = tree.root();
  if (upload.digest !== hex(bodyDigest)) {
    throw new Wrong(
      `平台收到的密文摘要（${upload.digest}）与本机计算的（${hex(bodyDigest)}）不同`,
      `the platform received a body with the digest ${upload.digest}, but ${hex(bodyDigest)} was sealed`,
    );
  }
  const header = proveHeader(TREE64K, { secret, r, label, bodyDigest, y });
  const done = {
    header: hex(headerBytes(header)),
    body_digest: hex(bodyDigest),
    body_length: total,
    envelope_hash: hex(envelopeHash(TREE64K, job.label, header, bodyDigest)),
  };
  job.done = done;
  await storage.update(jobName(job.bid, job.submission), (kept) => ({ ...kept, done }));
  return done;
}

/**
 * "This key opens this bid": K is derived again from what is kept here, and both ends of the body are read where it
 * lies (`rangesAt` of upload.js, or any other reader) and opened.
 * @param {import('./keyring.js').Keyring} keyring
 * @param {Job} job that is done
 * @param {import('./cobblestone.js').ReadRange} read
 * @returns {Promise<number>} bytes of the file inside, which are those of the file that was chosen
 */
export async function checkJob(keyring, job, read) {
  const { secret, beta } = await secretsOf(keyring, job);
  const { header, body_length: length } = job.done;
  const what = { label: job.label, header: readHeader(unhex(header)), y: readPoint(job.y), beta, secret, length, read };
  const { first } = await checkOpens(what);
  const size = announced(first);
  if (size !== job.file.size) {
    throw new Wrong(
      `密文中的文件有 ${size} 字节，所选文件有 ${job.file.size} 字节`,
      `the sealed file has ${size} bytes, but the one that was chosen has ${job.file.size}`,
    );
  }
  return size;
}

/**
 * The member of `bid.submitted` for a job that is done, signed with the bid key.
 * @param {import('./keyring.js').Keyring} keyring
 * @param {Job} job
 */
export async function signedEnvelope(keyring, job) {
  const { header, body_digest, body_length, envelope_hash } = job.done;
  const { sign } = await keyring.bid(job.bid);
  const { label } = job;
  return {
    blk: hex(label.blk),
    body_digest,
    body_length,
    header,
    key_id: hex(label.keyId),
    lot: label.lot,
    part: label.part,
    sig: hex(await sign(unhex(envelope_hash, 32))),
    submission: job.submission,
  };
}
