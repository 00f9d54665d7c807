import { useState } from 'preact/hooks';
import { isId } from '../../lib/patterns.ts';
import { capitalised, fullTime, pastMoment } from '../../lib/time.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { teamName } from '../../store/state.ts';
import { useAsked } from '../../store/use-asked.ts';
import { Button } from '../../ui/Button.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { Failed } from '../../ui/Failed.tsx';

interface Version {
  version: number;
  publishedAt: number;
  by: string;
}

interface HistoryProps {
  /** After a version was published again. */
  onRestored(): void;
}

/** What was published, newest first; an old one can be published again. */
export function History({ onRestored }: HistoryProps) {
  const { relay, notices } = useDesk();
  const { data, fault, reload } = useAsked<{ data: Version[] }>('/v1/blueprint/versions?limit=50');
  const [chosen, setChosen] = useState<number | null>(null);

  async function restore(version: number): Promise<void> {
    const path = `/v1/blueprint/versions/${version}/restore`;
    const reply = await relay.ask({ method: 'POST', path });
    if (!reply.ok) return notices.say(`Not restored: ${reply.message}`, { tone: 'warning' });
    notices.say(`The routing of version ${version} is in force again.`);
    onRestored();
    await reload();
  }

  if (!data)
    return fault ? (
      <Failed
        title="The versions could not be loaded."
        text={fault.message}
        onRetry={() => void reload()}
      />
    ) : (
      <p class="routing-quiet">Loading…</p>
    );
  return (
    <>
      <p class="routing-quiet">
        Every change of sites, endpoints and routing is a version. Restoring brings back its routing
        alone.
      </p>
      <ol class="versions">
        {data.data.map((version, i) => (
          <VersionRow
            key={version.version}
            version={version}
            isNow={i === 0}
            onRestore={() => setChosen(version.version)}
          />
        ))}
      </ol>
      {chosen !== null && (
        <Confirm
          title={`Restore the routing of version ${chosen}?`}
          text="It is published as the newest version at once. What is written in the editor and not published is lost."
          verb="Restore"
          isHarmless
          onConfirm={() => void restore(chosen)}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  );
}

interface RowProps {
  version: Version;
  isNow: boolean;
  onRestore(): void;
}

function VersionRow({ version: { version, publishedAt, by }, isNow, onRestore }: RowProps) {
  const name =
    useStore((state) => teamName(state, by)) ?? (isId(by) ? 'a program or a former colleague' : by);
  return (
    <li class="version">
      <span class="seat-words">
        <span class="seat-name">Version {version}</span>
        <span class="seat-status">
          <time dateTime={new Date(publishedAt).toISOString()} title={fullTime(publishedAt)}>
            {capitalised(pastMoment(publishedAt, Date.now()))}
          </time>
          {' · '}
          <bdi>{name}</bdi>
        </span>
      </span>
      {isNow ? (
        <span class="version-now">In force</span>
      ) : (
        <Button kind="quiet" onClick={onRestore}>
          Restore
        </Button>
      )}
    </li>
  );
}
