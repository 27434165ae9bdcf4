import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../main/system/system-clock.ts';
import type { CrashOperation } from '../crash/crash-cells.ts';
import type { PlainVisit } from '../crash/plain-customer.ts';
import { wordsOfBatch } from '../crash/watched-life.ts';
import { repeatablePki } from '../repeatable-keys.ts';
import { WORLD_START_UTC_MS } from '../simulated-world.ts';
import { replayDurably } from './durable-replay.ts';
import { playDurableVisits, type DurableVisits } from './durable-visit.ts';

/** Run by `npm run bench`: what the operations cost the journal, counted on the production core in virtual time; then the same commits on this disk. Prints one JSON object. */
const NOTE_MINOR = 200_000;
const CASES: readonly { readonly name: string; readonly operation: CrashOperation; readonly visit: PlainVisit }[] = [
  { name: 'op-01, 1 note', operation: 'op-01', visit: { notesMinor: [NOTE_MINOR] } },
  { name: 'op-01, 3 notes', operation: 'op-01', visit: { notesMinor: [NOTE_MINOR, NOTE_MINOR, NOTE_MINOR] } },
  { name: 'op-05, 2 notes', operation: 'op-05', visit: { notesMinor: [NOTE_MINOR, NOTE_MINOR] } },
  { name: 'op-10, 1 command', operation: 'op-10', visit: { withdrawnMinor: 1_000_000 } },
  { name: 'op-10, 3 commands', operation: 'op-10', visit: {} },
];
const VISIT_COUNT = 6;
/** The money of a withdrawal: from the question for the authorisation to the message that completes it. */
const MONEY_WORDS = /cash\.withdraw|authorisation|dispense|present|take|withdrawal/;

const folder = mkdtempSync(join(tmpdir(), 'qolma-durable-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const pki = repeatablePki(WORLD_START_UTC_MS);
const cases = [];
let replayed: DurableVisits | undefined;
for (const [index, { name, operation, visit }] of CASES.entries()) {
  const caseFolder = join(folder, String(index));
  mkdirSync(caseFolder);
  const played = await playDurableVisits({ operation, visit, visitCount: VISIT_COUNT, pki, journalPath: join(caseFolder, 'journal.sqlite') });
  // The first visits make the first pages of tables and indices.
  const counted = played.visits.slice(1);
  const mean = (values: readonly number[]) => Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
  // A heartbeat may fall into any visit: the shortest has none.
  const steps = counted.map(({ batches }) => batches.map(wordsOfBatch)).reduce((shortest, one) => (one.length < shortest.length ? one : shortest));
  cases.push({
    name, operation, syncCount: steps.length, moneySyncCount: steps.filter((words) => MONEY_WORDS.test(words)).length,
    entryCount: mean(counted.map(({ entryCount }) => entryCount)), bytes: mean(counted.map(({ fileBytes }) => fileBytes)), steps,
  });
  replayed = played;
}
const clock = systemClock();
const replay = replayed === undefined ? null : replayDurably(replayed, join(folder, 'replay'), clock);
process.stdout.write(`${JSON.stringify({ cases, replay })}\n`);
process.exit(0);
