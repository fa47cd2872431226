// Tells that this machine's clock and the platform's differ, and lets a person follow that of a demonstration.
// Invariant: without being asked here, nobody follows the platform's clock.

import { fill, h } from './dom.js';
import { say, sayTime } from './language.js';

/**
 * Shows the note where the clocks differ.
 * @param {HTMLElement} place
 * @param {import('./own-clock.js').OwnClock} clock
 * @param {() => void} [onFollow]
 */
export function clockNote(place, clock, onFollow = () => {}) {
  place.hidden = !clock.isApart;
  if (place.hidden) return;
  const own = clock.now();
  const times = say(
    `本机时钟:${sayTime(own)};平台时钟:${sayTime(own + clock.ahead)}。是否已到截止时间,由本机时钟判断。`,
    `This machine's clock says ${sayTime(own)}, the platform's ${sayTime(own + clock.ahead)}. Whether a deadline has passed is decided by this machine's clock.`,
  );
  if (!clock.demo) {
    fill(place, h('p', {}, times, ' ', say('请先校准本机时钟。', 'Set this machine’s clock right first.')));
    return;
  }
  const follow = h('button', { class: 'btn', type: 'button', id: 'follow-clock' }, say('跟随演示时钟', 'Follow the demonstration’s clock'));
  follow.addEventListener('click', () => {
    clock.followDemo();
    clockNote(place, clock);
    onFollow();
  });
  const why = say(
    '本平台自称演示,其时钟可以拨动。只有密钥毫无价值时才可跟随:在真实项目中这样做,会让平台得以在截止前开启投标。',
    'This platform calls itself a demonstration with a movable clock. Follow it only with worthless keys: in a real tender it would let the platform open bids before the deadline.',
  );
  fill(place, h('p', {}, times), h('p', {}, why), follow);
}
