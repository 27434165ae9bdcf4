import type { CoreParts } from '../../main/core/core-parts.ts';
import type { Chance } from './chance.ts';
import { ON_MAINS } from './place-hands.ts';
import type { Surroundings } from './virtual-terminal.ts';

/** A terminal that gave up is there again by then. */
const ANEW_LIMIT_MS = 10 * 60_000;

/** Somebody of the staff, who stays over deaths of the core. */
export interface StaffVisit {
  readonly chance: Chance;
  readonly surroundings: Surroundings;
  /** Of the core that lives; null: it has not opened its journal yet. */
  readonly parts: () => CoreParts | null;
  /** Both over deaths of the core. */
  readonly wait: (forMs: number) => Promise<void>;
  readonly until: (isDone: () => boolean, limitMs: number) => Promise<boolean>;
  readonly killCore: () => void;
  readonly dieAtCommit: (plan: { readonly commitsLeft: number; readonly when: 'before' | 'after' }) => void;
}

/** Where nobody knows what the disk has of the last act, the terminal starts anew, and whoever acted looks then. @param own  the core that he acted on */
export async function untilTrusted(visit: Pick<StaffVisit, 'parts' | 'until' | 'surroundings'>, own: CoreParts): Promise<void> {
  if (own.journal.distrust() !== null) await untilThere(visit, own);
}

/** Whoever acted stays until he can read what stands on the record; where the terminal waits for its battery, until mains are back. @param but  a core that no longer counts */
export async function untilThere({ parts, until, surroundings: { place } }: Pick<StaffVisit, 'parts' | 'until' | 'surroundings'>, but: CoreParts | null = null): Promise<void> {
  const isThere = () => ![null, but].includes(parts());
  if (await until(isThere, ANEW_LIMIT_MS) || place === null) return;
  for (const command of ON_MAINS) place.powerSupply.control(command);
  await until(isThere, ANEW_LIMIT_MS);
}
