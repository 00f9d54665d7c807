import { useState } from 'preact/hooks';
import { useStore } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { BranchIcon } from '../../ui/icons.tsx';
import { Page } from '../../ui/Page.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { Bench } from './Bench.tsx';
import { exampleFor } from './draft.ts';
import { Editor, type Jump } from './Editor.tsx';
import { History } from './History.tsx';
import { Problems } from './Problems.tsx';
import { Rehearse } from './Rehearse.tsx';
import { type Findings, useFindings } from './use-findings.ts';
import { type RoutingDraft, useRouting } from './use-routing.ts';
import '../../styles/admin/index.css';

/** Who gets which conversation: written, tried, published, taken back. */
export function Routing() {
  const routing = useRouting();
  const findings = useFindings(routing.text);
  const { text, asked } = routing;
  return (
    <Page
      title="Routing"
      line={<State routing={routing} findings={findings} />}
      actions={text !== null && <Publish routing={routing} findings={findings} />}
    >
      {text !== null && <Workbench routing={routing} text={text} findings={findings} />}
      {text === null && asked.fault && (
        <Failed
          title="The routing could not be loaded."
          text={asked.fault.message}
          onRetry={() => void asked.reload()}
        />
      )}
      {text === null && !asked.fault && (
        <Skeleton label="Loading the routing" rows={4} kind="line" />
      )}
    </Page>
  );
}

interface PartProps {
  routing: RoutingDraft;
  findings: Findings;
}

function stateOf({ routing: { isChanged, isRouted, fault }, findings }: PartProps): string {
  if (fault) return fault;
  if (findings === null) return 'Checking…';
  const count = findings.length;
  if (count > 0) return `${count} ${count === 1 ? 'problem' : 'problems'} to solve first`;
  if (isChanged) return 'Ready to be published';
  return isRouted ? 'In force' : 'Nothing is routed: whoever wants takes from the inbox';
}

function State(props: PartProps) {
  const { routing, findings } = props;
  const isBad = routing.fault !== null || (findings !== null && findings.length > 0);
  const mark = isBad ? 'bad' : routing.isChanged || findings === null ? 'held' : 'good';
  return (
    <span id="routing-state" role="status" class={`mark-line mark-${mark}`}>
      {stateOf(props)}
    </span>
  );
}

function Publish({ routing, findings }: PartProps) {
  const { text, isChanged, isBusy, publish } = routing;
  const [isAsking, setAsking] = useState(false);
  const isEmpty = text?.trim() === '';
  return (
    <>
      <Button
        kind="primary"
        disabled={!isChanged || isBusy || findings === null || findings.length > 0}
        onClick={() => setAsking(true)}
      >
        {isBusy ? 'Publishing…' : 'Publish'}
      </Button>
      {isAsking && (
        <Confirm
          title={isEmpty ? 'End routing?' : 'Publish this routing?'}
          text={
            isEmpty
              ? 'Nothing is brought to anybody any more: whoever wants takes from the inbox.'
              : 'It is in force at once: for conversations that come, and for those that wait. An older version can be restored at any time.'
          }
          verb={isEmpty ? 'End routing' : 'Publish'}
          isHarmless={!isEmpty}
          onConfirm={() => void publish()}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

interface WorkbenchProps extends PartProps {
  text: string;
}

function Workbench({ routing, text, findings }: WorkbenchProps) {
  const [jump, setJump] = useState<Jump | null>(null);
  const onGo = (line: number) => setJump((before) => ({ line, nth: (before?.nth ?? 0) + 1 }));
  return (
    <div class="workbench">
      <div class="workbench-main">
        {routing.isOld && <Conflict routing={routing} />}
        {routing.isChanged && !routing.isOld && <Kept routing={routing} />}
        {text === '' && !routing.isChanged ? (
          <Beginning onBegin={routing.write} />
        ) : (
          <Editor text={text} findings={findings ?? []} jump={jump} onText={routing.write} />
        )}
      </div>
      <Side {...{ routing, text, findings, onGo }} />
    </div>
  );
}

function Kept({ routing: { takeTheirs } }: Pick<PartProps, 'routing'>) {
  const [isAsking, setAsking] = useState(false);
  return (
    <p class="routing-quiet routing-kept">
      Not published. What you write is kept in this browser until you publish or discard it.{' '}
      <button type="button" class="link" onClick={() => setAsking(true)}>
        Discard
      </button>
      {isAsking && (
        <Confirm
          title="Discard what you wrote?"
          text="The editor shows what is in force again."
          verb="Discard"
          onConfirm={() => void takeTheirs()}
          onClose={() => setAsking(false)}
        />
      )}
    </p>
  );
}

function Conflict({ routing: { insist, takeTheirs } }: Pick<PartProps, 'routing'>) {
  return (
    <div class="form-notice conflict" role="alert">
      <p>
        <strong>Not published:</strong> somebody published another routing since you opened this
        page. Yours is still here.
      </p>
      <div class="conflict-ways">
        <Button onClick={() => void takeTheirs()}>Show theirs instead</Button>
        <Button onClick={() => void insist()}>Publish mine over it</Button>
      </div>
    </div>
  );
}

function Beginning({ onBegin }: { onBegin(text: string): void }) {
  const team = useStore((state) => state.team);
  return (
    <EmptyState icon={BranchIcon} title="Nothing is routed yet.">
      <p>
        Whoever wants takes from the inbox. Begin with one queue for everybody, and go on from it.
      </p>
      <Button kind="primary" onClick={() => onBegin(exampleFor(team.map(({ email }) => email)))}>
        Begin with an example
      </Button>
    </EmptyState>
  );
}

const sides = [
  ['problems', 'Problems'],
  ['bench', 'Try it'],
  ['rehearsal', 'Rehearse'],
  ['history', 'History'],
] as const;

interface SideProps extends WorkbenchProps {
  onGo(line: number): void;
}

/** Beside the text: what is wrong with it, what it would do, and what was before it. */
function Side({ routing, text, findings, onGo }: SideProps) {
  const [side, setSide] = useState<(typeof sides)[number][0]>('problems');
  return (
    <aside class="workbench-side" aria-label="About this routing">
      <Segments label="Show" options={sides} value={side} onChange={(chosen) => setSide(chosen)} />
      {side === 'problems' && <Problems findings={findings} onGo={onGo} />}
      {side === 'bench' && <Bench text={text} onGo={onGo} />}
      {side === 'rehearsal' && (
        <Rehearse text={text} isSound={findings?.length === 0} onGo={onGo} />
      )}
      {side === 'history' && (
        <History key={routing.nth} onRestored={() => void routing.takeTheirs()} />
      )}
    </aside>
  );
}
