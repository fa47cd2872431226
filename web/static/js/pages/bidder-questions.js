// Asking a question (询问): signed by the account, shown to the buyer without its author.
// Invariant: the form is emptied only when the receipt of the question held.

import { fill, find, h } from '../dom.js';
import { acts, nameIn, wanted } from '../form.js';
import { say, sayTime } from '../language.js';
import { inquiryView } from './bidder/inquiry.js';
import { Desk, page } from './bidder/desk.js';

page(async () => {
  const ask = find('#ask');
  const desk = await new Desk(ask.dataset.tender, ask.dataset.account).open();
  const put = async () => {
    const own = await desk.mine();
    find('#inquiries').hidden = own.inquiries.length === 0;
    fill(find('#put'), own.inquiries.map((asked) => inquiryView(desk, own, asked, put)));
  };
  await put();
  acts(ask, async ({ text }) => {
    const said = wanted(text);
    const key = await desk.keyring.account(desk.account);
    const done = await desk.act('question.asked', { question: nameIn(ask, 'question'), text: said }, key);
    ask.reset();
    const sentence = say(`问题已送达,回执第 ${done.seq} 号(${sayTime(done.at)})。答复将在本页公开。`, `The question has arrived: receipt no. ${done.seq} at ${sayTime(done.at)}. The answer will be public on this page.`);
    fill(find('#asked'), h('p', { class: 'note' }, sentence));
  });
});
