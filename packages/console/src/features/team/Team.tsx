import type { AccountSummary } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { useDesk, useStore } from '../../store/context.ts';
import { myId } from '../../store/state.ts';
import { type Asked, useAsked } from '../../store/use-asked.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { TeamIcon } from '../../ui/icons.tsx';
import { Page } from '../../ui/Page.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { useNow } from '../../ui/use-now.ts';
import { AccountCard } from './AccountCard.tsx';
import { type Deed, deeds, inOrder } from './words.ts';
import '../../styles/admin/index.css';

type Accounts = Asked<{ data: AccountSummary[] }>;

/** What another administrator changed is seen within this. */
const LOOK_MS = 15_000;
const NOW_MS = 30_000;

/** Who may sign in, and as what. */
export function Team() {
  const list: Accounts = useAsked('/v1/accounts', LOOK_MS);
  return (
    <Page
      title="Team"
      line={
        <>
          Who may sign in, and as what. <code>throughline agent add</code> invites somebody.
        </>
      }
    >
      <div class="page-body">
        <div class="column">
          <Members list={list} />
        </div>
      </div>
    </Page>
  );
}

function Members({ list: { data, fault, reload } }: { list: Accounts }) {
  if (!data && fault)
    return (
      <Failed
        title="The team could not be loaded."
        text={fault.message}
        onRetry={() => void reload()}
      />
    );
  if (!data) return <Skeleton label="Loading the team" rows={4} kind="line" />;
  return (
    <>
      <AccountCards accounts={inOrder(data.data)} reload={reload} />
      {data.data.length === 1 && <NobodyElse />}
    </>
  );
}

function NobodyElse() {
  return (
    <EmptyState icon={TeamIcon} title="Nobody else has an account yet.">
      <p>
        On the relay’s machine, <code>throughline agent add --email … --name …</code> prints a link
        with which somebody chooses their password.
      </p>
    </EmptyState>
  );
}

interface AccountCardsProps {
  accounts: AccountSummary[];
  reload(): Promise<void>;
}

interface Asking {
  deed: Deed;
  account: AccountSummary;
}

function AccountCards({ accounts, reload }: AccountCardsProps) {
  const { relay, notices, team } = useDesk();
  const me = useStore(myId);
  const now = useNow(NOW_MS);
  const [asking, setAsking] = useState<Asking | null>(null);

  async function run({ deed, account: { id, name } }: Asking): Promise<void> {
    const { request, done } = deeds[deed];
    const reply = await relay.ask(request(id));
    if (reply.ok) notices.say(done(name));
    else notices.say(`Not done: ${reply.message}`, { tone: 'warning' });
    await Promise.all([reload(), team.reload()]);
  }
  return (
    <>
      <ul class="cards">
        {accounts.map((account) => (
          <AccountCard
            key={account.id}
            account={account}
            now={now}
            isMine={account.id === me}
            onDeed={(deed) =>
              deeds[deed].text === null ? void run({ deed, account }) : setAsking({ deed, account })
            }
          />
        ))}
      </ul>
      {asking && (
        <Confirm
          title={deeds[asking.deed].question(asking.account.name)}
          text={deeds[asking.deed].text ?? ''}
          verb={deeds[asking.deed].verb}
          isHarmless={deeds[asking.deed].isHarmless}
          onConfirm={() => void run(asking)}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}
