// The chain page: the log walked in this browser, and the server's own audit beside it.
// Invariant: the verdict of the browser rests on the pinned log key and what was read here, never on the audit.

import { getJson } from '../api.js';
import { hex } from '../bytes.js';
import { walk } from '../chain.js';
import { fill, find, h } from '../dom.js';
import { say, sayBoth, sayError, sayTime } from '../language.js';
import { Trust } from '../trust.js';

const here = find('#here');
const there = find('#there');
const progress = find('#progress');

const pair = (term, ...details) => [h('dt', {}, term), h('dd', {}, ...details)];
const code = (value) => h('code', { class: 'hash' }, value);

async function mine() {
  const trust = await Trust.open();
  const head = await trust.observe();
  progress.max = Math.max(head.size, 1);
  const found = await walk(head, { onProgress: (done) => (progress.value = done) });
  progress.value = head.size;
  const verdict = found
    ? h('p', { role: 'alert' }, h('strong', {}, say(`第 ${found.seq} 条处断裂:`, `It breaks at entry ${found.seq}: `)), sayBoth(found))
    : h('p', {}, h('strong', {}, say('完整:每一条都相接,总根与签名的检查点相符。', 'Whole: every entry follows the one before, and the root is the one signed.')));
  const kept = trust.firstSight
    ? say('本浏览器首次见到该日志,此前无检查点可比。', 'This browser sees the log for the first time; there was no earlier checkpoint to compare with.')
    : say('与本浏览器上次保存的检查点一致(一致性证明成立)。', 'It continues the checkpoint that this browser kept last (consistency proof holds).');
  return [
    verdict,
    h('dl', { class: 'facts' },
      pair(say('条数', 'Entries'), head.size),
      pair(say('根', 'Root'), code(hex(head.root))),
      pair(say('日志密钥', 'Log key'), code(trust.logKey.name)),
      pair(say('先前的检查点', 'Earlier checkpoint'), kept),
      pair(say('核验时间', 'Verified'), sayTime(Date.now()))),
  ]; // prettier-ignore
}

async function theirs() {
  const audit = await getJson('/api/audit');
  const agree = audit.checkpoints.filter((one) => one.agrees).length;
  const verdict = audit.sound
    ? h('p', {}, h('strong', {}, say('服务器称:其存储完整。', 'The server says: its store is whole.')))
    : h('p', { role: 'alert' }, h('strong', {}, say('服务器称:其存储有缺陷,详见下文。', 'The server says: its store is broken; see below.')));
  return [
    verdict,
    h('dl', { class: 'facts' },
      pair(say('核验的条数', 'Entries examined'), audit.examined),
      pair(say('根', 'Root'), code(audit.root)),
      pair(say('相符的检查点', 'Checkpoints that agree'), `${agree} / ${audit.checkpoints.length}`),
      pair(say('依法删除的内容', 'Contents erased by law'), audit.erased.length)),
    h('details', {}, h('summary', {}, say('完整答复', 'The whole answer')), h('pre', { tabindex: '0' }, h('code', {}, JSON.stringify(audit, null, 2)))),
  ]; // prettier-ignore
}

function button(element, place, work) {
  element.disabled = false;
  element.addEventListener('click', async () => {
    element.disabled = true;
    find('#trouble').hidden = true;
    fill(place, say('正在核验……', 'Verifying…'));
    try {
      fill(place, await work());
    } catch (error) {
      fill(place, h('p', { role: 'alert' }, sayError(error)));
      if (error.evidence) {
        fill(place, h('p', { role: 'alert' }, sayError(error)), h('pre', {}, error.evidence.kept), h('pre', {}, error.evidence.shown));
      }
    } finally {
      element.disabled = false;
    }
  });
}

button(here, find('#mine'), mine);
button(there, find('#theirs'), theirs);
document.documentElement.dataset.ready = 'supervision-chain';
