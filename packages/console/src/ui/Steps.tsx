import type { EventData } from '@throughline/shared/schema';
import { spanText } from '../lib/wait.ts';

type Cost = EventData<'bot.advanced'>;

interface Told {
  usage?: Cost['usage'] | undefined;
  trace?: Cost['trace'] | undefined;
}

type Step = NonNullable<Told['trace']>[number];

const kinds: Record<Step['kind'], string> = {
  call: 'Call',
  tool: 'Tool',
  model: 'Model',
  refusal: 'Refused by',
};

const SECOND_MS = 1000;
const DOLLAR = 1_000_000;

const durationText = (ms: number): string =>
  ms < SECOND_MS
    ? `${Math.round(ms)} ms`
    : ms < 10 * SECOND_MS
      ? `${(ms / SECOND_MS).toFixed(1)} s`
      : spanText(ms);

const countText = (count: number, word: string): string[] =>
  count === 0 ? [] : [`${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`];

/** What it cost, as far as it cost anything. */
function costText({ tokensIn, tokensOut, microUsd, toolCalls }: NonNullable<Told['usage']>) {
  const dollars =
    microUsd === 0 ? [] : [`$${(microUsd / DOLLAR).toFixed(microUsd < 10_000 ? 4 : 2)}`];
  const tokens =
    tokensIn + tokensOut === 0
      ? []
      : [`${tokensIn.toLocaleString('en')} tokens in, ${tokensOut.toLocaleString('en')} out`];
  return [...countText(toolCalls, 'tool call'), ...tokens, ...dollars].join(' · ');
}

export const hasSteps = ({ usage, trace }: Told): boolean =>
  (trace?.length ?? 0) > 0 || (usage !== undefined && costText(usage) !== '');

/** What a bot did on its way to an answer: what went in, what came out, how long, and what it cost. */
export function Steps({ usage, trace = [] }: Told) {
  const cost = usage ? costText(usage) : '';
  return (
    <>
      {trace.length > 0 && (
        <ol class="steps">
          {trace.map((step, i) => (
            <StepView key={i} step={step} />
          ))}
        </ol>
      )}
      {cost && <p class="steps-cost">{cost}</p>}
    </>
  );
}

function StepView({ step: { kind, name, input, output, ok, durationMs } }: { step: Step }) {
  return (
    <li class={`step ${ok ? '' : 'step-failed'}`}>
      <p class="step-head">
        <span class="step-kind">{kinds[kind]}</span> <code>{name}</code>
        <span class="step-time">
          {ok ? '' : 'failed · '}
          {durationText(durationMs)}
        </span>
      </p>
      {input && <Piece name="In" text={input} />}
      {output && <Piece name="Out" text={output} />}
    </li>
  );
}

function Piece({ name, text }: { name: string; text: string }) {
  return (
    <div class="step-piece">
      <span class="step-way">{name}</span>
      <pre dir="auto">{text}</pre>
    </div>
  );
}
