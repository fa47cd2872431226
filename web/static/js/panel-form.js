// What the forms of a panel say: lists as they are typed, and names for seats.
// Invariant: a seat that stands vacant is filled before a new one is named, and no seat is named twice.

/** The texts of a list, typed with commas, spaces or lines between them. @param {string} text @param {RegExp} [mark] */
export const listOf = (text, mark = /[\s,,、;;]+/) => text.split(mark).map((one) => one.trim()).filter(Boolean); // prettier-ignore

/**
 * A seat for each account: the vacant ones first, then new names.
 * @param {string[]} accounts @param {string[]} vacant @param {string[]} taken names of seats that exist
 * @param {string} base beginning of a new name
 * @returns {Record<string, string>} seat to account
 */
export function freshSeats(accounts, vacant, taken, base) {
  const known = new Set([...taken, ...vacant]);
  const left = [...vacant];
  let number = 0;
  const next = () => {
    for (;;) {
      number += 1;
      if (!known.has(`${base}-${number}`)) return `${base}-${number}`;
    }
  };
  return Object.fromEntries(accounts.map((account) => [left.shift() ?? next(), account]));
}
