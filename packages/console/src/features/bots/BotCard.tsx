import { failureWords } from '../../lib/hand-off.ts';
import { capitalised, pastMoment } from '../../lib/time.ts';
import { useDesk } from '../../store/context.ts';
import { useNow } from '../../ui/use-now.ts';
import { type BotState, kindWords, modeWords } from './words.ts';

interface BotProps {
  bot: BotState;
  /** Null: one may only look, or all of them are stopped. */
  onTurn: ((on: boolean) => void) | null;
}

/** One bot: what it is, whether it may answer, and what went wrong lately. */
export function BotCard({ bot, onTurn }: BotProps) {
  const { name, kind, mode, on, running } = bot;
  return (
    <li class={`bot ${on ? '' : 'bot-off'}`}>
      <div class="bot-head">
        <div class="bot-words">
          <h2>
            <bdi>{name}</bdi>
          </h2>
          <p class="bot-line">
            {kindWords[kind]} · <code>{bot.id}</code>
            {running > 0 && (
              <span class="bot-running">
                {' '}
                · {running} {running === 1 ? 'turn' : 'turns'} now
              </span>
            )}
          </p>
        </div>
        <span class={`bot-mode bot-mode-${mode}`} title={modeWords[mode].about}>
          {modeWords[mode].title}
        </span>
        {onTurn ? (
          <input
            type="checkbox"
            role="switch"
            class="bot-switch"
            aria-label={`${name} may answer`}
            checked={on}
            aria-checked={on}
            onChange={({ currentTarget }) => onTurn(currentTarget.checked)}
          />
        ) : (
          <span class="bot-state">{on ? 'On' : 'Off'}</span>
        )}
      </div>
      <p class="bot-about">{modeWords[mode].about}</p>
      {bot.failures.length > 0 && <Failures failures={bot.failures} />}
    </li>
  );
}

const MINUTE_MS = 60_000;

function Failures({ failures }: Pick<BotState, 'failures'>) {
  const { go } = useDesk();
  const now = useNow(MINUTE_MS);
  return (
    <div class="bot-failures">
      <p>Could not answer lately</p>
      <ul>
        {failures.map(({ at, failure, conversation }) => (
          <li key={`${at} ${conversation}`}>
            <a
              href={`/console/all/${conversation}`}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                go.open(conversation);
              }}
            >
              {capitalised(pastMoment(at, now))}
            </a>
            : {failureWords[failure]}
          </li>
        ))}
      </ul>
    </div>
  );
}
