// What a bidder may do with a bid that was handed in, before the deadline: check it, confirm it after an addendum,
// replace it, withdraw it.
// Invariant: what an addendum changed is shown before the bid is confirmed under it.

import { fill, h } from '../../dom.js';
import { FieldFault, acts } from '../../form.js';
import { say, sayTime } from '../../language.js';
import { checkOpens } from './handin.js';
import { form, submit } from './desk.js';

/** What an addendum changed against the version before it. */
function difference(version, before) {
  const { body } = version;
  const moved = before && before.closesAt !== version.closesAt;
  return h('section', {}, h('h3', {}, say(`第 ${version.number} 号澄清修改`, `Addendum ${version.number}`), ' · ', sayTime(version.at)),
    h('p', { class: 'prose' }, h('bdi', {}, body.text)),
    h('ul', {},
      h('li', {}, moved
        ? [say('投标截止:', 'Deadline: '), h('span', { class: 'old' }, say('原 ', 'was '), sayTime(before.closesAt)), ' → ', h('span', { class: 'new' }, say('现 ', 'now '), sayTime(version.closesAt))]
        : say('投标截止不变', 'The deadline is unchanged')),
      body.documents.map(({ name, sha256 }) => h('li', {}, say('新增或替换文件:', 'Document added or replaced: '), h('bdi', {}, name), ' ', h('code', { class: 'hash' }, sha256))),
      h('li', {}, version.substantive
        ? say('可能影响投标文件编制:不确认或不替换,原投标将不参与评审。', 'It may affect the making of bids: a bid neither confirmed nor replaced will not count.')
        : say('不影响投标文件编制。', 'It does not affect the making of bids.')))); // prettier-ignore
}

/** The form that confirms a bid under the rules in force; null if nothing waits. */
export function confirmView({ desk, own, terms, waiting }, show) {
  if (!own.live || waiting.length === 0) return null;
  const at = (version) => terms.versions[terms.versions.indexOf(version) - 1];
  const view = form({ id: 'confirm' },
    h('h2', {}, say('澄清修改待确认', 'Addenda to be confirmed')),
    waiting.map((version) => difference(version, at(version))),
    h('p', {}, say('确认表示:您的投标按原密文在新规则下继续有效。如需改动,请替换投标。', 'Confirming means that your bid stands, as it is sealed, under the new rules. To change it, replace it.')),
    submit('签名确认投标仍有效', 'Sign that the bid stands'),
  ); // prettier-ignore
  acts(view, async () => {
    const key = await desk.keyring.bid(own.bid);
    await desk.act('bid.confirmed', { bid: own.bid, rules: terms.rules }, key);
    await show();
  });
  return view;
}

/** Check, replace and withdraw. */
export function standingView({ desk, own, jobs, replace, check }, show) {
  const place = h('div', { role: 'status' });
  const run = async (button) => {
    button.disabled = true;
    try {
      await checkOpens(desk, own, jobs, place);
    } finally {
      button.disabled = false;
    }
  };
  const checker = h('button', { class: 'btn', type: 'button', onclick: () => run(checker) }, say('核对“本密钥可解开本标书”', 'Check “this key opens this bid”'));
  const again = h('button', { class: 'btn', type: 'button', onclick: replace }, say('替换投标', 'Replace the bid'));
  const sure = h('input', { class: 'form-check-input', type: 'checkbox', id: 'sure', name: 'sure' });
  const withdraw = form({ id: 'withdraw' },
    h('p', {}, say('撤回后本投标不再参加开标;截止前可以再次递交。撤回同样有回执。', 'A withdrawn bid will not be opened; before the deadline you may hand in again. The withdrawal has a receipt too.')),
    h('div', { class: 'form-check' }, sure, h('label', { class: 'form-check-label', for: 'sure' }, say('我要撤回已递交的投标', 'I withdraw the bid that was handed in'))),
    submit('签名并撤回', 'Sign and withdraw', 'btn-danger'),
  ); // prettier-ignore
  acts(withdraw, async () => {
    if (!sure.checked) throw new FieldFault(sure, '请先勾选确认。', 'Tick this first.');
    await desk.act('bid.withdrawn', { bid: own.bid }, await desk.keyring.bid(own.bid));
    await show();
  });
  if (check) run(checker);
  return h('section', { 'aria-labelledby': 'standing' }, h('h2', { id: 'standing' }, say('我的投标', 'My bid')),
    h('p', {}, checker, ' ', again), place,
    h('details', {}, h('summary', {}, say('撤回投标', 'Withdraw the bid')), withdraw)); // prettier-ignore
}

const STEPS = [
  ['制作投标密钥并备份', 'Make the bid key and keep its backup'],
  ['编制投标:投标函与文件', 'Prepare the bid: letter and files'],
  ['在本机加密并上传', 'Seal it on this computer and upload'],
  ['签名递交,取得回执', 'Sign it in and get the receipt'],
];

/** Where a bidder is on the way to a bid that stands, in one glance. @param {number} at steps that are done */
export function stepsView(at) {
  const step = ([zh, en], place) =>
    h('li', { class: `hall-step${place < at ? ' done' : place === at ? ' now' : ''}`, 'aria-current': place === at ? 'step' : null },
      place < at ? say('✓ 已完成:', '✓ Done: ') : place === at ? say('→ 现在:', '→ Now: ') : say('待办:', 'Then: '), say(zh, en)); // prettier-ignore
  return h('ol', { class: 'hall-steps', 'aria-label': say('投标步骤', 'Steps of a bid') }, STEPS.map(step));
}

/** Where the bid stands, in words that cannot be mistaken. */
export function stateView(place, { own, closed }) {
  const last = own.submissions.at(-1);
  const say2 = (zh, en) => h('p', { class: 'note', id: 'state' }, h('strong', {}, say(zh, en)));
  const parts = [];
  if (own.live && last) {
    parts.push(say2(
      `已递交第 ${last.body.revision} 版,回执第 ${last.seq} 号,平台时间 ${sayTime(last.at)}。`,
      `Handed in: revision ${last.body.revision}, receipt no. ${last.seq} at ${sayTime(last.at)}.`,
    )); // prettier-ignore
  } else if (own.revision > 0) {
    parts.push(say2(
      `已撤回(回执第 ${own.last.seq} 号,${sayTime(own.last.at)}):目前没有有效的投标。`,
      `Withdrawn (receipt no. ${own.last.seq} at ${sayTime(own.last.at)}): no bid of yours stands.`,
    )); // prettier-ignore
  } else if (own.bid) parts.push(say2('已参加,尚未递交投标。', 'Entered; no bid is handed in yet.'));
  else parts.push(say2('尚未参加本项目。', 'Not entered yet.'));
  if (closed) parts.push(h('p', {}, say('投标截止时间已过,不能再递交、替换或撤回。', 'The deadline has passed: nothing can be handed in, replaced or withdrawn.')));
  fill(place, parts);
}
