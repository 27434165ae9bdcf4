import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createJournalKeys } from '../../../main/journal/protection.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { readJournalKeyFile } from '../../../main/system/journal-key-file.ts';

/** Goal: a key file that hands have been at is told with a code; the core never ends of it. Method: files as they may be written, each handed on to what uses the keys. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-key-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (fill: number) => Buffer.alloc(32, fill).toString('base64');
const key = (keyId: string, fill = 1) => ({ keyId, key: bytes(fill) });
function codeOf(content: unknown): string {
  const path = join(folder, 'journal.keys');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  const read = readJournalKeyFile(path);
  if (!read.ok) return read.error.code;
  return createJournalKeys(read.value, cryptoRandom()).currentKeyId;
}

it.each<[string, unknown, string]>([
  ['as it was made', { form: 1, current: 'k1', keys: [key('k1')], indexKey: bytes(2) }, 'k1'],
  ['with two keys', { form: 1, current: 'k2', keys: [key('k1'), key('k2', 3)], indexKey: bytes(2) }, 'k2'],
  ['without its current key', { form: 1, current: 'k2', keys: [key('k1')], indexKey: bytes(2) }, 'JNL_KEY_WRONG'],
  ['with a current key of a name that each object has', { form: 1, current: 'constructor', keys: [key('k1')], indexKey: bytes(2) }, 'JNL_KEY_WRONG'],
  ['with a data key called as that of the index', { form: 1, current: 'k1', keys: [key('k1'), key('index')], indexKey: bytes(2) }, 'JNL_KEY_WRONG'],
  ['with one name twice', { form: 1, current: 'k1', keys: [key('k1'), key('k1', 3)], indexKey: bytes(2) }, 'JNL_KEY_WRONG'],
  ['with a short key', { form: 1, current: 'k1', keys: [{ keyId: 'k1', key: 'AAAA' }], indexKey: bytes(2) }, 'JNL_KEY_WRONG'],
  ['cut in its middle', '{"form":1,"current":"k1","ke', 'JNL_KEY_WRONG'],
  ['empty', '', 'JNL_KEY_WRONG'],
])('%s', (_what, content, code) => {
  expect(codeOf(content)).toBe(code);
});
