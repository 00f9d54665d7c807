import { safeHref } from '@throughline/shared';
import type { ContactSummary, Context } from '@throughline/shared/schema';
import type { ComponentChildren } from 'preact';
import { deviceOf, isHandheld, languageName } from '../../lib/device.ts';
import { nameOf } from '../../lib/person.ts';
import { capitalised, pastMoment } from '../../lib/time.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { openRow } from '../../store/state.ts';
import { lastActive } from '../../store/thread.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { Button, IconButton } from '../../ui/Button.tsx';
import {
  CloseIcon,
  DeskIcon,
  GlobeIcon,
  type Icon,
  IdIcon,
  MailIcon,
  PageIcon,
  PhoneIcon,
  PlusIcon,
} from '../../ui/icons.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Block, Blocked } from './Blocking.tsx';
import { Erase } from './Erasing.tsx';
import { Facts } from './Facts.tsx';
import { Promises } from './Promises.tsx';
import { Background } from './Timeline.tsx';

/** Who the visitor is and where, beside the thread or over it. */
export function Details() {
  const { preferences } = useDesk();
  const row = useStore(openRow);
  const contact = useStore(({ contacts }) => (row ? contacts[row.contact.id] : undefined));
  const said = useStore(({ facts }) => (row ? facts[row.id] : undefined));
  if (!row) return null;
  return (
    <aside class="details" aria-label="Details">
      <div class="details-close">
        <IconButton
          label="Close details"
          icon={CloseIcon}
          onClick={() => preferences.toggleDetails(false)}
        />
      </div>
      {contact ? (
        <About contact={{ ...contact, ...row.contact }} />
      ) : (
        <Skeleton label="Loading details" rows={3} kind="line" />
      )}
      {said && <Facts title="About this conversation" facts={said} />}
      <Promises open={row.promises} />
      <Tags tags={row.tags} />
      <Dates created={row.createdAt} since={contact?.createdAt} site={row.site} />
      {contact && !contact.blocked && <Block contact={{ ...contact, ...row.contact }} />}
      {contact && <Erase contact={{ ...contact, ...row.contact }} />}
    </aside>
  );
}

function About({ contact }: { contact: ContactSummary }) {
  const known = useStore(({ presence }) => presence.visits[contact.id]);
  // Whoever is shut out is not here, and where they were may be erased.
  const visit = contact.blocked ? undefined : known;
  const context: Context = { ...contact.context, ...visit?.context };
  const isHere = visit?.online ?? false;
  return (
    <>
      <header class="details-who">
        <Avatar id={contact.id} name={contact.name} size={56} isOnline={isHere} />
        <h3>
          <bdi>{nameOf(contact)}</bdi>
        </h3>
        <Whereabouts isHere={isHere} />
      </header>
      {contact.blocked && <Blocked contact={contact} />}
      <ul class="facts">
        {contact.email && (
          <Line icon={MailIcon} label="E-mail address">
            <a href={`mailto:${encodeURIComponent(contact.email)}`}>
              <bdi>{contact.email}</bdi>
            </a>
          </Line>
        )}
        {contact.externalId && (
          <Line icon={IdIcon} label="Id on your site">
            <bdi>{contact.externalId}</bdi>
          </Line>
        )}
        <ContextLines context={context} isHere={isHere} />
      </ul>
      {(contact.email || contact.externalId) && !contact.verified && (
        <p class="details-remark">As told by the page, not verified.</p>
      )}
      <Facts title="Facts" facts={contact.facts} />
      <Background contact={contact.id} />
    </>
  );
}

function Whereabouts({ isHere }: { isHere: boolean }) {
  const thread = useStore(({ route, threads }) => threads[route.conversation ?? '']);
  const now = useNow(60_000);
  const last = thread && lastActive(thread);
  if (isHere) return <p class="details-here">On the site now</p>;
  return (
    <p class="details-away">
      {last === undefined ? 'Not on the site' : `Last active ${pastMoment(last, now)}`}
    </p>
  );
}

function ContextLines({ context, isHere }: { context: Context; isHere: boolean }) {
  const { page, language, userAgent } = context;
  const device = userAgent ? deviceOf(userAgent) : undefined;
  return (
    <>
      {page && <PageLine page={page} label={isHere ? 'Page being viewed' : 'Last page viewed'} />}
      {language && (
        <Line icon={GlobeIcon} label="Language">
          {languageName(language)}
        </Line>
      )}
      {userAgent && (
        <Line icon={isHandheld(userAgent) ? PhoneIcon : DeskIcon} label="Device">
          <bdi title={userAgent}>{device ?? 'Unknown device'}</bdi>
        </Line>
      )}
    </>
  );
}

function PageLine({ page, label }: { page: NonNullable<Context['page']>; label: string }) {
  const href = safeHref(page.url);
  const address = href ? `${new URL(href).host}${new URL(href).pathname}` : page.url;
  return (
    <Line icon={PageIcon} label={label}>
      {href ? (
        <a href={href} target="_blank" rel="noopener noreferrer nofollow">
          <bdi>{page.title || address}</bdi>
        </a>
      ) : (
        <bdi>{page.title || address}</bdi>
      )}
      {page.title && (
        <span class="facts-sub">
          <bdi>{address}</bdi>
        </span>
      )}
    </Line>
  );
}

interface LineProps {
  icon: Icon;
  label: string;
  children: ComponentChildren;
}

function Line({ icon: Glyph, label, children }: LineProps) {
  return (
    <li title={label}>
      <Glyph />
      <div>
        <span class="sr-only">{label}: </span>
        {children}
      </div>
    </li>
  );
}

function Tags({ tags }: { tags: string[] }) {
  const { preferences } = useDesk();
  return (
    <section class="details-part">
      <h4>Tags</h4>
      <div class="details-tags">
        {tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
        <Button kind="quiet" icon={PlusIcon} onClick={() => preferences.overlay('tags')}>
          {tags.length > 0 ? 'Edit' : 'Add a tag'}
        </Button>
      </div>
    </section>
  );
}

interface DatesProps {
  created: number;
  since: number | undefined;
  site: string;
}

function Dates({ created, since, site }: DatesProps) {
  const now = useNow(60_000);
  return (
    <section class="details-part">
      <h4>Conversation</h4>
      <dl class="attributes">
        <div>
          <dt>Started</dt>
          <dd>{capitalised(pastMoment(created, now))}</dd>
        </div>
        {since !== undefined && (
          <div>
            <dt>Known since</dt>
            <dd>{capitalised(pastMoment(since, now))}</dd>
          </div>
        )}
        <div>
          <dt>Site</dt>
          <dd>
            <bdi>{site}</bdi>
          </dd>
        </div>
      </dl>
    </section>
  );
}
