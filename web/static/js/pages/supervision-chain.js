// The chain page: the log walked in this browser and compared with every checkpoint kept of it, and the server's own
// audit beside it.
// Invariant: the verdict of the browser rests on the pinned log key, on what was read here and on checkpoints that the
// log's key signed, never on the audit; a contradiction ends no walk, it says where the logs part.

import { getJson } from '../api.js';
import { hex } from '../bytes.js';
import { confront } from '../chain-kept.js';
import { fill, find, h } from '../dom.js';
import { say, sayBoth, sayError, sayTime } from '../language.js';
import { Trust } from '../trust.js';

const here = find('#here');
const there = find('#there');
const progress = find('#progress');
const files = find('#kept-notes');

const pair = (term, ...details) => [h('dt', {}, term), h('dd', {}, ...details)];
const code = (value) => h('code', { class: 'hash' }, value);
const alert = (...words) => h('p', { role: 'alert' }, ...words);

/** Where two logs part, in words. @param {import('../chain.js').Fork} parts */
function sayParts({ from, to, exact }) {
  if (exact) return say(`最先不同的是第 ${from} 条`, `the first entry that differs is entry ${from}`);
  return say(
    `最先不同的条目在第 ${from} 至 ${to - 1} 条之间;更早的检查点可缩小范围`,
    `the first entry that differs is one of ${from} to ${to - 1}; an earlier checkpoint can narrow that`,
  );
}

function verdict({ broken, isSound, unsigned, walked, kept }) {
  if (broken) {
    return alert(h('strong', {}, say(`第 ${broken.seq} 条处断裂:`, `It breaks at entry ${broken.seq}: `)), sayBoth(broken));
  }
  if (unsigned) {
    return alert(
      h('strong', {}, say('各条相接,但其根不是日志密钥签名的根:', 'The entries follow one another, but their root is not the one that the log key signed: ')),
      sayParts(unsigned),
    ); // prettier-ignore
  }
  if (isSound) {
    return h('p', {}, h('strong', {}, say('完整:每一条都相接,总根与签名的检查点相符,并延续所保存的各检查点。', 'Whole: every entry follows the one before, the root is the one signed, and it continues every checkpoint kept.')));
  }
  const against = kept.filter(({ agrees }) => agrees !== true);
  return alert(
    h('strong', {}, say('历史被改写或分叉:', 'History was rewritten, or the log forked: ')),
    say(
      `平台现在出示的 ${walked} 条彼此相接且有签名,但与先前签名的检查点矛盾。请保存下列检查点作为证据;本浏览器不保存此次所见。`,
      `the ${walked} entries shown now follow one another and are signed, but contradict checkpoints signed before. Keep those below as evidence; what is shown now is not kept here. `,
    ),
    against.length === 0 ? say('与本浏览器上次核验所记各处的根不符。', 'It differs from the roots that this browser noted when it walked the log last.') : '',
  ); // prettier-ignore
}

function sayKept(one, walked) {
  if (one.agrees === true) return say('一致:现在的日志延续它', 'agrees: the log of now continues it');
  const parts = sayParts(one.parts);
  if (one.agrees === null) {
    return h('strong', {}, say(`现在只有 ${walked} 条可核,不足其 ${one.size} 条;${parts}`, `only ${walked} of its ${one.size} entries could be walked; ${parts}`));
  }
  return h('strong', {}, say(`矛盾:${parts}`, `contradicts: ${parts}`));
}

/** Every checkpoint kept, with its size, its days and what it says of the log. */
function table({ kept, walked }) {
  const heads = [say('保存之处', 'Kept'), say('条数', 'Entries'), say('根', 'Root'), say('其最后一条的时间', 'Time of its last entry'), say('保存时间', 'Kept on'), say('比对', 'Compared')];
  const row = (one) => {
    const cells = [
      one.size,
      code(hex(one.root)),
      one.time === null ? '—' : sayTime(one.time),
      one.at === null ? say('未记', 'not noted') : sayTime(one.at),
      sayKept(one, walked),
    ];
    return h('tr', {},
      h('th', { scope: 'row', 'data-label': heads[0] }, one.from === null ? say('本浏览器', 'this browser') : h('bdi', {}, one.from)),
      ...cells.map((cell, n) => h('td', { 'data-label': heads[n + 1] }, cell))); // prettier-ignore
  };
  return h('div', { class: 'table-responsive', tabindex: '0', role: 'region', 'aria-label': say('先前的检查点', 'Checkpoints kept') },
    h('table', { class: 'table cards', id: 'kept-table' },
      h('caption', {}, say('先前保存的检查点,逐一与此次读到的日志比对', 'Checkpoints kept before, each compared with the log as walked now')),
      h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, ...kept.map(row)))); // prettier-ignore
}

async function mine() {
  const trust = await Trust.open();
  const found = await confront(trust, {
    files: files.files,
    onSize: (size) => (progress.max = Math.max(size, 1)),
    onProgress: (done) => (progress.value = done),
  });
  if (found.broken === null) progress.value = found.head.size;
  const evidence = found.kept.filter(({ agrees }) => agrees !== true);
  return [
    verdict(found),
    ...found.refused.map((one) => alert(h('bdi', {}, one.name), say(' 不是本日志的检查点:', ' is no checkpoint of this log: '), sayBoth(one))),
    h('dl', { class: 'facts' },
      pair(say('条数', 'Entries'), found.head.size),
      pair(say('签名的根', 'Root signed'), code(hex(found.head.root))),
      pair(say('日志密钥', 'Log key'), code(trust.logKey.name)),
      pair(say('核验时间', 'Verified'), sayTime(Date.now()))),
    found.kept.length > 0
      ? table(found)
      : h('p', {}, say('本浏览器首次见到该日志,也未交入检查点,无从比对。', 'This browser sees the log for the first time and no checkpoint was handed in: there is nothing to compare with.')),
    ...(evidence.length > 0
      ? [h('h3', {}, say('证据', 'Evidence')), ...[...evidence, found.head].map((one) => h('pre', { tabindex: '0' }, one.note))]
      : []),
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
      fill(place, alert(sayError(error)));
    } finally {
      element.disabled = false;
    }
  });
}

files.disabled = false;
button(here, find('#mine'), mine);
button(there, find('#theirs'), theirs);
document.documentElement.dataset.ready = 'supervision-chain';
