// The buyer's review of the qualification: each bid judged on each item, signed at once.
// Invariant: a failure has its reason and a pass has none; nothing is sent before every item is judged.

import { act } from '../act.js';
import { fill, find, h } from '../dom.js';
import { FieldFault, acts, wanted } from '../form.js';
import { Keyring } from '../keyring.js';
import { say, sayTime } from '../language.js';
import { short } from '../qualification.js';
import { browserStorage } from '../storage.js';

const form = find('#qualification');
const { account: me, tender, least } = form.dataset;
const keyring = new Keyring(browserStorage());

/** Every item as it stands in the form; `passes` is null where nothing is chosen yet. */
function judged() {
  return [...form.querySelectorAll('fieldset')].flatMap((set) => {
    const { bid, lot } = set.dataset;
    return [...set.querySelectorAll('[data-item]')].map((row) => ({
      bid, item: row.dataset.item, lot, choice: find('select', row), why: find('input', row),
    }));
  });
}

function vote({ bid, choice, item, lot, why }) {
  const passes = wanted(choice) === 'yes';
  if (!passes) return { bid, item, lot, passes, reason: wanted(why) };
  if (why.value.trim()) throw new FieldFault(why, '合格不填写理由。', 'A pass has no reason; choose not qualified, or empty it.');
  return { bid, item, lot, passes, reason: '' };
}

form.addEventListener('input', () => {
  const votes = judged().filter(({ choice }) => choice.value).map(({ bid, choice, item, lot }) => ({ bid, item, lot, passes: choice.value === 'yes' }));
  const open = judged().some(({ choice }) => !choice.value);
  const lots = open ? [] : short(votes, Number(least));
  fill(find('#effect'), lots.length > 0 ? say(`合格投标人不足 ${least} 家,不得评标的标段:${lots.join('、')}。`, `Too few qualified (${least} wanted); not evaluated: lot ${lots.join(', ')}.`) : '');
});

acts(form, async () => {
  const body = { tender, votes: judged().map(vote) };
  const landed = await act({ stream: `tender/${tender}`, kind: 'qualification.reviewed', body }, await keyring.account(me));
  fill(find('#done'), h('p', { class: 'note' }, say(`已签名,日志第 ${landed.seq} 条,${sayTime(landed.at)}。`, `Signed: entry ${landed.seq} of the log, ${sayTime(landed.at)}.`)));
  setTimeout(() => location.reload(), 1_200);
});
document.documentElement.dataset.ready = 'qualification';
