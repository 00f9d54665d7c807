import type { GreetingRule } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { GlobeIcon } from '../../ui/icons.tsx';
import { Page } from '../../ui/Page.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { Forms } from './Forms.tsx';
import { Greetings } from './Greetings.tsx';
import { HoursPart } from './HoursPart.tsx';
import { LedTo } from './LedTo.tsx';
import { Look } from './Look.tsx';
import { Pages } from './Pages.tsx';
import { Preview } from './Preview.tsx';
import { ContextPart, IdentityPart } from './Proofs.tsx';
import { type SiteForm, useSite } from './use-site.ts';
import { Words } from './Words.tsx';

interface SitePageProps {
  site: string;
  back?: { label: string; onBack(): void };
}

/** One site: what is configured of it, and beside it how that looks. */
export function SitePage({ site, back }: SitePageProps) {
  const form = useSite(site);
  const { asked } = form;
  const title = asked.data?.name ?? 'Site';
  const around = { title, ...(back ? { back } : {}) };
  if (form.form) return <Loaded form={form} around={around} />;
  const { fault, reload } = asked;
  return (
    <Page {...around}>
      <div class="page-body">
        {fault?.code === 'unknown_site' && (
          <EmptyState icon={GlobeIcon} title="This site does not exist.">
            <p>Perhaps somebody removed it.</p>
          </EmptyState>
        )}
        {fault && fault.code !== 'unknown_site' && (
          <Failed
            title="The site could not be loaded."
            text={fault.message}
            onRetry={() => void reload()}
          />
        )}
        {!fault && <Skeleton label="Loading the site" rows={6} kind="line" />}
      </div>
    </Page>
  );
}

interface LoadedProps {
  form: SiteForm;
  around: { title: string; back?: NonNullable<SitePageProps['back']> };
}

function Loaded({ form, around }: LoadedProps) {
  const [look, setLook] = useState({ id: '', target: '', nth: 0 });
  const [isOnline, setOnline] = useState(true);
  const { asked, set } = form;
  const draft = form.form?.draft;
  if (!draft || !asked.data) return null;
  const greeting = draft.greetings?.find(({ id }) => id === look.id) ?? null;
  const part = { draft, set };
  const onLook = ({ id }: GreetingRule) => setLook(({ nth }) => ({ id, target: '', nth: nth + 1 }));
  const onOpen = (target: string) => setLook(({ nth }) => ({ id: '', target, nth: nth + 1 }));
  const proofs = { site: asked.data, onSaved: () => void asked.reload() };
  return (
    <Page {...around} line={<span>Key: {asked.data.key}</span>}>
      <div class="site">
        <form
          class="site-form"
          noValidate
          aria-label="Site"
          onSubmit={(event) => {
            event.preventDefault();
            void form.save();
          }}
        >
          <div class="site-parts">
            <Look {...part} />
            <Greetings {...part} onLook={onLook} />
            <HoursPart {...part} />
            <Forms {...part} onShow={setOnline} />
            <LedTo {...part} onOpen={onOpen} />
            <Words {...part} />
            <Pages {...part} />
            <IdentityPart {...proofs} />
            <ContextPart {...proofs} />
          </div>
          <Foot form={form} />
        </form>
        <Preview
          settings={draft}
          look={{ greeting, target: look.target || null, nth: look.nth }}
          isOnline={isOnline}
          onOnline={setOnline}
        />
      </div>
    </Page>
  );
}

/** What is unsaved, what somebody else did, and what may be done about it. */
function Foot({ form }: { form: SiteForm }) {
  const { isChanged, isBusy, fault, discard } = form;
  const news = form.form?.news ?? '';
  return (
    <div class="site-foot">
      <p role="status">
        {fault && <span class="site-fault">{fault} </span>}
        {news && <span class="site-news">{news}</span>}
        {!fault && !news && (isChanged ? 'Not saved yet.' : '')}
      </p>
      <Button onClick={discard} disabled={!isChanged || isBusy}>
        Discard
      </Button>
      <Button kind="primary" type="submit" disabled={!isChanged || isBusy}>
        {isBusy ? 'Saving…' : 'Save'}
      </Button>
    </div>
  );
}
