/** What both pages share: making elements, following the system, pressing its buttons. */

export function element(name, props = {}, ...children) {
  const { dataset = {}, aria = {}, ...rest } = props;
  const made = Object.assign(document.createElement(name), rest);
  Object.assign(made.dataset, dataset);
  for (const [key, value] of Object.entries(aria)) made.setAttribute(`aria-${key}`, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export const select = (name) => document.querySelector(`[data-part="${name}"]`);

/** Shows other children; where the focus was inside, it stays with what has the same `data-key`. */
export function replace(place, ...children) {
  const { key } = place.contains(document.activeElement) ? document.activeElement.dataset : {};
  place.replaceChildren(...children);
  if (key) place.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

const times = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** The time of today, the day of another day. */
export function when(time) {
  const date = new Date(time);
  const isToday = date.toDateString() === new Date().toDateString();
  const text = isToday ? times.format(date) : days.format(date);
  return element('time', { dateTime: date.toISOString(), textContent: text });
}

export const day = (time) =>
  element('time', { dateTime: new Date(time).toISOString(), textContent: days.format(time) });

/** Calls `show` with what the system knows, now and whenever it changes. */
export function follow(show) {
  const changes = new EventSource('/changes');
  changes.onmessage = ({ data }) => {
    const state = JSON.parse(data);
    tellConnection(state.trouble ? 'waiting' : 'live', state.trouble ?? 'Live');
    showLinks(state.links);
    show(state);
  };
  changes.onerror = () =>
    tellConnection('lost', 'Not connected. What you see is from before; trying again …');
}

function tellConnection(state, text) {
  const place = select('connection');
  if (place.textContent === text) return;
  place.dataset.state = state;
  place.textContent = text;
}

function showLinks(links) {
  const place = select('links');
  if (place.childElementCount > 0) return;
  place.append(
    ...Object.entries(links).map(([name, href]) => element('a', { href, textContent: name })),
  );
}

/** Presses a button of the system; says what became of it. Each press has an id: it counts once. */
export async function act(name, input, done) {
  const id = crypto.randomUUID();
  const body = JSON.stringify({ id, at: Date.now(), ...input });
  const headers = { 'content-type': 'application/json' };
  try {
    const response = await fetch(`/actions/${name}`, { method: 'POST', headers, body });
    const { error } = await response.json();
    say(response.ok ? done : error, response.ok);
    return response.ok;
  } catch {
    say('This system does not answer; look once it does whether this was done.', false);
    return false;
  }
}

let fading;
function say(text, isGood) {
  const place = select('said');
  place.dataset.tone = isGood ? 'good' : 'bad';
  place.textContent = text;
  clearTimeout(fading);
  if (isGood) fading = setTimeout(() => place.replaceChildren(), 4000);
}
