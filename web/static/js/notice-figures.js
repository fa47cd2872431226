// The figures of a benchmark price as rows of the form of a notice.
// Invariant: of each figure only the fields are shown that its way, fixed or drawn, asks for.

import { h } from './dom.js';
import { say } from './language.js';
import { HOWS } from './notice-benchmark.js';

/** The row of one figure. @param {import('./notice-benchmark.js').FIGURES[number]} figure */
export function figureRow({ name, zh, en }) {
  const id = (part) => `${name}_${part}`;
  const number = (part, text) =>
    h('div', { class: 'col-md mb-2', 'data-part': part }, h('label', { class: 'form-label', for: id(part) }, text),
      h('input', { class: 'form-control', id: id(part), name: id(part), inputmode: 'decimal', autocomplete: 'off' })); // prettier-ignore
  const how = h('select', { class: 'form-select', id: id('how'), name: id('how') }, HOWS.map((one) => h('option', { value: one.how }, say(one.zh, one.en))));
  return h('fieldset', { 'data-figure': name }, h('legend', { class: 'form-label' }, say(zh, en)), h('div', { class: 'row' },
    h('div', { class: 'col-md mb-2' }, h('label', { class: 'form-label', for: id('how') }, say('方式', 'How')), how),
    number('fixed', say('数值', 'Figure')), number('from', say('自', 'From')), number('to', say('至', 'To')), number('step', say('步长', 'Step')))); // prettier-ignore
}

/** Shows of a figure the fields that its way asks for. */
export function figuresShown(form) {
  for (const row of form.querySelectorAll('[data-figure]')) {
    const how = form.elements[`${row.dataset.figure}_how`].value;
    const asked = { fixed: ['fixed'], drawn: ['from', 'to', 'step'], digits: ['from', 'to'] }[how];
    for (const part of row.querySelectorAll('[data-part]')) part.hidden = !asked.includes(part.dataset.part);
  }
}
