import { readReport } from './frames.ts';

/** One report in words; what the code says is counted, not shown. */
export function decodeHidPos(report: Uint8Array): object {
  const event = readReport(report);
  return event.kind === 'noise' ? event : { kind: 'part', aim: event.aim, dataByteCount: event.data.length, isLast: event.isLast };
}
