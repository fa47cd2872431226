// Who paid which deposit, as numbers that say which rows are equal and nothing else.
// Invariant: names and numbers of accounts stay in this browser; a number is one of a row before, or the next, from 1.

/** As it is compared: full-width signs as the plain ones, without spaces, in lower case. @param {string} text */
const plain = (text) =>
  text
    .replace(/[！-～]/gu, (sign) => String.fromCodePoint(sign.codePointAt(0) - 0xfee0))
    .replace(/[\s\ufeff]/gu, '')
    .toLowerCase();

/**
 * One number for one payer, from 1 in the order given: rows with the same name or the same account are one payer.
 * @param {{name: string, account: string}[]} payers @returns {number[]}
 */
export function labels(payers) {
  const groups = [];
  const seen = new Map();
  for (const { account, name } of payers) {
    const keys = [`name ${plain(name)}`, `account ${plain(account)}`].filter((key) => !key.endsWith(' '));
    const known = keys.filter((key) => seen.has(key)).map((key) => groups[seen.get(key)]);
    const group = Math.min(groups.length, ...known);
    // A row that ties two payers together makes one of them.
    for (const [place, other] of groups.entries()) if (known.includes(other)) groups[place] = group;
    for (const key of keys) if (!seen.has(key)) seen.set(key, groups.length);
    groups.push(group);
  }
  const order = [...new Set(groups)];
  return groups.map((group) => order.indexOf(group) + 1);
}

const before = (a, b) => (a < b ? -1 : Number(a > b));

/**
 * The rows in the order of lots and bids, payers numbered by their first row: the order of the statement is not told.
 * @param {{bid: string, lot: string, payer: null|{name: string, account: string, own: boolean}}[]} rows with the other
 *   members of a row as they are @returns {object[]} rows of `deposits.received`
 */
export function numbered(rows) {
  const sorted = [...rows].sort((a, b) => before(a.lot, b.lot) || before(a.bid, b.bid));
  const numbers = labels(sorted.flatMap(({ payer }) => payer ?? []))[Symbol.iterator]();
  return sorted.map(({ payer, ...row }) => (payer ? { ...row, from: { own: payer.own, payer: numbers.next().value } } : row));
}
