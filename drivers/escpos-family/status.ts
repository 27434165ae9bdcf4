import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import { decodeFullStatus, decodeRealTime, faultsOf, FULL_STATUS_QUERY, REAL_TIME_QUERIES, realTimeQuery, type PaperStatus } from './codec.ts';
import type { Dialect } from './dialect.ts';
import type { LinkFailed, PrinterLink } from './link.ts';

export type StatusReading = { readonly kind: 'status'; readonly status: PaperStatus; readonly faults: readonly ErrorCode[]; readonly rawHex: string } | LinkFailed;

/** All that the printer tells of itself: DLE EOT 1 to 4, or Custom's six bytes. */
export async function readStatus(link: PrinterLink, dialect: Dialect): Promise<StatusReading> {
  if (dialect.statusKind === 'fullStatus') {
    const answer = await link.status(FULL_STATUS_QUERY, 'fullStatus');
    return answer.kind === 'answer' ? readingOf(decodeFullStatus(answer.bytes), answer.bytes) : { kind: answer.kind };
  }
  const answers: number[] = [];
  for (const n of REAL_TIME_QUERIES) {
    const answer = await link.status(realTimeQuery(n), 'realTime');
    if (answer.kind !== 'answer') return { kind: answer.kind };
    answers.push(answer.bytes[0]!);
  }
  return readingOf(decodeRealTime(answers as [number, number, number, number], dialect.paperBits), answers);
}

export function readingOf(status: PaperStatus, bytes: readonly number[]): Extract<StatusReading, { kind: 'status' }> {
  return { kind: 'status', status, faults: faultsOf(status), rawHex: Buffer.from(bytes).toString('hex') };
}

/** Whether the printer lives, by its shortest query. */
export async function isAnswering(link: PrinterLink, dialect: Dialect): Promise<'answer' | LinkFailed['kind']> {
  const answer = dialect.statusKind === 'fullStatus' ? await link.status(FULL_STATUS_QUERY, 'fullStatus') : await link.status(realTimeQuery(1), 'realTime');
  return answer.kind;
}

/** Undefined while the printer is online; else all it tells, or that it is gone. */
export async function stopReason(link: PrinterLink, dialect: Dialect): Promise<StatusReading | undefined> {
  if (dialect.statusKind === 'realTime') {
    const printer = await link.status(realTimeQuery(1), 'realTime');
    if (printer.kind !== 'answer') return { kind: printer.kind };
    if ((printer.bytes[0]! & 0x08) === 0) return undefined;
  }
  const reading = await readStatus(link, dialect);
  // Offline and back between two questions, e.g. the feed button: no reason to give up.
  return reading.kind === 'status' && reading.faults.length === 0 ? undefined : reading;
}
