import { parseArgs } from 'node:util';
import { FRAME_READERS } from '../../drivers/frame-readers.ts';
import { PROTOCOLS } from '../../drivers/protocol-table.ts';
import { cryptoRandom } from '../../main/system/crypto-random.ts';
import { randomInteger } from '../../main/foundation/random.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import type { FuzzProblem } from './fuzz-readers.ts';
import { fuzzBytes, fuzzReader, fuzzWords, goldenFrames } from './fuzz-readers.ts';

/** Good, bent and random bytes into every frame reader, and through every protocol's words, until the time is over. Exit code 1 with the bytes that break one. */
const USAGE = 'usage: npm run fuzz -- [--seconds <n>] [--seed <n>] [--protocol <name>]…\n';
const ROUNDS_PER_PROTOCOL = 100;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string' }, protocol: { type: 'string', multiple: true }, help: { type: 'boolean', default: false } } });
const seconds = Number(values.seconds);
const rows = PROTOCOLS.filter(({ protocol }) => values.protocol === undefined || values.protocol.includes(protocol));
const names = rows.map(({ protocol }) => protocol);
if (values.help || !(seconds > 0) || names.length === 0) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 1);
}
const seed = values.seed === undefined ? randomInteger(cryptoRandom(), 2 ** 31) : Number(values.seed);
const random = seededRandom(seed);
const endMs = performance.now() + seconds * 1_000;
const rounds: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
const problems: FuzzProblem[] = [];
const readers = new Map(await Promise.all(names.filter((name) => name in FRAME_READERS).map(async (name) => [name, await readerOf(name)] as const)));
const frames = new Map(names.map((name) => [name, goldenFrames(name)]));

while (performance.now() < endMs && problems.length === 0) {
  for (const row of rows) {
    const { protocol } = row;
    for (let round = 0; round < ROUNDS_PER_PROTOCOL && problems.length === 0; round++) {
      const bytes = fuzzBytes(random, frames.get(protocol)!);
      const create = readers.get(protocol);
      // One in ten: words are for people, and slower.
      const found = [create === undefined ? null : fuzzReader(protocol, create, bytes, random), round % 10 === 0 ? await fuzzWords(row, bytes) : null];
      problems.push(...found.filter((problem) => problem !== null));
      rounds[protocol]!++;
    }
  }
}
process.stdout.write(`${JSON.stringify({ ok: problems.length === 0, seed, seconds, rounds, withoutReader: names.filter((name) => !readers.has(name)), problems })}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** One for all rounds: a reader that has expired holds nothing and is as new. */
async function readerOf(protocol: string) {
  const reader = await FRAME_READERS[protocol]!();
  return () => reader;
}
