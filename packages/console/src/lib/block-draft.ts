import { safeHref } from '@throughline/shared';
import type { Block, Form } from '@throughline/shared/schema';
import { keyOf, newQuestions, tidyForm } from './form-draft.ts';

interface ButtonDraft {
  label: string;
  /** Empty: pressing it tells the team and programs, and leads nowhere. */
  url: string;
}

/** What an agent is putting together, as it stands in the fields. */
export type BlockDraft =
  | { kind: 'replies'; lines: string[] }
  | { kind: 'buttons'; buttons: ButtonDraft[] }
  | { kind: 'cards'; title: string; text: string; image: string; button: ButtonDraft }
  | { kind: 'form'; form: Form }
  | {
      kind: 'payment';
      title: string;
      /** As typed: `49.90`. */
      amount: string;
      currency: string;
      /** `2026-11-30`; empty: at any time. */
      due: string;
      url: string;
      reference: string;
    };
export type BlockKind = BlockDraft['kind'];

const NO_BUTTON: ButtonDraft = { label: '', url: '' };

export const newDraft: { [K in BlockKind]: () => Extract<BlockDraft, { kind: K }> } = {
  replies: () => ({ kind: 'replies', lines: [] }),
  buttons: () => ({ kind: 'buttons', buttons: [NO_BUTTON] }),
  cards: () => ({ kind: 'cards', title: '', text: '', image: '', button: NO_BUTTON }),
  form: () => ({ kind: 'form', form: newQuestions() }),
  payment: () => ({
    ...{ kind: 'payment', title: '', amount: '', currency: 'EUR' },
    ...{ due: '', url: '', reference: '' },
  }),
};

/** The block, or what is still to be done about it. */
type Made = { block: Block } | { fault: string };

const LINK = 'Write the whole address of the page, with https:// before it.';

const PICTURE = 'Write the whole address of the picture, with https:// before it.';

const isLink = (url: string): boolean => safeHref(url.trim()) !== undefined;

function buttonOf({ label, url }: ButtonDraft, taken: readonly string[]) {
  const said = label.trim();
  return url.trim()
    ? { label: said, url: url.trim() }
    : { label: said, action: keyOf(said, taken, 'button') };
}

function buttonsOf(drafts: readonly ButtonDraft[]): ReturnType<typeof buttonOf>[] {
  const made: ReturnType<typeof buttonOf>[] = [];
  for (const draft of drafts) {
    const taken = made.flatMap((button) => ('action' in button ? button.action : []));
    made.push(buttonOf(draft, taken));
  }
  return made;
}

/** Why these cannot be pressed; undefined: they can. */
function faultIn(buttons: readonly ButtonDraft[]): string | undefined {
  if (buttons.some(({ label }) => label.trim() === '')) return 'Say what each button says.';
  return buttons.some(({ url }) => url.trim() !== '' && !isLink(url)) ? LINK : undefined;
}

const isCurrency = (code: string): boolean => {
  try {
    return /^[A-Z]{3}$/.test(code) && new Intl.NumberFormat('en', currencyStyle(code)) !== null;
  } catch {
    return false;
  }
};
const currencyStyle = (currency: string) => ({ style: 'currency', currency }) as const;

/** `49.90` and `49,90` in the smallest unit of the currency; undefined: no sum. */
export function amountOf(text: string, currency: string): number | undefined {
  const typed = text.trim().replace(',', '.');
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(typed)) return undefined;
  const { maximumFractionDigits: digits = 0 } = new Intl.NumberFormat(
    'en',
    currencyStyle(currency),
  ).resolvedOptions();
  const [, decimals = ''] = typed.split('.');
  if (decimals.length > digits) return undefined;
  return Math.round(Number(typed) * 10 ** digits) || undefined;
}

/** The end of a day, by the agent's own calendar. */
const endOf = (day: string): number => new Date(`${day}T23:59:59`).getTime();

const makers: { [K in BlockKind]: (draft: Extract<BlockDraft, { kind: K }>) => Made } = {
  replies({ lines }) {
    const labels = lines.map((line) => line.trim()).filter(Boolean);
    if (labels.length === 0) return { fault: 'Write at least one reply.' };
    if (labels.length > 10) return { fault: 'Ten replies at most.' };
    if (labels.some((label) => label.length > 120)) return { fault: 'Make the replies shorter.' };
    const options = buttonsOf(labels.map((label) => ({ label, url: '' })));
    return { block: { kind: 'replies', options } as Block };
  },
  buttons({ buttons }) {
    const fault = faultIn(buttons);
    return fault ? { fault } : { block: { kind: 'buttons', buttons: buttonsOf(buttons) } };
  },
  cards({ title, text, image, button }) {
    if (title.trim() === '') return { fault: 'Give the card a title.' };
    const url = image.trim();
    if (url && !(isLink(url) && /^https:/i.test(url))) return { fault: PICTURE };
    const hasButton = button.label.trim() !== '' || button.url.trim() !== '';
    const fault = hasButton ? faultIn([button]) : undefined;
    if (fault) return { fault };
    const card = {
      title: title.trim(),
      ...(text.trim() && { text: text.trim() }),
      ...(url && { image: { url } }),
      ...(hasButton && { buttons: buttonsOf([button]) }),
    };
    return { block: { kind: 'cards', cards: [card] } };
  },
  form({ form }) {
    if (form.fields.some(({ label }) => label.trim() === ''))
      return { fault: 'Say what each field asks for.' };
    return { block: { kind: 'form', form: tidyForm(form) } };
  },
  payment({ title, amount, currency, due, url, reference }) {
    const code = currency.trim().toUpperCase();
    if (!isCurrency(code)) return { fault: 'Write the currency as three letters, like EUR.' };
    const sum = amountOf(amount, code);
    if (sum === undefined) return { fault: 'Write the amount, like 49.90.' };
    if (!isLink(url)) return { fault: LINK };
    return {
      block: {
        ...{ kind: 'payment', amount: sum, currency: code, url: url.trim() },
        ...(title.trim() && { title: title.trim() }),
        ...(due && { dueAt: endOf(due) }),
        ...(reference.trim() && { reference: reference.trim() }),
      },
    };
  },
};

export const makeBlock = (draft: BlockDraft): Made =>
  (makers[draft.kind] as (draft: BlockDraft) => Made)(draft);

const DAY_MS = 86_400_000;

/** The day so many days from now, as a field of dates takes it. */
export function dayIn(days: number, now: number): string {
  const then = now + days * DAY_MS;
  return new Date(then - new Date(then).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
