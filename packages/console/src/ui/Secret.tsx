import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from './Button.tsx';
import { CopyButton } from './CopyButton.tsx';

interface SecretProps {
  title: string;
  secret: string;
  children?: ComponentChildren;
  onDone(): void;
}

/** A secret in its only showing. It lies in the page, where no stray key or press closes it. */
export function Secret({ title, secret, children, onDone }: SecretProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), [secret]);
  return (
    <section class="secret" aria-label={title}>
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <p>Copy it now and keep it safe: it will not be shown again.</p>
      <div class="secret-line">
        <code class="secret-text">{secret}</code>
        <CopyButton kind="primary" text={() => secret}>
          Copy secret
        </CopyButton>
      </div>
      {children}
      <div class="secret-foot">
        <Button onClick={onDone}>I have stored it</Button>
      </div>
    </section>
  );
}
