// Whether a value has the type that the record format gives it (docs/record-format.md, section 3).
// Invariant: a body is accepted only with every member that is not optional and none that is not listed.

import { AT_TYPES, KINDS_TABLE, PARTS_TABLE, UNIONS, WORDS } from './kinds.js';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const HEX = /^(?:[0-9a-f]{2})*$/;

/** Whether a value is an id. @param {unknown} value */
export const isId = (value) => typeof value === 'string' && ID.test(value);

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

function membersOf(text) {
  const out = new Map();
  for (const item of text.split('; ')) {
    const [name, type] = item.split(': ');
    out.set(name.replace(/\?$/, ''), { type, optional: name.endsWith('?') });
  }
  return out;
}

function rows(table) {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split(' | '));
}

/**
 * What section 3.1 says about one kind.
 * @typedef {{name: string, authors: string[], platform: boolean, isPublic: boolean, withheld: Set<string>,
 *   members: Map<string, {type: string, optional: boolean}>}} Kind
 */

/** @type {Map<string, Kind>} */
export const KINDS = new Map(
  rows(KINDS_TABLE).map(([name, author, visibility, members]) => [
    name,
    {
      name,
      authors: author.split(', '),
      platform: author === 'platform',
      isPublic: visibility.startsWith('public'),
      withheld: new Set((visibility.split('-')[1] ?? '').split(' ').filter(Boolean)),
      members: membersOf(members),
    },
  ]),
);

const PARTS = new Map(rows(PARTS_TABLE).map(([name, members]) => [name, membersOf(members)]));
// A declared method is its part with the member that says so.
PARTS.set('DeclaredMethod', new Map([...PARTS.get('Declared'), ['method', { type: 'declared', optional: false }]]));

/** What is wrong, in both languages. @typedef {{zh: string, en: string}} Both */

/**
 * What is wrong with a value of a type; null if nothing is.
 * @param {string} type @param {unknown} value @param {string} where
 * @returns {Both|null}
 */
export function problem(type, value, where) {
  if (type.startsWith('[')) {
    if (!Array.isArray(value)) return { zh: `${where} 不是数组`, en: `${where} is not an array` };
    for (const [n, item] of value.entries()) {
      const wrong = problem(type.slice(1, -1), item, `${where}[${n}]`);
      if (wrong) return wrong;
    }
    return null;
  }
  if (type === 'Sheet') return problem('{id → {id → int}}', value, where);
  if (type.startsWith('{')) return mapProblem(type, value, where);
  if (PARTS.has(type)) return structProblem(PARTS.get(type), value, where);
  if (Object.hasOwn(UNIONS, type)) {
    const [tag, arms] = UNIONS[type];
    if (!isObject(value)) return { zh: `${where} 不是对象`, en: `${where} is not an object` };
    const arm = Object.hasOwn(value, tag) ? value[tag] : undefined;
    if (typeof arm !== 'string' || !Object.hasOwn(arms, arm)) {
      const known = Object.keys(arms).join(', ');
      return { zh: `${where}.${tag} 不是 ${known} 之一`, en: `${where}.${tag} is none of ${known}` };
    }
    return structProblem(PARTS.get(arms[arm]), value, where);
  }
  return scalarFits(type, value) ? null : { zh: `${where} 不是 ${type} 类型`, en: `${where} is not of type ${type}` };
}

function mapProblem(type, value, where) {
  const gap = type.indexOf(' → ');
  const [left, right] = [type.slice(1, gap), type.slice(gap + 3, -1)];
  if (!isObject(value)) return { zh: `${where} 不是对象`, en: `${where} is not an object` };
  for (const [key, item] of Object.entries(value)) {
    const wrong = problem(left, key, `${where} key`) ?? problem(right, item, `${where}.${key}`);
    if (wrong) return wrong;
  }
  return null;
}

function scalarFits(type, value) {
  if (Object.hasOwn(WORDS, type)) return WORDS[type].includes(value);
  if (type === 'int' || type === 'instant') return Number.isSafeInteger(value);
  if (type === 'bool') return typeof value === 'boolean';
  if (type === 'text') return typeof value === 'string';
  if (type === 'id') return isId(value);
  if (type === 'json') return value !== null && value !== undefined;
  const size = type.slice(3);
  return typeof value === 'string' && HEX.test(value) && (size === '' || value.length === 2 * Number(size));
}

/**
 * As `problem` for an object with members; those of `withheld` may be absent.
 * @param {Map<string, {type: string, optional: boolean}>} members
 * @param {unknown} value @param {string} where @param {Set<string>} [withheld]
 * @returns {Both|null}
 */
export function structProblem(members, value, where, withheld = new Set()) {
  if (!isObject(value)) return { zh: `${where} 不是对象`, en: `${where} is not an object` };
  for (const name of Object.keys(value)) {
    if (!members.has(name)) {
      const shown = JSON.stringify(name.slice(0, 64));
      return { zh: `${where} 有未列出的成员 ${shown}`, en: `${where} has a member ${shown} that is not listed` };
    }
  }
  for (const [name, { type, optional }] of members) {
    if (Object.hasOwn(value, name)) {
      const wrong = problem(type, value[name], `${where}.${name}`);
      if (wrong) return wrong;
    } else if (!optional && !withheld.has(name)) {
      return { zh: `${where} 缺少 ${name}`, en: `${where} lacks ${name}` };
    }
  }
  return null;
}

/** What is wrong with an `@` field of a payload; null if nothing is. @param {string} name @param {unknown} value */
export function atProblem(name, value) {
  if (!Object.hasOwn(AT_TYPES, name)) {
    const shown = JSON.stringify(name.slice(0, 32));
    return { zh: `未知的字段 ${shown}`, en: `the field ${shown} is not known` };
  }
  return problem(AT_TYPES[name], value, name);
}

const FAMILIES = [
  [/^(?:platform|facts|fact|clock)\./, 'platform'],
  [/^account\./, 'account'],
  [/^ceremony\./, 'ceremony'],
  [/^expert\.(?:listed|suspended|reinstated)$/, 'pool'],
  [/^(?:draw|pool|coefficient|tie|expert|call|representatives|hours|seat|document|chair)\./, 'evaluation'],
  [/^(?:evaluation|codes|panel|recusal|score|review|clarification|price|extension|report)\./, 'evaluation'],
  [/^rules\./, 'rules'],
  [/^(?:order|complaint|access|card|sign)\./, 'supervision'],
];

/** The beginning of the streams of a kind; `platform` has no more to it. @param {string} kind */
export function family(kind) {
  return FAMILIES.find(([pattern]) => pattern.test(kind))?.[1] ?? 'tender';
}
