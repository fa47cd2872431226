// What a step of the self-check found, and the report that a help desk can read.
// Invariant: a report is made of what stands on the page and of nothing else: no key, no passphrase, no account, no file.

import { say, sayError } from '../language.js';

/**
 * `good`; `weak`: it works, but look at it; `bad`: it will not work; `skipped`: could not be tried here.
 * @typedef {'good'|'weak'|'bad'|'skipped'} State
 * @typedef {{state: State, said: string, todo?: string}} Outcome
 */

const WORDS = {
  good: ['通过', 'Passed'],
  weak: ['可用,请留意', 'Works, but look at it'],
  bad: ['未通过', 'Failed'],
  skipped: ['未检查', 'Not checked'],
};

/** A state in words. @param {State} state @returns {string} */
export const stateWord = (state) => say(...WORDS[state]);

export const good = (zh, en) => ({ state: 'good', said: say(zh, en) });
export const weak = (said, todo) => ({ state: 'weak', said, todo });
export const bad = (said, todo) => ({ state: 'bad', said, todo });
export const skipped = (zh, en) => ({ state: 'skipped', said: say(zh, en) });

/** An outcome for whatever a step threw. @param {unknown} error @param {string} todo @returns {Outcome} */
export const thrown = (error, todo) => bad(sayError(error), todo);

/** What each ability of the verdict rests on. */
const ABILITIES = [
  ['签名', 'sign', ['browser', 'chance', 'signature']],
  ['密封', 'seal', ['browser', 'chance', 'storage', 'ceremony', 'seal']],
  ['上传', 'upload', ['upload']],
  ['开启', 'open', ['open']],
];

/**
 * What this computer can do, a sentence for each ability.
 * @param {Map<string, Outcome>} outcomes
 * @returns {{can: boolean|null, said: string}[]} null where it could not be tried
 */
export function verdicts(outcomes) {
  return ABILITIES.map(([zh, en, steps]) => {
    const states = steps.map((name) => outcomes.get(name)?.state ?? 'skipped');
    if (states.includes('bad')) return { can: false, said: say(`不能${zh}。`, `It cannot ${en}.`) };
    if (states.includes('skipped')) return { can: null, said: say(`能否${zh}:未检查。`, `Whether it can ${en} was not checked.`) };
    return { can: true, said: say(`能${zh}。`, `It can ${en}.`) };
  });
}

/**
 * The report as text.
 * @param {{origin: string, zone: string, at: string, agent: string, rows: {name: string, title: string, outcome: Outcome, ms: number}[]}} what
 * @returns {string}
 */
export function report({ origin, zone, at, agent, rows }) {
  const lines = [
    say('开标平台 电脑自检', 'Kaibiao self-check'),
    `${say('时间', 'Time')}: ${at}`,
    `${say('地址', 'Address')}: ${origin} (${zone})`,
    `${say('浏览器', 'Browser')}: ${agent}`,
    '',
  ];
  for (const { name, title, outcome, ms } of rows) {
    lines.push(`[${name}] ${title}: ${stateWord(outcome.state)} (${Math.round(ms)} ms)`, `  ${outcome.said}`);
    if (outcome.todo) lines.push(`  ${say('请', 'Do')}: ${outcome.todo}`);
  }
  return `${lines.join('\n')}\n`;
}
