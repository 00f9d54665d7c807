import { safeHref } from '@throughline/shared';
import type { CardAnswer } from '@throughline/shared/schema';

/** What the site's own system likes agents to see. */
export function Card({ answer }: { answer: CardAnswer }) {
  const { state, card } = answer;
  if (state === 'failed')
    return <p class="details-remark">Your own system did not answer in time.</p>;
  if (!card) return null;
  return (
    <section class="details-part">
      <h4>
        <bdi>{card.title}</bdi>
      </h4>
      <dl class="attributes">
        {card.lines.map(({ label, value, href }) => (
          <div key={label}>
            <dt>
              <bdi>{label}</bdi>
            </dt>
            <dd>
              <Value value={value} href={safeHref(href ?? '')} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const Value = ({ value, href }: { value: string; href: string | undefined }) =>
  href ? (
    <a href={href} target="_blank" rel="noopener noreferrer">
      <bdi>{value}</bdi>
    </a>
  ) : (
    <bdi>{value}</bdi>
  );
