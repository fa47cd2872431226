// The evaluation room as a page shows it: coming in and going out, the chair, and what the panel says to each other.
// Invariant: nothing is done here: what a person chooses is handed on to be signed.

import { h } from '../dom.js';
import { FieldFault, acts } from '../form.js';
import { say, sayTime } from '../language.js';

/** Most characters of a word to the panel. */
const LONGEST = 2_000;

const trouble = () => h('div', { 'data-trouble': true, role: 'alert', hidden: true });
const told = (id, title, ...children) => h('section', { 'aria-labelledby': id }, h('h2', { id }, title), children);

/**
 * Whether the seat is in the room, and the way in or out.
 * @param {{hours: [number, number]|null, isHere: boolean, isOpen: boolean, present: boolean}} view
 * @param {{enter: () => Promise<void>, leave: () => Promise<void>}} does
 */
export function visiting({ hours, isHere, isOpen, present }, { enter, leave }) {
  const title = say('评标区', 'The evaluation room');
  if (hours === null) {
    return told('room-title', title, h('p', { class: 'note' }, say('招标人尚未设定开放时间;在此之前不能查阅文件。', 'The buyer has not set its hours; before that no file can be read.')));
  }
  const when = say(`开放时间:${sayTime(hours[0])} 至 ${sayTime(hours[1])}。`, `Open from ${sayTime(hours[0])} to ${sayTime(hours[1])}.`);
  if (!isOpen) {
    return told('room-title', title, h('p', { class: 'note' }, when, ' ', say('现在未开放。', 'It is closed now.')));
  }
  const button = (id, words, act) => {
    const form = h('form', { id, novalidate: true }, trouble(), h('button', { class: 'btn btn-primary', type: 'submit' }, words));
    acts(form, act);
    return form;
  };
  if (isHere) {
    return told('room-title', title, h('p', {}, when, ' ', say('您已从本浏览器进入;查阅文件均有记录。', 'You are in it from this browser; what you read is recorded.')), button('leave-room', say('离开', 'Leave'), leave));
  }
  const elsewhere = present && h('p', { class: 'note' }, say('您的席位正在另一台设备上使用,请先在那台设备上离开。', 'Your seat is in use from another device: leave there first.'));
  return told('room-title', title, h('p', {}, when), elsewhere, button('enter-room', say('从本浏览器进入', 'Come in from this browser'), enter));
}

/** The election of the chair. @param {{chair: string|null, seats: string[]}} view @param {(seat: string) => Promise<void>} vote */
export function chairing({ chair, seats }, vote) {
  const choice = h('select', { class: 'form-select', id: 'candidate', name: 'candidate' }, seats.map((one) => h('option', { value: one }, one)));
  const form = h('form', { id: 'chair', novalidate: true }, trouble(),
    h('div', { class: 'mb-3' }, h('label', { class: 'form-label', for: 'candidate' }, say('推选', 'Vote for')), choice),
    h('button', { class: 'btn', type: 'submit' }, say('签名投票', 'Sign the vote'))); // prettier-ignore
  acts(form, () => vote(choice.value));
  const now = chair ? say(`主任:席位 ${chair}。`, `Chair: seat ${chair}.`) : say('尚未选出;过半数席位推选即当选,招标人代表不能担任。', 'Nobody yet: more than half of the seats decide; the buyer’s representative cannot preside.');
  return told('chair-title', say('评标委员会主任', 'The chair'), h('p', { id: 'chair-now' }, now), form);
}

/** What was said, and the way to say something. @param {(text: string) => Promise<void>} speak */
export function talk({ said }, speak) {
  const field = h('textarea', { class: 'form-control', id: 'word', name: 'word', rows: '2', maxlength: String(LONGEST) });
  const form = h('form', { id: 'say', novalidate: true }, trouble(),
    h('div', { class: 'mb-3' }, h('label', { class: 'form-label', for: 'word' }, say('对评标委员会说', 'Say to the panel')), field),
    h('button', { class: 'btn', type: 'submit' }, say('签名发送', 'Sign and send'))); // prettier-ignore
  acts(form, async () => {
    const text = field.value.trim();
    if (text === '') throw new FieldFault(field, '请填写内容。', 'Write something.');
    await speak(text);
  });
  const lines = said.map(({ at, seat, text }) => h('li', {}, h('small', {}, sayTime(at), ' '), h('code', {}, seat), ' ', h('bdi', {}, text)));
  return told('talk-title', say('评标委员会内部发言', 'Words of the panel'),
    h('p', { class: 'form-hint' }, say('发言记入日志,定标前保密。请勿透露评分。', 'It stands in the log, confidential until the award. Do not tell your scores.')),
    lines.length > 0 && h('ol', { id: 'words' }, lines), form); // prettier-ignore
}
