// The panel in real Chromiums against a running platform: five experts declare, read, score, commit and reveal, one of
// them on a phone; one commits in the page and reveals by command, one the other way round; the result appears by
// itself, and the report is signed. Then an operator and a supervisor look at their pages.
//
//   cargo run -p kaibiao-demo -- --until evaluation --out DIR
//   node tests/chromium/experts.mjs DIR FOLDER-WITH-PROGRAMS [folder for pictures]       (needs playwright-core)
//
// Ends with exit code 0 if everything held: no error on a console, nothing found by axe or the keyboard, no page too wide.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { KEYS, PHONE, play } from './stage.mjs';

const TENDER = 'T2026-001';
const SEAT = `/seat/${TENDER}`;

/** A picture of 300 × 200 pixels in one colour (PNG, ISO/IEC 15948). */
function picture() {
  const table = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  const crc = (bytes) => {
    let c = 0xffffffff;
    for (const byte of bytes) c = table[(c ^ byte) & 255] ^ (c >>> 8);
    return (c ^ 0xffffffff) >>> 0;
  };
  const chunk = (name, body) => {
    const out = Buffer.alloc(body.length + 12);
    out.writeUInt32BE(body.length, 0);
    out.write(name, 4, 'latin1');
    body.copy(out, 8);
    out.writeUInt32BE(crc(out.subarray(4, body.length + 8)), body.length + 8);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(300, 0);
  head.writeUInt32BE(200, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(900, 200)]);
  const rows = Buffer.concat(Array.from({ length: 200 }, () => row));
  return Buffer.concat([Buffer.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/**
 * A PDF file of one page as offices and scanners make them: text in a Chinese encoding whose font is not embedded, and
 * an image under the compression of fax machines (ITU-T T.6): white rows, drawn black by its `Decode`.
 */
function officePdf() {
  const words = Buffer.from('BT /F1 36 Tf 72 700 Td <CAA9B9A4D7E9D6AF> Tj ET q 200 0 0 200 72 400 cm /X Do Q', 'latin1');
  const fax = Buffer.concat([Buffer.alloc(8, 0xff), Buffer.of(0x00, 0x10, 0x01)]);
  const stream = (head, body) => Buffer.concat([Buffer.from(`<< ${head} /Length ${body.length} >>\nstream\n`, 'latin1'), body, Buffer.from('\nendstream')]);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /X 8 0 R >> >> >>',
    stream('', words),
    '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /GBK-EUC-H /DescendantFonts [6 0 R] >>',
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R >>',
    '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>',
    stream('/Type /XObject /Subtype /Image /Width 64 /Height 64 /ColorSpace /DeviceGray /BitsPerComponent 1 /Decode [1 0] /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 64 /Rows 64 >>', fax),
  ];
  const parts = [Buffer.from('%PDF-1.5\n')];
  const places = [];
  const at = () => parts.reduce((all, part) => all + part.length, 0);
  objects.forEach((object, n) => {
    places.push(at());
    parts.push(Buffer.from(`${n + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n'));
  });
  const table = at();
  parts.push(Buffer.from(`xref\n0 ${places.length + 1}\n0000000000 65535 f \n${places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<< /Size ${places.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`));
  return Buffer.concat(parts);
}

const text = (who, selector) => who.tab.locator(selector).innerText();

/** How many colours a canvas has: a blank one has one. */
const colours = (who) =>
  who.tab.locator('.viewer canvas').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let n = 0; n < data.length; n += 4) seen.add((data[n] << 16) | (data[n + 1] << 8) | data[n + 2]);
    return seen.size;
  });

/** Opens a file of a bid and waits until it is shown. */
async function read(who, code, wanted) {
  await who.tab.click(`[data-code="${code}"] button[data-part]`);
  await who.tab.waitForSelector(`.viewer ${wanted}`);
  await who.tab.waitForFunction(() => !document.querySelector('.viewer progress') && !document.querySelector('.viewer-body')?.textContent.includes('……'));
  const escapes = await who.tab.locator('.viewer :is(iframe, embed, object, a)').count();
  assert.equal(escapes, 0, 'the viewer hands the file to nothing else');
}

/** Points for the place of a bid and the number of an expert: complete, in range, all a little different. */
const points = (max, place, expert) => Math.floor((max * (75 + ((place * 7 + expert * 3) % 25))) / 100);

async function fillIn(who, view, expert) {
  for (const [n, { code }] of view.codes.entries()) {
    const row = who.tab.locator(`[data-code="${code}"]`);
    for (const [i, { max }] of view.items.entries()) {
      const value = points(max, n, expert);
      await row.locator('.points').nth(i).fill(String(value / 100));
    }
  }
}

/** What the own seat shows, asked by the browser of the expert. */
const viewOf = (who) => who.tab.evaluate((tender) => fetch(`/api/evaluations/${tender}`).then((answer) => answer.json()), TENDER);

async function declareFree(stage, who) {
  await stage.open(who, SEAT);
  assert.equal(await who.tab.locator('[data-code]').count(), 0, 'no bid before the declaration');
  await who.tab.check('#conflict-none');
  await who.tab.click('#declare button');
  await who.tab.waitForSelector('[data-code]');
  await who.tab.click('#enter-room button');
  await who.tab.waitForSelector('#leave-room');
}

/** Closes the sheet, saves the file, signs the commitment. @returns {Promise<string>} path of the file */
async function commit(stage, who) {
  await who.tab.click('#close-sheet button');
  await who.tab.waitForSelector('#save-kept');
  assert.ok(await who.tab.isDisabled('#commit-now'), 'no commitment before the file is saved');
  const file = await stage.saved(who, '#save-kept', `kept-${who.name}.json`);
  await who.tab.click('#commit-now');
  await who.tab.waitForSelector('#kept-title');
  return file;
}

/**
 * The walk.
 * @param {import('./stage.mjs').Stage} stage
 * @param {{pages?: boolean}} [how] `pages`: operator, supervisor and registrar look at theirs too
 */
export async function experts(stage, { pages = true } = {}) {
  const names = [1, 2, 3, 4, 5].map((n) => `expert-${n}`);
  await stage.until('the evaluation is open', () =>
    stage.kaibiao('buyer', 'evaluation', 'appoint', TENDER, '--reason', 'no expert of this trade is in the pool', '--expert', names.join(','), '--key', `${KEYS}buyer.pem`).then(() => true, (error) => {
      if (/unopened|not_open|not open/.test(error.stderr ?? '')) return false;
      throw error;
    }), 500); // prettier-ignore
  const at = (ms) => new Date(ms).toISOString();
  const time = stage.now;
  await stage.kaibiao('buyer', 'seat', 'hours', TENDER, '--from', at(time - 3_600_000), '--until', at(time + 86_400_000), '--key', `${KEYS}buyer.pem`);
  stage.say('the panel is appointed, the room has its hours');

  const panel = [];
  for (const [n, name] of names.entries()) {
    const who = await stage.person('evaluation', { name, language: n === 1 ? 'en-GB' : 'zh-CN', ...(n === 2 ? { viewport: PHONE } : {}) });
    await stage.signIn(who, name, { next: '/seat' });
    assert.equal(await who.tab.locator(`a[href="${SEAT}"]`).count(), 1, 'the evaluation is on the list');
    panel.push(who);
  }
  const [first, second, third, fourth, fifth] = panel;
  await stage.look(first, '/seat', 'seat-list');
  await stage.look(first, SEAT, 'seat-1-declare');

  // Before the declaration nothing is shown; an unfinished one is told so.
  await stage.open(first, `${SEAT}?lang=zh`);
  await first.tab.click('#declare button');
  await first.tab.waitForSelector('#declare [role=alert]:not([hidden])');
  await first.tab.check('#conflict-some');
  await first.tab.click('#declare button');
  await first.tab.waitForSelector('#conflicts-error:not(:empty)');
  await stage.refused(first, async () => {
    const status = await first.tab.evaluate((tender) => fetch(`/api/evaluations/${tender}/files/code-1/technical`).then((answer) => answer.status), TENDER);
    assert.ok(status >= 400, 'no file before the declaration');
  });
  await declareFree(stage, first);
  assert.match(await text(first, '#waits'), /4 个席位/);
  for (const who of [second, third, fourth]) await declareFree(stage, who);
  await stage.kaibiao('expert-5', 'evaluation', 'recuse', TENDER, '--seat', 'seat-5', '--key', `${KEYS}expert-5.pem`);
  await first.tab.waitForSelector('#close-sheet');
  stage.say('five declared, one by command; the page of the first went on by itself');

  // Reading: PDF, text and pictures in the page, each marked; names and prices nowhere.
  const view = await viewOf(first);
  const shown = await first.tab.locator('main').innerText();
  assert.doesNotMatch(shown, /bidder-|建筑工程有限公司|9,[34]\d\d,\d{3}/, 'a seat shows a name or a price');
  const kinds = new Set();
  for (const { code } of view.codes) {
    await read(first, code, ':is(canvas, .paper-text)');
    const kind = (await first.tab.locator('.viewer canvas').count()) > 0 ? 'pdf' : 'text';
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    if (kind === 'pdf') {
      await first.tab.waitForFunction(() => /第 1 页,共 1 页/.test(document.querySelector('.viewer-body [role=status]').textContent));
      assert.ok((await colours(first)) > 8, 'the page of the PDF and the mark are drawn');
      assert.match(await first.tab.locator('.page-text').textContent(), /Technical proposal/);
      await first.tab.selectOption('#page-zoom', '2');
    } else assert.match(await text(first, '.paper-text'), /施工组织设计/);
    await stage.glance(first, `seat-2-${kind}`);
    if (kinds.size === 2) break;
  }
  assert.deepEqual([...kinds].sort(), ['pdf', 'text']);
  await first.tab.route('**/files/**', (route) => route.fulfill({ body: picture(), contentType: 'application/octet-stream' }), { times: 1 });
  await read(first, view.codes[0].code, 'canvas[aria-label*="图片"]');
  assert.ok((await colours(first)) > 1, 'a picture is marked too');
  await first.tab.route('**/files/**', (route) => route.fulfill({ body: officePdf(), contentType: 'application/octet-stream' }), { times: 1 });
  await read(first, view.codes[0].code, 'canvas');
  await first.tab.waitForFunction(() => /施工组织/.test(document.querySelector('.page-text').textContent));
  const scanned = await first.tab.locator('.viewer canvas').evaluate((canvas) => {
    const scale = canvas.width / 595;
    return [...canvas.getContext('2d').getImageData(Math.round(100 * scale), Math.round(342 * scale), 1, 1).data];
  });
  assert.ok(scanned[0] < 90 && scanned[1] < 90 && scanned[2] < 90, `a scanned page is decoded without WebAssembly: ${scanned}`);
  await stage.glance(first, 'seat-2-office');
  await first.tab.route('**/files/**', (route) => route.fulfill({ body: Buffer.of(0x50, 0x4b, 3, 4, 0, 0), contentType: 'application/octet-stream' }), { times: 1 });
  await first.tab.click(`[data-code="${view.codes[0].code}"] button[data-part]`);
  await first.tab.waitForSelector('.viewer strong');
  await first.tab.click('.viewer > button');
  assert.equal(await first.tab.locator('.viewer').count(), 0);
  stage.say('PDF, text and picture were read in the page under the mark of the seat; what is none of these is refused');

  await reviews(stage, third, view);

  // Scoring: limits while typing, what was typed outlives the tab, a sheet with a gap is not closed.
  const field = first.tab.locator('.points').first();
  const most = view.items[0].max / 100;
  await field.fill(String(most + 1));
  assert.match(await text(first, '#score-0-0-error'), new RegExp(`0 至 ${most} 分`));
  await field.fill('一');
  assert.match(await text(first, '#score-0-0-error'), /两位小数/);
  await field.fill('12.5');
  assert.equal(await first.tab.locator('#score-0-0-error').isVisible(), false);
  assert.match(await first.tab.locator('.sheet tfoot td').nth(1).innerText(), /12\.5/);
  await first.tab.waitForFunction(() => /已加密保存/.test(document.querySelector('#saved').textContent));
  await stage.open(first, SEAT);
  assert.equal(await field.inputValue(), '12.5');
  const readable = await first.tab.evaluate(async () => {
    const opened = await new Promise((resolve, reject) => {
      const request = indexedDB.open('kaibiao-log');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const store = opened.transaction('kept').objectStore('kept');
    const all = await new Promise((resolve) => (store.getAllKeys().onsuccess = (event) => resolve(event.target.result)));
    const name = all.find((one) => one.startsWith('seat/typed/'));
    const value = await new Promise((resolve) => (store.get(name).onsuccess = (event) => resolve(event.target.result)));
    return new TextDecoder('latin1').decode(value.sealed);
  });
  assert.doesNotMatch(readable, /12\.5|code-/, 'what was typed lies in the storage in clear');
  await first.tab.click('#close-sheet button');
  await first.tab.waitForSelector('#close-sheet [role=alert]:not([hidden])');
  assert.equal(await first.tab.evaluate(() => document.activeElement.matches('.points.is-invalid')), true);
  await stage.glance(first, 'seat-3-gap');
  await fillIn(first, view, 0);
  await stage.look(second, SEAT, 'seat-4-score');
  await stage.open(second, `${SEAT}?lang=en&theme=light`);
  stage.say('limits, sums, saving; a sheet with a gap was not closed');

  // Commitments: a closed sheet can be opened again; the first waits, and its page counts down by itself.
  await first.tab.click('#close-sheet button');
  await first.tab.waitForSelector('#save-kept');
  await stage.glance(first, 'seat-5-commit');
  await first.tab.click('#reopen button');
  await first.tab.waitForSelector('#close-sheet');
  assert.equal(await field.inputValue(), String(points(view.items[0].max, 0, 0) / 100));
  const files = [await commit(stage, first)];
  assert.match(await text(first, '#waits'), /4 个席位/);
  assert.equal(await first.tab.locator('#reveal').count(), 0, 'no reveal before everybody has committed');
  await fillIn(second, view, 1);
  files.push(await commit(stage, second));
  await first.tab.waitForFunction(() => /3 个席位/.test(document.querySelector('#waits').textContent));
  await stage.glance(first, 'seat-6-wait');
  for (const [n, who] of [[2, third], [3, fourth]]) {
    await fillIn(who, view, n);
    files.push(await commit(stage, who));
  }
  const sheet = Object.fromEntries(view.codes.map(({ code }, n) => [code, Object.fromEntries(view.items.map(({ item, max }) => [item, points(max, n, 4)]))]));
  writeFileSync(stage.file('sheet.json'), JSON.stringify(sheet));
  await stage.kaibiao('expert-5', 'score', 'commit', TENDER, '--seat', 'seat-5', '--sheet', stage.file('sheet.json'), '--keep', stage.file('kept-5.json'), '--key', `${KEYS}expert-5.pem`);
  stage.say('four committed in their pages, one by command');

  // Reveals: three in the page, one by the command from the file of the page, one in the page from the command's file.
  await first.tab.click('#reveal button');
  await first.tab.waitForFunction(() => /还在等待 4 个席位公开/.test(document.querySelector('#waits')?.textContent ?? ''));
  for (const who of [second, third]) {
    await who.tab.click('#reveal button');
    await who.tab.waitForSelector('#waits');
  }
  await stage.kaibiao('expert-4', 'score', 'reveal', '--keep', files[3], '--key', `${KEYS}expert-4.pem`);
  await stage.open(fifth, SEAT);
  await fifth.tab.waitForSelector('#restore-kept');
  assert.equal(await fifth.tab.locator('.points').count(), 0, 'nothing to fill in for a sheet that is elsewhere');
  await stage.glance(fifth, 'seat-7-restore');
  await fifth.tab.setInputFiles('#kept-file', files[0]);
  await fifth.tab.click('#restore-kept button');
  await fifth.tab.waitForSelector('#kept-file-error:not(:empty)');
  await fifth.tab.setInputFiles('#kept-file', stage.file('kept-5.json'));
  await fifth.tab.click('#restore-kept button');
  await fifth.tab.waitForSelector('#reveal');
  await stage.glance(fifth, 'seat-8-reveal');
  await fifth.tab.click('#reveal button');
  for (const who of panel) await who.tab.waitForSelector('#result-title');
  const ranked = await first.tab.locator('#result-title ~ .table-responsive tbody tr').count();
  assert.ok(ranked > 0, 'the result has a ranking');
  stage.say('the last reveal came from a page with the file of the command; every page shows the result by itself');

  await stage.settled(second);
  await second.tab.fill('#dissent', 'I find the second bid too optimistic.');
  await second.tab.click('#sign-report button');
  await second.tab.waitForFunction(() => /You have signed/.test(document.querySelector('#waits')?.textContent ?? ''));
  await stage.look(first, SEAT, 'seat-9-result');
  await stage.open(first, `${SEAT}?lang=zh&theme=light`);
  for (const who of [first, third, fourth, fifth]) {
    await stage.settled(who);
    await who.tab.click('#sign-report button');
    await who.tab.waitForSelector('#waits');
  }
  for (const who of panel) await who.tab.waitForFunction(() => /已完成|complete/.test(document.querySelector('#waits')?.textContent ?? ''));
  await stage.open(first, '/seat');
  assert.match(await text(first, 'main'), /评标完成/);
  await stage.look(first, `${SEAT}/report`, 'seat-report');
  await stage.open(first, `${SEAT}/report?lang=en&theme=light`);
  assert.match(await text(first, 'main'), /I find the second bid too optimistic/);
  const paper = await first.context.request.get(new URL(await first.tab.getAttribute('#report-pdf', 'href'), first.tab.url()).href);
  assert.equal(paper.headers()['content-type'], 'application/pdf');
  assert.ok((await paper.body()).subarray(0, 8).toString() === '%PDF-1.7', 'the report is a PDF');
  await stage.open(first, `${SEAT}?lang=zh&theme=light`);
  stage.say('the report is signed, with one different opinion, and read as a page and as PDF');

  // An expert's session opens nothing elsewhere.
  await stage.refused(first, async () => {
    await first.tab.goto(`${stage.zones.evaluation}/seat/T2026-999`);
    assert.match(await text(first, 'main'), /不在该招标项目的评标委员会/);
  });
  if (pages) await others(stage);
}

/**
 * The preliminary review of a declared method, which this tender does not have: the page is told of one, and what it
 * would send is caught. No commitment is offered before the review is over.
 */
async function reviews(stage, who, view) {
  const items = [{ item: 'licence', max: 1, title: '资质证书' }, { item: 'deposit', max: 1, title: '投标保证金' }];
  const asked = { ...view, due: true, waiting: 5, review: { buyer: false, closed: false, items, rejected: [], voted: false } };
  const own = `**/api/evaluations/${TENDER}`;
  let sent = null;
  await who.tab.route(own, (route) => route.fulfill({ json: { ...asked, seat: 'seat-3' } }));
  await who.tab.route('**/api/acts', (route) => {
    sent = route.request().postDataJSON();
    return route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify({ code: 'review.nothing', detail: 'There is no review.', zh: '没有初步评审。', status: 422 }) });
  });
  await stage.open(who, `${SEAT}?lang=zh`);
  await who.tab.waitForSelector('#vote');
  assert.equal(await who.tab.locator('#close-sheet').count(), 0, 'no sheet is closed before the review is over');
  await who.tab.click('#vote button');
  await who.tab.waitForSelector('#vote-1-error:not(:empty)');
  const choices = who.tab.locator('#vote select');
  const count = await choices.count();
  assert.equal(count, view.codes.length * items.length);
  for (let n = 0; n < count; n += 1) await choices.nth(n).selectOption(n === 1 ? '0' : '1');
  await who.tab.click('#vote button');
  await who.tab.waitForSelector('#reason-2-error:not(:empty)');
  await who.tab.fill('#reason-2', '未见保函');
  await stage.glance(who, 'seat-2-review');
  await stage.refused(who, async () => {
    await who.tab.click('#vote button');
    await who.tab.waitForSelector('#vote [role=alert]:not([hidden])');
  });
  assert.equal(sent.kind, 'review.voted');
  assert.deepEqual(sent.body.votes.map(({ code, item }) => `${code} ${item}`), view.codes.flatMap(({ code }) => items.map(({ item }) => `${code} ${item}`)));
  assert.deepEqual(sent.body.votes.filter(({ passes }) => !passes), [{ code: view.codes[0].code, item: 'deposit', passes: false, reason: '未见保函' }]);
  await who.tab.unroute(own);
  await who.tab.unroute('**/api/acts');
  await stage.open(who, SEAT);
  stage.say('a review is voted on item by item, with a reason where a bid fails');
}

/** The operator in every zone, the supervisor who sees the process and no score. */
async function others(stage) {
  const key = stage.file('operator.pem');
  const request = stage.file('operator.json');
  await stage.kaibiao('operator', 'key', 'new', '--out', key);
  await stage.kaibiao('operator', 'account', 'request', 'operator-1', '--name', '值班', '--roles', 'operator', '--key', key, '--out', request);
  await stage.kaibiao('registry', 'account', 'enrol', request, '--key', `${KEYS}registrar.pem`);
  for (const zone of ['procurement', 'evaluation', 'supervision']) {
    const operator = await stage.person(zone, { name: `operator in ${zone}` });
    await stage.signIn(operator, 'operator-1', { file: key, next: '/operator' });
    if (zone === 'procurement') await stage.look(operator, '/operator', 'operator');
    assert.match(await text(operator, 'main'), /SQLite|PostgreSQL/);
    await stage.leave(operator);
  }
  const supervisor = await stage.person('supervision', { name: 'supervisor' });
  await stage.signIn(supervisor, 'supervisor', { next: '/docket' });
  await stage.look(supervisor, '/docket', 'docket');
  await stage.look(supervisor, `/docket/${TENDER}`, 'docket-matter');
  await stage.look(supervisor, `/docket/${TENDER}/report`, 'docket-report');
  await stage.look(supervisor, '/chain', 'chain');
  const registrar = await stage.person('procurement', { name: 'registrar' });
  await stage.signIn(registrar, 'registry', { file: `${KEYS}registrar.pem`, next: '/registrar' });
  await stage.look(registrar, '/registrar', 'registrar');
  stage.say('operator, supervisor and registrar looked at their pages');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dir, programs, pictures] = process.argv.slice(2);
  await play({ dir, programs, pictures, name: 'experts' }, experts);
}
