import type { Site, SiteSettings } from '@throughline/shared/schema';

export type Field = keyof SiteSettings;

/** What the form is about: who proves visitors and where is asked about them have forms of their own. */
export function settingsOf({
  key: _,
  identity: __,
  context: ___,
  ...settings
}: Site): SiteSettings {
  return settings;
}

/** Something empty is as good as nothing. */
const said = (value: unknown): string => JSON.stringify(value) ?? '';

export const changedFields = (a: SiteSettings, b: SiteSettings): Field[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)] as Field[])].filter(
    (field) => said(a[field]) !== said(b[field]),
  );

interface Rebased {
  draft: SiteSettings;
  /** What somebody else changed meanwhile. */
  theirs: Field[];
  /** Of that, what was changed here as well: here it stays as it is. */
  both: Field[];
}

/** One's own changes on top of what somebody else saved since `base`. */
export function rebase(base: SiteSettings, mine: SiteSettings, saved: SiteSettings): Rebased {
  const ours = changedFields(base, mine);
  const theirs = changedFields(base, saved).filter(
    (field) => said(mine[field]) !== said(saved[field]),
  );
  const own = Object.fromEntries(ours.map((field) => [field, mine[field]]));
  return {
    draft: { ...saved, ...own } as SiteSettings,
    theirs,
    both: theirs.filter((field) => ours.includes(field)),
  };
}
