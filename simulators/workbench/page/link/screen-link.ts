import type { FromCore } from '../../../../main/contracts/core-socket.ts';
import type { Intent } from '../../../../main/contracts/intent.ts';
import type { ScreenModel } from '../../../../main/contracts/screen-model.ts';
import { openSocket } from './socket.ts';
import { createStore, type Store } from './store.ts';

/** One screen that was shown, for the state lane. */
export interface ShownScreen {
  readonly screen: string;
  readonly revision: number;
  readonly atUtcMs: number;
}

const SHOWN_MAX = 300;

type WithoutRevision<T> = T extends unknown ? Omit<T, 'revision'> : never;
export type Touch = WithoutRevision<Intent>;

export interface ScreenLink {
  /** null: there is no core. */
  readonly model: Store<ScreenModel | null>;
  readonly shown: Store<readonly ShownScreen[]>;
  /** As if a finger had done it on the screen that is shown now. */
  touch(intent: Touch): void;
}

export function createScreenLink(): ScreenLink {
  const model = createStore<ScreenModel | null>(null);
  const shown = createStore<readonly ShownScreen[]>([]);
  const note = (next: ScreenModel | null) => {
    const screen = next?.screen ?? 'no core';
    model.set(next);
    const last = shown.get().at(-1);
    if (last?.screen !== screen || last.revision !== next?.revision) shown.set([...shown.get(), { screen, revision: next?.revision ?? 0, atUtcMs: Date.now() }].slice(-SHOWN_MAX));
  };
  const socket = openSocket('/screen', {
    onMessage(received) {
      const message = received as FromCore | { readonly type: 'screen'; readonly model: null };
      if (message.type === 'screen') note(message.model);
    },
    onClosed: () => note(null),
  });
  return {
    model, shown,
    touch(intent) {
      const present = model.get();
      if (present !== null) socket.send({ type: 'intent', intent: { ...intent, revision: present.revision } });
    },
  };
}
