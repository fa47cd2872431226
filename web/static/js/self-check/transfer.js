// An invented bid uploaded by the real worker, with the connection cut once, and taken away again.
// Invariant: whatever happens, an upload that was begun here is ended here.

import { Wrong, hex } from '../bytes.js';
import { ownWorker } from '../own-worker.js';
import { jobs } from '../seal-job.js';
import { Upload } from '../upload.js';

/** Runs the sealing worker on a job until it is done, fails, or is stopped. */
function running({ bid, submission }, file, onProgress) {
  const worker = ownWorker('seal-worker.js');
  const done = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (data.progress) onProgress(data.progress, () => worker.postMessage({ stop: true }));
      if (data.done) resolve(data.done);
      if (data.failed) reject(Object.assign(new Error(data.failed.en), data.failed));
    };
    worker.onerror = ({ message }) => reject(new Wrong(`加密线程出错:${message}`, `the sealing worker failed: ${message}`));
    worker.postMessage({ run: { bid, submission, file } });
  });
  return done.finally(() => worker.terminate());
}

const jobOf = async (storage, { bid, submission }) => (await jobs(storage, bid)).find((one) => one.submission === submission);

/**
 * Uploads the job; the first attempt is cut off after a part has arrived.
 * @param {import('../storage.js').Storage} storage @param {object} job @param {File} file
 * @param {Uint8Array} bodyDigest what was sealed
 * @param {(sent: number, of: number) => void} [onProgress]
 * @returns {Promise<{address: string, had: number, total: number, ms: number, cut: boolean}>} had: bytes that had arrived
 *   when the connection was cut
 */
export async function uploadedWithACut(storage, job, file, bodyDigest, onProgress = () => {}) {
  let had = 0;
  let total = 0;
  let cut = true;
  const began = performance.now();
  try {
    await running(job, file, ({ sent, total: all }, stop) => {
      total = all;
      onProgress(sent, all);
      stop();
    });
    cut = false;
  } catch (error) {
    if (error.code !== 'stopped') throw error;
    const { address } = await jobOf(storage, job);
    had = await new Upload(address).ask();
  }
  await running(job, file, ({ sent, total: all }) => {
    total = all;
    onProgress(sent, all);
  });
  const { address, done } = await jobOf(storage, job);
  if (done.body_digest !== hex(bodyDigest)) {
    throw new Wrong('平台收到的与密封的不同', 'what the platform received is not what was sealed');
  }
  return { address, had, total, ms: performance.now() - began, cut };
}

/**
 * Ends the uploads of a bid; one that is gone already is none.
 * @param {import('../storage.js').Storage} storage @param {string} bid
 * @returns {Promise<number>} uploads that were ended
 */
export async function endUploads(storage, bid) {
  let ended = 0;
  for (const { address } of await jobs(storage, bid)) {
    if (!address) continue;
    await new Upload(address).terminate();
    ended += 1;
  }
  return ended;
}
