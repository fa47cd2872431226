// The sign-in page: keys kept here, restoring one from its backup.
// Invariant: a restored key is kept only if it is the key under which the account is enrolled now.

import { getJson } from '../api.js';
import { equal, unhex } from '../bytes.js';
import { missing } from '../browser.js';
import { fieldError, fill, find, h } from '../dom.js';
import { Draft, Keyring } from '../keyring.js';
import { say, sayError } from '../language.js';
import { Refused } from '../problem.js';
import { signIn, zone } from '../session.js';
import { browserStorage } from '../storage.js';

const keyring = new Keyring(browserStorage());
const kept = find('#kept');
const trouble = find('#trouble');

function tell(error) {
  trouble.hidden = false;
  fill(trouble, sayError(error));
  trouble.scrollIntoView({ block: 'nearest' });
}

function clear() {
  trouble.hidden = true;
  fill(trouble);
}

/** A path of this site, checked again here: the server's check is not ours. */
function next() {
  const asked = new URL(kept.dataset.next || '/', location.origin);
  return asked.origin === location.origin ? asked.pathname + asked.search : '/';
}

async function enter(account, button) {
  clear();
  if (button) button.disabled = true;
  try {
    await signIn(await keyring.account(account));
    location.assign(next());
  } catch (error) {
    if (error instanceof Refused && error.code === 'session.refused') {
      fill(
        trouble,
        say(
          `账户 ${account} 的这把密钥未获接受:可能尚未注册、已被注销,或属于另一平台。`,
          `This key of account ${account} was not accepted: it may not be enrolled yet, be revoked, or belong to another platform.`,
        ),
      );
      trouble.hidden = false;
    } else {
      tell(error);
    }
    if (button) button.disabled = false;
  }
}

async function show() {
  const accounts = await keyring.accounts();
  if (accounts.length === 0) {
    fill(kept, h('p', {}, say('本浏览器(在此网址下)还没有密钥。', 'There is no key in this browser, at this address.')));
    return;
  }
  const row = (account) => {
    const button = h('button', { class: 'btn btn-primary', type: 'button', 'data-account': account },
      say('以此账户登录:', 'Sign in as '), account);
    button.addEventListener('click', () => enter(account, button));
    return h('li', {}, button);
  };
  fill(kept, h('ul', { class: 'list-unstyled' }, accounts.map(row)));
}

async function known(account) {
  // Accounts are looked up in the procurement zone; elsewhere the sign-in itself tells whether the key fits.
  if (zone() !== 'procurement') return null;
  return getJson(`/api/accounts/${encodeURIComponent(account)}`);
}

async function restore(event) {
  event.preventDefault();
  clear();
  const form = event.target;
  const { account, file, passphrase } = form.elements;
  const wants = [
    [account, !account.value.trim() && say('请填写账户。', 'Give the account.')],
    [file, !file.files[0] && say('请选择备份文件。', 'Choose the backup file.')],
    [passphrase, !passphrase.value && say('请填写口令。', 'Give the passphrase.')],
  ];
  for (const [field, sentence] of wants) fieldError(field, sentence || null);
  const first = wants.find(([, sentence]) => sentence);
  if (first) {
    first[0].focus();
    return;
  }
  const button = find('button', form);
  button.disabled = true;
  const name = account.value.trim();
  let draft;
  try {
    draft = await Draft.restore('key', await file.files[0].text(), passphrase.value);
  } catch (error) {
    fieldError(file, sayError(error));
    file.focus();
    button.disabled = false;
    return;
  }
  try {
    const enrolled = await known(name);
    if (enrolled && !equal(unhex(enrolled.key, 32), draft.publicKey)) {
      const sentence = say(
        `备份文件中的密钥不是账户 ${name} 登记的密钥。`,
        `The backup file holds another key than the one under which ${name} is enrolled.`,
      );
      fieldError(file, sentence);
      file.focus();
      return;
    }
    await keyring.keepAccount(name, draft);
    form.reset();
    await show();
    await enter(name, null);
  } catch (error) {
    if (error instanceof Refused && error.code === 'account.unknown') {
      fieldError(account, sayError(error));
      account.focus();
    } else {
      tell(error);
    }
  } finally {
    button.disabled = false;
  }
}

if ((await missing()).length === 0) await show();
find('#restore').addEventListener('submit', restore);
document.documentElement.dataset.ready = 'sign-in';
