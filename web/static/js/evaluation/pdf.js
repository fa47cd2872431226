// PDF files drawn on canvases by pdf.js, under the policy of our pages: no code made from text, no WebAssembly, no frame.
// Invariant: everything that pdf.js loads comes from static/vendor; links, forms and scripts of the file stay dead.

import { unbase64 } from '../bytes.js';
import { ownWorker } from '../own-worker.js';

const VENDOR = new URL('../../vendor/', import.meta.url);
const VERSION = '6.5.438';

/** Encodings of text come from one module, which is loaded when the first file needs it. */
class Encodings {
  async fetch({ kind, filename }) {
    if (kind !== 'cMapUrl') throw new Error(`the viewer has no ${kind}`);
    const { default: files } = await import(new URL(`pdfjs-cmaps-${VERSION}.js`, VENDOR).href);
    if (!(filename in files)) throw new Error(`the viewer does not have the encoding ${filename}`);
    return unbase64(files[filename]);
  }
}

/**
 * Opens a PDF file.
 * @param {Uint8Array} data is taken over
 * @returns {Promise<{pages: number, draw: (number: number, width: number, canvas: HTMLCanvasElement) => Promise<void>,
 *   words: (number: number) => Promise<string>, close: () => Promise<void>}>}
 */
export async function openPdf(data) {
  const { PDFWorker, getDocument } = await import(new URL(`pdfjs-${VERSION}.js`, VENDOR).href);
  const port = ownWorker('pdf-worker.js');
  const worker = new PDFWorker({ port });
  const task = getDocument({
    data,
    worker,
    BinaryDataFactory: Encodings,
    cMapUrl: VENDOR.href,
    wasmUrl: VENDOR.href,
    useWasm: false,
    useWorkerFetch: false,
    disableWorkerRendering: true,
    enableXfa: false,
    isEvalSupported: false,
    verbosity: 0,
  });
  const close = async () => {
    await task.destroy();
    worker.destroy();
    port.terminate();
  };
  let file;
  try {
    file = await task.promise;
  } catch (error) {
    await close();
    throw error;
  }
  return {
    pages: file.numPages,
    async draw(number, width, canvas) {
      const page = await file.getPage(number);
      const natural = page.getViewport({ scale: 1 });
      const viewport = page.getViewport({ scale: width / natural.width });
      canvas.width = Math.floor(viewport.width);
      canvas.height = Math.floor(viewport.height);
      const canvasContext = canvas.getContext('2d');
      // 0: what is annotated is not drawn, so that nothing in the file can be clicked or filled in.
      await page.render({ canvas, canvasContext, viewport, annotationMode: 0 }).promise;
      page.cleanup();
    },
    async words(number) {
      const page = await file.getPage(number);
      const { items } = await page.getTextContent();
      return items.map(({ str, hasEOL }) => str + (hasEOL ? '\n' : '')).join('');
    },
    close,
  };
}
