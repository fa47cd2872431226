// Starting workers from our own modules, under a policy of Trusted Types that accepts nothing else.
// Invariant: a worker's script lies beside this file; no other address becomes a script here.

const OWN = new URL('./', import.meta.url).href;
const NAME = /^[a-z0-9-]+-worker\.js$/;

const checked = (name) => {
  if (!NAME.test(name)) throw new TypeError(`${name} is no worker of ours`);
  return OWN + name;
};

const policy = globalThis.trustedTypes?.createPolicy('kaibiao-own-workers', { createScriptURL: checked });

/** Starts one of our workers. @param {string} name of its file, e.g. `seal-worker.js` @returns {Worker} */
export function ownWorker(name) {
  return new Worker(policy ? policy.createScriptURL(name) : checked(name), { type: 'module' });
}
