import { isLuhnValid } from '../checks/luhn.ts';
import type { CardData } from '../interfaces/card-reader.ts';
import { Pan } from '../interfaces/card-reader.ts';

/** ISO/IEC 7813 without sentinels and LRC: `PAN=YYMM service …`, at most 38 characters, and `B PAN^name^YYMM service …`, at most 77. */
const TRACK_2 = /^(\d{12,19})=(\d{4})(\d{3})[\d:<=>]*$/;
const TRACK_1 = /^B(\d{12,19})\^[^^?]{2,26}\^(\d{4})(\d{3})[^^?]*$/;
const TRACK_1_LENGTH_MAX = 77;
const TRACK_2_LENGTH_MAX = 38;

/** Track 2 first, it is the one that authorisations use; track 1 when that was damaged. null: no valid number on either. The tracks themselves are not kept. */
export function cardOfTracks({ track1, track2 }: { readonly track1: string | null; readonly track2: string | null }): CardData | null {
  return cardOf(track2, TRACK_2, TRACK_2_LENGTH_MAX) ?? cardOf(track1, TRACK_1, TRACK_1_LENGTH_MAX);
}

function cardOf(text: string | null, form: RegExp, lengthMax: number): CardData | null {
  if (text === null || text.length > lengthMax) return null;
  const [, digits, expiry, serviceCode] = form.exec(text) ?? [];
  if (digits === undefined || expiry === undefined || serviceCode === undefined || !isLuhnValid(digits)) return null;
  return { pan: new Pan(digits), expiry, serviceCode, entry: 'magneticStripe' };
}

/** Service code 2xx and 6xx: the card has a chip, which is to be read before its stripe. */
export function hasChip({ serviceCode }: CardData): boolean {
  return serviceCode.startsWith('2') || serviceCode.startsWith('6');
}
