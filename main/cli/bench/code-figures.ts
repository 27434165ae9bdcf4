import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame, FrameReader } from '../../../drivers/cash-acceptor/ccnet/frames.ts';
import { systemClock } from '../../system/system-clock.ts';
import { cryptoRandom } from '../../system/crypto-random.ts';
import { atLeast, atMost, told, type Figure } from './figure.ts';

const CCNET_AIM_MB_PER_SECOND = 50;
const CCNET_RUN_MS = 500;
const CHUNK_BYTES = 4096;
const JOURNAL_SLOWER_AIM = 1.5;
/** Mixed as on a line: short polls and answers, and now and then a bill table. [ccnet §9] */
const SHORT_FRAMES_PER_TABLE = 30;
const TABLE_BYTES = 120;

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

/** Bytes to frames; the best of three runs, the first warms up. */
export function ccnetFigures(): readonly Figure[] {
  const shortFrames = Array.from({ length: SHORT_FRAMES_PER_TABLE }, (_, index) => encodeFrame(3, index % 3 === 0 ? Uint8Array.of(0x33) : index % 3 === 1 ? Uint8Array.of(0x80, index % 24) : Uint8Array.of(0)));
  const stream = Buffer.concat(Array.from({ length: 40 }, () => [...shortFrames, encodeFrame(3, new Uint8Array(TABLE_BYTES).map((_, index) => index))]).flat());
  const runs = Array.from({ length: 4 }, () => {
    const startedMs = performance.now();
    let byteCount = 0;
    while (performance.now() - startedMs < CCNET_RUN_MS) {
      const reader = new FrameReader();
      for (let offset = 0; offset < stream.length; offset += CHUNK_BYTES) reader.push(stream.subarray(offset, offset + CHUNK_BYTES));
      byteCount += stream.length;
    }
    return byteCount / (performance.now() - startedMs) / 1000;
  });
  return [atLeast(CCNET_AIM_MB_PER_SECOND, { name: 'ccnet: bytes to frames', unit: 'MB/s', note: 'polls, answers and bill tables' }, Math.max(...runs.slice(1)))];
}
