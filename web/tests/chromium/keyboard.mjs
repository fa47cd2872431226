// A page by keyboard alone: Tab reaches every control, and whoever has the focus shows it.
// Invariant: what can be clicked can be reached; a control that is hidden, disabled or taken out of the order is not one.

const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex], iframe';

/** Most presses of the key on one page. */
const PRESSES = 400;

/** Marks every control that a person could use and watches who gets the focus. Runs in the page. */
function watch(controls) {
  const usable = (one) => {
    if (one.disabled || one.tabIndex < 0 || one.closest('[inert]')) return false;
    const folded = one.closest('details:not([open])');
    if (folded && !(one.matches('summary') && one.parentElement === folded)) return false;
    return one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  };
  const radios = new Set();
  const wanted = [...document.querySelectorAll(controls)].filter((one) => {
    if (!usable(one)) return false;
    if (one.type !== 'radio') return true;
    // One stop for each group.
    if (radios.has(one.name)) return false;
    radios.add(one.name);
    return true;
  });
  const look = (one) => {
    const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor } = getComputedStyle(one);
    return { outline: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0, rest: [boxShadow, borderColor, backgroundColor].join() };
  };
  const before = new Map(wanted.map((one) => [one, look(one).rest]));
  const told = (one) => `${one.tagName.toLowerCase()}${one.id ? `#${one.id}` : ''} "${(one.getAttribute('aria-label') ?? one.textContent ?? '').trim().slice(0, 40)}"`;
  const reached = new Set();
  const groups = new Set();
  const faint = new Set();
  document.addEventListener('focusin', ({ target }) => {
    reached.add(target);
    if (target.type === 'radio') groups.add(target.name);
    const { outline, rest } = look(target);
    if (!outline && rest === before.get(target)) faint.add(told(target));
  });
  globalThis.keyboardWatch = {
    left: () => wanted.filter((one) => one.isConnected && usable(one) && !reached.has(one) && !(one.type === 'radio' && groups.has(one.name))).map(told),
    faint: () => [...faint],
    count: () => wanted.length,
  };
}

/**
 * Goes through the page by Tab. What was not reached, and what shows no focus.
 * @param {import('playwright-core').Page} tab
 * @returns {Promise<string[]>}
 */
export async function reachedByKeyboard(tab) {
  // Transitions would show a focus ring only later than the key.
  await tab.emulateMedia({ reducedMotion: 'reduce' });
  await tab.evaluate(() => document.activeElement?.blur());
  await tab.evaluate(watch, CONTROLS);
  const count = await tab.evaluate(() => globalThis.keyboardWatch.count());
  // A date field has several stops of its own.
  const presses = Math.min(PRESSES, count * 2 + 40);
  for (let n = 0; n < presses; n += 1) {
    await tab.keyboard.press('Tab');
    if (n >= count && n % 10 === 0 && (await tab.evaluate(() => globalThis.keyboardWatch.left().length)) === 0) break;
  }
  const [left, faint] = await tab.evaluate(() => [globalThis.keyboardWatch.left(), globalThis.keyboardWatch.faint()]);
  return [...left.map((one) => `${one} is not reached`), ...faint.map((one) => `${one} does not show its focus`)];
}
