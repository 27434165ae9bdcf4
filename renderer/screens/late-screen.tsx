import { createElement, lazy, useState } from 'react';
import type { ComponentType } from 'react';

export interface LateScreen<Props extends object> {
  readonly View: ComponentType<Props>;
  /** Brings the code; the first view after that is there in the same frame. */
  load(): Promise<void>;
}

/** A screen whose code comes after the first paint. Once it is there nothing waits, not even for a tick: no frame shows anything in between. */
export function lateScreen<Props extends object>(bring: () => Promise<ComponentType<Props>>): LateScreen<Props> {
  let arrived: ComponentType<Props> | null = null;
  let coming: Promise<ComponentType<Props>> | null = null;
  const come = () => {
    coming ??= bring().then((component) => (arrived = component));
    return coming;
  };
  const Awaited = lazy(async () => ({ default: (await come()) as ComponentType<object> }));
  return {
    // Chosen once a visit: a screen that is up is not put up again when its code has come another way.
    View: (props) => {
      const [view] = useState(() => (arrived ?? Awaited) as ComponentType<Props>);
      return createElement(view, props);
    },
    load: async () => void (await come()),
  };
}
