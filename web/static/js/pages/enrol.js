// The enrolment page: a key is made, its backup read back, and a request with proofs handed out.
// Invariant: no request exists for a key whose backup was not read back.

import { missing } from '../browser.js';
import { hex } from '../bytes.js';
import { fill, find, h } from '../dom.js';
import { fingerprint } from '../ed25519.js';
import { forget, send, sent, standing } from '../enrolment-inbox.js';
import { enrolment } from '../enrolment.js';
import { FieldFault, acts, chosen, identifier, offer, wanted } from '../form.js';
import { Draft, Keyring } from '../keyring.js';
import { say, sayError, sayTime } from '../language.js';
import { browserStorage } from '../storage.js';
import { Trust } from '../trust.js';

const storage = browserStorage();
const keyring = new Keyring(storage);
let made = null;
let ready = null;

function person(elements) {
  const roles = [...document.querySelectorAll('input[name=roles]:checked')].map((box) => box.value);
  const who = { account: identifier(elements.account), name: wanted(elements.name) };
  if (roles.length === 0) throw new FieldFault(find('#roles'), '请至少选择一个角色。', 'Choose at least one role.');
  return { ...who, contact: elements.contact.value.trim(), employer: elements.employer.value.trim(), roles };
}

acts(find('#make'), async (elements) => {
  const who = person(elements);
  const passphrase = wanted(elements.passphrase);
  if ([...passphrase].length < 8) throw new FieldFault(elements.passphrase, '口令至少 8 个字符。', 'At least 8 characters.');
  if (elements.again.value !== passphrase) {
    throw new FieldFault(elements.again, '两次输入的口令不同。', 'The two passphrases differ.');
  }
  if ((await keyring.accounts()).includes(who.account)) {
    throw new FieldFault(
      elements.account,
      '本浏览器已有该账户名的密钥;请换一个账户名,或先在“我的密钥”中移除。',
      'This browser has a key of that account name already: choose another name, or remove it under “My keys”.',
    );
  }
  const isCustodian = who.roles.includes('custodian');
  const key = await Draft.make('key', passphrase);
  const seed = isCustodian ? await Draft.make('seed', passphrase) : null;
  made = { who, key, seed };
  offer(find('#save-key'), `${who.account}.key.pem`, key.file);
  if (seed) offer(find('#save-seed'), `${who.account}.seed.pem`, seed.file);
  find('#save-seed').hidden = !seed;
  find('#seed-row').hidden = !seed;
  find('#confirm').hidden = false;
  find('#done').hidden = true;
  find('#save-key').focus();
});

async function confirmed(draft, field, passphrase) {
  const file = chosen(field);
  try {
    await draft.confirm(await file.text(), passphrase);
  } catch (error) {
    throw new FieldFault(field, error.zh ?? String(error), error.en ?? String(error));
  }
}

acts(find('#confirm'), async (elements) => {
  const { who, key, seed } = made;
  const passphrase = wanted(elements['read-passphrase']);
  await confirmed(key, elements['key-file'], passphrase);
  if (seed) await confirmed(seed, elements['seed-file'], passphrase);
  const trust = await Trust.open();
  await keyring.keepAccount(who.account, key);
  if (seed) await keyring.keepSeed(who.account, seed);
  const signer = await keyring.account(who.account);
  const custodian = seed ? await keyring.custodian(who.account) : null;
  const body = await enrolment(trust.origin, who, signer, custodian);
  ready = body;
  find('#send button').hidden = false;
  offer(find('#save-request'), `${who.account}.request.json`, JSON.stringify(body, null, 2));
  fill(find('#fingerprint'), hex(fingerprint(signer.publicKey)));
  find('#done').hidden = false;
  find('#confirm').reset();
  find('#confirm').hidden = true;
  find('#make').reset();
  made = null;
  // Browsers may clear what they keep when space is short, unless asked not to.
  await navigator.storage?.persist?.();
  find('#send button').focus();
});

acts(find('#send'), async () => {
  await send(storage, ready);
  find('#send button').hidden = true;
  await show();
  find('#sent-title').scrollIntoView({ block: 'nearest' });
});

/** What became of a request, in words. */
function told(account, found) {
  if (found === null) return say('平台已不再保存该申请。', 'The platform keeps this request no more.');
  const since = sayTime(found.since);
  switch (found.state) {
    case 'enrolled':
      return [say('已注册。', 'Enrolled. '), h('a', { href: '/sign-in' }, say('去登录', 'Sign in'))];
    case 'declined':
      return [say('登记处已谢绝:', 'The registrar declined: '), h('bdi', {}, found.reason ?? '')];
    case 'taken':
      return say(`账户名 ${account} 已归他人,请换名重新申请。`, `The name ${account} went to somebody else: ask again under another.`);
    default:
      return say(`${since} 收到,等待登记处处理,保存至 ${sayTime(found.until)}。`, `Came at ${since} and waits for a registrar; kept until ${sayTime(found.until)}.`);
  }
}

async function item(account) {
  let text;
  let isOver = false;
  try {
    const found = await standing(storage, account);
    isOver = found === null || found.state !== 'waiting';
    text = told(account, found);
  } catch (error) {
    text = sayError(error);
  }
  const away = h('button', { class: 'btn btn-sm', type: 'button' }, say('不再显示', 'Show no more'));
  away.addEventListener('click', async () => {
    await forget(storage, account);
    await show();
  });
  return h('li', { 'data-account': account }, h('bdi', {}, account), say(':', ': '), text, ' ', isOver ? away : null);
}

/** The requests sent from here and what became of them. */
async function show() {
  const accounts = await sent(storage);
  find('#sent').hidden = accounts.length === 0;
  fill(find('#sent-list'), h('ul', {}, await Promise.all(accounts.map(item))));
}

if ((await missing()).length === 0) await show();
document.documentElement.dataset.ready = 'enrol';
