// The declaration of conflict (回避声明): before it nothing of any bid is shown.
// Invariant: what is signed is what was chosen; a declared conflict ends the seat, and the form says so before.

import { h } from '../dom.js';
import { FieldFault, acts } from '../form.js';
import { say } from '../language.js';

/** Most conflicts in one declaration, and most characters of each. */
const MOST = 20;
const LONGEST = 500;

/** The conflicts that were written, one a line; a fault beside the field. @param {HTMLTextAreaElement} field */
function written(field) {
  const lines = field.value.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  if (lines.length === 0) throw new FieldFault(field, '请写明利害关系,每行一项。', 'Name the conflicts, one a line.');
  if (lines.length > MOST) throw new FieldFault(field, `最多 ${MOST} 项。`, `${MOST} at most.`);
  if (lines.some((line) => [...line].length > LONGEST)) {
    throw new FieldFault(field, `每项最多 ${LONGEST} 个字。`, `${LONGEST} characters each at most.`);
  }
  return lines;
}

/**
 * The form.
 * @param {(conflicts: string[]) => Promise<void>} declare signs
 * @returns {HTMLElement}
 */
export function declaring(declare) {
  const radio = (value, zh, en) => {
    const box = h('input', { class: 'form-check-input', type: 'radio', name: 'conflict', id: `conflict-${value}`, value });
    return h('div', { class: 'form-check' }, box, ' ', h('label', { class: 'form-check-label', for: `conflict-${value}` }, say(zh, en)));
  };
  const field = h('textarea', { class: 'form-control', id: 'conflicts', name: 'conflicts', rows: '3' });
  const which = h('div', { class: 'mb-3', hidden: true },
    h('label', { class: 'form-label', for: 'conflicts' }, say('利害关系,每行一项', 'The conflicts, one a line')), field,
    h('p', { class: 'form-hint' }, say('签名后您将离开本席位,由招标人补选;不能再回到本评标委员会。', 'With your signature you leave this seat, which the buyer fills again; you cannot return to this panel.'))); // prettier-ignore
  const form = h('form', { id: 'declare', novalidate: true }, h('div', { 'data-trouble': true, role: 'alert', hidden: true }),
    h('fieldset', { class: 'mb-3' },
      h('legend', {}, say('您与任一投标人有利害关系吗?', 'Do you have a conflict of interest with any bidder?')),
      radio('none', '没有:本人不是投标人或其主要负责人的近亲属,与投标人没有可能影响公正评审的经济利益或其他关系,也不会去辨认编号背后的投标人。', 'None: I am no close relative of a bidder or its head, have no economic interest or other tie that could affect a fair judgement, and will not try to find out who stands behind a code.'),
      radio('some', '有', 'Yes')),
    which,
    h('button', { class: 'btn btn-primary', type: 'submit' }, say('签名声明', 'Sign the declaration'))); // prettier-ignore
  const [none, some] = form.querySelectorAll('input[type=radio]');
  form.addEventListener('change', () => {
    which.hidden = !some.checked;
  });
  acts(form, async () => {
    if (!none.checked && !some.checked) {
      throw Object.assign(new Error('choose'), { zh: '请选择一项。', en: 'Choose one of the two.' });
    }
    await declare(some.checked ? written(field) : []);
  });
  return h('section', { 'aria-labelledby': 'declare-title' },
    h('h2', { id: 'declare-title' }, say('回避声明', 'Declaration of conflict')),
    h('p', {}, say('声明之前不显示任何投标。虚假声明由您的签名自证。', 'Before you have declared no bid is shown. A false declaration is proven by its own signature.')), form); // prettier-ignore
}
