/** Goal: whoever reads a journal beside the core that writes it sees one moment of it; what is committed or purged in the middle of reading is no damage. Method: the core commits when the reader asks for a key. */
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { openJournalForReading, type ReadableJournal } from '../../../main/journal/open-journal.ts';
import { finishPurge } from '../../../main/journal/purge-run.ts';
import { makeFolder } from './journal-fixture.ts';
import { bankCertificate, keys, purgeableJournal } from './purgeable-journal.ts';

let folder: ReturnType<typeof makeFolder>;
let core: Journal;
let reader: ReadableJournal;

beforeEach(() => {
  folder = makeFolder();
  core = purgeableJournal(folder.path);
  const opened = openJournalForReading(join(folder.path, 'journal.db'), { keys });
  if (!opened.ok) throw new Error(opened.error.detail);
  reader = opened.value;
});
afterEach(() => {
  reader.close();
  core.close();
  folder.remove();
});

const commits = () => expect(core.commit({ entries: [entry('service.acted', { login: 't', action: 'x', target: 'y' })] }).ok).toBe(true);
const purges = () => expect(finishPurge(core.beginPurge()!)).toMatchObject({ ok: true });

it.each([['commits', commits], ['purges', purges]])('a core that %s while its chain is walked damages nothing', (_, work) => {
  const bankKeys = { get: () => (work(), bankCertificate.publicKey) } as unknown as ReadonlyMap<string, KeyObject>;
  expect(reader.verify({ bankKeys })).toMatchObject({ ok: true });
  expect(reader.verify()).toMatchObject({ ok: true });
});
