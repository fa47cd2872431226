// Entering a tender: a fresh key for this bid alone, its backup read back, the entry signed; or the key restored.
// Invariant: nothing is entered under a key whose backup was not read back.

import { openBackup, submissionsIn } from '../../bid-backup.js';
import { hex, unhex } from '../../bytes.js';
import { h } from '../../dom.js';
import { fingerprint } from '../../ed25519.js';
import { FieldFault, acts, chosen, offer, wanted } from '../../form.js';
import { Draft, bidKeyMessage, freshBidId } from '../../keyring.js';
import { say } from '../../language.js';
import { emptyDraft, field, form, submit } from './desk.js';
import { restoreJobs } from './folder.js';

const file = (id, zh, en) => field(say(zh, en), { id, type: 'file', accept: '.pem,.key,.bid', required: true });
const secret = (id, zh, en, complete) => field(say(zh, en), { id, type: 'password', autocomplete: complete, required: true });

/** The bid key as a view: made here, restored, or kept already and not entered. */
export async function enterView(desk, own, show) {
  const kept = (await desk.keyring.bids()).filter(({ tender }) => tender === desk.tender);
  if (own.bid) return restoreView(desk, own, show);
  return kept.length > 0 ? signView(desk, kept.at(-1).bid, show) : makeView(desk, show);
}

async function enter(desk, bid) {
  const bidKey = await desk.keyring.bid(bid);
  const account = await desk.keyring.account(desk.account);
  const proof = await bidKey.sign(bidKeyMessage(desk.trust.origin, desk.tender, bid, bidKey.publicKey));
  await desk.act('bid.entered', { account: desk.account, bid, key: hex(bidKey.publicKey), proof: hex(proof) }, account);
  await desk.keep((draft) => (draft?.bid === bid ? draft : emptyDraft(bid)));
}

function signView(desk, bid, show) {
  const view = form({ id: 'enter' },
    h('p', {}, say('投标密钥已生成,备份已核对。还差一步:用账户密钥签名参加本项目。', 'The bid key is made and its backup was read back. One step is left: enter, signed by your account key.')),
    h('p', {}, say('投标编号:', 'Bid: '), h('code', {}, bid)),
    submit('签名并参加', 'Sign and enter'),
  ); // prettier-ignore
  acts(view, async () => {
    await enter(desk, bid);
    await show();
  });
  return view;
}

function makeView(desk, show) {
  const bid = freshBidId();
  let made = null;
  const save = h('a', { class: 'btn btn-primary', hidden: true }, say('下载密钥备份', 'Download the backup of the key'));
  const back = form({ id: 'read-back', hidden: true },
    h('p', {}, say('请保存备份文件,然后在此选择您保存的那份:读回无误后才会使用此密钥。', 'Save the backup file, then choose the copy you saved: only when it was read back is the key used.')),
    h('p', {}, save),
    file('copy', '您保存的备份文件', 'The backup file you saved'),
    submit('核对备份并参加', 'Check the backup and enter'),
  ); // prettier-ignore
  const make = form({ id: 'make' },
    h('p', {}, say('每个项目使用一把新的投标密钥,从中看不出您是谁。没有它就不能替换、解密您的投标,请妥善保存备份。', 'Each tender gets a fresh bid key that says nothing of you. Without it your bid can be neither replaced nor unlocked: keep its backup well.')),
    secret('passphrase', '备份口令(至少 8 个字符)', 'Passphrase for the backup (8 characters or more)', 'new-password'),
    secret('again', '再次输入口令', 'The passphrase again', 'new-password'),
    submit('生成投标密钥', 'Make the bid key'),
  ); // prettier-ignore
  acts(make, async (elements) => {
    const passphrase = wanted(elements.passphrase);
    if ([...passphrase].length < 8) throw new FieldFault(elements.passphrase, '口令至少 8 个字符。', 'At least 8 characters.');
    if (elements.again.value !== passphrase) throw new FieldFault(elements.again, '两次输入的口令不同。', 'The two passphrases differ.');
    made = { draft: await Draft.make('key', passphrase), passphrase };
    offer(save, `${bid}.key.pem`, made.draft.file);
    back.hidden = false;
    save.focus();
  });
  acts(back, async (elements) => {
    const copy = chosen(elements.copy);
    try {
      await made.draft.confirm(await copy.text(), made.passphrase);
    } catch (error) {
      throw new FieldFault(elements.copy, error.zh ?? String(error), error.en ?? String(error));
    }
    await desk.keyring.keepBid({ bid, tender: desk.tender }, made.draft);
    made = null;
    try {
      await enter(desk, bid);
    } finally {
      await show();
    }
  });
  return h('div', {}, make, back);
}

async function restored(desk, own, bytes, passphrase) {
  const isBackup = new TextDecoder().decode(bytes.subarray(0, 18)) === 'kaibiao/bid-folder';
  const content = isBackup ? await openBackup(bytes, passphrase) : null;
  const pem = content ? content.key_file : new TextDecoder().decode(bytes);
  const draft = await Draft.restore('key', pem, passphrase, fingerprint(unhex(own.key, 32)));
  const handedIn = own.submissions.flatMap(({ body }) => body.envelopes.map(({ submission }) => submission));
  const used = new Set([...handedIn, ...(content ? submissionsIn(content).map(hex) : [])]);
  await desk.keyring.keepBid({ bid: own.bid, tender: desk.tender }, draft, [...used].map((id) => unhex(id, 16)));
  if (content) await restoreJobs(desk, own, content);
}

function restoreView(desk, own, show) {
  const view = form({ id: 'restore' },
    h('p', {}, say('您已参加本项目,但本浏览器没有该投标的密钥。请用备份文件恢复:投标密钥(.pem)或投标备份(.bid)。', 'You have entered this tender, but this browser does not have the key of your bid. Restore it from its backup: the bid key (.pem) or the backup of the bid (.bid).')),
    h('p', {}, say('投标编号:', 'Bid: '), h('code', {}, own.bid)),
    file('backup', '备份文件', 'Backup file'),
    secret('passphrase', '备份口令', 'Passphrase of the backup', 'current-password'),
    submit('恢复', 'Restore'),
  ); // prettier-ignore
  acts(view, async (elements) => {
    const copy = chosen(elements.backup);
    const passphrase = wanted(elements.passphrase);
    try {
      await restored(desk, own, new Uint8Array(await copy.arrayBuffer()), passphrase);
    } catch (error) {
      throw new FieldFault(elements.backup, error.zh ?? String(error), error.en ?? String(error));
    }
    await desk.keep((draft) => (draft?.bid === own.bid ? draft : emptyDraft(own.bid)));
    await show();
  });
  return view;
}

