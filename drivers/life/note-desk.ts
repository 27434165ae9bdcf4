import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { CompletionCode, DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { NoteOrder } from './note-cycle.ts';

/** Answers that still say escrow after the order was taken. */
const UNMOVED_POLLS_MAX = 8;
const ORDER_SENDS_MAX = 3;
/** Longer than an initialisation: a note that a power cut caught is resolved at its end. */
const STACK_MS_MAX = 75_000;
/** A note in the mouth stays until the customer takes it. */
const RETURN_MS_MAX = 180_000;

export type NoteEndResult = 'stacked' | 'returned' | 'rejected';

interface Waiter {
  readonly noteId: string;
  readonly order: NoteOrder;
  readonly settle: (outcome: DeviceOutcome<NoteEndResult>) => void;
  readonly limit: TimerHandle;
  sendCount: number;
  needsSending: boolean;
  wasTaken: boolean;
  unmovedPolls: number;
}

/** What the core decided about the note in escrow. Whoever waits is settled exactly once. */
export class NoteDesk {
  readonly #clock: Clock;
  readonly #onUncertain: (order: NoteOrder, detail: string) => void;
  #waiter: Waiter | null = null;

  constructor(options: { readonly clock: Clock; readonly onUncertain: (order: NoteOrder, detail: string) => void }) {
    this.#clock = options.clock;
    this.#onUncertain = options.onUncertain;
  }

  get isAwaited(): boolean {
    return this.#waiter !== null;
  }

  isAwaitedFor(noteId: string): boolean {
    return this.#waiter?.noteId === noteId;
  }

  /** What is to be sent now; null: nothing. */
  get due(): NoteOrder | null {
    return this.#waiter?.needsSending === true ? this.#waiter.order : null;
  }

  order(noteId: string, order: NoteOrder): Promise<DeviceOutcome<NoteEndResult>> {
    return new Promise((settle) => {
      const limit = this.#clock.setTimeout(() => this.settleUnknown('timeOut'), order === 'stack' ? STACK_MS_MAX : RETURN_MS_MAX);
      this.#waiter = { noteId, order, settle, limit, sendCount: 0, needsSending: true, wasTaken: false, unmovedPolls: 0 };
    });
  }

  /** Before the bytes leave: from now on the note may move. */
  beginSend(): void {
    const waiter = this.#waiter;
    if (waiter === null) return;
    waiter.needsSending = false;
    waiter.sendCount++;
    waiter.unmovedPolls = 0;
    waiter.wasTaken = false;
  }

  taken(): void {
    if (this.#waiter !== null) this.#waiter.wasTaken = true;
  }

  /** The device still says escrow although it was ordered to move the note: ordered again, a few times. */
  stillInEscrow(): void {
    const waiter = this.#waiter;
    if (waiter === null || waiter.sendCount === 0 || waiter.needsSending) return;
    waiter.unmovedPolls++;
    if (waiter.wasTaken && waiter.unmovedPolls < UNMOVED_POLLS_MAX) return;
    if (waiter.sendCount < ORDER_SENDS_MAX) waiter.needsSending = true;
    else this.settleUnknown('hardwareError');
  }

  settle(noteId: string | null, outcome: DeviceOutcome<NoteEndResult>): void {
    const waiter = this.#waiter;
    if (waiter === null || waiter.noteId !== noteId) return;
    this.#waiter = null;
    this.#clock.clearTimeout(waiter.limit);
    waiter.settle(outcome);
  }

  /** Nothing was sent yet: nothing moved. Otherwise nobody knows, and the events that come later carry the same note. */
  settleUnknown(completionCode: CompletionCode, detail?: string): void {
    const waiter = this.#waiter;
    if (waiter === null) return;
    if (waiter.sendCount === 0) {
      this.settle(waiter.noteId, { kind: 'failed', completionCode, ...(detail === undefined ? {} : { detail }) });
      return;
    }
    const stage = `${waiter.order}${waiter.wasTaken ? 'Taken' : 'Sent'}NoResult`;
    this.#onUncertain(waiter.order, detail ?? stage);
    this.settle(waiter.noteId, { kind: 'uncertain', completionCode, lastKnown: { stage, noteCountMin: 0, noteCountMax: 1 } });
  }
}
