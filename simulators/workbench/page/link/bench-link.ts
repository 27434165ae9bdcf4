import type { ControlEvent } from '../../../control/control-socket.ts';
import type { Json } from '../../../simulator.ts';
import type { FaultBoardEntry, Snapshot, ToPage } from '../../bench-messages.ts';
import { openSocket } from './socket.ts';
import { createStore, type Store } from './store.ts';

/** What was heard; the newest last. */
const EVENTS_MAX = 600;

const NOTHING: Snapshot = { isDevicesUp: false, isBankUp: false, worlds: {}, armed: {}, isNetworkDown: false, withoutPower: [], withoutCable: [], money: null };

export interface Refusal {
  readonly target: string;
  readonly action: string;
  readonly detail: string;
}

export interface BenchLink {
  readonly snapshot: Store<Snapshot>;
  readonly boards: Store<{ readonly [target: string]: readonly FaultBoardEntry[] }>;
  readonly events: Store<readonly ControlEvent[]>;
  /** The last command that a simulator would not do, in its words. */
  readonly refusal: Store<Refusal | null>;
  /** The answer, or null when it was refused or the line is gone. */
  ask(target: string, command: { readonly do: string; readonly [key: string]: Json }): Promise<Json>;
}

export function createBenchLink(): BenchLink {
  const snapshot = createStore<Snapshot>(NOTHING);
  const boards = createStore<{ readonly [target: string]: readonly FaultBoardEntry[] }>({});
  const events = createStore<readonly ControlEvent[]>([]);
  const refusal = createStore<Refusal | null>(null);
  const waiting = new Map<number, { readonly settle: (value: Json) => void; readonly target: string; readonly action: string }>();
  let nextId = 1;

  const socket = openSocket('/bench', {
    onMessage(received) {
      const message = received as ToPage;
      switch (message.type) {
        case 'snapshot':
          return snapshot.set(message.snapshot);
        case 'boards':
          return boards.set(message.boards);
        case 'events':
          return events.set(message.isPast ? message.events : [...events.get(), ...message.events].slice(-EVENTS_MAX));
        case 'answer': {
          const asked = waiting.get(message.id);
          waiting.delete(message.id);
          if (!message.ok) refusal.set({ target: asked?.target ?? '', action: asked?.action ?? '', detail: message.error.detail });
          else if (asked !== undefined && refusal.get()?.target === asked.target) refusal.set(null);
          asked?.settle(message.ok ? message.value : null);
        }
      }
    },
    onClosed() {
      snapshot.set(NOTHING);
      for (const { settle } of waiting.values()) settle(null);
      waiting.clear();
    },
  });

  return {
    snapshot, boards, events, refusal,
    ask: (target, command) =>
      new Promise((settle) => {
        const id = nextId++;
        if (!socket.send({ id, target, command })) return settle(null);
        waiting.set(id, { settle, target, action: command.do });
      }),
  };
}
