import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { HopperTest, TestBit } from './codec.ts';

/** What each bit of 163 means for the terminal; the others are normal. [misc §5.5] */
const FAULT_OF: Partial<Readonly<Record<TestBit, ErrorCode>>> = {
  overCurrent: 'CDM_COIN_JAMMED', optoBlockedPaying: 'CDM_COIN_JAMMED', timedOut: 'CDM_COIN_EMPTY',
  optoBlockedIdle: 'CDM_COIN_FRAUD', optoShorted: 'CDM_COIN_FRAUD', fraudAttempt: 'CDM_COIN_FRAUD',
  checksumA: 'CDM_COIN_FAILURE', checksumB: 'CDM_COIN_FAILURE', checksumC: 'CDM_COIN_FAILURE', checksumD: 'CDM_COIN_FAILURE', powerFailedWriting: 'CDM_COIN_FAILURE',
};
const GRAVEST_FIRST: readonly ErrorCode[] = ['CDM_COIN_FRAUD', 'CDM_COIN_FAILURE', 'CDM_COIN_JAMMED', 'CDM_COIN_EMPTY'];

export function faultsOf({ bits }: HopperTest): readonly ErrorCode[] {
  const found = bits.map((bit) => FAULT_OF[bit]);
  return GRAVEST_FIRST.filter((code) => found.includes(code));
}
