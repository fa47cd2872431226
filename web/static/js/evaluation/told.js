// What a page of the evaluation was made from, so that nothing is missed between its making and its script's first look.
// Invariant: a page is loaded again at most once for one and the same answer, whatever a clock or a cache does.

import { hex, utf8 } from '../bytes.js';
import { sha256Sync } from '../hash-sync.js';

/** The digest of an answer of the API, as the platform spells it. @param {object} view */
export const digestOf = (view) => hex(sha256Sync(utf8(JSON.stringify(view))));

/**
 * Decides what an answer means for a page.
 * @param {string|undefined} shown digest of what the page was made from; absent where it shows nothing
 * @param {Pick<Storage, 'getItem'|'setItem'>} memory of this window
 */
export function page(shown, memory) {
  let known = shown;
  return {
    /** Whether the answer is not what the page shows. @param {object} view */
    isNews(view) {
      const now = digestOf(view);
      known ??= now;
      return now !== known;
    },
    /** Whether loading the page again may help: it was not loaded for this answer before. @param {object} view */
    mayReload(view) {
      const now = digestOf(view);
      if (memory.getItem('kaibiao-told') === now) return false;
      memory.setItem('kaibiao-told', now);
      return true;
    },
  };
}
