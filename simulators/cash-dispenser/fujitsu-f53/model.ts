import { BunchNotes } from '../../parts/bunch-notes.ts';
import type { LoadedCassette } from '../../parts/dispenser-notes.ts';

export const CASSETTE_CAPACITY = 2_000;
export const POOL_CAPACITY = 50;
export const REJECT_CAPACITY = 500;

export class BduModel extends BunchNotes {
  constructor(cassettes: readonly LoadedCassette[]) {
    super(cassettes, CASSETTE_CAPACITY);
  }
}
