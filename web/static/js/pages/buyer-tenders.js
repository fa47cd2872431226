// The buyer's tenders: registering one, calling a key ceremony.
// Invariant: custodians' keys go into a call as the platform shows them enrolled, and the law checks them again.

import { act } from '../act.js';
import { getJson } from '../api.js';
import { hex, random } from '../bytes.js';
import { fill, find, h } from '../dom.js';
import { FieldFault, acts, identifier, wanted } from '../form.js';
import { Keyring } from '../keyring.js';
import { say } from '../language.js';
import { Refused } from '../problem.js';
import { browserStorage } from '../storage.js';

const keyring = new Keyring(browserStorage());
const registering = find('#register');
const me = registering.dataset.account;

acts(registering, async (elements) => {
  const tender = identifier(elements.tender);
  const body = { buyer: me, regime: elements.regime.value, tender, title: wanted(elements.title) };
  if (elements.buyer) Object.assign(body, { buyer: identifier(elements.buyer), agent: me });
  else if (elements.agent.value.trim()) body.agent = identifier(elements.agent);
  await act({ stream: `tender/${tender}`, kind: 'tender.registered', body }, await keyring.account(me));
  location.assign(`/buyer/${tender}`);
});

async function member(field, account, index) {
  let known;
  try {
    known = await getJson(`/api/accounts/${encodeURIComponent(account)}`);
  } catch (error) {
    if (error instanceof Refused) throw new FieldFault(field, `${account}:${error.zh}`, `${account}: ${error.en}`);
    throw error;
  }
  if (!known.custody) throw new FieldFault(field, `${account} 不是密钥保管人。`, `${account} is not enrolled as a custodian.`);
  return { account, index, point: known.custody.point, signer: known.custody.signer };
}

acts(find('#ceremony'), async ({ custodians, threshold, slots }, form) => {
  const names = wanted(custodians).split(/\s+/);
  const k = Number(wanted(threshold));
  if (new Set(names).size !== names.length) {
    throw new FieldFault(custodians, '同一保管人写了两次。', 'A custodian is named twice.');
  }
  if (!Number.isInteger(k) || 2 * k <= names.length || k > names.length) {
    throw new FieldFault(
      threshold,
      `门限须超过 ${names.length} 人的一半且不多于 ${names.length}。`,
      `The threshold is more than half of ${names.length} and at most ${names.length}.`,
    );
  }
  const members = [];
  for (const [at, account] of names.entries()) members.push(await member(custodians, account, at + 1));
  const ceremony = `ceremony-${hex(random(8))}`;
  const body = { ceremony, k, keys: Number(wanted(slots)), members, purpose: { for: 'stock' }, session: hex(random(32)) };
  await act({ stream: `ceremony/${ceremony}`, kind: 'ceremony.called', body }, await keyring.account(me));
  form.reset();
  fill(
    find('#called'),
    say('密钥仪式已召集。请把此链接发给保管人:', 'The ceremony is called. Send this link to the custodians: '),
    h('a', { href: `/ceremonies/${ceremony}` }, h('code', {}, `${location.origin}/ceremonies/${ceremony}`)),
  );
});
document.documentElement.dataset.ready = 'buyer-tenders';
