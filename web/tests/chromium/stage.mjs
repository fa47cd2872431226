// What every walk in a real Chromium shares: browsers of people, the watch on their consoles, axe, keyboard, pictures.
// Invariant: nothing is forgiven by itself; whatever the watch, axe or the keyboard finds ends up in `complaints`, and
// `Stage.end` throws if there is one.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { reachedByKeyboard } from './keyboard.mjs';

/** The example keys, openly worthless, and their passphrase. */
export const KEYS = new URL('../../../keys-example/', import.meta.url).pathname;
export const WORTHLESS = 'openly-worthless';

/** What Chromium is started with: no sandbox as root, and no connection of its own to anywhere. */
export const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
]; // prettier-ignore

export const CHROMIUM = process.env.KAIBIAO_CHROMIUM ?? '/usr/bin/chromium';
export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 375, height: 812 };

/** How long anything may take before it counts as broken, in ms. */
export const PATIENCE = Number(process.env.KAIBIAO_PATIENCE ?? 60_000);

/** A console line by which Chromium tells of an answer with an error: expected where a refusal is part of the story. */
const REFUSED = /Failed to load resource.*\b4\d\d\b/;

const run = promisify(execFile);

/** A file of random bytes, written block by block. @returns {string} its path */
export function bigFile(path, mebibytes) {
  const out = openSync(path, 'w');
  const block = randomBytes(1 << 20);
  for (let n = 0; n < mebibytes; n += 1) {
    block.writeUInt32BE(n, 0);
    writeSync(out, block);
  }
  closeSync(out);
  return path;
}

/**
 * A person at a browser.
 * @typedef {{name: string, tab: import('playwright-core').Page, context: import('playwright-core').BrowserContext, base: string,
 *   account: string|null, expects: {refusals: boolean, anything: boolean}}} Person
 */

/** Where a walk takes place: a running platform, a folder for files, everybody's browsers. */
export class Stage {
  complaints = [];
  #contexts = new Set();
  #browser = null;
  #begun = Date.now();
  #last = [];

  /**
   * @param {object} at
   * @param {string} at.dir folder of a running `kaibiao-demo`
   * @param {string} [at.programs] folder with `kaibiao`
   * @param {string} [at.pictures] folder for pictures; without it none are taken
   * @param {string} [at.name] what the walk is called
   */
  constructor({ dir, programs, pictures, name = 'walk' }) {
    this.dir = dir;
    this.programs = programs;
    this.pictures = pictures;
    this.name = name;
    this.zones = JSON.parse(readFileSync(join(dir, 'addresses.json'), 'utf8'));
    this.folder = mkdtempSync(join(tmpdir(), `kaibiao-${name}-`));
    if (pictures) mkdirSync(pictures, { recursive: true });
  }

  /** Tells how far the walk is. */
  say(text) {
    const seconds = ((Date.now() - this.#begun) / 1000).toFixed(1).padStart(6);
    console.log(`${seconds} s  ${this.name}: ${text}`);
  }

  /** A path in the walk's own folder. */
  file(name) {
    return join(this.folder, name);
  }

  /** Milliseconds by which the platform's clock is ahead of this machine's. */
  get ahead() {
    return Number(readFileSync(join(this.dir, 'clock'), 'utf8'));
  }

  /** Now, by the platform's clock. */
  get now() {
    return Date.now() + this.ahead;
  }

  /** Lets the platform's clock, and that of every command, jump to an instant; never back. */
  advanceTo(at) {
    if (at <= this.now) return;
    const beside = join(this.dir, 'clock.new');
    writeFileSync(beside, String(Math.ceil(this.ahead + at - this.now)));
    renameSync(beside, join(this.dir, 'clock'));
  }

  /**
   * A person's own browser, at one zone.
   * @param {string} zone
   * @param {object} [how]
   * @param {string} [how.name] the person, as complaints call them
   * @param {string} [how.language] of the browser
   * @param {{width: number, height: number}} [how.viewport]
   * @param {string} [how.profile] name of a profile that outlives the browser
   * @param {string} [how.base] address to use instead of the zone's own
   * @param {string} [how.account] whose key this profile has
   * @param {number|null} [how.clock] ms by which this machine's clock is off the platform's; null: the machine's true time
   * @returns {Promise<Person>}
   */
  async person(zone, { name = zone, language = 'zh-CN', viewport = DESKTOP, profile, base, clock = null, account = null } = {}) {
    const options = { acceptDownloads: true, locale: language, viewport, timezoneId: 'Asia/Shanghai', serviceWorkers: 'block' };
    const start = { executablePath: CHROMIUM, args: FLAGS };
    let context;
    if (profile) context = await chromium.launchPersistentContext(join(this.folder, `profile-${profile}`), { ...start, ...options });
    else {
      this.#browser ??= await chromium.launch(start);
      context = await this.#browser.newContext(options);
    }
    this.#contexts.add(context);
    context.setDefaultTimeout(PATIENCE);
    const who = { name, context, base: base ?? this.zones[zone], account, expects: { refusals: false, anything: false } };
    if (clock !== null) await this.setClock(who, clock);
    who.tab = await this.tab(who);
    return who;
  }

  /** Sets a person's own clock so many ms off the platform's as it is now; pages opened from now on have it. */
  async setClock(who, off) {
    await who.context.addInitScript(shiftClock, this.ahead + off);
  }

  /** One more tab of a person; everything that goes wrong in it is written down. */
  async tab(who) {
    const tab = await who.context.newPage();
    tab.on('console', (message) => {
      const text = message.text();
      if (message.type() !== 'error' || who.expects.anything || (who.expects.refusals && REFUSED.test(text))) return;
      this.complain(`${who.name} at ${pathOf(tab.url())}: console: ${text} (${message.location().url})`);
    });
    tab.on('pageerror', (error) => this.complain(`${who.name} at ${pathOf(tab.url())}: ${error.stack ?? error}`));
    return tab;
  }

  complain(text) {
    this.complaints.push(text);
    console.log(`         ! ${text}`);
  }

  /** While something is refused on purpose, the browser's own line about the answer is no complaint. */
  async refused(who, work) {
    who.expects.refusals = true;
    try {
      return await work();
    } finally {
      // The line may come a moment after the answer.
      await who.tab.waitForTimeout(50);
      who.expects.refusals = false;
    }
  }

  /** Opens a page and waits until its module, if it has one, is ready; signs in again where the session is over. */
  async open(who, path) {
    await who.tab.goto(who.base + path);
    await this.settled(who);
    if (!who.account || path.startsWith('/sign-in') || (await who.tab.locator('.site-person strong').count())) return;
    if (pathOf(who.tab.url()) !== '/sign-in') await who.tab.goto(`${who.base}/sign-in?next=${encodeURIComponent(path)}`);
    await this.settled(who);
    await who.tab.click(`button[data-account="${who.account}"]`);
    await who.tab.waitForURL((url) => url.pathname !== '/sign-in');
    await this.settled(who);
  }

  /** Waits until the module of the page, if it has one, is ready. */
  async settled({ tab }) {
    if (await tab.locator('script[src*="/js/pages/"]').count()) await tab.waitForSelector('html[data-ready]');
  }

  /** Leaves the page: nothing of it asks the platform any more. */
  async rest({ tab }) {
    await tab.goto('about:blank');
  }

  /** Signs in with an example key from its backup file. */
  async signIn(who, account, { file = `${KEYS}${account}.pem`, passphrase = WORTHLESS, next = '/' } = {}) {
    await this.open(who, `/sign-in?next=${encodeURIComponent(next)}`);
    await who.tab.fill('#account', account);
    await who.tab.setInputFiles('#file', file);
    await who.tab.fill('#passphrase', passphrase);
    await who.tab.click('#restore button');
    try {
      await who.tab.waitForURL((url) => url.pathname + url.search === next);
    } catch (error) {
      throw new Error(`${account} could not sign in: ${await who.tab.locator('main').innerText()}`, { cause: error });
    }
    await this.settled(who);
    who.account = account;
    assert.ok((await who.tab.locator('.site-person').innerText()).includes(account), `${account} is named as signed in`);
  }

  /** Saves what a click downloads. @returns {Promise<string>} path of the copy */
  async saved(who, click, name) {
    const press = typeof click === 'string' ? () => who.tab.click(click) : click;
    const [download] = await Promise.all([who.tab.waitForEvent('download'), press()]);
    const path = this.file(name);
    await download.saveAs(path);
    return path;
  }

  /** Runs `kaibiao` as one person; what it prints as JSON. @param {string} person whose machine it is */
  async kaibiao(person, ...args) {
    const env = { ...process.env, KAIBIAO_PASSPHRASE: WORTHLESS, KAIBIAO_DEMO_CLOCK: join(this.dir, 'clock'), KAIBIAO_LANG: 'en' };
    const home = this.file(`machine-${person}`);
    const { stdout } = await run(join(this.programs, 'kaibiao'), ['--server', this.zones.procurement, '--home', home, '--json', ...args], {
      env, encoding: 'utf8', timeout: PATIENCE, maxBuffer: 1 << 26,
    }); // prettier-ignore
    try {
      return JSON.parse(stdout);
    } catch {
      return stdout;
    }
  }

  /** The answer of the API to a stranger. */
  async api(path, zone = 'procurement') {
    const answer = await fetch(this.zones[zone] + path);
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer.json();
  }

  /** Asks again until the answer is a yes. */
  async until(what, ask, every = 200) {
    for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
      const found = await ask();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, every));
    }
    throw new Error(`${what}: not within ${PATIENCE / 1000} s`);
  }

  /** Waits until a tender is in one of the phases. */
  async phase(tender, ...wanted) {
    let seen;
    await this.until(`${tender} reaches ${wanted.join(' or ')}`, async () => {
      seen = (await this.api(`/api/tenders/${tender}`)).state.phase;
      return wanted.includes(seen);
    }).catch((error) => {
      throw new Error(`${error.message}; it is ${seen}`);
    });
    return seen;
  }

  /** What axe finds wrong on the page as it stands. */
  async axe({ tab }) {
    if (!(await tab.evaluate(() => 'axe' in globalThis))) await tab.evaluate(axe.source);
    return tab.evaluate(async () => {
      const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, any }) => `${target} ${any[0]?.message ?? ''}`).join(' | ')}`);
    });
  }

  /** Writes a picture of the whole page. */
  async picture({ tab }, name) {
    if (this.pictures) await tab.screenshot({ path: join(this.pictures, `${name}.png`), fullPage: true, animations: 'disabled' });
  }

  /** How many pixels wider than the window the page is; shown as a complaint. */
  async width({ tab }, what) {
    const over = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) this.complain(`${what}: ${over} px too wide`);
  }

  /** Looks at the page as it stands, without loading it again: axe, both widths, pictures. */
  async glance(who, name) {
    for (const found of await this.axe(who)) this.complain(`${who.name} at ${name}: axe: ${found}`);
    const before = who.tab.viewportSize();
    for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
      await who.tab.setViewportSize(viewport);
      await this.width(who, `${name} ${size}`);
      await this.picture(who, `${name}-${size}`);
    }
    await who.tab.setViewportSize(before);
  }

  /** Looks at a page in both languages, themes and widths, by axe, by keyboard, by pictures. */
  async look(who, path, name) {
    for (const [language, theme] of [['zh', 'light'], ['en', 'dark']]) {
      await this.open(who, `${path}${path.includes('?') ? '&' : '?'}lang=${language}&theme=${theme}`);
      for (const found of await this.axe(who)) this.complain(`${path} ${language} ${theme}: axe: ${found}`);
      for (const [size, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
        await who.tab.setViewportSize(viewport);
        await this.width(who, `${path} ${language} ${size}`);
        await this.picture(who, `${name}-${language}-${size}`);
      }
    }
    for (const fault of await reachedByKeyboard(who.tab)) this.complain(`${path}: keyboard: ${fault}`);
  }

  /** Ends a person's browser. */
  async leave(who) {
    this.#contexts.delete(who.context);
    await who.context.close();
  }

  /** Does something once all browsers are ended. @param {() => void} work */
  atEnd(work) {
    this.#last.push(work);
  }

  /** Ends all browsers and removes the folder; throws if there was a complaint. */
  async end() {
    for (const context of this.#contexts) await context.close().catch(() => {});
    await this.#browser?.close();
    for (const work of this.#last) work();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    const all = [...new Set(this.complaints)];
    if (all.length > 0) throw new Error(`${this.name}: ${all.length} complaints\n${all.map((one) => `! ${one}`).join('\n')}`);
    this.say('everything held');
  }

  /** Pictures of all that is open, for whoever looks for the reason of a failure. */
  async lastSight() {
    if (!this.pictures) return;
    let number = 0;
    for (const context of this.#contexts) {
      for (const tab of context.pages()) {
        number += 1;
        await tab.screenshot({ path: join(this.pictures, `failed-${this.name}-${number}.png`), fullPage: true }).catch(() => {});
      }
    }
  }
}

const pathOf = (address) => (address.startsWith('http') ? new URL(address).pathname : address);

/** Runs in every document before its scripts: this machine's clock is off by so many ms. */
function shiftClock(off) {
  globalThis.trueDate ??= Date;
  const True = globalThis.trueDate;
  const shifted = () => True.now() + off;
  globalThis.Date = class extends True {
    constructor(...args) {
      super(...(args.length === 0 ? [shifted()] : args));
    }

    static now() {
      return shifted();
    }
  };
}

/** Plays a walk to its end, whatever happens; the exit code tells. @param {(stage: Stage) => Promise<void>} walk */
export async function play(at, walk) {
  const stage = new Stage(at);
  try {
    await walk(stage);
  } catch (error) {
    await stage.lastSight();
    stage.complain(error.stack ?? String(error));
  }
  await stage.end();
}
