// The keys page: what this browser keeps, its backup, and forgetting it.
// Invariant: a key is forgotten only after its account's name was typed.

import { getJson } from '../api.js';
import { equal, hex, unhex } from '../bytes.js';
import { missing } from '../browser.js';
import { now } from '../clock.js';
import { fill, find, h } from '../dom.js';
import { fingerprint } from '../ed25519.js';
import { FieldFault, acts, offer, wanted } from '../form.js';
import { Keyring } from '../keyring.js';
import { say, sayError, sayTime } from '../language.js';
import { Refused } from '../problem.js';
import { zone } from '../session.js';
import { browserStorage } from '../storage.js';

const keyring = new Keyring(browserStorage());

/** How long an account may act still, in words; from 60 days before its end with what to do. */
function ending(until) {
  const days = Math.floor((until - now()) / 86_400_000);
  const anew = h('a', { href: '/enrol' }, say('生成新密钥并申请注册', 'make a fresh key and ask to be enrolled'));
  if (days < 0) {
    return [say(`有效期已于 ${sayTime(until)} 届满,不能再登录和签名:请`, `its time was over at ${sayTime(until)}, and it can neither sign in nor sign: `), anew];
  }
  const text = say(`已注册,有效期至 ${sayTime(until)}`, `enrolled, may act until ${sayTime(until)}`);
  if (days >= 60) return text;
  return h('strong', {}, text, say(`(还有 ${days} 天);请在此之前`, ` (${days} d left); before then `), anew);
}

async function standing(account, publicKey, kind) {
  if (zone() !== 'procurement') return say('请在交易区查询账户状态', 'look the account up in the procurement zone');
  try {
    const known = await getJson(`/api/accounts/${encodeURIComponent(account)}`);
    if (known.revoked !== null && known.revoked !== undefined) return say('账户已注销', 'the account is revoked');
    const enrolled = kind === 'seed' ? known.custody?.signer : known.key;
    if (!enrolled || !equal(unhex(enrolled, 32), publicKey)) {
      return say('与账户登记的密钥不同', 'not the key under which the account is enrolled');
    }
    return known.until === null || known.until === undefined ? say('已注册,有效', 'enrolled and valid') : ending(known.until);
  } catch (error) {
    if (error instanceof Refused && error.code === 'account.unknown') return say('尚未注册', 'not enrolled yet');
    if (error instanceof Refused && error.code === 'account.erased_gone') return say('账户已注销', 'the account is revoked');
    throw error;
  }
}

async function row(account, kind) {
  const { publicKey, file } = await keyring.keptOf(account, kind);
  const what = kind === 'seed' ? say('保管人种子', 'custodian’s seed') : say('账户密钥', 'account key');
  const save = h('a', { class: 'btn btn-sm', hidden: true }, say('下载备份', 'Download the backup'));
  offer(save, `${account}.${kind === 'seed' ? 'seed' : 'key'}.pem`, file);
  const id = `forget-${kind}-${account}`;
  const field = h('input', { class: 'form-control', id, name: 'name', autocomplete: 'off', spellcheck: 'false' });
  const form = h('form', { novalidate: true },
    h('div', { 'data-trouble': true, role: 'alert', hidden: true }),
    h('label', { class: 'form-label', for: id }, say('输入账户名以从本浏览器移除', 'Type the account name to remove it from this browser')),
    field,
    h('button', { class: 'btn btn-sm btn-outline-danger', type: 'submit' }, say('移除', 'Remove')),
  ); // prettier-ignore
  acts(form, async () => {
    if (wanted(field) !== account) {
      throw new FieldFault(field, `请输入 ${account}。`, `Type ${account}.`);
    }
    await keyring.forgetKey(account, kind);
    await show();
  });
  return h('section', { class: 'card' },
    h('div', { class: 'card-body' },
      h('h2', { class: 'h3' }, h('bdi', {}, account), ` · ${what}`),
      h('dl', { class: 'facts' },
        h('dt', {}, say('指纹', 'Fingerprint')), h('dd', {}, h('code', { class: 'hash' }, hex(fingerprint(publicKey)))),
        h('dt', {}, say('状态', 'Standing')), h('dd', {}, await standing(account, publicKey, kind))),
      h('p', {}, save),
      h('details', {}, h('summary', {}, say('从本浏览器移除', 'Remove from this browser')), form)),
  ); // prettier-ignore
}

async function show() {
  const rows = [];
  for (const account of await keyring.accounts()) rows.push(await row(account, 'account'));
  for (const account of await keyring.seeds()) rows.push(await row(account, 'seed'));
  const none = h('p', {}, say('本浏览器(在此网址下)没有密钥。', 'There is no key in this browser, at this address.'));
  fill(find('#keys'), rows.length > 0 ? rows : none);
}

try {
  if ((await missing()).length === 0) await show();
} catch (error) {
  const place = find('#trouble');
  place.hidden = false;
  fill(place, sayError(error));
}
document.documentElement.dataset.ready = 'keys';
