import { z } from 'zod';
import type { Payload } from './messages.ts';

/** What of Common.Status is the dispenser's. [xfs4iot §6] */
export const statusSchema = z.looseObject({
  cashDispenser: z
    .looseObject({
      intermediateStacker: z.string().nullish(),
      positions: z.array(z.looseObject({ shutter: z.string().nullish(), positionStatus: z.string().nullish(), transport: z.string().nullish(), transportStatus: z.string().nullish() })).nullish(),
    })
    .nullish(),
});

/** What of Capabilities is the dispenser's. [xfs4iot §6] */
export const dispenserCapabilities = z.looseObject({ cashDispenser: z.looseObject({ intermediateStacker: z.boolean().nullish(), itemsTakenSensor: z.boolean().nullish() }).nullish() });

/** Whether notes lie in the customer's reach. @param payload  of Common.Status */
export function exitOf(payload: Payload): 'full' | 'empty' | 'unknown' {
  const positions = (statusSchema.safeParse(payload).data?.cashDispenser?.positions ?? []).map(({ positionStatus }) => positionStatus);
  if (positions.includes('notEmpty')) return 'full';
  return positions.length > 0 && positions.every((position) => position === 'empty') ? 'empty' : 'unknown';
}

/** Whether notes lie in stacker or transport, out of the customer's reach. @param payload  of Common.Status */
export function hasNotesInside(payload: Payload): boolean {
  const dispenser = statusSchema.safeParse(payload).data?.cashDispenser;
  return dispenser?.intermediateStacker?.startsWith('notEmpty') === true || (dispenser?.positions ?? []).some((position) => position.transport === 'inoperative' || position.transportStatus === 'notEmpty');
}
