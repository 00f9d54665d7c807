import { uuidv7 } from '@throughline/shared';
import type { Form as FormData, Survey } from '@throughline/shared/schema';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { awayWords } from '../../i18n/words/away.ts';
import { draftOf } from '../../store/view.ts';
import { useChat, useTexts } from '../context.ts';
import { useStyles } from '../use-part.ts';
import css from './ask.css?inline';
import blockCss from './block.css?inline';
import { Form } from './form.tsx';
import { begin, type Opening, wordsIn } from './opening.ts';
import { type Scored, Scoring } from './Rating.tsx';
import { keepAsWords, written } from './rescue.ts';

interface Props {
  opening: Opening;
  /** Why it is asked just now; empty: nothing is said of it. */
  lead: string;
}

/** Takes what was written before into the form; whether there are such words in it. */
function useWords({ as, isLed }: Opening): boolean {
  const { client } = useChat();
  const [has] = useState(() => {
    // They are about something else, and wait where they are.
    if (isLed) return false;
    const filled = JSON.parse(client.draft(draftOf(as)) || '{}');
    const typed = client.draft('new').trim();
    if (!typed) return wordsIn(as) in filled;
    client.setDraft(draftOf(as), JSON.stringify({ ...filled, [wordsIn(as)]: typed }));
    client.setDraft('new', '');
    return true;
  });
  return has;
}

/** A form in place of the field one writes in: the conversation begins when it is sent. */
export function Ask({ opening, lead }: Props): VNode {
  const chat = useChat();
  const say = useTexts(awayWords);
  const hasWords = useWords(opening);
  const ref = useRef<HTMLDivElement>(null);
  useStyles(ref, blockCss);
  useStyles(ref, css);
  useLayoutEffect(() => {
    if (chat.view.getState().isQuiet) return;
    // Whoever was writing goes on where the words are now.
    const first = hasWords ? `[name="${wordsIn(opening.as)}"]` : 'input, textarea, select';
    ref.current?.querySelector<HTMLElement>(first)?.focus({ preventScroll: true });
  }, []);
  const { as, form, known, isLed } = opening;
  const unasked = isLed ? {} : known;
  const open = form.fields.filter(({ name }) => !(name in unasked));
  const words = { type: 'textarea', name: wordsIn(as), label: say('yourMessage') } as const;
  const shown: FormData = {
    ...form,
    title: form.title ?? say(as === 'offline' ? 'awayForm' : 'someQuestions'),
    submit: form.submit ?? (as === 'prechat' ? say('startChat') : undefined),
    fields: hasWords && as !== 'offline' ? [...open, words] : open,
  };
  return (
    <div class="asks block" ref={ref}>
      {lead && (
        <p class="lead" dir="auto">
          {lead}
        </p>
      )}
      <Form
        form={shown}
        draft={draftOf(as)}
        filled={isLed ? known : {}}
        onSubmit={(values) => begin(chat, opening, { ...unasked, ...values })}
      />
    </div>
  );
}

/** Something the page wants rated; the answer is a conversation in which nobody is waited for. */
export function AskSurvey({ survey }: { survey: Survey }): VNode {
  const { client, view } = useChat();
  const ref = useRef<HTMLDivElement>(null);
  const [message] = useState(uuidv7);
  useStyles(ref, blockCss);
  useStyles(ref, css);
  useLayoutEffect(() => {
    if (view.getState().isQuiet) return;
    // Not the first number: with a ring around it, it would look like the answer.
    ref.current?.querySelector('fieldset')?.focus({ preventScroll: true });
  }, []);
  const { name, ...asked } = survey;
  const submit = (said: Scored) => {
    const conversationId = client.startConversation({ survey: { as: name, message } });
    const { score, comment = '' } = said;
    const answer = written({ [survey.question ?? name]: score });
    keepAsWords(client, message, `${answer}\n${comment}`.trim());
    client.answer('survey:submit', { conversationId, messageId: message }, said);
    view.setState({ place: { at: 'thread', conversation: conversationId } });
  };
  return (
    <div class="asks block" ref={ref}>
      <Scoring
        id={message}
        draft={`rating:${name}`}
        rating={{ kind: 'rating', ...asked }}
        onSubmit={submit}
      />
    </div>
  );
}
