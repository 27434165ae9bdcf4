import { countsPresentedAsRequested, creditsBeforeStacked, resendsAfterAck, retriesUncertainDispense, roundsUncertainToNothing } from './device-sabotage.ts';
import { believesUnsignedRefusal, reusesOperationKey, takesSilenceForRefusal } from './host-sabotage.ts';
import { dropsMessageOfFullQueue, forgetsBoxCount, forgetsReversal, leaksCode, leavesOperationOpen, losesSuspenseAfterRestart, saysDurableTooEarly, skipsDispenseIntent, skipsStackIntent } from './journal-sabotage.ts';
import type { Sabotage } from './sabotage.ts';

/** Mistakes that a simulation must find, each made between the parts of the production code, never in its text. */
export const PLANTED = {
  skipsStackIntent: { mistake: 'a note is stacked without a durable order', make: skipsStackIntent },
  skipsDispenseIntent: { mistake: 'notes are dispensed without a durable order', make: skipsDispenseIntent },
  creditsBeforeStacked: { mistake: 'a note is credited before it is in the box', make: creditsBeforeStacked },
  saysDurableTooEarly: { mistake: 'an outcome is acknowledged before it is durable', make: saysDurableTooEarly },
  retriesUncertainDispense: { mistake: 'a dispense that nobody knows of is repeated', make: retriesUncertainDispense },
  roundsUncertainToNothing: { mistake: 'a dispense that nobody knows of counts as nothing', make: roundsUncertainToNothing },
  countsPresentedAsRequested: { mistake: 'what was asked for counts as presented', make: countsPresentedAsRequested },
  resendsAfterAck: { mistake: 'an acknowledged dispense command is sent again', make: resendsAfterAck },
  forgetsBoxCount: { mistake: 'stacked notes are not counted into the box', make: forgetsBoxCount },
  dropsMessageOfFullQueue: { mistake: 'a message is dropped when others wait', make: dropsMessageOfFullQueue },
  forgetsReversal: { mistake: 'an unanswered withdrawal is not reversed', make: forgetsReversal },
  losesSuspenseAfterRestart: { mistake: 'suspense items are lost over a restart', make: losesSuspenseAfterRestart },
  believesUnsignedRefusal: { mistake: 'a refusal without a good signature is believed', make: believesUnsignedRefusal },
  reusesOperationKey: { mistake: 'two deposits have one idempotency key', make: reusesOperationKey },
  takesSilenceForRefusal: { mistake: 'sent and unanswered counts as not sent', make: takesSilenceForRefusal },
  leavesOperationOpen: { mistake: 'operations are never closed', make: leavesOperationOpen },
  leaksCode: { mistake: 'a one-time code is written down', make: leaksCode },
} as const satisfies Readonly<Record<string, { readonly mistake: string; readonly make: () => Sabotage }>>;

export type SabotageName = keyof typeof PLANTED;
export const SABOTAGE_NAMES = Object.keys(PLANTED) as SabotageName[];
