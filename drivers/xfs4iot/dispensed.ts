import type { DispenseCounts } from '../interfaces/cash-dispenser.ts';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { CassetteNumbers } from './cassette-numbers.ts';
import type { StorageUnit } from './counts.ts';
import type { Moves } from './payout-registers.ts';
import { byIndex } from './stored-units.ts';

export interface Cassette {
  readonly cassetteNumber: number;
  readonly unit: string;
  readonly currency: string;
  /** Major units, as the service counts. */
  readonly value: number;
}

export interface CassetteRequest {
  readonly cassetteNumber: number;
  readonly noteCount: number;
}

/** Units that pay out, in the order of their index. */
export function cassettesOf(storage: Readonly<Record<string, StorageUnit>>, numbers: CassetteNumbers): readonly Cassette[] {
  const paying = Object.entries(storage).filter(([, { cash }]) => cash?.configuration?.types?.['cashOut'] === true).sort(byIndex);
  const numberOf = numbers.of(paying.map(([unit]) => unit));
  return paying.map(([unit, { cash }]) => ({ cassetteNumber: numberOf.get(unit)!, unit, currency: cash?.configuration?.currency ?? '', value: cash?.configuration?.value ?? 0 }));
}

/** What left a unit between two looks at its counters: the sure record, also of a command whose completion says nothing. [xfs4iot §14.10, §14.16] */
export function countsOfMoves({ cassetteNumber, noteCount }: CassetteRequest, { presentedCount, stackedCount, rejectedCount, transportCount, unknownCount }: Moves, stoppedBy: ErrorCode | null): DispenseCounts {
  const inTransportCount = transportCount + unknownCount;
  return { cassetteNumber, requestedCount: noteCount, presentedCount, rejectedCount, stackedCount, inTransportCount, pickedCount: presentedCount + stackedCount + rejectedCount + inTransportCount, stoppedBy, rawErrorCode: 0 };
}

/** With these nothing was begun, whoever says them. [xfs4iot §1.5, §6] */
const NOT_BEGUN_CODES: readonly string[] = ['invalidCommand', 'unsupportedCommand', 'invalidData', 'unsupportedData', 'invalidRequestID', 'sequenceError', 'authorizationRequired', 'noCommandNonce', 'invalidToken', 'invalidTokenNonce', 'invalidTokenHMAC', 'invalidTokenFormat', 'invalidTokenKeyNoValue', 'notEnoughSpace', 'deviceNotReady'];
const NOT_BEGUN_ERRORS: readonly string[] = ['invalidCurrency', 'invalidTellerID', 'invalidDenomination', 'invalidMixNumber', 'noCurrencyMix', 'notDispensable', 'tooManyItems', 'exchangeActive', 'noCashBoxPresent', 'amountNotInMixTable', 'unsupportedPosition', 'safeDoorOpen', 'itemsLeft', 'shutterOpen'];

export function isNotBegun(completionCode: string, errorCode: string | null): boolean {
  return NOT_BEGUN_CODES.includes(completionCode) || (completionCode === 'commandErrorCode' && errorCode !== null && NOT_BEGUN_ERRORS.includes(errorCode));
}
