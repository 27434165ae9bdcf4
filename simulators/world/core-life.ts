import type { Transport } from '../../drivers/transport/transport.ts';
import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import { err } from '../../main/foundation/outcome.ts';
import type { HostLine } from '../../main/host/bank-host.ts';
import { Trust } from '../../main/journal/distrust.ts';
import type { EntryKind } from '../../main/journal/entry-kinds.ts';
import type { Journal, JournalBatch } from '../../main/journal/journal.ts';

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
  dieAtCommit(plan: CommitPlan & { readonly when: 'before' | 'after' }): void;
  /**
   * The sync of the `commitsLeft`-th commit fails: the core is told no, and nobody knows what the disk has. As in the field the connection is
   * not believed any more: each later commit is refused, until the process gives up and another one makes durable what it finds. `isFound` says
   * whether that has the commit whole.
   */
  failSync(plan: CommitPlan & { readonly isFound: boolean }): void;
  /** Dies now. */
  end(): void;
}

/** Which commit: of those with such an entry (of all), the `commitsLeft`-th from now. */
export interface CommitPlan {
  readonly commitsLeft: number;
  readonly of?: EntryKind;
}

type Countdown = CommitPlan & { commitsLeft: number };

/** Whether it is the commit that was meant; counts down to it. */
function reaches(countdown: Countdown | null, { entries = [] }: JournalBatch): boolean {
  if (countdown === null || (countdown.of !== undefined && !entries.some(({ kind }) => kind === countdown.of))) return false;
  countdown.commitsLeft -= 1;
  return countdown.commitsLeft <= 0;
}

const UNSYNCED = { code: 'JNL_DISK_FAILED', detail: 'the disk of this world did not sync' } as const;
const DEAD = { code: 'JNL_UNWRITABLE', detail: 'this life of the core is over' } as const;

export interface CoreLifeOptions {
  /** How far the terminal's own clock is off; the world's and the bank's are right. @default never */
  readonly wallOffsetMs?: () => number;
  /** When the computer was switched on that it runs on: its monotonic clock began then. @default with the world */
  readonly bootedAtMs?: number;
  /** Around a commit whose sync failed and that the log has all the same. @default nothing */
  readonly readBack?: (commit: () => void) => void;
}

/** @param clock of the world, which outlives the core */
export function createCoreLife(clock: Clock, options: CoreLifeOptions = {}): CoreLife {
  const { wallOffsetMs = () => 0, bootedAtMs = 0, readBack = (commit) => commit() } = options;
  const state = {
    isOver: false,
    plan: null as (Countdown & { readonly when: 'before' | 'after' }) | null,
    sync: null as (Countdown & { readonly isFound: boolean }) | null,
    /** Written and never synced: what the log may turn out to have. */
    unsynced: null as (() => void) | null,
  };
  const timers = new Set<TimerHandle>();
  const never = new Promise<never>(() => {});

  const commit = (journal: Journal, trust: Trust): Journal['commit'] => (batch) => {
    if (state.isOver) return err(DEAD);
    if (trust.error !== null) return err(trust.error);
    if (state.sync !== null && reaches(state.sync, batch)) {
      state.unsynced = state.sync.isFound ? () => void journal.commit(batch) : null;
      state.sync = null;
      trust.note(UNSYNCED);
      return err(UNSYNCED);
    }
    if (!reaches(state.plan, batch)) return journal.commit(batch);
    if (state.plan?.when === 'after') journal.commit(batch);
    state.plan = null;
    end();
    return err(DEAD);
  };

  const leaveUnsynced = (): void => {
    if (state.unsynced !== null) readBack(state.unsynced);
    state.unsynced = null;
  };

  /** What takes a while is not heard of by a core that died meanwhile. */
  const heard = async <Value>(ask: () => Promise<Value>): Promise<Value> => {
    if (state.isOver) return never;
    const value = await ask();
    return state.isOver ? never : value;
  };

  const end = (): void => {
    // Nobody in the dead core hears of it.
    state.isOver = true;
    leaveUnsynced();
    for (const timer of timers) clock.clearTimeout(timer);
    timers.clear();
  };

  return {
    get isOver() {
      return state.isOver;
    },
    clock: {
      nowUtcMs: () => clock.nowUtcMs() + wallOffsetMs(),
      monotonicMs: () => clock.monotonicMs() - bootedAtMs,
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
      open: () => heard(() => line.open()),
      write: (bytes) => !state.isOver && line.write(bytes),
      close: () => (state.isOver ? Promise.resolve() : heard(() => line.close())),
      onData: (listener) => line.onData((chunk) => void (state.isOver || listener(chunk))),
      onClosed: (listener) => line.onClosed((detail) => void (state.isOver || listener(detail))),
    }),
    hostLine: (line) => ({
      exchange: (request) => heard(() => line.exchange(request)),
      close: () => line.close(),
    }),
    // Reading stays possible, so that what is left of the core can run out; the next life opens the same file.
    journal: (journal) => {
      // In this connection; a core that could not begin opens another one.
      const trust = new Trust(':memory:');
      let isClosed = false;
      return {
        ...journal,
        commit: commit(journal, trust),
        probe: () => (state.isOver ? err(DEAD) : trust.error === null ? journal.probe() : err(trust.error)),
        distrust: () => trust.error ?? journal.distrust(),
        // A core that died while it ended may come to it after whoever cleared up behind it.
        close: () => {
          if (isClosed) return;
          isClosed = true;
          leaveUnsynced();
          journal.close();
        },
        onTrouble: (listener) => {
          const ends = [trust.onTrouble(listener), journal.onTrouble(listener)];
          return () => ends.forEach((end) => end());
        },
      };
    },
    dieAtCommit: (plan) => {
      state.plan = { ...plan };
    },
    failSync: (plan) => {
      state.sync = { ...plan };
    },
    end,
  };
}
