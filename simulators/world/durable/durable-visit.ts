import { statSync } from 'node:fs';
import type { JournalBatch } from '../../../main/journal/journal.ts';
import type { SamplePki } from '../../bank-host/pki.ts';
import { createCoreLife, type CoreLife } from '../core-life.ts';
import type { CrashOperation } from '../crash/crash-cells.ts';
import { PlainCustomer, type PlainVisit } from '../crash/plain-customer.ts';
import { WORLD_START_UTC_MS } from '../simulated-world.ts';
import { isAtRest, isDrained, newestCode } from '../terminal-signs.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { createVirtualTerminal, type VirtualTerminal } from '../virtual-terminal.ts';

export interface DurableVisitsOptions {
  readonly operation: CrashOperation;
  readonly visit?: PlainVisit;
  readonly visitCount: number;
  readonly pki: SamplePki;
  /** Of a journal that is not there yet. */
  readonly journalPath: string;
}

/** What the journal of one virtual terminal was given, each batch one transaction and one sync. */
export interface DurableVisits {
  /** Start of the terminal, up to the first customer. */
  readonly boot: readonly JournalBatch[];
  /** From the first touch until the bank has everything. */
  readonly visits: readonly { readonly batches: readonly JournalBatch[]; readonly entryCount: number; readonly fileBytes: number }[];
}

const BOOT_LIMIT_MS = 5 * 60_000;
const VISIT_LIMIT_MS = 10 * 60_000;
const SETTLE_MS = 5_000;
const STEP_MS = 700;

/**
 * Plays one plain visit again and again on a virtual terminal and keeps what its journal makes durable. The bank answers, nothing fails.
 * @throws Error  a visit that does not end: its figures would be of something else
 */
export async function playDurableVisits(options: DurableVisitsOptions): Promise<DurableVisits> {
  const { operation, pki, journalPath, visitCount } = options;
  const clock = createVirtualClock({ startUtcMs: WORLD_START_UTC_MS });
  const batches: JournalBatch[] = [];
  const life = watchedLife(createCoreLife(clock), batches);
  const virtual = createVirtualTerminal({ clock, seed: 1, pki, journalPath, life });
  const { surroundings, terminal } = virtual;
  const until = async (isDone: () => boolean, limitMs: number, what: string) => {
    if (!(await clock.runUntil(isDone, limitMs))) throw new Error(`${operation}: no ${what}`);
  };
  try {
    terminal.start();
    await until(() => terminal.isReady() && terminal.desk.model.screen === 'attract' && terminal.desk.model.data.operations.every((tile) => tile.available), BOOT_LIMIT_MS, 'service');
    await clock.advance(SETTLE_MS);
    const boot = batches.splice(0);
    const visits = [];
    for (let visit = 0; visit < visitCount; visit += 1) {
      const before = { entryNumber: lastEntryNumber(virtual), bytes: statSync(journalPath).size };
      const customer = new PlainCustomer(operation, (phone) => newestCode(surroundings.bank, phone), options.visit);
      const endMs = clock.monotonicMs() + VISIT_LIMIT_MS;
      for (let hasBegun = false; !hasBegun || !isAtRest(terminal.desk.model); await clock.advance(STEP_MS)) {
        hasBegun ||= !isAtRest(terminal.desk.model);
        if (clock.monotonicMs() > endMs) throw new Error(`${operation}: stuck on ${terminal.desk.model.screen}`);
        customer.act(virtual);
      }
      await until(() => isDrained(virtual.journal()), VISIT_LIMIT_MS, 'end of the queue');
      await clock.advance(SETTLE_MS);
      visits.push({ batches: batches.splice(0), entryCount: lastEntryNumber(virtual) - before.entryNumber, fileBytes: statSync(journalPath).size - before.bytes });
    }
    return { boot, visits };
  } finally {
    const journal = virtual.journal();
    life.end();
    await clock.advance(0);
    journal?.close();
    surroundings.bank.database.close();
  }
}

function watchedLife(life: CoreLife, batches: JournalBatch[]): CoreLife {
  return {
    ...life,
    get isOver() {
      return life.isOver;
    },
    journal: (journal) => {
      const lived = life.journal(journal);
      return {
        ...lived,
        commit: (batch) => {
          batches.push(batch);
          return lived.commit(batch);
        },
      };
    },
  };
}

const lastEntryNumber = (virtual: VirtualTerminal): number => virtual.journal()?.entries({ limit: 1, newestFirst: true })[0]?.entryNumber ?? 0;
