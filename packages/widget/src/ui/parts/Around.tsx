import type { VNode } from 'preact';
import type { Place } from '../../store/view.ts';
import { Article } from './Article.tsx';
import { ConversationList } from './ConversationList.tsx';

/** Where no conversation is on the screen: all of them, or an article. */
export const Around = ({ place }: { place: Exclude<Place, { at: 'thread' }> }): VNode =>
  place.at === 'list' ? <ConversationList /> : <Article key={place.article} id={place.article} />;
