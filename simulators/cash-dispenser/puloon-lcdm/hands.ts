import { z } from 'zod';
import { TRAY_HANDS, dispenserHands } from '../../parts/dispenser-hands.ts';
import { CASSETTE_CAPACITY } from '../../puloon-family/lcdm-notes.ts';

export const LCDM_HANDS = z.discriminatedUnion('do', [
  ...dispenserHands({ cassetteCount: 2, capacity: CASSETTE_CAPACITY }),
  ...TRAY_HANDS,
  /** Three-byte groups while notes move, and stray FF between frames. */
  z.strictObject({ do: z.literal('noteEvents'), isOn: z.boolean() }),
  z.strictObject({ do: z.literal('idleBytes'), isOn: z.boolean() }),
]);

export type LcdmHand = z.infer<typeof LCDM_HANDS>;
