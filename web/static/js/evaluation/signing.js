// What the pages of the evaluation's steps share: acts signed for the own seat, and news of the others.
// Invariant: a page that somebody is filling in is never drawn anew under their hands; it says that there is news.

import { act } from '../act.js';
import { getJson } from '../api.js';
import { fill, find, h } from '../dom.js';
import { Keyring } from '../keyring.js';
import { say, sayError } from '../language.js';
import { pulse } from '../pulse.js';
import { browserStorage } from '../storage.js';

const keyring = new Keyring(browserStorage());
const { account, tender, seat } = find('#seat').dataset;

/** Signs an act of the own seat and sends it. @param {string} kind @param {object} body without seat and tender */
export const sign = async (kind, body) =>
  act({ stream: `evaluation/${tender}`, kind, body: { ...body, seat, tender } }, await keyring.account(account));

/** What the platform tells this seat of the steps. */
export const look = () => getJson(`/api/evaluations/${encodeURIComponent(tender)}/steps`);

/** Follows the log: a page that nobody has touched is loaded again, another one says that there is news. */
export async function follow() {
  let touched = false;
  document.addEventListener('input', () => {
    touched = true;
  });
  const failed = (error) => {
    const trouble = find('#trouble');
    trouble.hidden = false;
    fill(trouble, sayError(error));
  };
  const told = (view) => JSON.stringify(view);
  let first;
  try {
    first = told(await look());
  } catch (error) {
    failed(error);
    return;
  }
  const grown = async () => {
    if (told(await look()) === first) return;
    if (!touched && document.querySelector('form[aria-busy]') === null) {
      location.reload();
      return;
    }
    const news = find('#news');
    news.hidden = false;
    fill(news, say('本页有新内容;您填写的内容还在。', 'There is news for this page; what you filled in is still here.'), ' ',
      h('a', { href: location.pathname }, say('重新载入', 'Load it again'))); // prettier-ignore
  };
  let line = Promise.resolve();
  pulse({ onGrown: () => (line = line.then(grown).catch(failed)) });
}
