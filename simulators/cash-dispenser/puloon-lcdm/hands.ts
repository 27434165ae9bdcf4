import { z } from 'zod';
import { CASSETTE_CAPACITY } from './model.ts';

const cassetteNumber = z.number().int().min(1).max(2);

/** What hands can do to the dispenser, the customer's and the technician's. */
export const LCDM_HANDS = z.discriminatedUnion('do', [
  /** The customer takes what is in reach; all of it when no count is given. */
  z.strictObject({ do: z.literal('takeNotes'), noteCount: z.number().int().min(1).max(1000).optional() }),
  z.strictObject({ do: z.literal('loadCassette'), cassetteNumber, noteCount: z.number().int().min(1).max(CASSETTE_CAPACITY) }),
  /** Staff take all notes out of it. */
  z.strictObject({ do: z.literal('emptyCassette'), cassetteNumber }),
  z.strictObject({ do: z.literal('removeCassette'), cassetteNumber }),
  z.strictObject({ do: z.literal('insertCassette'), cassetteNumber }),
  z.strictObject({ do: z.literal('removeTray') }),
  z.strictObject({ do: z.literal('insertTray') }),
  z.strictObject({ do: z.literal('emptyTray') }),
  /** Staff open the transport and take out what lies there. */
  z.strictObject({ do: z.literal('clearPath') }),
  /** Three-byte groups while notes move, and stray FF between frames. */
  z.strictObject({ do: z.literal('noteEvents'), isOn: z.boolean() }),
  z.strictObject({ do: z.literal('idleBytes'), isOn: z.boolean() }),
]);

export type LcdmHand = z.infer<typeof LCDM_HANDS>;
