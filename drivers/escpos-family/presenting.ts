import type { Dialect, PresenterDialect } from './dialect.ts';
import type { LinkFailed, PrinterLink } from './link.ts';
import type { StatusReading } from './status.ts';
import { readStatus } from './status.ts';

/** From the order until the sensor of the exit must have changed: the motors need one to three seconds. [unverified] */
const MOVE_MS_MAX = 6000;
/** Even what no sensor sees is on its way for so long. [unverified] */
const MOVE_MS_MIN = 1500;
/** A receipt that is pulled out at once is seen all the same. */
const LOOK_MS = 100;

export type Presented = { readonly kind: 'presented' } | { readonly kind: 'notSeen'; readonly reading: StatusReading };

/** After the cut: into the customer's reach. `notSeen`: it may hang between knife and exit, or nobody saw it go. */
export async function present(link: PrinterLink, dialect: Dialect, presenter: PresenterDialect): Promise<Presented> {
  if (presenter.present !== null) link.write(presenter.present);
  const reading = await lookUntil(link, dialect, (isAtExit) => isAtExit);
  return reading.kind === 'status' && reading.faults.length === 0 && reading.status.isReceiptAtExit ? { kind: 'presented' } : { kind: 'notSeen', reading };
}

/** `stuck`: something still covers the sensor after both ways were tried. */
export type Emptied = { readonly kind: 'retracted' | 'ejected' | 'stuck' } | LinkFailed;

/** Takes back what lies in the exit or on the way to it; pushes it out where that does not work. The printer is ordered even when the sensor sees nothing. [escpos §7, §8] */
export async function emptyExit(link: PrinterLink, dialect: Dialect, presenter: PresenterDialect): Promise<Emptied> {
  for (const [order, done] of [[presenter.retract, 'retracted'], [presenter.eject, 'ejected']] as const) {
    if (order === null) continue;
    link.write(order);
    await link.pause(MOVE_MS_MIN);
    const reading = await lookUntil(link, dialect, (isAtExit) => !isAtExit);
    if (reading.kind !== 'status') return { kind: reading.kind };
    if (!reading.status.isReceiptAtExit) return { kind: done };
  }
  return { kind: 'stuck' };
}

/** The last reading: the wanted one, a fault, or what was still so when the time was over. */
async function lookUntil(link: PrinterLink, dialect: Dialect, isWanted: (isAtExit: boolean) => boolean): Promise<StatusReading> {
  for (let elapsedMs = 0; ; elapsedMs += LOOK_MS) {
    const reading = await readStatus(link, dialect);
    if (reading.kind !== 'status' || reading.faults.length > 0 || isWanted(reading.status.isReceiptAtExit) || elapsedMs >= MOVE_MS_MAX) return reading;
    await link.pause(LOOK_MS);
  }
}
