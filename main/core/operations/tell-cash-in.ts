import type { ActorRefFrom } from 'xstate';
import type { HostStop } from '../../../state-machines/cash-in/cash-in.types.ts';
import type { terminalMachine } from '../../../state-machines/terminal/terminal.machine.ts';
import { chainOf } from '../presenter/snapshot-chain.ts';

/** More notes may be taken, or none for now: the bank is gone, or has not heard of too much. */
export function tellCashIn(terminal: ActorRefFrom<typeof terminalMachine>, stop: HostStop | null): void {
  const { chain, actors } = chainOf(terminal);
  if (chain.cashIn !== null) (actors.deepest as { send(event: object): void }).send(stop === null ? { type: 'host.resumed' } : { type: 'host.stopped', reason: stop });
}
