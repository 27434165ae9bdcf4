import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../system/system-clock.ts';
import { cryptoRandom } from '../../system/crypto-random.ts';
import { atMost, told, type Figure } from './figure.ts';

const JOURNAL_SLOWER_AIM = 1.5;
const RECOVERY_AIM_MS = 5_000;

/** Durable commits against bare inserts on the disk of the temporary folder. */
export async function journalFigures(): Promise<readonly Figure[]> {
  const { benchJournal } = await import('../../journal/journal.bench.ts');
  const folder = mkdtempSync(join(tmpdir(), 'qolma-bench-journal-'));
  try {
    return benchJournal(folder, { clock: systemClock(), random: cryptoRandom() }).map(({ name, unit, value }) =>
      name === 'journal.slowerThanBare' ? atMost(JOURNAL_SLOWER_AIM, { name: 'journal: slower than a bare insert', unit }, value) : told({ name: name.replace('.', ': ').replace('bareInserts', 'bare inserts'), unit, note: 'durable, one a transaction' }, value),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function codecFigures(): Promise<readonly Figure[]> {
  const { benchCodec } = await import('../../host/iso20022/codec.bench.ts');
  return benchCodec().map(({ name, unit, value, aim }) => atMost(aim, { name, unit }, value));
}

export async function receiptFigures(): Promise<readonly Figure[]> {
  const { benchReceipt } = await import('../../receipt/receipt.bench.ts');
  return benchReceipt().map(({ name, unit, value, aim }) => atMost(aim, { name, unit }, value));
}

/** A start with a long queue: what stands between power and greeting. [host-messages §7.4] */
export async function recoveryFigures(): Promise<readonly Figure[]> {
  const { benchRecovery } = await import('../../core/recovery/recovery.bench.ts');
  const folder = mkdtempSync(join(tmpdir(), 'qolma-bench-recovery-'));
  try {
    return benchRecovery(folder, { clock: systemClock(), random: cryptoRandom() }).map(({ name, unit, value }) => atMost(RECOVERY_AIM_MS, { name, unit }, value));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
