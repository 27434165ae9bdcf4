import type { Clock } from '../../main/foundation/clock.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { NoteOrder } from '../life/note-cycle.ts';
import type { NoteEndResult } from '../life/note-desk.ts';
import { NoteDesk } from '../life/note-desk.ts';
import type { PollState } from './codec.ts';
import type { EscrowCycle } from './escrow-cycle.ts';
import { isInEscrow } from './poll-states.ts';
import type { CcnetRequests } from './requests.ts';

/** HOLD extends escrow by about 10 s. [ccnet §5] */
const HOLD_REPEAT_MS = 5_000;

/** The desk's orders as CCNET sends them, and HOLD until one comes. */
export class NoteOrders {
  /** Who waits for the end of the note. */
  readonly desk: NoteDesk;
  readonly #clock: Clock;
  readonly #cycle: EscrowCycle;
  readonly #requests: CcnetRequests;
  readonly #wakeUp: () => void;
  #hold: { readonly noteId: string; nextAtMs: number } | null = null;

  constructor(options: { readonly clock: Clock; readonly cycle: EscrowCycle; readonly requests: CcnetRequests; readonly wakeUp: () => void; readonly onStackUncertain: (detail: string) => void }) {
    this.#clock = options.clock;
    this.#cycle = options.cycle;
    this.#requests = options.requests;
    this.#wakeUp = options.wakeUp;
    this.desk = new NoteDesk({
      clock: options.clock,
      onUncertain: (order, detail) => {
        if (order === 'stack') options.onStackUncertain(detail);
      },
    });
  }

  /** It lies in escrow and was not ordered about yet. */
  mayOrder(noteId: string): boolean {
    const open = this.#cycle.open;
    return open !== null && open.noteId === noteId && open.order === null && !this.desk.isAwaited;
  }

  order(noteId: string, order: NoteOrder): Promise<DeviceOutcome<NoteEndResult>> {
    this.#hold = null;
    const settled = this.desk.order(noteId, order);
    this.#wakeUp();
    return settled;
  }

  hold(noteId: string): void {
    if (this.#cycle.open?.noteId !== noteId || this.desk.isAwaited) return;
    this.#hold = { noteId, nextAtMs: this.#clock.monotonicMs() };
    this.#wakeUp();
  }

  dropHold(): void {
    this.#hold = null;
  }

  /** Sent once per need. What the device did, the next polls tell. [ccnet §15.4, §15.5] */
  async send(): Promise<void> {
    const order = this.desk.due;
    if (order === null) return;
    this.desk.beginSend();
    this.#cycle.order(order);
    const reply = await this.#requests.sendOnce({ command: order });
    if (reply.kind === 'acknowledged') this.desk.taken();
  }

  async sendHold(): Promise<void> {
    const hold = this.#hold;
    if (hold === null || this.#clock.monotonicMs() < hold.nextAtMs) return;
    if (this.#cycle.open?.noteId !== hold.noteId || this.desk.isAwaited) {
      this.#hold = null;
      return;
    }
    await this.#requests.send({ command: 'hold' });
    hold.nextAtMs = this.#clock.monotonicMs() + HOLD_REPEAT_MS;
  }

  /** The device still says escrow although it was ordered to move the note. */
  follow(state: PollState): void {
    if (isInEscrow(state)) this.desk.stillInEscrow();
  }

  /** A note in escrow that nobody will decide on: never offered, or its order was already settled as uncertain. It goes back, never a second STACK. */
  isOrphan(offeredNoteId: string | null): boolean {
    const { open } = this.#cycle;
    return open === null || open.noteId !== offeredNoteId || (open.order !== null && !this.desk.isAwaited);
  }
}
