// The steps that need this machine alone: browser, clock, randomness, storage, keys, signatures.
// Invariant: what is made here is for the check only and is removed again; no key of a person is used to sign anything.

import { getJson } from '../api.js';
import { missing, wayOut } from '../browser.js';
import { equal, hex, random, utf8 } from '../bytes.js';
import { verify } from '../ed25519.js';
import { say, sayTime } from '../language.js';
import { Refused } from '../problem.js';
import { bad, good, skipped, weak } from './outcome.js';

const { subtle } = globalThis.crypto;
const PROBE = 'self-check/probe';
const MIB = 1_048_576;
/** Clocks further apart than this are worth mending, in ms; the same as elsewhere. */
const APART = 120_000;
/** Room that a browser should have left, in bytes: digests of a bid of some GiB take far less. */
const ROOM = 64 * MIB;

/** @returns {Promise<import('./outcome.js').Outcome>} */
export async function browserStep() {
  const lacking = await missing();
  if (lacking.length > 0) return bad(lacking.map(({ what }) => what).join(say(';', '; ')), wayOut());
  const cores = navigator.hardwareConcurrency ?? 1;
  return good(`需要的功能齐全;处理器 ${cores} 线程。`, `It has all that is needed; ${cores} processor threads.`);
}

/** The least of five round trips tells the clock best. */
export async function clockStep() {
  let best = null;
  for (let round = 0; round < 5; round += 1) {
    const sent = Date.now();
    const began = performance.now();
    const { now } = await getJson('/api/platform');
    const trip = performance.now() - began;
    if (best === null || trip < best.trip) best = { trip, ahead: Date.now() - (now + trip / 2), now, sent };
  }
  const off = Math.abs(best.ahead);
  const isBehind = best.ahead < 0;
  const [much, zhUnit, enUnit] = off < APART ? [off / 1_000, '秒', 's'] : [off / 60_000, '分钟', 'minutes'];
  const span = much.toFixed(1);
  const said = say(
    `平台时间 ${sayTime(best.now)};本机${isBehind ? '慢' : '快'} ${span} ${zhUnit},往返 ${Math.round(best.trip)} 毫秒。`,
    `The platform says ${sayTime(best.now)}; this machine is ${span} ${enUnit} ${isBehind ? 'behind' : 'ahead'}, a round trip takes ${Math.round(best.trip)} ms.`,
  );
  if (off <= APART) return { state: 'good', said };
  return weak(said, say(
    '在系统设置中打开自动对时。投标时限以平台时间为准;开启时保管人以本机时钟判断是否已截止,本机时钟必须准确。',
    'Let the system set its clock by itself. Deadlines go by the platform’s time; but whether a deadline has passed is decided by a custodian’s own clock, which must be right.',
  )); // prettier-ignore
}

/** Bits set in bytes, and how far that is from one half, in standard deviations. @param {Uint8Array} bytes */
export function skew(bytes) {
  let ones = 0;
  for (const byte of bytes) for (let bits = byte; bits > 0; bits &= bits - 1) ones += 1;
  const bits = 8 * bytes.length;
  return Math.abs(ones - bits / 2) / (Math.sqrt(bits) / 2);
}

export async function chanceStep() {
  const draws = [random(65_536), random(65_536)];
  const isBroken = equal(draws[0], draws[1]) || draws.some((bytes) => skew(bytes) > 8 || new Set(bytes).size < 256);
  if (isBroken) {
    return bad(say('随机数发生器不随机。', 'The random generator is not random.'), say('不要用这台电脑生成密钥或投标,请换一台。', 'Make no key and no bid on this computer: use another.'));
  }
  return good('未见异常(只能发现明显损坏)。', 'Nothing strange (only a plain defect would show).');
}

/** @param {import('../storage.js').Storage} storage */
export async function storageStep(storage) {
  const kept = random(65_536);
  const key = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
  try {
    await storage.update(PROBE, () => ({ kept, key }));
    const back = await storage.get(PROBE);
    if (!back || !equal(back.kept, kept) || !(back.key instanceof CryptoKey) || back.key.extractable) {
      throw new Error(say('读回的内容与写入的不同', 'what was read back differs from what was written'));
    }
  } finally {
    await storage.update(PROBE, () => undefined);
  }
  const { quota = 0, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  const room = Math.max(0, quota - usage);
  const persisted = (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.()) || false;
  const size = say(`可用空间约 ${Math.floor(room / MIB)} MiB。`, `About ${Math.floor(room / MIB)} MiB are free.`);
  if (room < ROOM) return weak(size, say('清理磁盘空间,否则大文件的上传进度可能无法保存。', 'Make room on the disk, or the progress of a large file may not be kept.'));
  if (!persisted) {
    return weak(
      `${size} ${say('浏览器在空间不足时可能清除密钥。', 'The browser may clear keys when it runs out of room.')}`,
      say('妥善保存每把密钥的备份文件;不要用无痕窗口,不要设置关闭时清除数据。', 'Keep the backup file of every key. Use no private window, and do not let the browser clear its data when it closes.'),
    );
  }
  return { state: 'good', said: `${size} ${say('浏览器不会自行清除。', 'The browser will not clear it by itself.')}` };
}

/**
 * The account's key, looked at and not used.
 * @param {import('../keyring.js').Keyring} keyring @param {string} account empty for a stranger @param {string} zone @param {number} now ms
 */
export async function keyStep(keyring, account, zone, now) {
  if (!account) return skipped('未登录。', 'Not signed in.');
  const kept = await keyring.keptOf(account);
  if (!kept) {
    return bad(say(`本浏览器没有账户 ${account} 的密钥。`, `This browser has no key of account ${account}.`), say('在登录页用备份文件恢复密钥。', 'Restore it from its backup file on the sign-in page.'));
  }
  if (zone !== 'procurement') return good('密钥在本浏览器。', 'The key is in this browser.');
  try {
    const enrolled = await getJson(`/api/accounts/${encodeURIComponent(account)}`);
    if (enrolled.key !== hex(kept.publicKey)) {
      return bad(say('本浏览器的密钥不是登记的密钥。', 'The key in this browser is not the one enrolled.'), say('用登记的密钥的备份文件恢复,或请登记处重新登记。', 'Restore the enrolled key from its backup, or ask the registrar to enrol this one.'));
    }
    if (enrolled.until && enrolled.until <= now) {
      return bad(say(`密钥已于 ${sayTime(enrolled.until)} 到期。`, `The key expired on ${sayTime(enrolled.until)}.`), say('生成新密钥,请登记处登记。', 'Make a new key and ask the registrar to enrol it.'));
    }
    const ends = enrolled.until ? say(`有效至 ${sayTime(enrolled.until)}。`, ` It is good until ${sayTime(enrolled.until)}.`) : '';
    return { state: 'good', said: say('密钥在本浏览器,与登记一致。', 'The key is in this browser and is the one enrolled.') + ends };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return bad(say(error.zh, error.en), say('请联系登记处。', 'Ask the registrar.'));
  }
}

export async function signatureStep() {
  const { privateKey, publicKey } = await subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  const raw = new Uint8Array(await subtle.exportKey('raw', publicKey));
  const message = utf8('kaibiao/self-check/v1');
  const signature = new Uint8Array(await subtle.sign('Ed25519', privateKey, message));
  const forged = signature.slice();
  forged[40] ^= 1;
  const isRight = (await verify(raw, message, signature)) && !(await verify(raw, message, forged));
  const leaks = await subtle.exportKey('pkcs8', privateKey).then(() => true, () => false);
  const todo = say('更新浏览器,或换用命令行程序。', 'Update the browser, or use the command-line program.');
  if (!isRight) return bad(say('签名或验签有误。', 'Signing or verifying goes wrong.'), todo);
  if (leaks) return bad(say('浏览器交出了不可导出的私钥。', 'The browser gave out a key that must not leave it.'), todo);
  return good('签名成立,伪造的签名被拒绝,私钥不能导出。', 'The signature holds, a forged one is refused, and the private key stays where it is.');
}
