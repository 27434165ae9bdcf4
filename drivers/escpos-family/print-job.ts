import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { CompletionCode, DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { PrintPart, PrintProgress } from '../interfaces/printer.ts';
import { COMMANDS, isPaperEndInOrder } from './codec.ts';
import { consumed, IN_ORDER_TIMEOUT_MS, STATUS_DURING_JOB_MS, type Consumed } from './consumed.ts';
import type { Dialect } from './dialect.ts';
import { XON_WAIT_MS, type LinkFailure, type PrinterLink } from './link.ts';
import { partCommands, rowsOf } from './parts.ts';
import { emptyExit, present } from './presenting.ts';
import { readStatus, stopReason, type StatusReading } from './status.ts';

/** What a printer may take beyond the printing itself. [escpos §6: allow 10 s] */
const CONSUME_ALLOWANCE_MS = 10_000;
/** The slowest head that is still sold, about 31 mm/s at 8 dots per mm. */
const ROW_MS_MAX = 4;
/** A look at the printer after so many commands: of bands about 12 mm of paper. */
const COMMANDS_PER_STATUS = 4;

export interface JobEnd {
  readonly outcome: DeviceOutcome<{ readonly progress: PrintProgress }>;
  /** After the last look at the printer, when there was one. */
  readonly reading?: StatusReading;
}

/**
 * Prints, cuts and presents one receipt. failed: not a dot was printed. uncertain: from the first byte of it on, anything but the proof that all was
 * consumed and no error stands; it is never repeated here.
 *
 * @param onSent  called right before the first byte of the receipt is written
 */
export async function runJob(link: PrinterLink, dialect: Dialect, parts: readonly PrintPart[], onSent: () => void): Promise<JobEnd> {
  const refused = await prepare(link, dialect);
  if (refused !== undefined) return refused;
  onSent();
  const timeoutsBefore = link.timeoutCount;
  const stop = await sendParts(link, dialect, parts);
  if (stop !== undefined) return { outcome: uncertain('sent', stop), reading: stop };
  // It was away for a while: after a short power cut it answers as if nothing had been. [escpos §9: no count or job id to read back]
  if (link.timeoutCount !== timeoutsBefore) return { outcome: uncertain('sent', 'silence') };
  link.write(dialect.cut);
  let end = await consumed(link, dialect, CONSUME_ALLOWANCE_MS + rowsOf(parts) * ROW_MS_MAX, false);
  if (end.kind === 'stopped' && end.reading.kind === 'status' && end.reading.status.hasCutterError) {
    // One retry. [escpos §8]
    for (const order of dialect.cutAgain) link.write(order);
    end = await consumed(link, dialect, CONSUME_ALLOWANCE_MS, false);
  }
  if (end.kind === 'stopped') return { outcome: uncertain('sent', end.reading), reading: end.reading };
  if (end.kind !== 'consumed') return { outcome: uncertain('sent', end.kind), reading: { kind: end.kind } };
  const after = await whenMotorRests(link, dialect);
  const isProven = after.kind === 'status' && after.faults.length === 0 && !isPaperEndInOrder(end.value);
  if (!isProven) return { outcome: uncertain('drained', after.kind === 'status' ? after : after.kind), reading: after };
  // Without a presenter, what is cut off lies in the customer's reach.
  const shown = dialect.presenter === null ? { kind: 'presented' as const } : await present(link, dialect, dialect.presenter);
  if (shown.kind === 'notSeen') return { outcome: uncertain('drained', shown.reading), reading: shown.reading };
  return { outcome: { kind: 'completed', value: { progress: 'presented' } }, reading: after };
}

/** Status, exit empty, initialised, and proof that it listens. @returns why nothing can be printed */
async function prepare(link: PrinterLink, dialect: Dialect): Promise<JobEnd | undefined> {
  const before = await readStatus(link, dialect);
  if (before.kind !== 'status') return { outcome: notPrinted('PTR_OFFLINE', `no status: ${before.kind}`), reading: before };
  if (before.faults[0] !== undefined) return { outcome: notPrinted(before.faults[0], `status ${before.rawHex}`), reading: before };
  if (dialect.presenter !== null && before.status.isReceiptAtExit) {
    // Somebody else's. [escpos §7]
    const emptied = await emptyExit(link, dialect, dialect.presenter);
    if (emptied.kind === 'lost' || emptied.kind === 'silence') return { outcome: notPrinted('PTR_OFFLINE', `no status: ${emptied.kind}`), reading: { kind: emptied.kind } };
    if (emptied.kind === 'stuck') return { outcome: notPrinted('PTR_JAMMED', 'the exit stays covered'), reading: { ...before, faults: ['PTR_JAMMED'] } };
  }
  link.write(COMMANDS.initialise);
  if (dialect.automaticStatus !== null) link.write(dialect.automaticStatus);
  const ready = await consumed(link, dialect, IN_ORDER_TIMEOUT_MS);
  if (ready.kind !== 'consumed') return { outcome: notPrinted('PTR_OFFLINE', `no in-order answer: ${ready.kind}`), ...readingAt(ready) };
  if (isPaperEndInOrder(ready.value)) return { outcome: notPrinted('PTR_PAPER_OUT', 'paper end in the in-order answer') };
  const holdInside = dialect.presenter?.holdInside ?? null;
  if (holdInside !== null) link.write(holdInside);
  return undefined;
}

/** Undefined when all is written and the printer is online; else why not. */
async function sendParts(link: PrinterLink, dialect: Dialect, parts: readonly PrintPart[]): Promise<StatusReading | undefined> {
  let commandCount = 0;
  for (const command of partCommands(parts, dialect)) {
    for (let heldMs = 0; link.isHeld; heldMs += STATUS_DURING_JOB_MS) {
      if (heldMs >= XON_WAIT_MS) return { kind: 'silence' };
      if (await link.awaitRelease(STATUS_DURING_JOB_MS)) break;
      const stop = await stopReason(link, dialect);
      if (stop !== undefined) return stop;
    }
    if ((await link.sendCounted(command)) === 'lost') return { kind: 'lost' };
    commandCount += 1;
    if (commandCount % COMMANDS_PER_STATUS !== 0) continue;
    const stop = await stopReason(link, dialect);
    if (stop !== undefined) return stop;
  }
  return stopReason(link, dialect);
}

/** Custom tells whether the paper motor turns: it must rest before the receipt is moved on. [escpos §6] */
async function whenMotorRests(link: PrinterLink, dialect: Dialect): Promise<StatusReading> {
  for (let elapsedMs = 0; ; elapsedMs += STATUS_DURING_JOB_MS) {
    const reading = await readStatus(link, dialect);
    if (reading.kind !== 'status' || !reading.status.isMoving || reading.faults.length > 0) return reading;
    if (elapsedMs >= CONSUME_ALLOWANCE_MS) return { ...reading, faults: ['PTR_FAILURE'] };
    await link.pause(STATUS_DURING_JOB_MS);
  }
}

function readingAt(end: Exclude<Consumed, { kind: 'consumed' }>): { readonly reading: StatusReading } {
  return { reading: end.kind === 'stopped' ? end.reading : { kind: end.kind } };
}

function notPrinted(errorCode: ErrorCode, detail: string): JobEnd['outcome'] {
  return { kind: 'failed', completionCode: 'deviceNotReady', errorCode, detail };
}

/** @param reason  last reading, or how the line failed */
function uncertain(stage: PrintProgress, reason: StatusReading | LinkFailure): JobEnd['outcome'] {
  const kind = typeof reason === 'string' ? reason : reason.kind;
  const codes: Readonly<Record<StatusReading['kind'], CompletionCode>> = { status: 'hardwareError', silence: 'timeOut', lost: 'deviceNotReady' };
  const rawHex = typeof reason === 'object' && reason.kind === 'status' ? { rawHex: reason.rawHex } : {};
  return { kind: 'uncertain', completionCode: codes[kind], lastKnown: { stage, ...rawHex } };
}
