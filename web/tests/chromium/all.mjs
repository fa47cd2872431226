// Every walk, on platforms of its own: starts them with `kaibiao-demo`, plays the walks two at a time, ends them.
//
//   node tests/chromium/all.mjs FOLDER-WITH-PROGRAMS FOLDER-FOR-PICTURES [address of an administrator's PostgreSQL database]
//
// `KAIBIAO_WALKS=people.mjs,bidder.mjs` plays only these.
// Invariant: every process started here is ended here, however a walk ends, and every wait has an end.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [programs, pictures, postgres] = process.argv.slice(2).map((one, at) => (at < 2 ? resolve(one) : one));
const HERE = new URL('.', import.meta.url).pathname;
const START_MS = 180_000;
const WALK_MS = 900_000;
const ONLY = process.env.KAIBIAO_WALKS?.split(',');

const shown = (name) => join(pictures, name);

/** Scenes, each a platform at some point of its story with the walks that go there, one after another. */
const SCENES = [
  { until: 'enrolment', walks: [['tender.mjs', (dir) => [dir, programs, pictures]]] },
  { until: 'bidding', walks: [
    ['people.mjs', (dir) => [dir, programs, shown('people')]],
    ['bidder.mjs', (dir) => [dir, '48', shown('bidder')]],
    ['self-check.mjs', (dir) => [dir, shown('self-check')]],
    ['desk.mjs', (dir) => [dir, 'bidding', programs, shown('desk')]],
    ['complaint.mjs', (dir) => [dir, shown('complaint')]],
    ['paper.mjs', (dir) => [dir, shown('paper')]],
    ['orders.mjs', (dir) => [dir, 'bidding', programs, shown('orders')]],
    ['notices.mjs', (dir) => [dir, programs, shown('notices')]],
    // Last, because they let the clock jump past the deadline.
    ['clarification.mjs', (dir) => [dir, programs, shown('clarification')]],
    ['quotes.mjs', (dir) => [dir, programs, shown('quotes')]],
    ['drawn.mjs', (dir) => [dir, programs, shown('drawn')]],
  ] },
  { until: 'opening', walks: [
    ['orders.mjs', (dir) => [dir, 'opening', programs, shown('orders-opening')]],
    ['desk.mjs', (dir) => [dir, 'opening', programs, shown('desk-opening')]],
    ['orders.mjs', (dir) => [dir, 'opened', programs, shown('orders-opened')]],
  ] },
  { until: 'evaluation', walks: [
    ['desk.mjs', (dir) => [dir, 'evaluation', programs, shown('desk-evaluation')]],
    ['experts.mjs', (dir) => [dir, programs, shown('experts')]],
    ['orders.mjs', (dir) => [dir, 'evaluated', programs, shown('orders-evaluated')]],
  ] },
  { until: 'award', walks: [['contract.mjs', (dir) => [dir, programs, shown('contract')]]] },
  // On its own, because its panel is drawn.
  { name: 'pool', until: 'evaluation', walks: [['pool.mjs', (dir) => [dir, programs, shown('pool')]]] },
]; // prettier-ignore

const folder = mkdtempSync(join(tmpdir(), 'kaibiao-walks-'));
const running = new Set();
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function started(program, args, options) {
  const child = spawn(program, args, options);
  running.add(child);
  child.ended = new Promise((done) => child.on('exit', (code, signal) => {
    running.delete(child);
    done(code ?? signal);
  })); // prettier-ignore
  return child;
}

async function ended(child) {
  child.kill('SIGTERM');
  if ((await Promise.race([child.ended, sleep(15_000)])) === undefined) child.kill('SIGKILL');
  await child.ended;
}

/** A platform at a point of the demonstration's story. */
async function platform(until, name = until) {
  const dir = join(folder, name);
  const log = join(folder, `${name}.log`);
  const to = openSync(log, 'w');
  const words = ['--programs', programs, '--until', until, '--out', dir, ...(postgres ? ['--postgres', postgres] : [])];
  const child = started(join(programs, 'kaibiao-demo'), words, { stdio: ['ignore', to, to] });
  for (const end = Date.now() + START_MS; Date.now() < end; await sleep(100)) {
    if (readFileSync(log, 'utf8').includes('Ctrl-C')) return { dir, child };
    if (child.exitCode !== null) break;
  }
  await ended(child);
  throw new Error(`kaibiao-demo --until ${until} did not come up:\n${readFileSync(log, 'utf8')}`);
}

async function walked([name, words], dir) {
  const begun = Date.now();
  const child = started(process.execPath, [join(HERE, name), ...words(dir)], { stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await Promise.race([child.ended, sleep(WALK_MS)]);
  if (code === undefined) await ended(child);
  const seconds = ((Date.now() - begun) / 1000).toFixed(0);
  console.log(`== ${name}: ${code === 0 ? 'held' : `FAILED (${code ?? 'took too long'})`} in ${seconds} s`);
  return code === 0 ? [] : [name];
}

async function played({ name, until, walks }) {
  const here = walks.filter(([name]) => existsSync(join(HERE, name)) && (ONLY?.includes(name) ?? true));
  if (here.length === 0) return [];
  const { dir, child } = await platform(until, name);
  const failed = [];
  try {
    for (const walk of here) failed.push(...(await walked(walk, dir)));
  } finally {
    await ended(child);
  }
  return failed;
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    await Promise.all([...running].map(ended));
    process.exit(130);
  });
}

const waiting = [...SCENES];
const failed = [];
const lane = async () => {
  for (let scene = waiting.shift(); scene; scene = waiting.shift()) {
    failed.push(...(await played(scene).catch((error) => [`${scene.until}: ${error.message}`])));
  }
};
await Promise.all([lane(), lane()]);
rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
if (failed.length > 0) {
  console.error(`failed: ${failed.join('; ')}`);
  process.exit(1);
}
console.log(`every walk held on ${postgres ? 'PostgreSQL' : 'SQLite'}; pictures in ${pictures}`);
// The time that each walk had is still being counted down.
process.exit(0);
