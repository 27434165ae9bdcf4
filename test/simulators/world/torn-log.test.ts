import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Chance } from '../../../simulators/world/chance.ts';
import { tearLog } from '../../../simulators/world/crash/torn-log.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';

/** Goal: a torn log has every synced sector, and of the others nothing that neither was nor is there. Method: two contents that differ everywhere. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-torn-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('keeps what was synced and makes up nothing', () => {
  const [barrierPath, logPath] = [join(folder, 'before'), join(folder, 'journal-wal')];
  const before = Buffer.alloc(2_048, 'o');
  const after = Buffer.concat([before, Buffer.alloc(4_096, 'n')]);
  const seen = new Set<string>();
  for (let seed = 0; seed < 60; seed += 1) {
    writeFileSync(barrierPath, before);
    writeFileSync(logPath, after);
    expect(tearLog(barrierPath, logPath, new Chance(seededRandom(seed)))).toEqual({ changedSectors: 8 });
    const torn = readFileSync(logPath);
    expect(torn.subarray(0, before.length).equals(before)).toBe(true);
    for (let start = before.length; start < torn.length; start += 512) {
      const sector = torn.subarray(start, start + 512);
      const content = sector.every((byte) => byte === 0) ? 'lost' : sector.every((byte) => byte === 0x6e) ? 'new' : 'made up';
      expect(content).not.toBe('made up');
      seen.add(content);
    }
    if (torn.length < after.length) seen.add('cut');
  }
  expect([...seen].sort()).toEqual(['cut', 'lost', 'new']);
});
