import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../contracts/config.ts';
import { exchangeText, openExchanges } from '../../core/cash/open-exchanges.ts';
import { countsText, standingDifferences } from '../../core/cash/unit-counts.ts';
import { checkNames } from '../../core/process/check-names.ts';
import { JOURNAL_FILE } from '../../core/process/data-files.ts';
import { checkLineKey, journalKeyPath, loadJournalSealer } from '../../core/process/journal-secrets.ts';
import type { ErrorCode } from '../../foundation/error-catalogue.ts';
import { ERROR_CATALOGUE } from '../../foundation/error-catalogue.ts';
import { readDamage } from '../../journal/distrust.ts';
import { isLockHeld, readMarker } from '../../journal/file-guards.ts';
import type { JournalError } from '../../journal/journal.ts';
import { copiedUpTo } from '../../journal/mirror-place.ts';
import type { ReadableJournal } from '../../journal/open-journal.ts';
import { openJournalForReading } from '../../journal/open-journal.ts';
import { createJournalKeys } from '../../journal/protection.ts';
import { writeProblem } from '../../journal/sqlite-errors.ts';
import { CLOCK_DOUBT_MS, OFF_MS_MAX } from '../../journal/time-stamp.ts';
import { cryptoRandom } from '../../system/crypto-random.ts';
import { readJournalKeyFile } from '../../system/journal-key-file.ts';
import { good, note, wrong, type Check } from './check.ts';

/** A running core copies several times a second; a stopped one leaves little behind. */
const MIRROR_LAG_MAX = 1000;

/** Each guard of the journal, asked without changing anything: the same codes and remedies as in service mode. */
export function journalChecks(config: Config, nowUtcMs: number, isCoreRunning: boolean): readonly Check[] {
  const path = join(config.storage.dataFolder, JOURNAL_FILE);
  const lock = !isCoreRunning && isLockHeld(path) ? [coded('core of the journal', { code: 'JNL_HELD', detail: 'a core that does not answer in the run folder writes this journal' })] : [];
  if (!existsSync(path)) {
    if (readMarker(path) === undefined) return [...lock, good('journal', 'none yet: the first start makes it')];
    return [...lock, coded('journal', { code: 'JNL_MISSING', detail: 'gone, but this terminal was in service' })];
  }
  return [...lock, ...rightsCheck(path), ...fileChecks(config, path, nowUtcMs)];
}

function coded(check: string, { code, detail }: { readonly code: ErrorCode; readonly detail: string }): Check {
  return wrong(check, `${code}: ${detail}`, ERROR_CATALOGUE[code].operator);
}

function rightsCheck(path: string): readonly Check[] {
  const problem = writeProblem(path);
  return problem === undefined ? [] : [coded('journal folder', problem)];
}

function fileChecks(config: Config, path: string, nowUtcMs: number): readonly Check[] {
  const damage = readDamage(path);
  if (damage !== undefined) return [coded('journal', damage)];
  const opened = openJournalForReading(path);
  if (!opened.ok) return [coded('journal', opened.error)];
  const journal = opened.value;
  try {
    const tail = journal.verifyTail();
    if (!tail.ok) return [coded('journal', { code: 'JNL_CORRUPT', detail: `entry ${tail.error.entryNumber}: ${tail.error.detail}` })];
    const parkedCount = journal.messages({ states: ['parked'], limit: 100 }).length;
    const suspenseCount = journal.suspense({ state: 'open' }).length;
    return [
      journal.terminalNumber === config.terminal.number ? good('journal', `${tail.value.entryCount} entries, the end of the chain is sound`) : coded('journal', { code: 'JNL_FOREIGN', detail: 'it belongs to a terminal of another number' }),
      keyCheck(config, path),
      clockCheck(journal, nowUtcMs),
      mirrorCheck(config, journal),
      ...exchangeChecks(journal),
      ...countChecks(journal),
      parkedCount === 0 ? good('messages', 'none parked') : note('messages', `${parkedCount} parked`, '`qolma queue list` shows them; ask the bank, then retry'),
      suspenseCount === 0 ? good('suspense', 'none open') : note('suspense', `${suspenseCount} open`, 'settle at the next collection'),
    ];
  } finally {
    journal.close();
  }
}

/** How far the second copy is behind, from its files: also without a running core. */
function mirrorCheck(config: Config, journal: ReadableJournal): Check {
  const { journalMirrorFolder } = config.storage;
  if (journalMirrorFolder === undefined) return note('second copy', 'not configured', 'storage.journalMirrorFolder on another medium');
  const copy = copiedUpTo(journalMirrorFolder, journal.database);
  if (typeof copy === 'string') return wrong('second copy', copy, 'put the medium back: the core catches up by itself');
  const lag = `${copy.lagEntryCount} entries behind`;
  return copy.lagEntryCount <= MIRROR_LAG_MAX ? good('second copy', lag) : wrong('second copy', lag, 'is the core running, the medium there and not full?');
}

/** Field keys, sealing key, the key of the line and the names under which it speaks, against what the journal has met. */
function keyCheck(config: Config, path: string): Check {
  const problem = keyProblem(config, path);
  return problem === undefined ? good('keys of the journal', 'data, sealing and line key are of this journal, and what waits bears the names of the configuration') : coded('keys of the journal', problem);
}

function exchangeChecks(journal: ReadableJournal): readonly Check[] {
  const open = openExchanges(journal);
  if (open.length === 0) return [good('cash units', 'closed')];
  return open.map((exchange) => note('cash units', `${exchange.code}: opened by ${exchangeText(exchange)}`, ERROR_CATALOGUE[exchange.code].operator));
}

function countChecks(journal: ReadableJournal): readonly Check[] {
  const different = standingDifferences(journal);
  if (different.length === 0) return [good('counts of devices', 'as the journal counts')];
  return different.map((one) => note('counts of devices', `TRM_COUNTS_DIFFER: ${countsText(one)}`, ERROR_CATALOGUE.TRM_COUNTS_DIFFER.operator));
}

function keyProblem(config: Config, path: string): JournalError | undefined {
  const content = readJournalKeyFile(journalKeyPath(config.storage));
  if (!content.ok) return content.error;
  const sealer = loadJournalSealer(config.host);
  if (!sealer.ok) return sealer.error;
  const opened = openJournalForReading(path, { keys: createJournalKeys(content.value, cryptoRandom()), sealer: sealer.value });
  if (!opened.ok) return opened.error;
  try {
    const journal = opened.value;
    return checkLineKey({ fact: (key) => journal.fact(key) }, config.host) ?? checkNames(journal, config.terminal);
  } finally {
    opened.value.close();
  }
}

function clockCheck(journal: ReadableJournal, nowUtcMs: number): Check {
  const newest = journal.entries({ newestFirst: true, limit: 1 })[0];
  const sinceMs = nowUtcMs - (newest?.atUtcMs ?? nowUtcMs);
  if (sinceMs < -CLOCK_DOUBT_MS) return coded('clock', { code: 'TRM_CLOCK_WRONG', detail: `${Math.round(-sinceMs / 1000)} s behind the newest entry of the journal` });
  if (sinceMs > OFF_MS_MAX) return coded('clock', { code: 'TRM_CLOCK_WRONG', detail: `${Math.round(sinceMs / 86_400_000)} days ahead of the newest entry of the journal` });
  return good('clock', 'fits the newest entry of the journal; the bank is asked by the core');
}
