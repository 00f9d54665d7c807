import { addStyles } from '../lib/styles.ts';
import composer from './composer.css?inline';
import { ignoreInherited } from './own-props.ts';
import panel from './panel.css?inline';
import thread from './thread.css?inline';

/** Where the panel is drawn: before the button in the order of focus, in the same shadow root. */
export function mountRoot(shadow: ShadowRoot): HTMLElement {
  ignoreInherited();
  addStyles(shadow, panel + thread + composer);
  const root = document.createElement('div');
  root.className = 'place';
  shadow.prepend(root);
  return root;
}
