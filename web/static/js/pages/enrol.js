// The enrolment page: a key is made, its backup read back, and a request with proofs handed out.
// Invariant: no request exists for a key whose backup was not read back.

import { missing, wayOut } from '../browser.js';
import { hex } from '../bytes.js';
import { fill, find, h } from '../dom.js';
import { fingerprint } from '../ed25519.js';
import { enrolment } from '../enrolment.js';
import { FieldFault, acts, chosen, identifier, offer, wanted } from '../form.js';
import { Draft, Keyring } from '../keyring.js';
import { browserStorage } from '../storage.js';
import { Trust } from '../trust.js';

const keyring = new Keyring(browserStorage());
let made = null;

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
  offer(find('#save-request'), `${who.account}.request.json`, JSON.stringify(body, null, 2));
  fill(find('#fingerprint'), hex(fingerprint(signer.publicKey)));
  find('#done').hidden = false;
  find('#confirm').reset();
  find('#confirm').hidden = true;
  find('#make').reset();
  made = null;
  // Browsers may clear what they keep when space is short, unless asked not to.
  await navigator.storage?.persist?.();
  find('#save-request').focus();
});

const lacking = await missing();
if (lacking.length > 0) {
  const place = find('#missing');
  place.hidden = false;
  fill(place, h('ul', {}, lacking.map(({ what }) => h('li', {}, what))), h('p', {}, wayOut()));
  for (const button of document.querySelectorAll('main button')) button.disabled = true;
}
document.documentElement.dataset.ready = 'enrol';
