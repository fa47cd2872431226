// What the steps of a custodian are called.
// Invariant: every step says what will be signed and what it means.

import { say } from './language.js';

/** The step in words: a button and an explanation. @param {{kind?: string, wait?: number[], done?: true, body?: object}} step */
export function stepWords(step, view) {
  const names = (indices) =>
    indices.map((index) => `${index} (${view.called.members.find((one) => one.index === index)?.account ?? '?'})`).join(', ');
  if (step.done) {
    return view.end?.kind === 'ceremony.failed'
      ? { note: say('仪式已失败,没有生成密钥。', 'The ceremony failed; there is no key.') }
      : { note: say('仪式已完成:证书由全体保管人签名,已在本浏览器重新核验。', 'The ceremony is complete: all custodians signed the certificate, and this browser verified it again.') };
  }
  if (step.wait) {
    return step.wait.length > 0
      ? { note: say(`您的步骤已完成,等待保管人 ${names(step.wait)}。本页自动继续。`, `Your step is done; waiting for custodian ${names(step.wait)}. This page goes on by itself.`) }
      : { note: say('全部步骤已完成,等待平台宣告。', 'Every step is done; the platform has still to say so.') };
  }
  const { body, kind } = step;
  const words = {
    'ceremony.committed': [
      ['第一步:签名并公布承诺', 'Step 1: sign the commitments'],
      ['由您的种子算出多项式的承诺并公布;种子不离开本浏览器。', 'Commitments to your polynomials, made from your seed, are published; the seed stays here.'],
    ],
    'ceremony.shared': [
      ['第二步:签名并分发份额', 'Step 2: sign and send the shares'],
      ['其他保管人的承诺均已核对;给每人的份额分别加密,只有收件人能打开。', 'The commitments of all others were checked; each other custodian’s share is sealed to that custodian alone.'],
    ],
    'ceremony.certified': [
      ['第三步:签署密钥证书', 'Step 3: sign the key certificate'],
      ['您收到的份额均已打开并与承诺相符;签名表示您确认这把密钥。', 'The shares sent to you were opened and fit the commitments; signing says that you stand by this key.'],
    ],
    'ceremony.complained': [
      [`投诉保管人 ${body?.against}`, `Complain of custodian ${body?.against}`],
      ['该保管人给您的份额与其承诺不符。投诉公开;被投诉人须公开那一份以自证,仪式随之重来。', 'The share from that custodian does not fit its commitment. The complaint is public; the accused must open that share, and the ceremony will be held again.'],
    ],
    'ceremony.answered': [
      [`答复保管人 ${body?.to} 的投诉`, `Answer the complaint of custodian ${body?.to}`],
      ['公开给该保管人的那一份,由所有人评判。其他份额不受影响。', 'Opens the one share sent to that custodian, for everybody to judge. No other share is touched.'],
    ],
  }; // prettier-ignore
  const [button, note] = words[kind];
  return { button: say(...button), note: say(...note) };
}
