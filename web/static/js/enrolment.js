// Enrolment requests (注册申请): made by the holder of the keys, checked by the registrar's browser before it signs.
// Invariant: the request holds every proof of possession and no secret; a request whose proofs fail is never signed.

import { Wrong, hex, lp, random, unhex } from './bytes.js';
import { spell } from './canonical.js';
import { verify } from './ed25519.js';
import { sha256Sync } from './hash-sync.js';
import { pointBytes, readPoint } from './ristretto.js';
import { enrolMessage, partialBytes, proveStatic, readPartial, staticHolds } from './shares.js';

/** Every role there is, as facts spell them. */
export const ROLES = ['buyer', 'agent', 'bidder', 'custodian', 'expert', 'supervisor', 'registrar', 'operator'];

const held = (salt, { contact, employer, name }) =>
  hex(sha256Sync(lp('kaibiao/held/v1', salt, spell({ contact, employer, name }))));

async function custodyOf(origin, account, custodian) {
  const { signer, secret, point } = custodian;
  const proof = proveStatic({ origin, account, signer: signer.publicKey, point }, secret);
  return {
    point: hex(pointBytes(point)),
    point_proof: hex(partialBytes(proof)),
    signer: hex(signer.publicKey),
    signer_proof: hex(await signer.sign(enrolMessage(origin, account, signer.publicKey))),
  };
}

/**
 * The body of `account.enrolled` for a person, with all proofs.
 * @param {string} origin of the log
 * @param {{account: string, name: string, contact: string, employer: string, roles: string[]}} person
 * @param {import('./ed25519.js').Signer} key of the account
 * @param {import('./custodian.js').Custodian|null} custodian where the person is one
 */
export async function enrolment(origin, person, key, custodian) {
  const salt = random(32);
  const body = {
    ...person,
    held: held(salt, person),
    key: hex(key.publicKey),
    proof: hex(await key.sign(enrolMessage(origin, person.account, key.publicKey))),
    salt: hex(salt),
  };
  if (custodian) body.custody = await custodyOf(origin, person.account, custodian);
  return body;
}

const MEMBERS = ['account', 'contact', 'employer', 'held', 'key', 'name', 'proof', 'roles', 'salt'];

function refuse(zh, en) {
  throw new Wrong(zh, en);
}

function shape(body) {
  const names = Object.keys(body ?? {}).filter((name) => name !== 'custody').sort();
  const texts = MEMBERS.filter((name) => name !== 'roles').every((name) => typeof body?.[name] === 'string');
  if (names.join() !== MEMBERS.join() || !texts || !Array.isArray(body.roles) || body.roles.length === 0) {
    refuse('文件不是注册申请', 'the file is not an enrolment request');
  }
  const unknown = body.roles.find((role) => !ROLES.includes(role));
  if (unknown !== undefined) refuse(`申请中的角色 ${unknown} 不存在`, `the role ${unknown} of the request does not exist`);
}

/**
 * Checks a request as the registrar's browser received it.
 * @param {string} origin
 * @param {any} body
 * @returns {Promise<object>} the body
 * @throws {Wrong} what does not hold
 */
export async function checked(origin, body) {
  shape(body);
  const key = unhex(body.key, 32);
  if (!(await verify(key, enrolMessage(origin, body.account, key), unhex(body.proof, 64)))) {
    refuse(
      '申请人未能证明持有该密钥:申请可能属于另一平台或已被改动',
      'the holder of the request did not prove to hold its key: it may belong to another platform or be changed',
    );
  }
  if (held(unhex(body.salt, 32), body) !== body.held) {
    refuse('申请中的承诺与其姓名、联系方式、单位不符', 'the commitment of the request does not fit its name, contact and employer');
  }
  if (body.roles.includes('custodian') !== (body.custody !== undefined)) {
    refuse('保管人的申请须附保管密钥,其他申请不得附', 'a request of a custodian needs custody keys, and no other has them');
  }
  if (body.custody) await checkedCustody(origin, body.account, body.custody);
  return body;
}

async function checkedCustody(origin, account, custody) {
  const signer = unhex(custody.signer, 32);
  const signed = await verify(signer, enrolMessage(origin, account, signer), unhex(custody.signer_proof, 64));
  const point = readPoint(unhex(custody.point, 32));
  const proof = readPartial(unhex(custody.point_proof, 96));
  if (!signed || !staticHolds({ origin, account, signer, point }, proof)) {
    refuse('保管密钥的持有证明不成立', 'the proof of possession of the custody keys does not hold');
  }
}
