import { copyFileSync, existsSync } from 'node:fs';
import { FINAL_MESSAGE_STATES, MESSAGE_STATES } from '../../../main/contracts/message-state.ts';
import { adoptPolicy } from '../../../main/core/keeping/adopt-policy.ts';
import type { PolicySource } from '../../../main/core/keeping/journal-keeper.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { openJournal } from '../../../main/journal/open-journal.ts';
import type { JournalKeys } from '../../../main/journal/protection.ts';
import type { JournalSealer } from '../../../main/journal/seal.ts';
import { finishPurge } from '../../../main/journal/purge-run.ts';
import { seededRandom } from '../seeded-random.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import type { Finding } from './findings.ts';

export interface AgedParts {
  /** Of the journal that nobody writes any more; the aged one is put beside it. */
  readonly journalPath: string;
  readonly terminal: { readonly number: string; readonly terminalId: string };
  readonly keys: JournalKeys;
  readonly policy: PolicySource;
  /** What is sealed at once stands in no journal unsealed, in this one neither. */
  readonly sealer: JournalSealer;
  /** When it was closed. */
  readonly endUtcMs: number;
}

/** Beyond what the law has kept of money. */
const YEARS_MS = 6 * 365 * 86_400_000;
const ROWS_MAX = 10_000;

/** Six years later the bank's policy lets go of nearly everything: the chain verifies, the books are what it still tells, and nothing that is open, waits or lies in a unit is gone. */
export async function checkAged(parts: AgedParts): Promise<readonly Finding[]> {
  const path = `${parts.journalPath}.aged`;
  for (const suffix of ['', '-wal']) if (existsSync(`${parts.journalPath}${suffix}`)) copyFileSync(`${parts.journalPath}${suffix}`, `${path}${suffix}`);
  const clock = createVirtualClock({ startUtcMs: parts.endUtcMs });
  const opened = openJournal({ path, clock, random: seededRandom(0), log: silentLog, terminalNumber: parts.terminal.number, bootId: 'aged', durability: 'memory', keys: parts.keys, sealer: parts.sealer });
  if (!opened.ok) return [found(`not opened: ${opened.error.code} ${opened.error.detail}`)];
  const journal = opened.value;
  try {
    const before = unsettled(journal);
    journal.nowUtcMs(); // it was on all the time: else it would not believe its clock
    await clock.advance(YEARS_MS);
    const day = new Date(clock.nowUtcMs()).toISOString().slice(0, 10);
    const upToEntryNumber = journal.entries({ limit: 1, newestFirst: true })[0]?.entryNumber ?? 0;
    journal.commit({ entries: [entry('businessDay.began', { day, previous: null }), entry('seal.held', { upToEntryNumber, hostRef: 'H0' })] });
    return [...purge(journal, parts), ...checkKept(before, unsettled(journal)), ...checkWhole(journal)];
  } finally {
    journal.close();
  }
}

function purge(journal: Journal, { policy, terminal }: AgedParts): readonly Finding[] {
  const offered = policy();
  if (offered?.ok !== true) return [found('the policy of this world cannot be read')];
  const adopted = adoptPolicy(journal, offered.value, terminal.terminalId);
  if (!adopted.ok) return [found(`the policy was not taken: ${adopted.error}`)];
  const run = journal.beginPurge();
  const done = run === null ? null : finishPurge(run);
  if (done === null || !done.ok) return [found(`not purged: ${done === null ? 'no policy in force' : done.error.detail}`)];
  return done.value.purgedCount > 0 ? [] : [found('nothing was purged')];
}

type Unsettled = Readonly<Record<'units' | 'operations' | 'suspense' | 'messages' | 'devices', unknown>>;

function unsettled(journal: Journal): Unsettled {
  return {
    units: journal.cashUnits(),
    operations: journal.openOperationIds().map((operationId) => journal.operationEntries(operationId)),
    suspense: journal.suspense(),
    messages: journal.messages({ states: MESSAGE_STATES.filter((state) => !FINAL_MESSAGE_STATES.includes(state)), limit: ROWS_MAX }),
    devices: journal.deviceRecords(),
  };
}

function checkKept(before: Unsettled, after: Unsettled): readonly Finding[] {
  return (Object.keys(before) as (keyof Unsettled)[]).filter((what) => JSON.stringify(before[what]) !== JSON.stringify(after[what])).map((what) => found(`the purge changed ${what}`));
}

function checkWhole(journal: Journal): readonly Finding[] {
  const head = journal.verify();
  return [...(head.ok ? [] : [found(`${head.error.entryNumber}: ${head.error.detail}`)]), ...journal.compareBooks().map((problem) => found(JSON.stringify(problem)))];
}

const found = (detail: string): Finding => ({ rule: 'retention', detail });
