import { parseArgs } from 'node:util';
import { FRAME_READERS } from '../../drivers/frame-readers.ts';
import { PROTOCOLS } from '../../drivers/protocol-table.ts';
import { cryptoRandom } from '../../main/system/crypto-random.ts';
import { randomInteger } from '../../main/foundation/random.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import type { FuzzProblem } from './fuzz-readers.ts';
import { fuzzBytes, fuzzReader, goldenFrames } from './fuzz-readers.ts';

/** Good, bent and random bytes into every frame reader, and through every protocol's words, until the time is over. Exit code 1 with the bytes that break one. */
const USAGE = 'usage: npm run fuzz -- [--seconds <n>] [--seed <n>] [--protocol <name>]…\n';
const ROUNDS_PER_PROTOCOL = 100;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string' }, protocol: { type: 'string', multiple: true }, help: { type: 'boolean', default: false } } });
const seconds = Number(values.seconds);
const names = PROTOCOLS.map((row) => row.protocol).filter((name) => values.protocol === undefined || values.protocol.includes(name));
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
  for (const protocol of names) {
    for (let round = 0; round < ROUNDS_PER_PROTOCOL && problems.length === 0; round++) {
      const bytes = fuzzBytes(random, frames.get(protocol)!);
      const create = readers.get(protocol);
      const problem = create === undefined ? null : fuzzReader(protocol, create, bytes, random);
      if (problem !== null) problems.push(problem);
      // One in ten: words are for people, and slower.
      if (round % 10 === 0) await tryWords(protocol, bytes);
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

async function tryWords(protocol: string, bytes: Buffer): Promise<void> {
  const row = PROTOCOLS.find((candidate) => candidate.protocol === protocol)!;
  for (const from of [undefined, 'host', 'device'] as const) {
    try {
      await row.decode(bytes, from);
    } catch (error) {
      problems.push({ protocol, what: `words (${from ?? 'unknown'}): ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, hex: bytes.toString('hex'), cuts: [] });
      return;
    }
  }
}
