import { scryptSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import { JOURNAL_FILE } from '../../../main/core/process/data-files.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { openJournal } from '../../../main/journal/open-journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import type { StaffLevel } from '../../../state-machines/service/service.types.ts';
import { createSamplePki } from '../../../simulators/bank-host/pki.ts';
import { sampleConfig } from '../../../simulators/terminal/sample-config.ts';
import { standingClock } from '../journal/journal-fixture.ts';

export const START_UTC_MS = Date.UTC(2026, 0, 1);

/** The files of a terminal whose core holds the journal. */
export interface CliTerminal {
  readonly data: string;
  readonly configFile: string;
  /** The core's; closed by `stopCore`. */
  readonly core: Journal;
  stopCore(): void;
  remove(): void;
}

/** Two entries of operations, one of a session, and a parked message. */
export function createCliTerminal(): CliTerminal {
  const data = mkdtempSync(join(tmpdir(), 'qolma-journal-'));
  const configFile = join(data, 'terminal.json');
  writeFileSync(configFile, JSON.stringify(sampleConfig({ runFolder: data, dataFolder: data, bankPort: 1 })));
  createSamplePki(join(data, RUN_FILES.pki), { nowUtcMs: START_UTC_MS, random: cryptoRandom() });
  const opened = openJournal({ path: join(data, JOURNAL_FILE), clock: standingClock(START_UTC_MS), random: cryptoRandom(), log: silentLog, terminalNumber: '0427', bootId: 'test' });
  if (!opened.ok) throw new Error(opened.error.detail);
  const core = opened.value;
  const written = core.commit({
    entries: [entry('session.started', { language: 'kk' }, { sessionId: 'S1' }), entry('operation.chosen', { operation: 'OP-01' }, { sessionId: 'S1', operationId: 'O1' }), entry('operation.chosen', { operation: 'OP-10' }, { sessionId: 'S2', operationId: 'O2' })],
    messages: [{ messageId: 'M1', operation: 'cash.deposit', lane: 'mustDeliver', operationId: 'O1', sessionId: 'S1', seq: core.peekSeq(), state: 'parked', bytes: Uint8Array.of(1), digest: '00' }],
  });
  if (!written.ok) throw new Error(written.error.detail);
  let isHeld = true;
  const stopCore = () => {
    if (isHeld) core.close();
    isHeld = false;
  };
  return { data, configFile, core, stopCore, remove: () => (stopCore(), rmSync(data, { recursive: true })) };
}

/** As the bank gave it just now. */
export function staffAccount(login: string, password: string, level: StaffLevel = 'technician') {
  const salt = Buffer.from(`salt of ${login}...`.slice(0, 16));
  return { login, name: login, level, verifier: { saltBase64: salt.toString('base64'), hashBase64: scryptSync(password, salt, 32).toString('base64') }, mustChangePassword: false, passwordChangedAtUtcMs: Date.now(), previousVerifiers: [], isLocked: false };
}

export function giveStaff(core: Journal, accounts: readonly ReturnType<typeof staffAccount>[]): void {
  const written = core.commit({ facts: { staff: JSON.stringify({ syncedAtUtcMs: Date.now(), accounts, wrong: {} }) } });
  if (!written.ok) throw new Error(written.error.detail);
}
