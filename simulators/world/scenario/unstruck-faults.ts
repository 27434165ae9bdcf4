import { z } from 'zod';
import type { Scenario } from '../../scenarios/schema.ts';
import type { Worlds } from './cash-figures.ts';

/** Devices and bank tell what still waits each under a name of its own. */
const waitingFault = z.looseObject({ fault: z.string(), times: z.number().optional(), timesLeft: z.number().optional() });
const waitingSchema = z.looseObject({ faults: z.array(waitingFault), armedFaults: z.array(waitingFault) }).partial();

interface Order {
  readonly target: string;
  readonly command: { readonly do: string; readonly [key: string]: unknown };
}

/** A fault that never struck proves nothing: ordered ones of which not a single strike was used up, in words. */
export function unstruckFaults(scenario: Scenario, worlds: Worlds): readonly string[] {
  const orders: Order[] = [...scenario.faults];
  for (const step of scenario.steps) {
    if ('device' in step) orders.push(step.device);
    if ('bank' in step) orders.push({ target: 'bank', command: step.bank });
  }
  return orders
    .filter(({ command }) => command.do === 'fault')
    .filter(({ target, command }) => {
      if (!(target in worlds)) return false;
      const world = waitingSchema.parse(worlds[target as keyof Worlds]);
      const waiting = [...(world.faults ?? []), ...(world.armedFaults ?? [])];
      const ordered = typeof command['times'] === 'number' ? command['times'] : 1;
      return waiting.some(({ fault, times, timesLeft }) => fault === command['fault'] && (timesLeft ?? times ?? 0) >= ordered);
    })
    .map(({ target, command }) => `faults: ${String(command['fault'])} of ${target} never struck`);
}
