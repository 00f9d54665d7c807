import type { Why } from '@throughline/shared/schema';
import { reasonText } from '../lib/reason.ts';

interface ReasonsProps {
  title: string;
  why: Why;
}

type Known = [name: string, value: string];

/** What was known, one name a line: `contact.facts.plan`, `enterprise`. */
function flatten(value: unknown, name: string): Known[] {
  if (Array.isArray(value)) return value.length > 0 ? [[name, value.join(', ')]] : [];
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    flatten(inner, name === '' ? key : `${name}.${key}`),
  );
}

/** Why the relay decided so, for whoever asks. */
export function Reasons({ title, why: { rule, reasons, given } }: ReasonsProps) {
  const known = flatten(given ?? {}, '');
  return (
    <details class="reasons">
      <summary>{title}</summary>
      <ul class="reasons-list">
        {reasons.map((reason) => (
          <li key={reason}>{reasonText(reason)}</li>
        ))}
      </ul>
      {rule && (
        <p class="reasons-rule">
          Decided by <code>{rule}</code>
        </p>
      )}
      {known.length > 0 && (
        <dl class="reasons-known" aria-label="What was known" tabIndex={0}>
          {known.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </details>
  );
}
