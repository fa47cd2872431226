// The registrar's page: requests of the inbox or of a file, checked and signed here; accounts looked up and revoked.
// Invariant: nothing is signed that was not checked and shown first.

import { act } from '../act.js';
import { getJson } from '../api.js';
import { hex, unhex } from '../bytes.js';
import { now } from '../clock.js';
import { fieldError, fill, find, h } from '../dom.js';
import { fingerprint } from '../ed25519.js';
import { decline, discard, waiting } from '../enrolment-inbox.js';
import { checked } from '../enrolment.js';
import { FieldFault, acts, identifier, wanted } from '../form.js';
import { Keyring } from '../keyring.js';
import { say, sayError, sayTime } from '../language.js';
import { roleNames } from '../role-names.js';
import { browserStorage } from '../storage.js';
import { Trust } from '../trust.js';

const keyring = new Keyring(browserStorage());
const me = find('#enrol').dataset.account;
const LONGEST = 64 * 1024;
const YEARS = 3;
const CHINA = 8 * 3_600_000;
const DAY = 86_400_000;
/** What is open: the request, and its id if it came by the inbox. */
let asked = null;

const pair = (term, ...details) => [h('dt', {}, term), h('dd', {}, ...details)];
const print = (key) => h('code', { class: 'hash' }, hex(fingerprint(unhex(key, 32))));

function shown(body) {
  return h('dl', { class: 'facts' },
    pair(say('账户', 'Account'), h('bdi', {}, body.account)),
    pair(say('姓名或单位', 'Name'), h('bdi', {}, body.name)),
    pair(say('联系方式', 'Contact'), h('bdi', {}, body.contact || '—')),
    pair(say('工作单位', 'Employer'), h('bdi', {}, body.employer || '—')),
    pair(say('角色', 'Roles'), roleNames(body.roles)),
    pair(say('密钥指纹', 'Fingerprint of the key'), print(body.key)),
    pair(say('持有证明', 'Proofs of possession'), say('本浏览器已核对,成立', 'checked in this browser, and hold')),
  ); // prettier-ignore
}

/** The day so many years from today, in China. */
function inYears(years) {
  const day = new Date(now() + CHINA);
  day.setUTCFullYear(day.getUTCFullYear() + years);
  return day.toISOString().slice(0, 10);
}

/** The last millisecond of the chosen day in China; undefined if none was chosen. */
function endOf(field) {
  if (field.validity.badInput) throw new FieldFault(field, '日期不完整。', 'The date is not complete.');
  if (!field.value) return undefined;
  const end = Date.parse(field.value) + DAY - CHINA - 1;
  if (end <= now()) throw new FieldFault(field, '该日期已过。', 'That day is over.');
  return end;
}

function close() {
  asked = null;
  find('#opened').hidden = true;
  fill(find('#shown'));
}

/** Checks a request and opens it; throws what does not hold. */
async function open(read, id) {
  close();
  const trust = await Trust.open();
  const body = await checked(trust.origin, read);
  asked = { body, id };
  fill(find('#shown'), shown(body));
  find('#until').value = inYears(YEARS);
  find('#decline').hidden = id === null;
  find('#opened').hidden = false;
  find('#opened-title').focus();
}

find('#request').addEventListener('change', async (event) => {
  const field = event.target;
  close();
  fieldError(field, null);
  const file = field.files[0];
  if (!file) return;
  try {
    if (file.size > LONGEST) throw new FieldFault(field, '文件过大,不是注册申请。', 'The file is too long to be a request.');
    let read;
    try {
      read = JSON.parse(await file.text());
    } catch {
      throw new FieldFault(field, '文件不是注册申请(不是 JSON)。', 'The file is not a request (not JSON).');
    }
    await open(read, null);
  } catch (error) {
    fieldError(field, sayError(error));
  }
});

function row({ id, request, since, until }) {
  const trouble = h('div', { role: 'alert', hidden: true });
  const tell = (error) => {
    trouble.hidden = false;
    fill(trouble, sayError(error));
  };
  const clear = h('button', { class: 'btn btn-sm btn-outline-danger', type: 'button' }, say('移除', 'Discard'));
  clear.addEventListener('click', async () => {
    try {
      await discard(id);
      await list();
    } catch (error) {
      tell(error);
    }
  });
  const look = h('button', { class: 'btn btn-sm btn-primary', type: 'button' }, say('打开', 'Open'));
  look.addEventListener('click', async () => {
    trouble.hidden = true;
    try {
      await open(request, id);
    } catch (error) {
      // The server checked it too: what fails here is no request that it took.
      tell(error);
      trouble.append(' ', clear);
    }
  });
  return h('tr', { 'data-account': request.account },
    h('th', { scope: 'row', 'data-label': say('账户', 'Account') }, h('bdi', {}, request.account)),
    h('td', { 'data-label': say('角色', 'Roles') }, roleNames(request.roles)),
    h('td', { 'data-label': say('收到', 'Came') }, sayTime(since)),
    h('td', { 'data-label': say('保存至', 'Kept until') }, sayTime(until)),
    h('td', { 'data-label': say('操作', 'Action') }, look, trouble),
  ); // prettier-ignore
}

async function list() {
  const place = find('#inbox');
  try {
    const requests = await waiting();
    if (requests.length === 0) {
      fill(place, h('p', {}, say('没有待处理的申请。', 'No request is waiting.')));
      return;
    }
    const head = [say('账户', 'Account'), say('角色', 'Roles'), say('收到', 'Came'), say('保存至', 'Kept until'), say('操作', 'Action')];
    fill(place, h('table', { class: 'table cards' },
      h('caption', {}, say(`${requests.length} 件待处理`, requests.length === 1 ? '1 request waits' : `${requests.length} requests wait`)),
      h('thead', {}, h('tr', {}, head.map((text) => h('th', { scope: 'col' }, text)))),
      h('tbody', {}, requests.map(row)),
    )); // prettier-ignore
  } catch (error) {
    fill(place, h('p', { role: 'alert' }, sayError(error)));
  }
}

const done = (zh, en, { seq, at }) => say(`${zh} 日志第 ${seq} 条,${sayTime(at)}。`, `${en} Entry ${seq} of the log, ${sayTime(at)}.`);

acts(find('#enrol'), async ({ until }, form) => {
  const end = endOf(until);
  const body = end === undefined ? asked.body : { ...asked.body, until: end };
  const brought = { stream: `account/${body.account}`, kind: 'account.enrolled', body };
  const landed = await act(brought, await keyring.account(me));
  fill(find('#enrolled'), done(`${body.account} 已注册。`, `${body.account} is enrolled.`, landed));
  close();
  form.reset();
  find('#pick').reset();
  await list();
});

acts(find('#decline'), async ({ why }, form) => {
  const { body, id } = asked;
  await decline(id, wanted(why));
  fill(find('#enrolled'), say(`已谢绝 ${body.account} 的申请,其个人信息已删除。`, `The request of ${body.account} was declined, and what it said of the person is erased.`));
  close();
  form.reset();
  await list();
});

find('#close').addEventListener('click', close);

acts(find('#look'), async ({ account }) => {
  const known = await getJson(`/api/accounts/${encodeURIComponent(identifier(account))}`);
  const isRevoked = known.revoked !== null && known.revoked !== undefined;
  fill(find('#found'), h('dl', { class: 'facts' },
    pair(say('账户', 'Account'), h('bdi', {}, known.account)),
    pair(say('角色', 'Roles'), roleNames(known.roles)),
    pair(say('密钥指纹', 'Fingerprint of the key'), print(known.key)),
    pair(say('注册于', 'Enrolled by'), h('a', { href: `/log/entries/${known.enrolled}` }, say(`第 ${known.enrolled} 条`, `entry ${known.enrolled}`))),
    known.until === null || known.until === undefined ? [] : pair(say('有效期至', 'May act until'), sayTime(known.until)),
    pair(say('状态', 'Standing'), isRevoked
      ? say(`已于 ${sayTime(known.revoked)} 注销`, `revoked at ${sayTime(known.revoked)}`)
      : say('有效', 'valid')),
  )); // prettier-ignore
});

acts(find('#revoke'), async ({ revoked, reason }, revoking) => {
  const account = identifier(revoked);
  const brought = {
    stream: `account/${account}`,
    kind: 'account.revoked',
    body: { account, reason: wanted(reason) },
  };
  const landed = await act(brought, await keyring.account(me));
  fill(find('#revoked-done'), done(`${account} 已注销。`, `${account} is revoked.`, landed));
  revoking.reset();
});

await list();
document.documentElement.dataset.ready = 'registrar';
