import type { Site } from '@throughline/shared/schema';
import { useDesk, useStore } from '../../store/context.ts';
import { formatPlace, placeOf } from '../../store/place.ts';
import { useAsked } from '../../store/use-asked.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { GlobeIcon } from '../../ui/icons.tsx';
import { Page } from '../../ui/Page.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { SitePage } from './SitePage.tsx';
import '../../styles/admin/index.css';

/** All sites, or one of them; the only one at once. */
export function Sites() {
  const { go } = useDesk();
  const place = useStore(({ route }) => route.place);
  const { data, fault, reload } = useAsked<{ data: Site[] }>('/v1/sites');
  const wanted = place?.page === 'sites' ? place.site : null;
  const [only, another] = data?.data ?? [];
  const site = wanted ?? (another ? undefined : only?.key);
  const back = { label: 'Back to the sites', onBack: () => go.place(placeOf('sites')) };
  if (site) return <SitePage key={site} site={site} {...(another ? { back } : {})} />;
  return (
    <Page title="Sites" line="Where your chat stands, how it looks and what it says.">
      <div class="page-body">
        <div class="column">
          {data && only && <SiteCards sites={data.data} />}
          {data && !only && (
            <EmptyState icon={GlobeIcon} title="There is no site yet.">
              <p>Add one where the relay runs: throughline site add --help</p>
            </EmptyState>
          )}
          {!data && fault && (
            <Failed
              title="The sites could not be loaded."
              text={fault.message}
              onRetry={() => void reload()}
            />
          )}
          {!data && !fault && <Skeleton label="Loading sites" rows={3} kind="line" />}
        </div>
      </div>
    </Page>
  );
}

function SiteCards({ sites }: { sites: readonly Site[] }) {
  const { go } = useDesk();
  return (
    <ul class="cards">
      {sites.map(({ key, name, origins }) => (
        <li key={key} class="card card-link">
          <div class="card-main">
            <h2 class="card-title">
              <a
                href={formatPlace({ page: 'sites', site: key })}
                onClick={(event) => {
                  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                  event.preventDefault();
                  go.place({ page: 'sites', site: key });
                }}
              >
                {name}
              </a>
            </h2>
            <p class="card-text">{origins.join(' · ')}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
