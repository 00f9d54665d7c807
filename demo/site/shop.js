// What a shop's own script might do. Calls may come before the chat has loaded: they wait.
window.Throughline ??= Object.assign((...call) => void window.Throughline.q.push(call), { q: [] });
const chat = (...call) => window.Throughline(...call);

const products = [
  {
    id: 'alder-tent',
    name: 'Alder 2 tent',
    price: '€389',
    about:
      'Two people, 1.9 kg, three seasons. Pitches outer first in the rain and inner first when it is dry.',
  },
  {
    id: 'ridge-pack',
    name: 'Ridge 45 pack',
    price: '€179',
    about: 'Forty-five litres for three days out, with a hip belt that can be replaced.',
  },
  {
    id: 'lantern',
    name: 'Ember lantern',
    price: '€49',
    about: 'Warm light for 110 hours on its lowest step, and a hook for every tent.',
  },
  {
    id: 'squall-shell',
    name: 'Squall shell',
    price: '€219',
    about: 'Three layers against a whole day of rain, repaired by us for as long as you wear it.',
  },
];

const element = (name, props = {}, ...children) => {
  const made = Object.assign(document.createElement(name), props);
  made.append(...children);
  return made;
};
const link = ({ id }) => `/demo/products/${id}.html`;
const picture = ({ id }, alt = '') => element('img', { src: `/demo/art/${id}.svg`, alt });

function showProducts() {
  const list = document.querySelector('[data-demo="products"]');
  list?.replaceChildren(
    ...products.map((product) => {
      const words = element('span', {}, element('b', { textContent: product.name }), product.price);
      return element(
        'li',
        {},
        element('a', { className: 'card', href: link(product) }, picture(product), words),
      );
    }),
  );
}

function productView(product) {
  const ask = element('button', {
    type: 'button',
    className: 'button',
    textContent: 'Ask about it',
  });
  ask.addEventListener('click', () =>
    chat('newConversation', { draft: `About the ${product.name}: ` }),
  );
  const back = element('a', {
    className: 'button',
    href: '/demo/products/',
    textContent: 'All gear',
  });
  return element(
    'article',
    { className: 'product' },
    picture(product, product.name),
    element(
      'div',
      {},
      element('h1', { textContent: product.name }),
      element('p', { className: 'price', textContent: product.price }),
      element('p', { textContent: product.about }),
      element('p', { className: 'row' }, ask, back),
    ),
  );
}

/** The gear pages change without loading, the way a single-page shop does it. */
function route() {
  const view = document.querySelector('[data-demo="view"]');
  if (!view) return;
  const product = products.find((known) => location.pathname === link(known));
  document.title = `${product?.name ?? 'Gear'} – Fernway Supply`;
  view.replaceChildren(
    ...(product
      ? [productView(product)]
      : [element('h1', { textContent: 'Gear' }), element('ul', { className: 'grid' })]),
  );
  view.querySelector('.grid')?.setAttribute('data-demo', 'products');
  showProducts();
}

document.addEventListener('click', (event) => {
  const anchor = event.target.closest?.('a[href^="/demo/products/"]');
  if (!anchor || !document.querySelector('[data-demo="view"]')) return;
  if (event.metaKey || event.ctrlKey || event.button !== 0) return;
  event.preventDefault();
  history.pushState({}, '', anchor.getAttribute('href'));
  route();
});
window.addEventListener('popstate', route);

const SIGNED_IN = 'fernway.signed-in';
const isSignedIn = () => localStorage.getItem(SIGNED_IN) === 'yes';

/** The shop's own sign-in vouches for its customer: asked for a token at every connect. */
const signIn = () =>
  chat('identify', { token: () => fetch('/demo/session/token').then((answer) => answer.text()) });

function showAccount() {
  for (const button of document.querySelectorAll('[data-demo="identify"]'))
    button.textContent = isSignedIn() ? 'Sign out of the chat' : 'Tell the chat who I am';
}

const actions = {
  ask: () => chat('open'),
  quote: () => chat('newConversation', { draft: 'We would like a quote for ' }),
  identify() {
    if (isSignedIn()) chat('logout');
    else signIn();
    localStorage.setItem(SIGNED_IN, isSignedIn() ? '' : 'yes');
    if (isSignedIn()) chat('open');
    showAccount();
  },
  pay() {
    chat('track', 'checkout_tried', { total: '389.00', currency: 'EUR' });
    chat('newConversation', { draft: 'My order at the checkout: ' });
  },
  beside() {
    const half = Math.floor(screen.availWidth / 2);
    window.open(
      '/console/',
      'console',
      `width=${half},height=${screen.availHeight},left=${half},top=0`,
    );
  },
};
for (const [name, run] of Object.entries(actions))
  for (const button of document.querySelectorAll(`[data-demo="${name}"]`))
    button.addEventListener('click', run);

for (const anchor of document.querySelectorAll('.top nav a'))
  if (location.pathname.startsWith(anchor.getAttribute('href')))
    anchor.setAttribute('aria-current', 'page');

if (isSignedIn()) signIn();
showAccount();
route();
showProducts();
