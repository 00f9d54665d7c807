import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { menuWords } from '../../i18n/words/menu.ts';
import { useChat, useClient, useTexts, useView } from '../context.ts';
import { usePart } from '../use-part.ts';

const loadPush = () => import('./push.ts');

/**
 * Whether the browser tells of replies once the page is closed. Only where the page has a worker for it, and
 * only to whoever has written: nobody else has anything to be told of.
 */
export function PushSwitch(): VNode | null {
  const { client } = useChat();
  const t = useTexts(menuWords);
  const worker = useView((view) => view.push);
  const key = useView((view) => view.site?.pushKey);
  const hasWritten = useClient((state) => Object.keys(state.conversations).length > 0);
  const part = usePart(Boolean(worker && key && hasWritten), loadPush);
  const push = worker && key && hasWritten && part?.canPush() ? { worker, key } : undefined;
  const [state, setState] = useState<'on' | 'off' | 'busy' | 'refused'>('busy');
  useEffect(() => {
    if (push) void part?.isPushOn(client, push).then((isOn) => setState(isOn ? 'on' : 'off'));
  }, [part]);
  if (!push || !part) return null;
  const isBlocked = Notification.permission === 'denied';

  async function turn(now: Pick<NonNullable<typeof part>, 'turnPushOn' | 'turnPushOff'>) {
    if (!push || state === 'busy') return;
    setState('busy');
    try {
      if (state === 'on') await now.turnPushOff(client, push);
      setState(state !== 'on' && (await now.turnPushOn(client, push)) ? 'on' : 'off');
    } catch {
      setState('refused');
    }
  }

  return (
    <button
      type="button"
      role="switch"
      aria-checked={state === 'on'}
      aria-busy={state === 'busy'}
      disabled={isBlocked}
      onClick={() => turn(part)}
    >
      <span>
        {t('push')}
        {(isBlocked || state === 'refused') && (
          <small>{t(isBlocked ? 'pushBlocked' : 'pushFailed')}</small>
        )}
      </span>
      <span class="switch" />
    </button>
  );
}
