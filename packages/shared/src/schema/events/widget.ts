import { z } from 'zod';
import * as f from '../fields.ts';
import { scale } from '../form.ts';
import { define, field } from './define.ts';

const view = field(
  z.enum(['list', 'thread', 'article']),
  'what it shows: all conversations, one of them, or an article',
);
const form = field(
  z.string(),
  '`prechat`, `offline`, the name of one the page led to, or the id of the message that shows it',
  'pseudonymous',
);
const sdkVersion = z.string().regex(/^\d+\.\d+\.\d+/);

/** What the widget does on its page. No relay makes or takes any of it. */
export const widgetEvents = {
  'widget.loaded': define({
    about:
      'All of the chat is there, not only its button: somebody was about to open it, or had written before.',
    seenBy: 'page',
    data: z.object({
      sdkVersion: field(sdkVersion, 'version of the widget'),
      page: field(
        f.page.optional(),
        '`url` without its query, `title`, `referrer`',
        'pseudonymous',
      ),
      language: field(f.language.optional(), 'what the browser asks for', 'pseudonymous'),
      loadMs: field(
        z.number().optional(),
        'milliseconds it took to load; unknown where the page brings it in a file of its own',
      ),
    }),
    example: {
      sdkVersion: '0.1.0',
      page: { url: 'https://shop.example/cart', title: 'Cart' },
      language: 'de',
      loadMs: 84,
    },
  }),
  'page.viewed': define({
    about:
      'The page took another address without being loaded anew; not when only the query or the fragment is another, and not the address it was loaded at: that is in `widget.loaded`.',
    seenBy: 'page',
    data: z.object({
      page: field(f.page, '`url` without its query, `title`, `referrer`', 'pseudonymous'),
    }),
    example: { page: { url: 'https://shop.example/cart', title: 'Cart' } },
  }),
  'widget.opened': define({
    about: 'The panel is open.',
    seenBy: 'page',
    version: '1.2',
    data: z.object({
      trigger: field(
        z.enum(['launcher', 'api', 'proactive']),
        'the visitor used the round button, the page called, or a greeting was clicked',
      ),
      view,
    }),
    example: { trigger: 'launcher', view: 'thread' },
  }),
  'widget.closed': define({
    about: 'The panel was closed; not when the visitor leaves the page.',
    seenBy: 'page',
    version: '1.1',
    data: z.object({
      openMs: field(z.int(), 'milliseconds it was open'),
      view,
    }),
    example: { openMs: 41_200, view: 'thread' },
  }),
  'availability.changed': define({
    about:
      'Nobody is there to answer any more, or somebody is again. A page that finds somebody there hears nothing until that changes.',
    seenBy: 'page',
    data: z.object({
      available: field(z.boolean(), 'whether somebody is there'),
      nextOpenAt: field(
        f.timeMs.nullable(),
        'when the business opens, if it says so and is closed; null otherwise',
      ),
    }),
    example: { available: false, nextOpenAt: 1_800_000_000_000 },
  }),
  'consent.updated': define({
    about:
      'The page says that the visitor has agreed to something else. What was kept, or was not, is so by now.',
    seenBy: 'page',
    data: z.object({
      consent: field(
        z.enum(['granted', 'required', 'denied']),
        'what may be kept: all the chat needs, nothing until the visitor writes, nothing',
      ),
    }),
    example: { consent: 'granted' },
  }),
  'form.shown': define({
    about: 'A form stands before the visitor who has not answered it; once for each on a page.',
    seenBy: 'page',
    data: z.object({ form }),
    example: { form: 'prechat' },
  }),
  'form.abandoned': define({
    about:
      'A form was begun and left: the panel was closed, or another place in it opened. What was written stays on the device; not when the page is left.',
    seenBy: 'page',
    data: z.object({
      form,
      lastField: field(z.string(), 'name of the field last written in', 'pseudonymous'),
      elapsedMs: field(z.int(), 'milliseconds since it was shown'),
    }),
    example: { form: 'prechat', lastField: 'email', elapsedMs: 12_400 },
  }),
  'survey.shown': define({
    about: 'A rating stands before the visitor who has not given it; once for each on a page.',
    seenBy: 'page',
    data: z.object({
      message: field(
        f.id,
        'the message it belongs to; where the page led to it, it has this id once it is answered',
        'pseudonymous',
      ),
      scale: field(scale, 'from 1 to 5, or from 0 to 10'),
    }),
    example: { message: '0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f506', scale: 'csat' },
  }),
  'widget.error': define({
    about: 'Something the page, or whoever builds it, should know of went wrong.',
    seenBy: 'page',
    data: z.object({
      code: field(
        z.string().regex(/^[a-z_]+$/),
        'one of the relay’s codes (`errors.md`), `load_failed`, `hook_failed` or `call_failed`',
      ),
      message: field(z.string(), 'what happened, for whoever builds the page', 'pseudonymous'),
      fatal: field(z.boolean(), 'there is no chat on this page as long as it lasts'),
      sdkVersion: field(
        sdkVersion.optional(),
        'version of the widget; unknown when its files could not be loaded',
      ),
    }),
    example: {
      code: 'origin_not_allowed',
      message: 'The relay https://chat.example.com will not serve the site "shop" here.',
      fatal: true,
      sdkVersion: '0.1.0',
    },
  }),
} as const;
