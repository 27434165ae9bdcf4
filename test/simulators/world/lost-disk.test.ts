import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFileSigner } from '../../../main/host/signing/signer.ts';
import { entry } from '../../../main/journal/journal.ts';
import { openJournal } from '../../../main/journal/open-journal.ts';
import { bringBack, loseDisk } from '../../../simulators/world/lost-disk.ts';
import { repeatablePki } from '../../../simulators/world/repeatable-keys.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { WORLD_START_UTC_MS } from '../../../simulators/world/simulated-world.ts';
import { worldJournalKeys } from '../../../simulators/world/virtual-terminal.ts';
import { journalOptions, makeFolder, mustOpen, standingClock } from '../../main/journal/journal-fixture.ts';

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => (folder = makeFolder()));
afterEach(() => folder.remove());

it.each(['nothing', 'noHeader', 'half'] as const)('a disk that leaves %s of the journal lets no core begin, until the journal is back from its copy', async (leaves) => {
  const keys = worldJournalKeys(seededRandom(1));
  const { terminalSign } = repeatablePki(WORLD_START_UTC_MS);
  const signer = createFileSigner({ keyPem: terminalSign.keyPem, certPem: terminalSign.certificatePem });
  const sealer = { keyId: signer.keyId, certificate: new X509Certificate(terminalSign.certificatePem).raw, sign: (bytes: Uint8Array) => signer.sign(bytes) };
  const options = journalOptions(folder.path, { keys, durability: 'memory' });
  const journal = mustOpen(options);
  for (let index = 0; index < 200; index += 1) journal.commit({ entries: [entry('session.started', { language: 'kk' })] });
  journal.close();
  await loseDisk({ beforeSession: 1, leaves, lacksPercent: 0, isTorn: false, lacksCommits: 0 }, options.path);
  expect(openJournal(options).ok).toBe(false);
  await bringBack({ journalPath: options.path, terminalNumber: '0427', clock: standingClock(), sealer, bootId: 'restore' });
  const back = mustOpen(options);
  const entries = back.entries({ limit: 1_000 });
  expect([entries.filter(({ kind }) => kind === 'session.started').length, entries.filter(({ kind }) => kind === 'journal.restored').length, back.verify().ok]).toEqual([200, 1, true]);
  back.close();
});
