import { afterEach, expect, test } from 'vitest';
import { keepFocus } from './keep-focus.ts';

afterEach(() => {
  document.body.replaceChildren();
});

/** As on a phone: emoji are its keyboard's, and there is nothing to send yet. */
function open() {
  const host = document.createElement('div');
  document.body.append(host);
  const panel = host.attachShadow({ mode: 'open' }).appendChild(document.createElement('div'));
  panel.innerHTML =
    '<button id="menu"></button><textarea></textarea><button id="emoji"></button><button disabled></button>';
  const find = (what: string) => panel.querySelector(what) as HTMLElement;
  Object.assign(find('#emoji'), { checkVisibility: () => false });
  const press = (shiftKey: boolean) => {
    const event = new KeyboardEvent('keydown', { key: 'Tab', shiftKey, cancelable: true });
    keepFocus(event, panel);
    return event.defaultPrevented && host.shadowRoot?.activeElement;
  };
  return { find, press };
}

test('Tab goes round between what can be seen', () => {
  const { find, press } = open();
  find('textarea').focus();
  expect(press(false)).toBe(find('#menu'));
  expect(press(true)).toBe(find('textarea'));
  expect(press(true)).toBe(false);
});
