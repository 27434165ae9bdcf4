import type { OperationCode } from '../../../main/contracts/operations.ts';
import type { CrashCell, HostFault } from '../crash/crash-cells.ts';
import { acknowledgesBeforeDurable, believesWrongSum, countsPresentedAsRequested, countsRecycledAtCredit, countsRetractAsReturned, creditsBeforeStacked, repeatsPayoutInDoubt, resendsForDamagedResult, retriesUncertainDispense, roundsUncertainToNothing } from './device-sabotage.ts';
import { creditsCoinTwice, forgetsCoinMark, forgetsLoadedCoins, repeatsCoinsInDoubt, roundsCoinsInDoubtToNothing } from './coin-sabotage.ts';
import { believesOldWord, leavesJammedNoteInCassette, takesEveryBunchForTaken } from './dispenser-sabotage.ts';
import { believesUnsignedRefusal, leavesOneKindOutOfDay, reusesOperationKey, takesSilenceForRefusal } from './host-sabotage.ts';
import { closesWithNothingMoved, countsOffTwinCassette, doubtsTwiceAsMuch, dropsMessageOfFullQueue, forgetsBoxCount, forgetsPowerUpPosition, forgetsReversal, leaksCode, leavesLostNoteWithoutItem, leavesLostUnitsWithoutItem, leavesOperationOpen, leavesPathWithoutItem, leavesRejectsInCassette, losesSuspenseAfterRestart, reportsNothingInDoubt, saysDurableTooEarly, skipsDispenseIntent, skipsStackIntent } from './journal-sabotage.ts';
import { onePersonIsEnough, replacedMessageGetsNewOperationId, replacedMessageIsNeverSent, settledMessageLeavesNoItem } from './message-sabotage.ts';
import { booksEmptiedAsNothing, collectsAllButOneKind, countsLoadTwice, forgetsLoadedNotes, forgetsLoadedUnits } from './note-sabotage.ts';
import { forgetsTamperAtRestart, leavesDoorsUnheard, staysOnEmptyBattery, tellsNobodyOfTamper } from './place-sabotage.ts';
import type { HardwareName } from '../world-hardware.ts';
import type { Sabotage } from './sabotage.ts';

/** Of a crash matrix, with the mistake's operation and hardware. */
export type PlantedCell = Pick<CrashCell, 'hostFault' | 'deviceFault' | 'death'>;
const PLAIN_KILL: PlantedCell = { hostFault: 'none', deviceFault: 'none', death: 'kill' };
const struck = (deviceFault: string): PlantedCell => ({ ...PLAIN_KILL, deviceFault });
const ofBank = (hostFault: HostFault): PlantedCell => ({ ...PLAIN_KILL, hostFault });

/**
 * Mistakes that a simulation must find, each made between the parts of the production code, never in its text. Customers come for the operation that it spoils, to the devices that it spoils.
 * `cell`: where a crash matrix must find it, too; null: it takes several customers, or one who does not take his money, or eyes for secrets.
 * `isMatrixOnly`: it shows to one customer in thousands, so random ones are not asked to find it.
 */
export const PLANTED = {
  skipsStackIntent: { operation: 'op-01', hardware: 'lcdm', cell: PLAIN_KILL, mistake: 'a note is stacked without a durable order', make: skipsStackIntent },
  skipsDispenseIntent: { operation: 'op-10', hardware: 'lcdm', cell: PLAIN_KILL, mistake: 'notes are dispensed without a durable order', make: skipsDispenseIntent },
  creditsBeforeStacked: { operation: 'op-01', hardware: 'lcdm', cell: struck('powerCut@beforeGate'), mistake: 'a note is credited before it is in the box', make: creditsBeforeStacked },
  acknowledgesBeforeDurable: { operation: 'op-01', hardware: 'id003+lcdm4000', cell: { ...PLAIN_KILL, death: 'failedSync' }, mistake: 'a device is let go on before the end of its note is durable', make: acknowledgesBeforeDurable },
  saysDurableTooEarly: { operation: 'op-01', hardware: 'lcdm', cell: PLAIN_KILL, mistake: 'an outcome is acknowledged before it is durable', make: saysDurableTooEarly },
  retriesUncertainDispense: { operation: 'op-10', hardware: 'lcdm', cell: struck('replyLost@reply:45'), mistake: 'a dispense that nobody knows of is repeated', make: retriesUncertainDispense },
  roundsUncertainToNothing: { operation: 'op-10', hardware: 'lcdm', cell: struck('replyLost@reply:45'), mistake: 'a dispense that nobody knows of counts as nothing', make: roundsUncertainToNothing },
  countsPresentedAsRequested: { operation: 'op-10', hardware: 'lcdm', cell: struck('pickError@note#2'), mistake: 'what was asked for counts as presented', make: countsPresentedAsRequested },
  resendsForDamagedResult: { operation: 'op-10', hardware: 'lcdm', cell: struck('badBcc@reply:45'), mistake: 'a dispense whose result came damaged is sent again', make: resendsForDamagedResult },
  forgetsBoxCount: { operation: 'op-01', hardware: 'lcdm', cell: PLAIN_KILL, mistake: 'stacked notes are not counted into the box', make: forgetsBoxCount },
  forgetsPowerUpPosition: { operation: 'op-01', hardware: 'lcdm', cell: struck('powerCut@afterGate'), isMatrixOnly: true, mistake: 'where a power-up found a note is not written down before the reset', make: forgetsPowerUpPosition },
  dropsMessageOfFullQueue: { operation: 'op-01', hardware: 'lcdm', cell: null, mistake: 'a message is dropped when others wait', make: dropsMessageOfFullQueue },
  forgetsReversal: { operation: 'op-10', hardware: 'lcdm', cell: ofBank('silence'), mistake: 'an unanswered withdrawal is not reversed', make: forgetsReversal },
  losesSuspenseAfterRestart: { operation: 'op-10', hardware: 'lcdm', cell: PLAIN_KILL, mistake: 'suspense items are lost over a restart', make: losesSuspenseAfterRestart },
  reportsNothingInDoubt: { operation: 'op-10', hardware: 'lcdm', cell: PLAIN_KILL, mistake: 'what a start says that it found has nothing in doubt', make: reportsNothingInDoubt },
  doubtsTwiceAsMuch: { operation: 'op-10', hardware: 'lcdm', cell: struck('replyLost@reply:45'), mistake: 'twice as much is in doubt as may have left', make: doubtsTwiceAsMuch },
  leavesPathWithoutItem: { operation: 'op-10', hardware: 'f53', cell: null, mistake: 'notes that lie in the path are in nobody\'s list', make: leavesPathWithoutItem },
  leavesLostUnitsWithoutItem: { operation: 'op-10', hardware: 'recycler', cell: null, mistake: 'notes that left the units of a recycler and arrived nowhere are nobody’s matter', make: leavesLostUnitsWithoutItem },
  leavesLostNoteWithoutItem: { operation: 'op-01', hardware: 'lcdm', cell: null, mistake: 'a note of which nobody knows is in nobody\'s list', make: leavesLostNoteWithoutItem },
  believesUnsignedRefusal: { operation: 'op-01', hardware: 'lcdm', cell: ofBank('wrongSignature'), mistake: 'a refusal without a good signature is believed', make: believesUnsignedRefusal },
  reusesOperationKey: { operation: 'op-01', hardware: 'lcdm', cell: null, mistake: 'two deposits have one idempotency key', make: reusesOperationKey },
  leavesOneKindOutOfDay: { operation: 'op-01', hardware: 'lcdm', cell: null, mistake: 'the totals of a day lack one kind of operation', make: leavesOneKindOutOfDay },
  takesSilenceForRefusal: { operation: 'op-10', hardware: 'lcdm', cell: ofBank('silence'), mistake: 'sent and unanswered counts as not sent', make: takesSilenceForRefusal },
  leavesOperationOpen: { operation: 'op-05', hardware: 'lcdm', cell: PLAIN_KILL, mistake: 'operations are never closed', make: leavesOperationOpen },
  closesWithNothingMoved: { operation: 'op-01', hardware: 'lcdm', cell: PLAIN_KILL, mistake: 'an operation is closed as one in which no cash moved', make: closesWithNothingMoved },
  leaksCode: { operation: 'op-05', hardware: 'lcdm', cell: null, mistake: 'a one-time code is written down', make: leaksCode },
  countsRecycledAtCredit: { operation: 'op-01', hardware: 'recycler', cell: PLAIN_KILL, mistake: 'a recycled note is payable once it is credited', make: countsRecycledAtCredit },
  repeatsPayoutInDoubt: { operation: 'op-10', hardware: 'recycler', cell: PLAIN_KILL, mistake: 'a payout that was cut off is made again', make: repeatsPayoutInDoubt },
  countsRetractAsReturned: { operation: 'op-10', hardware: 'f53', cell: null, mistake: 'a bunch that was drawn back counts as whole', make: countsRetractAsReturned },
  countsOffTwinCassette: { operation: 'op-10', hardware: 'f53+twins', cell: null, mistake: 'what a cassette gave is counted off another one of the same denomination', make: countsOffTwinCassette },
  leavesRejectsInCassette: { operation: 'op-10', hardware: 'lcdm', cell: struck('reject@note#1'), mistake: 'rejected notes are counted in the tray and not off their cassette', make: leavesRejectsInCassette },
  believesWrongSum: { operation: 'op-10', hardware: 'lcdm', cell: null, mistake: 'an answer whose check is wrong is believed', make: believesWrongSum },
  leavesJammedNoteInCassette: { operation: 'op-10', hardware: 'id003+lcdm4000', cell: struck('jam@eject'), mistake: 'a note that jammed is counted in its cassette', make: leavesJammedNoteInCassette },
  believesOldWord: { operation: 'op-10', hardware: 'id003+lcdm4000', cell: PLAIN_KILL, mistake: 'the word about the dispense before is taken for the one about the last', make: believesOldWord },
  takesEveryBunchForTaken: { operation: 'op-10', hardware: 'xfs-dispenser', cell: PLAIN_KILL, mistake: 'a bunch of which nobody heard counts as taken', make: takesEveryBunchForTaken },
  creditsCoinTwice: { operation: 'op-01', hardware: 'lcdm+coins', cell: null, mistake: 'a coin that is told is credited twice', make: creditsCoinTwice },
  forgetsCoinMark: { operation: 'op-01', hardware: 'lcdm+coins', cell: null, mistake: 'a coin is credited without the mark up to which the device was read', make: forgetsCoinMark },
  forgetsLoadedCoins: { operation: 'op-01', hardware: 'lcdm+hoppers', cell: null, mistake: 'coins that a technician put into a hopper are not counted', make: forgetsLoadedCoins },
  repeatsCoinsInDoubt: { operation: 'op-10', hardware: 'lcdm+coins', cell: null, mistake: 'a payout of coins that was cut off is made again', make: repeatsCoinsInDoubt },
  roundsCoinsInDoubtToNothing: { operation: 'op-10', hardware: 'lcdm+coins', cell: null, mistake: 'coins that nobody knows of count as not paid', make: roundsCoinsInDoubtToNothing },
  countsLoadTwice: { operation: 'op-10', hardware: 'f53', cell: null, mistake: 'notes that a technician put into a cassette are counted twice', make: countsLoadTwice },
  forgetsLoadedNotes: { operation: 'op-10', hardware: 'lcdm', cell: null, mistake: 'notes that a technician put into a cassette are not counted', make: forgetsLoadedNotes },
  booksEmptiedAsNothing: { operation: 'op-10', hardware: 'lcdm', cell: null, mistake: 'a cassette that was emptied counts as if nothing had been in it', make: booksEmptiedAsNothing },
  forgetsLoadedUnits: { operation: 'op-10', hardware: 'recycler', cell: null, mistake: 'notes that a technician put into the units of a recycler are not counted', make: forgetsLoadedUnits },
  collectsAllButOneKind: { operation: 'op-01', hardware: 'lcdm', cell: null, mistake: 'the cash box is taken away, and one kind of its notes stays counted in it', make: collectsAllButOneKind },
  onePersonIsEnough: { operation: 'op-01', hardware: 'lcdm', cell: null, mistake: 'one person alone ends a message that waits for two', make: onePersonIsEnough },
  replacedMessageGetsNewOperationId: { operation: 'op-01', hardware: 'lcdm', cell: null, mistake: 'a message is replaced by one with another operation id', make: replacedMessageGetsNewOperationId },
  replacedMessageIsNeverSent: { operation: 'op-05', hardware: 'lcdm', cell: null, mistake: 'a message is ended for a new one that is never written', make: replacedMessageIsNeverSent },
  leavesDoorsUnheard: { operation: 'op-01', hardware: 'lcdm+place', cell: null, mistake: 'customers are served while a door stands open', make: leavesDoorsUnheard },
  forgetsTamperAtRestart: { operation: 'op-05', hardware: 'lcdm+place', cell: null, mistake: 'a restart ends what only a person may', make: forgetsTamperAtRestart },
  tellsNobodyOfTamper: { operation: 'op-01', hardware: 'lcdm+place', cell: null, mistake: 'somebody tampered, and the bank is not told', make: tellsNobodyOfTamper },
  staysOnEmptyBattery: { operation: 'op-10', hardware: 'lcdm+place', cell: null, mistake: 'cash moves until the battery is empty', make: staysOnEmptyBattery },
  settledMessageLeavesNoItem: { operation: 'op-10', hardware: 'lcdm', cell: null, mistake: 'a report that was ended by hand leaves no item for its cash', make: settledMessageLeavesNoItem },
} as const satisfies Readonly<Record<string, { readonly operation: OperationCode; readonly hardware: HardwareName; readonly cell: PlantedCell | null; readonly isMatrixOnly?: true; readonly mistake: string; readonly make: () => Sabotage }>>;

export type SabotageName = keyof typeof PLANTED;
export const SABOTAGE_NAMES = Object.keys(PLANTED) as SabotageName[];
