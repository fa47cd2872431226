// The registrar's page: requests checked and signed here, accounts looked up and revoked.
// Invariant: nothing is signed that was not checked and shown first.

import { act } from '../act.js';
import { getJson } from '../api.js';
import { hex, unhex } from '../bytes.js';
import { fieldError, fill, find, h } from '../dom.js';
import { fingerprint } from '../ed25519.js';
import { checked } from '../enrolment.js';
import { FieldFault, acts, identifier, wanted } from '../form.js';
import { Keyring } from '../keyring.js';
import { say, sayError, sayTime } from '../language.js';
import { browserStorage } from '../storage.js';
import { Trust } from '../trust.js';

const keyring = new Keyring(browserStorage());
const form = find('#enrol');
const me = form.dataset.account;
const LONGEST = 64 * 1024;
let asked = null;

const pair = (term, ...details) => [h('dt', {}, term), h('dd', {}, ...details)];

function shown(body) {
  return h('dl', {},
    pair(say('账户', 'Account'), h('bdi', {}, body.account)),
    pair(say('姓名或单位', 'Name'), h('bdi', {}, body.name)),
    pair(say('联系方式', 'Contact'), h('bdi', {}, body.contact || '—')),
    pair(say('工作单位', 'Employer'), h('bdi', {}, body.employer || '—')),
    pair(say('角色', 'Roles'), h('code', {}, body.roles.join(', '))),
    pair(say('密钥指纹', 'Fingerprint of the key'), h('code', { class: 'hash' }, hex(fingerprint(unhex(body.key, 32))))),
    pair(say('持有证明', 'Proofs of possession'), say('成立', 'hold')),
  ); // prettier-ignore
}

find('#request').addEventListener('change', async (event) => {
  const field = event.target;
  asked = null;
  find('#sign').disabled = true;
  fill(find('#shown'));
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
    const trust = await Trust.open();
    asked = await checked(trust.origin, read);
    fill(find('#shown'), shown(asked));
    find('#sign').disabled = false;
  } catch (error) {
    fieldError(field, sayError(error));
  }
});

const done = (zh, en, { seq, at }) => say(`${zh} 日志第 ${seq} 条,${sayTime(at)}。`, `${en} Entry ${seq} of the log, ${sayTime(at)}.`);

acts(form, async () => {
  if (!asked) throw new FieldFault(find('#request'), '请先选择申请文件。', 'Choose the request first.');
  const brought = { stream: `account/${asked.account}`, kind: 'account.enrolled', body: asked };
  const landed = await act(brought, await keyring.account(me));
  fill(find('#enrolled'), done(`${asked.account} 已注册。`, `${asked.account} is enrolled.`, landed));
  asked = null;
  form.reset();
  fill(find('#shown'));
});
// The button is for a checked request only, whatever the form did.
new MutationObserver(() => {
  if (!asked) find('#sign').disabled = true;
}).observe(find('#sign'), { attributeFilter: ['disabled'] });

acts(find('#look'), async ({ account }) => {
  const known = await getJson(`/api/accounts/${encodeURIComponent(identifier(account))}`);
  const revoked = known.revoked === null || known.revoked === undefined
    ? say('有效', 'valid')
    : say(`已于 ${sayTime(known.revoked)} 注销`, `revoked at ${sayTime(known.revoked)}`);
  fill(find('#found'), h('dl', {},
    pair(say('账户', 'Account'), h('bdi', {}, known.account)),
    pair(say('角色', 'Roles'), h('code', {}, known.roles.join(', '))),
    pair(say('密钥指纹', 'Fingerprint of the key'), h('code', { class: 'hash' }, hex(fingerprint(unhex(known.key, 32))))),
    pair(say('注册于', 'Enrolled by'), h('a', { href: `/log/entries/${known.enrolled}` }, say(`第 ${known.enrolled} 条`, `entry ${known.enrolled}`))),
    pair(say('状态', 'Standing'), revoked),
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
document.documentElement.dataset.ready = 'registrar';
