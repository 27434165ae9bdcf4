import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import { COMMANDS, type PaperStatus } from './codec.ts';
import { consumed, IN_ORDER_TIMEOUT_MS } from './consumed.ts';
import type { Dialect, PresenterDialect } from './dialect.ts';
import type { LinkFailed, PrinterLink } from './link.ts';
import { emptyExit } from './presenting.ts';
import { isAnswering, readStatus } from './status.ts';

/** ESC @ on the printers seen: about a second until it listens again. [escpos §2, §3] */
const INITIALISE_MS = 1000;
/** Largest raster command in use, 128 rows of 832 dots: what a printer that was cut off inside one still swallows. [escpos §9] */
const FILL_BYTES = 8 + 104 * 128;

export type Cleared = { readonly kind: 'cleared'; readonly status: PaperStatus } | { readonly kind: 'faulty'; readonly status: PaperStatus; readonly faults: readonly ErrorCode[] } | LinkFailed;

/**
 * Brings the printer to a known state, so that nothing of an earlier receipt reaches the next person: out of an unfinished raster command, buffers
 * cleared, initialised, the paper that may hang in the throat cut off, the exit emptied. [escpos §8, §9]
 */
export async function clearPrinter(link: PrinterLink, dialect: Dialect, options: { readonly mayPaperHang: boolean }): Promise<Cleared> {
  const first = await isAnswering(link, dialect);
  if (first === 'silence') {
    // Inside GS v 0 even real-time queries are picture: zeros up to the declared size end it. [escpos §9, §11]
    const filled = await link.send(new Uint8Array(FILL_BYTES));
    if (filled !== 'sent') return { kind: filled };
    const second = await isAnswering(link, dialect);
    if (second !== 'answer') return { kind: second };
  } else if (first === 'lost') return { kind: 'lost' };
  // Clearing works while the printer stands without paper, and must be done then: the rest would come out as soon as paper is loaded. [escpos §8]
  link.write(dialect.clearBuffers);
  link.forgetOwed();
  link.write(COMMANDS.initialise);
  await link.pause(INITIALISE_MS);
  link.write(COMMANDS.selectPrinter);
  const before = await readStatus(link, dialect);
  if (before.kind !== 'status') return before;
  if (before.faults.length > 0) return { kind: 'faulty', status: before.status, faults: before.faults };
  if (dialect.automaticStatus !== null) link.write(dialect.automaticStatus);
  const { presenter } = dialect;
  // First what lies there: a second piece would push into it.
  if (presenter !== null && (options.mayPaperHang || before.status.isReceiptAtExit)) {
    const emptied = await whyNotEmptied(link, dialect, presenter, before.status);
    if (emptied !== null) return emptied;
  }
  if (options.mayPaperHang) link.write(dialect.cut);
  const proof = await consumed(link, dialect, IN_ORDER_TIMEOUT_MS);
  if (proof.kind === 'lost' || proof.kind === 'silence') return { kind: proof.kind };
  if (presenter !== null && options.mayPaperHang) {
    const emptied = await whyNotEmptied(link, dialect, presenter, before.status);
    if (emptied !== null) return emptied;
  }
  const after = await readStatus(link, dialect);
  if (after.kind !== 'status') return after;
  return after.faults.length > 0 ? { kind: 'faulty', status: after.status, faults: after.faults } : { kind: 'cleared', status: after.status };
}

/** null: the exit is empty. */
async function whyNotEmptied(link: PrinterLink, dialect: Dialect, presenter: PresenterDialect, status: PaperStatus): Promise<Cleared | null> {
  const emptied = await emptyExit(link, dialect, presenter);
  if (emptied.kind === 'lost' || emptied.kind === 'silence') return { kind: emptied.kind };
  return emptied.kind === 'stuck' ? { kind: 'faulty', status, faults: ['PTR_JAMMED'] } : null;
}
