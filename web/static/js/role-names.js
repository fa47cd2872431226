// What roles are called.
// Invariant: the words are those of the server's pages.

import { say } from './language.js';

const NAMES = {
  agent: ['招标代理', 'Agent'],
  bidder: ['投标人', 'Bidder'],
  buyer: ['招标人', 'Buyer'],
  custodian: ['密钥保管人', 'Custodian'],
  expert: ['评标专家', 'Expert'],
  operator: ['平台运行人员', 'Operator'],
  registrar: ['注册管理员', 'Registrar'],
  supervisor: ['监督人员', 'Supervisor'],
};

/** The names of roles in the language of the page. @param {string[]} roles */
export const roleNames = (roles) =>
  roles.map((role) => (NAMES[role] ? say(...NAMES[role]) : role)).join(say('、', ', '));
