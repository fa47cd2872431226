// The page "Verify": a dossier, a receipt or a refusal statement is checked on this computer.
// Invariant: the file goes to a worker of this page and nowhere else; what is asked of the platform is its own keys.

import { getText } from '../api.js';
import { verdictJson } from '../checks/report.js';
import { fieldError, fill, find, h } from '../dom.js';
import { language, say, sayBoth, sayError, sayTime } from '../language.js';
import { ownWorker } from '../own-worker.js';
import { readPolicy } from '../policy.js';
import { Contradiction } from '../problem.js';
import { openReceipt } from '../receipt.js';
import { Trust } from '../trust.js';

const place = {
  form: find('#verify'),
  drop: find('#drop'),
  file: find('#file'),
  folder: find('#folder'),
  policy: find('#policy'),
  own: find('#policy-own'),
  used: find('#policy-used'),
  progress: find('#progress'),
  bar: find('#progress-bar'),
  status: find('#status'),
  result: find('#result'),
};

const OUTCOMES = {
  pass: ['通过', 'passed'],
  fail: ['不通过', 'FAILED'],
  na: ['不适用', 'not applicable'],
};

let platformPolicy = null;
let worker = null;

/** The keys of this platform, pinned at first sight; its registrars as entry 0 of its log names them. */
async function askPlatform() {
  const trust = await Trust.open();
  const proof = await openReceipt(await getText('/log/proof/0'), trust.origin, trust.logKey);
  if (proof.fact?.kind !== 'platform.founded' || proof.fact.body.log_key !== trust.logKey.text) {
    throw new Contradiction(
      '本平台日志的第一条不是它自己的成立记录。',
      "The first entry of this platform's log does not found this platform.",
    );
  }
  await trust.follow(proof.checkpoint.note);
  return {
    firstSight: trust.firstSight,
    origin: trust.origin,
    logKey: trust.logKey.text,
    refusalKey: trust.refusalKey.text,
    registrars: proof.fact.body.registrars,
  };
}

async function chosenPolicy() {
  if (!place.own.checked) {
    platformPolicy ??= await askPlatform();
    const { firstSight: _, ...policy } = platformPolicy;
    return policy;
  }
  try {
    readPolicy(place.policy.value);
    fieldError(place.policy, null);
    return { pasted: place.policy.value };
  } catch (error) {
    fieldError(place.policy, sayError(error));
    place.policy.focus();
    return null;
  }
}

async function showPolicy() {
  place.policy.closest('.policy-text').hidden = !place.own.checked;
  if (place.own.checked) {
    fill(place.used, say('将使用您填入的策略。', 'The policy that you enter will be used.'));
    return;
  }
  try {
    platformPolicy ??= await askPlatform();
    fill(
      place.used,
      platformPolicy.firstSight
        ? say('使用本平台的日志密钥,本浏览器初次见到:', 'The log key of this platform is used, seen by this browser for the first time: ')
        : say('使用本浏览器记下的本平台日志密钥:', 'The log key of this platform is used, as this browser remembers it: '),
      h('code', { class: 'hash' }, platformPolicy.logKey),
    );
  } catch (error) {
    fill(place.used, sayError(error));
  }
}

function busy(running) {
  place.progress.hidden = !running;
  place.form.toggleAttribute('aria-busy', running);
}

/** @param {{file?: File, folder?: [string, File][]}} what @param {string} name */
async function verify(what, name) {
  fill(place.result);
  worker?.terminate();
  let policy;
  try {
    policy = await chosenPolicy();
  } catch (error) {
    showWrong(sayError(error));
    return;
  }
  if (policy === null) return;
  busy(true);
  fill(place.status, say('正在核对', 'Checking '), h('bdi', {}, name));
  worker = ownWorker('verify-worker.js');
  worker.onmessage = ({ data }) => {
    if (data.progress) {
      place.bar.value = data.progress.done;
      fill(place.status, sayBoth(data.progress));
      return;
    }
    finish();
    if (data.wrong) showWrong(sayBoth(data.wrong));
    if (data.paper) showPaper(data.paper, name, policy);
    if (data.verdict) showVerdict(data.verdict, name, policy);
  };
  worker.onerror = (event) => {
    finish();
    showWrong(say(`核对程序出错:${event.message}`, `The verifier failed: ${event.message}`));
  };
  worker.postMessage({ ...what, policy });
}

function finish() {
  worker.terminate();
  worker = null;
  busy(false);
}

function showWrong(sentence) {
  busy(false);
  fill(place.status, say('未能核对', 'Not checked'));
  fill(place.result, h('div', { role: 'alert', class: 'note' }, h('strong', {}, say('无法核对:', 'Cannot be checked: ')), sentence));
}

const policyName = (policy) =>
  'pasted' in policy
    ? say('您填入的策略', 'the policy that you entered')
    : say(`本平台的密钥(${policy.origin})`, `the key of this platform (${policy.origin})`);

function heading(text, name, policy) {
  fill(place.status, text);
  return [
    h('h2', { id: 'verdict', tabindex: '-1' }, text),
    h('p', {}, say('文件:', 'File: '), h('bdi', {}, name), say(';依据:', '; by: '), policyName(policy)),
  ];
}

const shown = ({ type, value }) => {
  if (type === 'time') return sayTime(value);
  return type === 'code' ? h('code', { class: 'hash' }, value) : h('bdi', {}, value);
};

function showPaper(paper, name, policy) {
  const receipt = paper.kind === 'receipt';
  const title = receipt ? say('回执成立', 'The receipt holds') : say('拒收证明成立', 'The refusal statement holds');
  const unsigned =
    paper.signed || !receipt
      ? null
      : h(
          'p',
          { class: 'note' },
          say(
            '本回执证明其位置与所示内容;它不含行为人签名所需的全部内容,签名未核对。',
            'The receipt proves the place and the content shown; it does not show all that the signature of an author needs, so none was checked.',
          ),
        );
  const list = h('dl', { class: 'facts' }, paper.rows.map((row) => [h('dt', {}, sayBoth(row)), h('dd', {}, shown(row))]));
  fill(place.result, heading(title, name, policy), unsigned, list);
  find('#verdict').focus();
}

const MOST = 8;

function evidenceOf(check) {
  const items = check.evidence.slice(0, MOST).map((item) =>
    h('li', {}, item.seq === null ? null : [h('code', {}, `#${item.seq}`), ' '], h('bdi', {}, sayBoth(item))),
  );
  const more = check.evidence.length - MOST;
  if (more > 0) items.push(h('li', {}, say(`另有 ${more} 条`, `and ${more} more`)));
  return h('ul', { class: 'list-unstyled' }, items);
}

function showVerdict(verdict, name, policy) {
  const failed = verdict.checks.filter((check) => check.outcome === 'fail').length;
  const passed = verdict.checks.filter((check) => check.outcome === 'pass').length;
  const title = verdict.good
    ? say(`卷宗无误:${passed} 项通过`, `The dossier is good: ${passed} checks passed`)
    : say(`卷宗有误:${failed} 项不通过`, `The dossier is NOT good: ${failed} ${failed === 1 ? 'check' : 'checks'} failed`);
  const rows = verdict.checks.map((check) =>
    h(
      'tr',
      { 'data-outcome': check.outcome },
      h('th', { scope: 'row' }, check.id),
      h('td', {}, sayBoth(check)),
      h('td', {}, h('span', { class: 'badge' }, say(...OUTCOMES[check.outcome]))),
      h('td', {}, evidenceOf(check)),
    ),
  );
  const about = say(
    `项目 ${verdict.tender},日志 ${verdict.origin},共 ${verdict.size} 条`,
    `Tender ${verdict.tender}, log ${verdict.origin}, ${verdict.size} entries`,
  );
  const head = [say('编号', 'No.'), say('检查', 'Check'), say('结果', 'Outcome'), say('依据', 'Evidence')];
  fill(
    place.result,
    heading(title, name, policy),
    h('p', {}, saveLink(verdict)),
    h(
      'div',
      { class: 'table-responsive' },
      h(
        'table',
        {},
        h('caption', {}, about),
        h('thead', {}, h('tr', {}, head.map((text) => h('th', { scope: 'col' }, text)))),
        h('tbody', {}, rows),
      ),
    ),
  );
  find('#verdict').focus();
}

function saveLink(verdict) {
  const json = JSON.stringify(verdictJson(verdict, language()));
  const href = URL.createObjectURL(new Blob([`${json}\n`], { type: 'application/json' }));
  return h('a', { class: 'btn d-print-none', href, download: `${verdict.tender}.verdict.json` }, say('保存结论(JSON)', 'Save the verdict (JSON)'));
}

const below = (path) => path.slice(path.indexOf('/') + 1);

/** The files of dropped folder, by their paths below it. */
async function filesOf(directory, prefix = '') {
  const reader = directory.createReader();
  const out = [];
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return out;
    for (const entry of entries) {
      if (entry.isDirectory) out.push(...(await filesOf(entry, `${prefix}${entry.name}/`)));
      else out.push([prefix + entry.name, await new Promise((resolve, reject) => entry.file(resolve, reject))]);
    }
  }
}

async function dropped(transfer) {
  const entry = transfer.items[0]?.webkitGetAsEntry?.();
  if (entry?.isDirectory) await verify({ folder: await filesOf(entry) }, entry.name);
  else if (transfer.files.length > 0) await verify({ file: transfer.files[0] }, transfer.files[0].name);
}

place.drop.addEventListener('dragover', (event) => {
  event.preventDefault();
  place.drop.classList.add('over');
});
place.drop.addEventListener('dragleave', () => place.drop.classList.remove('over'));
place.drop.addEventListener('drop', (event) => {
  event.preventDefault();
  place.drop.classList.remove('over');
  dropped(event.dataTransfer).catch((error) => showWrong(sayError(error)));
});
place.file.addEventListener('change', () => {
  const [file] = place.file.files;
  if (file) verify({ file }, file.name);
});
place.folder.addEventListener('change', () => {
  const files = [...place.folder.files].map((file) => [below(file.webkitRelativePath), file]);
  if (files.length > 0) verify({ folder: files }, place.folder.files[0].webkitRelativePath.split('/')[0]);
});
place.form.addEventListener('submit', (event) => event.preventDefault());
for (const choice of place.form.elements.trust) choice.addEventListener('change', showPolicy);
place.drop.hidden = false;
await showPolicy();
document.documentElement.dataset.ready = 'verify';
