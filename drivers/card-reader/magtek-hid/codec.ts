import { isLuhnValid } from '../../checks/luhn.ts';
import type { CardData } from '../../interfaces/card-reader.ts';
import { Pan } from '../../interfaces/card-reader.ts';
import type { Track } from './frames.ts';

/** ISO/IEC 7813: `;PAN=YYMM service …?`, at most 40 characters, and `%B PAN^name^YYMM service …?`, at most 79. Sentinels included, no LRC. */
const TRACK_2 = /^;(\d{12,19})=(\d{4})(\d{3})[\d:<=>]*\?$/;
const TRACK_1 = /^%B(\d{12,19})\^[^^?]{2,26}\^(\d{4})(\d{3})[^^?]*\?$/;
const TRACK_1_LENGTH_MAX = 79;
const TRACK_2_LENGTH_MAX = 40;

/** Encode types of the report. */
export const ENCODE_TYPES: readonly string[] = ['iso', 'aamva', 'cadl', 'blank', 'other', 'undetermined', 'none'];

/** Track 2 first, it is the one that authorisations use; track 1 when that was damaged. null: no valid number on either. */
export function cardOf(tracks: readonly [Track, Track, Track]): CardData | null {
  return cardFrom(tracks[1], TRACK_2, TRACK_2_LENGTH_MAX) ?? cardFrom(tracks[0], TRACK_1, TRACK_1_LENGTH_MAX);
}

function cardFrom(track: Track, form: RegExp, lengthMax: number): CardData | null {
  if (track.kind !== 'read' || track.text.length > lengthMax) return null;
  const [, digits, expiry, serviceCode] = form.exec(track.text) ?? [];
  if (digits === undefined || expiry === undefined || serviceCode === undefined || !isLuhnValid(digits)) return null;
  return { pan: new Pan(digits), expiry, serviceCode, entry: 'magneticStripe' };
}
