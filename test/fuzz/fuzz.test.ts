/** Goal: no bytes in any cut break a frame reader. Method: a bounded share of what `npm run fuzz` does without an end, by seed. */
import { describe, expect, it } from 'vitest';
import { FRAME_READERS } from '../../drivers/frame-readers.ts';
import { PROTOCOLS } from '../../drivers/protocol-table.ts';
import type { Reader } from '../../drivers/transport/byte-line.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import { fuzzBytes, fuzzReader, fuzzWords, goldenFrames } from './fuzz-readers.ts';

const ROUNDS = 300;
const WORDS_ROUNDS = 30;

describe.each(Object.entries(FRAME_READERS))('the reader of %s', (protocol, make) => {
  it(`holds over ${ROUNDS} rounds of good, bent and random bytes`, async () => {
    const random = seededRandom(1);
    const frames = goldenFrames(protocol);
    for (let round = 0; round < ROUNDS; round++) {
      const readers = [await make(), await make()];
      expect(fuzzReader(protocol, () => readers.pop()!, fuzzBytes(random, frames), random)).toBeNull();
    }
  });
});

it.each(PROTOCOLS)('the words of $protocol hold', async (row) => {
  const random = seededRandom(3);
  const frames = goldenFrames(row.protocol);
  for (let round = 0; round < WORDS_ROUNDS; round++) expect(await fuzzWords(row, fuzzBytes(random, frames))).toBeNull();
});

it('knows readers of protocols only', () => {
  const protocols = PROTOCOLS.map((row) => row.protocol);
  expect(Object.keys(FRAME_READERS).filter((name) => !protocols.includes(name))).toEqual([]);
});

it('finds a reader that tells something else when bytes are cut', () => {
  const create = (): Reader<unknown> => ({ pendingByteCount: 0, push: (chunk) => [{ kind: 'frame', byteCount: chunk.length }], expire: () => [] });
  const random = seededRandom(2);
  expect(fuzzReader('none', create, Buffer.alloc(200), random)?.what).toMatch(/^cuts change/);
});
