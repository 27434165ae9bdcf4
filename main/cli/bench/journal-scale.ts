import { execFileSync } from 'node:child_process';
import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { silentLog } from '../../foundation/log.ts';
import { writeBenchHistory, type WrittenHistory } from '../../journal/bench-history.ts';
import { compareBooks } from '../../journal/rebuild.ts';
import { openJournal, openJournalForReading } from '../../journal/open-journal.ts';
import { createJournalKeys } from '../../journal/protection.ts';
import { searchOperations, type OperationQuery } from '../../journal/search.ts';
import { verifyChainParallel } from '../../journal/verify-parallel.ts';
import { systemClock } from '../../system/system-clock.ts';
import { cryptoRandom } from '../../system/crypto-random.ts';
import { textTable } from '../text-table.ts';
import { atLeast, atMost, percentile, told, type Figure } from './figure.ts';

/** `npm run bench:journal`: ten years of a journal made, opened, searched, walked. */
const USAGE = `usage: npm run bench:journal -- [--entries 20000000] [--folder <folder>] [--keep] [--books] [--json]
Makes a journal of so many entries (20 million: some 7 GB and ten minutes), measures, and deletes it unless --keep. --books compares all books too (long).
`;
const SEARCHES = 50;
const SEARCH_AIM_MS = 100;
const VERIFY_AIM_PER_SECOND = 200_000;
const OPEN_AIM_MS = 150;

const { values } = parseArgs({ options: { entries: { type: 'string', default: '20000000' }, folder: { type: 'string' }, keep: { type: 'boolean', default: false }, books: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } });
const entryCount = Number(values.entries);
if (values.help || !Number.isSafeInteger(entryCount) || entryCount < 1000) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 1);
}
const folder = values.folder === undefined ? mkdtempSync(join(tmpdir(), 'qolma-bench-')) : resolve(values.folder);
mkdirSync(folder, { recursive: true });
const path = join(folder, 'journal.sqlite');
const random = cryptoRandom();
const keys = createJournalKeys({ current: 'bench', keys: { bench: random.bytes(32) }, indexKey: random.bytes(32) }, random);
const sealing = sampleSealing();
const figures: Figure[] = [];
try {
  const history = make();
  open();
  search(history);
  await verify();
  if (values.books) books();
  report();
} finally {
  if (!values.keep) rmSync(folder, { recursive: true, force: true });
}

function make(): WrittenHistory {
  const startedMs = performance.now();
  const history = writeBenchHistory({
    path, entryCount, random, keys,
    sealer: { keyId: 'bench', certificate: sealing.certificate, sign: (bytes) => sign('sha256', bytes, { key: sealing.key, dsaEncoding: 'ieee-p1363' }) },
    onProgress: (written) => void process.stderr.write(`\r${written} entries`),
  });
  process.stderr.write('\n');
  figures.push(told({ name: 'history: made in', unit: 's', note: `${entryCount} entries, ${history.operationCount} operations` }, (performance.now() - startedMs) / 1000));
  figures.push(told({ name: 'history: file', unit: 'GB', note: 'with all indices and short payloads' }, statSync(path).size / 1e9));
  figures.push(told({ name: 'history: bytes an operation', unit: 'B', note: 'without the length of signed messages' }, statSync(path).size / history.operationCount));
  return history;
}

/** A start believes only seals whose key has a certificate. Sample keys are the simulators' knowledge: a program of their own makes them. */
function sampleSealing() {
  const pki = join(folder, 'pki');
  execFileSync(process.execPath, [join(import.meta.dirname, '..', '..', '..', 'simulators', 'bank-host', 'keys', 'main.ts'), pki]);
  const read = (file: string) => readFileSync(join(pki, file));
  const { raw: certificate, publicKey } = new X509Certificate(read('terminal-sign.pem'));
  return { certificate, publicKey, key: createPrivateKey(read('terminal-sign.key')) };
}

function open(): void {
  const openMs = Array.from({ length: 5 }, () => {
    const startedMs = performance.now();
    const opened = openJournal({ path, clock: systemClock(), random, log: silentLog, terminalNumber: '0427', bootId: 'bench' });
    if (!opened.ok) throw new Error(opened.error.detail);
    const tookMs = performance.now() - startedMs;
    opened.value.close();
    return tookMs;
  });
  figures.push(told({ name: 'open: first', unit: 'ms', note: 'pages as they lie' }, openMs[0]!), atMost(OPEN_AIM_MS, { name: 'open: median', unit: 'ms', note: 'the tail of the chain is walked' }, percentile(openMs, 0.5)));
}

function search(history: WrittenHistory): void {
  const reader = openJournalForReading(path);
  if (!reader.ok) throw new Error(reader.error.detail);
  const amountMinor = 50_000 * 200;
  const at = (share: number) => Date.UTC(2016, 0, 1) + share * (history.lastUtcMs - Date.UTC(2016, 0, 1));
  const questions: readonly (readonly [string, (share: number) => Omit<OperationQuery, 'limit'>])[] = [
    ['time (an hour)', (share) => ({ fromUtcMs: at(share), toUtcMs: at(share) + 3_600_000 })],
    ['receipt number', (share) => ({ receiptNumber: `0427-${String(Math.ceil(share * history.operationCount)).padStart(6, '0')}` })],
    ['masked phone', (share) => ({ lastFour: String(Math.floor(share * 10_000)).padStart(4, '0') })],
    ['phone in full', () => ({ secret: { kind: 'phone', value: history.phone } })],
    ['amount', () => ({ amountMinor: { min: amountMinor, max: amountMinor } })],
    ['amount on a day', (share) => ({ amountMinor: { min: amountMinor, max: amountMinor }, fromUtcMs: at(share), toUtcMs: at(share) + 86_400_000 })],
    ['amounts from to, a month', (share) => ({ amountMinor: { min: amountMinor, max: amountMinor * 2 }, fromUtcMs: at(share), toUtcMs: at(share) + 30 * 86_400_000 })],
  ];
  for (const [name, ask] of questions) {
    let foundCount = 0;
    const tookMs = Array.from({ length: SEARCHES }, (_, index) => {
      const startedMs = performance.now();
      const answer = searchOperations(reader.value.database, keys, { ...ask((index + 0.5) / SEARCHES), limit: 50 });
      if (!answer.ok) throw new Error(answer.error.detail);
      foundCount += answer.value.operations.length;
      return performance.now() - startedMs;
    });
    figures.push(atMost(SEARCH_AIM_MS, { name: `search: ${name}`, unit: 'ms', note: `slowest of ${SEARCHES}; median ${percentile(tookMs, 0.5).toPrecision(2)} ms, ${(foundCount / SEARCHES).toFixed(1)} found` }, Math.max(...tookMs)));
  }
  reader.value.close();
}

async function verify(): Promise<void> {
  const threadCount = cpus().length;
  for (const withPayloads of [false, true]) {
    const [startedMs, startedCpu] = [performance.now(), process.cpuUsage()];
    const verdict = await verifyChainParallel(path, { threadCount, withPayloads, trustedKeysPem: { bench: sealing.publicKey.export({ type: 'spki', format: 'pem' }).toString() } });
    if (!verdict.ok) throw new Error(`entry ${verdict.error.entryNumber}: ${verdict.error.detail}`);
    const { user, system } = process.cpuUsage(startedCpu);
    const perSecond = (entryCount * 1000) / (performance.now() - startedMs);
    figures.push(atLeast(VERIFY_AIM_PER_SECOND, { name: `verify: chain${withPayloads ? ' and payloads' : ''}`, unit: '1/s', note: `${threadCount} threads, ${verdict.value.sealCount} seals, ${((user + system) / entryCount).toFixed(1)} µs of CPU an entry` }, perSecond));
    // Of a machine that other work shares, the wall clock tells little: what these threads would do if they had their processors alone.
    figures.push(told({ name: 'verify: the same by CPU time', unit: '1/s', note: `${threadCount} processors with nothing else to do` }, (threadCount * entryCount * 1_000_000) / (user + system)));
  }
}

function books(): void {
  const database = new Database(path, { readonly: true });
  const startedMs = performance.now();
  const differences = compareBooks(database, { journalId: 'bench', terminalNumber: '0427' });
  figures.push(told({ name: 'rebuild --check', unit: '1/s', note: `${differences.length} differences` }, (entryCount * 1000) / (performance.now() - startedMs)));
  database.close();
}

function report(): void {
  const missedCount = figures.filter((figure) => figure.ok === false).length;
  const load = Number(loadavg()[0]!.toFixed(2));
  if (values.json) process.stdout.write(`${JSON.stringify({ ok: missedCount === 0, missedCount, load, figures })}\n`);
  else process.stdout.write(`${textTable([{ title: '' }, { title: 'figure' }, { title: 'value', align: 'right' }, { title: 'unit' }, { title: 'aim' }, { title: 'note' }], figures.map((figure) => [figure.ok === null ? '' : figure.ok ? 'ok' : 'MISSED', figure.name, String(figure.value), figure.unit, figure.aim, figure.note]))}\n\nload at the end ${load}\n`);
  process.exitCode = missedCount === 0 ? 0 : 1;
}
