// Building pages from data.
// Invariant: text stays text: nothing here parses markup, so no data can become an element, a script or a style.

/**
 * An element with attributes and children. Attribute values: a string as it stands, `true` for an empty attribute,
 * `false`, `null` and `undefined` for none; a function under a name `on…` becomes a listener.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) {
      if (typeof value !== 'function') throw new TypeError(`${name} takes a function`);
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : String(child));
    }
  }
}

/** Puts children in the place of whatever an element holds. @param {Element} element @param {...unknown} children */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/** The one element of a selector; throws if the page does not have it. @param {string} selector @param {ParentNode} [within] */
export function find(selector, within = document) {
  const element = within.querySelector(selector);
  if (element === null) throw new Error(`the page has no ${selector}`);
  return element;
}

/**
 * Shows or clears the error of a form field: the sentence stands beside it and is tied to it for screen readers.
 * @param {HTMLInputElement|HTMLSelectElement|HTMLTextAreaElement} field with an id
 * @param {string|null} sentence null clears
 */
export function fieldError(field, sentence) {
  const id = `${field.id}-error`;
  let place = document.getElementById(id);
  if (place === null) {
    place = h('div', { class: 'invalid-feedback', id });
    field.after(place);
  }
  const described = new Set((field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean));
  place.textContent = sentence ?? '';
  place.hidden = sentence === null;
  field.classList.toggle('is-invalid', sentence !== null);
  if (sentence === null) {
    field.removeAttribute('aria-invalid');
    described.delete(id);
  } else {
    field.setAttribute('aria-invalid', 'true');
    described.add(id);
  }
  if (described.size > 0) field.setAttribute('aria-describedby', [...described].join(' '));
  else field.removeAttribute('aria-describedby');
}
