import type { CoreParts } from '../../main/core/core-parts.ts';
import type { StaffVisit } from './staff-visit.ts';

const LOGIN = 't-014';
const TRIES_MAX = 4;
/** The board has been read again by then. */
const TRY_AGAIN_MS = 3_000;
/** At the panel: the core has begun a service session. */
const AT_PANEL_MS_MAX = 4_000;

const isTampered = (parts: CoreParts | null): boolean => parts?.site.hindrance() === 'security';

/** Somebody turns the key, looks what was tampered with, clears it as the person that he is, and turns the key back. The core may die of it; then it is cleared, or the next one says so again. */
export async function clearTamper({ chance, parts, surroundings: { place }, wait, dieAtCommit }: StaffVisit): Promise<void> {
  if (place === null || !isTampered(parts())) return;
  place.switches.control({ do: 'turnKey', on: true });
  for (let tries = 0; tries < TRIES_MAX && (parts() === null || isTampered(parts())); tries += 1) {
    await wait(tries === 0 ? chance.between(0, AT_PANEL_MS_MAX) : TRY_AGAIN_MS);
    if (chance.isOnce(10)) dieAtCommit({ commitsLeft: 1, when: chance.oneOf(['before', 'after'] as const) });
    parts()?.site.clearTamper(LOGIN);
  }
  place.switches.control({ do: 'turnKey', on: false });
  await wait(chance.between(0, AT_PANEL_MS_MAX));
}
