import type { Transport } from '../../../drivers/transport/transport.ts';
import { err } from '../../../main/foundation/outcome.ts';
import type { Journal, JournalBatch } from '../../../main/journal/journal.ts';
import type { OpenedFrame } from '../../simulator.ts';
import type { CoreLife } from '../core-life.ts';
import type { Death } from './crash-cells.ts';
import type { CrashPoint } from './crash-plan.ts';
import { isAcknowledgement, isQuestion } from './device-commands.ts';
import type { PointCounter } from './point-counter.ts';

/** What the disk has when the core is gone. */
export interface DyingDisk {
  /** Called before a commit of which a power cut may leave a part. */
  markBarrier(): void;
  /** What the barrier's commit wrote is as a disk may leave it; `variant` tells one way from the next. */
  tear(variant: number): void;
  /** The log is whole; pages that a checkpoint was writing into the file are torn. */
  tearPages(): void;
}

export interface WatchedLifeOptions {
  readonly counter: PointCounter;
  readonly death: Death;
  readonly disk: DyingDisk;
  /** Its bytes move no money: one point for each thing that is written to it. */
  readonly paperLine: string;
  /** Its messages arrive whole or not at all; null: there is none. */
  readonly messageLine: string | null;
  /** What a frame says, where no two frames are alike; null: its bytes say it. */
  readonly opened: (line: string, frame: Uint8Array) => OpenedFrame | null;
  /** The acceptor holds an event back until it is acknowledged: only then an acknowledgement changes anything. */
  readonly hasUntoldEvent: () => boolean;
}

const OVER = { code: 'JNL_UNWRITABLE', detail: 'this life of the core is over' } as const;
/** Ways in which a power cut during one sync may leave the log: nothing of it, a mixture of sectors, the first part. */
export const TORN_VARIANTS = 3;
const COMMIT_POINTS: Readonly<Record<Death, readonly CrashPoint['at'][]>> = {
  kill: ['beforeCommit', 'afterCommit'],
  powerCut: ['beforeCommit', ...Array.from({ length: TORN_VARIANTS }, () => 'duringSync' as const), 'duringCheckpoint', 'afterCommit'],
  failedSync: ['syncLost', 'syncFound'],
};

/** A life of the core that ends at one point: a commit of its journal, a byte on the line of a device. Where the sync of the commit fails it ends later, by the core's own decision. */
export function watchLife(life: CoreLife, options: WatchedLifeOptions): CoreLife {
  return {
    clock: life.clock,
    get isOver() {
      return life.isOver;
    },
    hostLine: (line) => life.hostLine(line),
    dieAtCommit: (plan) => life.dieAtCommit(plan),
    failSync: (plan) => life.failSync(plan),
    end: () => life.end(),
    transport: (line) => watchLine(life, line, options),
    journal: (journal) => watchJournal(life, journal, options),
  };
}

function watchJournal(life: CoreLife, journal: Journal, { counter, death, disk }: WatchedLifeOptions): Journal {
  const lived = life.journal(journal);
  return {
    ...lived,
    commit: (batch) => {
      if (life.isOver || !counter.isArmed) return lived.commit(batch);
      const kinds = COMMIT_POINTS[death];
      const dying = counter.reach(kinds.length, (index) => ({ at: kinds[index]!, what: kinds[index] === 'duringSync' ? `${wordsOfBatch(batch)} (${index})` : wordsOfBatch(batch), isIdle: false, isBetween: false }));
      if (dying === -1) {
        const written = lived.commit(batch);
        counter.committed();
        return written;
      }
      const at = kinds[dying]!;
      if (at === 'syncLost' || at === 'syncFound') {
        life.failSync({ commitsLeft: 1, isFound: at === 'syncFound' });
        return lived.commit(batch);
      }
      if (at === 'duringSync') disk.markBarrier();
      // Who waits for the commit hears of it only where the sync has come back: nothing leaves for the bank before that.
      if (at !== 'afterCommit') life.end();
      if (at !== 'beforeCommit') {
        (at === 'afterCommit' ? lived : journal).commit(batch);
        counter.committed();
      }
      if (at === 'duringSync') disk.tear(dying);
      if (at === 'duringCheckpoint') disk.tearPages();
      life.end();
      return err(OVER);
    },
  };
}

/** Of a batch what tells it from others: kinds of entries, messages, states. */
export function wordsOfBatch(batch: JournalBatch): string {
  const words = [
    ...(batch.entries ?? []).map(({ kind }) => kind),
    ...(batch.messages ?? []).map(({ operation, lane }) => `${lane} ${operation}`),
    ...(batch.messageMoves ?? []).map(({ to }) => `message ${to}`),
    ...Object.keys(batch.facts ?? {}).map((key) => `fact ${key.replaceAll(/[0-9A-Z]{26}/g, '…')}`),
  ];
  return words.join(', ');
}

function watchLine(life: CoreLife, line: Transport, { counter, death, paperLine, messageLine, opened, hasUntoldEvent }: WatchedLifeOptions): Transport {
  const lived = life.transport(line);
  // A sync fails at a durable step; nothing happens at a byte.
  if (death === 'failedSync') return lived;
  const isPaper = line.name === paperLine;
  const endsOf = ({ length }: Uint8Array) => (isPaper ? [Math.ceil(length / 2)] : line.name === messageLine ? [1, length] : Array.from({ length }, (_, index) => index + 1));
  return {
    ...lived,
    write: (bytes) => {
      if (life.isOver || !counter.isArmed) return lived.write(bytes);
      const ends = endsOf(bytes);
      const said = opened(line.name, bytes);
      const what = said === null ? openWords(line.name, bytes) : `${line.name} ${said.words}`;
      const isIdle = said?.changesNothing ?? (isQuestion(bytes) || (isAcknowledgement(bytes) && !hasUntoldEvent()));
      const dying = counter.reach(ends.length, (index) => ({ at: 'sent', what: `${what}: ${ends[index]} of ${bytes.length}`, isIdle, isBetween: isBetween(index, ends.length) }));
      if (dying === -1) return lived.write(bytes);
      lived.write(bytes.slice(0, ends[dying]));
      life.end();
      return false;
    },
    onData: (listener) => lived.onData((chunk) => {
      if (life.isOver || !counter.isArmed || isPaper) return listener(chunk);
      const dying = counter.reach(chunk.length, (index) => ({ at: 'unheard', what: `${openWords(line.name, chunk)}: ${index} of ${chunk.length} heard`, isIdle: true, isBetween: isBetween(index, chunk.length) }));
      if (dying === -1) return listener(chunk);
      if (dying > 0) listener(chunk.slice(0, dying));
      life.end();
    }),
  };
}

/** Of a frame of `count` bytes, `index` from 0: neither the first nor the one in the middle nor the last. */
export function isBetween(index: number, count: number): boolean {
  return index !== 0 && index !== Math.floor(count / 2) && index !== count - 1;
}

const FRAME_BYTES_SHOWN_MAX = 24;

function openWords(name: string, bytes: Uint8Array): string {
  return `${name} ${Buffer.from(bytes.subarray(0, FRAME_BYTES_SHOWN_MAX)).toString('hex')}`;
}
