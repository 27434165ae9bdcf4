import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { isNotBegun } from '../../xfs4iot/dispensed.ts';
import type { XfsDispensing } from '../../xfs4iot/dispensing.ts';
import { hasFurtherBunches, isNotPresented, retractedOf, stoppedByOf } from '../../xfs4iot/dispensing.ts';
import type { XfsReply } from '../../xfs4iot/service-link.ts';
import type { Registers } from '../../xfs4iot/payout-registers.ts';
import { drawnInBetween, movesBetween } from '../../xfs4iot/payout-registers.ts';

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
  /** The service said that all of the order was done. */
  readonly isDone: boolean;
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
  isDone: boolean;
  isTaken: boolean;
  /** More bunches than one lie in the stacker. */
  hasMore: boolean;
  /** `asked`: Retract was sent, and its answer is lost. `uncounted`: it ended, and did not say of how many. */
  drawnIn: 'no' | 'asked' | 'uncounted' | number;
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
  /** Whether notes lie in reach, by a status of now. null: no answer; `inside`: no, but behind it; `unknown`: it does not say. */
  lookAtExit(): Promise<'full' | 'empty' | 'inside' | 'unknown' | null>;
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
      this.#course = { before, settle, stage: 'moving', mayBeOut: isUnclear || !this.#host.hasStacker(), isDoubtful: false, isDone: false, isTaken: false, hasMore: false, drawnIn: 'no', deadlineMs: 0, limit: null, stoppedBy: () => null };
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
    course.isDone = reply.kind === 'done';
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

  /** The connection is gone, perhaps while nothing ran. */
  lineDown(): void {
    this.#becomeUnclear();
  }

  /** One step on, with the line to itself. @returns false when the service does not answer */
  async drive(): Promise<boolean> {
    const course = this.#course;
    if (course === null || course.stage === 'moving') return true;
    if (course.stage === 'unclear') await this.#clear(course);
    else if (course.isTaken) await this.#gone(course);
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
    course.hasMore = reply.kind === 'done' && hasFurtherBunches(reply.payload);
    if (reply.kind === 'done') return this.#presented(course);
    if (isNotPresented(reply)) course.mayBeOut = false;
    return this.#clear(course);
  }

  async #presented(course: Course): Promise<void> {
    if (course.isTaken || !this.#host.seesTaking()) return this.#gone(course);
    course.stage = 'presented';
    course.deadlineMs = this.#host.clock.monotonicMs() + TAKE_MS;
    this.#host.clock.setTimeout(() => this.#host.lookSoon(), TAKE_MS);
  }

  /** What lies in the stacker goes to the reject unit; the command waits for whatever still runs. Then the exit and the counters tell. [xfs4iot §1.4] */
  async #clear(course: Course): Promise<void> {
    const reply = await this.#host.dispensing.takeBack({ isPresented: false });
    if (reply.kind === 'silence') return this.#lose();
    const exit = await this.#host.lookAtExit();
    if (exit === null) return this.#lose();
    return exit === 'full' || (exit === 'unknown' && course.mayBeOut) ? this.#presented(course) : this.#finish();
  }

  /** Nothing lies in reach any more. A further bunch stays inside: what was asked for is presented at once or not at all. */
  async #gone(course: Course): Promise<void> {
    if (course.hasMore && (await this.#host.dispensing.takeBack({ isPresented: false })).kind === 'silence') return this.#lose();
    return this.#finish();
  }

  async #watch(course: Course): Promise<void> {
    const exit = await this.#host.lookAtExit();
    if (exit === null) return this.#lose();
    if (exit === 'empty' || exit === 'inside') return this.#gone(course);
    if (this.#host.clock.monotonicMs() < course.deadlineMs) return;
    course.drawnIn = 'asked';
    const reply = await this.#host.dispensing.takeBack({ isPresented: true });
    if (reply.kind === 'silence') return this.#lose();
    // Taken in the last moment. [xfs4iot §14.15]
    course.drawnIn = reply.kind === 'failed' && reply.errorCode === 'noItems' ? 0 : ((reply.kind === 'done' ? retractedOf(reply.payload) : null) ?? 'uncounted');
    return this.#gone(course);
  }

  async #finish(): Promise<void> {
    const course = this.#course;
    const after = await this.#host.readRegisters();
    if (course === null || this.#course !== course) return;
    if (after === null) return this.#lose();
    const { before, mayBeOut, isDoubtful, isDone, stoppedBy } = course;
    const drawnInCount = drawnInCountOf(course, after);
    const isAllOut = drawnInCount === 0 && hasCountedAllOut(before, after);
    const exit = isAllOut ? await this.#host.lookAtExit() : 'empty';
    if (this.#course !== course) return;
    if (exit === null) return this.#lose();
    this.#end({ before, after, drawnInCount: exit === 'inside' ? null : drawnInCount, mayBeOut, isDoubtful, isDone, stoppedBy });
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

/** Of what left its units something was in reach, and nothing is counted as on its way: what lies behind the exit then was drawn in by the device itself, as one may that is powered with notes in its exit. */
function hasCountedAllOut(before: Registers, after: Registers): boolean {
  const moves = movesBetween(before, after) ?? [];
  return moves.some(({ presentedCount }) => presentedCount > 0) && moves.every(({ stackedCount, transportCount, unknownCount }) => stackedCount + transportCount + unknownCount === 0);
}

/** The bin's own counters where the answer said nothing. Without a Retract of ours only what they count: another client of the service may have drawn in. */
function drawnInCountOf({ before, drawnIn }: Course, after: Registers): number | null {
  if (typeof drawnIn === 'number') return drawnIn;
  const { isTold, noteCount } = drawnInBetween(before, after);
  if (drawnIn === 'no') return isTold ? noteCount : 0;
  if (drawnIn === 'asked') return noteCount;
  return noteCount === 0 ? null : noteCount;
}
