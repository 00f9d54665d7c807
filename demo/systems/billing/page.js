import { act, day, element, follow, replace, select } from '../look/page.js';

const euros = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'EUR' });

const cell = (label, props, ...children) =>
  element('td', { ...props, dataset: { label } }, ...children);

function button(invoice, state, label) {
  const { number } = invoice;
  const made = element('button', {
    type: 'button',
    textContent: label,
    disabled: invoice.state === state,
    dataset: { key: `${number} ${state}` },
    aria: { label: `${label}: ${number}` },
  });
  made.addEventListener(
    'click',
    () => void act(state, { number }, `${number} is ${state}; the chat’s agents are told.`),
  );
  return made;
}

function row(invoice, isWaiting) {
  const { number, customer, what, amount, dueAt, state } = invoice;
  const isLate = state === 'open' && dueAt < Date.now();
  return element(
    'tr',
    {},
    element(
      'th',
      { scope: 'row' },
      element('b', { textContent: number }),
      element('small', { textContent: what }),
    ),
    cell(
      'Customer',
      {},
      element('span', { textContent: customer.name }),
      element('small', { textContent: customer.externalId }),
    ),
    cell('Amount', { className: 'number', textContent: euros.format(amount) }),
    cell('Due', { className: isLate ? 'late' : '' }, day(dueAt)),
    cell(
      'State',
      {},
      element('span', { className: `pill ${state}`, textContent: state }),
      isWaiting ? element('small', { textContent: 'not told to the chat yet' }) : null,
    ),
    cell(
      'Change',
      { className: 'buttons' },
      button(invoice, 'overdue', 'Mark overdue'),
      button(invoice, 'paid', 'Mark paid'),
    ),
  );
}

function member({ externalId, name }) {
  const made = element('button', {
    type: 'button',
    textContent: 'Wants to cancel',
    dataset: { key: `${externalId} cancel` },
    aria: { label: `Wants to cancel: ${name}` },
  });
  const said = `The chat is told that ${name} wants to cancel.`;
  made.addEventListener('click', () => void act('cancel', { customer: externalId }, said));
  const who = element('span', { textContent: name });
  return element('li', {}, who, element('small', { textContent: externalId }), made);
}

function sum(invoices, state, label) {
  const some = invoices.filter((invoice) => invoice.state === state);
  const total = some.reduce((all, { amount }) => all + amount, 0);
  return element(
    'div',
    { className: state },
    element('dt', { textContent: `${label} (${some.length})` }),
    element('dd', { textContent: euros.format(total) }),
  );
}

follow(({ invoices, waiting, subscribers }) => {
  replace(select('club'), ...subscribers.map(member));
  select('sums').replaceChildren(
    sum(invoices, 'open', 'Open'),
    sum(invoices, 'overdue', 'Overdue'),
    sum(invoices, 'paid', 'Paid'),
  );
  replace(
    select('invoices'),
    ...invoices.map((invoice) => row(invoice, waiting.includes(invoice.number))),
  );
});
