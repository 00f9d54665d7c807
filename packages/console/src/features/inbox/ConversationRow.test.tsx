import { act, cleanup, render, screen } from '@testing-library/preact';
import type { ConversationSummary } from '@throughline/shared/schema';
import { afterEach, expect, it } from 'vitest';
import { row, testDesk } from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { ConversationRow } from './ConversationRow.tsx';

afterEach(() => act(cleanup));

function show(more: Partial<ConversationSummary>): void {
  const about = { isChosen: false, isUnsent: false, hasStatus: false, isMine: false };
  render(
    <DeskProvider value={testDesk({ rows: [] }).desk}>
      <ConversationRow
        {...about}
        row={row(1, more)}
        view="all"
        owner={null}
        draft={undefined}
        age="1 min"
        standing={{ place: null, offered: null, promised: null, due: null }}
      />
    </DeskProvider>,
  );
}

it('says that a form was filled in where the visitor has said nothing else', () => {
  show({ lastMessage: null, visitorPub: 3 });
  expect(screen.getByText('Filled in a form')).toBeTruthy();
});

it('says that there is nothing yet where nobody has said anything', () => {
  show({ lastMessage: null, visitorPub: 0 });
  expect(screen.getByText('No message yet')).toBeTruthy();
});
