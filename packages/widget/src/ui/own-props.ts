import { options } from 'preact';

/**
 * A page may give every object more than its own (`Object.prototype.extra = …`), and preact hands on all
 * it can list: nothing of that is meant for us (MD-10).
 */
export function ignoreInherited(): void {
  const extra: string[] = [];
  for (const name in {}) extra.push(name);
  if (extra.length === 0) return;
  const common = Object.prototype as Record<string, unknown>;
  options.vnode = ({ props }) => {
    const own = props as Record<string, unknown>;
    for (const name of extra) if (own[name] === common[name]) delete own[name];
    Object.setPrototypeOf(props, null);
  };
}
