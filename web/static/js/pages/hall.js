// The opening hall, live: follows the tender's events, folds them, shows what changed; on a wall it turns the pages.
// Invariant: whoever comes late sees the same hall, because it is folded from the first fact on; blocks that did not
// change are left alone, and what people type is in none of them.

import { getJson } from '../api.js';
import { clockNote } from '../clock-note.js';
import { fill, find, h } from '../dom.js';
import { checkStage } from '../hall/check.js';
import { ownBid } from '../hall/acts.js';
import { formsOf } from '../hall/forms.js';
import { currentStage, hallOf } from '../hall/hall.js';
import * as views from '../hall/view.js';
import { Keyring } from '../keyring.js';
import { say, sayError, sayTime } from '../language.js';
import { follow } from '../live.js';
import { OwnClock } from '../own-clock.js';
import { browserStorage } from '../storage.js';
import { Trust } from '../trust.js';
import { turning } from '../hall/wall.js';

const place = find('#hall');
const { tender, account, roles } = place.dataset;
const isWall = place.dataset.wall !== undefined;
const line = find('#line');
const facts = new Map();
const rosters = new Map();
const verdicts = new Map();
let forms = null;
let waiting = false;
let begun = false;

const failed = (error) => {
  const trouble = find('#trouble');
  trouble.hidden = false;
  fill(trouble, sayError(error));
};

async function rosterOf(ceremony) {
  rosters.set(ceremony, null);
  try {
    const { records } = await getJson(`/api/ceremonies/${encodeURIComponent(ceremony)}`);
    rosters.set(ceremony, records.find(({ kind }) => kind === 'ceremony.called')?.body ?? null);
    later();
  } catch {
    // Asked again with the next fact.
    rosters.delete(ceremony);
  }
}

/** Puts blocks into a container by name; a block that did not change keeps its elements. */
function settle(container, blocks) {
  const known = new Map([...container.children].map((child) => [child.dataset.block, child]));
  const wanted = blocks.map(([name, ...content]) => {
    const fresh = h('div', { 'data-block': name }, content);
    const old = known.get(name);
    if (name.endsWith('/check')) return old ?? fresh;
    return old?.isEqualNode(fresh) ? old : fresh;
  });
  if (wanted.length !== container.children.length || wanted.some((one, at) => one !== container.children[at])) {
    const shown = new Set(wanted);
    for (const child of [...container.children]) if (!shown.has(child)) child.remove();
    wanted.forEach((one, at) => {
      if (container.children[at] !== one) container.insertBefore(one, container.children[at] ?? null);
    });
  }
}

function checker(name) {
  const bar = h('progress', { max: '1', value: '0', hidden: true, 'aria-label': say('核验进度', 'Progress of the check') });
  const said = h('p', { role: 'status' });
  const button = h('button', { class: 'btn', type: 'button' }, say('在本浏览器核验名单与全部份额证明', 'Check the list and every proof of a share in this browser'));
  button.addEventListener('click', async () => {
    button.disabled = true;
    bar.hidden = false;
    fill(said, say('正在取得证明……', 'Fetching proofs …'));
    try {
      const stage = hallOf(facts.values()).stages.find((one) => one.stage === name);
      const trust = await Trust.open();
      const clock = await OwnClock.read();
      // A viewer gives no secret away: the platform's time is good enough to look by.
      const now = clock.now() + clock.ahead;
      const onProgress = (done, of) => {
        bar.max = of;
        bar.value = done;
      };
      const { envelopes, batches } = await checkStage({ trust, tender, stage: name, key: stage.key, now, onProgress });
      for (const [seq, holds] of batches) verdicts.set(seq, holds ? say('每份证明都成立', 'every proof holds') : say('证明不成立', 'a proof fails'));
      const good = [...batches.values()].filter(Boolean).length;
      fill(said, say(
        `名单、${envelopes} 个信封的封头与签名均成立;${batches.size} 份份额中 ${good} 份的证明全部成立。`,
        `The list holds, and so do header and signature of all ${envelopes} envelopes; of ${batches.size} batches of shares ${good} hold in every proof.`,
      )); // prettier-ignore
      show();
    } catch (error) {
      fill(said, sayError(error));
    } finally {
      button.disabled = false;
      bar.hidden = true;
    }
  });
  return h('div', { class: 'no-wall' }, button, bar, said);
}

function stageBlocks(hall, stage) {
  const called = stage.key ? rosters.get(stage.key.ceremony) : null;
  if (stage.key && called === undefined) rosterOf(stage.key.ceremony);
  const k = called?.k ?? null;
  const at = (name) => `${stage.stage}/${name}`;
  return [
    [at('title'), h('h2', {}, say('阶段', 'Stage'), ' ', h('code', {}, stage.stage))],
    [at('steps'), views.steps(hall, stage, k)],
    [at('read'), views.readOut(hall, stage, isWall)],
    [at('queue'), views.queue(hall, stage, k)],
    [at('custodians'), views.custodians(hall, stage, called ?? null, verdicts)],
    [at('seal'), isWall ? null : views.seal(hall, stage)],
    ...(stage.settled && stage.key && !isWall ? [[at('check'), checker(stage.stage)]] : []),
    [at('objections'), views.objections(hall, stage)],
    [at('signatures'), views.signatures(hall, stage, isWall)],
  ];
}

function show() {
  waiting = false;
  const hall = hallOf(facts.values());
  if (!begun) {
    // What the server wrote is as old as the page; from here on the steps tell where the opening stands.
    fill(place);
    find('#standing').hidden = true;
  }
  begun = true;
  const stages = isWall ? [currentStage(hall)].filter(Boolean) : hall.stages.filter((stage) => stage.frozen);
  settle(place, [['before', views.before(hall)], ...stages.flatMap((stage) => stageBlocks(hall, stage))]);
  forms?.show(hall);
  if (isWall) turning(place);
  document.documentElement.dataset.facts = String(facts.size);
}

/** Shows soon, once for all that comes together. */
function later() {
  if (waiting) return;
  waiting = true;
  setTimeout(show, 60);
}

let told = null;
function sayLine(state) {
  line.classList.toggle('lost', state !== 'live');
  fill(line, state === 'live'
    ? say('实时:新的事实立即显示。', 'Live: what happens is shown at once.')
    : say(`连接中断,正在自动重连。以下是 ${sayTime(told ?? Date.now())} 的情况。`, `The line is broken and is being taken up again by itself. What you see is as of ${sayTime(told ?? Date.now())}.`)); // prettier-ignore
}

follow(`/api/tenders/${encodeURIComponent(tender)}/events`, {
  onFact: ({ record }) => {
    facts.set(record.seq, record);
    later();
  },
  onTime: (now) => (told = now),
  onLine: sayLine,
});

if (!isWall && account !== '') {
  try {
    const isBidder = roles.split(' ').includes('bidder');
    const own = isBidder ? await ownBid(tender) : null;
    const isOwner = roles.split(' ').some((role) => role === 'buyer' || role === 'agent');
    if (own || isOwner) {
      const clock = await OwnClock.read();
      const note = h('div', { class: 'note', hidden: true });
      const keyring = new Keyring(browserStorage());
      forms = formsOf({ trust: await Trust.open(), keyring, clock, tender, account, bid: own?.bid ?? null });
      if (own) clockNote(note, clock);
      place.after(note, forms.element);
      later();
    }
  } catch (error) {
    failed(error);
  }
}
document.documentElement.dataset.ready = 'hall';
