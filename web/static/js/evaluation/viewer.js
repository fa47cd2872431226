// Bids read inside the page: PDF and pictures drawn on a canvas, text as text, each under the mark of the seat.
// Invariant: a file is never handed to the browser as a document or a download; it lives in this page's memory and is
// gone with it. The mark is drawn into what is seen, so that a picture of the screen says whose screen it was.

import { request } from '../api.js';
import { concat } from '../bytes.js';
import { fill, h } from '../dom.js';
import { say, sayError } from '../language.js';
import { kindOf, textOf } from './file-kind.js';
import { openPdf } from './pdf.js';

/** The largest file that is read into memory, in bytes. */
const MOST = 256 << 20;
/** The widest canvas, in pixels: beyond it browsers refuse. */
const WIDEST = 4_096;

const sayBytes = (bytes) => (bytes < 1_048_576 ? `${Math.ceil(bytes / 1_024)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`);

async function fetched(path, size, onPart, signal, headers) {
  const response = await request(path, { headers, signal });
  const parts = [];
  let seen = 0;
  for await (const part of pieces(response.body)) {
    parts.push(part);
    seen += part.length;
    if (seen > MOST) throw tooLarge();
    onPart(size ? seen / size : 0);
  }
  return concat(...parts);
}

async function* pieces(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

const both = (zh, en) => Object.assign(new Error(en), { zh, en });
const tooLarge = () => both('文件过大,不能在页面中打开。', 'The file is too large to be opened in the page.');

/** Draws the mark over a canvas, slantwise and again and again. */
function mark(canvas, words) {
  const pen = canvas.getContext('2d');
  const step = Math.max(160, canvas.width / 4);
  pen.save();
  pen.globalAlpha = 0.16;
  pen.fillStyle = '#7a1f1f';
  pen.font = `${Math.max(14, Math.round(canvas.width / 42))}px sans-serif`;
  pen.textAlign = 'center';
  for (let y = step / 2; y < canvas.height + step; y += step) {
    for (let x = step / 2; x < canvas.width + step; x += step * 1.6) {
      pen.save();
      pen.translate(x, y);
      pen.rotate(-Math.PI / 7);
      pen.fillText(words, 0, 0);
      pen.restore();
    }
  }
  pen.restore();
}

/** The mark as a background for text. @returns {Promise<string>} address of a blob */
async function tile(words) {
  const canvas = h('canvas', { width: '420', height: '240' });
  mark(canvas, words);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve));
  return URL.createObjectURL(blob);
}

async function textView(bytes, words, ends) {
  const box = h('div', { class: 'paper-text', tabindex: '0', role: 'region', 'aria-label': say('文件内容', 'The file') },
    h('pre', {}, h('bdi', {}, textOf(bytes)))); // prettier-ignore
  const address = await tile(words);
  box.style.backgroundImage = `url("${address}")`;
  ends.push(() => URL.revokeObjectURL(address));
  return box;
}

async function pictureView(bytes, kind, words, name, ends) {
  const picture = await createImageBitmap(new Blob([bytes], { type: kind }));
  ends.push(() => picture.close());
  const scale = Math.min(1, WIDEST / Math.max(picture.width, picture.height));
  const canvas = h('canvas', { role: 'img', 'aria-label': say(`图片:${name}`, `Picture: ${name}`) });
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  mark(canvas, words);
  return h('div', { class: 'paper', tabindex: '0', role: 'region', 'aria-label': say('文件内容', 'The file') }, canvas);
}

async function pdfView(bytes, words, name, ends) {
  const file = await openPdf(bytes);
  ends.push(file.close);
  const canvas = h('canvas', { role: 'img' });
  const paper = h('div', { class: 'paper', tabindex: '0', role: 'region', 'aria-label': say('文件内容', 'The file') }, canvas);
  const number = h('input', { class: 'form-control page-number', type: 'number', min: '1', max: String(file.pages), value: '1', id: 'page-number' });
  const zoom = h('select', { class: 'form-select page-zoom', id: 'page-zoom' },
    [['1', say('适合宽度', 'Fit the width')], ['1.5', '150 %'], ['2', '200 %'], ['3', '300 %']].map(([value, text]) => h('option', { value }, text))); // prettier-ignore
  const said = h('p', { role: 'status', class: 'm-0' });
  const wording = h('pre', { class: 'page-text' });
  const spoken = h('details', {}, h('summary', {}, say('本页文字(供朗读软件使用)', 'Words of this page (for screen readers)')), wording);
  const [before, after] = [say('上一页', 'Previous page'), say('下一页', 'Next page')].map((text) => h('button', { type: 'button', class: 'btn' }, text));
  let page = 1;
  let line = Promise.resolve();
  const show = () => {
    const asked = page;
    line = line.then(async () => {
      if (asked !== page) return;
      try {
        const room = Math.max(280, paper.clientWidth || 800);
        const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
        const width = Math.min(WIDEST, Math.round(room * ratio * Number(zoom.value)));
        const fresh = h('canvas');
        await file.draw(asked, width, fresh);
        mark(fresh, words);
        canvas.width = fresh.width;
        canvas.height = fresh.height;
        canvas.getContext('2d').drawImage(fresh, 0, 0);
        canvas.style.width = `${Math.round(fresh.width / ratio)}px`;
        canvas.setAttribute('aria-label', say(`${name} 第 ${asked} 页`, `${name}, page ${asked}`));
        number.value = String(asked);
        fill(said, say(`第 ${asked} 页,共 ${file.pages} 页`, `Page ${asked} of ${file.pages}`));
        fill(wording, h('bdi', {}, await file.words(asked)));
      } catch (error) {
        fill(said, say('这一页无法显示:', 'This page cannot be shown: '), sayError(error));
      }
    });
    return line;
  };
  const go = (to) => {
    page = Math.min(file.pages, Math.max(1, Math.round(to) || 1));
    before.disabled = page === 1;
    after.disabled = page === file.pages;
    return show();
  };
  before.addEventListener('click', () => go(page - 1));
  after.addEventListener('click', () => go(page + 1));
  number.addEventListener('change', () => go(Number(number.value)));
  zoom.addEventListener('change', show);
  const tools = h('div', { class: 'paper-tools' }, before, after,
    h('label', { for: 'page-number' }, say('页', 'Page')), number,
    h('label', { for: 'page-zoom' }, say('大小', 'Size')), zoom, said); // prettier-ignore
  return { view: [tools, paper, spoken], drawn: () => go(1) };
}

/** The viewer: one file at a time. */
export class Viewer {
  #place = null;
  #words;
  #ends = [];
  #asked = null;
  #headersOf;

  /**
   * @param {string} words of the mark
   * @param {(path: string) => Promise<Record<string, string>>} headersOf what goes along with a request for a file
   */
  constructor(words, headersOf) {
    this.#words = words;
    this.#headersOf = headersOf;
  }

  /** Closes what is open. */
  close() {
    this.#asked?.abort();
    for (const end of this.#ends.splice(0)) Promise.resolve(end()).catch(() => {});
    if (this.#place) fill(this.#place);
    this.#place?.closest('.card')?.classList.remove('reading');
    this.#place = null;
  }

  /**
   * Shows a file.
   * @param {{path: string, bytes: number, code: string, part: string, place: HTMLElement, back: HTMLElement}} file
   *   `place`: where it is shown; `back`: what gets the focus when it is closed
   */
  async open({ path, bytes, code, part, place, back }) {
    this.close();
    this.#place = place;
    place.closest('.card')?.classList.add('reading');
    const asked = new AbortController();
    this.#asked = asked;
    const name = `${code} · ${part}`;
    const title = h('h4', { id: 'viewer-title', tabindex: '-1' }, h('code', {}, code), ' · ', h('code', {}, part));
    const close = h('button', { type: 'button', class: 'btn' }, say('关闭文件', 'Close the file'));
    const bar = h('progress', { max: '1', value: '0', 'aria-label': say('读取进度', 'Progress of reading') });
    const said = h('p', { role: 'status' }, say(`正在读取 ${sayBytes(bytes)}……`, `Reading ${sayBytes(bytes)} …`));
    const body = h('div', { class: 'viewer-body' });
    fill(place, h('section', { class: 'viewer', 'aria-labelledby': 'viewer-title' }, title, close, bar, said, body));
    close.addEventListener('click', () => {
      this.close();
      back.focus();
    });
    title.focus();
    const ends = [];
    try {
      if (bytes > MOST) throw tooLarge();
      const content = await fetched(path, bytes, (share) => (bar.value = share), asked.signal, await this.#headersOf(path));
      const kind = kindOf(content);
      if (kind === null) {
        throw both(
          '不是 PDF、图片或文本,不能在页面中显示。可用命令 kaibiao evaluation file 取出,在出错也无妨的机器上打开。',
          'It is neither PDF nor picture nor text and cannot be shown here. Take it with kaibiao evaluation file, and open it on a machine where a bad file does no harm.',
        );
      }
      let drawn = async () => {};
      if (kind === 'application/pdf') {
        const pdf = await pdfView(content, this.#words, name, ends);
        fill(body, pdf.view);
        drawn = pdf.drawn;
      } else if (kind === 'text/plain') fill(body, await textView(content, this.#words, ends));
      else fill(body, await pictureView(content, kind, this.#words, name, ends));
      if (asked.signal.aborted) throw asked.signal.reason;
      this.#ends.push(...ends);
      await drawn();
      fill(said, say('文件只在本页内存中,关闭即消失;画面带有您的席位标记。', 'The file is in the memory of this page only and gone when it is closed; what you see bears the mark of your seat.'));
    } catch (error) {
      if (asked.signal.aborted) {
        for (const end of ends) Promise.resolve(end()).catch(() => {});
        return;
      }
      fill(said, h('strong', {}, say('无法打开:', 'It cannot be opened: ')), sayError(error));
    } finally {
      bar.remove();
    }
  }
}
