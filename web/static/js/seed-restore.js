// The form that restores a custodian's seed from its backup file, for every page where the seed acts.
// Invariant: a seed is kept only if it is the one under which the account is enrolled; file and passphrase are not sent.

import { unhex } from './bytes.js';
import { h } from './dom.js';
import { fingerprint } from './ed25519.js';
import { FieldFault, acts, chosen, wanted } from './form.js';
import { Draft } from './keyring.js';
import { say } from './language.js';

/**
 * The form; the page is loaded anew when the seed is kept.
 * @param {import('./keyring.js').Keyring} keyring
 * @param {string} account
 * @param {() => Promise<string|null>} signerOf the key of custody that is enrolled, in hex
 * @returns {HTMLFormElement}
 */
export function restoring(keyring, account, signerOf) {
  const form = h('form', { id: 'restore', novalidate: true }, h('div', { 'data-trouble': true, role: 'alert', hidden: true }),
    h('p', {}, say('本浏览器没有您的种子。请用注册时保存的备份文件恢复;文件和口令不会发送。', 'Your seed is not in this browser. Restore it from the backup file saved at enrolment; file and passphrase are not sent.')),
    h('label', { class: 'form-label', for: 'seed-file' }, say('种子备份文件', 'Backup file of the seed')),
    h('input', { class: 'form-control mb-3', id: 'seed-file', name: 'file', type: 'file', accept: '.pem,.seed', required: true }),
    h('label', { class: 'form-label', for: 'seed-passphrase' }, say('备份文件的口令', 'Passphrase of the backup file')),
    h('input', { class: 'form-control mb-3', id: 'seed-passphrase', name: 'passphrase', type: 'password', autocomplete: 'off', required: true }),
    h('button', { class: 'btn btn-primary', type: 'submit' }, say('恢复种子', 'Restore the seed'))); // prettier-ignore
  acts(form, async (elements) => {
    const file = chosen(elements.file);
    const passphrase = wanted(elements.passphrase);
    const signer = await signerOf();
    if (!signer) throw new FieldFault(elements.file, '该账户没有登记保管密钥。', 'No custody keys are enrolled for this account.');
    let draft;
    try {
      const text = await file.text();
      const from = Math.max(0, text.indexOf('-----BEGIN'));
      draft = await Draft.restore('seed', text.slice(from), passphrase, fingerprint(unhex(signer, 32)));
    } catch (error) {
      throw new FieldFault(elements.file, error.zh ?? String(error), error.en ?? String(error));
    }
    await keyring.keepSeed(account, draft);
    location.reload();
  });
  return form;
}
