import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { clockTime, fullTime } from '../../lib/time.ts';
import { useDesk, useStore } from '../../store/context.ts';
import type { Utterance } from '../../store/items.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { BinIcon, LockIcon, PencilIcon } from '../../ui/icons.tsx';
import { LinkedText } from '../../ui/LinkedText.tsx';
import { Markdown } from '../../ui/Markdown.tsx';
import { memo } from '../../ui/memo.ts';
import { Attachments } from './Attachments.tsx';
import { BlockView } from './BlockView.tsx';
import { EditForm } from './EditForm.tsx';
import type { Group } from './lay-out.ts';
import { Unsent } from './Unsent.tsx';

export interface Person {
  /** Whose side of the thread it stands on. */
  side: 'theirs' | 'ours';
  name: string;
  /** Null: a stand-in is shown. */
  knownName: string | null;
  isMe: boolean;
}

/** One word under one message: whether it was sent, or seen. */
export interface Fate {
  id: string;
  text: string;
}

interface GroupProps {
  group: Group;
  person: Person;
  fate: Fate | null;
}

/** What one person said in one go; the name stands once. */
export function MessageGroup({ group: { first, rest }, person, fate }: GroupProps) {
  const { side, name, knownName, isMe } = person;
  const isNote = first.kind === 'note';
  return (
    <li class={`group group-${side} ${isNote ? 'group-note' : ''}`}>
      {!isMe && <Avatar id={first.by.id} name={knownName} size={28} />}
      <div class="group-body">
        <p class="group-head">
          {isNote && (
            <span class="note-label">
              <LockIcon size={14} /> Note
            </span>
          )}
          <span class="group-name">
            <bdi>{isMe ? 'You' : name}</bdi>
            {first.by.kind === 'bot' && <span class="bot-label">Bot</span>}
          </span>
          <time dateTime={new Date(first.time).toISOString()} title={fullTime(first.time)}>
            {clockTime(first.time)}
          </time>
        </p>
        {[first, ...rest].map((item) => (
          <Message
            key={item.id}
            item={item}
            isMine={isMe && item.kind === 'message'}
            fate={fate?.id === item.id ? fate.text : null}
          />
        ))}
      </div>
    </li>
  );
}

interface MessageProps {
  item: Utterance;
  /** Only what one wrote oneself can be changed; notes stay as they are. */
  isMine: boolean;
  fate: string | null;
}

const Message = memo(({ item, isMine, fate }: MessageProps) => {
  const { drafts } = useDesk();
  const draft = useStore(({ edits }) => edits[item.id]);
  const [isBegun, setBegun] = useState(false);
  const { state, isDeleted, change } = item;
  const isEditing = draft !== undefined && !isDeleted;
  const ref = useFocusBehind(isEditing);
  if (isEditing) return <EditForm id={item.id} text={item.text} draft={draft} isFirst={isBegun} />;
  const canChange = isMine && state === 'sent' && !isDeleted && change !== 'deleting';
  const edit = () => {
    setBegun(true);
    drafts.edit(item.id, item.text);
  };
  return (
    <div ref={ref} class={`message message-${state}`} title={fullTime(item.time)}>
      {isDeleted ? (
        <p class="bubble bubble-deleted">Message deleted</p>
      ) : (
        item.text !== '' && (
          <div class="bubble" dir="auto">
            <Words item={item} />
          </div>
        )
      )}
      {item.attachments.length > 0 && <Attachments files={item.attachments} />}
      {item.block && <BlockView block={item.block} answer={item.answer} />}
      {canChange && <Tools item={item} onEdit={edit} />}
      <Remarks item={item} fate={fate} />
      {state === 'failed' && <Unsent id={item.id} code={item.code} kind={item.kind} />}
    </div>
  );
});

/**
 * Marks are drawn in what colleagues and programs write to visitors, as these see it. What a visitor writes
 * is shown as it was typed: it is no markup to them, and no link of theirs can have other words than its
 * address.
 */
const Words = ({ item: { kind, by, text } }: Pick<MessageProps, 'item'>) =>
  kind === 'message' && by.kind !== 'visitor' ? (
    <Markdown text={text} />
  ) : (
    <LinkedText text={text} />
  );

/** Whoever has edited a message goes on at the button that began it. */
function useFocusBehind(isEditing: boolean) {
  const ref = useRef<HTMLDivElement>(null);
  const wasEditing = useRef(isEditing);
  useLayoutEffect(() => {
    if (wasEditing.current && !isEditing) ref.current?.querySelector<HTMLElement>('.tool')?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);
  return ref;
}

function Remarks({ item: { isEdited, isDeleted, change }, fate }: Omit<MessageProps, 'isMine'>) {
  const edited = isEdited && !isDeleted ? 'Edited' : null;
  const going = change && (change === 'editing' ? 'Saving…' : 'Deleting…');
  const text = going ?? [edited, fate].filter(Boolean).join(' · ');
  return text === '' ? null : <p class="fate">{text}</p>;
}

function Tools({ item, onEdit }: { item: Utterance; onEdit(): void }) {
  const { outgoing } = useDesk();
  const [isAsking, setAsking] = useState(false);
  return (
    <span class="tools">
      <button type="button" class="tool" aria-label="Edit message" title="Edit" onClick={onEdit}>
        <PencilIcon />
      </button>
      <button
        type="button"
        class="tool"
        aria-label="Delete message"
        title="Delete"
        onClick={() => setAsking(true)}
      >
        <BinIcon />
      </button>
      {isAsking && (
        <Confirm
          title="Delete this message?"
          text="Its text is gone for good. The visitor sees that a message was deleted."
          verb="Delete"
          onConfirm={() => outgoing.remove(item.id)}
          onClose={() => setAsking(false)}
        />
      )}
    </span>
  );
}
