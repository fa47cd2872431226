// Every page of every zone: both languages, themes and widths, axe, the keyboard, the console.
// Invariant: the list of pages comes from the router; a page that nobody walks is a complaint.

import { writeFileSync } from 'node:fs';
import { listedPages, unwalked, walksOf } from './pages.mjs';
import { KEYS } from './stage.mjs';

const nameOf = (zone, path, who) => [zone, path === '/' ? 'home' : path.replaceAll(/[{}*]/g, '').replaceAll('/', '-').slice(1), who].filter(Boolean).join('--');

/** Where the key of an account is; operators have none among the examples, so that one is made and enrolled. */
const keyOf = (stage, account) => {
  if (account === 'operator-1') return stage.file('operator.pem');
  return `${KEYS}${account === 'registry' ? 'registrar' : account}.pem`;
};

async function enrolOperator(stage) {
  const [key, request] = [keyOf(stage, 'operator-1'), stage.file('operator.json')];
  await stage.kaibiao('operator', 'key', 'new', '--out', key);
  await stage.kaibiao('operator', 'account', 'request', 'operator-1', '--name', '值班', '--roles', 'operator', '--key', key, '--out', request);
  await stage.kaibiao('registry', 'account', 'enrol', request, '--key', keyOf(stage, 'registry'));
}

/** A pool with one expert, so that its pages have something to show. */
async function fillPool(stage) {
  const entries = stage.file('pool.json');
  writeFileSync(entries, JSON.stringify({
    account: 'expert-1', credentials: [{ title: '高级工程师' }], employer: '某设计院', kin: [], past: [], pool: 'county',
    regions: ['34'], senior: true, since: stage.now - 4_000 * 86_400_000, specialities: ['A01'],
  })); // prettier-ignore
  await stage.kaibiao('registry', 'expert', 'add', entries, '--key', keyOf(stage, 'registry'));
}

/** A person's pages of one zone, one after another. */
async function rounds(stage, zone, account, paths, fill) {
  const who = await stage.person(zone, { name: account ?? `stranger in ${zone}`, clock: 0 });
  if (account) await stage.signIn(who, account, { file: keyOf(stage, account) });
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
  await enrolOperator(stage);
  await fillPool(stage);
  const { records } = await stage.api(`/api/tenders/${tender}`);
  const month = new Date(records[0].at + 8 * 3_600_000).toISOString().slice(0, 7);
  const { seq } = records.find(({ kind }) => kind === 'opening.recorded') ?? records[0];
  const fill = (path) => path.replace('{tender}', tender).replace('{ceremony}', ceremony).replace('{seq}', seq).replace('{pool}', 'county').replace('{account}', 'expert-1').replace('{rule}', 'B01').replace('{month}', month);
  const people = [];
  for (const [zone, paths] of listedPages()) {
    const walked = walksOf(zone);
    const byPerson = new Map();
    for (const path of paths) {
      for (const account of walked[path] ?? []) {
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
