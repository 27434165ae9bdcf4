/** What the registers of a hopper say, and what is sent to it. [misc §5.3, §5.5 to §5.7] */
export const STATUS_BYTES = 4;
export const TOTAL_BYTES = 3;
export const TEST_BYTES = [1, 2, 3] as const;
export const CHALLENGE_BYTES = 8;
/** It counts dispense commands 1…255 and then 1 again; 0 only after a restart. */
const EVENT_MAX = 255;
/** Payout is on with this value of 164, off with any other. */
export const PAYOUT_ON = 0xa5;
export const PAYOUT_OFF = 0;

export interface HopperStatus {
  readonly eventCount: number;
  /** Of the command that runs. */
  readonly remainingCount: number;
  /** Of the last command; both are kept over a power cut. */
  readonly paidCount: number;
  readonly unpaidCount: number;
}

/** null: not four bytes. */
export function decodeStatus(data: Uint8Array): HopperStatus | null {
  if (data.length !== STATUS_BYTES) return null;
  return { eventCount: data[0]!, remainingCount: data[1]!, paidCount: data[2]!, unpaidCount: data[3]! };
}

export function eventAfter(eventCount: number): number {
  return eventCount === EVENT_MAX ? 1 : eventCount + 1;
}

/** Life total of 168, low byte first; it goes on at 0 after 16 777 215. null: not three bytes. */
export function decodeTotal(data: Uint8Array): number | null {
  return data.length === TOTAL_BYTES ? data[0]! + data[1]! * 256 + data[2]! * 65_536 : null;
}

export function totalSince(before: number, after: number): number {
  return (after - before + 0x1_00_00_00) % 0x1_00_00_00;
}

/** Bits of 163 by name, in the order of the manual. */
const TEST_BITS = [
  ['overCurrent', 'timedOut', 'reversed', 'optoBlockedIdle', 'optoShorted', 'optoBlockedPaying', 'poweredUp', 'payoutDisabled'],
  ['fraudAttempt', 'singleCoin', 'checksumA', 'checksumB', 'checksumC', 'checksumD', 'powerFailedWriting', 'pinOn'],
] as const;
export type TestBit = (typeof TEST_BITS)[number][number];
/** These say that memory is not to be believed. */
export const MEMORY_BITS: readonly TestBit[] = ['checksumA', 'checksumB', 'checksumC', 'checksumD'];

export interface HopperTest {
  readonly bits: readonly TestBit[];
  readonly rawHex: string;
}

/** 163 of one to three bytes; the third has no meaning that the sheet knows. */
export function decodeTest(data: Uint8Array): HopperTest {
  return { bits: TEST_BITS.flatMap((names, byte) => names.filter((_, bit) => (((data[byte] ?? 0) >> bit) & 1) === 1)), rawHex: Buffer.from(data).toString('hex') };
}

export interface HopperLevel {
  readonly isBelowLow: boolean | null;
  readonly isAboveHigh: boolean | null;
}

/** 217: b0 set, below the low level; b1 set, at or above the high level [unverified polarity]; b4 and b5: the sensor is there. */
export function decodeLevel(data: Uint8Array): HopperLevel {
  const bits = data[0] ?? 0;
  return { isBelowLow: (bits & 0x10) === 0 ? null : (bits & 1) !== 0, isAboveHigh: (bits & 0x20) === 0 ? null : (bits & 2) !== 0 };
}
