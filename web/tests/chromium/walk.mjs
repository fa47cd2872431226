// Every page of every zone: both languages, themes and widths, axe, the keyboard, the console.
// Invariant: the list of pages comes from the router (tests/golden/pages.txt); a page that is not walked here, and one
// that is walked and no longer there, is a complaint.

import { readFileSync } from 'node:fs';
import { KEYS } from './stage.mjs';

const LISTED = new URL('../../../tests/golden/pages.txt', import.meta.url);

/** Routes beside the pages that are no page: nobody looks at them. */
const NO_PAGE = ['/static/{*path}', '/feed.atom', '/tenders/{tender}/feed.atom', '/sign-out', '/buyer/{tender}/check'];

/** Persons by zone, as whom pages are looked at; null: nobody is signed in. */
const EVERYWHERE = {
  '/log': [null], '/log/entries/{seq}': [null], '/about': [null], '/limits': [null], '/verify': [null], '/sign-in': [null, 'own'],
  '/enrol': [null], '/keys': [null, 'own'],
}; // prettier-ignore

const PAGES = {
  procurement: {
    '/': [null], '/tenders/{tender}': [null], '/tenders/{tender}/record': [null], '/tenders/{tender}/keys': [null],
    '/tenders/{tender}/verify': [null], '/subscribe': [null], '/hall/{tender}': [null, 'buyer', 'bidder-04'], '/hall/{tender}/screen': [null],
    '/ceremonies/{ceremony}': [null, 'custodian-1'], '/custodian': ['custodian-1'], '/registrar': ['registry'],
    '/buyer': ['buyer'], '/buyer/{tender}': ['buyer'], '/bidder': ['bidder-04', 'bidder-08'], '/bidder/tenders/{tender}': ['bidder-04', 'bidder-08'],
    '/bidder/tenders/{tender}/questions': ['bidder-04'], '/bidder/tenders/{tender}/opening': ['bidder-04'],
    '/bidder/tenders/{tender}/result': ['bidder-04'],
  },
  evaluation: { '/': [null, 'expert-1'] },
  supervision: { '/': [null, 'supervisor'], '/docket': ['supervisor'], '/docket/{tender}': ['supervisor'], '/chain': ['supervisor'] },
}; // prettier-ignore

/** Who stands for "own": the person of whom a zone keeps a key. */
const OWN = { procurement: 'bidder-04', evaluation: 'expert-1', supervision: 'supervisor' };

/** The pages of each zone, as the router knows them. @returns {Map<string, string[]>} */
export function listedPages() {
  const pages = new Map();
  for (const line of readFileSync(LISTED, 'utf8').trim().split('\n')) {
    const [zone, path] = line.split(/\s+/);
    if (NO_PAGE.includes(path)) continue;
    if (!pages.has(zone)) pages.set(zone, []);
    pages.get(zone).push(path);
  }
  return pages;
}

/** What is wrong with the list of walks, compared with that of the router. @returns {string[]} */
export function unwalked() {
  const wrong = [];
  for (const [zone, paths] of listedPages()) {
    const walked = { ...EVERYWHERE, ...PAGES[zone] };
    for (const path of paths) if (!walked[path]) wrong.push(`${zone} ${path} is a page that nobody walks (web/tests/chromium/walk.mjs)`);
    for (const path of Object.keys(walked)) if (!paths.includes(path)) wrong.push(`${zone} ${path} is walked, and the router has no such page`);
  }
  return wrong;
}

const nameOf = (zone, path, who) => [zone, path === '/' ? 'home' : path.replaceAll(/[{}*]/g, '').replaceAll('/', '-').slice(1), who].filter(Boolean).join('--');

/** A person's pages of one zone, one after another. */
async function rounds(stage, zone, account, paths, fill) {
  const who = await stage.person(zone, { name: account ?? `stranger in ${zone}`, clock: 0 });
  if (account) await stage.signIn(who, account, { file: `${KEYS}${account === 'registry' ? 'registrar' : account}.pem` });
  for (const path of paths) await stage.look(who, fill(path), nameOf(zone, path, account));
  await stage.leave(who);
}

/**
 * Looks at every page.
 * @param {import('./stage.mjs').Stage} stage
 * @param {{tender: string, ceremony: string}} at a tender and a ceremony that have something to show
 */
export async function walkPages(stage, { tender, ceremony }) {
  for (const wrong of unwalked()) stage.complain(wrong);
  const { records } = await stage.api(`/api/tenders/${tender}`);
  const { seq } = records.find(({ kind }) => kind === 'opening.recorded') ?? records[0];
  const fill = (path) => path.replace('{tender}', tender).replace('{ceremony}', ceremony).replace('{seq}', seq);
  const people = [];
  for (const [zone, paths] of listedPages()) {
    const walked = { ...EVERYWHERE, ...PAGES[zone] };
    const byPerson = new Map();
    for (const path of paths) {
      for (const one of walked[path] ?? []) {
        const account = one === 'own' ? OWN[zone] : one;
        byPerson.set(account, [...(byPerson.get(account) ?? []), path]);
      }
    }
    for (const [account, own] of byPerson) people.push([zone, account, own]);
  }
  // Two at a time: a browser's page keeps about one processor busy.
  const lane = async () => {
    for (let next = people.shift(); next; next = people.shift()) {
      const [zone, account, paths] = next;
      await rounds(stage, zone, account, paths, fill);
      stage.say(`${account ?? 'a stranger'} in ${zone}: ${paths.length} pages`);
    }
  };
  await Promise.all([lane(), lane()]);
  const lost = await stage.person('procurement', { name: 'lost' });
  await stage.refused(lost, () => stage.look(lost, '/nowhere', 'problem'));
  await stage.leave(lost);
}
