import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../main/foundation/clock.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { Journal, MessageDraft } from '../../../main/journal/journal.ts';
import { openJournal, type OpenJournalOptions } from '../../../main/journal/open-journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';

/** A clock that stands until it is set; the journal sets no timers. */
export interface StandingClock extends Clock {
  pass(ms: number): void;
  jump(ms: number): void;
}

export function standingClock(startUtcMs = Date.UTC(2026, 0, 1)): StandingClock {
  let [utcMs, monotonicMs] = [startUtcMs, 0];
  return {
    nowUtcMs: () => utcMs,
    monotonicMs: () => monotonicMs,
    setTimeout: () => undefined,
    clearTimeout: () => undefined,
    pass: (ms) => {
      [utcMs, monotonicMs] = [utcMs + ms, monotonicMs + ms];
    },
    jump: (ms) => {
      utcMs += ms;
    },
  };
}

export function makeFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'qolma-journal-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function journalOptions(folder: string, more: Partial<OpenJournalOptions> = {}): OpenJournalOptions {
  return { path: join(folder, 'journal.db'), clock: standingClock(), random: cryptoRandom(), log: silentLog, terminalNumber: '0427', bootId: 'boot-1', ...more };
}

export function mustOpen(options: OpenJournalOptions): Journal {
  const opened = openJournal(options);
  if (!opened.ok) throw new Error(`${opened.error.code} ${opened.error.detail}`);
  return opened.value;
}

export function memoryJournal(more: Partial<OpenJournalOptions> = {}): Journal {
  return mustOpen(journalOptions('.', { path: ':memory:', ...more }));
}

export function messageDraft(seq: number, more: Partial<MessageDraft> = {}): MessageDraft {
  return { messageId: `message-${seq}`, operation: 'cash.deposit', lane: 'mustDeliver', operationId: 'operation-1', sessionId: null, seq, state: 'staged', bytes: Buffer.from(`signed ${seq}`), digest: 'ab'.repeat(32), ...more };
}
