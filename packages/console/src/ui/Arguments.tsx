import { argumentsOf } from '../lib/arguments.ts';

/** With what a tool is called, letter for letter. */
export function Arguments({ json }: { json: string }) {
  const given = argumentsOf(json);
  if (given.length === 0) return <p class="arguments-none">With nothing.</p>;
  return (
    <dl class="arguments">
      {given.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <pre dir="auto">{value}</pre>
          </dd>
        </div>
      ))}
    </dl>
  );
}
