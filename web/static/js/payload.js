// Opened payloads: the fields of a fact that are shown, against the commitment of its entry
// (docs/record-format.md, 2.2 and 2.3).
// Invariant: a field is handed out only if the slots give the commitment.

import { Wrong, compare, equal, lp, unhex, utf8 } from './bytes.js';
import { parse, spell } from './canonical.js';
import { isPowerOfTwo, leafHash, root } from './merkle.js';

/** The most slots of a payload. */
export const MAX_SLOTS = 1024;

const members = (value) =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).sort().join(' ') : '';

function slotLeaf(slot, before) {
  const has = members(slot);
  if (has === 'leaf') return { leaf: unhex(slot.leaf, 32), name: before };
  if (has !== 'name salt value' || typeof slot.name !== 'string') {
    throw new Wrong('有一格既未公开也不是叶子', 'a slot is neither open nor a leaf');
  }
  const name = utf8(slot.name);
  if (before !== null && compare(name, before) <= 0) {
    throw new Wrong('公开的名称不是递增的', 'the names of the open slots do not ascend');
  }
  return { leaf: leafHash(lp(unhex(slot.salt, 32), name, spell(slot.value))), name };
}

/**
 * The fields of an opened payload that matches the commitment.
 * @param {unknown} value the value of its JSON
 * @param {Uint8Array} commit 32 bytes
 * @returns {Map<string, unknown>} name → value of every open slot
 */
export function openPayload(value, commit) {
  if (members(value) !== 'slots' || !Array.isArray(value.slots)) {
    throw new Wrong('内容应是含数组 slots 的对象', 'a payload is an object with the array slots');
  }
  const { slots } = value;
  if (slots.length > MAX_SLOTS || !isPowerOfTwo(slots.length)) {
    throw new Wrong(
      `格数不是不超过 ${MAX_SLOTS} 的二的幂`,
      `the number of slots is not a power of two up to ${MAX_SLOTS}`,
    );
  }
  const leaves = [];
  const fields = new Map();
  let before = null;
  for (const slot of slots) {
    const { leaf, name } = slotLeaf(slot, before);
    if ('name' in slot) fields.set(slot.name, slot.value);
    leaves.push(leaf);
    before = name;
  }
  if (!equal(root(leaves), commit)) {
    throw new Wrong('内容与条目的承诺不符', 'the payload does not match the commitment of its entry');
  }
  return fields;
}

/** As `openPayload`, from the canonical bytes of a payload. @param {Uint8Array} bytes @param {Uint8Array} commit */
export function openPayloadBytes(bytes, commit) {
  return openPayload(parse(bytes), commit);
}
