// The sealing worker: runs one seal job away from the page's thread and tells how far it is.
// Invariant: it decides nothing; what it needs to go on stands in IndexedDB, so the page may close at any moment.
//
// Messages in:  { run: { bid, submission, file, headers? } } · { pause: true } · { resume: true } · { stop: true }
// Messages out: { progress: { sealed, sent, total } } · { trouble: { zh, en, wait } } · { done } · { failed: { zh, en, code } }

import { Keyring } from './keyring.js';
import { jobs, run } from './seal-job.js';
import { browserStorage } from './storage.js';

let paused = null;
let stopping = null;

function pause() {
  if (paused) return;
  let go;
  const gate = new Promise((resolve) => {
    go = resolve;
  });
  paused = { gate, go };
}

function resume() {
  paused?.go();
  paused = null;
}

async function seal({ bid, submission, file, headers }) {
  const storage = browserStorage();
  const keyring = new Keyring(storage);
  const job = (await jobs(storage, bid)).find((one) => one.submission === submission);
  stopping = new AbortController();
  const means = {
    headers,
    signal: stopping.signal,
    gate: () => paused?.gate,
    onProgress: (progress) => self.postMessage({ progress }),
    onTrouble: ({ zh, en }, wait) => self.postMessage({ trouble: { zh, en, wait } }),
  };
  self.postMessage({ done: await run({ keyring, storage }, job, file, means) });
}

self.onmessage = async ({ data }) => {
  if (data.pause) pause();
  if (data.resume) resume();
  if (data.stop) {
    stopping?.abort();
    resume();
  }
  if (!data.run) return;
  try {
    await seal(data.run);
  } catch (error) {
    const stopped = stopping?.signal.aborted;
    const sentences = { zh: error.zh ?? `加密未能完成：${error.message}`, en: error.en ?? `sealing did not finish: ${error.message}` };
    self.postMessage({ failed: { ...sentences, code: stopped ? 'stopped' : (error.code ?? null) } });
  }
};
