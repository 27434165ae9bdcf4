/**
 * One input report per swipe: three status bytes, three lengths, encode type, three fields of 110 bytes. [card-readers, MagTek SureSwipe]
 */
export const REPORT_LENGTH_BYTES = 337;
const TRACK_OFFSETS = [7, 117, 227] as const;
const TRACK_LENGTH_BYTES_MAX = 110;
const ENCODE_TYPE_OFFSET = 6;

/** `error`: the stripe could not be decoded there; `empty`: nothing on it. The text has its sentinels. */
export type Track = { readonly kind: 'read'; readonly text: string } | { readonly kind: 'empty' } | { readonly kind: 'error' };

export type ReportEvent =
  | { readonly kind: 'swipe'; readonly encodeType: number; readonly tracks: readonly [Track, Track, Track] }
  | { readonly kind: 'noise'; readonly reason: 'badLength' | 'badTrackLength'; readonly byteCount: number };

/** Total: any report gives a swipe or noise. A leading report id 0, which some HID layers keep, is dropped. */
export function readReport(report: Uint8Array): ReportEvent {
  const body = report.length === REPORT_LENGTH_BYTES + 1 && report[0] === 0 ? report.subarray(1) : report;
  if (body.length !== REPORT_LENGTH_BYTES) return { kind: 'noise', reason: 'badLength', byteCount: report.length };
  const lengths = [body[3]!, body[4]!, body[5]!];
  if (lengths.some((length) => length > TRACK_LENGTH_BYTES_MAX)) return { kind: 'noise', reason: 'badTrackLength', byteCount: report.length };
  const track = (index: 0 | 1 | 2): Track => {
    if ((body[index]! & 0x01) !== 0) return { kind: 'error' };
    const length = lengths[index]!;
    if (length === 0) return { kind: 'empty' };
    const offset = TRACK_OFFSETS[index];
    return { kind: 'read', text: Buffer.from(body.subarray(offset, offset + length)).toString('latin1') };
  };
  return { kind: 'swipe', encodeType: body[ENCODE_TYPE_OFFSET]!, tracks: [track(0), track(1), track(2)] };
}
