// The language of the page: both sentences stand side by side where they are used.
// Invariant: no sentence exists in one language only.

/** The language of the page, `zh` or `en`. Outside of a page it is English. @returns {'zh'|'en'} */
export function language() {
  if (typeof document === 'undefined') return 'en';
  return document.documentElement.lang.startsWith('en') ? 'en' : 'zh';
}

/**
 * The sentence of the page's language.
 * @param {string} zh @param {string} en
 * @returns {string}
 */
export const say = (zh, en) => (language() === 'en' ? en : zh);

/** The sentence of something that carries both, an error or a piece of evidence. @param {{zh: string, en: string}} both */
export const sayBoth = (both) => say(both.zh, both.en);

/**
 * What an error says in the page's language: our own errors carry both sentences, others what the browser says.
 * @param {unknown} error
 */
export function sayError(error) {
  if (error !== null && typeof error === 'object' && 'zh' in error && 'en' in error) return sayBoth(error);
  const detail = error instanceof Error ? error.message : String(error);
  return say(`浏览器报告:${detail}`, `The browser reports: ${detail}`);
}

const MOMENT = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** An instant as `YYYY-MM-DD HH:mm:ss` in the time of Shanghai, with the zone named. @param {number} ms since 1970 UTC */
export function sayTime(ms) {
  return `${MOMENT.format(new Date(ms))} ${say('北京时间', 'China Standard Time')}`;
}

/** Money in its currency's units with thousands separators. @param {{currency: string, minor: number}} money */
export function sayMoney(money) {
  const digits = money.currency === 'JPY' ? 0 : 2;
  const minor = BigInt(money.minor);
  const size = minor < 0n ? -minor : minor;
  const text = size.toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ',');
  const rest = digits === 0 ? '' : `.${text.slice(-digits)}`;
  const unit = money.currency === 'JPY' ? say('日元', 'JPY') : say('元', 'CNY');
  return `${minor < 0n ? '−' : ''}${whole}${rest} ${unit}`;
}
