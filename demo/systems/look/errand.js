/** Where a link of the chat leads: one question, one button. */
import { act, select } from './page.js';

const asked = new URLSearchParams(location.search);
const errands = {
  '/pay': {
    ...{ title: 'Pay an invoice', what: `Invoice ${asked.get('invoice')}`, label: 'Pay now' },
    ...{ action: 'paid', input: { number: asked.get('invoice') }, done: 'It is paid. Thank you!' },
  },
  '/cancel': {
    ...{ title: 'Cancel the Trail Club', what: 'It ends today.', label: 'Cancel it' },
    ...{
      action: 'cancelled',
      input: { customer: asked.get('customer') },
      done: 'It is cancelled.',
    },
  },
  '/book': {
    ...{ title: 'Book a call', what: 'Tuesday at ten, for half an hour.', label: 'Book it' },
    ...{ action: 'booked', input: { contact: asked.get('lead') }, done: 'It is booked.' },
  },
};

const { title, what, label, action, input, done } = errands[location.pathname];
document.title = `${title} – Fernway`;
select('title').textContent = title;
select('what').textContent = what;
const button = select('do');
button.textContent = label;
button.addEventListener('click', async () => {
  button.disabled = await act(action, input, done);
});
