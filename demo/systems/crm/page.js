import { act, element, follow, replace, select, when } from '../look/page.js';

let contacts = [];

const titleOf = ({ name, id }) => name ?? `Visitor ${id.slice(-4)}`;
const chosen = () => contacts.find(({ id }) => `#${id}` === location.hash);

const pill = (text, tone = '') => element('span', { className: `pill ${tone}`, textContent: text });

function row(person) {
  const [newest] = person.conversations;
  const last = newest?.messages.findLast(({ kind }) => kind === 'message');
  const isChosen = person === chosen();
  return element(
    'li',
    {},
    element(
      'a',
      {
        href: `#${person.id}`,
        dataset: { key: person.id },
        aria: isChosen ? { current: 'true' } : {},
      },
      element('b', { textContent: titleOf(person) }),
      person.activeAt ? when(person.activeAt) : null,
      element('span', { className: 'line', textContent: last?.text ?? 'No message' }),
      newest ? pill(newest.status, newest.status) : null,
    ),
  );
}

const term = (name, ...values) =>
  element('div', {}, element('dt', { textContent: name }), element('dd', {}, ...values));

const wordsFor = (value) =>
  ({ true: 'yes', false: 'no' })[String(value)] ?? value.toLocaleString('en-GB');

/** `invoice.overdue` as people read it. */
const labelOf = (name) => name[0].toUpperCase() + name.slice(1).replaceAll('.', ' ');

/** Who it is, and what the business's programs say of this person. */
function card(person) {
  const facts = Object.entries(person.facts).filter(([, { value }]) => value !== null);
  return [
    element('h2', { textContent: titleOf(person) }),
    element(
      'dl',
      {},
      term('E-mail', person.email ?? 'unknown'),
      term('Customer', person.externalId ?? 'not a customer yet'),
      ...facts.map(([name, { value, by }]) =>
        term(labelOf(name), wordsFor(value), element('small', { textContent: ` ${by}` })),
      ),
    ),
  ];
}

function messageItem({ kind, text, from, by, time }) {
  const author = from === 'visitor' ? 'Visitor' : by;
  return element(
    'li',
    { className: `${kind} ${from}` },
    element('b', { textContent: kind === 'note' ? `${author}, note` : author }),
    when(time),
    element('p', { textContent: text ?? 'Taken back.', className: text === null ? 'gone' : '' }),
  );
}

/** Newest first: what is written now appears without scrolling. */
function conversationPart({ status, assignee, tags, page, messages }) {
  return element(
    'article',
    { className: 'conversation' },
    element(
      'header',
      {},
      element('h3', { textContent: page ? `From “${page}”` : 'Conversation' }),
      pill(status, status),
      ...tags.map((tag) => pill(tag)),
      element('span', { className: 'owner', textContent: assignee ?? 'Nobody’s yet' }),
    ),
    element('ol', { className: 'messages' }, ...messages.toReversed().map(messageItem)),
  );
}

function activityPart(activity) {
  const lines = activity
    .toReversed()
    .map(({ name, by, time }) =>
      element(
        'li',
        {},
        element('b', { textContent: name }),
        element('span', { textContent: by === 'visitor' ? 'on the page' : by }),
        when(time),
      ),
    );
  return element(
    'section',
    { className: 'activity' },
    element('h3', { textContent: 'Activity' }),
    element('ul', {}, ...lines),
  );
}

function showFile(person) {
  document.body.dataset.view = person ? 'file' : 'list';
  select('file').hidden = !person;
  select('empty').hidden = Boolean(person);
  document.title = `${person ? titleOf(person) : 'Contacts'} – Fernway CRM`;
  if (!person) {
    select('empty').textContent = contacts.length
      ? 'Choose a contact. Who writes in the shop’s chat moves to the top by itself.'
      : 'Nobody is here yet. Who writes in the shop’s chat appears by itself.';
    return;
  }
  const { conversations, activity, facts } = person;
  select('card').replaceChildren(...card(person));
  select('record').replaceChildren(
    ...(activity.length ? [activityPart(activity)] : []),
    ...conversations.map(conversationPart),
  );
  select('note').hidden = conversations.length === 0;
  for (const button of document.querySelectorAll('[data-plan]'))
    button.ariaPressed = String((facts.plan?.value ?? '') === button.dataset.plan);
}

function show() {
  select('count').textContent = contacts.length || '';
  replace(select('people'), ...contacts.map(row));
  showFile(chosen());
}

follow((state) => {
  contacts = state.contacts;
  show();
});
window.addEventListener('hashchange', () => {
  show();
  window.scrollTo(0, 0);
});

for (const button of document.querySelectorAll('[data-plan]'))
  button.addEventListener('click', () => {
    const { plan } = button.dataset;
    void act('plan', { contact: chosen().id, plan }, plan ? `Plan is ${plan}.` : 'No plan.');
  });
for (const name of ['shipped', 'won'])
  select(name).addEventListener(
    'click',
    () => void act(name, { contact: chosen().id }, 'Logged for the chat’s agents to see.'),
  );
select('note').addEventListener('submit', async (event) => {
  event.preventDefault();
  const field = event.target.querySelector('textarea');
  const text = field.value.trim();
  if (text && (await act('note', { contact: chosen().id, text }, 'The note is there.')))
    field.value = '';
});
