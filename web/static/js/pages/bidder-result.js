// The result as one bidder sees it: the candidates, objections to them, the award, and what became of the own bid.
// Invariant: everything stands in the log and is proven; the page adds nothing of its own.

import { hex, random } from '../bytes.js';
import { fill, find, h } from '../dom.js';
import { acts, wanted } from '../form.js';
import { say, sayMoney, sayTime } from '../language.js';
import { readTerms } from '../terms.js';
import { Desk, field, form, page, submit } from './bidder/desk.js';

const root = find('#result');
const { tender, account } = root.dataset;

function outcome(own, facts) {
  const award = facts.find(({ kind }) => kind === 'award.made');
  const ended = facts.find(({ kind }) => kind === 'tender.failed' || kind === 'tender.terminated');
  const note = (zh, en) => h('p', { class: 'note' }, h('strong', {}, say(zh, en)));
  if (ended?.kind === 'tender.terminated') return [note('招标人已终止招标。', 'The buyer ended the tender.'), h('p', {}, h('bdi', {}, ended.body.reason))];
  if (ended) return [note('本项目流标。', 'The tender failed.'), h('p', {}, h('bdi', {}, ended.body.basis))];
  if (!award) return note('尚未定标。', 'There is no award yet.');
  const won = award.body.awards.filter(({ bid }) => bid === own.bid);
  const rows = award.body.awards.map(({ lot, account: winner, price }) =>
    h('li', {}, say('标段 ', 'Lot '), h('code', {}, lot), ': ', h('code', {}, winner), `, ${sayMoney(price)}`));
  const said = won.length > 0
    ? note(`您中标 ${won.length} 个标段。`, `You won ${won.length} lot(s).`)
    : own.bid && note('您没有中标。', 'You did not win.'); // prettier-ignore
  return [said, h('p', {}, say(`定标:日志第 ${award.seq} 条,`, `Award: entry ${award.seq}, `), sayTime(award.ts)), h('ul', {}, rows)];
}

/** What the buyer recorded after the award, as far as it is about this bidder: the contract and the own deposits. */
function afterwards(own, facts) {
  const said = [];
  const entry = ({ seq, ts }) => say(`(日志第 ${seq} 条,${sayTime(ts)})`, ` (entry ${seq}, ${sayTime(ts)})`);
  for (const fact of facts.filter(({ kind, body }) => kind === 'contract.signed' && body.bid === own.bid)) {
    const { lot, price, contract } = fact.body;
    said.push(h('li', {}, say('合同已登记:标段 ', 'Contract recorded: lot '), h('code', {}, lot), `, ${sayMoney(price)}, `, h('bdi', {}, contract.name), ' SHA-256 ', h('code', { class: 'hash' }, contract.sha256), entry(fact)));
  }
  const list = facts.findLast(({ kind }) => kind === 'deposits.received');
  const came = list?.body.deposits.filter(({ bid }) => bid === own.bid) ?? [];
  if (list && came.length === 0) said.push(h('li', {}, say('招标人的到账登记中没有您的保证金', "The buyer's list of deposits received does not have yours"), entry(list)));
  for (const { amount, lot, received_at } of came) {
    said.push(h('li', {}, say('保证金已登记到账:标段 ', 'Deposit recorded as received: lot '), h('code', {}, lot), `, ${sayMoney(amount)}, `, sayTime(received_at), entry(list)));
  }
  for (const fact of facts.filter(({ kind }) => kind === 'deposits.returned')) {
    const mine = fact.body.returned.filter(({ bid }) => bid === own.bid);
    if (fact.body.returned.length === 0) said.push(h('li', {}, say('全部保证金已登记退还', 'All deposits are recorded as returned'), entry(fact)));
    for (const { amount, interest } of mine) {
      said.push(h('li', {}, say(`保证金已登记退还:${sayMoney(amount)},利息 ${sayMoney(interest)}`, `Deposit recorded as returned: ${sayMoney(amount)}, interest ${sayMoney(interest)}`), entry(fact)));
    }
  }
  for (const fact of facts.filter(({ kind, body }) => kind === 'deposit.kept' && body.bid === own.bid)) {
    said.push(h('li', {}, say('保证金不予退还:', 'Deposit kept: '), sayMoney(fact.body.amount), ' ', h('bdi', {}, fact.body.reason), entry(fact)));
  }
  if (said.length === 0) return [];
  return [h('h2', {}, say('合同与保证金', 'Contract and deposits')), h('ul', { id: 'afterwards' }, said),
    h('p', {}, say('以上由招标人登记;与事实不符的,可向监督部门投诉。', 'The buyer recorded this; if it is not so, complain to the supervision.'))]; // prettier-ignore
}

function candidates({ body, seq }) {
  const head = [['标段', 'Lot'], ['名次', 'Rank'], ['投标人', 'Bidder'], ['报价', 'Price']];
  return h('table', { class: 'cards' }, h('caption', {}, say(`中标候选人(日志第 ${seq} 条)`, `Candidates (entry ${seq})`)),
    h('thead', {}, h('tr', {}, head.map(([zh, en]) => h('th', { scope: 'col' }, say(zh, en))))),
    h('tbody', {}, body.candidates.map(({ lot, rank, account: who, price }) => h('tr', {},
      h('th', { scope: 'row' }, h('code', {}, lot)), h('td', { 'data-label': say('名次', 'Rank') }, rank),
      h('td', { 'data-label': say('投标人', 'Bidder') }, h('code', {}, who)), h('td', { 'data-label': say('报价', 'Price') }, sayMoney(price)))))); // prettier-ignore
}

page(async () => {
  const desk = await new Desk(tender, account).open();
  async function show() {
    const { facts } = await readTerms(desk.trust, tender);
    const own = await desk.mine();
    const views = [outcome(own, facts), ...(own.bid ? afterwards(own, facts) : [])];
    const shown = facts.find(({ kind }) => kind === 'candidates.publicised');
    if (shown) {
      views.push(candidates(shown));
      const objections = facts.filter(({ kind }) => kind === 'candidates.objected');
      const reply = ({ body }) => facts.find(({ kind, body: other }) => kind === 'candidates.replied' && other.objection === body.objection);
      views.push(h('h2', {}, say('对候选人的异议', 'Objections to the candidates')));
      if (objections.length === 0) views.push(h('p', {}, say('没有异议。', 'There are none.')));
      else views.push(h('ul', {}, objections.map((one) => h('li', {}, `${sayTime(one.ts)} · #${one.seq}: `, h('bdi', {}, one.body.text), ' ', reply(one) ? [say('答复:', 'Reply: '), h('bdi', {}, reply(one).body.text)] : say('(尚未答复)', '(not answered yet)')))));
      if (!facts.some(({ kind }) => kind === 'award.made') && own.bid) {
        const ask = form({ id: 'object' },
          h('p', {}, say('公示期内可提出异议,至 ', 'Objections may be made until '), sayTime(shown.body.until)),
          field(say('异议内容', 'Objection'), { id: 'object-text', 'data-refused': 'text.invalid objection.too_many', rows: 5, maxlength: 4000, required: true }, { tag: 'textarea' }),
          submit('签名并提出异议', 'Sign and object')); // prettier-ignore
        acts(ask, async (elements) => {
          const text = wanted(elements['object-text']);
          await desk.act('candidates.objected', { objection: `objection-${hex(random(8))}`, text }, await desk.keyring.account(account));
          await show();
        });
        views.push(ask);
      }
    }
    fill(root, views);
  }
  await show();
});
