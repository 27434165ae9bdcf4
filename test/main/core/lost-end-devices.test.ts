/**
 * Goal: after a lost end no device is asked what came of an operation of before, for its newest word may be of one that came after; and what a line did not say because the core ends settles nothing. Method: the
 * recovery by itself, with a dispenser and a coin desk that note who asks.
 */
import { expect, it } from 'vitest';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { recover } from '../../../main/core/recovery/recover.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry } from '../../../main/journal/journal.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const ID = 'operation-1';
const SCOPE = { operationId: ID, sessionId: 'session-1' };

/** A withdrawal with an open order. @param readSensors  of the dispenser, asked last */
function started(knownLostCount: number | null, readSensors = () => {}) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const journal = memoryJournal({ clock });
  journal.commit({ entries: [entry('operation.chosen', { operation: 'op-10' }, SCOPE)] });
  journal.commit({ entries: [entry('intent.dispense', { cassetteNumber: 1, denominationMinor: 500_000, noteCount: 3 }, SCOPE)], facts: { 'dispenser.dispenseMark': 'mark' } });
  journal.commit({ entries: [entry('journal.restored', { entryCount: 3, lastAtUtcMs: 0, knownLostCount, stoppedBecause: null }), entry('terminal.started', { softwareVersion: 'v', bootId: 'b', configSha256: 'c' })] });
  const asked: string[] = [];
  const dispenser = {
    deviceId: 'dispenser', presenter: null, status: () => ({ state: 'ready' }), capabilities: { extraNoteCountMax: 0 },
    readSensors: async () => (readSensors(), { kind: 'completed', value: { isExitBlocked: false, isTransportBlocked: false } }),
    lastDispense: { resolve: async () => (asked.push('dispenser'), { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'x' } }) },
  };
  const parts = {
    journal, clock, log: silentLog, heldOutcomes: new HeldOutcomes({ journal, clock, log: silentLog }), recyclerDesk: null, config: { devices: { dispenser: {} } }, devices: { acceptor: null, dispenser, coinDispensers: [] },
    coinDesk: { resume: async (operationIds: readonly string[]) => void asked.push(...operationIds.map(() => 'coins')), settled: () => {} },
    gateway: { ask: async () => ({ kind: 'failed', failure: { code: 'HST_UNREACHABLE' } }) }, deliveries: { backlog: () => ({ messageCount: 0 }), wake: () => {} },
  } as unknown as CoreParts;
  return { parts, clock, journal, asked };
}

it.each([['nothing is lacking', 0, true], ['some entries are lacking', 3, false], ['nobody knows what is lacking', null, false]] as const)('where %s', async (_, knownLostCount, isAsked) => {
  const { parts, clock, journal, asked } = started(knownLostCount);
  await Promise.all([recover(parts, new AbortController().signal), clock.advance(120_000)]);
  // The bank is away: of what may have come after the loss it has to speak first.
  expect([asked, journal.openOperationIds()]).toEqual(isAsked ? [['coins', 'dispenser'], []] : [[], [ID]]);
});

it('where the core ends meanwhile, the next start settles it', async () => {
  const core = new AbortController();
  const { parts, clock, journal } = started(0, () => core.abort());
  const settled = journal.entries({ limit: 9 }).length;
  await Promise.all([recover(parts, core.signal), clock.advance(120_000)]);
  expect([journal.openOperationIds(), journal.entries({ limit: 9 }).length]).toEqual([[ID], settled]);
});
