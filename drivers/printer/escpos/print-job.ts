import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { CompletionCode, DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { Bitmap, PrintProgress } from '../../interfaces/printer.ts';
import { COMMANDS, decodeRealTime, faultsOf, isPaperEndInOrder, rasterBands, REAL_TIME_QUERIES, type PaperStatus } from './codec.ts';
import { XON_WAIT_MS, type Answer, type EscposLink, type LinkFailed, type LinkFailure } from './link.ts';

/** Lets time pass; ends early when the driver stops or the line is lost. */
export type Pause = (ms: number) => Promise<void>;

/** ESC @ on the printers seen: about a second until it listens again. [escpos §2, §3] */
const INITIALISE_MS = 1000;
const IN_ORDER_TIMEOUT_MS = 2000;
/** What a printer may take beyond the printing itself. [escpos §6: allow 10 s] */
const CONSUME_ALLOWANCE_MS = 10_000;
/** The slowest head that is still sold, about 31 mm/s at 8 dots per mm. */
const ROW_MS_MAX = 4;
const STATUS_DURING_JOB_MS = 300;
/** Before the second in-order question: an overtaken first answer comes now and is not taken for the second. */
const DRAIN_MS = 50;
/** A look at the printer after so many bands, about 12 mm of paper. */
const BANDS_PER_STATUS = 4;
/** Largest raster command in use, 128 rows of 832 dots: what a printer that was cut off inside one still swallows. [escpos §9] */
const FILL_BYTES = 8 + 104 * 128;

export type StatusReading = { readonly kind: 'status'; readonly status: PaperStatus; readonly faults: readonly ErrorCode[]; readonly rawHex: string } | LinkFailed;

/** DLE EOT 1 to 4. */
export async function readStatus(link: EscposLink): Promise<StatusReading> {
  const answers: number[] = [];
  for (const n of REAL_TIME_QUERIES) {
    const answer = await link.status(n);
    if (answer.kind !== 'answer') return { kind: answer.kind };
    answers.push(answer.value);
  }
  const status = decodeRealTime(answers as [number, number, number, number]);
  return { kind: 'status', status, faults: faultsOf(status), rawHex: Buffer.from(answers).toString('hex') };
}

export type Cleared = { readonly kind: 'cleared'; readonly status: PaperStatus } | { readonly kind: 'faulty'; readonly status: PaperStatus; readonly faults: readonly ErrorCode[] } | LinkFailed;

/**
 * Brings the printer to a known state, so that nothing of an earlier receipt reaches the next person: out of an unfinished raster command, buffers
 * cleared, initialised, and the paper that may hang in the throat cut off. [escpos §8, §9]
 */
export async function clearPrinter(link: EscposLink, pause: Pause, options: { readonly mayPaperHang: boolean }): Promise<Cleared> {
  const first = await link.status(1);
  if (first.kind === 'silence') {
    // Inside GS v 0 even real-time queries are picture: zeros up to the declared size end it. [escpos §9, §11]
    const filled = await link.send(new Uint8Array(FILL_BYTES));
    if (filled !== 'sent') return { kind: filled };
    const second = await link.status(1);
    if (second.kind !== 'answer') return { kind: second.kind };
  } else if (first.kind === 'lost') return { kind: 'lost' };
  // Clearing works while the printer stands without paper, and must be done then: the rest would come out as soon as paper is loaded. [escpos §8]
  link.write(COMMANDS.clearBuffers);
  link.write(COMMANDS.initialise);
  await pause(INITIALISE_MS);
  link.write(COMMANDS.selectPrinter);
  const before = await readStatus(link);
  if (before.kind !== 'status') return before;
  if (before.faults.length > 0) return { kind: 'faulty', status: before.status, faults: before.faults };
  if (options.mayPaperHang) link.write(COMMANDS.feedAndCut);
  const proof = await consumed(link, pause, IN_ORDER_TIMEOUT_MS);
  if (proof.kind === 'lost' || proof.kind === 'silence') return { kind: proof.kind };
  const after = await readStatus(link);
  if (after.kind !== 'status') return after;
  return after.faults.length > 0 ? { kind: 'faulty', status: after.status, faults: after.faults } : { kind: 'cleared', status: after.status };
}

export interface JobEnd {
  readonly outcome: DeviceOutcome<{ readonly progress: PrintProgress }>;
  /** After the last look at the printer, when there was one. */
  readonly reading?: StatusReading;
}

/**
 * Prints and cuts one receipt. failed: not a dot was printed. uncertain: from the first raster byte on, anything but the proof that all was consumed
 * and no error stands; it is never repeated here.
 *
 * @param onSent  called right before the first raster byte is written
 */
export async function runJob(link: EscposLink, pause: Pause, bitmap: Bitmap, onSent: () => void): Promise<JobEnd> {
  const before = await readStatus(link);
  if (before.kind !== 'status') return { outcome: notPrinted('PTR_OFFLINE', `no status: ${before.kind}`), reading: before };
  if (before.faults[0] !== undefined) return { outcome: notPrinted(before.faults[0], `status ${before.rawHex}`), reading: before };
  link.write(COMMANDS.initialise);
  const ready = await consumed(link, pause, IN_ORDER_TIMEOUT_MS);
  if (ready.kind !== 'consumed') return { outcome: notPrinted('PTR_OFFLINE', `no in-order answer: ${ready.kind}`), ...readingOf(ready) };
  if (isPaperEndInOrder(ready.value)) return { outcome: notPrinted('PTR_PAPER_OUT', 'paper end in the in-order answer') };

  onSent();
  const timeoutsBefore = link.timeoutCount;
  const stop = await sendBands(link, bitmap);
  if (stop !== undefined) return { outcome: uncertain('sent', stop), reading: stop };
  // It was away for a while: after a short power cut it answers as if nothing had been. [escpos §9: no count or job id to read back]
  if (link.timeoutCount !== timeoutsBefore) return { outcome: uncertain('sent', 'silence') };
  link.write(COMMANDS.feedAndCut);
  let end = await consumed(link, pause, CONSUME_ALLOWANCE_MS + bitmap.heightDots * ROW_MS_MAX, () => link.timeoutCount === timeoutsBefore);
  if (end.kind === 'stopped' && end.reading.kind === 'status' && end.reading.status.hasCutterError) {
    // One retry. [escpos §8]
    link.write(COMMANDS.recoverAndContinue);
    link.write(COMMANDS.cut);
    end = await consumed(link, pause, CONSUME_ALLOWANCE_MS);
  }
  if (end.kind === 'stopped') return { outcome: uncertain('sent', end.reading), reading: end.reading };
  if (end.kind !== 'consumed') return { outcome: uncertain('sent', end.kind), reading: { kind: end.kind } };
  const after = await readStatus(link);
  const isProven = after.kind === 'status' && after.faults.length === 0 && !isPaperEndInOrder(end.value);
  // No presenter: what is cut off lies in the customer's reach.
  return { outcome: isProven ? { kind: 'completed', value: { progress: 'presented' } } : uncertain('drained', after.kind === 'status' ? after : after.kind), reading: after };
}

/** Undefined when all bands are written and the printer is online; else why not. */
async function sendBands(link: EscposLink, bitmap: Bitmap): Promise<StatusReading | undefined> {
  let bandCount = 0;
  for (const band of rasterBands(bitmap)) {
    for (let heldMs = 0; link.isHeld; heldMs += STATUS_DURING_JOB_MS) {
      if (heldMs >= XON_WAIT_MS) return { kind: 'silence' };
      if (await link.awaitRelease(STATUS_DURING_JOB_MS)) break;
      const stop = await stopReason(link);
      if (stop !== undefined) return stop;
    }
    if ((await link.send(band)) === 'lost') return { kind: 'lost' };
    bandCount += 1;
    if (bandCount % BANDS_PER_STATUS !== 0) continue;
    const stop = await stopReason(link);
    if (stop !== undefined) return stop;
  }
  return stopReason(link);
}

type Consumed = { readonly kind: 'consumed'; readonly value: number } | { readonly kind: 'stopped'; readonly reading: StatusReading } | LinkFailed;

/**
 * Waits for the proof that everything written so far was consumed, and looks meanwhile whether the printer stopped. The answer is one byte without
 * a checksum, so it is asked for twice; a lost one is asked for again (any later answer proves the same).
 *
 * @param mayAskAgain  false: the printer was away meanwhile, so that an answer to a new question would prove nothing
 */
async function consumed(link: EscposLink, pause: Pause, limitMs: number, mayAskAgain: () => boolean = () => true): Promise<Consumed> {
  let first = await answerOrStop(link, pause, limitMs);
  if (first.kind === 'silence' && mayAskAgain()) first = await answerOrStop(link, pause, IN_ORDER_TIMEOUT_MS);
  if (first.kind !== 'consumed') return first;
  await pause(DRAIN_MS);
  let second = await answerOrStop(link, pause, IN_ORDER_TIMEOUT_MS);
  if (second.kind === 'silence') second = await answerOrStop(link, pause, IN_ORDER_TIMEOUT_MS);
  return second;
}

async function answerOrStop(link: EscposLink, pause: Pause, limitMs: number): Promise<Consumed> {
  let answer: Answer | undefined;
  const answered = link.inOrderAnswer(limitMs).then((value) => {
    answer = value;
  });
  for (;;) {
    await Promise.race([answered, pause(STATUS_DURING_JOB_MS)]);
    if (answer !== undefined) return answer.kind === 'answer' ? { kind: 'consumed', value: answer.value } : { kind: answer.kind };
    const stop = await stopReason(link);
    if (answer !== undefined || stop === undefined) continue;
    link.cancelInOrder();
    return stop.kind === 'status' ? { kind: 'stopped', reading: stop } : { kind: stop.kind };
  }
}

/** Undefined while the printer is online; else all four answers, or that it is gone. */
async function stopReason(link: EscposLink): Promise<StatusReading | undefined> {
  const printer = await link.status(1);
  if (printer.kind !== 'answer') return { kind: printer.kind };
  if ((printer.value & 0x08) === 0) return undefined;
  const reading = await readStatus(link);
  // Offline and back between two questions, e.g. the feed button: no reason to give up.
  return reading.kind === 'status' && reading.faults.length === 0 ? undefined : reading;
}

function readingOf(end: Exclude<Consumed, { kind: 'consumed' }>): { readonly reading: StatusReading } {
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
