// The self-check: one step after another, each with its result, its time and what to do if it failed.
// Invariant: a step that fails stops only those that need what it makes; what was made is removed in any case.

import { now } from '../clock.js';
import { fill, find, h } from '../dom.js';
import { offer } from '../form.js';
import { Keyring } from '../keyring.js';
import { say, sayTime } from '../language.js';
import { report, skipped, stateWord, thrown, verdicts, good } from '../self-check/outcome.js';
import { SIZE, TENDER, forgetAll, heldCeremony, inventedFile, openedAndSame, preparedJob, sealedHere } from '../self-check/dummy.js';
import { browserStep, chanceStep, clockStep, keyStep, signatureStep, storageStep } from '../self-check/machine.js';
import { endUploads, uploadedWithACut } from '../self-check/transfer.js';
import { zone } from '../session.js';
import { browserStorage } from '../storage.js';
import { rangesAt } from '../upload.js';

const root = find('#self-check');
const { account, roles } = root.dataset;
const storage = browserStorage();
const keyring = new Keyring(storage);
const begin = find('#begin');
const status = find('#status');
const MB = 1_000_000;
const DAY = 86_400_000;
/** Below this a large bid takes long to seal; in MB/s. */
const SLOW = 50;

const isBidder = () => zone() === 'procurement' && roles.split(' ').includes('bidder');
const again = () => say('重试一次;仍不通过时,保存结果并联系服务热线,或用命令行程序 kaibiao 投标。', 'Try once more. If it fails again save the result and ask the help desk, or bid with the command-line program kaibiao.');
const busy = () => say('关闭占用内存和处理器的程序,用最新的浏览器再试。', 'Close what uses memory and processor, and try again in a browser of today.');
const network = () => say('检查网络、代理和防火墙是否允许向平台发送大请求;换一个网络再试。', 'See whether network, proxy and firewall let large requests through to the platform; try another network.');

/** What the steps hand on to one another. */
function steps(made, tell) {
  return [
    ['browser', browserStep, again],
    ['clock', clockStep, network],
    ['chance', chanceStep, busy],
    ['storage', () => storageStep(storage), () => say('允许本网站保存数据,不要用无痕窗口。', 'Let this site keep data, and use no private window.')],
    ['key', () => keyStep(keyring, account, zone(), now()), again],
    ['signature', signatureStep, again],
    ['ceremony', async () => {
      made.ceremony = await heldCeremony();
      return good('五人生成一把密钥,证书由五人签名。', 'Five made one key, and all five signed its certificate.');
    }, busy],
    ['seal', async () => {
      if (!made.ceremony) return skipped('没有开标密钥。', 'There is no opening key.');
      made.file = inventedFile(SIZE);
      made.job = await preparedJob({ keyring, storage }, made.ceremony.certificate, made.file, Math.floor(now()) + DAY);
      const began = performance.now();
      made.sealed = await sealedHere(keyring, made.job, made.file, made.ceremony.certificate.y, tell);
      const speed = Math.round(SIZE / MB / ((performance.now() - began) / 1_000));
      const said = say(`${SIZE / MB} MB,每秒 ${speed} MB(${made.sealed.width} 个线程)。`, `${SIZE / MB} MB at ${speed} MB/s by ${made.sealed.width} workers.`);
      return speed >= SLOW ? { state: 'good', said } : { state: 'weak', said, todo: say('密封大文件会较慢,请提早开始。', 'A large file takes long to seal: begin early.') };
    }, busy],
    ['upload', async () => {
      if (!isBidder()) return skipped('需以投标人身份登录交易区。', 'It needs a bidder’s session in the procurement zone.');
      if (!made.sealed) return skipped('没有密封的文件。', 'There is nothing sealed.');
      made.upload = await uploadedWithACut(storage, made.job, made.file, made.sealed.bodyDigest, tell);
      const { had, total, ms, cut } = made.upload;
      const speed = (total / MB / (ms / 1_000)).toFixed(1);
      if (!cut) return { state: 'weak', said: say(`已上传,每秒 ${speed} MB;网络太快,来不及切断。`, `Uploaded at ${speed} MB/s, too fast to be cut.`), todo: say('再试一次。', 'Try once more.') };
      return good(
        `切断时已到达 ${had} 字节,从该处续传至 ${total} 字节;平台计算的摘要与本机一致,含重新密封每秒 ${speed} MB。`,
        `${had} bytes had arrived when it was cut; it went on from there to ${total}. The platform's digest is ours. ${speed} MB/s, sealing twice included.`,
      );
    }, network],
    ['open', async () => {
      if (!made.sealed) return skipped('没有密封的文件。', 'There is nothing sealed.');
      const local = async (start, end) => new Uint8Array(await made.sealed.body.slice(start, end).arrayBuffer());
      const read = made.upload ? rangesAt(made.upload.address) : local;
      const who = await openedAndSame(made.ceremony, made.job, made.sealed, made.file, read);
      const from = made.upload ? say('从平台分段读回', 'read back from the platform by ranges') : say('从本机读取(未上传)', 'read on this machine (nothing was uploaded)');
      return good(`${from},由保管人 ${who.join('、')} 开启,与原文件完全相同。`, `It was ${from}, opened by custodians ${who.join(', ')}, and is the same byte for byte.`);
    }, again],
    ['tidy', async () => {
      const ended = made.job ? await endUploads(storage, made.job.bid) : 0;
      const forgotten = await forgetAll(keyring);
      return good(`已删除 ${forgotten} 份虚拟投标,终止 ${ended} 个上传。`, `${forgotten} invented bid(s) removed, ${ended} upload(s) ended.`);
    }, again],
  ]; // prettier-ignore
}

const rowOf = (name) => find(`tr[data-step="${name}"]`, root);

function show(name, outcome, ms) {
  const row = rowOf(name);
  row.dataset.state = outcome.state;
  fill(find('.result', row), h('strong', {}, stateWord(outcome.state)), ' ', outcome.said,
    outcome.todo && h('p', {}, say('请:', 'What to do: '), outcome.todo)); // prettier-ignore
  find('.took', row).textContent = say(`${Math.round(ms)} 毫秒`, `${Math.round(ms)} ms`);
}

async function run() {
  begin.disabled = true;
  find('#verdict').hidden = true;
  find('#save').hidden = true;
  for (const row of root.querySelectorAll('tr[data-step]')) {
    delete row.dataset.state;
    find('.result', row).textContent = say('等待', 'waiting');
  }
  const outcomes = new Map();
  const rows = [];
  let cannot = false;
  const title = (name) => find('th', rowOf(name)).textContent;
  let current = '';
  const tell = (done, of) => {
    status.textContent = say(`正在检查:${title(current)}(${Math.floor((100 * done) / of)}%)`, `Checking: ${title(current)} (${Math.floor((100 * done) / of)} %)`);
  };
  const began = now();
  for (const [name, work, todo] of steps({}, tell)) {
    current = name;
    status.textContent = say(`正在检查:${title(name)}`, `Checking: ${title(name)}`);
    find('.result', rowOf(name)).textContent = say('正在检查……', 'checking …');
    const start = performance.now();
    let outcome;
    try {
      outcome = cannot ? skipped('浏览器缺少所需功能。', 'The browser lacks what this needs.') : await work();
    } catch (error) {
      outcome = thrown(error, todo());
    }
    // Without its browser nothing else of a machine can be tried.
    if (name === 'browser' && outcome.state === 'bad') cannot = true;
    const ms = performance.now() - start;
    outcomes.set(name, outcome);
    rows.push({ name, title: title(name), outcome, ms });
    show(name, outcome, ms);
  }
  const found = verdicts(outcomes);
  const verdict = find('#verdict');
  verdict.hidden = false;
  fill(verdict, h('strong', {}, found.every(({ can }) => can) ? say('这台电脑可以投标。', 'This computer can do it.') : say('结论', 'What this computer can do')),
    h('ul', {}, found.map(({ said }) => h('li', {}, said)))); // prettier-ignore
  const about = { origin: location.origin, zone: zone(), at: sayTime(began), agent: navigator.userAgent, rows };
  offer(find('#save'), 'kaibiao-self-check.txt', report(about));
  status.textContent = say('检查完毕。', 'The check is finished.');
  begin.textContent = say('再检查一次', 'Check again');
  begin.disabled = false;
  root.dataset.done = String(rows.length);
}

begin.hidden = false;
begin.addEventListener('click', run);
// A check that was broken off, by a closed page, is tidied up by the next visit.
for (const { bid, tender } of await keyring.bids().catch(() => [])) {
  if (tender !== TENDER) continue;
  await endUploads(storage, bid).catch(() => {});
  await keyring.forget(bid);
}
document.documentElement.dataset.ready = 'self-check';
