import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Chance } from '../../../../simulators/world/chance.ts';
import { tearLog, tornLog, tornPages } from '../../../../simulators/world/crash/torn-log.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';

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

it('leaves of a page either what was there, what was to be there, or nothing', () => {
  const before = Buffer.alloc(8_192, 'o');
  const after = Buffer.concat([before.subarray(0, 4_096), Buffer.alloc(8_192, 'n')]);
  const seen = new Set<number>();
  for (let seed = 0; seed < 20; seed += 1) {
    const torn = tornPages(before, after, new Chance(seededRandom(seed)));
    expect(torn).toHaveLength(after.length);
    expect(torn.subarray(0, 4_096).equals(before.subarray(0, 4_096))).toBe(true);
    for (let start = 4_096; start < torn.length; start += 512) {
      const values = new Set(torn.subarray(start, start + 512));
      expect(values.size).toBe(1);
      for (const value of values) seen.add(value);
    }
  }
  expect([...seen].sort((left, right) => left - right)).toEqual([0, 0x6e, 0x6f]);
});

it('takes nothing of what was committed before, wherever in a sector the torn commit begins', () => {
  const path = join(folder, 'rows.sqlite');
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('wal_autocheckpoint = 0');
  database.exec('CREATE TABLE rows (text TEXT)');
  const lost = new Set<string>();
  for (let commit = 1; commit <= 6; commit += 1) {
    const before = readFileSync(`${path}-wal`);
    database.prepare('INSERT INTO rows VALUES (?)').run('x'.repeat(commit * 900));
    const [file, after] = [readFileSync(path), readFileSync(`${path}-wal`)];
    for (let seed = 1; seed <= 40; seed += 1) {
      const rows = rowsOf(file, tornLog(before, after, { chance: new Chance(seededRandom(seed * 100 + commit)) }).torn);
      if (rows !== commit && rows !== commit - 1) lost.add(`${rows} of ${commit}`);
    }
  }
  database.close();
  expect([...lost]).toEqual([]);
});

/** As the next process finds them. */
function rowsOf(file: Buffer, log: Buffer): number {
  const path = join(folder, 'found.sqlite');
  writeFileSync(path, file);
  writeFileSync(`${path}-wal`, log);
  const database = new Database(path);
  try {
    return database.prepare<unknown[], number>('SELECT count(*) FROM rows').pluck().get()!;
  } finally {
    database.close();
  }
}
