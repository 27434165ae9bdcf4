/** HID POS input report, usage page 8C: `02 count aim(3) data(56) vendor reserved flags`. [scanners §1.2] */
export const REPORT_LENGTH_BYTES = 64;
const REPORT_ID = 0x02;
const DATA_OFFSET = 4;
export const DATA_LENGTH_BYTES_MAX = 56;
const FLAGS_OFFSET = 62;
const FLAG_MORE = 0x01;

export type ReportEvent =
  | { readonly kind: 'part'; readonly aim: string; readonly data: Buffer; readonly vendorSymbology: number; readonly isLast: boolean }
  | { readonly kind: 'noise'; readonly reason: 'badLength' | 'badReportId' | 'badCount' | 'badAim'; readonly byteCount: number };

/** Total: any report gives a part of a code or noise. Some HID layers take the report id away. */
export function readReport(report: Uint8Array): ReportEvent {
  const noise = (reason: Extract<ReportEvent, { kind: 'noise' }>['reason']): ReportEvent => ({ kind: 'noise', reason, byteCount: report.length });
  if (report.length !== REPORT_LENGTH_BYTES && report.length !== REPORT_LENGTH_BYTES - 1) return noise('badLength');
  if (report.length === REPORT_LENGTH_BYTES && report[0] !== REPORT_ID) return noise('badReportId');
  const body = report.length === REPORT_LENGTH_BYTES ? report.subarray(1) : report;
  const count = body[0]!;
  if (count < 1 || count > DATA_LENGTH_BYTES_MAX) return noise('badCount');
  const aim = Buffer.from(body.subarray(1, DATA_OFFSET)).toString('latin1');
  if (!/^\][A-Za-z][0-9A-Za-z]$/.test(aim)) return noise('badAim');
  return { kind: 'part', aim, data: Buffer.from(body.subarray(DATA_OFFSET, DATA_OFFSET + count)), vendorSymbology: body[60]!, isLast: (body[FLAGS_OFFSET]! & FLAG_MORE) === 0 };
}
