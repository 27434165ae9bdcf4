import type { CoreParts } from '../../main/core/core-parts.ts';
import type { Chance } from './chance.ts';
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

/** Nobody knows what the disk has of the last act: the terminal starts anew, and whoever acted looks then. */
export async function untilTrusted({ parts, until }: Pick<StaffVisit, 'parts' | 'until'>, own: CoreParts): Promise<void> {
  await until(() => ![null, own].includes(parts()), ANEW_LIMIT_MS);
}
