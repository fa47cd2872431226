// Sealing and uploading as a person sees it: one envelope after another, with progress, pause, and going on after a
// lost connection or a closed tab.
// Invariant: nothing here is handed in; that is an act of its own, signed by the person.

import { fieldError, fill, h } from '../../dom.js';
import { say, sayBoth } from '../../language.js';
import { ownWorker } from '../../own-worker.js';
import { discard, sameFile } from '../../seal-job.js';
import { field, sizeOf } from './desk.js';
import { letterFile } from './fill.js';

/** Runs one job in the sealing worker. @returns {{done: Promise<object>, send: (message: object) => void}} */
function running(bid, submission, file, tell) {
  const worker = ownWorker('seal-worker.js');
  const done = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (data.progress) tell(data.progress, null);
      if (data.trouble) tell(null, data.trouble);
      if (data.done) resolve(data.done);
      if (data.failed) reject(Object.assign(new Error(data.failed.en), data.failed));
    };
    worker.onerror = (event) => {
      const why = event.message ?? '';
      reject(Object.assign(new Error(why), { zh: `加密线程出错:${why}`, en: `The sealing worker failed: ${why}` }));
    };
    worker.postMessage({ run: { bid, submission, file } });
  }).finally(() => worker.terminate());
  return { done, send: (message) => worker.postMessage(message) };
}

/**
 * The view of envelopes on their way.
 * @param {{desk: object, draft: object, begun: {place: object, job: object}[], files: Map<string, File>}} at
 *   files: chosen in this page, by name of the place; the others are asked for again
 * @param {() => Promise<void>} show
 */
export function sealView({ desk, draft, begun, files }, show) {
  const state = h('p', { role: 'status' });
  const bar = h('progress', { max: 1, value: 0, 'aria-label': say('加密与上传进度', 'Progress of sealing and uploading') });
  const list = h('ul', {});
  const wants = h('div', {});
  const button = (zh, en, work) => h('button', { class: 'btn', type: 'button', onclick: work }, say(zh, en));
  let now = null;
  let ended = false;
  const pause = button('暂停', 'Pause', () => {
    now?.send({ pause: true });
    pause.hidden = true;
    resume.hidden = false;
    resume.focus();
    state.textContent = say('已暂停;可随时继续,也可关闭页面以后再继续。', 'Paused. Go on at any time, even after closing the page.');
  });
  const resume = button('继续', 'Go on', () => {
    now?.send({ resume: true });
    state.textContent = say('继续上传。', 'Going on.');
    resume.hidden = true;
    pause.hidden = false;
    pause.focus();
  });
  resume.hidden = true;
  const drop = button('放弃本次加密', 'Discard this sealing', async () => {
    ended = true;
    now?.send({ stop: true });
    await now?.done.catch(() => {});
    for (const { job } of begun) await discard(desk.storage, job).catch(() => {});
    const names = new Set(begun.map(({ place }) => place.name));
    const left = (slots) => Object.fromEntries(Object.entries(slots).filter(([name]) => !names.has(name)));
    await desk.keep((kept) => kept && { ...kept, slots: left(kept.slots) });
    await show();
  });
  const items = new Map(begun.map(({ place, job }) => [place.name, h('li', {}, h('code', {}, place.name), ' ', h('bdi', {}, job.file.name), ` · ${sizeOf(job.file.size)} · `, h('span', {}, say('等待', 'waiting')))]));
  fill(list, [...items.values()]);
  const mark = (place, zh, en) => {
    items.get(place.name).lastChild.textContent = say(zh, en);
  };

  async function one({ place, job }, file) {
    mark(place, '正在加密并上传', 'sealing and uploading');
    now = running(job.bid, job.submission, file, (progress, trouble) => {
      if (progress) {
        bar.max = progress.total;
        bar.value = progress.sent;
        if (resume.hidden) state.textContent = say(`${job.file.name}:已上传 ${sizeOf(progress.sent)},共 ${sizeOf(progress.total)}`, `${job.file.name}: ${sizeOf(progress.sent)} of ${sizeOf(progress.total)} uploaded`);
      } else {
        const seconds = Math.max(1, Math.round((trouble.wait ?? 0) / 1000));
        state.textContent = `${sayBoth(trouble)} ${say(`约 ${seconds} 秒后自动重试。`, `Trying again in about ${seconds} s.`)}`;
      }
    });
    await now.done;
    mark(place, '已加密,已上传', 'sealed and uploaded');
  }

  function askFor(missing) {
    fill(wants, h('p', {}, say('上次没有完成。请再次选择同一文件,将从中断处继续:', 'The last time was not finished. Choose the same file again; it goes on where it stopped:')),
      missing.map(({ place, job }) => {
        const part = field([h('code', {}, place.name), ' ', h('bdi', {}, job.file.name)], { id: `again-${place.lot}-${place.part}`, type: 'file' });
        const input = part.querySelector('input');
        input.addEventListener('change', async () => {
          fieldError(input, null);
          if (!input.files[0]) return;
          try {
            sameFile(job, input.files[0]);
          } catch (error) {
            fieldError(input, sayBoth(error));
            return;
          }
          files.set(place.name, input.files[0]);
          part.hidden = true;
          if (missing.every(({ place: { name } }) => files.has(name))) await work();
        });
        return part;
      })); // prettier-ignore
  }

  async function work() {
    const letters = begun.filter(({ place }) => place.role === 'letter' && draft.bytes[place.name]);
    for (const { place } of letters) files.set(place.name, letterFile(draft.bytes[place.name]));
    const missing = begun.filter(({ place }) => !files.has(place.name));
    pause.hidden = missing.length > 0;
    if (missing.length > 0) return askFor(missing);
    fill(wants);
    try {
      for (const step of begun) {
        if (ended) return undefined;
        await one(step, files.get(step.place.name));
      }
    } catch (error) {
      if (ended) return undefined;
      pause.hidden = true;
      resume.hidden = true;
      state.textContent = sayBoth(error);
      fill(wants, button('重试', 'Try again', () => {
        pause.hidden = false;
        work();
      })); // prettier-ignore
      return undefined;
    }
    return show();
  }

  const view = h('section', { id: 'sealing', 'aria-labelledby': 'sealing-title' },
    h('h2', { id: 'sealing-title' }, say('加密与上传', 'Sealing and uploading')),
    h('p', {}, say('密文上传不等于递交:全部完成后还须签名递交。', 'Uploaded is not handed in: when all is done you still sign it in.')),
    list, bar, state, wants, h('p', {}, pause, ' ', resume, ' ', drop),
  ); // prettier-ignore
  work();
  return view;
}
