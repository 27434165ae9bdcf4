/** Goal: a disk that is lost in the middle of a visit, and a second copy that lacks the newest orders too, cost no money in silence. Method: commits of one visit after which the disk is gone, copies that lack two or more. */
import { mkdirSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { playLostEnd } from '../../simulators/world/crash/lost-end-visit.ts';
import { createRepeatableSigner, repeatablePki } from '../../simulators/world/repeatable-keys.ts';
import { WORLD_START_UTC_MS } from '../../simulators/world/simulated-world.ts';
import { makeFolder } from '../main/journal/journal-fixture.ts';

const CASES = [
  { operation: 'op-10', hardware: 'lcdm', diesAfter: 20, lacksCommits: 2 }, { operation: 'op-10', hardware: 'lcdm', diesAfter: 22, lacksCommits: 3 }, { operation: 'op-10', hardware: 'id003+lcdm4000', diesAfter: 21, lacksCommits: 2 },
  { operation: 'op-10', hardware: 'f53', diesAfter: 21, lacksCommits: 2 }, { operation: 'op-01', hardware: 'lcdm', diesAfter: 21, lacksCommits: 2 }, { operation: 'op-05', hardware: 'recycler', diesAfter: 20, lacksCommits: 3 },
  { operation: 'op-01', hardware: 'lcdm+coins', diesAfter: null, lacksCommits: 12 }, { operation: 'op-10', hardware: 'lcdm+hoppers', diesAfter: 30, lacksCommits: 4 },
  { operation: 'op-10', hardware: 'lcdm', diesAfter: null, lacksCommits: 14 }, { operation: 'op-05', then: 'op-01', hardware: 'lcdm', diesAfter: null, lacksCommits: 43 },
] as const;

it.each(CASES)('$operation at $hardware, the disk gone after commit $diesAfter, a copy without the newest $lacksCommits', async (chosen) => {
  const folder = makeFolder();
  const pki = repeatablePki(WORLD_START_UTC_MS);
  try {
    rmSync(folder.path, { recursive: true, force: true });
    mkdirSync(folder.path);
    const { lost, findings } = await playLostEnd({ ...chosen, pki, signer: createRepeatableSigner(pki.terminalSign), folder: folder.path });
    expect(findings).toEqual([]);
    expect(lost?.length).toBeGreaterThan(0);
  } finally {
    folder.remove();
  }
});
