import type { Transport } from '../../drivers/transport/transport.ts';
import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import { err } from '../../main/foundation/outcome.ts';
import type { HostLine } from '../../main/host/bank-host.ts';
import type { Journal } from '../../main/journal/journal.ts';

/**
 * One run of the core process inside a world that goes on without it. Everything the core can touch is handed to it through its life; when
 * that is over nothing it still does has an effect: its timers never fire, its bytes and messages go nowhere, its journal takes nothing.
 * That is what `kill -9` is: what was committed stays, what was sent was sent, the rest never happened.
 */
export interface CoreLife {
  readonly clock: Clock;
  readonly isOver: boolean;
  transport(line: Transport): Transport;
  hostLine(line: HostLine): HostLine;
  journal(journal: Journal): Journal;
  /** Dies at the `commitsLeft`-th commit from now (1: the next): just before it is durable, or just after. */
  dieAtCommit(plan: { readonly commitsLeft: number; readonly when: 'before' | 'after' }): void;
  /** Dies now. */
  end(): void;
}

const DEAD = { code: 'JNL_UNWRITABLE', detail: 'this life of the core is over' } as const;

/** @param clock of the world, which outlives the core */
export function createCoreLife(clock: Clock): CoreLife {
  const state = { isOver: false, plan: null as { commitsLeft: number; readonly when: 'before' | 'after' } | null };
  const timers = new Set<TimerHandle>();
  const never = new Promise<never>(() => {});

  const commit = (journal: Journal): Journal['commit'] => (batch) => {
    if (state.isOver) return err(DEAD);
    const isLast = state.plan !== null && --state.plan.commitsLeft <= 0;
    if (!isLast) return journal.commit(batch);
    if (state.plan?.when === 'after') journal.commit(batch);
    end();
    return err(DEAD);
  };

  const end = (): void => {
    state.isOver = true;
    for (const timer of timers) clock.clearTimeout(timer);
    timers.clear();
  };

  return {
    get isOver() {
      return state.isOver;
    },
    clock: {
      nowUtcMs: () => clock.nowUtcMs(),
      monotonicMs: () => clock.monotonicMs(),
      setTimeout: (callback, delayMs) => {
        if (state.isOver) return null;
        const timer = clock.setTimeout(() => {
          timers.delete(timer);
          callback();
        }, delayMs);
        timers.add(timer);
        return timer;
      },
      clearTimeout: (timer) => {
        timers.delete(timer);
        clock.clearTimeout(timer);
      },
    },
    transport: (line) => ({
      name: line.name,
      open: () => (state.isOver ? never : line.open()),
      write: (bytes) => !state.isOver && line.write(bytes),
      close: () => (state.isOver ? Promise.resolve() : line.close()),
      onData: (listener) => line.onData((chunk) => void (state.isOver || listener(chunk))),
      onClosed: (listener) => line.onClosed((detail) => void (state.isOver || listener(detail))),
    }),
    hostLine: (line) => ({
      exchange: async (request) => {
        if (state.isOver) return never;
        const reply = await line.exchange(request);
        return state.isOver ? never : reply;
      },
      close: () => line.close(),
    }),
    // Reading stays possible, so that what is left of the core can run out; the next life opens the same file.
    journal: (journal) => ({ ...journal, commit: commit(journal), probe: () => (state.isOver ? err(DEAD) : journal.probe()) }),
    dieAtCommit: (plan) => {
      state.plan = { ...plan };
    },
    end,
  };
}
