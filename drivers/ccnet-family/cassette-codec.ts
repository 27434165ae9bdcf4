import type { TypeCount } from './codec.ts';
import { BILL_TYPE_COUNT } from './codec.ts';

/** What 3B says of one recycling cassette. [ccnet §6] */
export interface CassetteStatus {
  /** From 1, as the commands want it. */
  readonly cassetteNumber: number;
  readonly isPresent: boolean;
  /** null: set to no type, or an escrow cassette. */
  readonly billType: number | null;
  readonly noteCount: number;
}

export const CASSETTE_COUNT_MAX = 16;
const IS_PRESENT = 0x80;
const TYPE_MASK = 0x1f;
/** Type byte of command 40. */
export const ASSIGN = 0x80;
export const UNASSIGN = 0x5f;

/** Two bytes a cassette, 1 to 16 of them; null: something else. */
export function decodeCassettes(body: Uint8Array): readonly CassetteStatus[] | null {
  if (body.length === 0 || body.length % 2 !== 0 || body.length > 2 * CASSETTE_COUNT_MAX) return null;
  return Array.from({ length: body.length / 2 }, (_, index) => {
    const billType = body[2 * index]! & TYPE_MASK;
    return { cassetteNumber: index + 1, isPresent: (body[2 * index]! & IS_PRESENT) !== 0, billType: billType < BILL_TYPE_COUNT ? billType : null, noteCount: body[2 * index + 1]! };
  });
}

/** Pairs of bill type and count; null: the bytes are none. Of 3C sure, of what follows 25 [unverified]. */
export function decodePairs(bytes: Uint8Array): readonly TypeCount[] | null {
  if (bytes.length === 0 || bytes.length % 2 !== 0) return null;
  const pairs = Array.from({ length: bytes.length / 2 }, (_, index) => ({ billType: bytes[2 * index]!, noteCount: bytes[2 * index + 1]! }));
  return pairs.every(({ billType }) => billType < BILL_TYPE_COUNT) ? pairs : null;
}

/**
 * What 81 of a Bill-to-Bill unit says: sources disagree whether its byte is the bill type, or type in the high half and destination in the low one. [ccnet §7]
 * @param isKnownType  in the device's own table
 * @returns the type that fits the note in escrow, else the only one that the table knows, else what was in escrow; null: the byte alone leaves it open
 */
export function stackedType(byte: number, { escrowedType, isKnownType }: { readonly escrowedType: number | null; readonly isKnownType: (billType: number) => boolean }): number | null {
  const readings = [...new Set([byte, byte >> 4])].filter((billType) => billType < BILL_TYPE_COUNT);
  if (escrowedType !== null && readings.includes(escrowedType)) return escrowedType;
  const known = readings.filter(isKnownType);
  return known.length === 1 ? known[0]! : escrowedType;
}
