// Forms that act: what is wrong is told beside its field, what was typed stays, nothing is sent twice.
// Invariant: while a form is at work its buttons are off; whatever happens, they are on again afterwards.

import { hex, random } from './bytes.js';
import { fieldError, fill, find } from './dom.js';
import { say, sayError } from './language.js';

/** A fault of one field, with both sentences. */
export class FieldFault extends Error {
  /** @param {HTMLElement} field @param {string} zh @param {string} en */
  constructor(field, zh, en) {
    super(en);
    this.field = field;
    this.zh = zh;
    this.en = en;
  }
}

/** The trimmed text of a field; a fault if it is empty. @param {HTMLInputElement} field @returns {string} */
export function wanted(field) {
  const text = field.type === 'password' ? field.value : field.value.trim();
  if (!text) throw new FieldFault(field, '此项必填。', 'This is needed.');
  return text;
}

/** The one file chosen; a fault if there is none. @param {HTMLInputElement} field @returns {File} */
export function chosen(field) {
  const file = field.files[0];
  if (!file) throw new FieldFault(field, '请选择文件。', 'Choose a file.');
  return file;
}

/** An identifier of the platform; a fault if it is none. @param {HTMLInputElement} field @returns {string} */
export function identifier(field) {
  const text = wanted(field);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) {
    throw new FieldFault(
      field,
      '只能用英文字母、数字和 . _ -,以字母或数字开头,最多 64 个字符。',
      'Use letters a–z, digits and . _ - only, beginning with a letter or digit, 64 characters at most.',
    );
  }
  return text;
}

function clear(form) {
  for (const field of form.querySelectorAll('.is-invalid')) fieldError(field, null);
  const place = form.querySelector('[data-trouble]');
  if (place) {
    place.hidden = true;
    fill(place);
  }
}

/** The field that a refusal of the platform is about: it names the codes in `data-refused`. */
const refusedField = (form, { code }) =>
  code ? [...form.querySelectorAll('[data-refused]')].find(({ dataset }) => dataset.refused.split(' ').includes(code)) : undefined;

/** Says what went wrong where it belongs: beside the field, else at the place `[data-trouble]` of the form. */
export function tell(form, error) {
  const refused = error && refusedField(form, error);
  if (refused) {
    fieldError(refused, sayError(error));
    refused.focus();
    return;
  }
  if (error instanceof FieldFault) {
    fieldError(error.field, say(error.zh, error.en));
    error.field.focus();
    return;
  }
  const place = find('[data-trouble]', form);
  place.hidden = false;
  fill(place, sayError(error));
  place.scrollIntoView({ block: 'nearest' });
}

/**
 * A new name of what a form brings about, the same at every attempt until one succeeds: an answer that was lost on the
 * way doubles nothing. @param {HTMLFormElement} form @param {string} sort @returns {string}
 */
export function nameIn(form, sort) {
  form.dataset.made ??= `${sort}-${hex(random(8))}`;
  return form.dataset.made;
}

/**
 * Lets a form act by script.
 * @param {HTMLFormElement} form has an element `[data-trouble]` with role `alert`
 * @param {(elements: HTMLFormControlsCollection, form: HTMLFormElement) => Promise<void>} work
 */
export function acts(form, work) {
  // What is being mended is no longer called wrong; the next attempt says whether it is.
  form.addEventListener('input', ({ target }) => {
    if (target.getAttribute('aria-invalid') === 'true') fieldError(target, null);
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const buttons = [...form.querySelectorAll('button')];
    clear(form);
    for (const button of buttons) button.disabled = true;
    form.setAttribute('aria-busy', 'true');
    try {
      await work(form.elements, form);
      delete form.dataset.made;
    } catch (error) {
      tell(form, error);
    } finally {
      for (const button of buttons) button.disabled = false;
      form.removeAttribute('aria-busy');
    }
  });
}

/** Offers a text as a file to save. @param {HTMLAnchorElement} link @param {string} name @param {string} text */
export function offer(link, name, text) {
  if (link.href.startsWith('blob:')) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  link.download = name;
  link.hidden = false;
}
