import type { Json } from '../simulator.ts';

/** Of long lists the page shows the newest. */
const LIST_MAX = 40;
/** Parts of a world that grow with each note or document and that the page does not show. */
const LEFT_OUT: ReadonlySet<string> = new Set(['serials', 'notes', 'deviceEvents', 'holds', 'cards', 'recent']);

/** A world as the page needs it: small whatever the simulators have lived through. */
export function condenseWorld(world: Json): Json {
  if (Array.isArray(world)) return (world as readonly Json[]).slice(-LIST_MAX).map(condenseWorld);
  if (world === null || typeof world !== 'object') return world;
  return Object.fromEntries(Object.entries(world).filter(([key]) => !LEFT_OUT.has(key)).map(([key, value]) => [key, condenseWorld(value)]));
}
