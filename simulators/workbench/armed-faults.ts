import { z } from 'zod';
import type { ControlEvent } from '../control/control-socket.ts';
import type { Json } from '../simulator.ts';
import type { ArmedFault } from './bench-messages.ts';

const waiting = z.array(z.object({ fault: z.string(), at: z.string().nullish(), times: z.number().optional(), timesLeft: z.number().optional() }));
/** Devices and bank name the list of what is armed each in its way. */
const worldSchema = z.union([z.object({ armedFaults: waiting }).transform((world) => world.armedFaults), z.object({ faults: waiting }).transform((world) => world.faults)]);

/** What a device's world says is armed; empty when it says nothing. */
export function armedInWorld(world: Json): readonly ArmedFault[] {
  const parsed = worldSchema.safeParse(world);
  return parsed.success ? parsed.data.map(({ fault, at, times, timesLeft }) => ({ fault, at: at ?? null, times: times ?? timesLeft ?? 1 })) : [];
}

/** The bank's world does not list its armed faults: they are followed by its events. */
export function armedAfter(armed: readonly ArmedFault[], { event, fields }: ControlEvent): readonly ArmedFault[] {
  const fault = String(fields['fault']);
  const operation = typeof fields['operation'] === 'string' ? fields['operation'] : null;
  if (event === 'host.fault.cleared') return [];
  if (event === 'host.fault.armed') return fault === 'clockSkew' ? armed : [...armed, { fault, at: operation, times: Number(fields['times'] ?? 1) }];
  if (event !== 'host.fault.fired') return armed;
  const index = armed.findIndex((one) => one.fault === fault && (one.at === null || one.at === operation));
  return armed.flatMap((one, position) => (position !== index ? [one] : one.times > 1 ? [{ ...one, times: one.times - 1 }] : []));
}
