import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { atMost, told, type Figure } from './figure.ts';

/** Worlds are simulators' knowledge: they run as a program of their own. */
const PROGRAM = join(import.meta.dirname, '..', '..', '..', 'simulators', 'world', 'durable', 'main.ts');
const TIMEOUT_MS = 300_000;
const TIMES_BARE_AIM = 1.25;
/** Intent before, outcome after: less would be a guess. [main/journal/COMMITS.md] */
const SYNCS_PER_NOTE_AIM = 2;
const SYNCS_OF_PAYING_AIM = 6;
const SYNCS_PER_FURTHER_COMMAND_AIM = 1;

const answer = z.object({
  cases: z.array(z.object({ name: z.string(), operation: z.string(), syncCount: z.number(), moneySyncCount: z.number(), entryCount: z.number(), bytes: z.number() })),
  replay: z.object({ commitCount: z.number(), commitsPerSecond: z.number(), barePerSecond: z.number(), timesBare: z.number() }),
});

/** What operations cost the journal: commits counted in virtual time, the same commits timed on the disk of the temporary folder. */
export async function durableFigures(): Promise<readonly Figure[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], { timeout: TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 });
  const { cases, replay } = answer.parse(JSON.parse(stdout));
  const of = (name: string) => {
    const found = cases.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no visit ${name}`);
    return found;
  };
  const [oneNote, threeNotes, oneCommand, threeCommands] = [of('op-01, 1 note'), of('op-01, 3 notes'), of('op-10, 1 command'), of('op-10, 3 commands')];
  return [
    atMost(SYNCS_PER_NOTE_AIM, { name: 'durable: syncs a cash-in note', unit: '', note: 'intent.stack before it moves, outcome.stack after' }, (threeNotes.syncCount - oneNote.syncCount) / 2),
    atMost(SYNCS_OF_PAYING_AIM, { name: 'durable: syncs of paying out', unit: '', note: 'one dispense command, from the request for the authorisation to the completion that is queued' }, oneCommand.moneySyncCount),
    atMost(SYNCS_PER_FURTHER_COMMAND_AIM, { name: 'durable: syncs a further dispense command', unit: '', note: 'its intent with the outcome before' }, (threeCommands.moneySyncCount - oneCommand.moneySyncCount) / 2),
    ...cases.flatMap(({ name, syncCount, entryCount, bytes }) => [
      told({ name: `durable: syncs of a visit, ${name}`, unit: '', note: 'first touch to the last word of the bank, receipt printed' }, syncCount),
      told({ name: `durable: bytes of a visit, ${name}`, unit: 'B', note: `${entryCount} entries, signed messages and answers, all indices` }, bytes),
    ]),
    told({ name: 'durable: commits of whole withdrawals', unit: '1/s', note: `${replay.commitCount} commits on this disk` }, replay.commitsPerSecond),
    told({ name: 'durable: bare SQLite, as many syncs and bytes', unit: '1/s' }, replay.barePerSecond),
    atMost(TIMES_BARE_AIM, { name: 'durable: slower than bare SQLite', unit: '×', note: 'median commit of whole withdrawals' }, replay.timesBare),
  ];
}
