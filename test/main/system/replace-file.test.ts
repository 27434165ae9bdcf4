/** Goal: what is sealed with a new key is never durable before the key is. Method: the order in which file, name and folder reach the disk, as the system is asked for it. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newJournalKeys, readJournalKeyFile, writeJournalKeyFile } from '../../../main/system/journal-key-file.ts';
import { replaceFile } from '../../../main/system/replace-file.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';

const real = { fsyncSync: fs.fsyncSync, renameSync: fs.renameSync };
let folder = '';
let asked: string[] = [];
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'qolma-replace-'));
  asked = [];
  fs.fsyncSync = (file) => {
    asked.push(`sync ${basename(fs.readlinkSync(`/proc/self/fd/${file}`))}`);
    real.fsyncSync(file);
  };
  fs.renameSync = (from, to) => {
    asked.push(`rename ${basename(String(from))} ${basename(String(to))}`);
    real.renameSync(from, to);
  };
  syncBuiltinESMExports();
});
afterEach(() => {
  Object.assign(fs, real);
  syncBuiltinESMExports();
  fs.rmSync(folder, { recursive: true });
});

it.runIf(process.platform === 'linux')('syncs the file before it has its name, and the name before it returns', () => {
  const path = join(folder, 'journal.keys');
  writeJournalKeyFile(path, newJournalKeys(seededRandom(1)));
  expect(asked).toEqual(['sync journal.keys.new', 'rename journal.keys.new journal.keys', `sync ${basename(folder)}`]);
  expect([readJournalKeyFile(path).ok, fs.readdirSync(folder)]).toEqual([true, ['journal.keys']]);
});

it('keeps what was there where the new content cannot be written', () => {
  const path = join(folder, 'terminal.json');
  replaceFile(path, 'old', 0o600);
  fs.mkdirSync(`${path}.new`);
  expect(() => replaceFile(path, 'new', 0o600)).toThrow('EISDIR');
  expect(fs.readFileSync(path, 'utf8')).toBe('old');
});
