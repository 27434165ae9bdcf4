/**
 * A program for `guards.test.ts`: one journal of its own and a disk that fails for real under it. Prints what each step came to as one JSON array.
 * In a process of its own, because it changes what its file numbers and its user are.
 *
 * node failing-disk.ts <folder> sync | full | readOnly
 */
import { chmodSync, chownSync, closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { entry } from '../../../main/journal/journal.ts';
import { openJournal } from '../../../main/journal/open-journal.ts';
import { journalOptions, mustOpen } from './journal-fixture.ts';

const [folder = '', what = ''] = process.argv.slice(2);
const NOBODY = 65_534;
const room = { freeBytesMin: 4096, reserveBytes: 65_536 };
const steps: string[] = [];
const note = (result: { readonly ok: boolean; readonly error?: { readonly code: string } }) => steps.push(result.ok ? 'ok' : (result.error?.code ?? ''));
const act = (journal: ReturnType<typeof mustOpen>) => note(journal.commit({ entries: [entry('terminal.stopped', { reason: 'test' })] }));

/** Puts a device under the number by which SQLite knows its log. */
function exchange(suffix: string, device: string): void {
  const number = readdirSync('/proc/self/fd').map(Number).find((candidate) => {
    try {
      return readlinkSync(`/proc/self/fd/${candidate}`).endsWith(suffix);
    } catch {
      return false;
    }
  });
  if (number === undefined) throw new Error(`no open file ${suffix}`);
  closeSync(number);
  const others: number[] = [];
  for (let opened = openSync(device, 'r+'); opened !== number; opened = openSync(device, 'r+')) others.push(opened);
  others.forEach((other) => closeSync(other));
}

/** With a reserve, one entry in the file itself and an empty log, so that nothing is read from what is put in place of the log. */
function reopened(): ReturnType<typeof mustOpen> {
  const first = mustOpen(journalOptions(folder, { room }));
  note(first.probe());
  act(first);
  first.close();
  return mustOpen(journalOptions(folder, { room }));
}

/** Writes go through and the sync says "invalid": fsync of /dev/null. */
function sync(): void {
  const journal = reopened();
  exchange('journal.db-wal', '/dev/null');
  act(journal);
  act(journal);
  note(journal.probe());
  steps.push(String(journal.distrust()?.code), String(journal.entries({ limit: 99 }).length));
}

function full(): void {
  const journal = reopened();
  exchange('journal.db-wal', '/dev/full');
  act(journal);
  steps.push(readdirSync(folder).includes('journal.reserve') ? 'reserve kept' : 'reserve given up', String(journal.distrust()));
}

function readOnly(): void {
  if (process.getuid?.() === 0) {
    chownSync(folder, NOBODY, NOBODY);
    process.setegid?.(NOBODY);
    process.seteuid?.(NOBODY);
  }
  const journal = mustOpen(journalOptions(folder, { room }));
  act(journal);
  chmodSync(folder, 0o500);
  note(journal.probe());
  chmodSync(folder, 0o700);
  note(journal.probe());
  journal.close();
  chmodSync(folder, 0o500);
  note(openJournal(journalOptions(folder, { room })));
  chmodSync(folder, 0o700);
  note(openJournal(journalOptions(folder, { room })));
}

({ sync, full, readOnly })[what as 'sync' | 'full' | 'readOnly']();
process.stdout.write(JSON.stringify(steps));
