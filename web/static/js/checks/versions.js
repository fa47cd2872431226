// Versions of the rules (docs/record-format.md, 13.1): the digest of the file in the fact, and what it changes.
// Invariant: no rule has to be understood for it.

import { hex } from '../bytes.js';
import { spell, spellText } from '../canonical.js';
import { sha256 } from '../hash.js';

function byId(file) {
  const rules = Array.isArray(file?.rules) ? file.rules : [];
  const rows = new Map();
  for (const rule of rules.filter((one) => typeof one?.id === 'string')) {
    rows.set(rule.id, `${rows.get(rule.id) ?? ''}${spellText(rule)}`);
  }
  return rows;
}

/** Every version is the digest of its file and names the rules that differ from the version before. */
export async function soundVersions(check, versions) {
  let old = new Map();
  for (const { seq, body } of versions) {
    const digest = hex(await sha256(spell(body.file)));
    check.expect(digest === body.version, '规则版本与规则文件不符', 'the version is not the digest of its file', seq);
    const now = byId(body.file);
    const names = [...new Set([...now.keys(), ...old.keys()])].sort();
    const changed = names.filter((id) => now.get(id) !== old.get(id));
    const isNamed = JSON.stringify(changed) === JSON.stringify(body.changed);
    check.expect(isNamed, '规则版本所列变更与文件不符', 'the version does not name the rules that it changes', seq);
    old = now;
  }
}
