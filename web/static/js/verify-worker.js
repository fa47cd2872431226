// The verification of a dossier, a receipt or a refusal statement, beside the page.
// Invariant: this worker reads the files that it is given and sends nothing anywhere but to its page.

import { Wrong } from './bytes.js';
import { folderSource, tarSource } from './bundle.js';
import { examine } from './dossier.js';
import { examinePaper, kindOf } from './paper.js';
import { makePolicy, readPolicy, registrarsOf } from './policy.js';

/**
 * What the page asks.
 * @typedef {object} Question
 * @property {File} [file] one file
 * @property {[string, File][]} [folder] or the files of a folder
 * @property {{pasted: string}|{origin: string, logKey: string, refusalKey: string|null, registrars: object[]|null}} policy
 */

function policyOf(policy) {
  if ('pasted' in policy) return readPolicy(policy.pasted);
  return makePolicy({ ...policy, registrars: policy.registrars === null ? null : registrarsOf(policy.registrars) });
}

async function answer({ file, folder, policy }, onProgress) {
  const trusted = policyOf(policy);
  if (folder) return { verdict: await examine(folderSource(folder), trusted, { onProgress }) };
  const kind = await kindOf(file);
  if (kind === null) {
    throw new Wrong(
      '这个文件既不是卷宗(tar)、回执(.tlog-proof),也不是拒收证明',
      'the file is neither a dossier (tar) nor a receipt (.tlog-proof) nor a refusal statement',
    );
  }
  if (kind !== 'dossier') return { paper: await examinePaper(file, trusted) };
  return { verdict: await examine(await tarSource(file), trusted, { onProgress }) };
}

self.onmessage = async ({ data }) => {
  let last = 0;
  const onProgress = (progress) => {
    const now = performance.now();
    if (now - last < 50) return;
    last = now;
    self.postMessage({ progress });
  };
  try {
    self.postMessage(await answer(data, onProgress));
  } catch (error) {
    const plain = String(error?.message ?? error);
    self.postMessage({ wrong: error instanceof Wrong ? { zh: error.zh, en: error.en } : { zh: plain, en: plain } });
  }
};
