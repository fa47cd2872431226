// The bids of an evaluation and a table of scores for each; what is wrong is told while it is typed.
// Invariant: what was typed stays as it was typed; a value counts only if the platform would take it.

import { fieldError, fill, h } from '../dom.js';
import { say } from '../language.js';
import { isPassed, readPoints, sayPoints, sheetFault, sheetOf, typedFault } from './sheet.js';

const sayBytes = (bytes) => (bytes < 1_048_576 ? `${Math.ceil(bytes / 1_024)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`);
const titleOf = (item) => (item.title ? h('bdi', {}, item.title) : h('code', {}, item.item));

/** One sheet on a page. */
export class ScoreTable {
  #view;
  #typed;
  #onTyped;
  #fields = new Map();
  #sums = new Map();
  #total = h('tbody');
  /** Bids and tables. @type {HTMLElement} */
  element;

  /**
   * @param {{codes: {code: string, lot: string, files: {part: string, bytes: number}[]}[],
   *   items: import('./sheet.js').Item[]}} view of the seat
   * @param {Record<string, Record<string, string>>} typed what was typed before
   * @param {{onTyped: (typed: object) => void, onRead: (file: object) => void, locked: boolean}} how
   */
  constructor(view, typed, { onTyped, onRead, locked }) {
    this.#view = view;
    this.#typed = typed;
    this.#onTyped = onTyped;
    this.element = h('div', { class: 'bids' },
      view.codes.map((bid, n) => this.#bid(bid, n, onRead, locked)),
      view.items.length > 0 && this.#overview()); // prettier-ignore
    for (const { code } of view.codes) this.#sum(code);
  }

  #bid({ code, lot, files }, n, onRead, locked) {
    const place = h('div', { class: 'reading-place' });
    const read = files.map(({ part, bytes }) => {
      const button = h('button', { type: 'button', class: 'btn', 'data-part': part }, say('阅读', 'Read'), ' ', h('code', {}, part), ` (${sayBytes(bytes)})`);
      button.addEventListener('click', () => onRead({ code, part, bytes, place, back: button }));
      return button;
    });
    return h('section', { class: 'card mb-3', 'aria-labelledby': `bid-${n}`, 'data-code': code }, h('div', { class: 'card-body' },
      h('h3', { id: `bid-${n}` }, say('投标', 'Bid'), ' ', h('code', {}, code), ' · ', say('标段', 'lot'), ' ', h('code', {}, lot)),
      h('p', {}, read.length > 0 ? read.flatMap((button) => [button, ' ']) : say('没有供评标委员会阅读的文件。', 'There is no file for the panel.')),
      h('div', { class: 'beside' }, place, this.#view.items.length > 0 && this.#table(code, n, locked)))); // prettier-ignore
  }

  #table(code, n, locked) {
    const sum = h('td', { 'data-label': say('合计', 'Sum') });
    this.#sums.set(code, sum);
    const most = this.#view.items.reduce((all, item) => all + (isPassed(item) ? 0 : item.max), 0);
    const rows = this.#view.items.map((item, row) => {
      const field = this.#field(code, item, `score-${n}-${row}`, locked);
      return h('tr', {},
        h('th', { scope: 'row' }, h('label', { for: field.id }, titleOf(item))),
        h('td', { class: 'number', 'data-label': say('满分', 'Most') }, isPassed(item) ? '—' : sayPoints(item.max)),
        h('td', { 'data-label': say('评分', 'Score') }, field)); // prettier-ignore
    });
    return h('table', { class: 'table cards sheet' },
      h('caption', {}, say('评分表', 'Score sheet'), ' ', h('code', {}, code)),
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, say('评分项', 'Item')), h('th', { scope: 'col', class: 'number' }, say('满分', 'Most')), h('th', { scope: 'col' }, say('评分(分)', 'Score (points)')))),
      h('tbody', {}, rows),
      most > 0 && h('tfoot', {}, h('tr', {}, h('th', { scope: 'row' }, say('合计', 'Sum')), h('td', { class: 'number', 'data-label': say('满分', 'Most') }, sayPoints(most)), sum))); // prettier-ignore
  }

  #field(code, item, id, locked) {
    const typed = this.#typed[code]?.[item.item] ?? '';
    let field;
    if (isPassed(item)) {
      const choices = [['', say('请选择', 'Choose')], ['1', say('通过', 'Pass')], ['0', say('不通过', 'Fail')]];
      field = h('select', { class: 'form-select points', id, disabled: locked }, choices.map(([value, text]) => h('option', { value, selected: value === typed }, text)));
    } else {
      field = h('input', { class: 'form-control points', id, value: typed, inputmode: 'decimal', autocomplete: 'off', readonly: locked });
    }
    this.#fields.set(`${code}\n${item.item}`, { field, item });
    field.addEventListener('input', () => {
      (this.#typed[code] ??= {})[item.item] = field.value;
      // An empty field is no fault until the sheet is to be committed to.
      const fault = field.value.trim() === '' ? null : typedFault(field.value, item);
      fieldError(field, fault && say(fault.zh, fault.en));
      this.#sum(code);
      this.#onTyped(this.#typed);
    });
    if (typed.trim() !== '' && typedFault(typed, item)) queueMicrotask(() => this.#tell(field, item));
    return field;
  }

  #tell(field, item) {
    const fault = typedFault(field.value, item);
    fieldError(field, fault && say(fault.zh, fault.en));
  }

  #judged(code) {
    const values = this.#view.items.map((item) => ({ item, value: readPoints(this.#typed[code]?.[item.item] ?? '', item) }));
    const good = values.filter(({ item, value }) => value !== null && value <= item.max);
    return { done: good.length, sum: good.reduce((all, { item, value }) => all + (isPassed(item) ? 0 : value), 0) };
  }

  #sum(code) {
    const { sum } = this.#judged(code);
    const cell = this.#sums.get(code);
    if (cell) fill(cell, sayPoints(sum));
    fill(this.#total, this.#view.codes.map((bid) => {
      const judged = this.#judged(bid.code);
      const whole = judged.done === this.#view.items.length;
      return h('tr', {}, h('th', { scope: 'row' }, h('code', {}, bid.code)),
        h('td', { class: 'number' }, sayPoints(judged.sum)),
        h('td', {}, whole ? say('完整', 'complete') : say(`${judged.done} / ${this.#view.items.length} 项`, `${judged.done} of ${this.#view.items.length} items`)));
    })); // prettier-ignore
  }

  #overview() {
    return h('section', { 'aria-labelledby': 'overview-title' }, h('h3', { id: 'overview-title' }, say('评分一览', 'All sums')),
      h('table', {}, h('caption', {}, say('各投标的合计', 'The sum of every bid')),
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, say('编号', 'Code')), h('th', { scope: 'col', class: 'number' }, say('合计', 'Sum')), h('th', { scope: 'col' }, say('进度', 'Progress')))),
        this.#total)); // prettier-ignore
  }

  /** The sheet as typed, if the platform would take it; else the fault is told at its field, which gets the focus. */
  sheet() {
    const codes = this.#view.codes.map(({ code }) => code);
    let first = null;
    for (const { field, item } of this.#fields.values()) {
      this.#tell(field, item);
      if (typedFault(field.value, item)) first ??= field;
    }
    if (first) {
      first.focus();
      return null;
    }
    const sheet = sheetOf(codes, this.#view.items, this.#typed);
    const fault = sheetFault(codes, this.#view.items, sheet);
    if (fault) throw Object.assign(new Error(fault.en), fault);
    return sheet;
  }
}
