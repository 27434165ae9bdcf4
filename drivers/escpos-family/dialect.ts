import type { CodePage } from './code-pages.ts';
import type { PaperBits } from './codec.ts';
import type { StatusKind } from './link.ts';

/** How a printer with a presenter holds the receipt out and takes it back. [escpos §7] */
export interface PresenterDialect {
  /** Before printing: the paper is held inside until it is cut. */
  readonly holdInside: Uint8Array | null;
  /** After the cut; null: the printer presents by itself. */
  readonly present: Uint8Array | null;
  /** Takes the receipt back; ignored by a printer that is set up not to. */
  readonly retract: Uint8Array;
  /** Pushes it out; null: it cannot. */
  readonly eject: Uint8Array | null;
}

export interface IdentityDialect {
  readonly model: Uint8Array | null;
  readonly firmware: Uint8Array | null;
  readonly serialNumber: Uint8Array | null;
}

/** What makers do differently within the family. Everything else is the same for all of them and written once in this folder. */
export interface Dialect {
  readonly protocol: string;
  readonly statusKind: StatusKind;
  readonly paperBits: PaperBits;
  /** Throws away what waits in the printer; obeyed while it stands. [escpos §8, §9] */
  readonly clearBuffers: Uint8Array;
  /** Feed to the knife and cut. */
  readonly cut: Uint8Array;
  /** Once, after a cutter error. [escpos §8] */
  readonly cutAgain: readonly Uint8Array[];
  /** GS a n: status at each change without being asked; null: not known of this maker. */
  readonly automaticStatus: Uint8Array | null;
  readonly presenter: PresenterDialect | null;
  readonly identity: IdentityDialect | null;
  /** Tables for text, the preferred one first; none: all text goes as pictures. */
  readonly codePages: readonly CodePage[];
  /** GS ( k means what Epson means by it. On Custom it does not. [escpos §5] */
  readonly hasQrCommand: boolean;
}
