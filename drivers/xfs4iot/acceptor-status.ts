import { z } from 'zod';
import type { Payload } from './messages.ts';

const statusSchema = z.looseObject({
  cashAcceptor: z.looseObject({ positions: z.array(z.looseObject({ transport: z.string().nullish(), shutter: z.string().nullish() })).nullish() }).nullish(),
  cashManagement: z.looseObject({ acceptor: z.string().nullish() }).nullish(),
});

/** Whether something sticks in mouth or transport, and whether no unit takes notes any more. @param payload  of Common.Status */
export function acceptorStatusOf(payload: Payload): { readonly isStuck: boolean; readonly hasStopped: boolean } {
  const status = statusSchema.safeParse(payload).data;
  return { isStuck: (status?.cashAcceptor?.positions ?? []).some(({ transport, shutter }) => transport === 'inoperative' || shutter?.startsWith('jammed') === true), hasStopped: status?.cashManagement?.acceptor === 'stop' };
}
