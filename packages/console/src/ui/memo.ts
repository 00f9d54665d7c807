import { Component, type ComponentType, h } from 'preact';

const isShallowEqual = (a: object, b: object): boolean => {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.is(a[key as keyof typeof a], b[key as keyof typeof b]))
  );
};

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isAlike = (a: unknown, b: unknown): boolean =>
  Object.is(a, b) || (isRecord(a) && isRecord(b) && isShallowEqual(a, b));

/** Draws again only when a prop, looked at one level deep, has changed: long lists stay cheap. */
export function memo<P extends object>(Inner: ComponentType<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const now: object = this.props;
      const keys = Object.keys(next);
      if (keys.length !== Object.keys(now).length) return true;
      return !keys.every((key) => isAlike(now[key as never], next[key as never]));
    }
    override render(props: P) {
      return h(Inner as ComponentType<object>, props);
    }
  };
}
