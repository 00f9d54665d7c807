import { type EffectiveFact, effectiveFacts, type FactReason } from '@throughline/shared';
import type { Fact, FactValue } from '@throughline/shared/schema';
import { endOf, pastMoment } from '../../lib/time.ts';
import { useNow } from '../../ui/use-now.ts';

const MINUTE_MS = 60_000;

export const spellValue = (value: FactValue | undefined): string => {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return String(value ?? '');
};

/** Who said it, as agents know them. */
const sourceOf = ({ source, signed }: Fact): string => {
  if (source.kind === 'visitor') return source.name ?? 'the page';
  const name = source.name ?? (source.kind === 'agent' ? 'an agent' : 'a system');
  return signed ? `${name}, signed` : name;
};

const whys: Record<FactReason, string> = {
  only: 'Nobody else says anything about it.',
  source: 'It counts because its source knows best.',
  signed: 'It counts because it is signed.',
  fresher: 'It counts because it is the latest.',
  stale: 'It has expired, and nothing newer is known.',
};

interface FactsProps {
  title: string;
  facts: readonly Fact[];
}

/** What everybody says of a contact or a conversation, each name with the value that counts. */
export function Facts({ title, facts }: FactsProps) {
  const now = useNow(MINUTE_MS);
  const effective = effectiveFacts(facts, now);
  if (effective.length === 0) return null;
  return (
    <section class="details-part">
      <h4>{title}</h4>
      <ul class="known">
        {effective.map((fact) => (
          <FactLine key={fact.name} fact={fact} now={now} />
        ))}
      </ul>
    </section>
  );
}

function FactLine({ fact, now }: { fact: EffectiveFact; now: number }) {
  const { name, value, stale, reason, others } = fact;
  return (
    <li class={stale ? 'is-stale' : undefined}>
      <details>
        <summary>
          <bdi class="known-name">{name}</bdi>
          <bdi class="known-value">{spellValue(value)}</bdi>
          <span class="known-source">
            <Provenance fact={fact} now={now} />
          </span>
        </summary>
        <p class="known-why">{whys[reason]}</p>
        {others.map((other) => (
          <p class="known-other" key={`${other.source.kind} ${other.source.id}`}>
            <bdi>{spellValue(other.value)}</bdi>
            <span class="known-source">
              <Provenance fact={other} now={now} />
            </span>
          </p>
        ))}
      </details>
    </li>
  );
}

/** `CRM, signed · today 14:02 · until tomorrow 09:00` */
function Provenance({ fact, now }: { fact: Fact; now: number }) {
  const { observedAt, expiresAt, confidence } = fact;
  const parts = [sourceOf(fact), pastMoment(observedAt, now)];
  if (confidence !== null && confidence < 1) parts.push(`${Math.round(confidence * 100)} % sure`);
  if (expiresAt !== null)
    parts.push(
      expiresAt > now ? `until ${endOf(expiresAt, now)}` : `expired ${pastMoment(expiresAt, now)}`,
    );
  return <bdi>{parts.join(' · ')}</bdi>;
}
