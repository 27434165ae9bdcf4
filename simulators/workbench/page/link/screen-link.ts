import type { FromCore } from '../../../../main/contracts/core-socket.ts';
import type { ScreenModel } from '../../../../main/contracts/screen-model.ts';
import type { Touch } from '../logic/touch.ts';
import { openSocket } from './socket.ts';
import { createStore, type Store } from './store.ts';

export interface ScreenLink {
  /** null: there is no core. */
  readonly model: Store<ScreenModel | null>;
  /** As if a finger had done it on the screen that is shown now. */
  touch(intent: Touch): void;
}

export function createScreenLink(): ScreenLink {
  const model = createStore<ScreenModel | null>(null);
  const socket = openSocket('/screen', {
    onMessage(received) {
      const message = received as FromCore | { readonly type: 'screen'; readonly model: null };
      if (message.type === 'screen') model.set(message.model);
    },
    onClosed: () => model.set(null),
  });
  return {
    model,
    touch(intent) {
      const present = model.get();
      if (present !== null) socket.send({ type: 'intent', intent: { ...intent, revision: present.revision } });
    },
  };
}
