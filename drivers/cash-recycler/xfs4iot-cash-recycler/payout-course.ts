import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { isNotBegun } from '../../xfs4iot/dispensed.ts';
import type { XfsDispensing } from '../../xfs4iot/dispensing.ts';
import { isNotPresented, retractedOf, stoppedByOf } from '../../xfs4iot/dispensing.ts';
import type { XfsReply } from '../../xfs4iot/service-link.ts';
import type { Registers } from './registers.ts';
import { drawnInBetween, movesBetween } from './registers.ts';

/** What a person has to take the notes. */
const TAKE_MS = 30_000;
/** A service that is not heard of again for so long has lost the payout. */
const LOST_MS = 90_000;

/** What an order came to, by the counters of the service. */
export interface CourseEnd {
  readonly before: Registers;
  readonly after: Registers;
  /** null: drawn in, and not counted. */
  readonly drawnInCount: number | null;
  /** Notes were to be brought into reach: what is not accounted for may have been taken. */
  readonly mayBeOut: boolean;
  /** A mechanism that hands out at once failed: it may have moved what it did not count. */
  readonly isDoubtful: boolean;
  /** Of a unit, by its service's name. */
  readonly stoppedBy: (unitId: string) => ErrorCode | null;
}

export type Refusal = Extract<DeviceOutcome<never>, { kind: 'failed' }>;
/** null: not heard of again. */
type Settled = CourseEnd | Refusal | null;

interface Course {
  readonly before: Registers;
  readonly settle: (result: Settled) => void;
  /** `moving`: a command runs. `presented`: a person is awaited. `unclear`: the connection went; what happened is to be found out. */
  stage: 'moving' | 'presented' | 'unclear';
  mayBeOut: boolean;
  isDoubtful: boolean;
  isTaken: boolean;
  isDrawnIn: boolean;
  drawnInCount: number | null;
  deadlineMs: number;
  limit: TimerHandle | null;
  stoppedBy: (unitId: string) => ErrorCode | null;
}

/** What the course needs of its device. */
export interface CourseHost {
  readonly clock: Clock;
  readonly dispensing: XfsDispensing;
  /** null: no answer. */
  readRegisters(): Promise<Registers | null>;
  /** Whether notes lie in reach, by a status of now. null: no answer. */
  isExitFull(): Promise<boolean | null>;
  /** Dispense gathers in a stacker; false: it hands out. */
  hasStacker(): boolean;
  /** It tells when notes are taken. */
  seesTaking(): boolean;
  failedBy(reply: Exclude<XfsReply, { kind: 'done' }>, errorCode?: ErrorCode): DeviceOutcome<never>;
  lineLost(): void;
  /** `drive` is to be called again. */
  lookSoon(): void;
}

/**
 * The one order that moves notes out of units, over lost connections and power cuts of the service: Dispense, Present, a hand or Retract, then the counters. Whoever waits is
 * settled exactly once. Everything here but `begin`, `taken` and `giveUp` runs while the device's line is its caller's.
 */
export class PayoutCourse {
  readonly #host: CourseHost;
  #course: Course | null = null;

  constructor(host: CourseHost) {
    this.#host = host;
  }

  get isOpen(): boolean {
    return this.#course !== null;
  }

  /** @param isUnclear  of an earlier life: found out by the next `drive` */
  begin({ before, isUnclear = false }: { readonly before: Registers; readonly isUnclear?: boolean }): Promise<Settled> {
    return new Promise((settle) => {
      this.#course = { before, settle, stage: 'moving', mayBeOut: isUnclear || !this.#host.hasStacker(), isDoubtful: false, isTaken: false, isDrawnIn: false, drawnInCount: 0, deadlineMs: 0, limit: null, stoppedBy: () => null };
      if (isUnclear) this.#becomeUnclear();
    });
  }

  /** The order has its answer. */
  async dispensed(reply: XfsReply): Promise<void> {
    const course = this.#course;
    if (course === null) return;
    if (reply.kind === 'refused') return this.#end(this.#host.failedBy(reply) as Refusal);
    if (reply.kind === 'silence') return this.#lose();
    course.stoppedBy = stoppedByOf(reply);
    const after = await this.#host.readRegisters();
    if (after === null) return this.#lose();
    const moves = movesBetween(course.before, after);
    const isMoved = moves === null || moves.some((kind) => kind.presentedCount + kind.rejectedCount + kind.stackedCount + kind.transportCount + kind.unknownCount > 0);
    if (reply.kind === 'failed' && !isMoved && isNotBegun(reply.completionCode, reply.errorCode)) return this.#end(this.#host.failedBy(reply, reply.errorCode === 'itemsLeft' ? 'CDM_ITEMS_LEFT' : undefined) as Refusal);
    const isGathered = moves !== null && moves.some((kind) => kind.stackedCount > 0);
    // Counted for certain, though it is less than was asked: it is handed out. What a failed mechanism gathered is not.
    const isCertain = reply.kind === 'done' || reply.completionCode === 'commandErrorCode';
    course.isDoubtful = !isCertain && course.mayBeOut;
    if (isGathered) return isCertain ? this.#present(course) : this.#clear(course);
    return course.mayBeOut && isMoved ? this.#presented(course) : this.#finish();
  }

  /** An order that reaches nobody: from unit to unit. */
  async moved(reply: XfsReply): Promise<void> {
    if (reply.kind === 'refused') return this.#end(this.#host.failedBy(reply) as Refusal);
    return reply.kind === 'silence' ? this.#lose() : this.#finish();
  }

  /** The exit is empty. */
  taken(): void {
    if (this.#course === null) return;
    this.#course.isTaken = true;
    this.#host.lookSoon();
  }

  /** One step on, with the line to itself. @returns false when the service does not answer */
  async drive(): Promise<boolean> {
    const course = this.#course;
    if (course === null || course.stage === 'moving') return true;
    if (course.stage === 'unclear') await this.#clear(course);
    else if (course.isTaken) await this.#finish();
    else await this.#watch(course);
    return this.#course === null || this.#course.stage !== 'unclear';
  }

  /** The driver stops. */
  giveUp(): void {
    this.#end(null);
  }

  async #present(course: Course): Promise<void> {
    // From now on: a quick hand takes them before the completion. [xfs4iot §14.2]
    course.mayBeOut = true;
    const reply = await this.#host.dispensing.present();
    if (reply.kind === 'silence') return this.#lose();
    if (reply.kind === 'done') return this.#presented(course);
    if (isNotPresented(reply)) course.mayBeOut = false;
    return this.#clear(course);
  }

  async #presented(course: Course): Promise<void> {
    if (course.isTaken || !this.#host.seesTaking()) return this.#finish();
    course.stage = 'presented';
    course.deadlineMs = this.#host.clock.monotonicMs() + TAKE_MS;
    this.#host.clock.setTimeout(() => this.#host.lookSoon(), TAKE_MS);
  }

  /** What lies in the stacker goes to the reject unit; the command waits for whatever still runs. Then the exit and the counters tell. [xfs4iot §1.4] */
  async #clear(course: Course): Promise<void> {
    const reply = await this.#host.dispensing.takeBack({ isPresented: false });
    if (reply.kind === 'silence') return this.#lose();
    const isExitFull = await this.#host.isExitFull();
    if (isExitFull === null) return this.#lose();
    return isExitFull ? this.#presented(course) : this.#finish();
  }

  async #watch(course: Course): Promise<void> {
    const isExitFull = await this.#host.isExitFull();
    if (isExitFull === null) return this.#lose();
    if (!isExitFull) return this.#finish();
    if (this.#host.clock.monotonicMs() < course.deadlineMs) return;
    course.isDrawnIn = true;
    const reply = await this.#host.dispensing.takeBack({ isPresented: true });
    if (reply.kind === 'silence') {
      course.drawnInCount = null;
      return this.#lose();
    }
    // Taken in the last moment. [xfs4iot §14.15]
    course.drawnInCount = reply.kind === 'done' ? retractedOf(reply.payload) : reply.kind === 'failed' && reply.errorCode === 'noItems' ? 0 : null;
    return this.#finish();
  }

  async #finish(): Promise<void> {
    const course = this.#course;
    const after = await this.#host.readRegisters();
    if (course === null || this.#course !== course) return;
    if (after === null) return this.#lose();
    const { before, mayBeOut, isDoubtful, stoppedBy } = course;
    const counted = drawnInBetween(before, after);
    // The bin's own counters where the answer said nothing, and where another client of the service drew in.
    const drawnInCount = course.isDrawnIn && course.drawnInCount !== null ? course.drawnInCount : counted;
    this.#end({ before, after, drawnInCount, mayBeOut, isDoubtful, stoppedBy });
  }

  #lose(): void {
    this.#becomeUnclear();
    this.#host.lineLost();
  }

  #becomeUnclear(): void {
    const course = this.#course;
    if (course === null) return;
    course.stage = 'unclear';
    course.limit ??= this.#host.clock.setTimeout(() => {
      if (this.#course === course) this.#end(null);
    }, LOST_MS);
  }

  #end(result: Settled): void {
    const course = this.#course;
    if (course === null) return;
    this.#course = null;
    if (course.limit !== null) this.#host.clock.clearTimeout(course.limit);
    course.settle(result);
  }
}
