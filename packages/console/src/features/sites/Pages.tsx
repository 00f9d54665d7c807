import type { SiteSettings } from '@throughline/shared/schema';
import { CheckField, LinesField } from '../../ui/inputs.tsx';
import { type PartProps, Section } from './parts.tsx';

type PageEvents = NonNullable<SiteSettings['pageEvents']>;
const NOWHERE: PageEvents = { dataLayer: false, analytics: false };

/** Where it may stand, what visitors may send, and what its pages are told. */
export function Pages({ draft, set }: PartProps) {
  const mirror = (change: Partial<PageEvents>) => {
    const pageEvents = { ...(draft.pageEvents ?? NOWHERE), ...change };
    set({ pageEvents: Object.values(pageEvents).some(Boolean) ? pageEvents : undefined });
  };
  return (
    <Section title="Pages">
      <LinesField
        label="Pages it may stand on"
        hint="One a line, without a path: https://shop.example.com"
        value={draft.origins}
        onValue={(origins) => set({ origins })}
      />
      <CheckField
        label="Visitors may send files"
        isOn={draft.files !== false}
        onChange={(isOn) => set({ files: isOn ? undefined : false })}
      />
      <LinesField
        label="Tags your pages may set"
        hint="One a line; anybody who knows how can set them too. Empty: none"
        value={draft.pageTags ?? []}
        onValue={(tags) => set({ pageTags: tags.length > 0 ? tags : undefined })}
      />
      <CheckField
        label="Tell Google Tag Manager what happens, and nothing about people"
        isOn={draft.pageEvents?.dataLayer === true}
        onChange={(dataLayer) => mirror({ dataLayer })}
      />
      <CheckField
        label="Tell Segment what happens, and nothing about people"
        isOn={draft.pageEvents?.analytics === true}
        onChange={(analytics) => mirror({ analytics })}
      />
    </Section>
  );
}
