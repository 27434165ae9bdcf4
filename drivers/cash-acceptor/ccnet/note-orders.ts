import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { CompletionCode, DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { PollState } from './codec.ts';
import type { EscrowCycle, Order } from './escrow-cycle.ts';
import { isInEscrow } from './poll-states.ts';
import type { CcnetRequests } from './requests.ts';

const ORDER_SENDS_MAX = 3;
/** Polls that still say 80 after STACK or RETURN was acknowledged. */
const UNMOVED_POLLS_MAX = 5;
/** Longer than an initialisation: a note that a power cut caught is resolved at its end. */
const STACK_MS_MAX = 75_000;
/** RETURNING lasts until the customer takes the note. */
const RETURN_MS_MAX = 180_000;
/** HOLD extends escrow by about 10 s. [ccnet §5] */
const HOLD_REPEAT_MS = 5_000;

export type NoteResult = 'stacked' | 'returned' | 'rejected';

interface OrderWaiter {
  readonly noteId: string;
  readonly order: Order;
  readonly settle: (outcome: DeviceOutcome<NoteResult>) => void;
  readonly limit: TimerHandle;
  sendCount: number;
  needsSending: boolean;
  wasAcknowledged: boolean;
  unmovedPolls: number;
}

/** What the core decides about the note in escrow: stack, return, hold. Whoever waits for an order is settled exactly once. */
export class NoteOrders {
  readonly #clock: Clock;
  readonly #cycle: EscrowCycle;
  readonly #requests: CcnetRequests;
  readonly #wakeUp: () => void;
  readonly #onStackUncertain: (detail: string) => void;
  #waiter: OrderWaiter | null = null;
  #hold: { readonly noteId: string; nextAtMs: number } | null = null;

  constructor(options: { readonly clock: Clock; readonly cycle: EscrowCycle; readonly requests: CcnetRequests; readonly wakeUp: () => void; readonly onStackUncertain: (detail: string) => void }) {
    this.#clock = options.clock;
    this.#cycle = options.cycle;
    this.#requests = options.requests;
    this.#wakeUp = options.wakeUp;
    this.#onStackUncertain = options.onStackUncertain;
  }

  get isAwaited(): boolean {
    return this.#waiter !== null;
  }

  /** It lies in escrow and was not ordered about yet. */
  mayOrder(noteId: string): boolean {
    const open = this.#cycle.open;
    return open !== null && open.noteId === noteId && open.order === null && this.#waiter === null;
  }

  isAwaitedFor(noteId: string): boolean {
    return this.#waiter?.noteId === noteId;
  }

  order(noteId: string, order: Order): Promise<DeviceOutcome<NoteResult>> {
    this.#hold = null;
    return new Promise((settle) => {
      const limit = this.#clock.setTimeout(() => this.settleUnknown('timeOut'), order === 'stack' ? STACK_MS_MAX : RETURN_MS_MAX);
      this.#waiter = { noteId, order, settle, limit, sendCount: 0, needsSending: true, wasAcknowledged: false, unmovedPolls: 0 };
      this.#wakeUp();
    });
  }

  hold(noteId: string): void {
    if (this.#cycle.open?.noteId !== noteId || this.#waiter !== null) return;
    this.#hold = { noteId, nextAtMs: this.#clock.monotonicMs() };
    this.#wakeUp();
  }

  dropHold(): void {
    this.#hold = null;
  }

  /** Sent once per need. What the device did, the next polls tell. [ccnet §15.4, §15.5] */
  async send(): Promise<void> {
    const waiter = this.#waiter;
    if (waiter === null || !waiter.needsSending) return;
    waiter.needsSending = false;
    waiter.sendCount++;
    waiter.unmovedPolls = 0;
    this.#cycle.order(waiter.order);
    const reply = await this.#requests.sendOnce({ command: waiter.order });
    waiter.wasAcknowledged = reply.kind === 'acknowledged';
  }

  async sendHold(): Promise<void> {
    const hold = this.#hold;
    if (hold === null || this.#clock.monotonicMs() < hold.nextAtMs) return;
    if (this.#cycle.open?.noteId !== hold.noteId || this.#waiter !== null) {
      this.#hold = null;
      return;
    }
    await this.#requests.send({ command: 'hold' });
    hold.nextAtMs = this.#clock.monotonicMs() + HOLD_REPEAT_MS;
  }

  /** The device still says escrow although it was ordered to move the note: ordered again, a few times. */
  follow(state: PollState): void {
    const waiter = this.#waiter;
    if (waiter === null || waiter.sendCount === 0 || !isInEscrow(state)) return;
    waiter.unmovedPolls++;
    if (waiter.wasAcknowledged && waiter.unmovedPolls < UNMOVED_POLLS_MAX) return;
    if (waiter.sendCount < ORDER_SENDS_MAX) waiter.needsSending = true;
    else this.settleUnknown('hardwareError');
  }

  settle(noteId: string | null, outcome: DeviceOutcome<NoteResult>): void {
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
    const stage = `${waiter.order}${waiter.wasAcknowledged ? 'Acknowledged' : 'Sent'}NoResult`;
    if (waiter.order === 'stack') this.#onStackUncertain(detail ?? stage);
    this.settle(waiter.noteId, { kind: 'uncertain', completionCode, lastKnown: { stage, noteCountMin: 0, noteCountMax: 1 } });
  }
}
