// Prices: an arithmetic correction with the question that asks the bidder to confirm it, and low prices judged.
// Invariant: a correction is signed only after the question that asks for exactly its price; one that was asked and not
// entered, because the line broke between the two, is entered under the same question.

import { hex, random } from '../bytes.js';
import { now } from '../clock.js';
import { fill, find } from '../dom.js';
import { FieldFault, acts, wanted } from '../form.js';
import { say, sayMoney } from '../language.js';
import { correctionOf } from '../evaluation/price-steps.js';
import { follow, look, sign } from '../evaluation/signing.js';

const MARGIN = 60_000;
const fresh = () => `ask-${hex(random(8))}`;
const until = (field) => Math.round(now()) + Number(field.value) + MARGIN;

const correct = document.querySelector('#correct');

/** What is filled in, read against the bid that is chosen. */
function filledIn() {
  const chosen = find('#correct-code').selectedOptions[0];
  const digits = Number(chosen.dataset.digits);
  const rows = [...correct.querySelectorAll('[data-rule]')].map((place) => ({
    rule: place.dataset.rule,
    place: find('[data-part=place]', place).value.trim(),
    after: find('[data-part=after]', place).value.trim(),
  }));
  return { digits, read: correctionOf(Number(chosen.dataset.opened), rows, digits) };
}

const inYuan = (minor, digits) => sayMoney({ currency: digits === 0 ? 'JPY' : 'CNY', minor });

if (correct) {
  correct.addEventListener('input', () => {
    const { digits, read } = filledIn();
    fill(find('#corrected'), read.steps ? say(`修正后的报价:${inYuan(read.price, digits)}`, `The corrected price: ${inYuan(read.price, digits)}`) : '');
  });
  acts(correct, async ({ code, time }) => {
    const { digits, read } = filledIn();
    if (read.fault) {
      throw new FieldFault(find(`[data-rule="${read.fault.rule}"] [data-part=${read.fault.part}]`, correct), read.zh, read.en);
    }
    const view = await look();
    const same = (one) => one.code === code.value && one.price === read.price;
    const begun = view.questions.find(same);
    const clarification = begun?.clarification ?? fresh();
    if (!begun) {
      const places = read.steps.map(({ place }) => place).join(';');
      const text = say(
        `评标委员会按87号令第五十九条对贵方报价作算术性修正(${places}),修正后为${inYuan(read.price, digits)},请确认。`,
        `The panel corrects arithmetic mistakes of your price (Order 87 art. 59; ${places}) to ${inYuan(read.price, digits)}. Please confirm it.`,
      );
      await sign('clarification.asked', { clarification, code: code.value, price: read.price, text, until: until(time) });
    }
    await sign('price.corrected', { clarification, code: code.value, corrections: read.steps });
    location.reload();
  });
}

for (const form of document.querySelectorAll('form[data-explain]')) {
  acts(form, async ({ text, time }) => {
    await sign('clarification.asked', { clarification: fresh(), code: form.dataset.explain, text: wanted(text), until: until(time) });
    location.reload();
  });
}

for (const form of document.querySelectorAll('form[data-judge]')) {
  acts(form, async ({ reasonable, reason }) => {
    if (reasonable.value === '') throw new FieldFault(reasonable, '请选择。', 'Choose one.');
    await sign('price.judged', { code: form.dataset.judge, reason: wanted(reason), reasonable: reasonable.value === 'yes' });
    location.reload();
  });
}

await follow();
document.documentElement.dataset.ready = 'seat-prices';
