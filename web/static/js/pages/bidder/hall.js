// What a bidder does at the opening of one stage: compare the list with the own receipt, unlock, object, sign the record.
// Invariant: a lock is given away only after the deadline, for a list that the log proves and that names exactly the
// revision handed in last; a secret given is given for ever.

import { hex, random, unhex } from '../../bytes.js';
import { now } from '../../clock.js';
import { h } from '../../dom.js';
import { acts, wanted } from '../../form.js';
import { language, say, sayMoney, sayTime } from '../../language.js';
import { Failure } from '../../problem.js';
import { field, form, submit } from './desk.js';

/** What proven facts tell of one stage's opening. */
export function stageOf(facts, stage, bid) {
  const of = (kind) => facts.filter((fact) => fact.kind === kind && fact.body.stage === stage);
  const first = (kind) => of(kind)[0] ?? null;
  const own = (kind) => of(kind).filter(({ body }) => body.bid === bid);
  return {
    frozen: first('list.frozen'), settled: first('list.settled'), recorded: first('opening.recorded'),
    failed: first('opening.failed'), closed: first('opening.closed'), unlocked: own('bid.unlocked')[0] ?? null,
    disputed: own('list.disputed')[0] ?? null, confirmed: own('opening.confirmed')[0] ?? null,
    objections: own('opening.objected'), replies: facts.filter(({ kind }) => kind === 'opening.replied'),
  }; // prettier-ignore
}

/**
 * How a frozen list compares with the own receipts: the envelopes of the stage, and what is wrong.
 * @param {object} frozen body of `list.frozen` @param {object} own @param {Set<string>} parts of the stage
 * @returns {{listed: string[], wrong: {zh: string, en: string}|null}}
 */
export function compareList(frozen, own, parts) {
  const listed = frozen.envelopes.filter(({ bid }) => bid === own.bid);
  const last = own.live ? own.submissions.at(-1) : null;
  const wanted = last ? last.body.envelopes.filter(({ part }) => parts.has(part)).map(({ submission }) => submission) : [];
  const names = listed.map(({ submission }) => submission);
  const same = names.length === wanted.length && wanted.every((one) => names.includes(one));
  if (same && listed.every(({ seq }) => seq === last.seq)) return { listed: names, wrong: null };
  const wrong = last
    ? { zh: '名单中没有您最后递交的全部信封,或列出了别的信封。请不要解密,立即凭回执提出名单异议。', en: 'The list lacks envelopes that you handed in last, or names others. Do not unlock: dispute the list with your receipt at once.' }
    : { zh: '名单列出了您的信封,但您没有有效的投标。请提出名单异议。', en: 'The list names envelopes of yours, but no bid of yours stands. Dispute the list.' }; // prettier-ignore
  return { listed: names, wrong };
}

function unlockForm({ desk, own, terms, stage, listed }, show) {
  const view = form({ id: `unlock-${stage}` },
    h('p', {}, say('您的信封带有投标人自锁。在时限内解密,保管人才能打开;逾期未解密视为撤销投标。', 'Your envelopes carry your own lock. Unlock within the window so that the custodians can open them; a bid that is not unlocked counts as revoked.')),
    submit('签名并解密', 'Sign and unlock'),
  ); // prettier-ignore
  acts(view, async () => {
    if (now() < terms.closesAt) throw new Failure('截止时间未到,任何人此时都无权要求解密。', 'The deadline has not come: nobody may ask for a secret now.');
    const keys = [];
    for (const submission of listed) keys.push({ beta: hex(await desk.keyring.lock(own.bid, unhex(submission, 16))), submission });
    await desk.act('bid.unlocked', { bid: own.bid, keys, stage }, await desk.keyring.bid(own.bid));
    await show();
  });
  return view;
}

function textForm(id, label, button, work) {
  const view = form({ id }, field(label, { id: `${id}-text`, 'data-refused': 'text.invalid objection.too_many', rows: 4, maxlength: 4000, required: true }, { tag: 'textarea' }), button);
  acts(view, async (elements) => {
    const text = wanted(elements[`${id}-text`]);
    await work(text);
  });
  return view;
}

function disputeForm({ desk, own, stage }, show) {
  const last = own.facts.filter(({ kind }) => kind === 'bid.submitted').at(-1);
  const label = say('名单异议的内容', 'What is wrong with the list');
  return textForm(`dispute-${stage}`, label, submit('签名并提出名单异议', 'Sign and dispute the list', 'btn-danger'), async (text) => {
    await desk.act('list.disputed', { bid: own.bid, receipt: last.receipt, stage, text }, await desk.keyring.bid(own.bid));
    await show();
  });
}

function partRow(part) {
  const { letter, unopened } = part;
  const bidders = unopened && ['bidder_no_unlock', 'bidder_bad_envelope'].includes(unopened.cause);
  const outcome = unopened
    ? [bidders ? say('未开启,视为撤销:', 'not opened, counts as revoked: ') : say('未开启,视为撤回:', 'not opened, counts as withdrawn: '), h('bdi', {}, unopened.evidence)]
    : letter ? [h('bdi', {}, letter.name), letter.price && `, ${sayMoney(letter.price)}`] : say('已开启', 'opened'); // prettier-ignore
  return h('li', {}, h('code', {}, `${part.lot}/${part.part}`), ': ', outcome);
}

function objection({ body, seq, ts }, replies) {
  const reply = replies.find((one) => one.body.objection === body.objection);
  return h('li', {}, `${sayTime(ts)} · #${seq}: `, h('bdi', {}, body.text), ' ',
    reply ? [say('答复:', 'Reply: '), h('bdi', {}, reply.body.text)] : say('(尚未答复)', '(not answered yet)')); // prettier-ignore
}

/** The view of one stage. */
export function stageView({ desk, own, terms, stage }, show) {
  const { stage: id, parts } = stage;
  const at = stageOf(terms.facts, id, own.bid);
  const about = { desk, own, terms, stage: id };
  const out = [h('h2', {}, say('阶段 ', 'Stage '), h('code', {}, id))];
  const add = (...children) => out.push(...children);
  if (!at.frozen) {
    add(h('p', {}, say('名单尚未形成。截止后平台会先公布信封名单,再由保管人开启。', 'There is no list yet. After the deadline the platform first publishes the list of envelopes; then the custodians open them.')));
    return h('section', {}, out);
  }
  const { listed, wrong } = compareList(at.frozen.body, own, new Set(parts.map(({ part }) => part)));
  add(h('p', {}, say(`名单已公布(日志第 ${at.frozen.seq} 条),核对与解密时限至 `, `The list is public (entry ${at.frozen.seq}); time for disputes and unlocking until `), sayTime(at.frozen.body.until),
    ' ', h('span', { class: 'countdown', 'data-until': at.frozen.body.until })));
  // A suspension lengthens the window: the platform says when it ends, by settling the list.
  const open = !at.settled;
  add(h('p', {}, wrong ? h('strong', {}, say(wrong.zh, wrong.en)) : say(`名单中有您最后递交的全部 ${listed.length} 个信封,与回执一致。`, `The list has all ${listed.length} envelopes that you handed in last, as your receipt says.`)));
  if (open && wrong && own.submissions.length > 0 && !at.disputed) add(disputeForm(about, show));
  if (at.disputed) add(h('p', {}, say(`您已提出名单异议(第 ${at.disputed.seq} 条)。`, `You disputed the list (entry ${at.disputed.seq}).`)));
  if (terms.notice.opening.bidder_lock && own.live) {
    if (at.unlocked) add(h('p', { class: 'note' }, h('strong', {}, say(`已解密(第 ${at.unlocked.seq} 条,${sayTime(at.unlocked.ts)})。`, `Unlocked (entry ${at.unlocked.seq} at ${sayTime(at.unlocked.ts)}).`))));
    else if (open && !wrong) add(unlockForm({ ...about, listed }, show));
    else if (!open) add(h('p', { class: 'note' }, h('strong', {}, say('解密时限已过,您没有解密。', 'The window for unlocking has passed, and you did not unlock.'))));
  }
  if (at.failed) add(h('p', { class: 'note' }, say('本阶段开启失败,责任不在投标人。', 'The opening of this stage failed; no bidder is at fault.')));
  if (at.recorded) {
    const { body, seq } = at.recorded;
    const mine = body.bids.find(({ bid }) => bid === own.bid);
    add(h('h3', {}, say('开标记录', 'Opening record'), ` #${seq}`), h('p', {}, h('a', { href: `/tenders/${desk.tender}/record` }, say('查看全部开标记录', 'See the whole record'))));
    if (mine) add(h('ul', {}, mine.parts.map(partRow)));
    if (own.bid && mine) {
      if (at.confirmed) add(h('p', {}, say(`您已签名确认开标记录(第 ${at.confirmed.seq} 条)。`, `You signed the record (entry ${at.confirmed.seq}).`)));
      else {
        const confirm = form({ id: `confirm-${id}` }, submit('签名确认开标记录', 'Sign the opening record'));
        acts(confirm, async () => {
          await desk.act('opening.confirmed', { bid: own.bid, record: seq, stage: id }, await desk.keyring.bid(own.bid));
          await show();
        });
        add(confirm);
      }
      add(h('h3', {}, say('开标异议', 'Objections at the opening')));
      if (at.objections.length > 0) add(h('ul', {}, at.objections.map((one) => objection(one, at.replies))));
      if (!at.closed) {
        add(h('p', {}, say('异议须当场提出,时限至 ', 'Objections are made on the spot, until '), sayTime(body.until)),
          textForm(`object-${id}`, say('异议内容', 'Objection'), submit('签名并提出异议', 'Sign and object'), async (text) => {
            const name = `objection-${hex(random(8))}`;
            await desk.act('opening.objected', { bid: own.bid, objection: name, stage: id, text }, await desk.keyring.bid(own.bid));
            await show();
          })); // prettier-ignore
      } else add(h('p', {}, say('异议时限已过。', 'The time for objections has passed.')));
    }
  }
  return h('section', { lang: language() === 'en' ? 'en' : 'zh-CN' }, out);
}
