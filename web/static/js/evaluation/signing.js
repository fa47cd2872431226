// What the pages of the evaluation's steps share: acts signed for the own seat, and news of the others.
// Invariant: a page that somebody is filling in is never drawn anew under their hands; it says that there is news.

import { act } from '../act.js';
import { getJson } from '../api.js';
import { fill, find, h } from '../dom.js';
import { Keyring } from '../keyring.js';
import { say, sayError } from '../language.js';
import { pulse } from '../pulse.js';
import { reload } from '../reload.js';
import { browserStorage } from '../storage.js';
import { Room } from './room.js';
import { page } from './told.js';
import { Watch } from './watch.js';

const storage = browserStorage();
const keyring = new Keyring(storage);
const { account, origin, tender, seat, told } = find('#seat').dataset;
const room = new Room(storage, { origin, account, tender, seat });

/** Signs an act of the own seat and sends it. @param {string} kind @param {object} body without seat and tender */
export const sign = async (kind, body) =>
  act({ stream: `evaluation/${tender}`, kind, body: { ...body, seat, tender } }, await keyring.account(account));

/** A seat that is in the room is watched on these pages too; whether it was left before is for its first page to say. */
async function watched() {
  const watch = new Watch(`${tender}/${seat}`, async () => {
    await sign('seat.left', { cause: 'idle' });
    await room.leave();
    location.assign(`/seat/${encodeURIComponent(tender)}`);
  });
  if (watch.wasOpen() && (await room.isHere())) watch.begin();
}

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
  const shown = page(told, sessionStorage);
  const news = (view) => {
    if (!shown.isNews(view)) return;
    if (!touched && document.querySelector('form[aria-busy]') === null && shown.mayReload(view)) {
      reload();
      return;
    }
    const place = find('#news');
    place.hidden = false;
    fill(place, say('本页有新内容;您填写的内容还在。', 'There is news for this page; what you filled in is still here.'), ' ',
      h('a', { href: location.pathname }, say('重新载入', 'Load it again'))); // prettier-ignore
  };
  try {
    const view = await look();
    if (!view.concluded) await watched();
    news(view);
  } catch (error) {
    failed(error);
    return;
  }
  const grown = async () => news(await look());
  let line = Promise.resolve();
  pulse({ onGrown: () => (line = line.then(grown).catch(failed)) });
}
