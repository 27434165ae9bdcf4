import type { PolicySource } from '../../../main/core/keeping/journal-keeper.ts';
import type { JournalSealer } from '../../../main/journal/seal.ts';
import type { Chance } from '../chance.ts';
import { seededRandom } from '../seeded-random.ts';
import { worldJournalKeys } from '../virtual-terminal.ts';
import { checkAged } from './aged.ts';
import type { Finding } from './findings.ts';
import { checkSecondCopy } from './second-copy.ts';

export interface ClosedJournal {
  readonly seed: number;
  readonly journalPath: string;
  readonly terminal: { readonly number: string; readonly terminalId: string };
  readonly policy: PolicySource;
  readonly sealer: JournalSealer;
  readonly endUtcMs: number;
  readonly chance: Chance;
}

/** Either costs as much as two customers: each has one world in four. */
const WORLDS_PER_CHECK = 4;

/** Of a journal that is closed: a world's connection shares its file with nobody. */
export async function checkClosedJournal(closed: ClosedJournal): Promise<readonly Finding[]> {
  const keys = worldJournalKeys(seededRandom(0));
  const turn = closed.seed % WORLDS_PER_CHECK;
  if (turn === 0) return checkSecondCopy({ ...closed, terminalNumber: closed.terminal.number, keys });
  return turn === 2 ? checkAged({ ...closed, keys }) : [];
}
