import type { OperationCode } from '../../../main/contracts/operations.ts';
import { countsPresentedAsRequested, creditsBeforeStacked, resendsForDamagedResult, retriesUncertainDispense, roundsUncertainToNothing } from './device-sabotage.ts';
import { believesUnsignedRefusal, reusesOperationKey, takesSilenceForRefusal } from './host-sabotage.ts';
import { dropsMessageOfFullQueue, forgetsBoxCount, forgetsReversal, leaksCode, leavesOperationOpen, losesSuspenseAfterRestart, saysDurableTooEarly, skipsDispenseIntent, skipsStackIntent } from './journal-sabotage.ts';
import type { Sabotage } from './sabotage.ts';

/** Mistakes that a simulation must find, each made between the parts of the production code, never in its text. Customers come for the operation that it spoils. */
export const PLANTED = {
  skipsStackIntent: { operation: 'op-01', mistake: 'a note is stacked without a durable order', make: skipsStackIntent },
  skipsDispenseIntent: { operation: 'op-10', mistake: 'notes are dispensed without a durable order', make: skipsDispenseIntent },
  creditsBeforeStacked: { operation: 'op-01', mistake: 'a note is credited before it is in the box', make: creditsBeforeStacked },
  saysDurableTooEarly: { operation: 'op-01', mistake: 'an outcome is acknowledged before it is durable', make: saysDurableTooEarly },
  retriesUncertainDispense: { operation: 'op-10', mistake: 'a dispense that nobody knows of is repeated', make: retriesUncertainDispense },
  roundsUncertainToNothing: { operation: 'op-10', mistake: 'a dispense that nobody knows of counts as nothing', make: roundsUncertainToNothing },
  countsPresentedAsRequested: { operation: 'op-10', mistake: 'what was asked for counts as presented', make: countsPresentedAsRequested },
  resendsForDamagedResult: { operation: 'op-10', mistake: 'a dispense whose result came damaged is sent again', make: resendsForDamagedResult },
  forgetsBoxCount: { operation: 'op-01', mistake: 'stacked notes are not counted into the box', make: forgetsBoxCount },
  dropsMessageOfFullQueue: { operation: 'op-01', mistake: 'a message is dropped when others wait', make: dropsMessageOfFullQueue },
  forgetsReversal: { operation: 'op-10', mistake: 'an unanswered withdrawal is not reversed', make: forgetsReversal },
  losesSuspenseAfterRestart: { operation: 'op-10', mistake: 'suspense items are lost over a restart', make: losesSuspenseAfterRestart },
  believesUnsignedRefusal: { operation: 'op-01', mistake: 'a refusal without a good signature is believed', make: believesUnsignedRefusal },
  reusesOperationKey: { operation: 'op-01', mistake: 'two deposits have one idempotency key', make: reusesOperationKey },
  takesSilenceForRefusal: { operation: 'op-10', mistake: 'sent and unanswered counts as not sent', make: takesSilenceForRefusal },
  leavesOperationOpen: { operation: 'op-05', mistake: 'operations are never closed', make: leavesOperationOpen },
  leaksCode: { operation: 'op-05', mistake: 'a one-time code is written down', make: leaksCode },
} as const satisfies Readonly<Record<string, { readonly operation: OperationCode; readonly mistake: string; readonly make: () => Sabotage }>>;

export type SabotageName = keyof typeof PLANTED;
export const SABOTAGE_NAMES = Object.keys(PLANTED) as SabotageName[];
