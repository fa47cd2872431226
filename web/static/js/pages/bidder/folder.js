// The backup of a bid in one encrypted file: offered, read back, and taken up again on another machine.
// Invariant: a backup counts as kept only after the saved copy was read back and holds the same bid.

import { bidBackup, openBackup, sealBackup } from '../../bid-backup.js';
import { hex, unhex } from '../../bytes.js';
import { spellText } from '../../canonical.js';
import { h } from '../../dom.js';
import { envelopeHash } from '../../envelope.js';
import { fingerprint } from '../../ed25519.js';
import { FieldFault, acts, chosen, wanted } from '../../form.js';
import { readHeader } from '../../kem.js';
import { Draft, scalarName } from '../../keyring.js';
import { say } from '../../language.js';
import { TREE64K } from '../../oracle.js';
import { jobs } from '../../seal-job.js';
import { pointBytes } from '../../ristretto.js';
import { readTerms, stageKeys } from '../../terms.js';
import { field, form, submit } from './desk.js';

/** Makes the finished envelopes of a backup again, so that this browser can check them. */
export async function restoreJobs(desk, own, content) {
  const terms = await readTerms(desk.trust, desk.tender);
  const keys = await stageKeys(desk.trust, terms);
  const signer = fingerprint(unhex(own.key, 32));
  for (const { envelope, file, scalar } of content.envelopes) {
    const handed = own.submissions.find(({ body }) => body.envelopes.some(({ submission }) => submission === envelope.submission));
    const rules = handed?.body.rules ?? terms.rules;
    const { closesAt } = terms.versions.find((version) => version.rules === rules);
    const submission = unhex(envelope.submission, 16);
    const label = {
      tender: desk.tender, lot: envelope.lot, part: envelope.part, submission, signer, keyId: unhex(envelope.key_id, 32),
      closesAt, rules: unhex(rules, 32), blk: unhex(envelope.blk, 32),
    }; // prettier-ignore
    const hash = envelopeHash(TREE64K, label, readHeader(unhex(envelope.header, 128)), unhex(envelope.body_digest, 32));
    const { header, body_digest, body_length } = envelope;
    const job = {
      bid: own.bid, submission: envelope.submission, label, y: pointBytes(keys.get(envelope.key_id)), file, address: null,
      salt: new Uint8Array(0), scalar: await desk.keyring.wrap(scalarName(own.bid, submission), unhex(scalar, 32)),
      done: { header, body_digest, body_length, envelope_hash: hex(hash) },
    }; // prettier-ignore
    await desk.storage.update(`sealing/${own.bid}/${envelope.submission}`, (kept) => kept ?? job);
  }
}

function offerBytes(link, name, bytes) {
  if (link.href.startsWith('blob:')) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  link.download = name;
  link.hidden = false;
}

/** The backup of a bid as a view. */
export function folderView(desk, bid) {
  const save = h('a', { class: 'btn', hidden: true }, say('下载投标备份', 'Download the backup of the bid'));
  const said = h('p', { role: 'status' });
  let passphrase = null;
  const make = form({ id: 'folder' },
    h('p', {}, say('投标备份含投标密钥和各信封的秘密(已加密),可在另一台机器上替换、解密和核对投标。口令须与投标密钥备份的口令相同。', 'The backup holds the bid key and the secrets of its envelopes, encrypted: with it the bid can be replaced, unlocked and checked on another machine. Use the passphrase of the bid key.')),
    field(say('投标密钥的口令', 'Passphrase of the bid key'), { id: 'folder-passphrase', type: 'password', autocomplete: 'current-password', required: true }),
    submit('制作备份', 'Make the backup', ''),
    ' ', save,
  ); // prettier-ignore
  const back = form({ id: 'folder-back', hidden: true },
    field(say('选择您保存的备份以核对', 'Choose the copy you saved, to check it'), { id: 'folder-copy', type: 'file', accept: '.bid', required: true }),
    submit('核对备份', 'Check the copy', ''), said,
  ); // prettier-ignore
  const contents = async () => bidBackup(desk.keyring, bid, await jobs(desk.storage, bid));
  acts(make, async (elements) => {
    const given = wanted(elements['folder-passphrase']);
    const content = await contents();
    try {

      await Draft.restore('key', content.key_file, given);
    } catch (error) {
      throw new FieldFault(elements['folder-passphrase'], error.zh ?? String(error), error.en ?? String(error));
    }
    passphrase = given;
    offerBytes(save, `kaibiao-${bid}.bid`, await sealBackup(content, passphrase));
    back.hidden = false;
    save.focus();
  });
  acts(back, async (elements) => {
    const copy = chosen(elements['folder-copy']);
    let read;
    try {
      read = await openBackup(new Uint8Array(await copy.arrayBuffer()), passphrase);
    } catch (error) {
      throw new FieldFault(elements['folder-copy'], error.zh ?? String(error), error.en ?? String(error));
    }
    if (spellText(read) !== spellText(await contents())) {
      throw new FieldFault(elements['folder-copy'], '这是另一份或较早的备份。', 'This is another backup, or an older one.');
    }
    said.textContent = say('备份核对无误。', 'The backup was read back and is whole.');
  });
  return h('details', {}, h('summary', {}, say('投标备份', 'Backup of the bid')), make, back);
}
