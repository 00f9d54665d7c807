import { AlertIcon, CheckCircleIcon } from '../../ui/icons.tsx';
import type { Findings } from './use-findings.ts';

interface ProblemsProps {
  findings: Findings;
  onGo(line: number): void;
}

/** All that would keep it from being published, each leading to its line. */
export function Problems({ findings, onGo }: ProblemsProps) {
  if (findings === null) return <p class="routing-quiet">Checking…</p>;
  if (findings.length === 0)
    return (
      <p class="routing-fine">
        <CheckCircleIcon /> Nothing is wrong with it, and its tests pass.
      </p>
    );
  return (
    <ul class="problems">
      {findings.map(({ line, message }) => (
        <li key={`${line} ${message}`}>
          <button type="button" class="problem" onClick={() => onGo(line)}>
            <AlertIcon />
            <span>
              <span class="problem-line">Line {line}</span> {message}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
