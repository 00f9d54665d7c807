import type { Site, SiteSettings } from '@throughline/shared/schema';
import { useEffect, useState } from 'preact/hooks';
import { tidyForm } from '../../lib/form-draft.ts';
import { useDesk, useStore } from '../../store/context.ts';
import type { Reply } from '../../store/relay.ts';
import { type Asked, useAsked } from '../../store/use-asked.ts';
import { changedFields, rebase, settingsOf } from './merge.ts';
import { listOf, titleOfPath } from './words.ts';

interface Form {
  base: SiteSettings;
  draft: SiteSettings;
  etag: string;
  /** What somebody else did meanwhile; empty: nothing. */
  news: string;
}

export interface SiteForm {
  asked: Asked<Site>;
  /** Null until the site is there. */
  form: Form | null;
  isChanged: boolean;
  isBusy: boolean;
  /** Why it was not saved. */
  fault: string;
  set(change: Partial<SiteSettings>): void;
  discard(): void;
  save(): Promise<void>;
}

/** What was saved elsewhere goes under what is being changed here, and the form says what it was. */
function take(before: Form | null, saved: SiteSettings, etag: string): Form {
  if (!before) return { base: saved, draft: saved, etag, news: '' };
  const { draft, theirs, both } = rebase(before.base, before.draft, saved);
  const news = [
    theirs.length > 0 && `Somebody changed this site meanwhile: ${listOf(theirs)}.`,
    both.length > 0 && `You are changing ${listOf(both)} too; yours is what you see here.`,
  ];
  return { base: saved, draft, etag, news: news.filter(Boolean).join(' ') };
}

/** Lines that are still empty, and spaces around them, are nothing. */
const tidyLines = (lines: readonly string[]): string[] =>
  lines.map((line) => line.trim()).filter((line) => line !== '');

const tidy = (draft: SiteSettings): SiteSettings => ({
  ...draft,
  origins: tidyLines(draft.origins),
  ...(draft.articles && { articles: tidyLines(draft.articles) }),
  ...(draft.forms && { forms: draft.forms.map(tidyForm) }),
  ...(draft.prechat && { prechat: tidyForm(draft.prechat) }),
  ...(draft.offline && { offline: tidyForm(draft.offline) }),
});

const faultOf = ({ field, message }: Extract<Reply<unknown>, { ok: false }>): string => {
  const title = titleOfPath(field);
  return title ? `${title}: ${message}` : message;
};

export function useSite(key: string): SiteForm {
  const { relay, notices } = useDesk();
  const path = `/v1/sites/${key}/settings`;
  const asked = useAsked<Site>(path);
  const [form, setForm] = useState<Form | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const heard = useStore(({ presence }) => presence.sites[key]);
  useEffect(() => {
    if (heard !== undefined) void asked.reload();
  }, [heard]);
  const { data, etag } = asked;
  if (data && etag && etag !== form?.etag) setForm(take(form, settingsOf(data), etag));

  async function save(): Promise<void> {
    if (!form || isBusy) return;
    setBusy(true);
    const body = tidy(form.draft);
    const reply = await relay.ask<Site>({ method: 'PUT', path, body, ifMatch: form.etag });
    setBusy(false);
    if (reply.ok) {
      const base = settingsOf(reply.data);
      setFault('');
      setForm({ base, draft: base, etag: reply.etag ?? '', news: '' });
      notices.say('Saved. Open pages have it already.');
    } else
      setFault(reply.code === 'changed_meanwhile' ? 'Look once more, then save.' : faultOf(reply));
    await asked.reload();
  }

  return {
    asked,
    form,
    isBusy,
    fault,
    isChanged: form !== null && changedFields(form.base, form.draft).length > 0,
    set(change) {
      setFault('');
      setForm((now) => now && { ...now, draft: { ...now.draft, ...change } });
    },
    discard() {
      setFault('');
      setForm((now) => now && { ...now, draft: now.base, news: '' });
    },
    save,
  };
}
