import type { AccountSummary } from '@throughline/shared/schema';
import { capitalised, fullTime, pastMoment } from '../../lib/time.ts';
import { useDesk } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { type Deed, deeds, deedsFor, roleWords } from './words.ts';

interface AccountCardProps {
  account: AccountSummary;
  now: number;
  isMine: boolean;
  onDeed(deed: Deed): void;
}

function marksOf({ disabled, invited }: AccountSummary, isMine: boolean): string[] {
  return [
    ...(isMine ? ['You'] : []),
    ...(disabled ? ['Disabled'] : []),
    ...(invited && !disabled ? ['Invited'] : []),
  ];
}

/** Somebody, what they are, and what an administrator can do about it. */
export function AccountCard({ account, now, isMine, onDeed }: AccountCardProps) {
  const { name, email, role, createdAt, disabled } = account;
  return (
    <li class={`card ${disabled ? 'card-off' : ''}`}>
      <div class="card-main">
        <div class="card-head">
          <h2 class="card-title">
            <bdi>{name}</bdi>
          </h2>
          {marksOf(account, isMine).map((mark) => (
            <Tag key={mark}>{mark}</Tag>
          ))}
        </div>
        <p class="card-text">
          <bdi>{email}</bdi>
        </p>
        <dl class="pairs">
          <div>
            <dt>Role</dt>
            <dd>{roleWords[role]}</dd>
          </div>
          <div>
            <dt>Added</dt>
            <dd title={fullTime(createdAt)}>{capitalised(pastMoment(createdAt, now))}</dd>
          </div>
        </dl>
      </div>
      <div class="card-actions">
        {isMine ? (
          <SignOutMyself />
        ) : (
          deedsFor(account).map((deed) => (
            <Button key={deed} onClick={() => onDeed(deed)}>
              {deeds[deed].verb}
              <span class="sr-only"> {name}</span>
            </Button>
          ))
        )}
      </div>
    </li>
  );
}

/** Nobody shuts themselves out: the rest is for another administrator to do. */
function SignOutMyself() {
  const { account } = useDesk();
  return <Button onClick={() => void account.signOut('everywhere')}>Sign out everywhere</Button>;
}
