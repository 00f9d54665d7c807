import type { KeySummary } from '@throughline/shared/schema';
import { levelTitle } from '../../lib/levels.ts';
import { capitalised, endOf, fullTime, pastMoment } from '../../lib/time.ts';
import { useStore } from '../../store/context.ts';
import { teamName } from '../../store/state.ts';
import { Button } from '../../ui/Button.tsx';
import { BinIcon, WakeIcon } from '../../ui/icons.tsx';
import { scopesTitle } from './words.ts';

interface KeyRowProps {
  apiKey: KeySummary;
  now: number;
  onRotate(): void;
  onRevoke(): void;
}

export function KeyRow({ apiKey, now, onRotate, onRevoke }: KeyRowProps) {
  const { name, scopes, pii, createdBy, createdAt, usedAt, previousUntil } = apiKey;
  const maker = useStore((state) => teamName(state, createdBy)) ?? 'somebody';
  const isRotating = previousUntil !== null && previousUntil > now;
  return (
    <li class="card">
      <div class="card-main">
        <h2 class="card-title">
          <bdi>{name}</bdi>
        </h2>
        <p class="card-text">{scopesTitle(scopes)}</p>
        <dl class="pairs">
          <div>
            <dt>Personal data</dt>
            <dd>{levelTitle(pii)}</dd>
          </div>
          <div>
            <dt>Last used</dt>
            <dd title={usedAt === null ? undefined : fullTime(usedAt)}>
              {usedAt === null ? 'Never' : capitalised(pastMoment(usedAt, now))}
            </dd>
          </div>
          <div>
            <dt>Made</dt>
            <dd title={fullTime(createdAt)}>
              {capitalised(pastMoment(createdAt, now))} by <bdi>{maker}</bdi>
            </dd>
          </div>
        </dl>
        {isRotating && (
          <p class="card-note">
            The secret before the rotation is good until {endOf(previousUntil, now)}.
          </p>
        )}
      </div>
      <div class="card-actions">
        <Button
          icon={WakeIcon}
          disabled={isRotating}
          title={
            isRotating
              ? `A rotation is open until ${endOf(previousUntil, now)}`
              : 'A new secret; the old one is good for 24 hours more'
          }
          onClick={onRotate}
        >
          Rotate<span class="sr-only"> {name}</span>
        </Button>
        <Button icon={BinIcon} onClick={onRevoke}>
          Revoke<span class="sr-only"> {name}</span>
        </Button>
      </div>
    </li>
  );
}
