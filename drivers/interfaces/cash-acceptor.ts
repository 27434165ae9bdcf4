import type { CashStorage } from './cash-storage.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Currency } from '../../main/foundation/money.ts';
import type { Device, Unsubscribe } from './device.ts';

/** XFS4IoT CashAcceptor, as a note-by-note acceptor with escrow offers it. */
export interface CashAcceptorCapabilities {
  /** `single`: one note waits for stack or return. `bunch`: the whole deposit can come back. */
  readonly intermediateStacker: 'single' | 'bunch';
  readonly currencies: readonly Currency[];
  /** Denominations of the device's own bill table, ascending, minor units. Empty until the device told them. */
  readonly denominationsMinor: readonly number[];
}

/** A note in escrow. The id is unique per driver instance and start, and keys the credit: one escrow cycle, one credit. */
export interface EscrowedNote {
  readonly noteId: string;
  readonly denominationMinor: number;
  readonly currency: Currency;
}

/** What the power-up state says about a note that was under way. [ccnet §13] */
export type PowerUpPosition =
  /** 10: nothing known of a note. */
  | 'none'
  /** 11: still in the head; the reset gives it back. */
  | 'inHead'
  /** 12: past the point of no return; the reset stacks it. */
  | 'inStackerPath';

/** Where an escrowed note ended; one of the two is called for each event. */
export interface NoteEnd {
  readonly note: EscrowedNote | null;
  /** 0: the device does not tell the value of a note of an earlier start. */
  readonly denominationMinor: number;
  /** null: it is no money, or nobody can say what it is. */
  readonly currency: Currency | null;
  /** A power-up brought it into the box. It may be the note that was told before, on its way until then, and called otherwise now. */
  readonly isByPowerUp?: boolean;
  acknowledge(): void;
  postpone(): void;
}

export type CashAcceptorEvent =
  | { readonly kind: 'noteEntering' }
  | { readonly kind: 'noteEscrowed'; readonly note: EscrowedNote }
  /** The note was refused by the device and is given back. `reason` is the device's raw code. */
  | { readonly kind: 'noteRejected'; readonly reason: number }
  /**
   * A note lies in the box. `note` is null when no escrow cycle of this start belongs to it (power-up, late event).
   * `acknowledge()` must be called once the outcome is durable; until then the device repeats the event, and the
   * driver recognises the repeat and does not tell it again. `postpone()` says that the outcome could not be made durable (a full disk): the driver
   * then tells the same event once more with the device's next answer, so that the credit is not lost.
   */
  | ({ readonly kind: 'noteStacked' } & NoteEnd)
  | ({ readonly kind: 'noteReturned' } & NoteEnd)
  | { readonly kind: 'boxRemoved' }
  | { readonly kind: 'boxInserted' }
  | { readonly kind: 'cheatSuspected' }
  /**
   * First state after the device was powered, read before the reset that moves the note. `postpone()` says that the position could not be made durable:
   * the driver then does not reset the device, and tells the event again with its next answer. `isRemembered`: no sensor sees the note there now, it is what
   * the device last did with one. `isUnheard`: the device did not say so, whatever it said was said before somebody listened.
   */
  | { readonly kind: 'poweredUp'; readonly position: PowerUpPosition; readonly isRemembered?: boolean; readonly isUnheard?: boolean; postpone(): void };

/** What is told again when the listener could not make it durable. */
export type PostponableEvent = Extract<CashAcceptorEvent, { readonly kind: 'noteStacked' | 'noteReturned' | 'poweredUp' }>;

export interface CashAcceptor extends Device {
  readonly capabilities: CashAcceptorCapabilities;
  /** Absent: the device keeps no counts of its box. */
  readonly storage?: CashStorage;
  onEvent(listener: (event: CashAcceptorEvent) => void): Unsubscribe;
  /** Accepts notes of these kinds, each held in escrow. Completed when the device confirmed. */
  enable(request: { readonly denominationsMinor: readonly number[]; readonly currency: Currency }): Promise<DeviceOutcome<void>>;
  /** Completed when the device says that it is disabled (no note under way any more). */
  disable(): Promise<DeviceOutcome<void>>;
  /**
   * Sends the escrowed note into the box. Settles with what became of *this* note:
   * completed `stacked` | `returned` | `rejected`, or uncertain. The `noteStacked`/`noteReturned` event of the same note comes
   * too (first), with the `acknowledge()`. @error failed sequenceError: no such note in escrow
   */
  stack(noteId: string): Promise<DeviceOutcome<'stacked' | 'returned' | 'rejected'>>;
  /** Gives the escrowed note back. Outcome as `stack`. */
  return(noteId: string): Promise<DeviceOutcome<'stacked' | 'returned' | 'rejected'>>;
  /** Longer escrow, where the device can (CCNET HOLD); repeated by the driver until stack or return. */
  hold(noteId: string): void;
}
