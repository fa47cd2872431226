// Which pages are walked, and as whom.
// Invariant: the list of pages comes from the router (tests/golden/pages.txt); a page that is not walked, and one that is
// walked and no longer there, is found by `unwalked`.

import { readFileSync } from 'node:fs';

const LISTED = new URL('../../../tests/golden/pages.txt', import.meta.url);

/** Routes beside the pages that are no page, the page of a subscription by mail, which a
 * demonstration does not send, and those of one complaint and one access, which complaint.mjs looks at. */
const NO_PAGE = [
  '/static/{*path}', '/feed.atom', '/decisions/feed.atom', '/tenders/{tender}/feed.atom', '/sign-out', '/buyer/{tender}/check', '/panels/{tender}/state', '/subscriptions/{token}', '/notices/mail/{id}', '/complaints/{tender}/{complaint}', '/access/{tender}/{access}',
  '/statistics.csv', '/reports/{month}/report.csv', '/reports/{month}/report.pdf',
]; // prettier-ignore

/** Pages of every zone and as whom they are looked at; null: nobody is signed in; own: who has a key there. */
const EVERYWHERE = {
  '/log': [null], '/log/entries/{seq}': [null], '/about': [null], '/limits': [null], '/verify': [null], '/sign-in': [null, 'own'],
  '/enrol': [null], '/keys': [null, 'own'], '/self-check': [null],
  '/operator': ['operator-1'], '/notices': ['own'], '/notices/settings': ['own'],
}; // prettier-ignore

/** Pages of one zone alone. */
const PAGES = {
  procurement: {
    '/': [null], '/tenders/{tender}': [null], '/tenders/{tender}/record': [null], '/tenders/{tender}/keys': [null],
    '/tenders/{tender}/verify': [null], '/tenders/{tender}/award': [null], '/tenders/{tender}/report': [null], '/subscribe': [null], '/decisions': [null], '/hall/{tender}': [null, 'buyer', 'bidder-04'], '/hall/{tender}/screen': [null],
    '/ceremonies/{ceremony}': [null, 'custodian-1'], '/custodian': ['custodian-1'], '/registrar': ['registry'],
    '/buyer': ['buyer'], '/buyer/{tender}': ['buyer'], '/buyer/{tender}/qualification': ['buyer'], '/buyer/{tender}/contract': ['buyer'], '/what-if': ['buyer'], '/bidder': ['bidder-04', 'bidder-08'], '/bidder/tenders/{tender}': ['bidder-04', 'bidder-08'],
    '/bidder/tenders/{tender}/questions': ['bidder-04'], '/bidder/tenders/{tender}/opening': ['bidder-04'],
    '/bidder/tenders/{tender}/result': ['bidder-04'], '/bidder/tenders/{tender}/readings': ['bidder-04'],
    '/tenders/{tender}/objections': [null], '/bidder/tenders/{tender}/objections': ['bidder-04'], '/buyer/{tender}/objections': ['buyer'],
  },
  evaluation: { '/': [null, 'expert-1'], '/seat': ['expert-1'], '/seat/{tender}': ['expert-1'], '/seat/{tender}/report': ['expert-1'],
    '/panels': ['buyer'], '/panels/{tender}': ['buyer'], '/draws': ['custodian-1'], '/pools': ['registry'], '/pools/{pool}': ['registry'], '/pools/{pool}/experts/{account}': ['registry'],
    '/seat/{tender}/questions': ['expert-1'], '/seat/{tender}/prices': ['expert-1'], '/seat/{tender}/scores': ['expert-1'],
  },
  supervision: { '/': [null, 'supervisor'], '/complaints': ['supervisor'], '/complaints/new': [null, 'supervisor'], '/complaints/track': [null], '/docket/{tender}/orders': ['supervisor'], '/docket': ['supervisor'], '/docket/{tender}': ['supervisor'], '/docket/{tender}/report': ['supervisor'], '/docket/{tender}/deviations': ['supervisor'], '/cards': ['supervisor'], '/rules': ['supervisor'], '/rules/{rule}': ['supervisor'], '/chain': ['supervisor'], '/flags': ['supervisor'], '/screens': ['supervisor'], '/screens/{tender}': ['supervisor'], '/statistics': ['supervisor'], '/reports/{month}': ['supervisor'] },
}; // prettier-ignore

/** Who stands for "own": the person of whom a zone keeps a key. */
const OWN = { procurement: 'bidder-04', evaluation: 'expert-1', supervision: 'supervisor' };

/** As whom the pages of a zone are walked, by path. @returns {Record<string, (string|null)[]>} */
export function walksOf(zone) {
  const own = (list) => list.map((one) => (one === 'own' ? OWN[zone] : one));
  return Object.fromEntries(Object.entries({ ...EVERYWHERE, ...PAGES[zone] }).map(([path, list]) => [path, own(list)]));
}

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
    const walked = walksOf(zone);
    for (const path of paths) if (!walked[path]) wrong.push(`${zone} ${path} is a page that nobody walks (web/tests/chromium/pages.mjs)`);
    for (const path of Object.keys(walked)) if (!paths.includes(path)) wrong.push(`${zone} ${path} is walked, and the router has no such page`);
  }
  return wrong;
}
